"""On which nodes pods run."""

from __future__ import annotations

import re
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Placement, Service
from composestack.compose.problems import Notice
from composestack.translate import labels
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
NO_PLACEMENT = Placement.model_construct()
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_SCHEDULING = "x-kubernetes.scheduling"
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
    selector = _of_platform(service.platform)
    notices = (
        [Notice(path, NoticeCode.IGNORED, f"nodes are not labelled with the variant {variant}")] if variant else []
    )
    return Contribution(pod={"nodeSelector": selector}, notices=notices)


def _of_platform(platform: str) -> dict[str, str]:
    """The labels of nodes of a platform."""
    system, _, rest = platform.partition("/")
    architecture = rest.partition("/")[0]
    found = {"kubernetes.io/os": system}
    return found | ({"kubernetes.io/arch": ARCHITECTURES.get(architecture, architecture)} if architecture else {})


@translates(f"services.*.{_SCHEDULING}.nodeSelector", considers=("services.*.platform",))
def node_selector(service: Service, stack: Stack) -> Contribution:
    """Labels that a node must have, beside those of the platform."""
    own = stack.settings[service.name].scheduling.node_selector
    known = _of_platform(service.platform) if service.platform else {}
    problems = [
        Refusal(
            f"services.{service.name}.{_SCHEDULING}.nodeSelector.{key}",
            f"{value} is written here, but the platform is {service.platform}",
            "leave one of them out",
        )
        for key, value in own.items()
        if known.get(key, value) != value
    ]
    further = {key: value for key, value in own.items() if key not in known}
    return Contribution(pod={"nodeSelector": further} if further else None, problems=problems) if own else NOTHING


@translates(
    "services.*.deploy.placement.constraints",
    f"services.*.{_SCHEDULING}.affinity",
    caveat="`node.id`, `engine.labels` and managers are Swarm's, and refused. Constraints hold beside the affinity.",
)
def affinity(service: Service, stack: Stack) -> Contribution:
    """All of them have to hold.

    A constraint is never dropped: a service that may not run somewhere must not run there. Pods that share claims of
    one node are drawn to each other: the first only finds itself, so it can start.
    """
    terms, problems = _constraints(service)
    own, group = stack.settings[service.name].scheduling.affinity, stack.claims.node_group(service.name)
    wanted = own.manifest() if own else {}
    if terms:
        wanted["nodeAffinity"] = _where_all(wanted.get("nodeAffinity", {}), terms)
    if group is None:
        return Contribution(pod={"affinity": wanted} if wanted else None, problems=problems)
    member = {labels.NODE_GROUP: group}
    near = {
        "labelSelector": {"matchLabels": {**labels.of_stack(stack.name), **member}},
        "topologyKey": WELL_KNOWN["node.hostname"],
    }
    pods = wanted.get("podAffinity", {})
    wanted["podAffinity"] = {**pods, REQUIRED: [near, *pods.get(REQUIRED, ())]}
    return Contribution(pod={"affinity": wanted}, template={"labels": member}, problems=problems)


def _where_all(affinity: dict[str, Any], conditions: list[dict[str, Any]]) -> dict[str, Any]:
    """Add conditions to those of an affinity: one of its terms has to hold, and within it all conditions."""
    terms = affinity.get(REQUIRED, {}).get("nodeSelectorTerms", [{}])
    both = [{**term, "matchExpressions": [*conditions, *term.get("matchExpressions", ())]} for term in terms]
    return {**affinity, REQUIRED: {"nodeSelectorTerms": both}}


def _constraints(service: Service) -> tuple[list[dict[str, Any]], list[Refusal]]:
    placement = (service.deploy and service.deploy.placement) or NO_PLACEMENT
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
    return terms, problems


@translates(
    "services.*.deploy.placement.preferences[].spread",
    "services.*.deploy.placement.max_replicas_per_node",
    f"services.*.{_SCHEDULING}.topologySpreadConstraints",
    caveat="Several preferences are weighed one by one, not nested.",
)
def spread(service: Service, stack: Stack) -> Contribution:
    """Preferences are wishes; the number of replicas on one node is a limit."""
    placement, own = (
        (service.deploy and service.deploy.placement) or NO_PLACEMENT,
        stack.settings[service.name].scheduling.topology_spread_constraints,
    )
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
    found += [{**selector, **constraint.manifest()} for constraint in own]
    keys = [(each["topologyKey"], each["whenUnsatisfiable"]) for each in found]
    problems += [
        Refusal(
            f"services.{service.name}.{_SCHEDULING}.topologySpreadConstraints", f"{key} is there twice", "write it once"
        )
        for key, when in dict.fromkeys(keys)
        if own and keys.count((key, when)) > 1
    ]
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
