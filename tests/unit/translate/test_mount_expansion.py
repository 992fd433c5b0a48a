from __future__ import annotations

from composestack.compose.load import load
from composestack.compose.model import Mount, Project
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.translate.mount_expansion import expanded


def project(text: str) -> Project:
    return load(ComposeSource(directory=ProjectFiles({}), inline=text, name="shop"), {}).project


def mounts(text: str, service: str) -> dict[str | None, Mount]:
    return {mount.target: mount for mount in expanded(project(text)).services[service].volumes}


CHAIN = """
services:
  a: {image: a, volumes: ["data:/data", "logs:/logs", /anonymous, {type: tmpfs, target: /run}]}
  b: {image: b, volumes: ["own:/logs"], volumes_from: ["a:ro"]}
  c: {image: c, volumes_from: [b]}
volumes: {data: , logs: , own: }
"""


def test_a_service_has_the_named_mounts_of_another_one() -> None:
    assert {target: mount.source for target, mount in mounts(CHAIN, "b").items()} == {"/logs": "own", "/data": "data"}


def test_read_only_is_handed_on() -> None:
    found = mounts(CHAIN, "c")

    assert found["/data"].read_only
    assert not found["/logs"].read_only


def test_a_project_without_such_mounts_stays_as_it_is() -> None:
    plain = project("services: {a: {image: a, volumes: ['data:/data']}}\nvolumes: {data: }")

    assert expanded(plain) is plain


MEMORY = """
services:
  a: {image: a, volumes: ["memory:/memory", "disk:/disk:ro"]%s}
volumes:
  memory: {driver_opts: {type: tmpfs, o: size=1m}}
  disk: {driver_opts: {type: none, o: bind, device: /srv}}
"""


def test_a_volume_is_mounted_as_what_its_driver_options_say() -> None:
    found = mounts(MEMORY % "", "a")

    assert (found["/memory"].type, found["/memory"].tmpfs and found["/memory"].tmpfs.size) == ("tmpfs", 1024**2)
    assert (found["/disk"].type, found["/disk"].source, found["/disk"].read_only) == ("bind", "/srv", True)


def test_memory_of_several_pods_is_left_to_be_refused() -> None:
    assert mounts(MEMORY % ", scale: 2", "a")["/memory"].type == "volume"
