from __future__ import annotations

from collections.abc import Mapping

import pytest

from composestack.compose.model import Mount, Project, Service, Volume
from composestack.translate.claims import Claims, User, access
from composestack.translate.policy import Policy
from composestack.translate.scope import Scope, Storage

ONE = User("one", 1, lasting=True)
SCALED = User("scaled", 2, lasting=False)
EVERYWHERE = User("everywhere", None, lasting=False)


def scope(mode: str | None = None, *, rwx: bool = False, retain: bool = True) -> Scope:
    policy = Policy(rwx_storage_classes=("",) if rwx else ())
    return Scope(stack="shop", storage=Storage(access_mode=mode), policy=policy, retain_volumes=retain)


@pytest.mark.parametrize(
    ("users", "circumstances", "expected"),
    [
        ([ONE], scope(), ("ReadWriteOnce", False)),
        ([ONE, ONE], scope(), ("ReadWriteOnce", True)),
        ([SCALED], scope(), ("ReadWriteOnce", True)),
        ([EVERYWHERE], scope(), ("ReadWriteOnce", True)),
        ([ONE], scope(rwx=True), ("ReadWriteMany", False)),
        ([ONE, SCALED], scope(rwx=True), ("ReadWriteMany", False)),
        ([ONE, ONE], scope("ReadWriteMany"), ("ReadWriteMany", False)),
        ([ONE, ONE], scope("ReadWriteOncePod", rwx=True), ("ReadWriteOncePod", True)),
    ],
)
def test_access(users: list[User], circumstances: Scope, expected: tuple[str, bool]) -> None:
    assert access(users, circumstances) == expected


def claims(
    services: Mapping[str, tuple[Mount, ...]],
    volumes: Mapping[str, Volume] | None = None,
    circumstances: Scope | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Claims:
    project = Project(
        name="shop",
        services={name: Service(name=name, volumes=mounts) for name, mounts in services.items()},
        volumes=volumes or {},
    )
    users = {name: User(name, 1, lasting=True) for name in services}
    return Claims(project, circumstances or scope(), users, lambda path: files or {})


def named(volume: str, target: str = "/data", *, read_only: bool = False) -> Mount:
    return Mount(type="volume", source=volume, target=target, read_only=read_only)


def test_one_claim_for_each_volume() -> None:
    found = claims({"web": (named("my_data"),), "db": (named("my_data"),)}, {"my_data": Volume(name="shop_my_data")})

    assert [(claim.volume, claim.name, claim.colocated) for claim in found.all()] == [("my_data", "shop-my-data", True)]
    assert found.behind("web", named("my_data")) == found.named("my_data")


def test_nobody_uses_it() -> None:
    assert claims({"web": ()}).named("data") is None


def test_a_name_of_its_own_is_kept() -> None:
    found = claims({"web": (named("data"),)}, {"data": Volume(name="Company_Data")}).named("data")

    assert found is not None
    assert found.name == "company-data"


def test_an_external_volume_is_an_existing_claim() -> None:
    volumes = {"data": Volume(name="theirs", external=True)}
    found = claims({"web": (named("data"),), "db": (named("data"),)}, volumes).named("data")

    assert found is not None
    assert (found.name, found.external, found.colocated) == ("theirs", True, False)


def test_a_bind_mount_of_nothing_is_a_claim_for_its_path() -> None:
    mount = Mount(type="bind", source="./data/", target="/data")
    found = claims({"web": (mount,)}).behind("web", mount)

    assert found is not None
    assert found.volume == "./data"
    assert found.name.startswith("shop-data-")
    assert not found.declared


def test_a_bind_mount_of_files_is_none() -> None:
    mount = Mount(type="bind", source="./data", target="/data")

    assert claims({"web": (mount,)}, files={"a": b""}).behind("web", mount) is None


def test_an_anonymous_volume_goes_with_the_stack() -> None:
    mount = Mount(type="volume", target="/cache")
    found = claims({"web": (mount,)}).behind("web", mount)

    assert found is not None
    assert found.volume == "web:/cache"
    assert not found.retained


def test_a_mask_over_a_bind_mount_is_not_kept() -> None:
    mask = Mount(type="volume", target="/app/node_modules")
    code = Mount(type="bind", source=".", target="/app")

    assert claims({"web": (code, mask)}).behind("web", mask) is None


def test_what_the_stack_says_about_retention() -> None:
    found = claims({"web": (named("data"),)}, circumstances=scope(retain=False)).named("data")

    assert found is not None
    assert not found.retained


def test_services_that_share_claims_through_others_are_one_group() -> None:
    found = claims(
        {
            "a": (named("one"),),
            "b": (named("one"), named("two", "/two")),
            "c": (named("two"),),
            "d": (named("three"),),
            "e": (named("three"),),
            "f": (named("four"),),
        }
    )

    assert {service: found.node_group(service) for service in "abcdef"} == {
        "a": "one",
        "b": "one",
        "c": "one",
        "d": "three",
        "e": "three",
        "f": None,
    }


def test_who_writes_alone() -> None:
    services = {"writer": (named("data"),), "reader": (named("data", read_only=True),), "none": ()}

    assert [claims(services).writes_alone(service) for service in services] == [True, False, False]
    assert not claims(services, circumstances=scope(rwx=True)).writes_alone("writer")


def extended(**settings: object) -> Volume:
    return Volume(extensions={"x-kubernetes": settings})


def test_what_a_volume_says_goes_before_what_the_stack_says() -> None:
    project = Project(
        name="shop",
        services={"web": Service(name="web", volumes=(named("own"), named("plain", "/plain")))},
        volumes={
            "own": extended(size="5Gi", storageClass="fast", accessModes=["ReadWriteMany"], reclaim="Delete"),
            "plain": Volume(),
        },
    )
    found = Claims(project, scope("ReadWriteOnce"), {"web": User("web", 2, lasting=False)}, lambda _: {})
    own, plain = found.named("own"), found.named("plain")
    assert own is not None
    assert plain is not None
    assert (own.access_mode, own.colocated, own.retained) == ("ReadWriteMany", False, False)
    assert (plain.access_mode, plain.colocated, plain.retained) == ("ReadWriteOnce", True, True)
    assert found.storage("own") == Storage("fast", "5Gi", "ReadWriteMany")
    assert found.storage("plain") == scope("ReadWriteOnce").storage


def test_a_class_of_its_own_decides_what_can_be_shared() -> None:
    project = Project(
        name="shop",
        services={"web": Service(name="web", volumes=(named("data"),))},
        volumes={"data": extended(storageClass="local")},
    )
    found = Claims(project, scope(rwx=True), {"web": User("web", 1, lasting=True)}, lambda _: {}).named("data")
    assert found is not None
    assert found.access_mode == "ReadWriteOnce"
