"""`composestack config`: the application as it is understood."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from composestack.cli.application import Call, application, inside, problems_told, tell
from composestack.cli.documents import dump
from composestack.compose.load import load
from composestack.compose.show import document, show
from composestack.compose.uninterpolated import uninterpolated
from composestack.directory import DirectoryOnDisk


@click.command()
@application
@click.option("--env-file", "env_files", multiple=True, type=click.Path(path_type=Path), help="Default: .env, if any.")
@click.option("--project-name", help="The name of the project, whatever the files say.")
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@click.option(
    "--no-interpolate", is_flag=True, help="Print the merged files with their variables, not checked further."
)
@click.option("--no-env-resolution", is_flag=True, help="Leave env_file as it is, instead of reading it.")
@click.option("--resolve-paths", is_flag=True, help="Print absolute paths, not paths from the project directory.")
@click.option("--keep-unused", is_flag=True, help="Keep networks, volumes, … that no active service uses.")
def config(
    call: Call,
    env_files: tuple[Path, ...],
    project_name: str | None,
    form: str,
    no_interpolate: bool,
    no_env_resolution: bool,
    resolve_paths: bool,
    keep_unused: bool,
) -> None:
    """Print the application as it is understood, to compare with `docker compose config`.

    As YAML it is a Compose file again, in which `$$` stands for `$`; JSON has the values themselves. Notices go to
    standard error. Exit status: 1 for invalid input.
    """
    with problems_told(call.directory):
        source = call.source(
            env_files=_environment_files(call, env_files),
            project_name=project_name,
            root=str(call.root or Path()) if resolve_paths else None,
            home=str(Path.home()),
            resolve_environment=not no_env_resolution,
            keep_unused=keep_unused,
        )
        if no_interpolate:
            result: Any = json.loads(json.dumps(uninterpolated(source, call.variables), default=str))
        else:
            loaded = load(source, call.variables)
            tell(loaded.notices)
            if form == "json":
                result = show(loaded.project)
            else:
                result = {key: _escaped(each) for key, each in document(loaded.project).items()}
    if form == "json":
        click.echo(json.dumps(result, indent=2, sort_keys=True, ensure_ascii=False))
    else:
        dump([result], sys.stdout, explicit_start=False)


def _escaped(value: Any) -> Any:
    """Return a value as a document has it in which nothing is a variable, with sorted keys."""
    if isinstance(value, dict):
        return {key: _escaped(each) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return value.replace("$", "$$") if isinstance(value, str) else value


def _environment_files(call: Call, files: tuple[Path, ...]) -> tuple[str, ...] | None:
    if not isinstance(call.directory, DirectoryOnDisk):
        return tuple(map(str, files)) or None
    return tuple([inside(call.directory, file) for file in files]) or None
