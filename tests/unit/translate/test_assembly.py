from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.model import Dependency, Mount, Project, Service
from composestack.translate.plan import Plan, translate
from composestack.translate.refusal import Refused
from composestack.translate.scope import Scope


def shop(**services: dict[str, Any]) -> Plan:
    made = {name: Service(name=name, **{"image": "acme/app", **said}) for name, said in services.items()}
    return translate(Project(name="shop", services=made), Scope(stack="shop"))


def pair(host: dict[str, Any], guest: dict[str, Any]) -> Plan:
    """A plan of `net` and of `app`, which is in its pod."""
    return shop(net=host, app={"network_mode": "service:net", **guest})


def template(plan: Plan) -> dict[str, Any]:
    (workload,) = (each for each in plan.manifests if each["kind"] == "Deployment")
    found: dict[str, Any] = workload["spec"]["template"]
    return found


def secrets(*names: str) -> dict[str, Any]:
    return {"extensions": {"x-kubernetes": {"imagePullSecrets": list(names)}}}


def test_a_pod_ends_when_its_most_patient_service_has() -> None:
    second = 1_000_000_000

    assert template(pair({}, {"stop_grace_period": 60 * second}))["spec"]["terminationGracePeriodSeconds"] == 60
    assert template(pair({"stop_grace_period": 60 * second}, {}))["spec"]["terminationGracePeriodSeconds"] == 60


def test_a_pod_has_the_secrets_and_groups_of_all_its_services() -> None:
    host, guest = {**secrets("a", "b"), "group_add": ("2",)}, {**secrets("b", "c"), "group_add": ("1", "2")}
    spec = template(pair(host, guest))["spec"]

    assert [each["name"] for each in spec["imagePullSecrets"]] == ["a", "b", "c"]
    assert spec["securityContext"]["supplementalGroups"] == [1, 2]


def test_an_annotation_can_only_have_one_value_and_the_other_one_is_told() -> None:
    plan = pair({"labels": {"team": "net", "tier": "x"}}, {"labels": {"team": "app", "tier": "x"}})

    assert template(plan)["metadata"]["annotations"] == {"team": "net", "tier": "x"}
    assert "services.app: the pod has the value of net for team" in map(str, plan.notices)


def test_memory_of_one_container_is_not_that_of_another_in_its_pod() -> None:
    mount = {"volumes": (Mount(type="tmpfs", target="/tmp"),), "shm_size": 1024}
    spec = template(pair(mount, mount))["spec"]

    volumes = [{each["name"] for each in container["volumeMounts"]} for container in _containers(spec)]
    assert volumes[0].isdisjoint(volumes[1])
    assert volumes[0] | volumes[1] == {each["name"] for each in spec["volumes"]}


def _containers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [*spec["initContainers"], *spec["containers"]]


@pytest.mark.parametrize(
    ("host", "guest", "path"),
    [
        ({"hostname": "one"}, {"hostname": "two"}, "services.app.hostname"),
        ({"user": "1:1"}, {"user": "2:2"}, "services.app.user"),
        ({"dns": ("192.0.2.1",)}, {"dns": ("192.0.2.2",)}, "services.app.dns"),
        ({"extra_hosts": {"a": ("192.0.2.1",)}}, {"extra_hosts": {"b": ("192.0.2.1",)}}, "services.app.extra_hosts"),
        ({"scale": 2}, {}, "services.app.deploy.replicas"),
    ],
)
def test_what_a_pod_has_only_once_is_not_decided_for_its_services(
    host: dict[str, Any], guest: dict[str, Any], path: str
) -> None:
    with pytest.raises(Refused) as refused:
        pair(host, guest)

    assert [problem.path for problem in refused.value.problems] == [path]


def test_what_a_sidecar_declares_for_its_guest_is_one_port() -> None:
    spec = template(pair({"expose": ("80", "81")}, {"expose": ("80", "82")}))["spec"]

    ports = {each["name"]: [port["containerPort"] for port in each["ports"]] for each in _containers(spec)}
    assert ports == {"net": [80, 81], "app": [82]}


def test_two_guests_cannot_listen_at_one_port() -> None:
    guest = {"network_mode": "service:net", "expose": ("80",)}

    with pytest.raises(Refused, match=r"services\.b: listens at 80/TCP, as a does"):
        shop(net={}, a=guest, b=guest)


def test_a_guest_starts_after_one_success_of_its_host() -> None:
    probe = {"exec": {"command": ["check"]}, "successThreshold": 3}
    host = {"extensions": {"x-kubernetes": {"probes": {"readiness": probe}}}}
    guest = {"depends_on": {"net": Dependency(condition="service_healthy")}}

    (sidecar,) = template(pair(host, guest))["spec"]["initContainers"]

    assert sidecar["readinessProbe"] == probe
    assert "successThreshold" not in sidecar["startupProbe"]
