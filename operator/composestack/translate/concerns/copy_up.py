"""Whether a new volume begins with what the image has at its place."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Mount, Service, Volume
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.copy_up import is_hidden
from composestack.translate.extension.mount import MountSettings
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack


@translates(
    "services.*.volumes[].volume.nocopy",
    "services.*.volumes[].x-kubernetes.copyUp",
    considers=(
        "services.*.volumes[].type",
        "services.*.volumes[].source",
        "services.*.volumes[].target",
        "services.*.volumes[].read_only",
    ),
    caveat="A new volume is empty, unless x-kubernetes.copyUp fills it with what the image has at its place.",
)
def copy_up(service: Service, stack: Stack) -> Contribution:
    """The copying itself is a step before the service (copy_up.py, expansion.py); here is what must be known of it."""
    notices, problems = [], []
    for index, mount in enumerate(service.volumes):
        path = f"services.{service.name}.volumes[{index}]"
        asked = stack.extension(mount, MountSettings).copy_up
        if asked and not stack.can_be_filled(mount):
            message = "only a volume with a name that persists can be filled"
            problems.append(Refusal(f"{path}.x-kubernetes.copyUp", message, "give the volume a name, or leave it out"))
        elif not asked and (message := _hidden(mount, service.name, stack)):
            notices.append(Notice(path, NoticeCode.APPROXIMATED, message))
    return Contribution(notices=notices, problems=problems) if notices or problems else NOTHING


def _hidden(mount: Mount, service: str, stack: Stack) -> str:
    """Say what an empty volume may hide of the image; nothing if somebody has decided, or nothing is known of it."""
    if mount.type != "volume" or mount.read_only or stack.fills(mount) is not None:
        return ""
    target = mount.target or ""
    hidden = is_hidden(stack.image(service), target)
    named = "" if mount.source else "give the volume a name, and "
    how = f"{named}x-kubernetes.copyUp: true at the mount fills it"
    if hidden is None:
        return f"the volume starts empty; if the image has files at {target}, {how}"
    return f"the volume starts empty and hides what the image has at {target}; {how}" if hidden else ""


@translates(
    "volumes.*.x-kubernetes.copyUp",
    caveat="It needs sh and cp in the image, and a namespace in which containers may run as root.",
)
def copy_up_of_a_volume(declared: Declared[Volume], stack: Stack) -> Contribution:
    """Holds for every mount of the volume that does not say otherwise."""
    if not stack.claims.extended.settings[declared.key].copy_up:
        return NOTHING
    if stack.can_be_filled(Mount(type="volume", source=declared.key, target="/")):
        return NOTHING
    path = f"volumes.{declared.key}.x-kubernetes.copyUp"
    return Contribution(problems=[Refusal(path, "only a volume that persists can be filled", "leave it out")])
