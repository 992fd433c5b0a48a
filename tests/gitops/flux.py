"""Flux's source-controller and kustomize-controller, in processes of their own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.build import Report, built, go
from tests.cluster.ports import Port

SOURCES = Path(__file__).parent / "programs"
CONTROLLERS = ("source-controller", "kustomize-controller")


@dataclass(frozen=True)
class Flux:
    """The built controllers, and the directories with the definitions of their kinds."""

    controllers: dict[str, Path]
    definitions: list[Path]


def build(report: Report = print) -> Flux:
    """Return the controllers; build them first if they are not in the cache. Raises BuildFailed, or NoGo."""
    modules = {name: f"github.com/fluxcd/{name}" for name in CONTROLLERS}
    controllers = {name: built(SOURCES, name, module, report) for name, module in modules.items()}
    sources = [Path(go(SOURCES, "list", "-m", "-f", "{{.Dir}}", module).strip()) for module in modules.values()]
    return Flux(controllers, [source / "config" / "crd" / "bases" for source in sources])


@contextmanager
def running(flux: Flux, kubeconfig: Path, namespace: str, directory: Path) -> Iterator[None]:
    """Run the controllers for one namespace. Their logs and artifacts go to the directory."""
    with Port() as port:
        address = f"127.0.0.1:{port.number}"
    own = {
        "source-controller": [
            f"--storage-addr={address}",
            f"--storage-adv-addr={address}",
            f"--storage-path={directory}",
        ],
        "kustomize-controller": ["--requeue-dependency=1s"],
    }
    common = ["--watch-all-namespaces=false", "--metrics-addr=0", "--health-addr=0", "--events-addr="]
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "RUNTIME_NAMESPACE": namespace}
    with ExitStack() as stack:
        for name, program in flux.controllers.items():
            log = stack.enter_context((directory / f"{name}.log").open("wb"))
            command = [str(program), *own[name], *common]
            process = stack.enter_context(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
            stack.callback(process.terminate)
        yield
