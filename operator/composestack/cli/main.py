"""The commands by name. None is imported before it is called."""

from __future__ import annotations

import gc
import os
from functools import cache
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

GC_THRESHOLDS = (150_000, 20, 50)
"""When garbage is looked for: by default after each 700 new objects. The load of 1 MB holds 140,000 at a time, and
nearly all of them stay, so a collection meanwhile would find nothing.
"""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return _imported(cmd_name)


@cache
def _imported(name: str) -> click.Command:
    """Import a command. What is imported stays, so the garbage collector never looks at it, not even at the end.

    No plugin of pydantic has a say here, so none is searched for in all that is installed. See `python -m bench.start`.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.set_threshold(*GC_THRESHOLDS)
    gc.disable()
    command: click.Command = getattr(import_module(f"composestack.cli.{name}"), name)
    gc.freeze()
    gc.enable()
    return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="composestack")
def main() -> None:
    """Run Docker Compose applications on Kubernetes."""
