"""GPUs and other devices: extended resources, which a device plugin offers on the nodes that have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Device, DeviceRequest, Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.policy import GPU_RESOURCES, forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.reservations import PLACE, beside
from composestack.translate.stack import Stack

GPUS = {"gpu", "nvidia"}
DRIVER_CAPABILITIES = {"compat32", "compute", "display", "graphics", "utility", "video"}
"""What Docker makes a variable of, for NVIDIA's container runtime (moby, daemon/nvidia_linux.go)."""
UNASKED = {"compute", "utility"}
"""What that runtime gives where the variable is not set (NVIDIA Container Toolkit, "Driver Capabilities")."""
ALL = -1
PERMISSIONS = {"rwm", "rw"}
"""What plugins give: the whole device."""
FEATURES = "NVIDIA_DRIVER_CAPABILITIES"
DRIVERS = {None, "", "nvidia", "cdi"}


@translates(
    "services.*.gpus[].capabilities",
    "services.*.gpus[].count",
    "services.*.gpus[].device_ids",
    "services.*.gpus[].driver",
    "services.*.gpus[].options",
    "services.*.deploy.resources.reservations.devices[].capabilities",
    "services.*.deploy.resources.reservations.devices[].count",
    "services.*.deploy.resources.reservations.devices[].device_ids",
    "services.*.deploy.resources.reservations.devices[].driver",
    "services.*.deploy.resources.reservations.devices[].options",
    "services.*.devices[].source",
    "services.*.devices[].target",
    "services.*.devices[].permissions",
    considers=(
        "services.*.environment",
        "services.*.x-kubernetes.env[].name",
        f"services.*.{PLACE}.limits",
        f"services.*.{PLACE}.requests",
    ),
    caveat="Needs a device plugin; the admin's policy says for which devices. `all` asks for one GPU.",
)
def devices(service: Service, stack: Stack) -> Contribution:
    """A number of GPUs, and devices for which the admin's policy names a resource. The plugin decides which ones."""
    policy, path = stack.scope.policy, f"services.{service.name}.devices"
    counts: dict[str, int] = {}
    features: set[str] = set()
    notices: list[Notice] = []
    problems: list[Refusal] = []
    for place, request in _requests(service):
        problems += _problems(request, place)
        resource = GPU_RESOURCES.get(request.driver or "", policy.gpu_resource)
        counts[resource] = counts.get(resource, 0) + (1 if request.count == ALL else request.count or 0)
        if request.driver not in GPU_RESOURCES:
            features |= DRIVER_CAPABILITIES & {*request.capabilities}
        if request.count == ALL:
            message = "one GPU is asked for, since nobody can ask for all of a node; write their number"
            notices.append(Notice(place, NoticeCode.APPROXIMATED, message))
    for index, device in enumerate(service.devices):
        problems += _device_problems(device, f"{path}[{index}]", policy.device_resources)
        if device.source in policy.device_resources:
            counts.setdefault(policy.device_resources[device.source], 1)
    limits = {resource: str(count) for resource, count in counts.items() if count}
    if not (limits or problems):
        return NOTHING
    wished = stack.settings[service.name].resources
    spec, differing = beside({"limits": wished.limits, "requests": wished.requests}, {"limits": limits}, service.name)
    problems += differing
    container: dict[str, Any] = {"resources": spec} if spec else {}
    own = {*service.environment, *(variable.name for variable in stack.settings[service.name].env)}
    if features - UNASKED and FEATURES not in own:
        container["env"] = [{"name": FEATURES, "value": ",".join(sorted(features))}]
    return Contribution(container=container, notices=notices, problems=problems)


def _requests(service: Service) -> Iterator[tuple[str, DeviceRequest]]:
    path = f"services.{service.name}"
    yield from ((f"{path}.gpus[{index}]", request) for index, request in enumerate(service.gpus))
    reservations = service.deploy.resources.reservations if service.deploy and service.deploy.resources else None
    for index, request in enumerate(reservations.devices if reservations else ()):
        yield f"{path}.deploy.resources.reservations.devices[{index}]", request


def _device_problems(device: Device, path: str, resources: Mapping[str, str]) -> Iterator[Refusal]:
    if device.source not in resources:
        message = f"the policy of this cluster has no resource for {device.source} (device_resources)"
        yield forbidden(path, message, "device_resources", entry="it")
    elif device.target not in {None, device.source}:
        message = "a device plugin puts a device at its own place"
        yield Refusal(f"{path}.target", message, f"use it as {device.source}")
    if device.permissions not in {None, *PERMISSIONS}:
        message = f"a device plugin gives the whole device, not only {device.permissions}"
        yield Refusal(f"{path}.permissions", message, "leave them out")


def _problems(request: DeviceRequest, path: str) -> Iterator[Refusal]:
    known = GPUS | {"amd"} | DRIVER_CAPABILITIES
    asked = {*request.capabilities}
    if asked - known or (asked.isdisjoint(known) and ".gpus[" not in path):
        listed = ", ".join(request.capabilities)
        yield Refusal(f"{path}.capabilities", f"{listed}: only GPUs can be asked for", "write [gpu], or leave it out")
    if request.driver not in DRIVERS | GPU_RESOURCES.keys():
        yield Refusal(f"{path}.driver", f"nobody knows the resource of {request.driver}", "write nvidia, amd or intel")
    if request.device_ids:
        named = [each for each in request.device_ids if not each.isdecimal()]
        message = "a device plugin chooses the devices itself" if named else "they are those of one machine"
        remedy = "write their number as count" + (", and choose the node by deploy.placement" if named else "")
        yield Refusal(f"{path}.device_ids", message, remedy)
    if request.options:
        yield Refusal(f"{path}.options", "a device plugin takes no options", "leave them out")
