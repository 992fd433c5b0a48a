from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from composestack.kinds import Ref
from composestack.reconcile.observe import FIELD_MANAGER, applied, child, pod
from composestack.reconcile.port import Pod
from composestack.translate.labels import DIGEST, SERVICE, STACK

FIELDS = {
    "f:metadata": {"f:labels": {"f:ours": {}}},
    "f:spec": {
        "f:replicas": {},
        "f:selector": {},
        "f:containers": {
            'k:{"name":"b"}': {".": {}, "f:name": {}, "f:args": {}},
            'k:{"name":"a"}': {
                ".": {},
                "f:name": {},
                "f:ports": {
                    'k:{"containerPort":53,"protocol":"UDP"}': {".": {}, "f:containerPort": {}, "f:protocol": {}},
                    'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:containerPort": {}},
                },
            },
        },
        "f:volume": {".": {}, "f:emptyDir": {}},
    },
    "f:finalizers": {'v:"x"': {}},
}

LIVE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Deployment",
    "metadata": {
        "name": "shop-web",
        "namespace": "ns",
        "uid": "u",
        "resourceVersion": "7",
        "labels": {"ours": "1", "theirs": "2", STACK: "shop"},
        "annotations": {DIGEST: "meant"},
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "no"},
            {"apiVersion": "composestack.io/v1alpha1", "kind": "ComposeStack", "name": "shop", "uid": "owner"},
        ],
        "managedFields": [
            {"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {"f:theirs": {}}}},
            {"manager": FIELD_MANAGER, "operation": "Update", "fieldsV1": {"f:spec": {"f:theirs": {}}}},
            {"manager": FIELD_MANAGER, "operation": "Apply", "subresource": "scale", "fieldsV1": {"f:spec": {}}},
            {"manager": FIELD_MANAGER, "operation": "Apply", "fieldsV1": FIELDS},
        ],
    },
    "spec": {
        "replicas": 2,
        "theirs": True,
        "selector": {"matchLabels": {"a": "b"}},
        "containers": [
            {"name": "sidecar", "image": "theirs"},
            {
                "name": "a",
                "image": "defaulted",
                "ports": [
                    {"containerPort": 80, "protocol": "TCP"},
                    {"containerPort": 8080, "protocol": "TCP"},
                    {"containerPort": 53, "protocol": "UDP"},
                ],
            },
            {"name": "b", "args": ["x", "y"]},
        ],
        "volume": {"emptyDir": {}, "name": "defaulted"},
    },
    "finalizers": ["theirs", "x"],
}


