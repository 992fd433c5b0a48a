"""As whom pods talk to the API server: as nobody, unless the admin lets them."""

from __future__ import annotations

from composestack.compose.model import Service
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.policy import forbidden
from composestack.translate.stack import Stack


@translates(
    "services.*.x-kubernetes.serviceAccountName", caveat="Without it, the pods have no token for the API server."
)
def service_account(service: Service, stack: Stack) -> Contribution:
    """The pods get the token of the account; otherwise its author could borrow any account of the namespace."""
    own = stack.settings[service.name].service_account_name
    if own is None:
        return NOTHING
    if own in stack.scope.policy.service_accounts:
        return Contribution(pod={"automountServiceAccountToken": True, "serviceAccountName": own})
    path = f"services.{service.name}.x-kubernetes.serviceAccountName"
    message = "the policy of this cluster does not let pods run as this account (service_accounts)"
    return Contribution(problems=[forbidden(path, message, "service_accounts", entry=own)])
