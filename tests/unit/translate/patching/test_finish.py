from __future__ import annotations

from typing import Any

import pytest

from composestack.translate.patching.finish import finished
from composestack.translate.patching.patch import Patch
from composestack.translate.planned import Manifest
from composestack.translate.policy import Policy
from composestack.translate.refusal import Refused
from composestack.translate.scope import Scope

LABELS = {"app.kubernetes.io/name": "web", "composestack.io/service": "web"}


def object_(kind: str, name: str, spec: dict[str, Any]) -> Manifest:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"labels": LABELS, "name": name}, "spec": spec}


def manifests() -> list[Manifest]:
    pods = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "web"}]}}
    return [
        object_("Service", "web", {"selector": LABELS}),
        object_("Deployment", "shop-web", {"replicas": 1, "selector": {}, "template": pods}),
    ]


def scope(*patches: Patch, **policy: Any) -> Scope:
    return Scope(stack="shop", patches=patches, policy=Policy(**{"patches": True, **policy}))


def refusals(*patches: Patch, **policy: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        finished(manifests(), scope(*patches, **policy))
    return [problem.path for problem in refused.value.problems]


def test_without_patches_nothing_is_changed() -> None:
    assert finished(manifests(), Scope(stack="shop")) == tuple(manifests())


@pytest.mark.parametrize(
    ("target", "changed"),
    [
        ({"kind": "Deployment"}, {"shop-web"}),
        ({"name": "shop-web"}, {"shop-web"}),
        ({"name": "web"}, {"web", "shop-web"}),
        ({"service": "web"}, {"web", "shop-web"}),
        ({"kind": "Service", "service": "web"}, {"web"}),
    ],
)
def test_a_patch_is_for_what_agrees_with_its_target(target: dict[str, str], changed: set[str]) -> None:
    patch = Patch({"metadata": {"labels": {"example.com/new": "yes"}}}, **target)

    made = finished(manifests(), scope(patch))

    assert {each["metadata"]["name"] for each in made if "example.com/new" in each["metadata"]["labels"]} == changed


def test_patches_come_one_after_the_other() -> None:
    add = Patch([{"op": "add", "path": "/spec/minReadySeconds", "value": 1}], kind="Deployment")
    test = Patch([{"op": "test", "path": "/spec/minReadySeconds", "value": 1}], kind="Deployment")

    assert finished(manifests(), scope(add, test))
    assert refusals(test, add) == ["spec.patches[0].patch[0].path"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    nowhere = Patch({}, kind="Job")
    renamed = Patch({"metadata": {"name": "other"}}, name="shop-web")
    widened = Patch({"spec": {"type": "NodePort"}}, kind="Service")

    assert refusals(nowhere, renamed, widened) == [
        "spec.patches[0].target",
        "spec.patches[1].patch",
        "spec.patches[2].patch",
    ]


def test_the_policy_decides_whether_stacks_may_patch() -> None:
    assert refusals(Patch({}, kind="Deployment"), patches=False) == ["spec.patches"]


def test_what_nobody_patched_is_looked_at_as_well() -> None:
    pods = {"spec": {"hostNetwork": True, "containers": []}}

    with pytest.raises(Refused, match="Deployment/shop-web would have hostNetwork"):
        finished([object_("Deployment", "shop-web", {"template": pods})], Scope(stack="shop"))


@pytest.mark.parametrize(
    "change",
    [
        {"spec": "text"},
        {"spec": {"template": "text"}},
        {"spec": {"template": {"metadata": "text"}}},
        {"metadata": "text"},
        {"metadata": {"labels": "text"}},
        {"metadata": {"ownerReferences": []}},
        {"metadata": {"finalizers": ["example.com/stay"]}},
        {"metadata": {"labels": {"app.kubernetes.io/instance": "shop"}}},
        {"spec": {"template": {"spec": {"nodeName": "node-1"}}}},
        {"kind": "Job"},
    ],
)
def test_identity_is_not_a_patch_s_to_change(change: Any) -> None:
    assert refusals(Patch(change, name="shop-web")) == ["spec.patches[0].patch"]


def test_values_are_written_as_the_api_server_would() -> None:
    resources = {"limits": {"cpu": "1500m", "memory": "0.5Gi", "nvidia.com/gpu": 2}, "requests": {"cpu": 0.5}}
    pods = {"containers": [{"name": "web", "resources": resources, "stdin": None}]}

    made = finished(manifests(), scope(Patch({"spec": {"template": {"spec": pods}}}, kind="Deployment")))

    assert made[1]["spec"]["template"]["spec"]["containers"] == [
        {
            "name": "web",
            "resources": {
                "limits": {"cpu": "1500m", "memory": "512Mi", "nvidia.com/gpu": "2"},
                "requests": {"cpu": "500m"},
            },
        }
    ]
