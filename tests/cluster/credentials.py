"""Who may talk to the API server: users with tokens, their kubeconfig files, and the server's own keys."""

from __future__ import annotations

import json
import secrets
import subprocess
from pathlib import Path

USERS = {
    "admin": "kubernetes-admin",
    "kube-controller-manager": "system:kube-controller-manager",
    "kube-scheduler": "system:kube-scheduler",
    "kwok": "kwok",
    "provisioner": "provisioner",
}
"""Name of the kubeconfig file → user name, as it stands in the audit log. All are in the group system:masters."""


def write_credentials(binary: Path, directory: Path) -> None:
    """Write ca.crt, server.crt, server.key, service-account.key and tokens.csv, unless an earlier start did."""
    tokens = directory / "tokens.csv"
    if tokens.exists():
        return
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    subprocess.run([binary, "credentials", directory], check=True)
    rows = (f'{secrets.token_hex(16)},{user},{user},"system:masters"\n' for user in USERS.values())
    tokens.write_text("".join(rows))
    tokens.chmod(0o600)


def write_kubeconfigs(directory: Path, server: str) -> None:
    """Write one kubeconfig file for each user of tokens.csv; JSON is YAML."""
    tokens = {row.split(",")[1]: row.split(",")[0] for row in (directory / "tokens.csv").read_text().splitlines()}
    for name, user in USERS.items():
        config = kubeconfig(server, directory / "ca.crt", tokens[user])
        path = directory / f"{name}.kubeconfig"
        path.touch(mode=0o600)
        path.write_text(config)


def kubeconfig(server: str, authority: Path, token: str, namespace: str = "default") -> str:
    """Return a kubeconfig for one bearer token. `authority` is a file with the certificates to trust."""
    name = "composestack"
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": server, "certificate-authority": str(authority)}}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": namespace}}],
        "current-context": name,
    }
    return json.dumps(document, indent=2) + "\n"
