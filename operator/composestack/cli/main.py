"""The commands by name. None is imported before it is called."""

from __future__ import annotations

from importlib import import_module

import click

from composestack import __version__

COMMANDS = (
    "completion",
    "config",
    "convert",
    "crd",
    "diff",
    "explain",
    "graph",
    "run",
    "status",
    "validate",
    "wrap",
)
"""Each is in the module of its name, under its name."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"composestack.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="composestack")
def main() -> None:
    """Run Docker Compose applications on Kubernetes."""
