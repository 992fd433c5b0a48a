"""Routes of the Gateway API on a cluster that does not have it at first: the operator lives without, and with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.gateway_api import PLURALS, definitions
from tests.cluster.plugin import Helm
from tests.integration.conftest import ROOT, Operator, Stacks, wait_for
from tests.integration.rights import chart_rights

GATEWAY = {"parentRefs": [{"name": "public"}], "hostnames": ["shop.example.com"]}
WEB = {"image": "nginx", "expose": ["80"]}


@pytest.fixture
def plain(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster without the Gateway API."""
    cluster = Cluster(tmp_path_factory.mktemp("plain"))
    cluster.start(owned=True)
    cluster.kubectl("apply", "--server-side", "-f", str(ROOT / "crds" / "composestacks.yaml"))
    cluster.kubectl("wait", "--for=condition=Established", "crd/composestacks.composestack.io", "--timeout=30s")
    yield cluster
    cluster.stop()


@pytest.fixture
def operator(plain: Cluster, helm: Helm, tmp_path: Path) -> Iterator[Operator]:
    rights = chart_rights(plain, helm, tmp_path)
    operator = Operator(rights, tmp_path / "log", policy=json.dumps({"gateway_parents": ["public"]}))
    operator.start()
    yield operator
    operator.stop()


def test_a_route_waits_for_its_kind(plain: Cluster, operator: Operator) -> None:
    stacks = Stacks(plain.kubectl, "default")

    stacks.apply("shop", {"services": {"web": {**WEB, "x-kubernetes": {"gateway": GATEWAY}}}})
    assert "the cluster has no httproutes" in stacks.not_ready("shop", "ApplyFailed")["message"]
    stacks.apply("blog", {"services": {"blog": WEB}})
    stacks.ready("blog")

    plain.kubectl("apply", "--server-side", "-f", "-", stdin=definitions())
    names = [f"crd/{plural}.gateway.networking.k8s.io" for plural in PLURALS]
    plain.kubectl("wait", "--for=condition=Established", *names, "--timeout=30s")
    stacks.kubectl("annotate", "composestack", "shop", "composestack.io/reconcile-requested-at=now")
    stacks.ready("shop")
    route = stacks.get("httproute", "shop-web")
    assert route["spec"]["hostnames"] == ["shop.example.com"]

    stacks.kubectl("delete", "httproute", "shop-web")
    wait_for(lambda: stacks.names("httproutes") == ["shop-web"], "the route to come back")
    stacks.apply("shop", {"services": {"web": WEB}})
    wait_for(lambda: stacks.names("httproutes") == [], "the route to be pruned")
    assert operator.running
