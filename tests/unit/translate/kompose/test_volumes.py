from __future__ import annotations

import pytest

from composestack.compose.model import Mount, Project, Service, Volume, VolumeOptions
from composestack.translate.kompose.volumes import below, lives_with_pod, of_volumes, wrong_type

DATA = Mount(type="volume", source="data", target="/data")
BIND = Mount(type="bind", source="./conf", target="/conf")
OF_NODE = Mount(type="bind", source="/srv", target="/srv")


def service(*mounts: Mount, name: str = "db", **labels: str) -> Service:
    """Return a service with labels of kompose about volumes."""
    written = {f"kompose.volume.{key.replace('_', '-')}": value for key, value in labels.items()}
    return Service(name=name, image="acme/db", volumes=mounts, labels=written)


def project(*services: Service, **labels: str) -> Project:
    """Return a project with one volume, `data`, and labels of kompose on it."""
    volume = Volume(labels={f"kompose.volume.{key}": value for key, value in labels.items()})
    return Project(name="shop", services={each.name: each for each in services}, volumes={"data": volume})


def test_a_service_speaks_for_the_volumes_that_it_mounts() -> None:
    found = of_volumes(project(service(DATA, BIND, size="5Gi", storage_class_name="fast")))

    assert found.written == {"data": {"size": "5Gi", "storageClass": "fast"}}
    assert found.origins["volumes.data.x-kubernetes.size"] == "services.db.labels.kompose.volume.size"


def test_a_volume_speaks_for_itself_first() -> None:
    found = of_volumes(project(service(DATA, size="5Gi"), size="7Gi", selector="db"))

    assert found.written["data"]["size"] == "7Gi"
    assert found.written["data"]["selector"] == {"matchLabels": {"io.kompose.service": "db"}}
    assert found.problems == ()


@pytest.mark.parametrize(("other", "refused"), [("5Gi", False), ("6Gi", True)])
def test_services_that_differ_are_refused(other: str, refused: bool) -> None:
    found = of_volumes(project(service(DATA, size="5Gi"), service(DATA, name="other", size=other)))

    assert [each.path for each in found.problems] == ["services.other.labels.kompose.volume.size"] * refused


def test_mounts_of_volumes_begin_below() -> None:
    own = DATA.filled(target="/own", volume=VolumeOptions(subpath="own"))
    paths = [mount.volume and mount.volume.subpath for mount in below(service(DATA, own, BIND, subpath="a/b")).volumes]

    assert paths == ["a/b", "own", None]


@pytest.mark.parametrize(
    ("kind", "mounts", "wrong"),
    [
        ("emptyDir", (DATA, BIND), False),
        ("PersistentVolumeClaim", (DATA,), False),
        ("hostPath", (OF_NODE,), False),
        ("hostPath", (BIND,), True),
        ("hostPath", (DATA,), True),
        ("configMap", (BIND,), False),
        ("configMap", (DATA,), True),
        ("nfs", (DATA,), True),
    ],
)
def test_a_type_has_to_fit_what_is_mounted(kind: str, mounts: tuple[Mount, ...], wrong: bool) -> None:
    assert bool([*wrong_type(service(*mounts, type=kind))]) is wrong


def test_only_directories_of_the_pod_live_with_it() -> None:
    assert lives_with_pod(service(DATA, type="emptyDir"))
    assert not lives_with_pod(service(DATA, type="hostPath"))
    assert not lives_with_pod(service(DATA))
