"""What an application must not have: refused by the name of the key that would allow it, refused whatever the policy
says, or not even read. What needs a cluster is in test_cluster.py, what patches may not do in tests/golden/patches-*.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from composestack.compose.problems import InvalidCompose
from composestack.translate.refusal import Refused
from tests.abuse.applications import EVERYTHING, Attributes, beyond, plan_of

BY_POLICY: list[tuple[Attributes, str, dict[str, Any]]] = [
    ({"privileged": True}, "privileged", {"privileged": True}),
    ({"privileged": "${YES:-true}"}, "privileged", {"privileged": True}),
    ({"network_mode": "host"}, "network_mode", {"host_network": True}),
    ({"pid": "host"}, "pid", {"host_pid": True}),
    ({"ipc": "host"}, "ipc", {"host_ipc": True}),
    ({"cap_add": ["ALL"]}, "cap_add", {"capabilities": ["ALL"]}),
    ({"cap_add": ["cap_net_admin"]}, "cap_add", {"capabilities": ["NET_ADMIN"]}),
    ({"sysctls": {"kernel.msgmax": 1}}, "sysctls.kernel.msgmax", {"sysctls": ["kernel.msgmax"]}),
    ({"devices": ["/dev/kmsg"]}, "devices[0]", {"device_resources": {"/dev/kmsg": "example.com/kmsg"}}),
    ({"runtime": "kata"}, "runtime", {"runtimes": {"kata": "kata"}}),
    ({"ports": [{"target": 80, "published": 80, "mode": "host"}]}, "ports[0].mode", {"host_ports": True}),
    ({"volumes": ["/:/host"]}, "volumes[0]", {"host_paths": ["/"]}),
    ({"volumes": ["/var/lib/kubelet:/x"]}, "volumes[0]", {"host_paths": ["/var/lib/kubelet"]}),
    ({"volumes": ["${DIR:-/etc}:/x"]}, "volumes[0]", {"host_paths": ["/etc"]}),
    ({"volumes": ["/srv/../etc:/x"]}, "volumes[0]", {"host_paths": ["/etc"]}),
    ({"image": "evil.test/x"}, "image", {"registries": ["evil.test"]}),
    ({"labels": {"kompose.serviceaccount-name": "admin"}}, "labels.kompose.", {"service_accounts": ["admin"]}),
    ({"labels": {"kompose.service.type": "nodeport"}, "ports": ["80"]}, "labels.", {"publish_types": ["NodePort"]}),
    (
        {"labels": {"kompose.service.expose": "bank.test"}, "ports": ["80"]},
        "labels.",
        {"publish_types": ["Ingress"]},
    ),
    *(
        ({"x-kubernetes": block, "ports": ["80"]}, f"x-kubernetes.{path}", policy)
        for block, path, policy in (
            ({"serviceAccountName": "admin"}, "serviceAccountName", {"service_accounts": ["admin"]}),
            ({"scheduling": {"schedulerName": "mine"}}, "scheduling.schedulerName", {"schedulers": ["mine"]}),
            (
                {"scheduling": {"priorityClassName": "system-node-critical"}},
                "scheduling.priorityClassName",
                {"priority_classes": ["system-node-critical"]},
            ),
            ({"scheduling": {"tolerations": [{"operator": "Exists"}]}}, "scheduling.tolerations", {"taints": ["*"]}),
            ({"publish": {"type": "LoadBalancer"}}, "publish.type", {"publish_types": ["LoadBalancer"]}),
            (
                {"resources": {"limits": {"example.com/kmsg": 1}}},
                "resources.limits",
                {"device_resources": {"/dev/kmsg": "example.com/kmsg"}},
            ),
            (
                {"service": {"annotations": {"a.test/b": "c"}}},
                "service.annotations",
                {"publish_annotations": ["a.test/"]},
            ),
            ({"gateway": {"parentRefs": [{"name": "public"}]}}, "gateway.parentRefs", {"gateway_parents": ["public"]}),
        )
    ),
]
"""Attributes of a service, the path that is refused, and what the admin would have to allow."""


@pytest.mark.parametrize(("service", "path", "policy"), BY_POLICY, ids=lambda value: str(value)[:60])
def test_what_the_admin_could_allow_is_refused_by_the_key(
    service: Attributes, path: str, policy: dict[str, Any]
) -> None:
    (key,) = policy
    other = {"registries": ["docker.io"]} if key == "registries" else {}

    with pytest.raises(Refused) as refused:
        plan_of(service, other)

    (problem,) = refused.value.problems
    assert problem.path.startswith(f"services.web.{path}")
    assert f"policy.{key}" in problem.remedy
    assert plan_of(service, policy).manifests


NEVER: list[tuple[Attributes, str]] = [
    *(
        ({"volumes": [f"{socket}:/var/run/docker.sock"]}, "socket of a container engine")
        for socket in (
            "/var/run/docker.sock",
            "//run/docker.sock",
            "/var/run/../run/docker.sock",
            "/run/containerd/containerd.sock",
            "/run/podman/podman.sock",
            "/var/run/crio/crio.sock",
            "${SOCKET:-/var/run/docker.sock}",
        )
    ),
    ({"use_api_socket": True}, "no Docker engine"),
    ({"volumes": [{"type": "npipe", "source": r"\\.\pipe\docker_engine", "target": "/x"}]}, "npipe"),
    *(({"volumes": [f"{path}:/x"]}, "outside of the project directory") for path in ("../a", "./a/../../b", "~/.ssh")),
    ({"labels": {"kompose.volume.type": "hostPath"}, "volumes": ["data:/data"]}, "only absolute bind mounts"),
    ({"uts": "host"}, "host name of the node"),
    ({"userns_mode": "host"}, "user namespace of the node"),
    ({"cgroup": "host"}, "cgroup of its node"),
    *(({key: "container:other"}, "no container of this stack") for key in ("network_mode", "pid", "ipc")),
    ({"volumes_from": ["container:other"]}, "no service of this stack"),
    ({"device_cgroup_rules": ["c 1:3 mr"]}, "no rules for devices"),
    *(
        ({"security_opt": [option]}, "is not translated")
        for option in (
            "seccomp:unconfined",
            "seccomp=unconfined",
            "apparmor=unconfined",
            "label=disable",
            "label:type:spc_t",
            "systempaths=unconfined",
        )
    ),
    *(
        ({place: {key: "other"}}, "reserved")
        for place in ("labels", "annotations")
        for key in (
            "composestack.io/stack",
            "app.kubernetes.io/instance",
            "container.apparmor.security.beta.kubernetes.io/web",
        )
    ),
    ({"deploy": {"labels": {"composestack.io/service": "other"}}}, "reserved"),
    ({"x-kubernetes": {"podLabels": {"composestack.io/stack": "other"}}}, "reserved"),
    ({"x-kubernetes": {"podAnnotations": {"composestack.io/digest": "other"}}}, "reserved"),
    ({"x-kubernetes": {"podLabels": {"a\nb": "c"}}}, "Kubernetes has no label"),
    ({"x-kubernetes": {"podLabels": {"a": "b\nc"}}}, "Kubernetes has no label"),
    *(
        ({"x-kubernetes": {"securityContext": block}}, "no such key")
        for block in (
            {"privileged": True},
            {"procMount": "Unmasked"},
            {"allowPrivilegeEscalation": True},
            {"capabilities": {"add": ["SYS_ADMIN"]}},
            {"seccompProfile": {"type": "Unconfined"}},
            {"windowsOptions": {"hostProcess": True}},
        )
    ),
    ({"x-kubernetes": {"scheduling": {"nodeName": "control-plane"}}}, "no such key"),
    ({"x-kubernetes": {"service": {"externalIPs": ["192.0.2.1"]}}}, "no such key"),
    ({"provider": {"type": "model"}}, "program on the machine"),
]
"""Attributes of a service, and what the refusal says."""


@pytest.mark.parametrize(("service", "words"), NEVER, ids=lambda value: str(value)[:70])
def test_what_nobody_can_allow_is_refused_whatever_the_policy_says(service: Attributes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        plan_of(service, EVERYTHING, _document={"volumes": {"data": {}}})

    (problem,) = refused.value.problems
    assert words in problem.message
    assert "policy." not in problem.remedy


OUTSIDE = "is outside of the project directory"
REMOTE = "is on another host"
PATHS: list[tuple[Attributes, str]] = [
    ({"env_file": "/proc/self/environ"}, OUTSIDE),
    ({"env_file": "../x.env"}, OUTSIDE),
    ({"env_file": "a/../../x.env"}, OUTSIDE),
    ({"label_file": "/etc/passwd"}, OUTSIDE),
    ({"extends": {"file": "/etc/passwd", "service": "web"}}, OUTSIDE),
    ({"extends": {"file": "../x.yaml", "service": "web"}}, OUTSIDE),
    ({"extends": {"file": "${WHERE:-https://evil.test/c.yaml}", "service": "web"}}, REMOTE),
    ({"_document": {"include": ["/etc/passwd"]}}, OUTSIDE),
    ({"_document": {"include": [{"path": "compose.yaml", "env_file": "/proc/self/environ"}]}}, OUTSIDE),
    ({"_document": {"include": ["https://evil.test/compose.yaml"]}}, REMOTE),
    ({"_document": {"include": ["git@evil.test:x.git"]}}, REMOTE),
    ({"_document": {"include": ["oci://evil.test/x"]}}, REMOTE),
]
"""Attributes of a service, or sections of the document, that name files which are none of the project's."""


