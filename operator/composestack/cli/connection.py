"""Commands that ask a cluster: how it is found, and how its errors are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click

from composestack.cli.application import fail
from composestack.cluster.client import ApiError, Client, Unreachable
from composestack.cluster.connecting import NoCluster, connect
from composestack.cluster.context import namespace_of

UNREACHABLE = 5
"""Exit status: the cluster does not answer, or does not let us in."""

T = TypeVar("T")
Ask = Callable[[Callable[[Client], Awaitable[T]]], T]


def connected(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name a cluster, as kubectl has them. The command gets `ask` and `of_context`.

    `ask` runs an asynchronous function with a client and returns what it returns; `of_context` is the namespace to
    take unless another one is named.
    """

    @wraps(command)
    def called(kubeconfig: str | None, context: str | None, **others: Any) -> None:
        def ask(question: Callable[[Client], Awaitable[T]]) -> T:
            try:
                return asyncio.run(_ask(question, kubeconfig, context))
            except (ApiError, Unreachable, NoCluster) as error:
                _unreachable(error)

        command(ask=ask, of_context=namespace_of(kubeconfig, context), **others)

    for option in (
        click.option("--context", help="The context of the kubeconfig."),
        click.option("--kubeconfig", type=click.Path(dir_okay=False, exists=True), help="Default: KUBECONFIG."),
    ):
        called = option(called)
    return called


async def _ask(question: Callable[[Client], Awaitable[T]], kubeconfig: str | None, context: str | None) -> T:
    client = await connect(kubeconfig, context)
    try:
        return await question(client)
    finally:
        await client.close()


def _unreachable(error: Exception) -> NoReturn:
    fail([getattr(error, "message", "") or str(error)], UNREACHABLE)
