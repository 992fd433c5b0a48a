"""Whatever a project says, translation refuses it or gives manifests that Kubernetes could take."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from composestack.compose.model import (
    Config,
    Dependency,
    Deploy,
    Grant,
    Healthcheck,
    Mount,
    Network,
    Port,
    Project,
    Secret,
    Service,
    ServiceNetwork,
    Volume,
)
from composestack.compose.source import ProjectFiles
from composestack.translate.plan import Manifest, Plan, translate
from composestack.translate.refusal import Refused
from composestack.translate.scope import Scope

LABEL = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")

NAMES = st.one_of(
    st.sampled_from(["web", "db", "my_app", "my-app", "my.app", "MY_APP", "a" * 70, "1st", "_x"]),
    st.from_regex(r"[a-zA-Z0-9._-]{1,80}", fullmatch=True),
)
CONTAINER_NAMES = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,70}", fullmatch=True)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
PATHS = st.from_regex(r"/[a-z._-]{1,12}(/[a-z._-]{1,12})?", fullmatch=True).filter(lambda path: "/." not in path)
SOURCES = st.sampled_from(["./conf", "./data", "./conf/a.conf", ".", "./conf/deep", "./other", "./absent.txt"])
PORTS = st.builds(
    Port,
    target=st.integers(1, 65535),
    published=st.none() | st.integers(1, 65535).map(str),
    protocol=st.sampled_from(["tcp", "udp", "sctp"]),
    host_ip=st.sampled_from([None, "127.0.0.1", "0.0.0.0"]),
    name=st.none() | TEXT,
)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    volumes, networks = draw(st.lists(NAMES, max_size=3, unique=True)), draw(st.lists(NAMES, max_size=2, unique=True))
    files = draw(st.lists(NAMES, max_size=2, unique=True))
    keys = {"services": names, "volumes": volumes, "networks": networks, "files": files}
    return Project(
        name="project",
        services={name: draw(services(name, keys)) for name in names},
        volumes={key: Volume(name=f"project_{key}", labels=draw(labels())) for key in volumes},
        networks={key: Network(name=f"project_{key}", internal=draw(st.booleans())) for key in networks},
        secrets={key: Secret(name=f"project_{key}", content=draw(TEXT)) for key in files},
        configs={key: Config(name=f"project_{key}", content=draw(TEXT)) for key in files},
    )


def labels() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(NAMES | TEXT, TEXT, max_size=2)


@st.composite
def services(draw: st.DrawFn, name: str, keys: dict[str, list[str]]) -> Service:
    others = [other for other in keys["services"] if other != name]
    conditions = ["service_started", "service_started", "service_completed_successfully"]
    attributes: dict[str, Any] = {
        "image": draw(st.sampled_from(["postgres:16", "acme/app"])),
        "command": draw(st.none() | st.lists(TEXT, min_size=1, max_size=3).map(tuple)),
        "environment": draw(
            st.dictionaries(st.from_regex(r"[A-Z_]{1,8}", fullmatch=True), st.none() | TEXT, max_size=3)
        ),
        "labels": draw(labels()),
        "ports": draw(st.lists(PORTS, max_size=3).map(tuple)),
        "expose": draw(st.lists(st.integers(1, 65535).map(str), max_size=2).map(tuple)),
        "restart": draw(st.sampled_from([None, "always", "no", "on-failure:2"])),
        "deploy": draw(st.none() | st.builds(Deploy, replicas=st.integers(0, 3))),
        "healthcheck": draw(st.none() | st.just(Healthcheck(test=("CMD", "true")))),
        "hostname": draw(st.none() | NAMES),
        "container_name": draw(st.none() | CONTAINER_NAMES),
        "volumes": draw(mounts(keys["volumes"])),
        "networks": {key: ServiceNetwork(aliases=tuple(draw(st.lists(NAMES, max_size=1)))) for key in keys["networks"]},
        "secrets": tuple(Grant(source=key, target=f"/run/secrets/{key}") for key in keys["files"]),
        "configs": tuple(Grant(source=key) for key in keys["files"]),
        "depends_on": {
            other: Dependency(condition=draw(st.sampled_from(conditions))) for other in others if draw(st.booleans())
        },
    }
    return Service(name=name, **attributes)


@st.composite
def mounts(draw: st.DrawFn, volumes: list[str]) -> tuple[Mount, ...]:
    targets = draw(st.lists(PATHS, max_size=3, unique=True))
    choices = [("tmpfs", st.none()), ("volume", st.none()), ("bind", SOURCES)]
    choices += [("volume", st.sampled_from(volumes))] if volumes else []
    found = []
    for target in targets:
        sort, source = draw(st.sampled_from(choices))
        found.append(Mount(type=sort, source=draw(source), target=target, read_only=draw(st.booleans())))
    return tuple(found)


FILES = ProjectFiles({"conf/a.conf": b"http://web:8080", "conf/deep/er.bin": b"\xff\x00"})


def outcome(project: Project) -> Plan | Refused:
    try:
        return translate(project, Scope(stack="shop", directory=FILES))
    except Refused as refused:
        return refused


@settings(max_examples=100, deadline=None)
@given(projects())
def test_translation_is_deterministic(project: Project) -> None:
    one, two = outcome(project), outcome(Project.model_validate(project.model_dump(exclude_unset=True)))

    assert type(one) is type(two)
    if isinstance(one, Plan) and isinstance(two, Plan):
        assert json.dumps(one.manifests) == json.dumps(two.manifests)
        assert (one.services, one.volumes, one.notices) == (two.services, two.volumes, two.notices)
    else:
        assert str(one) == str(two)


@settings(max_examples=100, deadline=None)
@given(projects())
def test_names_are_valid_and_unique(project: Project) -> None:
    made = outcome(project)
    if isinstance(made, Refused):
        assert made.problems
        return

    names = [(manifest["kind"], manifest["metadata"]["name"]) for manifest in made.manifests]
    assert len(set(names)) == len(names)
    for kind, name in names:
        assert len(name) <= 63
        assert (LABEL if kind == "Service" else SUBDOMAIN).fullmatch(name), name
    for manifest in made.manifests:
        check_labels(manifest["metadata"]["labels"])
        if "template" in manifest["spec" if "spec" in manifest else "metadata"]:
            check_pod(manifest)
        if manifest["kind"] == "Service":
            check_unique(manifest["spec"].get("ports", []), "name")
    assert len(made.services) == len(project.services)


def check_labels(values: dict[str, str]) -> None:
    for key, value in values.items():
        assert len(key.rpartition("/")[2]) <= 63
        assert LABEL_VALUE.fullmatch(key.rpartition("/")[2]), key
        assert len(value) <= 63
        assert LABEL_VALUE.fullmatch(value), value


def check_pod(manifest: Manifest) -> None:
    template = manifest["spec"]["template"]
    check_labels(template["metadata"]["labels"])
    container, pod = template["spec"]["containers"][0], template["spec"]
    check_unique(container.get("volumeMounts", []), "mountPath")
    check_unique(container.get("env", []), "name")
    check_unique(container.get("ports", []), "containerPort", "protocol")
    check_unique(pod.get("volumes", []), "name")
    volumes = {volume["name"] for volume in pod.get("volumes", [])}
    assert {mount["name"] for mount in container.get("volumeMounts", [])} == volumes
    for name in volumes:
        assert len(name) <= 63
        assert LABEL.fullmatch(name), name
    if manifest["kind"] != "Job":
        selector = manifest["spec"]["selector"]["matchLabels"]
        assert selector.items() <= template["metadata"]["labels"].items()
        assert len(selector) == 2


def check_unique(items: list[dict[str, Any]], *keys: str) -> None:
    found = [tuple(item[key] for key in keys) for item in items]
    assert len(set(found)) == len(found)
