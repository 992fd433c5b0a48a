"""`composestack status`: how stacks are doing, live."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any, TextIO

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from composestack.api.v1alpha1 import GROUP, PLURAL, VERSION
from composestack.cli.application import fail, printable
from composestack.cli.connection import Ask, connected
from composestack.cluster.client import ApiError, Client, Request

NOT_READY = 3
"""Exit status: the stack is not ready, or not in time."""

INTERVAL = 1.0
"""Seconds between two looks."""

WIDTH = 10_000
"""Columns where no terminal has any: in a pipe a notice is one line, to be searched for."""

Body = Mapping[str, Any]

_COLOURS = {"Running": "green", "Completed": "green", "Progressing": "yellow", "Waiting": "yellow", "Failed": "red"}


@click.command()
@connected
@click.argument("name", required=False)
@click.option("-n", "--namespace", help="Default: that of the context.")
@click.option("-w", "--watch", is_flag=True, help="Go on until the stack is ready, or cannot become so by itself.")
@click.option("--timeout", type=float, default=300.0, show_default=True, help="Seconds that --watch waits at most.")
def status(
    ask: Ask[Body | None], of_context: str, name: str | None, namespace: str | None, watch: bool, timeout: float
) -> None:
    """Show how a stack is doing, service by service; without a name, all stacks of the namespace.

    Exit status: 3 if the stack is not ready, 5 if the cluster cannot be asked.
    """
    namespace = namespace or of_context
    path = f"/apis/{GROUP}/{VERSION}/namespaces/{namespace}/{PLURAL}" + (f"/{name}" if name else "")
    console = console_of(sys.stdout)

    async def question(client: Client) -> Body | None:
        end = monotonic() + (timeout if watch and name else 0)
        with Live(console=console, auto_refresh=False) as live:
            while True:
                body = await _read(client, path)
                if body is not None:
                    live.update(stack_view(body) if name else _stacks(body["items"]), refresh=True)
                if (body is not None and _settled(body)) or monotonic() >= end:
                    break
                await asyncio.sleep(INTERVAL)
        if body is not None and not console.is_terminal:
            console.line()  # Live leaves it out
        return body

    found = ask(question)
    if found is None:
        fail([f"there is no ComposeStack {name} in the namespace {namespace}"], NOT_READY)
    sys.exit(0 if name is None or _is(found, "Ready") else NOT_READY)


def console_of(file: TextIO) -> Console:
    """Return the console to write to: as wide as the terminal, or as what is written."""
    return Console(file=file, width=None if file.isatty() else WIDTH)


async def _read(client: Client, path: str) -> Body | None:
    try:
        found: Body = await client.call(Request("GET", path))
    except ApiError as error:
        if error.status == 404:
            return None
        raise
    return found


def _settled(body: Body) -> bool:
    """Tell whether the operator has looked at the newest spec, and nothing will change by itself any more."""
    if "items" in body:
        return True
    seen = (body.get("status") or {}).get("observedGeneration") == body["metadata"]["generation"]
    return seen and (_is(body, "Ready") or _is(body, "Stalled"))


def _condition(body: Body, kind: str) -> Mapping[str, Any]:
    conditions = (body.get("status") or {}).get("conditions") or []
    return next((each for each in conditions if each["type"] == kind), {})


def _is(body: Body, kind: str) -> bool:
    return bool(_condition(body, kind).get("status") == "True")


def _stacks(bodies: list[Body]) -> RenderableType:
    table = _table("NAME", "READY", "SERVICES", "STATUS")
    for body in bodies:
        ready = _condition(body, "Ready")
        services = (body.get("status") or {}).get("servicesReady") or ""
        table.add_row(body["metadata"]["name"], ready.get("status", ""), services, _said(ready.get("message", "")))
    return table


def stack_view(body: Body) -> RenderableType:
    """Return what a stack is shown as."""
    ready = _condition(body, "Ready")
    colour = "green" if _is(body, "Ready") else "red" if _is(body, "Stalled") else "yellow"
    said = f"{ready.get('reason', 'Unknown')}: {ready.get('message', 'the operator has not looked yet')}"
    head = Text.assemble((body["metadata"]["name"], "bold"), "  ", (printable(said), colour))
    return Group(head, *_parts(body.get("status") or {}))


def _parts(found: Mapping[str, Any]) -> Iterator[RenderableType]:
    services = _table("SERVICE", "KIND", "READY", "STATE", "ENDPOINTS", "WHY NOT")
    for each in found.get("services") or ():
        why = ": ".join(filter(None, (each.get("reason"), each.get("message"))))
        state = Text(each["state"], _COLOURS.get(each["state"], ""))
        services.add_row(
            each["name"], each["kind"], each["ready"], state, ", ".join(each.get("endpoints") or ()), _said(why)
        )
    if services.row_count:
        yield services
    if found.get("volumes"):
        volumes = _table("VOLUME", "CLAIM", "PHASE")
        for each in found["volumes"]:
            volumes.add_row(each["name"], each["claim"], each["phase"])
        yield volumes
    for each in found.get("notices") or ():
        yield Text(printable(f"notice: {each['path']}: {each['message']}"), style="dim")


def _said(text: str) -> Text:
    """Return words of others as they are: without a meaning for terminals, nor as markup."""
    return Text(printable(text))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
