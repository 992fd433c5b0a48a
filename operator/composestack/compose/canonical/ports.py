"""`ports` (Compose Specification, "ports"): `[HOST:]CONTAINER[/PROTOCOL]`, with ranges and an optional host address."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address
from typing import Any

from composestack.compose.canonical.expansion import Malformed, TooMany, expand, scalar
from composestack.compose.tree import Map, Mark, Seq

PROTOCOLS = frozenset({"tcp", "udp", "sctp"})
MAX_PORT = 65535
MAX_PORTS = 20_000
"""How many ports one service may publish."""
ANY_ADDRESS = str(IPv4Address(0))
"""What no host address stands for."""


def ports(value: Any, mark: Mark) -> Any:
    """Turn each short entry into one long entry for each container port that it names."""
    if not isinstance(value, Seq):
        return value
    result = Seq()
    wrong: dict[int, str] = {}
    for index, entry in enumerate(value):
        place = value.mark(index)
        if isinstance(entry, Map):
            result.append(entry)
            result.marks.append(place)
        elif isinstance(entry, str) or (isinstance(entry, int) and not isinstance(entry, bool)):
            try:
                expanded = [expand(port, place) for port in parse(str(entry))]
            except ValueError as error:
                wrong[index] = f"{error}; write it as HOST:CONTAINER, such as '8080:80'"
                continue
            result.extend(expanded)
            result.marks.extend([place] * len(expanded))
            if len(result) > MAX_PORTS:
                raise TooMany(f"the list names more than {MAX_PORTS} ports; publish fewer", index)
        else:
            wrong[index] = "must be a string such as '8080:80', or a mapping with target"
    if wrong:
        raise Malformed("has wrong items", others=wrong)
    return result


def parse(text: str) -> Iterator[dict[str, Any]]:
    """Yield the long form of each port that a short form names, by number as text. Raises ValueError."""
    rest, _, container = text.rpartition(":")
    address, _, published = rest.rpartition(":")
    container, _, protocol = container.partition("/")
    protocol = protocol.lower() or "tcp"
    if protocol not in PROTOCOLS:
        raise ValueError(f"{protocol!r} is not a protocol; it is one of tcp, udp, sctp")
    host_ip = host_address(address)
    first, last = port_range(container)
    host_first, host_last = port_range(published) if published else (0, 0)
    spread = published and last - first != host_last - host_first
    if spread and first != last:
        raise ValueError(f"the ranges {published} and {container} have different lengths")
    if first == 0:
        raise ValueError("0 is no port of a container")
    targets = [first] if first == last else sorted(range(first, last + 1), key=str)
    for target in targets:
        host: str | None = None
        if spread:
            host = f"{host_first}-{host_last}"
        elif published:
            host = str(host_first + target - first)
        yield {"mode": "ingress", "host_ip": host_ip, "target": target, "published": host, "protocol": protocol}


def host_address(text: str) -> str | None:
    """Return the address without brackets, None for the empty text. Raises ValueError if it is no IP address."""
    address = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    return _checked(address) if address else None


def _checked(address: str) -> str:
    try:
        ip_address(address)
    except ValueError as error:
        raise ValueError(f"{address!r} is not an IP address") from error
    return address


def port_range(text: str) -> tuple[int, int]:
    """Return the first and last port of `80` or `8000-8010`. Raises ValueError."""
    start, dash, end = text.partition("-")
    first = _port(start.removeprefix("+"), text)
    last = _port(end.removeprefix("+"), text) if dash else first
    if last < first:
        raise ValueError(f"the range {text} goes down")
    return first, last


def _port(digits: str, text: str) -> int:
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else MAX_PORT + 1
    if number > MAX_PORT:
        raise ValueError(f"{text!r} is not a port or a range of ports up to {MAX_PORT}")
    return number


def expose_key(entry: Any) -> object:
    """A port that is exposed as a number is the same as one that is text."""
    return str(entry) if isinstance(entry, str | int) else None


def port_key(entry: Any) -> object:
    """Return what makes a port the same as another one: address, published and target port, protocol."""
    if not isinstance(entry, Map):
        return None
    published = scalar(entry.get("published"))
    address, protocol = entry.get("host_ip", ANY_ADDRESS), entry.get("protocol", "tcp")
    return scalar(address), type(published), published, scalar(entry.get("target")), scalar(protocol)
