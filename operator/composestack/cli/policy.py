"""The admin's policy, read from a file as the operator would get it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from composestack.translate.extension.settings import refusals
from composestack.translate.policies import Namespace, Policies
from composestack.translate.policy import Policy


class Values(BaseModel):
    """The values of the chart, of which only the policy counts."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    policy: Policy = Field(default_factory=Policy, alias="policy")
    namespaces: Mapping[Namespace, Policy] = Field(default_factory=dict, alias="namespacePolicies")


class PolicyFile(click.ParamType[Policies]):
    """A YAML file with keys of the policy, or with the values of the chart, which have them below `policy` and, by
    namespace, below `namespacePolicies`.
    """

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Policies:
        """Return the policy. All that is wrong with it is told at once."""
        if isinstance(value, Policies):
            return value
        try:
            written = yaml.safe_load(Path(value).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            self.fail(f"{value} cannot be read: {error}", param, ctx)
        if not isinstance(written, dict) or not written.keys() & {"policy", "namespacePolicies"}:
            written = {"policy": {} if written is None else written}
        try:
            values = Values.model_validate(written)
        except ValidationError as error:
            problems = (str(each).removeprefix(".") for each in refusals(error, "", Values, "the policy"))
            self.fail("\n".join([f"{value} is no policy:", *problems]), param, ctx)
        return Policies(values.policy, values.namespaces)


policy = click.option(
    "--policy",
    "policies",
    type=PolicyFile(),
    default=Policies(),
    help="What the admin of the cluster allows: the values of the chart, or those below `policy`. Default: nothing.",
)
"""The option that says what the admin allows."""
