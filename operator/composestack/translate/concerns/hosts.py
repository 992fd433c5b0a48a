"""Host names: a pod's own, and those that it finds without DNS."""

from __future__ import annotations

import re

from composestack.api.reasons import NoticeCode
from composestack.compose.consistency import is_address
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.names import dns_label, is_dns_subdomain
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

GATEWAY = "host-gateway"
MAX_SERVERS = 3
"""Kubernetes documentation, "DNS for Services and Pods", "Pod's DNS Config"."""
MAX_HOSTNAME = 64
"""What the kernel keeps (sethostname(2)), and the API server takes for an override."""
_HOSTNAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@translates(
    "services.*.hostname",
    "services.*.domainname",
    considers=("services.*.network_mode",),
    caveat="No DNS name comes from it, as in Docker. A domain needs Kubernetes 1.35.",
)
def hostname(service: Service, stack: Stack) -> Contribution:
    """All replicas share it, as in Docker. Clusters that know no domain of a host name take the first part."""
    path = f"services.{service.name}"
    if not service.hostname:
        message = "a domain without a hostname has no effect"
        notice = Notice(f"{path}.domainname", NoticeCode.IGNORED, message)
        return Contribution(notices=[notice]) if service.domainname else NOTHING
    wanted = ".".join(filter(None, (service.hostname, service.domainname)))
    first, _, domain = wanted.lower().partition(".")
    name = first if _HOSTNAME.fullmatch(first) else dns_label(first)
    whole = f"{name}.{domain}" if domain else name
    pod = {"hostname": name}
    if domain and service.network_mode != "host" and len(whole) <= MAX_HOSTNAME and is_dns_subdomain(whole):
        pod["hostnameOverride"] = whole
    given = pod.get("hostnameOverride", name)
    notices = [Notice(f"{path}.hostname", NoticeCode.RENAMED, f"{wanted} became {given}")] if given != wanted else []
    return Contribution(pod=pod, notices=notices)


@translates("services.*.extra_hosts", caveat="`host-gateway` needs an address from the admin's policy.")
def extra_hosts(service: Service, stack: Stack) -> Contribution:
    """Lines of /etc/hosts, by address. `host-gateway` stands for the address that the admin's policy gives it."""
    if not service.extra_hosts:
        return NOTHING
    names: dict[str, list[str]] = {}
    notices, problems = [], []
    for host, addresses in sorted(service.extra_hosts.items()):
        for address in addresses:
            path = f"services.{service.name}.extra_hosts.{host}"
            gateway = address == GATEWAY
            plain = stack.scope.policy.host_gateway if gateway else address.strip("[]")
            if gateway and not plain and not stack.discovery.mentioned(host):
                message = f"a pod has no Docker host, and the stack does not say {host}"
                notices.append(Notice(path, NoticeCode.IGNORED, message))
            elif gateway and not plain:
                message = f"the stack uses {host}, but a pod has no Docker host (host_gateway)"
                problems.append(forbidden(path, message, "host_gateway", instead="write an address"))
            elif not is_dns_subdomain(host):
                problems.append(Refusal(path, f"{host} is no host name", "use letters, digits, dashes and dots"))
            elif not is_address(plain):
                problems.append(Refusal(path, f"{address} is no IP address", "write an address"))
            else:
                names.setdefault(plain, []).append(host)
    aliases = [{"hostnames": hosts, "ip": address} for address, hosts in sorted(names.items())]
    return Contribution(pod={"hostAliases": aliases} if aliases else None, notices=notices, problems=problems)


@translates(
    "services.*.dns",
    "services.*.dns_search",
    "services.*.dns_opt",
    "services.*.x-kubernetes.dnsPolicy",
    caveat="They come after those of the cluster. With x-kubernetes.dnsPolicy None they are the only ones, with "
    "Default they come after those of the node; whether services are found by their names is up to those servers then.",
)
def resolver(service: Service, stack: Stack) -> Contribution:
    """Added to the cluster's resolver settings, so that service names go on resolving."""
    own = stack.settings[service.name].dns_policy
    if not (service.dns or service.dns_search or service.dns_opt or own):
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
        if not is_address(address)
    ]
    if len(service.dns) > MAX_SERVERS:
        problems.append(Refusal(f"{path}.dns", f"a pod has at most {MAX_SERVERS} servers", "leave some out"))
    if "." in service.dns_search:
        problems.append(Refusal(f"{path}.dns_search", "`.` would take away the names of services", "leave it out"))
    if own == "None" and not service.dns:
        message = "there would be no name server at all"
        problems.append(Refusal(f"{path}.x-kubernetes.dnsPolicy", message, "write the servers under dns"))
    message = "the servers come after those of the cluster, so they are asked only if those do not answer"
    notices = [Notice(f"{path}.dns", NoticeCode.APPROXIMATED, message)] if service.dns and own != "None" else []
    pod = ({"dnsConfig": config} if config else {}) | ({"dnsPolicy": own} if own else {})
    return Contribution(pod=pod, notices=notices, problems=problems)


def _option(option: str) -> dict[str, str]:
    name, colon, value = option.partition(":")
    return {"name": name, "value": value} if colon else {"name": name}
