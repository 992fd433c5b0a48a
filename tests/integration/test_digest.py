"""Drift is seen without a read: what we own of a live object has the digest of its manifest, until it is edited."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from composestack.cluster import apply
from composestack.cluster.client import APPLY, Client, Request
from composestack.cluster.connecting import connect
from composestack.kinds import KINDS, Ref
from composestack.reconcile.observe import FIELD_MANAGER, applied, child
from composestack.reconcile.port import Child
from composestack.translate.digest import digest
from composestack.translate.labels import DIGEST
from composestack.translate.objects.route import Parent, Target, route
from composestack.translate.plan import Manifest
from tests.cluster import client as cluster_client
from tests.cluster.plugin import Kubectl
from tests.integration.owners import Owner, create_owner, workload

GOLDEN = Path(__file__).parents[1] / "golden"


def full_route(kind: str, owner: Owner) -> Manifest:
    parents = [Parent("public", "infra", "web"), Parent("own")]
    made = route(kind, "full", {}, parents, Target("web", 80, ("shop.example.com",), "/cart"))
    return owner.manifest(kind, "full", spec=made["spec"])


POD: dict[str, Any] = {
    "terminationGracePeriodSeconds": 10,
    "enableServiceLinks": False,
    "automountServiceAccountToken": False,
    "hostname": "web",
    "securityContext": {
        "seccompProfile": {"type": "RuntimeDefault"},
        "fsGroup": 1000,
        "supplementalGroups": [5, 3],
        "sysctls": [{"name": "net.core.somaxconn", "value": "1024"}],
    },
    "hostAliases": [{"ip": "10.0.0.9", "hostnames": ["b", "a"]}, {"ip": "10.0.0.1", "hostnames": ["c"]}],
    "dnsConfig": {"nameservers": ["1.1.1.1"], "searches": ["z"], "options": [{"name": "ndots", "value": "1"}]},
    "imagePullSecrets": [{"name": "b"}, {"name": "a"}],
    "nodeSelector": {"z": "1", "disk": "ssd"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "affinity": {
        "podAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {"labelSelector": {"matchLabels": {"v": "data"}}, "topologyKey": "kubernetes.io/hostname"}
            ]
        }
    },
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": "zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"a": "b"}},
        }
    ],
    "initContainers": [{"name": "init", "image": "i", "volumeMounts": [{"name": "data", "mountPath": "/d"}]}],
    "volumes": [
        {"name": "scratch", "emptyDir": {}},
        {"name": "memory", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "c"}},
        {"name": "files", "configMap": {"name": "f", "items": [{"key": "a", "path": "x/y", "mode": 292}]}},
        {"name": "secrets", "secret": {"secretName": "s", "defaultMode": 256}},
        {"name": "host", "hostPath": {"path": "/x"}},
        {"name": "both", "projected": {"sources": [{"configMap": {"name": "a"}}, {"secret": {"name": "b"}}]}},
    ],
    "containers": [
        {
            "name": "web",
            "image": "nginx:1",
            "imagePullPolicy": "Always",
            "command": ["a", "$$b"],
            "args": ["", "c d"],
            "workingDir": "/w",
            "tty": True,
            "stdin": True,
            "ports": [
                {"containerPort": 8080, "name": "tcp-8080"},
                {"containerPort": 53, "protocol": "UDP"},
                {"containerPort": 53, "protocol": "TCP"},
            ],
            "env": [
                {"name": "Z", "value": "z"},
                {"name": "EMPTY"},
                {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                {"name": "U", "value": 'ü\n\t"{}<>&'},
            ],
            "envFrom": [{"configMapRef": {"name": "x"}}, {"prefix": "P_", "secretRef": {"name": "y"}}],
            "resources": {
                "limits": {"cpu": "500m", "memory": "1Gi"},
                "requests": {"cpu": "250m", "memory": "64Mi"},
            },
            "readinessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 30, "failureThreshold": 3},
            "livenessProbe": {"httpGet": {"path": "/", "port": "tcp-8080"}, "initialDelaySeconds": 1},
            "startupProbe": {"tcpSocket": {"port": 8080}},
            "lifecycle": {"preStop": {"exec": {"command": ["sleep", "1"]}}},
            "securityContext": {
                "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
                "runAsUser": 0,
                "allowPrivilegeEscalation": False,
            },
            "volumeMounts": [
                {"name": "scratch", "mountPath": "/z", "readOnly": True},
                {"name": "data", "mountPath": "/a", "subPath": "_data"},
            ],
        }
    ],
}

SPECS: dict[str, Callable[[Owner], Manifest]] = {
    "ConfigMap": lambda o: o.manifest(
        "ConfigMap", "full", data={"a": "", "b.txt": "x\ny\n"}, binaryData={"bin": "AAEC/w=="}
    ),
    "sealed ConfigMap": lambda o: o.manifest("ConfigMap", "full", data={"a": "x"}, immutable=True),
    "Secret": lambda o: o.manifest(
        "Secret", "full", type="Opaque", immutable=True, data={"e": "", "a": "eHk=", "b": "AAEC/w=="}
    ),
    "PersistentVolumeClaim": lambda o: o.manifest(
        "PersistentVolumeClaim",
        "full",
        spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2500Mi"}}},
    ),
    "PersistentVolumeClaim of a class": lambda o: o.manifest(
        "PersistentVolumeClaim",
        "full",
        spec={
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
            "storageClassName": "standard",
            "volumeMode": "Filesystem",
        },
    ),
    "NetworkPolicy": lambda o: o.manifest(
        "NetworkPolicy",
        "full",
        spec={
            "podSelector": {"matchLabels": {"a": "b"}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {
                    "from": [{"podSelector": {"matchLabels": {"n": "1"}}}, {"ipBlock": {"cidr": "0.0.0.0/0"}}],
                    "ports": [{"port": 80, "protocol": "TCP"}, {"port": "dns", "protocol": "UDP"}],
                },
                {"from": [{"podSelector": {}}]},
            ],
            "egress": [{}],
        },
    ),
    "Service": lambda o: o.manifest(
        "Service",
        "full",
        spec={
            "type": "NodePort",
            "selector": {"a": "b"},
            "publishNotReadyAddresses": True,
            "ports": [
                {"name": "z", "port": 80, "targetPort": 8080},
                {"name": "u", "port": 53, "protocol": "UDP"},
                {"name": "t", "port": 53, "protocol": "TCP", "targetPort": "dns"},
            ],
        },
    ),
    "headless Service": lambda o: o.manifest("Service", "full", spec={"clusterIP": "None", "selector": {"a": "b"}}),
    "HorizontalPodAutoscaler": lambda o: o.manifest(
        "HorizontalPodAutoscaler",
        "full",
        spec={
            "minReplicas": 2,
            "maxReplicas": 5,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": 60}},
                }
                for name in ("cpu", "memory")
            ],
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        },
    ),
    "PodDisruptionBudget": lambda o: o.manifest(
        "PodDisruptionBudget", "full", spec={"maxUnavailable": "25%", "selector": {"matchLabels": {"a": "b"}}}
    ),
    "Ingress": lambda o: o.manifest(
        "Ingress",
        "full",
        spec={
            "ingressClassName": "nginx",
            "rules": [
                {
                    "host": "shop.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "web", "port": {"number": 80}}},
                            }
                        ]
                    },
                }
            ],
            "tls": [{"hosts": ["shop.example.com"], "secretName": "shop-tls"}],
        },
    ),
    "Deployment": lambda o: workload(
        o, "Deployment", "full", POD, replicas=0, strategy={"type": "Recreate"}, minReadySeconds=1
    ),
    "rolling Deployment": lambda o: workload(
        o,
        "Deployment",
        "full",
        replicas=0,
        strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    ),
    "StatefulSet": lambda o: workload(
        o,
        "StatefulSet",
        "full",
        POD,
        replicas=0,
        minReadySeconds=1,
        podManagementPolicy="Parallel",
        serviceName="web",
        updateStrategy={"type": "RollingUpdate"},
    ),
    "DaemonSet": lambda o: workload(
        o,
        "DaemonSet",
        "full",
        POD,
        updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%"}},
    ),
    **{kind.kind: partial(full_route, kind.kind) for kind in KINDS.values() if kind.source},
    "CronJob": lambda o: o.manifest(
        "CronJob",
        "full",
        spec={
            "schedule": "0 3 * * *",
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": {"template": {"spec": {**POD, "restartPolicy": "OnFailure"}}}},
        },
    ),
    "Job": lambda o: workload(
        o, "Job", "full", {**POD, "restartPolicy": "OnFailure"}, completions=2, parallelism=1, backoffLimit=3
    ),
}


@pytest.fixture
async def client(cluster: cluster_client.Client) -> AsyncIterator[Client]:
    client = await connect(str(cluster.kubeconfig))
    yield client
    await client.close()


@pytest.fixture
def owner(kubectl: Kubectl, namespace: str, definition: None, gateway_api: None) -> Owner:
    return create_owner(kubectl, namespace, "shop")


def test_every_kind_is_here() -> None:
    assert {name.split()[-1] for name in SPECS if " of " not in name} == set(KINDS)


@pytest.mark.parametrize("name", SPECS)
async def test_what_was_just_applied_is_as_meant(name: str, client: Client, owner: Owner) -> None:
    manifest = SPECS[name](owner)
    for known in (None, None):  # the second apply changes nothing
        row = child(await apply.apply(client, manifest, known))

        assert row.actual == row.meant
        assert row.owner_uid == owner.uid


class Edited:
    """A live object, as a rival of the operator finds and leaves it."""

    def __init__(self, client: Client, kubectl: Kubectl, owner: Owner) -> None:
        self.client = client
        self.kubectl = kubectl
        self.owner = owner

    async def edit(self, kind: str, edit: Callable[[Any], object]) -> Child:
        """Edit and return the row."""
        live = await apply.get(self.client, Ref(kind, "full"), self.owner.namespace)
        assert live is not None
        del live["metadata"]["resourceVersion"]  # controllers write to it, too
        edit(live)
        self.kubectl("replace", "-f", "-", stdin=json.dumps(live))
        after = await apply.get(self.client, Ref(kind, "full"), self.owner.namespace)
        assert after is not None
        return child(after)


@pytest.fixture
def rival(client: Client, kubectl: Kubectl, owner: Owner) -> Edited:
    return Edited(client, kubectl, owner)


def pod(live: Manifest) -> Any:
    return live["spec"]["template"]["spec"]


def web(live: Manifest) -> Any:
    return pod(live)["containers"][0]


DRIFT: dict[str, tuple[str, Callable[[Any], object]]] = {
    "image": ("Deployment", lambda live: web(live).update(image="evil")),
    "variable changed": ("Deployment", lambda live: web(live)["env"][0].update(value="other")),
    "variable removed": ("Deployment", lambda live: web(live)["env"].pop(0)),
    "variables reordered": ("Deployment", lambda live: web(live)["env"].reverse()),
    "ports removed": ("Deployment", lambda live: web(live).pop("ports")),
    "arguments": ("Deployment", lambda live: web(live)["args"].append("x")),
    "probe": ("Deployment", lambda live: web(live).pop("readinessProbe")),
    "replicas": ("Deployment", lambda live: live["spec"].update(replicas=1)),
    "volume": ("Deployment", lambda live: pod(live)["volumes"][3]["configMap"].update(name="other")),
    "label removed": ("Service", lambda live: live["metadata"].pop("labels")),
    "port": ("Service", lambda live: live["spec"]["ports"][0].update(targetPort=1)),
    "selector": ("Service", lambda live: live["spec"]["selector"].update(x="y")),
    "rule added": ("NetworkPolicy", lambda live: live["spec"]["ingress"].append({})),
    "key changed": ("ConfigMap", lambda live: live["data"].update({"b.txt": "z"})),
    "key removed": ("ConfigMap", lambda live: live["data"].pop("a")),
    "binary": ("ConfigMap", lambda live: live["binaryData"].update(bin="AAEC")),
}

NO_DRIFT: dict[str, tuple[str, Callable[[Any], object]]] = {
    "annotation added": ("Deployment", lambda live: live["metadata"]["annotations"].update(theirs="x")),
    "restarted": (
        "Deployment",
        lambda live: live["spec"]["template"]["metadata"].update(
            annotations={"kubectl.kubernetes.io/restartedAt": "x"}
        ),
    ),
    "variable added": ("Deployment", lambda live: web(live)["env"].insert(0, {"name": "THEIRS", "value": "x"})),
    "container added": (
        "Deployment",
        lambda live: pod(live)["containers"].insert(0, {"name": "sidecar", "image": "s"}),
    ),
    "default changed": ("Deployment", lambda live: live["spec"].update(revisionHistoryLimit=1)),
    "key added": ("ConfigMap", lambda live: live["data"].update(theirs="x")),
    "finalizer": ("ConfigMap", lambda live: live["metadata"].update(finalizers=[])),
}


@pytest.mark.parametrize("name", DRIFT)
async def test_a_foreign_edit_of_our_fields_is_seen_and_repaired(
    name: str, client: Client, owner: Owner, rival: Edited
) -> None:
    kind, edit = DRIFT[name]
    await apply.apply(client, SPECS[kind](owner), None)

    edited = await rival.edit(kind, edit)
    assert edited.actual != edited.meant

    repaired = child(await apply.apply(client, SPECS[kind](owner), edited))
    assert repaired.actual == repaired.meant


@pytest.mark.parametrize("name", NO_DRIFT)
async def test_what_others_add_is_theirs(name: str, client: Client, owner: Owner, rival: Edited) -> None:
    kind, edit = NO_DRIFT[name]
    await apply.apply(client, SPECS[kind](owner), None)

    edited = await rival.edit(kind, edit)

    assert edited.actual == edited.meant


ALPHA = {"stop-signal"}
"""Features whose field the API server drops unless an alpha gate is on; the admin's policy says whether it is."""


def golden(namespace: str) -> list[tuple[str, Manifest]]:
    """Return the manifests of all golden files, each with the name of its feature."""
    return [
        (expected.parent.name, {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}})
        for expected in sorted(GOLDEN.glob("*/expected.yaml"))
        if expected.parent.name not in ALPHA
        for manifest in yaml.safe_load_all(expected.read_text())
    ]


async def test_golden_manifests_are_canonical(client: Client, namespace: str) -> None:
    """The API server writes each of them as it is: otherwise every restart of the operator would apply it again."""

    async def apply_dry(feature: str, manifest: Manifest) -> str | None:
        path = KINDS[manifest["kind"]].path(namespace, manifest["metadata"]["name"])
        query = {"fieldManager": FIELD_MANAGER, "force": "true", "dryRun": "All"}
        live = await client.call(Request("PATCH", path, manifest, query, APPLY))
        if digest(applied(live)) == manifest["metadata"]["annotations"][DIGEST]:
            return None
        return f"{feature}: {json.dumps(manifest, sort_keys=True)} became {json.dumps(applied(live), sort_keys=True)}"

    results = await asyncio.gather(*(apply_dry(*found) for found in golden(namespace)))

    assert [result for result in results if result] == []
