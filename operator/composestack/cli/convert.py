"""`composestack convert`: the objects that the operator would apply."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from composestack.cli.documents import dump, write_folder
from composestack.cli.rendering import Rendering, rendering
from composestack.translate.bindings import with_placeholders


@click.command()
@rendering
@click.option("-o", "--out", type=click.Path(path_type=Path), help="A file, or a folder for one file an object.")
@click.option("--stdout", "_stdout", is_flag=True, help="Print to standard output, which is the default.")
@click.option("--kustomization", is_flag=True, help="Add a kustomization.yaml to the folder.")
def convert(rendering: Rendering, out: Path | None, _stdout: bool, kustomization: bool) -> None:
    """Print the objects that the operator would apply.

    Notices go to standard error. Exit status: 0 also with notices, 1 for invalid input, 2 for something that is
    refused.
    """
    manifests = rendering.placed(rendering.told(with_placeholders).manifests)
    if out is None or _stdout:
        dump(manifests, sys.stdout)
    elif out.is_dir() or not out.suffix:
        write_folder(manifests, out, kustomization=kustomization)
    else:
        with out.open("w", encoding="utf-8") as file:
            dump(manifests, file)
