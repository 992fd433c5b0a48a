"""`composestack diff`: what would change in the cluster."""

from __future__ import annotations

import difflib
import io
import sys
from collections.abc import Iterator

import click
from rich.console import Console
from rich.text import Text

from composestack.cli.connection import Ask, connected
from composestack.cli.documents import dump
from composestack.cli.rendering import Rendering, rendering
from composestack.cluster.apply import get
from composestack.cluster.client import Client
from composestack.cluster.preview import Change, preview, surplus
from composestack.kinds import Ref
from composestack.reconcile.port import HEADLESS
from composestack.translate.bindings import bound, with_placeholders
from composestack.translate.plan import Manifest, Plan

DIFFERENT = 3
"""Exit status with --exit-code: something would change."""

_COLOURS = {"+": "green", "-": "red", "@": "cyan", "!": "bold red"}


@click.command()
@rendering
@connected
@click.option("--exit-code", is_flag=True, help="End with status 3 if anything would change.")
def diff(rendering: Rendering, ask: Ask[list[Change]], of_context: str, exit_code: bool) -> None:
    """Show what the operator would change in the cluster for this application.

    The API server tries every object in a dry run and nothing is written. Exit status: 1 for invalid input, 2 for
    something that is refused, 3 for differences with --exit-code, 5 if the cluster cannot be asked.
    """
    namespace = rendering.call.namespace or of_context
    plan = rendering._replace(call=rendering.call._replace(namespace=namespace)).told()

    async def question(client: Client) -> list[Change]:
        whole = with_placeholders(bound(plan, await _addresses(client, plan, namespace)))
        planned = {Ref(each["kind"], each["metadata"]["name"]): each for each in whole.manifests}
        changes = [await preview(client, each, namespace) for each in whole.manifests]
        return changes + await surplus(client, rendering.call.name, namespace, planned)

    changes = [change for change in ask(question) if change.changes]
    console = Console(soft_wrap=True, highlight=False)
    for line in (line for change in changes for line in _lines(change)):
        console.print(Text(line, style=_COLOURS.get(line[:1], "")))
    console.print(f"{len(changes)} objects would change" if changes else "nothing would change")
    sys.exit(DIFFERENT if exit_code and changes else 0)


async def _addresses(client: Client, plan: Plan, namespace: str) -> dict[str, str]:
    """Return the cluster IPs of the Services that late bindings need, as far as they have one."""
    found = {}
    for name in {binding.service for binding in plan.bindings}:
        live = await get(client, Ref("Service", name), namespace)
        address = live["spec"].get("clusterIP", HEADLESS) if live else HEADLESS
        if address != HEADLESS:
            found[name] = address
    return found


def _lines(change: Change) -> Iterator[str]:
    if change.problem:
        yield f"! {change.ref}: {change.problem}"
        return
    before, after = _yaml(change.before), _yaml(change.after)
    yield from difflib.unified_diff(before, after, f"{change.ref} (live)", f"{change.ref} (planned)", lineterm="")


def _yaml(manifest: Manifest | None) -> list[str]:
    if manifest is None:
        return []
    stream = io.StringIO()
    dump([_hidden(manifest)], stream, explicit_start=False)
    return stream.getvalue().splitlines()


def _hidden(manifest: Manifest) -> Manifest:
    """Return a manifest that may be shown: of a Secret's values only that they are there, and whether they changed."""
    if manifest["kind"] != "Secret":
        return manifest
    return {**manifest, "data": {key: f"*** ({len(text)})" for key, text in (manifest.get("data") or {}).items()}}