@pytest.mark.parametrize(("service", "words"), PATHS, ids=lambda value: str(value)[:70])
def test_no_file_is_read_from_elsewhere(service: Attributes, words: str) -> None:
    service = dict(service)
    document = service.pop("_document", {})
    with pytest.raises(InvalidCompose) as invalid:
        plan_of(service, EVERYTHING, _document=document, files={"compose.yaml": "services: {}"})

    assert words in str(invalid.value)


@pytest.mark.parametrize("section", ["secrets", "configs"])
@pytest.mark.parametrize("file", ["/etc/shadow", "../a", "a/../../b"])
def test_no_secret_or_config_is_read_from_elsewhere(section: str, file: str) -> None:
    with pytest.raises(Refused) as refused:
        plan_of({section: ["it"]}, EVERYTHING, _document={section: {"it": {"file": file}}})

    assert refused.value.problems[0].path == f"{section}.it.file"


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"type": "none", "o": "bind", "device": "/etc"}, "host_paths"),
        ({"type": "nfs", "o": "addr=192.0.2.1", "device": ":/"}, "nfs_servers"),
    ],
)
def test_a_named_volume_is_no_way_to_the_node_or_to_others(options: Attributes, key: str) -> None:
    volumes = {"volumes": {"data": {"driver": "local", "driver_opts": options}}}
    with pytest.raises(Refused, match=rf"policy\.{key}"):
        plan_of({"volumes": ["data:/data"]}, _document=volumes)


