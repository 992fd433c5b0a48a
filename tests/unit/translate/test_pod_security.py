from __future__ import annotations

from typing import Any

import pytest

from composestack.kinds import Ref
from composestack.translate.plan import translate
from composestack.translate.pod_security import Violation, is_below, violations
from composestack.translate.policy import Policy
from composestack.translate.refusal import Refused
from tests.golden.cases import CASES, load_case

REF = Ref("Deployment", "shop-web")


def deployment(**pod: Any) -> dict[str, Any]:
    template = {"metadata": {}, "spec": {"containers": [{"name": "web"}], **pod}}
    return {"kind": "Deployment", "metadata": {"name": "shop-web"}, "spec": {"template": template}}


def found(policy: Policy | None = None, **pod: Any) -> list[Violation]:
    return violations([deployment(**pod)], policy or Policy())


def keys(policy: Policy | None = None, **pod: Any) -> set[str]:
    return {violation.key for violation in found(policy, **pod)}


def container(**fields: Any) -> dict[str, Any]:
    return {"containers": [{"name": "web", **fields}]}


@pytest.mark.parametrize(
    ("pod", "policy"),
    [
        ({"hostNetwork": True}, {"host_network": True}),
        ({"hostPID": True}, {"host_pid": True}),
        ({"hostIPC": True}, {"host_ipc": True}),
        ({"securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}}, {"sysctls": ["kernel.msgmax"]}),
        ({"volumes": [{"name": "a", "hostPath": {"path": "/srv/a"}}]}, {"host_paths": ["/srv"]}),
        ({"volumes": [{"name": "a", "nfs": {"server": "nfs", "path": "/"}}]}, {"nfs_servers": ["nfs"]}),
        ({"serviceAccountName": "reader", "automountServiceAccountToken": True}, {"service_accounts": ["reader"]}),
        ({"runtimeClassName": "gvisor"}, {"runtimes": {"safe": "gvisor"}}),
        ({"priorityClassName": "high"}, {"priority_classes": ["high"]}),
        ({"schedulerName": "other"}, {"schedulers": ["other"]}),
        ({"tolerations": [{"key": "dedicated", "operator": "Exists"}]}, {"taints": ["dedicated"]}),
        ({"tolerations": [{"operator": "Exists"}]}, {"taints": ["*"]}),
        (container(securityContext={"privileged": True}), {"privileged": True}),
        (container(securityContext={"capabilities": {"add": ["NET_ADMIN"]}}), {"capabilities": ["NET_ADMIN"]}),
        (container(ports=[{"containerPort": 80, "hostPort": 80}]), {"host_ports": True}),
        (
            container(resources={"limits": {"cpu": 1, "hugepages-2Mi": "2Mi", "squat.ai/fuse": 1}}),
            {"device_resources": {"/dev/fuse": "squat.ai/fuse"}},
        ),
    ],
)
def test_the_policy_decides(pod: dict[str, Any], policy: dict[str, Any]) -> None:
    assert keys(**pod) == set(policy)
    assert found(Policy(**policy), **pod) == []


@pytest.mark.parametrize("kind", ["initContainers", "ephemeralContainers"])
def test_all_containers_are_looked_at(kind: str) -> None:
    pod: dict[str, Any] = {kind: [{"name": "a", "securityContext": {"privileged": True}}]}

    assert keys(**pod) == {"privileged"}


@pytest.mark.parametrize(
    "security",
    [
        {"seccompProfile": {"type": "Unconfined"}},
        {"appArmorProfile": {"type": "Unconfined"}},
        {"procMount": "Unmasked"},
        {"seLinuxOptions": {"type": "spc_t"}},
        {"seLinuxOptions": {"user": "root"}},
        {"windowsOptions": {"hostProcess": True}},
    ],
)
def test_no_policy_allows_less_confinement(security: dict[str, Any]) -> None:
    assert keys(**container(securityContext=security)) == {""}


def test_volumes_reach_nothing_but_the_namespace() -> None:
    token = {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}

    assert [each.field for each in found(volumes=[{"name": "a", "csi": {}}, token])] == ["volumes[a]", "volumes[token]"]
    assert found(volumes=[{"name": "a", "emptyDir": {}}, {"name": "b", "projected": {"sources": [{}]}}]) == []


def test_a_token_is_for_pods_with_an_account() -> None:
    policy = Policy(service_accounts=("reader",))
    token = {"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}

    assert [each.field for each in found(automountServiceAccountToken=True)] == ["automountServiceAccountToken"]
    assert found(policy, serviceAccountName="reader", volumes=[token]) == []


def test_what_baseline_allows_is_allowed() -> None:
    security = {"capabilities": {"add": ["CHOWN"], "drop": ["ALL"]}, "seLinuxOptions": {"type": "container_t"}}
    sysctls = [{"name": "net.ipv4.tcp_syncookies", "value": "0"}]

    assert found(**container(securityContext=security), securityContext={"sysctls": sysctls}) == []


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
def test_ways_to_the_outside(kind: Any) -> None:
    service = {"kind": "Service", "metadata": {"name": "web"}, "spec": {"type": kind}}

    assert [(each.key, each.entry) for each in violations([service], Policy())] == [("publish_types", kind)]
    assert violations([service], Policy(publish_types=(kind,))) == []


def test_images_are_from_the_registries_of_the_policy() -> None:
    policy = Policy(registries=("ghcr.io/acme",))
    volume: dict[str, Any] = {"volumes": [{"name": "a", "image": {"reference": "nginx"}}]}

    assert keys(policy, **container(image="nginx")) == {"registries"}
    assert keys(policy, **container(image="ghcr.io/acme/web:1")) == set()
    assert keys(policy, **container(image="ghcr.io/acme/web:1"), **volume) == {"registries"}
    assert keys(**container(image="nginx"), **volume) == set()


@pytest.mark.parametrize(
    ("kind", "spec", "policy"),
    [
        (
            "HTTPRoute",
            {"parentRefs": [{"name": "public", "namespace": "infra"}]},
            {"gateway_parents": ["infra/public"]},
        ),
        ("TCPRoute", {"parentRefs": [{"name": "own"}]}, {"gateway_parents": ["own"]}),
        ("Ingress", {"rules": [{"http": {}}]}, {"ingress_any_host": True, "publish_types": ["Ingress"]}),
    ],
)
def test_ways_in_are_those_of_the_policy(kind: str, spec: dict[str, Any], policy: dict[str, Any]) -> None:
    manifest = {"kind": kind, "metadata": {"name": "shop-web"}, "spec": spec}

    assert {each.key for each in violations([manifest], Policy())} == set(policy)
    assert violations([manifest], Policy(**policy)) == []


def test_a_route_hangs_on_nothing_but_gateways() -> None:
    parents = [{"kind": "Service", "name": "a"}]
    manifest = {"kind": "HTTPRoute", "metadata": {"name": "a"}, "spec": {"parentRefs": parents}}

    assert [each.key for each in violations([manifest], Policy(gateway_parents=("a",)))] == ["gateway_parents"]


def test_further_networks_are_those_of_the_policy() -> None:
    manifest = deployment()
    manifest["spec"]["template"]["metadata"] = {"annotations": {"k8s.v1.cni.cncf.io/networks": "lan,infra/wan"}}
    policy = Policy(network_attachments=("lan",))

    assert [each.entry for each in violations([manifest], policy)] == ["infra/wan"]


def test_a_service_leads_to_its_own_pods() -> None:
    for spec in ({"type": "ExternalName", "externalName": "example.com"}, {"externalIPs": ["192.0.2.1"]}):
        service = {"kind": "Service", "metadata": {"name": "web"}, "spec": spec}
        assert len(violations([service], Policy())) == 1


@pytest.mark.parametrize("value", ["text", 1, None, [], {}, [1], ["text"], [{}]])
@pytest.mark.parametrize("field", ["securityContext", "containers", "volumes", "hostNetwork"])
def test_a_wrong_type_does_not_break_it(field: str, value: Any) -> None:
    found(**{field: value})
    found(**container(securityContext=value, ports=value))
    found(volumes=[{"name": "a", "hostPath": value}])


@pytest.mark.parametrize(
    ("path", "below"),
    [("/srv", True), ("/srv/a", True), ("/srvb", False), ("/srv/../etc", False), ("srv", False), ("None", False)],
)
def test_paths_of_the_node(path: str, below: bool) -> None:
    assert is_below(path, ["/other", "/srv"]) == below


def test_no_golden_stack_needs_the_second_wall() -> None:
    """Translators refuse first, and name the attribute."""
    for folder in CASES:
        case = load_case(folder)
        try:
            translate(case.project, case.scope)
        except Refused as refused:
            assert [p for p in refused.problems if "would have" in p.message and "spec.patches" not in p.path] == []
