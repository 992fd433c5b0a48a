"""Ranges of IP addresses, as NetworkPolicies and load balancers take them."""

from __future__ import annotations

from ipaddress import ip_network


def is_cidr(text: str) -> bool:
    """Tell whether a text is a range of addresses, such as `10.0.0.0/8`."""
    try:
        ip_network(text)
    except ValueError:
        return False
    return "/" in text
