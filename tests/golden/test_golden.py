"""What becomes of each stack, byte for byte: a change here restarts the pods of every user who has such a stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import yaml

from composestack.translate.bindings import bound
from composestack.translate.plan import Manifest, Plan, translate
from composestack.translate.refusal import Refused
from tests.golden.cases import CASES, load_case


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_golden(folder: Path, request: pytest.FixtureRequest) -> None:
    made = _made(folder)
    if request.config.getoption("--update-golden", default=False):
        _write(folder, made)
    expected = {name: (folder / name).read_text() for name in _NAMES if (folder / name).exists()}
    assert made == expected


_NAMES = ("expected.yaml", "notices.txt", "refusal.txt")


def _made(folder: Path) -> Mapping[str, str]:
    case = load_case(folder)
    try:
        plan = with_addresses(translate(case.project, case.scope))
    except Refused as refused:
        return {"refusal.txt": "".join(f"{problem}\n" for problem in refused.problems)}
    notices = "".join(f"{notice.code}: {notice}\n" for notice in sorted({*case.notices, *plan.notices}))
    return {"expected.yaml": _dump(plan.manifests), **({"notices.txt": notices} if notices else {})}


def with_addresses(plan: Plan) -> Plan:
    """Give every Service that is named in a pod an address, as a cluster does."""
    services = sorted({binding.service for binding in plan.bindings})
    return bound(plan, {name: f"192.0.2.{number}" for number, name in enumerate(services, 1)})


def _dump(manifests: Iterable[Manifest]) -> str:
    return yaml.dump_all(manifests, Dumper=_Dumper, explicit_start=True, width=120, allow_unicode=True)


def _write(folder: Path, made: Mapping[str, str]) -> None:
    for name in _NAMES:
        (folder / name).unlink(missing_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True
