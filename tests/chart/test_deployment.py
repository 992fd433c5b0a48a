"""The Deployment runs the operator as the values say, and within the Pod Security Standard "restricted"."""

from __future__ import annotations

from typing import Any

import pytest

from composestack.shell.settings import OperatorSettings
from composestack.translate.policy import Policy
from tests.chart.conftest import CHART, Manifest, Render, environment, operator_container, pick
from tests.cluster.plugin import Helm


def settings(manifests: list[Manifest]) -> OperatorSettings:
    """Return the settings that the operator reads from the container's environment."""
    return OperatorSettings.load(environment(manifests))


def test_the_defaults_are_the_operators_own_but_for_the_election(render: Render) -> None:
    assert settings(render()) == OperatorSettings(
        leader_election=True, lease_namespace="operators", lease_name="compose-composestack"
    )


def test_the_operator_reads_what_the_values_say(render: Render) -> None:
    values = {
        "namespaces": ["shop", "blog"],
        "selector": "team in (a, b)",
        "leaderElection": {"leaseDuration": 30, "renewDeadline": 20.5, "retryPeriod": 4},
        "policy": {"privileged": True, "host_paths": ["/srv/media"], "capabilities": ["NET_ADMIN"]},
        "namespacePolicies": {"shop": {"privileged": False}, "blog": {}},
        "workers": 4,
        "resync": 60.5,
        "log": {"format": "text", "level": "DEBUG"},
    }
    assert settings(render(values)) == OperatorSettings(
        namespaces=("shop", "blog"),
        selector="team in (a, b)",
        leader_election=True,
        lease_namespace="operators",
        lease_name="compose-composestack",
        lease_duration=30,
        renew_deadline=20.5,
        retry_period=4,
        policy=Policy(privileged=True, host_paths=("/srv/media",), capabilities=("NET_ADMIN",)),
        namespace_policies={"shop": Policy(privileged=False), "blog": Policy()},
        workers=4,
        resync=60.5,
        log_format="text",
        log_level="DEBUG",
    )


def test_values_of_a_release_from_before_there_were_namespace_policies_will_do(render: Render) -> None:
    """`helm upgrade --reuse-values` takes them without the defaults of the new chart."""
    assert settings(render({"namespacePolicies": None})).policies.namespaces == {}


def test_every_variable_is_a_setting(render: Render) -> None:
    known = {f"COMPOSESTACK_{name.upper()}" for name in OperatorSettings.model_fields}
    assert {name for name in environment(render()) if name.startswith("COMPOSESTACK_")} <= known


def test_probes_go_where_the_operator_answers(render: Render) -> None:
    container = operator_container(render())
    (port,) = container["ports"]
    assert port["containerPort"] == int(OperatorSettings().probe_address.rpartition(":")[2])
    for probe in ("livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] == port["name"]
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_the_next_pod_stands_by_before_the_last_one_goes(render: Render) -> None:
    (deployment,) = pick(render(), "Deployment")
    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
    }


def test_replicas_are_spread_and_protected(render: Render) -> None:
    manifests = render({"replicas": 2})
    (deployment,), (budget,) = pick(manifests, "Deployment"), pick(manifests, "PodDisruptionBudget")
    selector = deployment["spec"]["selector"]
    (spread,) = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]

    assert deployment["spec"]["replicas"] == 2
    assert budget["spec"] == {"maxUnavailable": 1, "selector": selector}
    assert spread["labelSelector"] == selector
    assert spread["whenUnsatisfiable"] == "ScheduleAnyway"
    assert not pick(render(), "PodDisruptionBudget"), "a budget for one replica would block the drain of its node"


@pytest.mark.parametrize("kind", ["Deployment", "Job"])
def test_pods_have_a_root_that_cannot_be_written_to(render: Render, kind: str) -> None:
    (workload,) = pick(render(), kind)
    pod = workload["spec"]["template"]["spec"]
    for container in pod["containers"]:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["securityContext"]["runAsNonRoot"] is True


def test_the_test_pod_is_not_one_of_the_deployment(render: Render) -> None:
    manifests = render()
    (deployment,), (job,) = pick(manifests, "Deployment"), pick(manifests, "Job")
    selector = deployment["spec"]["selector"]["matchLabels"]
    assert not selector.items() <= job["spec"]["template"]["metadata"]["labels"].items()
    assert selector.items() <= deployment["spec"]["template"]["metadata"]["labels"].items()


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ({}, "composestack:0.1.0"),
        ({"repository": "registry.example.com/composestack", "tag": "1.2"}, "registry.example.com/composestack:1.2"),
        ({"tag": "1.2", "digest": f"sha256:{'a' * 64}"}, f"composestack@sha256:{'a' * 64}"),
    ],
)
def test_image(render: Render, image: dict[str, str], expected: str) -> None:
    assert operator_container(render({"image": image}))["image"] == expected


def test_placement_and_labels_are_handed_on(render: Render) -> None:
    values: dict[str, Any] = {
        "podLabels": {"team": "platform"},
        "podAnnotations": {"note": "x"},
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "infra", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "priorityClassName": "system-cluster-critical",
        "imagePullSecrets": [{"name": "registry"}],
        "resources": {"limits": {"memory": "1Gi"}},
    }
    (deployment,) = pick(render(values), "Deployment")
    template = deployment["spec"]["template"]
    assert template["metadata"]["labels"]["team"] == "platform"
    assert template["metadata"]["annotations"] == {"note": "x"}
    for name in ("nodeSelector", "tolerations", "affinity", "priorityClassName", "imagePullSecrets"):
        assert template["spec"][name] == values[name]
    assert template["spec"]["containers"][0]["resources"]["limits"] == {"memory": "1Gi"}


@pytest.mark.parametrize("release", ["composestack", "my-composestack"])
def test_a_release_that_says_composestack_names_its_objects(helm: Helm, release: str) -> None:
    text = helm("template", release, str(CHART), "--show-only=templates/serviceaccount.yaml")
    assert f"\n  name: {release}\n" in text
