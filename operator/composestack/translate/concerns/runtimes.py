"""Which program runs the containers on their node."""

from __future__ import annotations

from composestack.compose.model import Service
from composestack.translate.catalog import translates
from composestack.translate.contribution import Contribution
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

USUAL = {None, "", "runc", "crun", "io.containerd.runc.v2"}
"""What runs containers anyway, on whatever node."""
UNISOLATED = {None, "", "default", "process"}
HYPERV = "hyperv"


@translates(
    "services.*.runtime",
    "services.*.isolation",
    caveat="A RuntimeClass that the admin's policy names. `runc` and `crun`, `default` and `process` change nothing.",
)
def runtime(service: Service, stack: Stack) -> Contribution:
    """What the cluster has besides the usual runtime is a RuntimeClass; `hyperv` would be one, too."""
    known, path = stack.scope.policy.runtimes, f"services.{service.name}"
    if service.isolation not in UNISOLATED and service.isolation != HYPERV:
        message = f"{service.isolation} is no isolation of Compose"
        return Contribution(problems=[Refusal(f"{path}.isolation", message, "write default, or leave it out")])
    wanted = {} if service.runtime in USUAL else {"runtime": service.runtime or ""}
    wanted |= {} if service.isolation in UNISOLATED else {"isolation": HYPERV}
    problems = [
        forbidden(
            f"{path}.{attribute}",
            f"the policy of this cluster has no RuntimeClass for {name} (runtimes)",
            "runtimes",
            entry=name,
        )
        for attribute, name in wanted.items()
        if name not in known
    ]
    classes = {known[name] for name in wanted.values() if name in known}
    if len(classes) > 1:
        message = f"{HYPERV} is another RuntimeClass than {service.runtime}"
        problems.append(Refusal(f"{path}.isolation", message, "leave one of them out"))
    return Contribution(pod={"runtimeClassName": min(classes)} if classes else None, problems=problems)
