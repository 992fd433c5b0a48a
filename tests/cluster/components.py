"""The command lines of the programs.

What is not said here is the program's default, so that tests see what users see.
"""

from __future__ import annotations

from pathlib import Path

MANIFESTS = Path(__file__).parent / "manifests"

Command = list[str | Path]


def etcd(state: Path, *, client: int, peer: int) -> Command:
    """etcd that does not wait for the disk: the data is not worth a second."""
    url, peer_url = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
    return [
        "etcd",
        f"--data-dir={state / 'etcd'}",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        f"--listen-peer-urls={peer_url}",
        f"--initial-advertise-peer-urls={peer_url}",
        f"--initial-cluster=default={peer_url}",
        "--socket-reuse-port=true",
        "--unsafe-no-fsync",
        "--log-level=warn",
        f"--quota-backend-bytes={8 << 30}",
    ]


def api_server(state: Path, *, etcd_port: int, port: int) -> Command:
    """The API server, with RBAC and an audit log of every finished request."""
    keys = state / "credentials"
    return [
        "kube-apiserver",
        f"--etcd-servers=http://127.0.0.1:{etcd_port}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        "--permit-port-sharing",  # the port is reserved by a socket, see ports.py
        f"--tls-cert-file={keys / 'server.crt'}",
        f"--tls-private-key-file={keys / 'server.key'}",
        f"--token-auth-file={keys / 'tokens.csv'}",
        f"--service-account-key-file={keys / 'service-account.key'}",
        f"--service-account-signing-key-file={keys / 'service-account.key'}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--authorization-mode=RBAC",
        "--endpoint-reconciler-type=none",  # a loopback address cannot be an endpoint
        "--service-cluster-ip-range=10.96.0.0/12",
        "--allow-privileged=true",
        f"--audit-policy-file={MANIFESTS / 'audit-policy.yaml'}",
        f"--audit-log-path={state / 'audit.log'}",
        "--audit-log-maxsize=100000",  # MB: readers keep offsets, so it is never rotated
        "--shutdown-watch-termination-grace-period=0s",
    ]


def controller_manager(state: Path) -> Command:
    """The built-in controllers. Tests would wait for what the defaults allow: 20 calls a second, and a look at what is
    scaled every 15 s.
    """
    keys = state / "credentials"
    return [
        "kube-controller-manager",
        f"--kubeconfig={keys / 'kube-controller-manager.kubeconfig'}",
        f"--service-account-private-key-file={keys / 'service-account.key'}",
        f"--root-ca-file={keys / 'ca.crt'}",
        "--leader-elect=false",
        "--secure-port=0",
        "--allocate-node-cidrs=false",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--horizontal-pod-autoscaler-sync-period=1s",
    ]


def scheduler(state: Path) -> Command:
    """The scheduler."""
    return [
        "kube-scheduler",
        f"--kubeconfig={state / 'credentials' / 'kube-scheduler.kubeconfig'}",
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    ]


def kwok(state: Path) -> Command:
    """KWOK: it keeps every Node ready and plays the pods that are scheduled to it."""
    return [
        "kwok",
        f"--kubeconfig={state / 'credentials' / 'kwok.kubeconfig'}",
        f"--config={state / 'stages.yaml'}",
        "--manage-all-nodes=true",
        "--node-lease-duration-seconds=40",
        "--cidr=10.128.0.0/9",
    ]


def provisioner(state: Path) -> Command:
    """The program that binds claims to directories, see binaries/provisioner.go."""
    return ["provisioner", state / "credentials" / "provisioner.kubeconfig", state / "volumes"]
