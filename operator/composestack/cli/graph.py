"""`composestack graph`: a picture of the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO

import click

from composestack.cli.application import problems_told
from composestack.cli.rendering import Rendering, rendering
from composestack.compose.load import load
from composestack.diagram.graph import Graph
from composestack.diagram.graph import graph as graph_of
from composestack.diagram.svg import page, svg
from composestack.diagram.text import dot, mermaid

FORMS: Mapping[str, Callable[[Graph], str]] = {"mermaid": mermaid, "dot": dot, "svg": svg, "html": page}


@click.command()
@rendering
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="mermaid", show_default=True)
@click.option("-o", "--out", type=click.File("w", encoding="utf-8"), default="-", help="Default: standard output.")
def graph(rendering: Rendering, form: str, out: IO[str]) -> None:
    """Draw services with what they depend on, mount, join and publish.

    Mermaid is for Markdown, DOT for Graphviz; SVG and HTML need nothing but a browser. Exit status: 1 for invalid
    input.
    """
    call = rendering.call
    with problems_told(call.directory):
        project = load(call.source(steps_count=True), call.variables).project
    out.write(FORMS[form](graph_of(project, call.spec.images or {})))
