"""Environment files (`.env`, `env_file`) into variables, in compose-go's syntax (Compose Specification, "Env_file format").

`KEY=value`, `KEY: value`, `export KEY=value`; a `KEY` alone takes its value from outside. An unquoted value ends at ` #`,
single quotes are literal, double quotes know escapes, both may span lines. All but single-quoted values are interpolated.
"""

from __future__ import annotations

from composestack.compose.template import Lookup


def parse(text: str | bytes, file: str, lookup: Lookup) -> dict[str, str]:
    """Return the variables of an environment file, in its order.

    `$NAME` in a value is what `lookup` returns, else what an earlier line says, else empty.
    Raises InvalidCompose with every bad line.
    """
    raise NotImplementedError


def parse_raw(text: str | bytes, file: str, lookup: Lookup) -> dict[str, str]:
    """Return the variables of an environment file with `format: raw`: lines `KEY=value`, values taken as they are."""
    raise NotImplementedError
