"""On which nodes pods run."""

from __future__ import annotations

import re
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.names import is_qualified_name, label_value
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

ARCHITECTURES = {"x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64"}
WELL_KNOWN = {
    "node.hostname": "kubernetes.io/hostname",
    "node.platform.os": "kubernetes.io/os",
    "node.platform.arch": "kubernetes.io/arch",
}
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
MORE_THAN_NODES = 2_147_483_647
"""With fewer domains than `minDomains` the scheduler takes the least loaded one for empty, so `maxSkew` is a cap for
each node.
"""
_CONSTRAINT = re.compile(r"\s*(\S+?)\s*(==|!=|=)\s*(\S+)\s*")


@translates("services.*.platform", caveat="The variant of an architecture is not looked at.")
def platform(service: Service, stack: Stack) -> Contribution:
    """`os[/arch[/variant]]`, as labels of the node."""
    if not service.platform:
        return NOTHING
    system, _, rest = service.platform.partition("/")
    architecture, _, variant = rest.partition("/")
    path = f"services.{service.name}.platform"
    if system != "linux" or label_value(architecture or system) != (architecture or system):
        return Contribution(problems=[Refusal(path, f"{service.platform} is not run", "write it as linux/amd64")])
    selector = {"kubernetes.io/os": system}
    if architecture:
        selector["kubernetes.io/arch"] = ARCHITECTURES.get(architecture, architecture)
    notices = (
        [Notice(path, NoticeCode.IGNORED, f"nodes are not labelled with the variant {variant}")] if variant else []
    )
    return Contribution(pod={"nodeSelector": selector}, notices=notices)


@translates(
    "services.*.deploy.placement.constraints",
    caveat="`node.id`, `engine.labels` and managers are Swarm's, and refused.",
)
def constraints(service: Service, stack: Stack) -> Contribution:
    """All of them have to hold.

    A constraint is never dropped: a service that may not run somewhere must not run there.
    """
    placement = service.deploy.placement if service.deploy else None
    if placement is None or not placement.constraints:
        return NOTHING
    path = f"services.{service.name}.deploy.placement.constraints"
    terms, problems = [], []
    for index, text in enumerate(placement.constraints):
        term = _term(text)
        if term is None:
            message = f"{text} means nothing to Kubernetes"
            problems.append(
                Refusal(f"{path}[{index}]", message, "use node.labels.<key>, node.hostname or node.platform")
            )
        else:
            terms.append(term)
    required = {"nodeSelectorTerms": [{"matchExpressions": terms}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    return Contribution(pod={"affinity": affinity} if terms else None, problems=problems)


@translates(
    "services.*.deploy.placement.preferences[].spread",
    "services.*.deploy.placement.max_replicas_per_node",
    caveat="Several preferences are weighed one by one, not nested.",
)
def spread(service: Service, stack: Stack) -> Contribution:
    """Preferences are wishes; the number of replicas on one node is a limit."""
    placement = service.deploy.placement if service.deploy else None
    if placement is None:
        return NOTHING
    selector = {"labelSelector": {"matchLabels": stack.selector(service.name)}}
    found: list[dict[str, Any]] = []
    problems = []
    for index, preference in enumerate(placement.preferences):
        key = _node_label(preference.spread or "")
        if key is None:
            path = f"services.{service.name}.deploy.placement.preferences[{index}].spread"
            problems.append(Refusal(path, f"{preference.spread} means nothing to Kubernetes", "use node.labels.<key>"))
        else:
            found.append({**selector, "maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway"})
    if placement.max_replicas_per_node:
        limit = {"maxSkew": placement.max_replicas_per_node, "minDomains": MORE_THAN_NODES}
        found.append(
            {**selector, **limit, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}
        )
    return Contribution(pod={"topologySpreadConstraints": found} if found else None, problems=problems)


def _term(text: str) -> dict[str, Any] | None:
    """Translate one constraint, `key == value` or `key != value`.

    NotIn also matches nodes without the label, as in Swarm.
    """
    match = _CONSTRAINT.fullmatch(text)
    if match is None:
        return None
    key, operator, value = match.groups()
    if key == "node.role":
        worker = (value == "worker") == (operator != "!=")
        return {"key": CONTROL_PLANE, "operator": "DoesNotExist"} if worker and value in {"worker", "manager"} else None
    label = _node_label(key)
    if label is None or label_value(value) != value:
        return None
    known = ARCHITECTURES.get(value, value) if key == "node.platform.arch" else value
    return {"key": label, "operator": "NotIn" if operator == "!=" else "In", "values": [known]}


def _node_label(key: str) -> str | None:
    """Return the label of nodes that a key of Swarm stands for; one without a prefix of Swarm is a label itself."""
    plain = key.removeprefix("node.labels.")
    if key in WELL_KNOWN:
        return WELL_KNOWN[key]
    return plain if is_qualified_name(plain) and not plain.startswith(("node.", "engine.")) else None
