"""Autoscaling: as many pods of a service as its load needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from composestack.compose.model import Service
from composestack.kinds import Ref
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.objects.autoscaler import autoscaler, utilization
from composestack.translate.refusal import Refusal
from composestack.translate.reservations import PLACE
from composestack.translate.stack import SERVERS, Stack


@translates(
    *(f"services.*.x-kubernetes.autoscale.{name}" for name in ("cpu", "max", "memory", "metrics", "min")),
    considers=(
        "services.*.cpu_quota",
        "services.*.cpu_shares",
        "services.*.cpus",
        "services.*.deploy.resources.limits.cpus",
        "services.*.deploy.resources.limits.memory",
        "services.*.deploy.resources.reservations.cpus",
        "services.*.deploy.resources.reservations.memory",
        "services.*.mem_limit",
        "services.*.mem_reservation",
        *(f"services.*.{PLACE}.{kind}" for kind in ("limits", "requests")),
    ),
    caveat="Needs a metrics server, and what offers other `metrics`. The number of replicas is the autoscaler's then, "
    "whatever the document says.",
)
def autoscale(service: Service, stack: Stack) -> Contribution:
    """Between `min` and `max` pods, so that they use this much of the CPU or memory that they reserve, in percent."""
    own = stack.settings[service.name].autoscale
    if own.max is None:
        return NOTHING
    shares = {name: percent for name, percent in (("cpu", own.cpu), ("memory", own.memory)) if percent}
    used = [metric.resource for metric in own.metrics if metric.resource is not None]
    asked: dict[str, str] = {resource.name: "metrics" for resource in used if resource.target.type == "Utilization"}
    problems = [*_problems(service, {**asked, **{name: name for name in shares}}, stack)]
    if own.max < own.min:
        path = f"services.{service.name}.x-kubernetes.autoscale.max"
        problems.append(Refusal(path, f"is less than min ({own.min})", "write a larger number"))
    if problems:
        return Contribution(problems=problems)
    name = stack.workload_name(service.name)
    made = autoscaler(
        name,
        labels.of_service(stack.name, service.name),
        Ref(stack.kinds[service.name], name),
        (own.min, own.max),
        [*(utilization(*share) for share in shares.items()), *(metric.manifest() for metric in own.metrics)],
    )
    return Contribution(objects=[made])


def _problems(service: Service, asked: Mapping[str, str], stack: Stack) -> Iterable[Refusal]:
    """What is wrong with an autoscaler that goes by the use of these resources; `asked` says under which key."""
    path = f"services.{service.name}.x-kubernetes.autoscale"
    if stack.kinds[service.name] not in SERVERS:
        yield Refusal(path, f"a {stack.kinds[service.name]} has no number of replicas to choose", "leave it out")
    own = stack.settings[service.name].resources
    for name in set(asked) - _reserved(service) - {*own.limits, *own.requests}:
        remedy = f"write deploy.resources.reservations.{'cpus' if name == 'cpu' else name}"
        yield Refusal(f"{path}.{asked[name]}", "is a percentage of what the service reserves, which is nothing", remedy)


def _reserved(service: Service) -> set[str]:
    """Return what the service reserves. A limit reserves, too."""
    asked = service.deploy.resources if service.deploy else None
    limits, reservations = (asked.limits, asked.reservations) if asked else (None, None)
    cpu = (
        service.cpus,
        service.cpu_quota,
        service.cpu_shares,
        limits and limits.cpus,
        reservations and reservations.cpus,
    )
    memory = (
        service.mem_limit,
        service.mem_reservation,
        limits and limits.memory,
        reservations and reservations.memory,
    )
    return {name for name, amounts in (("cpu", cpu), ("memory", memory)) if any(amounts)}