def test_only_what_we_own_is_extracted_with_its_live_values() -> None:
    assert applied(LIVE) == {
        "metadata": {"labels": {"ours": "1"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"a": "b"}},
            "containers": [
                {"name": "a", "ports": [{"containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}]},
                {"name": "b", "args": ["x", "y"]},
            ],
            "volume": {"emptyDir": {}},
        },
        "finalizers": ["x"],
    }


def test_nothing_is_extracted_from_what_we_never_applied() -> None:
    assert applied({"metadata": {}}) == {}


def test_a_row_tells_what_and_whose_it_is() -> None:
    live = deepcopy(LIVE)
    assert child(live).owner_uid == ""  # the stack is an owner, but not the controller

    live["metadata"]["ownerReferences"][1]["controller"] = True
    row = child(live)

    assert (row.ref, row.namespace, row.uid, row.resource_version) == (Ref("Deployment", "shop-web"), "ns", "u", "7")
    assert (row.stack, row.owner_uid, row.meant) == ("shop", "owner", "meant")


@pytest.mark.parametrize("reference", [{"kind": "Deployment"}, {"apiVersion": "example.com/v1"}])
def test_another_controller_is_no_stack(reference: dict[str, str]) -> None:
    live = deepcopy(LIVE)
    live["metadata"]["ownerReferences"][1] |= {"controller": True, **reference}

    assert child(live).owner_uid == ""


def change(*path: str | int, to: Any) -> dict[str, Any]:
    live = deepcopy(LIVE)
    inner = live
    for step in path[:-1]:
        inner = inner[step]  # type: ignore[index] # a path through JSON
    inner[path[-1]] = to  # type: ignore[index] # a path through JSON
    return live


@pytest.mark.parametrize(
    "drifted",
    [
        change("spec", "replicas", to=3),
        change("spec", "selector", "matchLabels", to={"a": "c"}),
        change("spec", "containers", 2, "args", to=["y", "x"]),
        change("spec", "containers", 1, "ports", to=[{"containerPort": 80, "protocol": "TCP"}]),
        change("spec", "containers", to=list(reversed(LIVE["spec"]["containers"]))),
        change("metadata", "labels", to={}),
        change("finalizers", to=[]),
    ],
)
def test_a_change_of_what_we_own_changes_the_digest(drifted: dict[str, Any]) -> None:
    assert child(drifted).actual != child(LIVE).actual


@pytest.mark.parametrize(
    "foreign",
    [
        change("spec", "theirs", to=False),
        change("spec", "containers", 0, "image", to="other"),
        change("spec", "containers", 1, "image", to="other"),
        change("metadata", "labels", "theirs", to="3"),
        change("metadata", "annotations", "theirs", to="3"),
        change("finalizers", to=["x"]),
    ],
)
def test_a_change_of_what_others_own_does_not(foreign: dict[str, Any]) -> None:
    assert child(foreign).actual == child(LIVE).actual


def pod_with(*containers: dict[str, Any], names: tuple[str, ...] = ("web",), **status: Any) -> Pod:
    metadata = {"name": "shop-web-x", "namespace": "ns", "labels": {SERVICE: "web"}}
    statuses = [{"name": name, **container} for name, container in zip(names, containers, strict=False)]
    spec = {"containers": [{"name": name} for name in names]}
    return pod({"metadata": metadata, "spec": spec, "status": {"containerStatuses": statuses, **status}})


RUNNING: dict[str, Any] = {"state": {"running": {}}}
READY: dict[str, Any] = {"conditions": [{"type": "Ready", "status": "True"}]}


def waiting(reason: str, message: str = "", **more: Any) -> dict[str, Any]:
    return {"state": {"waiting": {"reason": reason, "message": message}}, **more}


def ended(code: int, reason: str = "Error", **more: Any) -> dict[str, Any]:
    return {"terminated": {"exitCode": code, "reason": reason, **more}}


def test_a_ready_pod_has_no_trouble() -> None:
    row = pod_with(RUNNING, **READY)

    assert (row.name, row.service, row.started, row.ready, row.deleting) == ("shop-web-x", "web", True, True, False)
    assert (row.reason, row.message) == ("", "")


def test_a_pod_has_started_when_all_containers_have() -> None:
    assert not pod_with(names=("web",)).started
    assert not pod_with(RUNNING, names=("web", "side")).started
    assert not pod_with(RUNNING, waiting("ContainerCreating"), names=("web", "side")).started
    assert pod_with(RUNNING, RUNNING, names=("web", "side")).started


def test_a_container_that_ran_and_ended_has_started() -> None:
    assert pod_with({"state": ended(0, "Completed")}).started
    assert pod_with(waiting("CrashLoopBackOff", lastState=ended(1))).started


def test_a_container_that_never_ran_has_not_started() -> None:
    assert not pod_with(waiting("CrashLoopBackOff", lastState=ended(128, "StartError"))).started


@pytest.mark.parametrize(
    ("row", "reason", "message"),
    [
        (pod_with(waiting("ImagePullBackOff", "no such image")), "ImagePullBackOff", "no such image"),
        (
            pod_with(waiting("CrashLoopBackOff", "back-off 10s", lastState=ended(3))),
            "CrashLoopBackOff",
            "container web exited with code 3",
        ),
        (
            pod_with(waiting("CrashLoopBackOff", lastState=ended(137, "OOMKilled"))),
            "CrashLoopBackOff",
            "container web exited with code 137 (OOMKilled)",
        ),
        (
            pod_with({"state": ended(1, "Error", message="no config\n")}),
            "Error",
            "container web exited with code 1: no config",
        ),
        (pod_with({"state": ended(0, signal=9)}), "", ""),
        (pod_with({"state": ended(137, signal=9)}), "Error", "container web exited with signal 9"),
        (pod_with(reason="Evicted", message="disk pressure"), "Evicted", "disk pressure"),
        (
            pod_with(
                conditions=[
                    {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}
                ]
            ),
            "Unschedulable",
            "0/1 nodes",
        ),
        (pod_with(waiting("ContainerCreating")), "", ""),
        (pod_with(waiting("PodInitializing"), initContainerStatuses=[{"name": "i", **RUNNING}]), "", ""),
        (
            pod_with(waiting("PodInitializing"), initContainerStatuses=[{"name": "i", **waiting("ErrImagePull", "x")}]),
            "ErrImagePull",
            "x",
        ),
        (pod_with(RUNNING), "NotReady", "the readiness probe has not succeeded yet"),
    ],
)
def test_what_holds_a_pod_up(row: Pod, reason: str, message: str) -> None:
    assert (row.reason, row.message) == (reason, message)


def test_a_pod_on_its_way_out_is_marked() -> None:
    assert pod({"metadata": {"name": "p", "deletionTimestamp": "now"}, "spec": {"containers": []}}).deleting


@pytest.mark.parametrize(
    ("row", "container"),
    [
        (pod_with(waiting("CrashLoopBackOff", lastState=ended(3))), "web"),
        (pod_with({"state": ended(1)}), "web"),
        (pod_with(waiting("ImagePullBackOff", "no such image")), ""),
        (pod_with({"state": ended(0)}), ""),
        (pod_with(RUNNING), ""),
    ],
)
def test_which_container_crashed(row: Pod, container: str) -> None:
    assert row.crashed == container


def test_what_pods_are_restarted_with_is_read_off_their_template() -> None:
    annotations = {"composestack.io/dep-b": "2", "composestack.io/dep-a": "1", "other/dep-c": "3"}
    live = {**LIVE, "spec": {**LIVE["spec"], "template": {"metadata": {"annotations": annotations}}}}

    assert child(live).stamps == "composestack.io/dep-a=1,composestack.io/dep-b=2"
    assert child(LIVE).stamps == ""


def shared(**statuses: dict[str, Any]) -> Pod:
    """A pod of two services: `net` is a sidecar, `app` comes after it; `step` is done before both."""
    metadata = {"name": "shop-net-x", "namespace": "ns", "labels": {SERVICE: "net"}}
    spec = {
        "initContainers": [{"name": "step"}, {"name": "net", "restartPolicy": "Always"}],
        "containers": [{"name": "app"}],
    }
    found = {"step": {"state": ended(0, "Completed")}, **statuses}
    listed = {name: {"name": name, **status} for name, status in found.items()}
    status = {
        "initContainerStatuses": [listed[name] for name in ("step", "net") if name in listed],
        "containerStatuses": [listed[name] for name in ("app",) if name in listed],
    }
    return pod({"metadata": metadata, "spec": spec, "status": status})


def test_the_services_of_a_pod_are_told_apart() -> None:
    row = shared(net={**RUNNING, "ready": True}, app=waiting("ImagePullBackOff", "no such image"))

    assert not row.started
    net, app = row.seen_by("net"), row.seen_by("app")
    assert (net.started, net.ready, net.reason) == (True, True, "")
    assert (app.started, app.ready, app.reason, app.message) == (False, False, "ImagePullBackOff", "no such image")


def test_a_service_of_a_pod_that_is_not_ready_yet_says_so() -> None:
    assert shared(net=RUNNING).seen_by("net").reason == "NotReady"
    assert shared(net=RUNNING, app=waiting("PodInitializing")).seen_by("app").reason == ""


def test_what_holds_up_a_whole_pod_holds_up_each_service() -> None:
    metadata = {"name": "shop-net-x", "namespace": "ns"}
    spec = {"containers": [{"name": "net"}, {"name": "app"}]}
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no node"}
    row = pod({"metadata": metadata, "spec": spec, "status": {"conditions": [condition]}})

    assert [row.seen_by(name).reason for name in ("net", "app")] == ["Unschedulable", "Unschedulable"]


NODE_SILENT = [{"type": "Ready", "status": "False"}, {"type": "ContainersReady", "status": "True"}]


@pytest.mark.parametrize("names", [["net"], ["net", "app"]])
def test_a_node_that_went_silent_is_named_where_its_containers_seem_to_run(names: list[str]) -> None:
    status = {
        "conditions": NODE_SILENT,
        "containerStatuses": [{"name": name, **RUNNING, "ready": True} for name in names],
    }
    spec: dict[str, Any] = {"containers": [{"name": name} for name in names], "nodeName": "worker-1"}
    row = pod({"metadata": {"name": "shop-net-x"}, "spec": spec, "status": status})
    gated = pod({"metadata": {"name": "p"}, "spec": {**spec, "readinessGates": [{}]}, "status": status})

    for name in names:
        seen = row.seen_by(name)
        assert (seen.started, seen.ready, seen.reason) == (True, False, "NodeNotReady")
        assert "node worker-1 has stopped reporting" in seen.message
    assert gated.reason == "NotReady"


def test_what_a_crashed_container_said_last_is_said_of_its_service() -> None:
    row = shared(net={**RUNNING, "ready": True}, app=waiting("CrashLoopBackOff", lastState=ended(3)))
    told = replace(row, message="it said more")

    assert row.crashed == "app"
    assert told.seen_by("app").message == "it said more"
    assert told.seen_by("net").message == ""


def test_a_pod_of_one_service_is_seen_as_it_is() -> None:
    row = pod_with(RUNNING)

    assert row.members == ()
    assert row.seen_by("web") is row
