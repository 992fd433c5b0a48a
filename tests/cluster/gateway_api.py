"""The CustomResourceDefinitions of the Gateway API, from its Go module: what a cluster may have, and ours has at first
not.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from composestack.kinds import KINDS
from tests.cluster.build import ENVIRONMENT
from tests.cluster.toolchain import find_go

MODULE = "sigs.k8s.io/gateway-api@v1.6.3"
PLURALS = [kind.plural for kind in KINDS.values() if kind.group == "gateway.networking.k8s.io"]


def definitions() -> str:
    """Return the definitions of the kinds that we create, of the standard channel, as YAML documents."""
    with TemporaryDirectory() as directory:  # without a go.mod of its own: the module is read, and built nowhere
        environment = {**os.environ, **ENVIRONMENT, "GOFLAGS": ""}
        command = [str(find_go()), "mod", "download", "-json", MODULE]
        done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=True)
    folder = Path(json.loads(done.stdout)["Dir"]) / "config" / "crd" / "standard"
    return "\n---\n".join((folder / f"gateway.networking.k8s.io_{plural}.yaml").read_text() for plural in PLURALS)
