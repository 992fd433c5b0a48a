"""`composestack convert`: the objects that the operator would apply."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from composestack.api.v1alpha1 import ComposeStackSpec, EnvVar
from composestack.cli.application import REFUSED, application, fail, inside, pairs, problems_told, project, tell
from composestack.cli.documents import dump
from composestack.reconcile.render import render
from composestack.translate.bindings import with_placeholders
from composestack.translate.names import dns_label
from composestack.translate.policy import Policy
from composestack.translate.refusal import Refused


@click.command()
@application
@click.option("--name", help="The name of the stack. Default: the name of the project directory.")
@click.option(
    "--set-image",
    "images",
    multiple=True,
    metavar="SERVICE=IMAGE",
    help="The image of a service, as spec.images has it.",
)
def convert(
    files: tuple[Path, ...],
    profiles: tuple[str, ...],
    variables: tuple[str, ...],
    project_directory: Path | None,
    name: str | None,
    images: tuple[str, ...],
) -> None:
    """Print the objects that the operator would apply.

    Notices go to standard error. Exit status: 0 also with notices, 1 for invalid input, 2 for something that is
    refused.
    """
    root, directory = project(project_directory, files)
    with problems_told():
        spec = ComposeStackSpec(
            compose_files=[inside(directory, file) for file in files] or None,
            profiles=list(profiles),
            env=[EnvVar(name=key, value=value) for key, value in pairs(variables, "--env")],
            images=dict(pairs(images, "--set-image")),
        )
        try:
            plan = with_placeholders(render(name or dns_label(root.name), spec, directory, Policy()))
        except Refused as error:
            fail(map(str, error.problems), REFUSED)
    tell(plan.notices)
    dump(plan.manifests, sys.stdout)
