"""The command line. All but `run` works offline and starts fast: it imports neither kopf nor the Kubernetes client."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
import yaml

from composestack import __version__
from composestack.compose.scalars import resolve
from composestack.directory import DirectoryOnDisk

INVALID = 1
"""Exit status: the Compose application cannot be loaded."""

REFUSED = 2
"""Exit status: the Compose application is valid, and something in it cannot or must not run on Kubernetes."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="composestack")
def main() -> None:
    """Run Docker Compose applications on Kubernetes."""


def _application(command: Callable[..., None]) -> Callable[..., None]:
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


@main.command()
@_application
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
    from composestack.api.v1alpha1 import ComposeStackSpec, EnvVar
    from composestack.reconcile.render import render
    from composestack.translate.bindings import with_placeholders
    from composestack.translate.names import dns_label
    from composestack.translate.policy import Policy
    from composestack.translate.refusal import Refused

    root, directory = _project(project_directory, files)
    with _problems_told():
        spec = ComposeStackSpec(
            compose_files=[_inside(directory, file) for file in files] or None,
            profiles=list(profiles),
            env=[EnvVar(name=key, value=value) for key, value in _pairs(variables, "--env")],
            images=dict(_pairs(images, "--set-image")),
        )
        try:
            plan = with_placeholders(render(name or dns_label(root.name), spec, directory, Policy()))
        except Refused as error:
            _fail(map(str, error.problems), REFUSED)
    _tell(plan.notices)
    dump(plan.manifests, sys.stdout)


@main.command()
@_application
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
    files: tuple[Path, ...],
    profiles: tuple[str, ...],
    variables: tuple[str, ...],
    project_directory: Path | None,
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
    from composestack.compose.load import load, uninterpolated
    from composestack.compose.show import show
    from composestack.compose.source import ComposeSource

    root, directory = _project(project_directory, files)
    known = dict(_pairs(variables, "--env"))
    with _problems_told():
        source = ComposeSource(
            directory=directory,
            compose_files=tuple(_inside(directory, file) for file in files),
            profiles=profiles,
            name=root.name,
            env_files=tuple(_inside(directory, file) for file in env_files) or None,
            project_name=project_name,
            root=str(root) if resolve_paths else None,
            home=str(Path.home()),
            resolve_environment=not no_env_resolution,
            keep_unused=keep_unused,
        )
        if no_interpolate:
            result: Any = json.loads(json.dumps(uninterpolated(source, known), default=str))
        else:
            loaded = load(source, known)
            _tell(loaded.notices)
            result = show(loaded.project)
            result = {key: _escaped(each) for key, each in result.items()} if form == "yaml" else result
    if form == "json":
        click.echo(json.dumps(result, indent=2, sort_keys=True, ensure_ascii=False))
    else:
        dump([result], sys.stdout, explicit_start=False)


@main.command()
@click.argument("attribute", default="")
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
def explain(attribute: str, form: str) -> None:
    """Tell what becomes of an attribute of Compose, such as services.web.shm_size or shm_size. Default: of all.

    Exit status: 1 if there is no such attribute.
    """
    from composestack.translate import explanation

    found = explanation.explain(attribute) if attribute else explanation.explanations()
    if not found:
        resembling = explanation.near(attribute)
        hint = f"; did you mean {' or '.join(resembling)}?" if resembling else ""
        _fail([f"there is no attribute {attribute} in Compose{hint}"], INVALID)
    form_of = explanation.as_markdown if form == "markdown" else explanation.as_text
    click.echo(form_of(found).rstrip("\n"))


@main.command()
def crd() -> None:
    """Print the CustomResourceDefinition."""
    from composestack.api.crd import custom_resource_definition

    click.echo("# Generated by `composestack crd` from operator/composestack/api/. Do not edit.")
    dump([custom_resource_definition()], sys.stdout)


