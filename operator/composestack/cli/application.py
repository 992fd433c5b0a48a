"""Which application a command is about, and how its problems are told."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.cli.manifests import Stack, stack_in
from composestack.compose.problems import InvalidCompose, Notice, Problem
from composestack.compose.source import ComposeSource, ProjectDirectory
from composestack.directory import DirectoryOnDisk
from composestack.reconcile.sources import SourceNotFound
from composestack.translate.names import dns_label

INVALID = 1
"""Exit status: the Compose application cannot be loaded."""

REFUSED = 2
"""Exit status: the Compose application is valid, and something in it cannot or must not run on Kubernetes."""


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Call(NamedTuple):
    """An application: Compose files with their directory, or a ComposeStack in a file.

    `namespace` is that of the stack, "" if nothing says one. `spec` is what a ComposeStack of it says, `directory`
    holds its files, `variables` are for interpolation. `root` is the directory on the disk, None for a ComposeStack,
    whose files are within it.
    """

    name: str
    spec: ComposeStackSpec
    directory: ProjectDirectory
    variables: Mapping[str, str]
    root: Path | None = None
    notices: tuple[Notice, ...] = ()
    namespace: str = ""

    def source(self, **more: Any) -> ComposeSource:
        """Return what the front end loads. `more` are further fields of ComposeSource."""
        spec = self.spec
        return ComposeSource(
            directory=self.directory,
            inline=spec.compose,
            compose_files=tuple(spec.compose_files or ()),
            profiles=tuple(spec.profiles or ()),
            exclude=tuple(spec.exclude or ()),
            name=self.root.name if self.root else self.name,
            **more,
        )


FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

BY_OPTION: Decorator = click.option(
    "--project-directory", type=FOLDER, help="Default: the directory of the first file."
)


def application(command: Callable[..., None], directory: Decorator = BY_OPTION) -> Callable[..., None]:
    """Add the options that say what is loaded, named as those of docker compose. The command gets a Call.

    `directory` is the parameter `project_directory`.
    """

    @wraps(command)
    def called(
        files: tuple[Path, ...],
        profiles: tuple[str, ...],
        excluded: tuple[str, ...],
        variables: tuple[str, ...],
        project_directory: Path | None,
        **others: Any,
    ) -> None:
        known = dict(pairs(variables, "--env"))
        stack = stack_in(files[0]) if len(files) == 1 else None
        call = _of_stack(stack, known) if stack is not None else _of_files(files, known, project_directory)
        chosen = {
            "profiles": [*(call.spec.profiles or ()), *profiles] or None,
            "exclude": [*(call.spec.exclude or ()), *excluded] or None,
        }
        command(call=call._replace(spec=call.spec.model_copy(update=chosen)), **others)

    decorated: Callable[..., None] = called
    file = click.Path(path_type=Path)
    for option in (
        directory,
        click.option("-e", "--env", "variables", multiple=True, metavar="KEY=VALUE", help="A variable to interpolate."),
        click.option(
            "--exclude", "excluded", multiple=True, metavar="SERVICE", help="Leave a service out; repeatable."
        ),
        click.option("--profile", "profiles", multiple=True, help="Activate a profile."),
        click.option(
            "-f",
            "--file",
            "files",
            multiple=True,
            type=file,
            help="A Compose file, later ones win; or one file with a ComposeStack and its ConfigMaps and Secrets.",
        ),
    ):
        decorated = option(decorated)
    return decorated


def _of_files(files: tuple[Path, ...], known: Mapping[str, str], project_directory: Path | None) -> Call:
    root = (project_directory or (files[0].parent if files else Path())).resolve()
    directory = DirectoryOnDisk(root)
    with problems_told():
        paths = [inside(directory, file) for file in files]
    spec = ComposeStackSpec.model_construct(compose_files=paths or None)
    return Call(dns_label(root.name), spec, directory, known, root)


def _of_stack(stack: Stack, known: Mapping[str, str]) -> Call:
    with problems_told():
        try:
            inputs = stack.inputs()
        except SourceNotFound as error:
            fail((f"{each} in the file" for each in error.missing), INVALID)
    variables = {**inputs.variables, **known}
    return Call(stack.name, stack.spec, inputs.directory, variables, notices=inputs.notices, namespace=stack.namespace)


def inside(directory: DirectoryOnDisk, file: Path) -> str:
    """Return the path of a file from the project directory. Raises BadParameter if it is not there, or no file."""
    path = directory.relative(file)
    if path is None:
        raise click.BadParameter(
            f"{file} is not inside the project directory; name one that holds all files with --project-directory"
        )
    if directory.read(path) is None:
        if file.is_dir():
            raise click.BadParameter(f"{file} is a directory; name the file in it, such as {file / 'compose.yaml'}")
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
def problems_told(directory: ProjectDirectory | None = None) -> Iterator[None]:
    """End with exit status 1 where the application cannot be loaded. Each problem is told with its line."""
    try:
        yield
    except InvalidCompose as error:
        fail((f"{problem}{shown(problem, directory)}" for problem in error.problems), INVALID)
    except OSError as error:
        fail([f"{error.filename} cannot be read: {error.strerror}"], INVALID)


def shown(problem: Problem, directory: ProjectDirectory | None) -> str:
    """Return the line that a problem is about, with a mark below it; "" if there is no such line."""
    content = directory.read(problem.file) if problem.line and directory else None
    lines = (content or b"").decode(errors="replace").splitlines()
    if not 0 < problem.line <= len(lines):
        return ""
    line, number = lines[problem.line - 1].replace("\t", " "), f"{problem.line:>5} | "
    return f"\n{number}{line}\n{'| ':>{len(number)}}{'^':>{problem.column}}"


def printable(text: str) -> str:
    """Return a text without what a terminal takes for commands: a Compose file may be anybody's. Lines stay lines."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def tell(notices: Iterable[object]) -> None:
    """Write notices to standard error, so that what is printed stays clean."""
    for notice in notices:
        click.echo(printable(f"notice: {notice}"), err=True)


def fail(lines: Iterable[str], status: int) -> NoReturn:
    """Write errors to standard error and end with this exit status."""
    for line in lines:
        click.echo(printable(f"error: {line}"), err=True)
    sys.exit(status)
