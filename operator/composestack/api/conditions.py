"""Conditions by the rules of kstatus: Ready is always there, Reconciling and Stalled only while True, never both."""

from __future__ import annotations

from collections.abc import Sequence

from composestack.api.reasons import Reason
from composestack.api.v1alpha1 import Condition

READY = "Ready"
RECONCILING = "Reconciling"
STALLED = "Stalled"

MESSAGE_LIMIT = 2048
"""Characters of a condition's message. The API allows 32768; a status is read by people."""


def shortened(text: str, limit: int) -> str:
    """Return a text with at most so many characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


class Conditions:
    """The conditions of one status, written for one generation at one time. A condition keeps its time while its status
    does not change.
    """

    def __init__(self, previous: Sequence[Condition], *, generation: int, now: str) -> None:
        self._times = {
            (condition.type, str(condition.status)): condition.last_transition_time for condition in previous
        }
        self._generation = generation
        self._now = now

    def ready(self, reason: Reason, message: str) -> list[Condition]:
        """Everything is as it should be."""
        return [self._condition(READY, "True", reason, message)]

    def progressing(self, reason: Reason, message: str, *, failing: bool = False) -> list[Condition]:
        """The operator is at work or waits for the cluster; `failing` says that something is wrong that may yet mend
        itself.
        """
        status = "False" if failing else "Unknown"
        return [self._condition(READY, status, reason, message), self._condition(RECONCILING, "True", reason, message)]

    def stalled(self, reason: Reason, message: str) -> list[Condition]:
        """Nothing will change until somebody changes something."""
        return [self._condition(READY, "False", reason, message), self._condition(STALLED, "True", reason, message)]

    def _condition(self, type_: str, status: str, reason: Reason, message: str) -> Condition:
        return Condition.model_validate(
            {
                "type": type_,
                "status": status,
                "reason": reason.value,
                "message": shortened(message, MESSAGE_LIMIT),
                "lastTransitionTime": self._times.get((type_, status), self._now),
                "observedGeneration": self._generation,
            }
        )
