"""Services that want to be in one pod."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.stack import Stack


@translates(
    "services.*.x-kubernetes.group",
    caveat="Services of one group run in one pod: they scale, move and restart together, and their ports must differ.",
)
def group(service: Service, stack: Stack) -> Contribution:
    """Who is with whom is decided in pods.py."""
    own = stack.settings[service.name].group
    if own is None or stack.pod_of(service.name).shared:
        return NOTHING
    path = f"services.{service.name}.x-kubernetes.group"
    return Contribution(notices=[Notice(path, NoticeCode.IGNORED, f"no other service is in the group {own}")])