@main.command()
@click.option("-n", "--namespace", "namespaces", multiple=True, help="Serve this namespace; repeatable. Default: all.")
@click.option("-l", "--selector", help="Serve the ComposeStacks with these labels, such as team=a. Default: all.")
@click.option(
    "--leader-election/--no-leader-election", default=None, help="Stand by while another operator holds the Lease."
)
@click.option("--kubeconfig", type=click.Path(dir_okay=False, exists=True), help="Default: KUBECONFIG, or the pod's.")
@click.option("--context", help="The context of the kubeconfig.")
@click.option(
    "--probe-address", metavar="HOST:PORT", help="Where /healthz and /readyz are; '' for none. Default: :8080"
)
@click.option("--log-format", type=click.Choice(["json", "text"]), help="Log lines for machines or for people.")
@click.option("--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), help="Default: INFO.")
def run(namespaces: tuple[str, ...], **flags: str | bool | None) -> None:
    """Run the operator.

    Every option, and what has none, can be set by an environment variable: COMPOSESTACK_PROBE_ADDRESS and so on.
    """
    from pydantic import ValidationError

    from composestack.shell.main import run as run_operator
    from composestack.shell.settings import OperatorSettings

    try:
        settings = OperatorSettings.load(os.environ, namespaces=namespaces, **flags)
    except ValidationError as error:
        raise click.UsageError(f"the settings are wrong: {error}") from error
    run_operator(settings)


def dump(documents: Iterable[Any], stream: Any, *, explicit_start: bool = True) -> None:
    """Write YAML documents as people write manifests: keys in their own order, no aliases, text in blocks."""
    yaml.dump_all(
        documents, stream, Dumper=_Dumper, sort_keys=False, explicit_start=explicit_start, width=120, allow_unicode=True
    )


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


NUMBER_LIKE = re.compile(r"[-+]?[0-9._]+([eE][-+]?[0-9]+)?|0[xXoO][0-9a-fA-F_]+|[yYnN]")
"""Text that PyYAML, which follows YAML 1.1, would leave plain, and kubectl would take for a number or a boolean."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if NUMBER_LIKE.fullmatch(text) or not isinstance(resolve(text), str) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _escaped(value: Any) -> Any:
    """Return a value as a document has it in which nothing is a variable, with sorted keys."""
    if isinstance(value, dict):
        return {key: _escaped(each) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return value.replace("$", "$$") if isinstance(value, str) else value


def _project(project_directory: Path | None, files: tuple[Path, ...]) -> tuple[Path, DirectoryOnDisk]:
    """Return the project directory, absolute, and as what is loaded from."""
    root = (project_directory or (files[0].parent if files else Path())).resolve()
    return root, DirectoryOnDisk(root)


def _inside(directory: DirectoryOnDisk, file: Path) -> str:
    path = directory.relative(file)
    if path is None:
        raise click.BadParameter(
            f"{file} is not inside the project directory; name one that holds all files with --project-directory"
        )
    if directory.read(path) is None:
        raise click.BadParameter(f"there is no file {file}")
    return path


def _pairs(values: Sequence[str], option: str) -> list[tuple[str, str]]:
    pairs = [value.partition("=") for value in values]
    for (key, equals, _), value in zip(pairs, values, strict=True):
        if not (key and equals):
            raise click.BadParameter(f"{value!r} is not of the form KEY=VALUE", param_hint=option)
    return [(key, value) for key, _, value in pairs]


@contextmanager
def _problems_told() -> Iterator[None]:
    """End with exit status 1 where the application cannot be loaded."""
    from composestack.compose.problems import InvalidCompose

    try:
        yield
    except InvalidCompose as error:
        _fail(map(str, error.problems), INVALID)
    except OSError as error:
        _fail([f"{error.filename} cannot be read: {error.strerror}"], INVALID)


def _tell(notices: Iterable[object]) -> None:
    for notice in notices:
        click.echo(f"notice: {notice}", err=True)


def _fail(lines: Iterable[str], status: int) -> NoReturn:
    for line in lines:
        click.echo(f"error: {line}", err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
