"""The embedded cluster does what the tests of the operator rely on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.cluster.audit import Audit
from tests.cluster.cluster import Cluster
from tests.cluster.plugin import Kubectl
from tests.cluster.process import Failed

WORKLOADS = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: example.com/web}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: example.com/agent}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: migrate, image: example.com/migrate}]}
"""

CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}
"""


def test_workloads_become_ready_and_claims_bind(namespace: str, kubectl: Kubectl) -> None:
    kubectl("apply", "-n", namespace, "-f", "-", stdin=WORKLOADS)
    kubectl("rollout", "status", "-n", namespace, "deployment/web", "--timeout=60s")
    kubectl("rollout", "status", "-n", namespace, "daemonset/agent", "--timeout=60s")
    kubectl("wait", "-n", namespace, "--for=condition=Complete", "job/migrate", "--timeout=60s")
    kubectl("wait", "-n", namespace, "--for=jsonpath={.status.phase}=Bound", "pvc/data", "--timeout=60s")


def test_claim_grows_and_its_directory_goes_with_it(namespace: str, kubectl: Kubectl, embedded: Cluster) -> None:
    kubectl("apply", "-n", namespace, "-f", "-", stdin=CLAIM % "1Gi")
    kubectl("wait", "-n", namespace, "--for=jsonpath={.status.phase}=Bound", "pvc/data", "--timeout=60s")
    kubectl("apply", "-n", namespace, "-f", "-", stdin=CLAIM % "2Gi")
    kubectl("wait", "-n", namespace, "--for=jsonpath={.status.capacity.storage}=2Gi", "pvc/data", "--timeout=60s")
    volume = kubectl("get", "-n", namespace, "pvc/data", "-o", "jsonpath={.spec.volumeName}")
    directory = embedded.state / "volumes" / volume
    assert directory.is_dir()
    kubectl("delete", "-n", namespace, "pvc/data")
    kubectl("wait", "--for=delete", f"pv/{volume}", "--timeout=60s")
    assert not directory.exists()


def test_audit_shows_who_did_what(namespace: str, kubectl: Kubectl, audit: Audit) -> None:
    kubectl("create", "configmap", "one", "-n", namespace)
    kubectl("get", "configmap", "one", "-n", namespace)
    (write,) = audit.writes(namespace=namespace, user_agent="kubectl")
    assert (write.verb, write.resource, write.name, write.code) == ("create", "configmaps", "one", 201)
    assert write.user == "kubernetes-admin"
    verbs = [entry.verb for entry in audit.entries(namespace=namespace, user_agent="kubectl")]
    assert verbs == ["create", "get"]


def test_audit_forgets_what_was_before_the_mark(namespace: str, kubectl: Kubectl, audit: Audit) -> None:
    kubectl("create", "configmap", "one", "-n", namespace)
    audit.mark()
    assert audit.entries(namespace=namespace, user_agent="kubectl") == []


def test_two_clusters_run_side_by_side(embedded: Cluster, tmp_path: Path) -> None:
    other = Cluster(tmp_path)
    other.start(owned=True)
    try:
        assert other.server != embedded.server
        other.kubectl("create", "namespace", "only-here")
        assert "only-here" not in embedded.kubectl("get", "namespaces")
        assert all(
            str(other.state) in process.log.parts or process.log.exists() for process in other.processes.values()
        )
    finally:
        other.stop()
    assert not any(process.running() for process in other.processes.values())
    assert embedded.running()


def test_objects_and_address_survive_a_killed_api_server(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    cluster.start(owned=True)
    try:
        cluster.kubectl("create", "namespace", "kept")
        server = cluster.server
        cluster.restart("kube-apiserver", kill=True)
        assert cluster.server == server
        assert "kept" in cluster.kubectl("get", "namespaces")
        cluster.stop()
        cluster.start(owned=True)
        assert "kept" in cluster.kubectl("get", "namespaces")
    finally:
        cluster.stop()


def test_owned_cluster_ends_with_its_owner(tmp_path: Path) -> None:
    program = f"""
        from pathlib import Path
        from tests.cluster.cluster import Cluster
        Cluster(Path({str(tmp_path)!r})).start(owned=True, report=lambda line: None)
        print("up", flush=True)
        input()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "up\n"
        processes = Cluster(tmp_path).processes.values()
        assert all(process.running() for process in processes)
        os.kill(owner.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(process.running() for process in processes):
        assert time.monotonic() < deadline, "programs outlive their owner"
        time.sleep(0.05)


def test_failure_names_the_program_and_shows_its_log(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    (tmp_path / "etcd").write_text("not a directory")
    with pytest.raises(Failed, match=r"(?s)etcd ended.*not a directory"):
        cluster.start(owned=True)
    assert not any(process.running() for process in cluster.processes.values())
