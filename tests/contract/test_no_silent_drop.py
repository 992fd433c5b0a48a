"""No key is dropped in silence: without it something else would come out, or a notice or a refusal names it, or it
says what holds anyway.

Every key of every input is taken out of its project: those of the golden stacks and the examples, and of the stacks of
other people where they are there. What has the same value at the same place was tried before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from composestack.compose.load import load
from composestack.compose.model import Element, Project, Service
from composestack.compose.problems import InvalidCompose
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.directory import DirectoryOnDisk
from composestack.translate.catalog import Catalog
from composestack.translate.plan import Plan, translate
from composestack.translate.refusal import Refused
from composestack.translate.scope import Publish, Scope
from composestack.translate.translators import CATALOG
from composestack.translate.unsupported import FRONT_END, UNSUPPORTED
from tests.conformance.case import collect
from tests.contract.removal import Key, Needed, Way, at, covers, keys, place, without, written_at
from tests.contract.test_effect import GENEROUS
from tests.golden.cases import CASES, load_case

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
PUBLISHED = Publish(type="LoadBalancer")
"""So that the numbers of published ports matter."""


SILENT = "silent"
SECTIONS = ("configs", "jobs", "models", "networks", "secrets", "services", "volumes")


class Input(NamedTuple):
    name: str
    project: Project
    scope: Scope


def golden() -> Iterator[Input]:
    for folder in CASES:
        if (folder / "refusal.txt").exists():
            continue
        case = load_case(folder)
        policy = case.scope.policy.model_copy(update={"publish_types": GENEROUS.publish_types})
        publish = PUBLISHED if case.scope.publish == Publish() else case.scope.publish
        yield Input(folder.name, case.project, case.scope._replace(publish=publish, policy=policy))


def examples() -> Iterator[Input]:
    for path in sorted((ROOT / "examples").rglob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            spec = (document or {}).get("spec", {})
            if "compose" in spec or "files" in spec:
                directory = ProjectFiles.from_text(spec.get("files") or {})
                variables = {each["name"]: each.get("value", "") for each in spec.get("env", ())}
                source = ComposeSource(directory=directory, inline=spec.get("compose"), name="shop")
                yield from loaded(path.name, source, variables)


def conformance() -> Iterator[Input]:
    cases = SHARED / "conformance"
    for case in collect(cases) if cases.is_dir() else ():
        yield from loaded(case.name, replace(case.source, root=None, home=None), case.variables)


def realworld() -> Iterator[Input]:
    for folder in sorted(path.parent for path in (SHARED / "realworld").glob("*/case.yaml")):
        case = yaml.safe_load((folder / "case.yaml").read_text())
        disk = DirectoryOnDisk(folder)
        source = ComposeSource(
            directory=ProjectFiles({path: disk.read(path) or b"" for path in disk.below(".")}),
            compose_files=tuple(case.get("files") or ()),
            profiles=tuple(case.get("profiles") or ()),
            name="shop",
        )
        yield from loaded(folder.name, source, {name: str(value) for name, value in case.get("env", {}).items()})


def loaded(name: str, source: ComposeSource, variables: Mapping[str, str]) -> Iterator[Input]:
    """Yield the input that the source makes, if it is a valid one, under a policy that allows most."""
    try:
        project = load(source, variables).project
    except InvalidCompose:
        return
    images = {name: "acme/built" for name, service in project.services.items() if not service.image}
    policy = GENEROUS.model_copy(update={"host_paths": ("/",)})
    scope = Scope(stack="shop", directory=source.directory, variables=variables, images=images, policy=policy)
    yield Input(name, project, scope._replace(publish=PUBLISHED))


def equal_to(*values: Any) -> Callable[[Key, Project], bool]:
    return lambda key, project: key.value in values


def service_of(key: Key, project: Project) -> Service:
    found = at(project, key.way[:2])
    assert isinstance(found, Service)
    return found


def is_reachable_anyway(key: Key, project: Project) -> bool:
    """The name of a service always is; an alias, if another service asks for it as well."""
    _, _, alias = key.value.partition(":")
    others = [link for service in project.services.values() for link in service.links if link.endswith(f":{alias}")]
    return not alias or len(others) > 1


def is_default_port(key: Key, project: Project) -> bool:
    """Ports that are exposed by other means, too."""
    return bool(service_of(key, project).ports)


def needs_no_number(key: Key, project: Project) -> bool:
    """The number outside is that inside, or it is one of the loopback interface, which is never opened to others."""
    port = at(project, key.way[:-1])
    return key.value == str(port.target) or (port.host_ip or "").startswith("127.")


def ends_anyway(key: Key, project: Project) -> bool:
    """A service whose completion others await is not started again."""
    name = key.way[1]
    found = (each.depends_on.get(name) for each in project.services.values())
    return any(need is not None and need.condition == "service_completed_successfully" for need in found)


def is_of_the_project(key: Key, project: Project) -> bool:
    """Files of the project are in a ConfigMap, which can only be read."""
    return bool(at(project, key.way[:-1]).type == "bind")


SAME: Mapping[str, Callable[[Key, Project], bool]] = {
    "networks.*.driver": equal_to("bridge", "overlay", "default"),
    "services.*.cap_add[]": equal_to("AUDIT_WRITE"),
    "services.*.container_name": lambda key, project: key.value == key.way[1],
    "services.*.depends_on.*": lambda key, project: key.way[-1] not in project.services,
    "services.*.depends_on.*.required": equal_to(True),
    "services.*.deploy.mode": equal_to("replicated"),
    "services.*.deploy.resources.reservations.devices[].driver": equal_to("nvidia"),
    "services.*.deploy.restart_policy.condition": ends_anyway,
    "services.*.environment.*": equal_to(None),
    "services.*.expose[]": is_default_port,
    "services.*.healthcheck.disable": lambda key, project: not key.value or not at(project, key.way[:-1]).test,
    "services.*.healthcheck.interval": equal_to(30_000_000_000),
    "services.*.healthcheck.retries": equal_to(3),
    "services.*.healthcheck.timeout": equal_to(30_000_000_000),
    "services.*.ipc": equal_to("none", "private", "shareable"),
    "services.*.links[]": is_reachable_anyway,
    "services.*.network_mode": equal_to("bridge"),
    "services.*.ports[].host_ip": equal_to("0.0.0.0"),
    "services.*.ports[].mode": equal_to("ingress"),
    "services.*.ports[].protocol": equal_to("tcp"),
    "services.*.ports[].published": needs_no_number,
    "services.*.pull_policy": equal_to("missing", "if_not_present"),
    "services.*.restart": lambda key, project: key.value in {"always", "unless-stopped"} or ends_anyway(key, project),
    "services.*.volumes[].read_only": is_of_the_project,
    "volumes.*.driver": equal_to("local", "default"),
}
"""What holds in Kubernetes anyway, by attribute. False, zero and what is empty hold for all."""


def holds_anyway(key: Key, project: Project) -> bool:
    if key.path in SAME and SAME[key.path](key, project):
        return True
    if key.value is None or key.value in (False, 0, "", (), {}) or key.path in FRONT_END:
        return True
    inner = list(keys(key.value, key.way, key.path))
    if inner:  # a mapping or list holds if all in it does
        return all(holds_anyway(each, project) for each in inner)
    if isinstance(key.value, Element):
        return True
    return key.path.removesuffix("[]") in FRONT_END


class Walk:
    """What became of each key of all inputs that were walked."""

    def __init__(self, catalog: Catalog = CATALOG) -> None:
        self.catalog = catalog
        self.counts: Counter[str] = Counter()
        self.silent: list[str] = []
        self._tried: set[Any] = set()

    def through(self, inputs: Iterable[Input]) -> Walk:
        """Walk inputs, the small ones first: what they have need not be tried in large ones."""
        for name, project, scope in sorted(inputs, key=lambda each: sum(1 for _ in keys(each.project))):
            self.counts["inputs"] += 1
            accepted = self._accepted(project, scope)
            if accepted is not None:
                self._walk(name, *accepted, scope)
        return self

    def _accepted(self, project: Project, scope: Scope) -> tuple[Project, Plan] | None:
        """Take out what is refused until nothing is, and return the rest with its plan."""
        while True:
            try:
                return project, translate(project, scope, self.catalog)
            except Refused as refused:
                way = written_at(project, refused.problems[0].path)
                smaller = self._smaller(project, way)
                if smaller is project:
                    self.counts["refused"] += sum(1 for _ in keys(project))
                    return None
                project = smaller

    def _smaller(self, project: Project, way: Way) -> Project:
        while len(way) > 1:
            try:
                left: Project = without(project, way)
            except (Needed, KeyError, IndexError):
                way = way[:-1]
                continue
            self.counts["refused"] += 1 + sum(1 for _ in keys(at(project, way)))
            return left
        return project

    def _walk(self, name: str, project: Project, plan: Plan, scope: Scope) -> None:
        for key in keys(project):
            if len(key.way) < 3:
                continue
            self.counts["keys"] += 1
            holder = at(project, key.way[:-1])
            beside = tuple(sorted(holder.model_fields_set)) if isinstance(holder, Element) and len(key.way) > 3 else ()
            value = key.value is None if key.path == "services.*.environment.*" else repr(key.value)
            signature = (key.path, value, beside, getattr(holder, "type", ""))
            if signature in self._tried:
                self.counts["tried before"] += 1
                continue
            self._tried.add(signature)
            self.counts[outcome := self._outcome(key, project, plan, scope)] += 1
            if outcome == SILENT:
                self.silent.append(f"{name}: {place(key.way)}: {key.value!r}")

    def _outcome(self, key: Key, project: Project, plan: Plan, scope: Scope) -> str:
        try:
            other: Plan | None = translate(without(project, key.way), scope, self.catalog)
        except Needed:
            return "part of its element"
        except Refused:
            other = None
        if other is None or replace(other, notices=plan.notices) != plan:
            return "applied"
        if other != plan or is_below_a_reported_row(key, plan):
            return "reported"
        return "holds anyway" if holds_anyway(key, project) else SILENT


def is_below_a_reported_row(key: Key, plan: Plan) -> bool:
    """A row of the table holds for all below it, and says it once."""
    rows = [row for row in UNSUPPORTED if covers(row, key.path)]
    return bool(rows) and any(covers(notice.path, place(key.way)) for notice in plan.notices)


def test_no_key_is_dropped_in_silence() -> None:
    walk = Walk().through([*examples(), *realworld()])

    print(dict(walk.counts))
    assert walk.silent == []
    assert walk.counts["applied"] > 50


def test_every_key_has_its_place() -> None:
    """Stacks that are made for tests say many things twice, so that nothing would be missing without one of them."""
    paths = {key.path for each in (*golden(), *conformance()) for key in keys(each.project)}

    assert {path for path in paths if not has_place(path)} == set()
    assert len(paths) > 300


def has_place(path: str) -> bool:
    """Tell whether an attribute is translated or looked at, leads to such, belongs to a row, or was resolved before."""
    if path not in CATALOG.by_path:
        path = path.replace("jobs.*", "services.*", 1)  # a job is written as a service
    looked_at = {*CATALOG.by_path, *(path for translator in CATALOG for path in translator.considers)}
    return path in {"name", *SECTIONS, *(f"{section}.*" for section in SECTIONS), "services.*.name"} or any(
        covers(known, path) or covers(path, known) for known in (*looked_at, *UNSUPPORTED, *FRONT_END)
    )


def test_a_key_that_is_dropped_would_be_seen() -> None:
    others = [each for each in CATALOG if "services.*.working_dir" not in each.paths]
    service = Service(name="web", image="acme/web", working_dir="/srv")
    project = Project(name="shop", services={"web": service})

    walk = Walk(Catalog(others)).through([Input("a test", project, Scope(stack="shop"))])

    assert walk.silent == ["a test: services.web.working_dir: '/srv'"]
