from __future__ import annotations

from composestack.compose.model import Network, Project, Service, ServiceNetwork
from composestack.translate.membership import Membership

PROJECT = Project(
    name="shop",
    services={
        name: Service(name=name, image=name, networks={key: ServiceNetwork() for key in keys})
        for name, keys in {"web": ("front", "back"), "db": ("back",), "proxy": ("front", "lan"), "lone": ()}.items()
    },
    networks={
        "front": Network(name="shop_front"),
        "back": Network(internal=True),
        "lan": Network(external=True, extensions={"x-kubernetes": {"attachment": "infra/lan"}}),
        "idle": Network(name="other"),
    },
)
MEMBERSHIP = Membership(PROJECT)


def test_only_who_is_on_internal_networks_alone_is_cut_off() -> None:
    assert [name for name in PROJECT.services if MEMBERSHIP.cut_off(name)] == ["db"]


def test_who_meets_whom() -> None:
    assert MEMBERSHIP.together("web", "db")
    assert not MEMBERSHIP.together("db", "proxy")
    assert MEMBERSHIP.together("web", "web")
    assert not MEMBERSHIP.together("lone", "lone")


def test_a_network_with_a_name_of_its_own_is_shared_with_other_stacks() -> None:
    assert [name for name in PROJECT.networks if MEMBERSHIP.shared(name)] == ["lan", "idle"]
    assert MEMBERSHIP.label("front") == "composestack.io/network.front"
    assert MEMBERSHIP.label("idle") == "composestack.io/shared-network.other"


def test_members_and_what_they_are_attached_to() -> None:
    assert [name for name in PROJECT.networks if MEMBERSHIP.any_of(name)] == ["front", "back", "lan"]
    assert MEMBERSHIP.attachments("proxy") == ["infra/lan"]
    assert MEMBERSHIP.attachments("web") == []
