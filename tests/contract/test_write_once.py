"""One writer for each Kubernetes field: two concerns that write different values are a bug that shows at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from composestack.compose.model import Project, Service
from composestack.translate.catalog import Catalog, translates
from composestack.translate.contribution import LIST_KEYS, Clash, Contribution
from composestack.translate.plan import translate
from composestack.translate.scope import Scope
from composestack.translate.stack import Stack
from composestack.translate.translators import CATALOG
from tests.golden.cases import CASES, load_case


def fields(share: Any, path: str = "", list_keys: dict[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """Return the value of each field that a share writes, by path; items of keyed lists by their key."""
    found: dict[str, Any] = {}
    for key, value in (share or {}).items():
        inner = f"{path}.{key}"
        if isinstance(value, dict) and value:
            found |= fields(value, inner, list_keys)
        elif key in (list_keys or {}):
            for item in value:
                name = "/".join(str(item[part]) for part in LIST_KEYS[key])
                rest = {part: value for part, value in item.items() if part not in LIST_KEYS[key]}
                found |= fields(rest, f"{inner}[{name}]", list_keys)
        else:
            found[inner] = value
    return found


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_no_field_of_a_pod_has_two_writers(folder: Path) -> None:
    case = load_case(folder)
    stack = Stack(case.project, case.scope)
    for service in case.project.services.values():
        writers: dict[str, str] = {}
        for translator in CATALOG.section("services"):
            share = translator(service, stack)
            written = {
                **fields(share.container, "container", dict(LIST_KEYS)),
                **fields(share.pod, "pod", dict(LIST_KEYS)),
                **fields(share.workload, "workload"),
            }
            for field in written:
                other = writers.setdefault(field, translator.name)
                assert other == translator.name or "volume-conflict" in folder.name, f"{field}: {other} too"


def test_a_second_writer_would_be_seen() -> None:
    @translates("services.*.other")
    def other(service: Service, stack: Stack) -> Contribution:
        return Contribution(pod={"terminationGracePeriodSeconds": 99})

    project = Project(name="shop", services={"web": Service(name="web", image="acme/web", expose=("80",))})

    with pytest.raises(Clash, match="terminationGracePeriodSeconds"):
        translate(project, Scope(stack="shop"), Catalog([*CATALOG, other]))