def patch(**change: Any) -> dict[str, Any]:
    return {"patches": [{"target": {"kind": "Deployment"}, "patch": change}]}


def pod(**spec: Any) -> dict[str, Any]:
    return patch(spec={"template": {"spec": spec}})


PATCHES: list[tuple[dict[str, Any], str]] = [
    (pod(hostNetwork=True), "hostNetwork"),
    (pod(serviceAccountName="admin"), "serviceAccountName"),
    (pod(nodeName="control-plane"), "nodeName"),
    (pod(containers=[{"name": "web", "securityContext": {"privileged": True}}]), "privileged"),
    (pod(volumes=[{"name": "node", "hostPath": {"path": "/"}}]), "volumes"),
    (patch(metadata={"namespace": "kube-system"}), "metadata.namespace"),
    (patch(metadata={"labels": {"composestack.io/stack": "other"}}), "composestack.io/stack"),
    (patch(metadata={"ownerReferences": []}), "metadata.ownerReferences"),
    (patch(metadata={"finalizers": ["evil.test/never"]}), "metadata.finalizers"),
    (patch(kind="Secret"), "kind"),
]


@pytest.mark.parametrize(("spec", "words"), PATCHES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_patch_gives_nothing_that_the_policy_does_not(spec: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as without:
        plan_of({}, **spec)
    assert "policy.patches" in str(without.value)

    with pytest.raises(Refused) as refused:
        plan_of({}, {"patches": True}, **spec)
    assert re.search(rf"^spec\.patches\[0\]\.patch.*{re.escape(words)}", str(refused.value))


def test_what_is_looked_for_is_found_where_it_is_allowed() -> None:
    """So that `beyond` finds nothing elsewhere because there is nothing."""
    service = {"privileged": True, "network_mode": "host", "pid": "host", "volumes": ["/etc:/x"], "cap_add": ["ALL"]}

    assert beyond(plan_of(service, EVERYTHING)) == {"privileged", "hostNetwork", "hostPID", "hostPath", "capabilities"}
