from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from composestack.compose.model import Dependency, Service
from composestack.translate.pods import Pods, joined, pods


def services(**attributes: Mapping[str, Any]) -> dict[str, Service]:
    return {name: Service(name=name, **values) for name, values in attributes.items()}


def after(*names: str, condition: Any = "service_started") -> dict[str, Any]:
    return {"depends_on": {name: Dependency(condition=condition) for name in names}}


def together(found: Pods) -> dict[str, tuple[str, ...]]:
    return {pod.host: pod.services for pod in found.of.values()}


def test_a_service_has_a_pod_of_its_own() -> None:
    found = pods(services(web=after("db"), db={}), {}, {})

    assert together(found) == {"web": ("web",), "db": ("db",)}
    assert not found.of["web"].shared


@pytest.mark.parametrize("attribute", ["network_mode", "ipc", "pid"])
def test_who_joins_a_namespace_is_a_guest_and_its_host_starts_first(attribute: str) -> None:
    found = pods(services(a={attribute: "service:net"}, net={}, other={}), {}, {})

    assert together(found) == {"net": ("net", "a"), "other": ("other",)}
    assert found.of["a"].sidecars == {"net"}
    assert found.of["a"].healthy == frozenset()


def test_who_waits_until_another_of_its_pod_is_healthy_makes_it_a_gate() -> None:
    waiting = {"network_mode": "service:net", **after("net", condition="service_healthy")}

    assert pods(services(app=waiting, net={}), {}, {}).of["net"].healthy == {"net"}


def test_guests_of_guests_are_in_one_pod_in_the_order_in_which_they_wait() -> None:
    found = pods(services(a={"network_mode": "service:b"}, b={"pid": "service:c"}, c={}), {}, {})

    assert together(found) == {"c": ("c", "b", "a")}
    assert found.of["a"].sidecars == {"b", "c"}


def test_a_group_is_one_pod_and_whoever_is_awaited_is_a_sidecar() -> None:
    found = pods(
        services(app=after("cache"), cache={}, web={}, alone={}), dict.fromkeys(("app", "cache", "web"), "g"), {}
    )

    assert together(found) == {"alone": ("alone",), "cache": ("cache", "web", "app")}
    assert found.of["app"].sidecars == {"cache"}


def test_a_container_is_known_by_its_name() -> None:
    known = services(a={"ipc": "container:gate"}, net={"container_name": "gate"}, b={"ipc": "container:stranger"})

    assert [joined(known[name], "ipc", known) for name in ("a", "net", "b")] == ["net", None, None]
    assert together(pods(known, {}, {})) == {"net": ("net", "a"), "b": ("b",)}


def test_steps_run_before_their_service() -> None:
    found = pods(services(app={"network_mode": "service:net"}, net={}), {}, {"app": ("one", "two"), "net": ("zero",)})

    assert tuple(found.of["two"].parts()) == ("zero", "net", "one", "two", "app")
    assert [found.of["one"].owner(part) for part in ("one", "app")] == ["app", "app"]
    assert found.of["one"].host == "net"


def test_those_that_wait_for_each_other_in_a_pod_are_refused() -> None:
    found = pods(services(a={"ipc": "container:bb"}, b={"container_name": "bb", **after("a")}), {}, {})

    assert [problem.path for problem in found.problems] == ["services.a.depends_on"]


def test_pods_that_wait_for_each_other_are_refused() -> None:
    found = pods(services(net={}, app={"network_mode": "service:net", **after("db")}, db=after("net")), {}, {})

    (problem,) = found.problems
    assert problem.path == "services.net.depends_on"
    assert "db, net" in problem.message


def test_a_dependency_within_a_pod_is_no_deadlock() -> None:
    found = pods(services(net={}, app={"network_mode": "service:net", **after("net")}, db={}), {}, {})

    assert found.problems == ()
