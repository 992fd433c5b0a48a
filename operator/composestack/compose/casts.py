"""The types that values take on once variables are replaced, by attribute: compose-go casts before its schema looks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from composestack.compose.patterns import compile_table
from composestack.compose.scalars import DIGIT_SEPARATOR, INT_MAX, INT_MIN, parse_int

Cast = Callable[[str], bool | int | float]
"""Returns the value of a text; raises ValueError with what the text is not."""

_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_MAX_DIGITS = 400


def to_bool(text: str) -> bool:
    """Return the boolean that a word of YAML 1.1 stands for, such as `yes` or `off`."""
    word = text.lower()
    if word in {"true", "y", "yes", "on"}:
        return True
    if word in {"false", "n", "no", "off"}:
        return False
    raise ValueError("is not a boolean; write true or false")


def to_int(text: str) -> int:
    """Return a decimal integer of 64 bits; `1.0` and `1_000` are none."""
    if len(text) <= _MAX_DIGITS and _INTEGER.fullmatch(text) and INT_MIN <= int(text) <= INT_MAX:
        return int(text)
    raise ValueError("is not an integer")


def to_float(text: str) -> float:
    """Return a finite decimal number; there may be underscores between its digits."""
    digits = DIGIT_SEPARATOR.sub("", text)
    if len(digits) <= _MAX_DIGITS and _FLOAT.fullmatch(digits) and math.isfinite(float(digits)):
        return float(digits)
    raise ValueError("is not a number")


def to_umask(text: str) -> int:
    """Return a file mode mask, written as YAML integers are: `077` and `0o77` are octal."""
    value = None if text[:1] in {"+", "-"} else parse_int(DIGIT_SEPARATOR.sub("", text))
    if value is None or value >= 2**32:
        raise ValueError("is not a mask; write it in octal, such as 022")
    return value


_CONTAINER: dict[str, Cast] = {
    "cpu_count": to_int,
    "cpu_percent": to_float,
    "cpu_period": to_int,
    "cpu_quota": to_int,
    "cpu_rt_period": to_int,
    "cpu_rt_runtime": to_int,
    "cpu_shares": to_int,
    "cpus": to_float,
    "init": to_bool,
    "networks.*.use_service_name_alias": to_bool,
    "oom_kill_disable": to_bool,
    "oom_score_adj": to_int,
    "pids_limit": to_int,
    "privileged": to_bool,
    "read_only": to_bool,
    "ulimits.*": to_int,
    "ulimits.*.hard": to_int,
    "ulimits.*.soft": to_int,
    "umask": to_umask,
    "volumes.*.read_only": to_bool,
    "volumes.*.volume.nocopy": to_bool,
}
_WORKLOAD: dict[str, Cast] = {
    "depends_on.*.required": to_bool,
    "depends_on.*.restart": to_bool,
    "healthcheck.disable": to_bool,
    "healthcheck.retries": to_int,
    "ports.*.target": to_int,
    "stdin_open": to_bool,
    "tty": to_bool,
}
_SERVICE: dict[str, Cast] = {
    "deploy.placement.max_replicas_per_node": to_int,
    "deploy.replicas": to_int,
    "deploy.restart_policy.max_attempts": to_int,
    "deploy.rollback_config.max_failure_ratio": to_float,
    "deploy.rollback_config.parallelism": to_int,
    "deploy.update_config.max_failure_ratio": to_float,
    "deploy.update_config.parallelism": to_int,
    "scale": to_int,
}
_TOP: dict[str, Cast] = {
    "configs.*.external": to_bool,
    "networks.*.attachable": to_bool,
    "networks.*.enable_ipv4": to_bool,
    "networks.*.enable_ipv6": to_bool,
    "networks.*.external": to_bool,
    "networks.*.internal": to_bool,
    "secrets.*.external": to_bool,
    "volumes.*.external": to_bool,
}


CASTS = compile_table(
    _TOP
    | {f"services.*.{path}": cast for path, cast in (_CONTAINER | _WORKLOAD | _SERVICE).items()}
    | {f"services.*.pre_start.*.{path}": cast for path, cast in _CONTAINER.items()}
    | {f"jobs.*.{path}": cast for path, cast in (_CONTAINER | _WORKLOAD).items()}
)
"""The casts by attribute; `*` is any key or item."""
