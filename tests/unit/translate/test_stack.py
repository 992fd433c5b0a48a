from __future__ import annotations

from composestack.compose.model import Dependency, Healthcheck, Network
from composestack.compose.model import ServiceNetwork as Attachment
from tests.unit.translate.shop import stack


def test_who_is_awaited_is_a_job() -> None:
    awaits = {"migrate": Dependency(condition="service_completed_successfully")}
    found = stack({"web": {"depends_on": awaits}, "migrate": {}})

    assert found.kinds == {"web": "Deployment", "migrate": "Job"}


def test_healthchecks_that_say_nothing_are_none() -> None:
    found = stack(
        {
            "good": {"healthcheck": Healthcheck(test=("CMD", "true"))},
            "none": {"healthcheck": Healthcheck(test=("NONE",))},
            "off": {"healthcheck": Healthcheck(test=("CMD", "true"), disable=True)},
            "image": {"healthcheck": Healthcheck(interval=1)},
            "absent": {},
        }
    )

    checks = {name for name in ("good", "none", "off", "image", "absent") if found.has_healthcheck(name)}
    assert checks == {"good"}


def test_networks_with_a_name_of_their_own_are_shared() -> None:
    networks = {
        "plain": Network(name="shop_plain"),
        "named": Network(name="company"),
        "outside": Network(name="outside", external=True),
    }
    found = stack({}, networks=networks)

    assert [found.shared_network(key) for key in networks] == [False, True, True]
    assert found.network_label("plain") == "composestack.io/network.plain"
    assert found.network_label("named") == "composestack.io/shared-network.company"


def test_only_who_has_no_other_network_is_cut_off() -> None:
    networks = {"in": Network(name="shop_in", internal=True), "out": Network(name="shop_out")}
    found = stack(
        {
            "inside": {"networks": {"in": Attachment()}},
            "both": {"networks": {"in": Attachment(), "out": Attachment()}},
            "none": {},
        },
        networks=networks,
    )

    assert [found.cut_off(name) for name in ("inside", "both", "none")] == [True, False, False]
