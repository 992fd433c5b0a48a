"""What only a cluster can show of stacks that reach for what is not theirs. What needs none is in tests/abuse, what the
API server refuses by the definition in test_admission.py, what an account may not do in test_accounts.py.
"""

from __future__ import annotations

import json

from composestack.api.v1alpha1 import API_VERSION, KIND
from tests.cluster.plugin import Kubectl
from tests.integration.conftest import Operator, Stacks, wait_for

WEB = {"services": {"web": {"image": "nginx", "expose": ["80"]}}}


def test_names_put_together_from_other_parts_do_not_reach_what_another_stack_has(stacks: Stacks) -> None:
    """The Deployment of `web` in `shop-a`, and that of `a-web` in `shop`, would have one name."""
    stacks.apply("shop-a", WEB)
    stacks.ready("shop-a")
    before = stacks.get("deployment", "shop-a-web")

    stacks.apply("shop", {"services": {"a-web": {"image": "evil.test/web"}}})
    condition = stacks.not_ready("shop", "NameConflict")

    assert "Deployment/shop-a-web" in condition["message"]
    assert "ComposeStack/shop-a" in condition["message"]
    assert stacks.get("deployment", "shop-a-web")["spec"] == before["spec"]
    stacks.kubectl("delete", "composestack", "shop")
    stacks.ready("shop-a")
    assert stacks.get("deployment", "shop-a-web")["metadata"]["uid"] == before["metadata"]["uid"]


def test_the_service_of_the_api_server_is_not_a_stacks(operator: Operator, kubectl: Kubectl) -> None:
    stacks = Stacks(kubectl, "default")
    before = stacks.get("service", "kubernetes")
    stacks.apply("abuse", {"services": {"kubernetes": {"image": "evil.test/api", "expose": ["443"]}}})
    try:
        assert "Service/kubernetes" in stacks.not_ready("abuse", "NameConflict")["message"]
        assert stacks.get("service", "kubernetes") == before
        assert stacks.names("deployments") == []
    finally:
        stacks.kubectl("delete", "composestack", "abuse")


def test_what_bears_the_labels_of_a_stack_without_being_its_own_is_left_alone(stacks: Stacks) -> None:
    """Labels are for everybody to write. What is pruned has the stack as its owner, too."""
    stacks.apply("shop", WEB)
    stacks.ready("shop")
    labels = stacks.get("service", "web")["metadata"]["labels"]
    forged = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "precious", "labels": labels}}
    stacks.kubectl("create", "-f", "-", stdin=json.dumps(forged))

    stacks.apply("shop", {"services": {"other": {"image": "nginx"}}})
    stacks.ready("shop")
    wait_for(lambda: "shop-web" not in stacks.names("deployments"), "the service to be pruned")

    assert stacks.names("secrets") == ["precious"]


def test_a_status_stays_small_whatever_it_has_to_tell(stacks: Stacks) -> None:
    """A stack and its status are one object of the API server, which takes 1.5 MiB."""
    labels = {f"{number}é" + "x" * 20_000: "" for number in range(40)}
    compose = {"services": {"web": {"image": "nginx", "labels": labels}}}
    stack = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "shop"}, "spec": {"compose": compose}}
    stacks.kubectl("create", "-f", "-", stdin=json.dumps(stack))

    status = stacks.ready("shop")

    assert status["noticeCount"] >= len(labels)
    assert len(json.dumps(status)) < 150_000


def test_what_is_too_large_for_the_api_server_is_told_and_stops_nobody(stacks: Stacks) -> None:
    service = {"image": "nginx", "labels": {"huge": "$LONG" * 10}}
    stacks.apply("giant", {"services": {"giant": service}}, env=[{"name": "LONG", "value": "x" * 30_000}])
    stacks.apply("shop", WEB)

    assert "annotations" in stacks.not_ready("giant", "ApplyFailed")["message"]
    stacks.ready("shop")
