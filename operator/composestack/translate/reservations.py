"""Requests and limits that Compose and the extension both speak of: they have to agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from composestack.translate import quantity
from composestack.translate.refusal import Refusal

Amounts = Mapping[str, Mapping[str, str]]
"""Quantities of resources, by `limits` or `requests`."""
_NONE: Amounts = MappingProxyType({})
PLACE = "x-kubernetes.resources"


class Left(NamedTuple):
    """What the extension leaves to be written, and where it does not go with what Compose says."""

    amounts: dict[str, dict[str, str]]
    problems: list[Refusal]


def beside(own: Amounts, said: Amounts, service: str, defaults: Amounts = _NONE) -> Left:
    """Return what Compose says and the extension (`own`) does not. `defaults` are what neither of them has to keep."""
    whole = {kind: {**defaults.get(kind, {}), **said.get(kind, {})} for kind in ("limits", "requests")}
    left = {
        kind: {name: amount for name, amount in amounts.items() if name not in own[kind]}
        for kind, amounts in whole.items()
    }
    problems = [*_differing(own, said, service), *_exceeding(own, whole, service)] if any(own.values()) else []
    return Left({kind: amounts for kind, amounts in left.items() if amounts}, problems)


def _differing(own: Amounts, said: Amounts, service: str) -> Iterator[Refusal]:
    for kind, amounts in said.items():
        for name, amount in amounts.items():
            if own[kind].get(name, amount) != amount:
                path = f"services.{service}.{PLACE}.{kind}.{name}"
                message = f"{own[kind][name]} is written here, and {amount} in an attribute of Compose"
                yield Refusal(path, message, "write the same, or leave one of them out")


def _exceeding(own: Amounts, whole: Amounts, service: str) -> Iterator[Refusal]:
    limits, requests = ({**whole[kind], **own[kind]} for kind in ("limits", "requests"))
    for name in own["limits"].keys() | own["requests"].keys():
        if name in limits and name in requests and quantity.amount(requests[name]) > quantity.amount(limits[name]):
            path = f"services.{service}.{PLACE}.requests.{name}"
            message = f"sets more aside ({requests[name]}) than its limit ({limits[name]})"
            yield Refusal(path, message, "lower the request or raise the limit")
