"""The command lines and configurations of a node's programs, as files in its state directory.

What is not said here is the program's default, so that tests see what users see.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.node.requirements import PLUGINS
from tests.e2e.node.sandbox import ADDRESS

NODE = "node"
PAUSE_IMAGE = "composestack.test/pause:1"
PODS = "198.51.100.0/24"
"""The addresses of pods, from a range for documentation (RFC 5737)."""
SOCKET = "/run/containerd/containerd.sock"

Command = list[str | Path]


def api_server() -> list[str]:
    """What the flags of the API server become, so that pods reach it as `kubernetes.default.svc`."""
    return [
        "--bind-address=0.0.0.0",  # of the sandbox
        f"--advertise-address={ADDRESS}",
        "--endpoint-reconciler-type=lease",
        "--kubelet-preferred-address-types=InternalIP",
    ]


def containerd(state: Path) -> Command:
    """containerd with its interface for kubelets, at its usual places."""
    plugin = '[plugins."io.containerd.grpc.v1.cri"'
    config = f"""
version = 2
{plugin}]
  sandbox_image = "{PAUSE_IMAGE}"
  restrict_oom_score_adj = true  # a machine may lack CAP_SYS_RESOURCE
{plugin}.cni]
  bin_dir = "{PLUGINS}"
  conf_dir = "{state}/config/cni"
"""
    _write(state, "cni/pods.conflist", json.dumps(_pod_network()))
    return ["containerd", "--config", _write(state, "containerd.toml", config)]


def kubelet(state: Path, *, cgroup: str) -> Command:
    """The kubelet, below a cgroup of its own."""
    config = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": ADDRESS,
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},  # nobody reaches it but the sandbox
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{cgroup}",
        "clusterDNS": [ADDRESS],
        "clusterDomain": "cluster.local",
        "containerRuntimeEndpoint": f"unix://{SOCKET}",
        "evictionHard": {"nodefs.available": "1%", "imagefs.available": "1%"},  # a full disk is no matter of the tests
        "failCgroupV1": False,
        "failSwapOn": False,
        "imageGCHighThresholdPercent": 100,
        "localStorageCapacityIsolation": False,
        "oomScoreAdj": 0,
        "podCIDR": PODS,
        "readOnlyPort": 0,
        "registerNode": True,
        "resolvConf": "",
    }
    return [
        "kubelet",
        f"--config={_write(state, 'kubelet.json', json.dumps(config))}",
        f"--kubeconfig={state / 'credentials' / 'admin.kubeconfig'}",
        f"--hostname-override={NODE}",
        f"--node-ip={ADDRESS}",
    ]


def kube_proxy(state: Path) -> Command:
    """kube-proxy with rules of nftables."""
    config = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(state / "credentials" / "admin.kubeconfig")},
        "clusterCIDR": PODS,
        "conntrack": {"maxPerCore": 0, "min": 0},  # these belong to the machine
        "hostnameOverride": NODE,
        "mode": "nftables",
        "oomScoreAdj": 0,
    }
    return ["kube-proxy", f"--config={_write(state, 'kube-proxy.json', json.dumps(config))}"]


def coredns(state: Path) -> Command:
    """CoreDNS: the names of the cluster; all others there are not, so that looking for them ends at once."""
    config = f"""
cluster.local:53 {{
    bind {ADDRESS}
    errors
    kubernetes {{
        kubeconfig {state / "credentials" / "admin.kubeconfig"}
        ttl 0
    }}
}}
.:53 {{
    bind {ADDRESS}
    template ANY ANY {{
        rcode NXDOMAIN
    }}
}}
"""
    return ["coredns", "-conf", _write(state, "Corefile", config)]


def _pod_network() -> dict[str, Any]:
    """A link and a route for each pod; a bridge would let answers of Services pass beside the rules that they need."""
    addresses = {"type": "host-local", "ranges": [[{"subnet": PODS}]], "routes": [{"dst": "0.0.0.0/0"}]}
    return {
        "cniVersion": "0.4.0",
        "name": "pods",
        "plugins": [
            {"type": "ptp", "ipam": addresses},
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ],
    }


def _write(state: Path, name: str, text: str) -> Path:
    path = state / "config" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
