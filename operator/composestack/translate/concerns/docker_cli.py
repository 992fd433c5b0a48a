"""Extensions of Docker's command line from the time when it deployed to Kubernetes."""

from __future__ import annotations

from composestack.compose.model import Service
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.docker_cli import EXTENSIONS
from composestack.translate.stack import Stack


@translates(
    *(f"services.*.{name}" for name in EXTENSIONS),
    caveat="Read as x-kubernetes: `service.type`, `imagePullPolicy`, `imagePullSecrets`. A notice says so.",
)
def earlier_extensions(service: Service, stack: Stack) -> Contribution:
    """The settings of the service have what they say; here is what there is to tell about that."""
    found = stack.earlier[service.name]
    return Contribution(notices=found.notices, problems=found.problems) if found.notices or found.problems else NOTHING
