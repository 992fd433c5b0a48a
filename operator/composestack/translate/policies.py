"""The admin's policy namespace by namespace: one for all, and what is different in some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import StringConstraints

from composestack.translate.policy import BASELINE, Policy

Namespace = Annotated[str, StringConstraints(pattern="^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63)]
"""The name of a namespace (Kubernetes docs, Object Names and IDs, RFC 1123 Label Names)."""


@dataclass(frozen=True, slots=True)
class Policies:
    """What stacks may do, by the namespace that they are in.

    The keys that an entry of `namespaces` sets take the place of those of `default`, each as a whole, so that a
    namespace may be given more or less. The rest of them is as everywhere.
    """

    default: Policy = BASELINE
    namespaces: Mapping[str, Policy] = field(default_factory=dict)

    def of(self, namespace: str) -> Policy:
        """Return the policy that holds in a namespace."""
        own = self.namespaces.get(namespace)
        if own is None:
            return self.default
        return self.default.model_copy(update={key: getattr(own, key) for key in own.model_fields_set})
