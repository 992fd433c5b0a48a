"""GPUs: extended resources, which a device plugin offers on the nodes that have them."""

from __future__ import annotations

from collections.abc import Iterator

from composestack.api.reasons import NoticeCode
from composestack.compose.model import DeviceRequest, Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

GPU = "gpu"
ALL = -1
OTHERS = {"amd": "amd.com/gpu", "intel": "gpu.intel.com/i915"}
"""The resources of device plugins besides NVIDIA's, by driver (documentation of these plugins)."""
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
    caveat="Needs the device plugin of the vendor. All GPUs of a node cannot be asked for: `all` is one.",
)
def gpus(service: Service, stack: Stack) -> Contribution:
    """A number of GPUs. Which ones of a node, its device plugin decides."""
    counts: dict[str, int] = {}
    notices, problems = [], []
    for path, request in _requests(service):
        found = list(_problems(request, path))
        problems += found
        if found:
            continue
        resource = OTHERS.get(request.driver or "", stack.scope.policy.gpu_resource)
        count = request.count
        if count == ALL:
            message = "one GPU is asked for, since nobody can ask for all of a node; write their number"
            notices.append(Notice(path, NoticeCode.APPROXIMATED, message))
            count = 1
        counts[resource] = counts.get(resource, 0) + (count or 0)
    limits = {resource: str(count) for resource, count in counts.items() if count}
    if not (limits or problems):
        return NOTHING
    return Contribution(
        container={"resources": {"limits": limits}} if limits else None, notices=notices, problems=problems
    )


def _requests(service: Service) -> Iterator[tuple[str, DeviceRequest]]:
    path = f"services.{service.name}"
    yield from ((f"{path}.gpus[{index}]", request) for index, request in enumerate(service.gpus))
    reservations = service.deploy.resources.reservations if service.deploy and service.deploy.resources else None
    for index, request in enumerate(reservations.devices if reservations else ()):
        yield f"{path}.deploy.resources.reservations.devices[{index}]", request


def _problems(request: DeviceRequest, path: str) -> Iterator[Refusal]:
    if GPU not in request.capabilities and ".gpus[" not in path:
        asked = ", ".join(request.capabilities)
        yield Refusal(f"{path}.capabilities", f"{asked}: only GPUs can be asked for", f"write [{GPU}], or leave it out")
    if request.driver not in DRIVERS | OTHERS.keys():
        yield Refusal(f"{path}.driver", f"nobody knows the resource of {request.driver}", "write nvidia, amd or intel")
    if request.device_ids:
        yield Refusal(f"{path}.device_ids", "they are those of one machine", "write their number as count")
    if request.options:
        yield Refusal(f"{path}.options", "a device plugin takes no options", "leave them out")
