"""A real Kubernetes node on this machine: kubelet, containerd, runc, CNI, kube-proxy and CoreDNS.

It has its own namespaces of processes, mounts and network, so that one killed process takes everything along: every
container, mount, link and rule. The control plane of tests/cluster runs in the same network. What remains then are its
cgroups and its directory, and `stop` removes those too, whoever started the node and however that one ended:

    python -m tests.e2e.node start --state DIRECTORY
    python -m tests.e2e.node stop --state DIRECTORY

To read first: node.py (what starts in which order), then sandbox.py (the namespaces).
"""
