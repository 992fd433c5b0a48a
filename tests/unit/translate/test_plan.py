from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.model import Dependency, Mount, Port, Project, Service, Volume
from composestack.kinds import KINDS, Ref
from composestack.translate.digest import digest
from composestack.translate.labels import DIGEST
from composestack.translate.plan import Awaited, Need, Plan, PlannedService, PlannedVolume, translate
from composestack.translate.refusal import Refused
from composestack.translate.scope import Scope, Storage


def shop(**services: dict[str, Any]) -> Project:
    return Project(
        name="shop",
        services={
            name: Service(name=name, **{"image": "acme/app", **attributes}) for name, attributes in services.items()
        },
        volumes={"data": Volume(name="shop_data")},
    )


def plan(project: Project, **scope: Any) -> Plan:
    return translate(project, Scope(stack="shop", **scope))


def test_manifests_are_in_apply_order_and_bear_their_digest() -> None:
    made = plan(shop(web={"ports": (Port(target=80),), "volumes": (Mount(type="volume", source="data", target="/d"),)}))

    kinds = [manifest["kind"] for manifest in made.manifests]
    assert kinds == sorted(kinds, key=list(KINDS).index)
    assert set(kinds) == {"Service", "PersistentVolumeClaim", "NetworkPolicy", "Deployment"}
    assert all(manifest["metadata"]["annotations"][DIGEST] == digest(manifest) for manifest in made.manifests)


def test_a_planned_service() -> None:
    made = plan(
        shop(
            web={"scale": 2, "expose": ("80", "53/udp"), "depends_on": {"db": Dependency(condition="service_started")}},
            db={},
        )
    )

    db, web = made.services
    assert web == PlannedService(
        name="web",
        workload=Ref("Deployment", "shop-web"),
        image="acme/app",
        replicas=2,
        needs=(Need("db", Awaited.STARTED),),
        endpoints=("web:53/udp", "web:80"),
    )
    assert db.endpoints == ("db",)


def test_planned_volumes() -> None:
    mounts = (Mount(type="volume", source="data", target="/d"), Mount(type="volume", target="/cache"))
    made = plan(shop(web={"volumes": mounts}))

    assert made.volumes[0] == PlannedVolume("data", "shop-data", retained=True)
    assert made.volumes[1].name == "web:/cache"
    assert not made.volumes[1].retained


def test_all_refusals_come_at_once() -> None:
    volumes = (Mount(type="volume", target="/cache"),)
    project = shop(web={"image": None, "privileged": True, "volumes": volumes}, db={"use_api_socket": True})

    with pytest.raises(Refused) as refused:
        plan(project, storage=Storage(default_size="much"))

    assert [problem.path for problem in refused.value.problems] == [
        "services.db.use_api_socket",
        "services.web.image",
        "services.web.privileged",
        "spec.storage.defaultSize",
    ]


def test_a_stack_name_that_no_label_can_hold_is_refused() -> None:
    with pytest.raises(Refused, match=r"metadata\.name"):
        translate(shop(web={}), Scope(stack="s" * 64))


def test_two_volumes_of_one_name_are_refused() -> None:
    project = Project(
        name="shop",
        services={
            "web": Service(
                name="web",
                image="acme/app",
                volumes=(
                    Mount(type="volume", source="a", target="/a"),
                    Mount(type="volume", source="b", target="/b"),
                ),
            )
        },
        volumes={"a": Volume(name="same"), "b": Volume(name="same")},
    )

    with pytest.raises(Refused, match="two elements of the stack make the same object"):
        plan(project)


def test_an_image_for_nobody_is_reported() -> None:
    made = plan(shop(web={}), images={"gone": "acme/gone"})

    assert "spec.images.gone" in {notice.path for notice in made.notices}


def test_network_policies_can_be_left_out() -> None:
    made = plan(shop(web={"ports": (Port(target=80),)}), network_policy=False)

    assert "NetworkPolicy" not in {manifest["kind"] for manifest in made.manifests}
