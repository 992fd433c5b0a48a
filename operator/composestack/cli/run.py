"""`composestack run`: the operator."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click
from pydantic import ValidationError

from composestack.reconcile.accounts import Choice
from composestack.shell.main import run as run_operator
from composestack.shell.settings import OperatorSettings


@click.command()
@click.option("-n", "--namespace", "namespaces", multiple=True, help="Serve this namespace; repeatable. Default: all.")
@click.option("-l", "--selector", help="Serve the ComposeStacks with these labels, such as team=a. Default: all.")
@click.option(
    "--leader-election/--no-leader-election", default=None, help="Stand by while another operator holds the Lease."
)
@click.option("--default-service-account", metavar="NAME", help="Write as this account of the stack's namespace.")
@click.option(
    "--service-accounts",
    type=click.Choice([choice.value for choice in Choice]),
    help="Whether stacks name the account that they are written as. Default: Optional.",
)
@click.option("--show-logs/--no-show-logs", default=None, help="Show in a status what a crashed container wrote last.")
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
    try:
        settings = OperatorSettings.load(os.environ, namespaces=namespaces, **flags)
    except ValidationError as error:
        raise click.UsageError("; ".join(_said(error))) from error
    run_operator(settings)


def _said(error: ValidationError) -> Iterator[str]:
    """Yield what is wrong with the settings: the name of each, and what is wrong with it."""
    for each in error.errors():
        message = each["msg"].removeprefix("Value error, ")
        yield f"{'.'.join(map(str, each['loc']))}: {message}" if each["loc"] else message
