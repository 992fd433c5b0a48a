"""How published ports are opened to the outside: what a service, the document and the stack say, as one."""

from __future__ import annotations

from collections.abc import Iterator

from composestack.translate.address_range import is_cidr
from composestack.translate.extension.publishing import PublishDefaults
from composestack.translate.names import is_qualified_name
from composestack.translate.refusal import Refusal
from composestack.translate.scope import Publish

OPEN = frozenset({"NodePort", "LoadBalancer"})
"""The types of Services that the outside reaches."""


def publishing(own: PublishDefaults, scope: Publish) -> Publish:
    """Return what a service says of its published ports, and what it leaves to the stack.

    An option of the stack that the service's own type cannot have is left out.
    """
    kind = own.type or scope.type
    balanced = kind == "LoadBalancer"
    return Publish(
        type=kind,
        annotations={**scope.annotations, **own.annotations},
        external_traffic_policy=own.external_traffic_policy or scope.external_traffic_policy,
        load_balancer_class=(own.load_balancer_class or scope.load_balancer_class) if balanced else None,
        source_ranges=(own.source_ranges or scope.source_ranges) if balanced else (),
    )


def wrong_options(own: PublishDefaults, path: str) -> Iterator[Refusal]:
    """Yield what of the options at a path is no value that a Service can have."""
    if own.load_balancer_class is not None and not is_qualified_name(own.load_balancer_class):
        message = f"{own.load_balancer_class} is no name of a class"
        yield Refusal(f"{path}.loadBalancerClass", message, "write it as example.com/internal")
    for index, written in enumerate(own.source_ranges):
        if not is_cidr(written):
            yield Refusal(f"{path}.sourceRanges[{index}]", f"{written} is no range of addresses", "write 10.0.0.0/8")


def idle_options(own: PublishDefaults, how: Publish, path: str) -> Iterator[Refusal]:
    """Yield the options at a path that the type of the Service does not have: they would do nothing."""
    for name, value, types in (
        ("externalTrafficPolicy", own.external_traffic_policy, OPEN),
        ("loadBalancerClass", own.load_balancer_class, {"LoadBalancer"}),
        ("sourceRanges", own.source_ranges, {"LoadBalancer"}),
    ):
        if value and how.type not in types:
            remedy = f"write type: {' or '.join(sorted(types))}, or leave it out"
            yield Refusal(f"{path}.{name}", f"means nothing with type {how.type}", remedy)
