"""Values that are wrong are refused, by the name of the value."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import yaml

from composestack.translate.policy import Policy
from tests.chart.conftest import CHART, Render
from tests.chart.readme import README, leaves, readme, table
from tests.cluster.plugin import Helm


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"namespace": ["shop"]}, "namespace"),
        ({"namespaces": "shop"}, "/namespaces"),
        ({"namespaces": ["Shop"]}, "/namespaces/0"),
        ({"namespaces": ["shop", "shop"]}, "/namespaces"),
        ({"policy": {"privilegd": True}}, "/policy"),
        ({"policy": {"privileged": "yes"}}, "/policy/privileged"),
        ({"policy": {"host_paths": ["srv"]}}, "/policy/host_paths/0"),
        ({"policy": {"capabilities": ["CAP_NET_ADMIN"]}}, "/policy/capabilities/0"),
        ({"policy": {"publish_types": ["ClusterIP"]}}, "/policy/publish_types/0"),
        ({"policy": {"publish_annotations": [""]}}, "/policy/publish_annotations/0"),
        ({"policy": {"nfs_servers": ["nfs.test:/export"]}}, "/policy/nfs_servers/0"),
        ({"policy": {"device_resources": {"/dev/kvm": "kvm"}}}, "/policy/device_resources/~1dev~1kvm"),
        ({"policy": {"gpu_resource": "gpu"}}, "/policy/gpu_resource"),
        ({"policy": {"host_gateway": "gateway.test"}}, "/policy/host_gateway"),
        ({"namespacePolicies": {"Media": {}}}, "invalid propertyName 'Media'"),
        ({"namespacePolicies": {"media": {"privilegd": True}}}, "/namespacePolicies/media"),
        ({"namespacePolicies": {"media": {"host_paths": ["srv"]}}}, "/namespacePolicies/media/host_paths/0"),
        ({"impersonation": {"serviceAccounts": "required"}}, "/impersonation/serviceAccounts"),
        ({"impersonation": {"defaultServiceAccount": "kube-system:x"}}, "/impersonation/defaultServiceAccount"),
        ({"showLogs": "true"}, "/showLogs"),
        ({"workers": 0}, "/workers"),
        ({"workers": "16"}, "/workers"),
        ({"resync": 1}, "/resync"),
        ({"log": {"level": "debug"}}, "/log/level"),
        ({"image": {"digest": "abc"}}, "/image/digest"),
        ({"replicas": 0}, "/replicas"),
        ({"selector": ["team=a"]}, "/selector"),
        ({"leaderElection": {"leaseDuration": 7.5}}, "/leaderElection/leaseDuration"),
        ({"metrics": {"serviceMonitor": {"interval": "often"}}}, "/metrics/serviceMonitor/interval"),
        ({"imagePullSecrets": ["registry"]}, "/imagePullSecrets/0"),
        ({"crds": {"enabled": "false"}}, "/crds/enabled"),
    ],
)
def test_refused(render: Render, values: dict[str, Any], at: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as raised:
        render(values)
    assert at in raised.value.stderr


def test_the_policy_has_every_key_of_the_operators_and_its_defaults() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert values["policy"] == Policy().model_dump(mode="json")


def test_lint(helm: Helm) -> None:
    helm("lint", str(CHART), "--strict")


def test_the_readme_is_in_step() -> None:
    assert README.read_text() == readme(README.read_text()), "run `make generate`"


def test_every_value_has_a_row_and_a_meaning() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    rows = [row.split(" | ") for row in table().splitlines()[2:]]

    assert [row[0] for row in rows] == [f"| `{name}`" for name, _ in leaves(values)]
    assert all(len(row) == 3 and row[2].removesuffix(" |").endswith(".") for row in rows)
