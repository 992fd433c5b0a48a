"""`composestack validate`: whether an application can be loaded and run, for people and for CI."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence

import click

from composestack.cli.application import INVALID, REFUSED, Call, printable, shown
from composestack.cli.findings import Finding, Level, findings, sarif
from composestack.cli.rendering import Rendering, rendering

NOTICED = 3
"""Exit status with --strict: the application runs, but not as one may think."""

_STATUS = {Level.INVALID: INVALID, Level.REFUSED: REFUSED, Level.NOTICE: NOTICED}


@click.command()
@rendering
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Notices count as well.")
def validate(rendering: Rendering, form: str, strict: bool) -> None:
    """Tell all that is wrong with an application, and all that will be different from Docker.

    Exit status: 0 if the operator would apply it, 1 for invalid input, 2 for something that is refused, with --strict
    3 for notices. JSON is a list; SARIF is what code scanning of GitHub and GitLab reads.
    """
    found = findings(rendering.loaded, rendering.planned)
    click.echo(printable(_FORMS[form](found, rendering.call)))
    counted = [finding for finding in found if strict or finding.level is not Level.NOTICE]
    sys.exit(min((_STATUS[finding.level] for finding in counted), default=0))


def _text(found: Sequence[Finding], call: Call) -> str:
    lines = [f"{finding.level}: {finding}{shown(finding.place, call.directory)}" for finding in found]
    errors = sum(finding.level is not Level.NOTICE for finding in found)
    return "\n".join([*lines, f"{errors} errors, {len(found) - errors} notices"])


def _json(found: Sequence[Finding], _call: Call) -> str:
    return json.dumps([finding.as_json() for finding in found], indent=2, ensure_ascii=False)


def _sarif(found: Sequence[Finding], call: Call) -> str:
    return json.dumps(sarif(found, call.spec.compose_files or ["compose.yaml"]), indent=2, ensure_ascii=False)


_FORMS: Mapping[str, Callable[[Sequence[Finding], Call], str]] = {"text": _text, "json": _json, "sarif": _sarif}
