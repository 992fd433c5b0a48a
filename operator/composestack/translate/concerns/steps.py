"""What runs to completion before a service starts."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.expansion import joins
from composestack.translate.stack import Stack


@translates(
    "services.*.pre_start[].per_replica",
    considers=("services.*.network_mode", "services.*.ipc", "services.*.pid"),
    caveat="With `per_replica` a step runs again in each new pod, also after an eviction. Without, it is a Job, which "
    "runs once for each version of the service, and the service waits for it, also with an update.",
)
def pre_start(service: Service, stack: Stack) -> Contribution:
    """The steps themselves are made of services (expansion.py); here is what differs."""
    notices = []
    for index, hook in enumerate(service.pre_start):
        path = f"services.{service.name}.pre_start[{index}]"
        if hook.per_replica:
            continue
        if any(joins(service)):
            message = "runs in each pod of the service, because it is in the namespaces of another one"
            notices.append(Notice(path, NoticeCode.APPROXIMATED, message))
        elif any(before.per_replica for before in service.pre_start[:index]):
            message = "runs before the steps that run in each pod"
            notices.append(Notice(path, NoticeCode.APPROXIMATED, message))
    return Contribution(notices=notices) if notices else NOTHING
