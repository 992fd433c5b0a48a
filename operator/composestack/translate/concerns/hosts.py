"""Host names: a pod's own, and those that it finds without DNS."""

from __future__ import annotations

import re
from ipaddress import ip_address

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.names import dns_label, is_dns_subdomain
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

MAX_SERVERS = 3
"""Kubernetes documentation, "DNS for Services and Pods", "Pod's DNS Config"."""
_HOSTNAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@translates(
    "services.*.hostname", caveat="Only the part before the first dot; no DNS name comes from it, as in Docker."
)
def hostname(service: Service, stack: Stack) -> Contribution:
    """All replicas share it, as in Docker."""
    if not service.hostname:
        return NOTHING
    first = service.hostname.partition(".")[0].lower()
    name = first if _HOSTNAME.fullmatch(first) else dns_label(first)
    share = Contribution(pod={"hostname": name})
    if name == service.hostname:
        return share
    notice = Notice(f"services.{service.name}.hostname", NoticeCode.RENAMED, f"{service.hostname} became {name}")
    return Contribution(pod=share.pod, notices=[notice])


@translates("services.*.extra_hosts")
def extra_hosts(service: Service, stack: Stack) -> Contribution:
    """Lines of /etc/hosts, by address. There is no Docker host that `host-gateway` could stand for."""
    if not service.extra_hosts:
        return NOTHING
    names: dict[str, list[str]] = {}
    problems = []
    for host, addresses in sorted(service.extra_hosts.items()):
        for address in addresses:
            path = f"services.{service.name}.extra_hosts.{host}"
            plain = address.strip("[]")
            if address == "host-gateway":
                message = "a pod has no Docker host"
                problems.append(Refusal(path, message, "write the address, or the name of a Service where it is used"))
            elif not is_dns_subdomain(host):
                problems.append(Refusal(path, f"{host} is no host name", "use letters, digits, dashes and dots"))
            elif not _is_address(plain):
                problems.append(Refusal(path, f"{address} is no IP address", "write an address"))
            else:
                names.setdefault(plain, []).append(host)
    aliases = [{"hostnames": hosts, "ip": address} for address, hosts in sorted(names.items())]
    return Contribution(pod={"hostAliases": aliases} if aliases else None, problems=problems)


@translates(
    "services.*.dns", "services.*.dns_search", "services.*.dns_opt", caveat="They come after those of the cluster."
)
def resolver(service: Service, stack: Stack) -> Contribution:
    """Added to the cluster's resolver settings, so that service names go on resolving."""
    if not (service.dns or service.dns_search or service.dns_opt):
        return NOTHING
    path = f"services.{service.name}"
    config: dict[str, object] = {}
    if service.dns:
        config["nameservers"] = list(service.dns)
    if service.dns_search:
        config["searches"] = list(service.dns_search)
    if service.dns_opt:
        config["options"] = [_option(option) for option in service.dns_opt]
    problems = [
        Refusal(f"{path}.dns", f"{address} is no IP address", "write an address")
        for address in service.dns
        if not _is_address(address)
    ]
    if len(service.dns) > MAX_SERVERS:
        problems.append(Refusal(f"{path}.dns", f"a pod has at most {MAX_SERVERS} servers", "leave some out"))
    if "." in service.dns_search:
        problems.append(Refusal(f"{path}.dns_search", "`.` would take away the names of services", "leave it out"))
    message = "the servers are asked after those of the cluster, so only for what those do not know"
    notices = [Notice(f"{path}.dns", NoticeCode.APPROXIMATED, message)] if service.dns else []
    return Contribution(pod={"dnsConfig": config}, notices=notices, problems=problems)


def _option(option: str) -> dict[str, str]:
    name, colon, value = option.partition(":")
    return {"name": name, "value": value} if colon else {"name": name}


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
