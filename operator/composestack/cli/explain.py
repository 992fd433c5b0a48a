"""`composestack explain`: what becomes of an attribute."""

from __future__ import annotations

import click

from composestack.cli.application import INVALID, fail
from composestack.translate import explanation


@click.command()
@click.argument("attribute", default="")
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
def explain(attribute: str, form: str) -> None:
    """Tell what becomes of an attribute of Compose, such as services.web.shm_size or shm_size. Default: of all.

    Exit status: 1 if there is no such attribute.
    """
    found = explanation.explain(attribute) if attribute else explanation.explanations()
    if not found:
        resembling = explanation.near(attribute)
        hint = f"; did you mean {' or '.join(resembling)}?" if resembling else ""
        fail([f"there is no attribute {attribute} in Compose{hint}"], INVALID)
    form_of = explanation.as_markdown if form == "markdown" else explanation.as_text
    click.echo(form_of(found).rstrip("\n"))
