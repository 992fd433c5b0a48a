"""Which application a command is about, and how its problems are told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from composestack.compose.problems import InvalidCompose
from composestack.directory import DirectoryOnDisk

INVALID = 1
"""Exit status: the Compose application cannot be loaded."""

REFUSED = 2
"""Exit status: the Compose application is valid, and something in it cannot or must not run on Kubernetes."""


def application(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what is loaded, named as those of docker compose."""
    file = click.Path(path_type=Path)
    directory = click.Path(path_type=Path, file_okay=False, exists=True)
    for option in (
        click.option("--project-directory", type=directory, help="Default: the directory of the first file."),
        click.option("-e", "--env", "variables", multiple=True, metavar="KEY=VALUE", help="A variable to interpolate."),
        click.option("--profile", "profiles", multiple=True, help="Activate a profile."),
        click.option("-f", "--file", "files", multiple=True, type=file, help="A Compose file; later ones win."),
    ):
        command = option(command)
    return command


def project(project_directory: Path | None, files: tuple[Path, ...]) -> tuple[Path, DirectoryOnDisk]:
    """Return the project directory, absolute, and as what is loaded from."""
    root = (project_directory or (files[0].parent if files else Path())).resolve()
    return root, DirectoryOnDisk(root)


def inside(directory: DirectoryOnDisk, file: Path) -> str:
    """Return the path of a file from the project directory. Raises BadParameter if it is not there, or no file."""
    path = directory.relative(file)
    if path is None:
        raise click.BadParameter(
            f"{file} is not inside the project directory; name one that holds all files with --project-directory"
        )
    if directory.read(path) is None:
        raise click.BadParameter(f"there is no file {file}")
    return path


def pairs(values: Sequence[str], option: str) -> list[tuple[str, str]]:
    """Split what an option gives as KEY=VALUE. Raises BadParameter."""
    split = [value.partition("=") for value in values]
    for (key, equals, _), value in zip(split, values, strict=True):
        if not (key and equals):
            raise click.BadParameter(f"{value!r} is not of the form KEY=VALUE", param_hint=option)
    return [(key, value) for key, _, value in split]


@contextmanager
def problems_told() -> Iterator[None]:
    """End with exit status 1 where the application cannot be loaded."""
    try:
        yield
    except InvalidCompose as error:
        fail(map(str, error.problems), INVALID)
    except OSError as error:
        fail([f"{error.filename} cannot be read: {error.strerror}"], INVALID)


def tell(notices: Iterable[object]) -> None:
    """Write notices to standard error, so that what is printed stays clean."""
    for notice in notices:
        click.echo(f"notice: {notice}", err=True)


def fail(lines: Iterable[str], status: int) -> NoReturn:
    """Write errors to standard error and end with this exit status."""
    for line in lines:
        click.echo(f"error: {line}", err=True)
    sys.exit(status)
