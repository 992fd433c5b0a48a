"""Late bindings: addresses of Services, which only the cluster knows, written into the pods that need them.

A host name that no Service can bear (`db.example.com`, `0auth`) is a line of /etc/hosts (Kubernetes documentation,
"Adding entries to Pod /etc/hosts with HostAliases"). The plan says which; who knows the addresses binds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.problems import Notice
from composestack.kinds import Ref
from composestack.translate.digest import with_digest
from composestack.translate.labels import ADDRESSES
from composestack.translate.objects.base import with_annotations
from composestack.translate.objects.workload import template_of, with_template
from composestack.translate.planned import Binding, Manifest, Plan


def bound(plan: Plan, addresses: Mapping[str, str]) -> Plan:
    """Return the plan with the addresses of Services, by name, in the manifests of the workloads that need them.

    The bindings of a workload that needs an unknown address stay in the plan: it cannot be applied yet.
    """
    if not plan.bindings:
        return plan
    open_ = {binding.workload for binding in plan.bindings if binding.service not in addresses}
    known: dict[Ref, list[Binding]] = {}
    for binding in plan.bindings:
        if binding.workload not in open_:
            known.setdefault(binding.workload, []).append(binding)
    manifests = tuple(
        _bound(manifest, known[ref], addresses) if (ref := _ref(manifest)) in known else manifest
        for manifest in plan.manifests
    )
    return replace(plan, manifests=manifests, bindings=tuple(each for each in plan.bindings if each.workload in open_))


def with_placeholders(plan: Plan) -> Plan:
    """Return the plan as it can be printed where there is no cluster, with a notice for each address that is missing.

    The API server takes no placeholder, so none ends up in a pod.
    """
    services = sorted({binding.service for binding in plan.bindings})
    notices = [
        Notice(
            f"services.{name}",
            NoticeCode.APPROXIMATED,
            f"write the address of the Service {name} for {_placeholder(name)}; the operator does it by itself",
        )
        for name in services
    ]
    printable = bound(plan, {name: _placeholder(name) for name in services})
    return replace(printable, notices=tuple(sorted({*plan.notices, *notices})))


def holds(written: str, addresses: Mapping[str, str]) -> bool:
    """Tell whether the addresses that went into a workload, as its annotation has them, are still those of today."""
    pairs = (entry.partition("=") for entry in written.split(",") if entry)
    return all(addresses.get(service) == address for service, _, address in pairs)


def _placeholder(service: str) -> str:
    return f"CLUSTER-IP-OF-{service}"


def _ref(manifest: Manifest) -> Ref:
    return Ref(manifest["kind"], manifest["metadata"]["name"])


def _bound(manifest: Manifest, bindings: Sequence[Binding], addresses: Mapping[str, str]) -> Manifest:
    """Say in an annotation which addresses went in, so that another one is noticed without a read."""
    template = template_of(manifest)
    hosts: dict[str, list[str]] = {
        entry["ip"]: list(entry["hostnames"]) for entry in template["spec"].get("hostAliases", ())
    }
    for binding in bindings:
        names = hosts.setdefault(addresses[binding.service], [])
        names += [binding.hostname] if binding.hostname not in names else []
    aliases: list[dict[str, Any]] = [{"hostnames": names, "ip": address} for address, names in sorted(hosts.items())]
    pod = dict(sorted({**template["spec"], "hostAliases": aliases}.items()))
    written = ",".join(sorted({f"{each.service}={addresses[each.service]}" for each in bindings}))
    annotations = {**manifest["metadata"].get("annotations", {}), ADDRESSES: written}
    return with_digest(with_annotations(with_template(manifest, {**template, "spec": pod}), annotations))
