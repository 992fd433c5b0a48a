"""What the operator may do: the rights that the chart gives it, and no others."""

from __future__ import annotations

import json
from pathlib import Path

from tests.chart.conftest import CHART
from tests.cluster.client import Client
from tests.cluster.plugin import Helm

RELEASE = "composestack"
NAMESPACE = "default"
"""Where the operator's account is, and its Lease."""

TEMPLATES = ("serviceaccount", "rbac", "lease")
VALUES = ("impersonation.enabled=true", "showLogs=true")
"""What a test needs and the chart does not give unless it is asked to."""


def chart_rights(cluster: Client, helm: Helm, directory: Path) -> Path:
    """Install the chart's account and roles, and return a kubeconfig with a token of that account."""
    only = [f"--show-only=templates/{template}.yaml" for template in TEMPLATES]
    given = [f"--set={value}" for value in VALUES]
    manifests = helm("template", RELEASE, str(CHART), f"--namespace={NAMESPACE}", *given, *only)
    cluster.kubectl("apply", "--server-side", "-f", "-", stdin=manifests)
    config = json.loads(cluster.kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
    token = cluster.kubectl("create", "token", RELEASE, f"--namespace={NAMESPACE}", "--duration=12h").strip()
    for user in config["users"]:
        user["user"] = {"token": token}
    path = directory / "operator.kubeconfig"
    path.touch(mode=0o600)
    path.write_text(json.dumps(config))
    return path
