"""How a service is run by an orchestrator (`services.*.deploy`)."""

from typing import Literal

from pydantic import Field

from composestack.compose.model.base import (
    Duration,
    Element,
    Float,
    Int,
    Labels,
    SizeText,
    Truncated,
    UniqueTexts,
    Unsigned,
    nothing,
)
from composestack.compose.model.resources import DeviceRequest


class UpdateConfig(Element):
    """Rolling updates (`update_config`) and rollbacks (`rollback_config`). `delay` and `monitor` are nanoseconds."""

    parallelism: Unsigned | None = None
    delay: Duration | None = None
    failure_action: str | None = None
    monitor: Duration | None = None
    max_failure_ratio: Float | None = None
    order: Literal["start-first", "stop-first"] | None = None


class DiscreteResource(Element):
    """A countable resource that an administrator gave a name."""

    kind: str | None = None
    value: Truncated | None = None


class GenericResource(Element):
    """A reservation of a user-defined resource."""

    discrete_resource_spec: DiscreteResource | None = None


class Limits(Element):
    """What a container may use at most: `cpus` in cores, `memory` in bytes."""

    cpus: Float | None = None
    memory: SizeText | None = None
    pids: Int | None = None


class ReservedDevice(DeviceRequest):
    """A device that is reserved; it must say for which capabilities."""

    capabilities: UniqueTexts


class Reservations(Element):
    """What a container is guaranteed: `cpus` in cores, `memory` in bytes."""

    cpus: Float | None = None
    memory: SizeText | None = None
    devices: tuple[ReservedDevice, ...] = ()
    generic_resources: tuple[GenericResource, ...] = ()


class Resources(Element):
    """Limits and reservations of each replica."""

    limits: Limits | None = None
    reservations: Reservations | None = None


class RestartPolicy(Element):
    """When a container that ended is started again. `delay` and `window` are nanoseconds."""

    condition: str | None = None
    delay: Duration | None = None
    max_attempts: Unsigned | None = None
    window: Duration | None = None


class PlacementPreference(Element):
    """Spread replicas evenly over the values of a node label."""

    spread: str | None = None


class Placement(Element):
    """On which nodes replicas may run."""

    constraints: tuple[str, ...] = ()
    preferences: tuple[PlacementPreference, ...] = ()
    max_replicas_per_node: Unsigned | None = None


class Deploy(Element):
    """The Compose Deploy Specification of one service."""

    mode: str | None = None
    endpoint_mode: str | None = None
    replicas: Int | None = None
    labels: Labels = Field(default_factory=nothing)
    update_config: UpdateConfig | None = None
    rollback_config: UpdateConfig | None = None
    resources: Resources | None = None
    restart_policy: RestartPolicy | None = None
    placement: Placement | None = None
