"""`composestack wrap`: a Compose project directory as one ComposeStack."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from functools import partial
from typing import IO, Any

import click

from composestack.cli.application import FOLDER, Call, fail, printable, problems_told, tell
from composestack.cli.documents import dump
from composestack.cli.rendering import Rendering, rendering
from composestack.cli.wrapping import Files
from composestack.cli.wrapping import wrap as wrapped
from composestack.compose.load import Loaded
from composestack.compose.model import Project
from composestack.directory import RecordedDirectory
from composestack.reconcile.render import loaded, planned
from composestack.translate.refusal import Refused
from composestack.translate.scope import Scope

TOO_LARGE = 1
"""Exit status: a file does not fit into an object of Kubernetes."""


@click.command()
@partial(rendering, directory=click.argument("project_directory", metavar="[DIRECTORY]", required=False, type=FOLDER))
@click.option("-o", "--out", type=click.File("w", encoding="utf-8"), default="-", help="Default: standard output.")
def wrap(rendering: Rendering, out: IO[str]) -> None:
    """Print a ComposeStack that holds an application and all files that it needs.

    Sources of secrets, .env and env_file, and variables that become secrets go into a Secret; what is not text, or too
    much of it, into ConfigMaps. Notices and what the operator would refuse are told on standard error. Exit status: 1
    for invalid input.
    """
    recorded = RecordedDirectory(rendering.call.directory)
    mounted = RecordedDirectory(recorded)
    call = rendering.call._replace(directory=mounted)
    with problems_told(call.directory):
        found = loaded(call.name, call.spec, recorded, call.variables)
        _tell(found, rendering._replace(call=call).scope())
    secret = {posixpath.normpath(each.file) for each in found.project.secrets.values() if each.file}
    kept = Files(recorded.contents, found.files, found.environment_files | secret, frozenset(mounted.contents))
    known, secrets = _variables(call, found.project)
    try:
        manifests = wrapped(call.name, kept, _spec(call, known), secrets)
    except ValueError as error:
        fail([str(error)], TOO_LARGE)
    dump(rendering.placed(manifests), out)


def _tell(found: Loaded, circumstances: Scope) -> None:
    """Tell notices and refusals; the policy of the cluster, which is not known here, may allow more."""
    try:
        tell(planned(found, circumstances).notices)
    except Refused as error:
        tell(found.notices)
        for problem in error.problems:
            click.echo(printable(f"refused: {problem}"), err=True)


def _variables(call: Call, project: Project) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the variables of the command line: those that anybody may see, and those that secrets are made of."""
    hidden = {secret.environment for secret in project.secrets.values() if secret.environment}
    known = {key: value for key, value in call.variables.items() if key not in hidden}
    return known, {key: value for key, value in call.variables.items() if key in hidden}


def _spec(call: Call, known: Mapping[str, str]) -> dict[str, Any]:
    spec = call.spec
    fields: dict[str, Any] = {
        "profiles": spec.profiles,
        "exclude": spec.exclude,
        "env": [{"name": key, "value": value} for key, value in known.items()],
        "images": spec.images,
    }
    return {name: value for name, value in fields.items() if value}
