"""The order of translators, services and everything else that has none leaves no trace in what is applied."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from composestack.compose.model import Project, Service
from composestack.translate.catalog import Catalog, translates
from composestack.translate.contribution import Contribution
from composestack.translate.plan import Plan, translate
from composestack.translate.refusal import Refused
from composestack.translate.scope import Scope
from composestack.translate.stack import Stack
from composestack.translate.translators import CATALOG
from tests.golden.cases import CASES, load_case


def shuffled(catalog: Catalog, seed: int) -> Catalog:
    translators = list(catalog)
    random.Random(seed).shuffle(translators)
    return Catalog(translators)


def reordered(project: Project, seed: int) -> Project:
    sections: dict[str, Any] = {}
    for name in ("services", "jobs", "networks", "volumes", "secrets", "configs"):
        items = list(getattr(project, name).items())
        random.Random(seed).shuffle(items)
        sections[name] = dict(items)
    return project.model_copy(update=sections)


def bytes_of(project: Project, scope: Scope, catalog: Catalog) -> str:
    try:
        return as_text(translate(project, scope, catalog))
    except Refused as refused:
        return str(refused)


def as_text(plan: Plan) -> str:
    return json.dumps(plan.manifests) + repr((plan.services, plan.volumes, plan.notices))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_shuffled_translators_give_the_same_bytes(folder: Path) -> None:
    case = load_case(folder)
    expected = bytes_of(case.project, case.scope, CATALOG)

    for seed in range(3):
        assert bytes_of(case.project, case.scope, shuffled(CATALOG, seed)) == expected


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_reordered_elements_give_the_same_bytes(folder: Path) -> None:
    case = load_case(folder)
    expected = bytes_of(case.project, case.scope, CATALOG)

    for seed in range(3):
        assert bytes_of(reordered(case.project, seed), case.scope, CATALOG) == expected


def test_a_translator_that_depends_on_the_order_would_be_seen() -> None:
    calls: list[str] = []

    def counting(service: Service, stack: Stack) -> Contribution:
        calls.append(service.name)
        return Contribution(template={"annotations": {"call": str(len(calls))}})

    services = {name: Service(name=name, image="acme/app", expose=("80",)) for name in ("a", "b")}
    project = Project(name="shop", services=services)
    catalog = Catalog([*CATALOG, translates("services.*.counted")(counting)])

    assert bytes_of(project, Scope(stack="shop"), catalog) != bytes_of(project, Scope(stack="shop"), catalog)
