from __future__ import annotations

from composestack.translate.contribution import Contribution
from composestack.translate.objects.workload import workload

SHARE = Contribution(
    pod={
        "containers": [{"name": "web", "image": "acme/web"}],
        "securityContext": {"fsGroup": 1},
        "restartPolicy": "Never",
    },
    template={"labels": {"network": "member"}, "annotations": {"a": "b"}},
    workload={"metadata": {"annotations": {"c": "d"}}, "spec": {"replicas": 2}},
)


def test_the_shares_of_the_concerns_around_what_every_pod_has() -> None:
    made = workload("Deployment", "shop-web", {"app": "web", "x": "y"}, {"app": "web"}, SHARE)

    assert made["metadata"] == {"annotations": {"c": "d"}, "labels": {"app": "web", "x": "y"}, "name": "shop-web"}
    assert made["spec"]["replicas"] == 2
    assert made["spec"]["selector"] == {"matchLabels": {"app": "web"}}
    assert made["spec"]["template"] == {
        "metadata": {"annotations": {"a": "b"}, "labels": {"app": "web", "network": "member", "x": "y"}},
        "spec": {
            "automountServiceAccountToken": False,
            "containers": [{"image": "acme/web", "name": "web"}],
            "enableServiceLinks": False,
            "os": {"name": "linux"},
            "restartPolicy": "Never",
            "securityContext": {"fsGroup": 1, "seccompProfile": {"type": "RuntimeDefault"}},
        },
    }


def test_a_job_has_no_selector_of_ours() -> None:
    assert "selector" not in workload("Job", "shop-web", {}, {"app": "web"}, SHARE)["spec"]
