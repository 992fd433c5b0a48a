"""Language models: not served by the stack, but found at the endpoint that the admin names."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.policy import forbidden
from composestack.translate.stack import Stack


@translates(
    "services.*.models",
    "services.*.models.*.endpoint_var",
    "services.*.models.*.model_var",
    "models.*.model",
    considers=("services.*.environment", "services.*.x-kubernetes.env[].name"),
    caveat="The endpoint is the admin's (OpenAI-compatible), and has to serve the model under that name.",
)
def models(service: Service, stack: Stack) -> Contribution:
    """Two variables for each model, `LLM_URL` and `LLM_MODEL`, as Docker Compose sets them (its docs, "models")."""
    if not service.models:
        return NOTHING
    path, endpoint = f"services.{service.name}", stack.scope.policy.models
    if not endpoint:
        message = "the policy of this cluster names no endpoint that serves models (models)"
        instead = "run the model as a service"
        return Contribution(problems=[forbidden(f"{path}.models", message, "models", instead=instead)])
    values: dict[str, str] = {}
    for key, names in service.models.items():
        prefix = key.upper().replace("-", "_")
        values[names.endpoint_var or f"{prefix}_URL"] = endpoint
        values[names.model_var or f"{prefix}_MODEL"] = stack.model(key)
    own = {*service.environment, *(variable.name for variable in stack.settings[service.name].env)}
    message = "it is a variable of the service already, which stays as it is"
    notices = [Notice(f"{path}.models", NoticeCode.IGNORED, f"{name}: {message}") for name in sorted(own & {*values})]
    if stack.membership.cut_off(service.name):
        message = "internal networks lead to no endpoint; put the service on another network, too"
        notices.append(Notice(f"{path}.models", NoticeCode.APPROXIMATED, message))
    env = [
        {"name": name, "value": value.replace("$", "$$")} for name, value in sorted(values.items()) if name not in own
    ]
    return Contribution(container={"env": env} if env else None, notices=notices)
