"""The golden cases: one folder each, with a stack and what has to become of it.

- `compose.yaml`, and perhaps `files/`, make the project directory;
- `stack.yaml` says what the stack and the admin decide, if they do (keys: see `scope_of`; `confidential` are the paths
  of files that come from Secrets);
- `expected.yaml` are the manifests in apply order, `notices.txt` what the user is told, `refusal.txt` why nothing is
  applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.compose.load import load
from composestack.compose.model import Project
from composestack.compose.problems import Notice
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.reconcile.render import ingress, patches, publish
from composestack.translate.policy import Policy
from composestack.translate.scope import Scope, Storage

GOLDEN = Path(__file__).parent
CASES = sorted(path.parent for path in GOLDEN.glob("*/compose.yaml"))


@dataclass(frozen=True)
class Case:
    """A loaded case, ready to be translated."""

    project: Project
    scope: Scope
    notices: tuple[Notice, ...]


def load_case(folder: Path) -> Case:
    """Load the stack of a case. The stack is called `shop`."""
    below = folder / "files"
    files = {path.relative_to(below).as_posix(): path.read_bytes() for path in below.rglob("*") if path.is_file()}
    text = folder / "stack.yaml"
    stack = yaml.safe_load(text.read_text()) if text.exists() else {}
    scope = scope_of(stack, ProjectFiles(files, stack.get("confidential", ())))
    source = ComposeSource(
        directory=scope.directory, inline=(folder / "compose.yaml").read_text(), name=scope.stack, steps_count=True
    )
    loaded = load(source, scope.variables)
    return Case(loaded.project, scope, loaded.notices)


def scope_of(stack: dict[str, Any], directory: ProjectFiles) -> Scope:
    """Read `stack.yaml`: the names are those of the resource, but for `policy`, which is the admin's."""
    storage = stack.get("storage", {})
    of_spec = ("publish", "ingress", "patches")
    spec = ComposeStackSpec.model_validate({name: stack[name] for name in of_spec if name in stack})
    return Scope(
        stack="shop",
        directory=directory,
        variables=stack.get("variables", {}),
        images=stack.get("images", {}),
        image_pull_secrets=tuple(stack.get("imagePullSecrets", ())),
        publish=publish(spec),
        ingress=ingress(spec),
        storage=Storage(storage.get("className"), storage.get("defaultSize", "1Gi"), storage.get("accessMode")),
        network_policy=stack.get("networkPolicy", True),
        retain_volumes=stack.get("retainVolumes", True),
        patches=patches(spec),
        policy=Policy(**stack.get("policy", {})),
    )
