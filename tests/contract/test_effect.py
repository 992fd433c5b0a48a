"""Every attribute that the catalog calls translated changes what comes out.

A translator that reads an attribute and does nothing with it would be honest, and silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from composestack.compose.load import load
from composestack.compose.model import Service
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.translate.catalog import Catalog, translates
from composestack.translate.contribution import Contribution
from composestack.translate.plan import Awaited, Need, Plan, translate
from composestack.translate.policy import Policy
from composestack.translate.refusal import Refusal, Refused
from composestack.translate.scope import Scope
from composestack.translate.stack import Stack
from composestack.translate.translators import CATALOG
from tests.contract.written import ATTRIBUTES, Written, steps, written

VARIABLES = {"WORD": "one", "OTHER": "two"}
FILES = ProjectFiles({"one.conf": b"one", "other.conf": b"other"})
STRICT = Policy()
GENEROUS = Policy(
    privileged=True,
    host_network=True,
    host_pid=True,
    host_ipc=True,
    host_paths=("/srv",),
    host_ports=True,
    publish_types=("NodePort", "LoadBalancer", "Ingress"),
    publish_annotations=("example.com/",),
    network_attachments=("lan",),
    gateway_parents=("text", "own", "text/own", "infra/own"),
    capabilities=("NET_ADMIN",),
    rwx_storage_classes=("fast",),
    device_resources={"/dev/kvm": "devices.kubevirt.io/kvm", "/dev/fuse": "example.com/fuse"},
    models="http://models.example.com/v1",
    stop_signals=True,
    service_accounts=("reader",),
    runtimes={"kata": "kata", "hyperv": "hyperv"},
    priority_classes=("high",),
    schedulers=("volcano",),
    taints=("dedicated",),
)


@dataclass(frozen=True)
class Outcome:
    """What came out: a plan, or refusals."""

    plan: Plan | None
    refusals: frozenset[Refusal]


def outcome(document: Mapping[str, Any], policy: Policy, catalog: Catalog = CATALOG) -> Outcome:
    project = load(ComposeSource(directory=FILES, inline=document, name="shop"), VARIABLES).project
    scope = Scope(stack="shop", directory=FILES, variables=VARIABLES, policy=policy)
    try:
        return Outcome(translate(project, scope, catalog), frozenset())
    except Refused as refused:
        return Outcome(None, frozenset(refused.problems))


def concrete(path: str) -> str:
    """Return the path of an attribute in the documents that are written here."""
    return ".".join(steps(path)).replace(".[]", "[0]")


def effect(path: str, case: Written, policy: Policy, catalog: Catalog = CATALOG) -> str:
    """Return what an attribute does: "applied" to the plan, "refused" by name, "hidden" by what else is refused, or
    "nothing".
    """
    with_it, without = (outcome(document, policy, catalog) for document in case.documents(path))
    if with_it.plan and without.plan:
        return "nothing" if with_it.plan == without.plan else "applied"
    if not with_it.plan and with_it == without:
        return "hidden"
    name = concrete(path)
    named = any(
        name.startswith(each.path) or each.path.startswith(name) for each in with_it.refusals ^ without.refusals
    )
    return "refused" if named else "nothing"


@pytest.mark.parametrize("path", sorted(CATALOG.by_path))
def test_every_translated_attribute_has_an_effect(path: str) -> None:
    case = written(path)

    effects = [effect(path, case, policy) for policy in (STRICT, GENEROUS)]

    assert "nothing" not in effects
    assert ("refused" if case.refused else "applied") in effects
    assert not (case.refused and "applied" in effects)


def test_nothing_is_in_the_table_that_is_not_translated() -> None:
    assert ATTRIBUTES.keys() - CATALOG.by_path.keys() == set()


def test_an_attribute_without_effect_would_be_seen() -> None:
    def deaf(service: Service, stack: Stack) -> Contribution:
        """Wait for what it shall wait for, and restart with nothing."""
        needs = [Need(name, Awaited(each.condition)) for name, each in service.depends_on.items()]
        return Contribution(needs=needs)

    path = "services.*.depends_on.*.restart"
    others = (each for each in CATALOG if path not in each.paths)
    catalog = Catalog([*others, translates(path)(deaf)])

    assert effect(path, written(path), STRICT) == "applied"
    assert effect(path, written(path), STRICT, catalog) == "nothing"


def test_a_refusal_that_names_something_else_is_no_effect() -> None:
    case = Written("acme/web", "acme/other", {"services.*.privileged": True})

    assert effect("services.*.image", case, STRICT) == "hidden"
    assert effect("services.*.image", case, GENEROUS) == "applied"
