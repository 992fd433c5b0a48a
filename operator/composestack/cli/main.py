"""The commands by name. None is imported before it is called."""

from __future__ import annotations

import gc
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

GC_THRESHOLDS = (50_000, 20, 50)
"""When garbage is looked for: by default after each 700 new objects. A start makes 70,000, and the load of 1 MB 90,000;
nearly all of them stay. See `python -m bench.start`.
"""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        gc.set_threshold(*GC_THRESHOLDS)
        command: click.Command = getattr(import_module(f"composestack.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="composestack")
def main() -> None:
    """Run Docker Compose applications on Kubernetes."""
