from __future__ import annotations

from typing import Any

from composestack.compose.model import Dependency, Project, Service
from composestack.translate.patching.patch import Patch
from composestack.translate.plan import Plan, translate
from composestack.translate.policy import Policy
from composestack.translate.scope import Scope


def plan(*patches: Patch, **services: dict[str, Any]) -> Plan:
    made = {name: Service(name=name, **{"image": "acme/app", **attributes}) for name, attributes in services.items()}
    scope = Scope(stack="shop", patches=patches, policy=Policy(patches=True))
    return translate(Project(name="shop", services=made), scope)


def after(*names: str, restart: bool = True) -> dict[str, Any]:
    return {name: Dependency(condition="service_started", restart=restart) for name in names}


def stamps_of(made: Plan, workload: str) -> dict[str, str]:
    (found,) = (each for each in made.manifests if (each["kind"], each["metadata"]["name"]) == ("Deployment", workload))
    return dict(found["spec"]["template"]["metadata"].get("annotations", {}))


def test_pods_bear_the_digest_of_the_template_that_they_follow() -> None:
    before = plan(web={"depends_on": after("db")}, db={})
    after_change = plan(web={"depends_on": after("db")}, db={"image": "acme/app:2"})
    scaled = plan(web={"depends_on": after("db")}, db={"scale": 3})

    assert stamps_of(before, "shop-web").keys() == {"composestack.io/dep-db"}
    assert stamps_of(before, "shop-web") != stamps_of(after_change, "shop-web")
    assert stamps_of(before, "shop-web") == stamps_of(scaled, "shop-web")


def test_without_restart_the_template_is_its_own() -> None:
    assert stamps_of(plan(web={"depends_on": after("db", restart=False)}, db={}), "shop-web") == {}


def test_pods_follow_along_the_chain() -> None:
    services = {"web": {"depends_on": after("api")}, "api": {"depends_on": after("db")}}

    assert stamps_of(plan(**services, db={}), "shop-web") != stamps_of(
        plan(**services, db={"image": "acme/app:2"}), "shop-web"
    )


def test_a_name_that_no_key_can_hold_is_shortened_and_one_beside_it_is_another() -> None:
    long, other = "d" * 70 + "-one", "d" * 70 + "-two"
    keys = stamps_of(plan(web={"depends_on": after(long, other)}, **{long: {}, other: {}}), "shop-web").keys()

    assert len(keys) == 2
    assert all(len(key.partition("/")[2]) <= 63 for key in keys)


def test_a_patch_of_what_pods_follow_replaces_them_too() -> None:
    services: dict[str, Any] = {"web": {"depends_on": after("api")}, "api": {"depends_on": after("db")}, "db": {}}
    of_template = Patch({"spec": {"template": {"spec": {"hostname": "other"}}}}, "Deployment", "db")
    of_workload = Patch({"spec": {"revisionHistoryLimit": 3}}, "Deployment", "db")

    before, changed, same = plan(**services), plan(of_template, **services), plan(of_workload, **services)

    for workload in ("shop-web", "shop-api"):
        assert stamps_of(changed, workload).keys() == stamps_of(before, workload).keys()
        assert stamps_of(changed, workload) != stamps_of(before, workload)
        assert stamps_of(same, workload) == stamps_of(before, workload)
