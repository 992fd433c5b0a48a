"""CPU and memory: what a container may use, and what is set aside for it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeVar

from composestack.api.reasons import NoticeCode
from composestack.compose import sizes
from composestack.compose.model import Limits, Reservations, Service
from composestack.compose.problems import Notice
from composestack.translate import quantity
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.policy import Policy, forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.reservations import PLACE, Amounts, beside
from composestack.translate.stack import Stack

N = TypeVar("N", int, float)

NO_LIMITS, NO_RESERVATIONS = Limits.model_construct(), Reservations.model_construct()
CFS_PERIOD = 100_000
"""Docker's default of `cpu_period`, in microseconds."""
DEFAULT_SHARES = 1024
SMALL_CPU = 0.05
SMALL_MEMORY = 64 * 1024 * 1024
SMALL_STORAGE = 64 * 1024 * 1024
"""What is requested where only a limit is written: Kubernetes would set the whole limit aside, unasked."""
STORAGE = "ephemeral-storage"
NODE = {"cpu", "memory", STORAGE}
"""What every node has, and a container may use more of than is set aside for it."""
OWN = tuple(f"services.*.{PLACE}.{kind}" for kind in ("limits", "requests"))


@translates(
    "services.*.cpus",
    "services.*.cpu_quota",
    "services.*.cpu_period",
    "services.*.cpu_shares",
    "services.*.mem_limit",
    "services.*.mem_reservation",
    "services.*.deploy.resources.limits.cpus",
    "services.*.deploy.resources.limits.memory",
    "services.*.deploy.resources.reservations.cpus",
    "services.*.deploy.resources.reservations.memory",
    considers=OWN,
    caveat="`cpu_shares` also reserves CPU. A limit without a reservation requests 50m CPU or 64Mi memory at most.",
)
def resources(service: Service, stack: Stack) -> Contribution:
    """Limits become limits, reservations requests. Zero means none, as in Docker."""
    asked = service.deploy.resources if service.deploy else None
    limits = (asked and asked.limits) or NO_LIMITS
    reservations = (asked and asked.reservations) or NO_RESERVATIONS
    cpu_limit = limits.cpus or service.cpus or _quota(service.cpu_quota, service.cpu_period)
    memory_limit = limits.memory or service.mem_limit
    cpu_request = reservations.cpus
    memory_request = reservations.memory or service.mem_reservation
    problems = []
    if any(amount and amount < 0 for amount in (cpu_limit, memory_limit, cpu_request, memory_request)):
        problems.append(Refusal(f"services.{service.name}", "has a negative limit or reservation", "write 0 for none"))
    if cpu_limit and cpu_request and cpu_request > cpu_limit:
        problems.append(_too_much(service.name, "CPU", f"{cpu_request:g}", f"{cpu_limit:g}"))
    if memory_limit and memory_request and memory_request > memory_limit:
        problems.append(_too_much(service.name, "memory", str(memory_request), str(memory_limit)))
    said = {"limits": _quantities(cpu_limit, memory_limit), "requests": _quantities(cpu_request, memory_request)}
    if not cpu_request:
        cpu_request = _at_most(cpu_limit, _shares(service.cpu_shares) or (SMALL_CPU if cpu_limit else None))
    memory_request = memory_request or _at_most(memory_limit, SMALL_MEMORY if memory_limit else None)
    spec, differing = beside(
        _own(service.name, stack), said, service.name, {"requests": _quantities(cpu_request, memory_request)}
    )
    problems += differing
    return Contribution(container={"resources": spec} if spec else None, problems=problems)


@translates(
    *OWN,
    caveat="Added to what Compose says. Where both say something, they have to say the same. Besides GPUs, devices "
    "are those whose resources the admin's policy lists.",
)
def any_resources(service: Service, stack: Stack) -> Contribution:
    """Requests and limits of any resource that the cluster has, such as storage, huge pages and devices."""
    own = _own(service.name, stack)
    spec = {kind: dict(amounts) for kind, amounts in own.items() if amounts}
    if not spec:
        return NOTHING
    problems = [
        *beside(own, {}, service.name).problems,
        *_shared(own, service.name),
        *_not_offered(own, service.name, stack.scope.policy),
    ]
    return Contribution(container={"resources": spec}, problems=problems)


def _shared(own: Amounts, service: str) -> Iterator[Refusal]:
    """Kubernetes documentation, "Extended resources" and "Manage HugePages"."""
    for name, request in own["requests"].items():
        if name not in NODE and own["limits"].get(name) != request:
            path = f"services.{service}.{PLACE}.requests.{name}"
            yield Refusal(path, "is not shared: the request has to be the limit", "write it under limits only")


def _not_offered(own: Amounts, service: str, policy: Policy) -> Iterator[Refusal]:
    for kind, amounts in own.items():
        for name in amounts:
            if not policy.offers(name):
                path = f"services.{service}.{PLACE}.{kind}.{name}"
                message = f"the policy of this cluster offers no {name} to stacks (device_resources)"
                yield forbidden(path, message, "device_resources", entry="a device with this resource")


def _own(service: str, stack: Stack) -> Amounts:
    own = stack.settings[service].resources
    return {"limits": own.limits, "requests": own.requests}


@translates(
    "services.*.storage_opt",
    considers=OWN,
    caveat="A pod that writes more is evicted, instead of being told that the disk is full.",
)
def storage(service: Service, stack: Stack) -> Contribution:
    """`size` limits what the container writes outside of volumes."""
    if not service.storage_opt:
        return NOTHING
    path = f"services.{service.name}.storage_opt"
    lost = sorted(set(service.storage_opt) - {"size"})
    message = f"{', '.join(lost)}: the storage driver is the node's"
    notices = [Notice(path, NoticeCode.IGNORED, message)] if lost else []
    written = service.storage_opt.get("size")
    if written is None:
        return Contribution(notices=notices)
    try:
        size = sizes.parse(str(written))
    except ValueError as error:
        return Contribution(problems=[Refusal(f"{path}.size", str(error), "write it as 10g")])
    if size <= 0:
        return Contribution(notices=notices)
    limit, request = ({STORAGE: quantity.memory(amount)} for amount in (size, min(size, SMALL_STORAGE)))
    spec, problems = beside(_own(service.name, stack), {"limits": limit}, service.name, {"requests": request})
    return Contribution(container={"resources": spec} if spec else None, notices=notices, problems=problems)


def _quantities(cores: float | None, size: int | None) -> dict[str, str]:
    cpu = {"cpu": quantity.cpu(cores)} if cores else {}
    return cpu | ({"memory": quantity.memory(size)} if size else {})


def _at_most(limit: N | None, amount: N | None) -> N | None:
    return min(limit, amount) if limit and amount else amount


def _quota(quota: int | None, period: int | None) -> float | None:
    return float(Decimal(quota) / Decimal(period or CFS_PERIOD)) if quota and quota > 0 else None


def _shares(shares: int | None) -> float | None:
    """The inverse of the kubelet's rule from request to weight (`MilliCPUToShares`)."""
    return shares / DEFAULT_SHARES if shares and shares != DEFAULT_SHARES else None


def _too_much(service: str, what: str, request: str, limit: str) -> Refusal:
    message = f"reserves more {what} ({request}) than its limit ({limit})"
    return Refusal(
        f"services.{service}.deploy.resources.reservations", message, "lower the reservation or raise the limit"
    )
