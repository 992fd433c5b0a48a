"""The admin's policy, read from a file as the operator would get it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import yaml
from pydantic import ValidationError

from composestack.translate.extension.settings import refusals
from composestack.translate.policy import Policy


class PolicyFile(click.ParamType[Policy]):
    """A YAML file with keys of the policy, or with the values of the chart, which have them below `policy`."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Policy:
        """Return the policy. All that is wrong with it is told at once."""
        if isinstance(value, Policy):
            return value
        try:
            written = yaml.safe_load(Path(value).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self.fail(f"{value} cannot be read: {error}", param, ctx)
        if isinstance(written, dict) and isinstance(written.get("policy"), dict):
            written = written["policy"]
        try:
            return Policy.model_validate({} if written is None else written)
        except ValidationError as error:
            problems = map(str, refusals(error, "policy", Policy, "the policy"))
            self.fail("\n".join([f"{value} is no policy:", *problems]), param, ctx)


policy = click.option(
    "--policy",
    type=PolicyFile(),
    default=Policy(),
    help="What the admin of the cluster allows: the values of the chart below `policy`. Default: nothing.",
)
"""The option that says what the admin allows."""
