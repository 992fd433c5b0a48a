"""Which image runs, and how it is pulled."""

from __future__ import annotations

from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.registries import in_full, is_from
from composestack.translate.stack import Stack

PULL_POLICIES = {"always": "Always", "never": "Never"}
AS_KUBERNETES = {"missing", "if_not_present"}
"""Pull if absent, but `latest` always (Compose specification, "pull_policy"): what Kubernetes does by default."""


@translates(
    "services.*.image",
    "services.*.x-kubernetes.imagePullSecrets",
    considers=("services.*.provider",),
    caveat="An image is never built: `build` without `image` needs spec.images.",
)
def image(service: Service, stack: Stack) -> Contribution:
    """The stack may replace or supply the image of a service; the runtime resolves short names as Docker does."""
    reference = stack.scope.images.get(service.name) or service.image
    pod: dict[str, Any] = {}
    secrets = dict.fromkeys((*stack.scope.image_pull_secrets, *stack.settings[service.name].image_pull_secrets))
    if secrets:
        pod["imagePullSecrets"] = [{"name": name} for name in secrets]
    if not reference and service.provider is not None:
        return NOTHING
    if not reference:
        message = "has no image, and images are not built here"
        remedy = f"build and push it, then set spec.images.{service.name}"
        return Contribution(problems=[Refusal(f"services.{service.name}.image", message, remedy)])
    problems = []
    if not is_from(reference, stack.scope.policy.registries):
        path, message = (
            f"services.{service.name}.image",
            f"{reference} is from a registry that the policy does not list",
        )
        instead = "use an image from a registry of the list"
        problems.append(forbidden(path, message, "registries", entry=in_full(reference), instead=instead))
    return Contribution(container={"name": stack.labels[service.name], "image": reference}, pod=pod, problems=problems)


@translates(
    "services.*.pull_policy",
    "services.*.x-kubernetes.imagePullPolicy",
    caveat="`daily`, `weekly`, `every_…` and `refresh` pull when a pod starts; a running pod is not replaced.",
)
def pull_policy(service: Service, stack: Stack) -> Contribution:
    """Docker's words for when an image is pulled."""
    policy = service.pull_policy
    path = f"services.{service.name}.pull_policy"
    own = stack.settings[service.name].image_pull_policy
    if own is not None:
        return Contribution(container={"imagePullPolicy": own})
    if policy is None or policy in AS_KUBERNETES:
        return NOTHING
    if policy in PULL_POLICIES:
        return Contribution(container={"imagePullPolicy": PULL_POLICIES[policy]})
    if policy in {"daily", "weekly", "refresh"} or policy.startswith("every_"):
        message = (
            f"{policy} became Always: the image is pulled whenever a pod starts, but a running pod is not replaced"
        )
        return Contribution(
            container={"imagePullPolicy": "Always"}, notices=[Notice(path, NoticeCode.APPROXIMATED, message)]
        )
    if policy == "build" and service.name in stack.scope.images:
        return NOTHING
    message = "images are not built here" if policy == "build" else f"{policy} is no pull policy of Compose"
    remedy = (
        f"push the image and set spec.images.{service.name}" if policy == "build" else "write always, missing or never"
    )
    return Contribution(problems=[Refusal(path, message, remedy)])
