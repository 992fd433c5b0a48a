"""One look at one stack, and what is kept of it until the next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from composestack.api.v1alpha1 import ComposeStack
from composestack.kinds import Ref
from composestack.reconcile.port import StackKey
from composestack.reconcile.rollback import State
from composestack.translate.plan import Plan

NOTHING = Plan((), (), (), ())

PLANS = 500
"""Plans that are kept at most, of stacks that are not settled. One has some ten kilobytes, and takes milliseconds to be
made again.
"""


@dataclass(frozen=True, slots=True)
class Returned:
    """What was ready last: the digest of its state, the revision of what that makes today, and the plan."""

    digest: str
    revision: str
    plan: Plan


@dataclass(slots=True)
class Memory:
    """What is kept of a stack while it is not settled. Losing it costs a little work and nothing else.

    `plan` is made from `revision`. `state` is what this can be restored from, if a service wants that; `returned` is
    what a failed rollout went back to. `written` is when the status was written last, `refused` since when writes
    are refused, `conflict` an object that was another's.
    """

    revision: str = ""
    plan: Plan = NOTHING
    state: State | None = None
    returned: Returned | None = None
    written: float = float("-inf")
    refused: float | None = None
    conflict: Ref | None = None

    def forget_plans(self) -> None:
        """Keep only what is small."""
        self.revision, self.plan, self.state, self.returned = "", NOTHING, None, None


class Memories:
    """The memories by stack. Of those beyond PLANS the plans are forgotten, the ones unused for longest first."""

    def __init__(self) -> None:
        self._memories: OrderedDict[StackKey, Memory] = OrderedDict()

    def of(self, key: StackKey) -> Memory:
        """Return the memory of a stack, a new one if there is none."""
        memory = self._memories.setdefault(key, Memory())
        self._memories.move_to_end(key)
        if len(self._memories) > PLANS:
            for unused in islice(self._memories.values(), len(self._memories) - PLANS):
                unused.forget_plans()
        return memory

    def drop(self, key: StackKey) -> None:
        """Forget a stack."""
        self._memories.pop(key, None)


@dataclass(frozen=True, slots=True)
class Turn:
    """One look at one stack. `user` is whose rights its objects are written with; "" are the operator's own."""

    key: StackKey
    body: Mapping[str, Any]
    stack: ComposeStack
    memory: Memory
    user: str = ""

    @property
    def uid(self) -> str:
        """The uid of the stack, by which its objects are told from those of another one of its name."""
        return str(self.stack.metadata["uid"])

    @property
    def generation(self) -> int:
        """The generation of the spec that is looked at."""
        return int(self.stack.metadata["generation"])

    def is_of(self, body: Mapping[str, Any]) -> bool:
        """Tell whether the stack is still what this turn goes by.

        The spec counts besides its generation: right after a change of its definition, a watch may show it without
        fields that are new there.
        """
        metadata = body["metadata"]
        present = (metadata["uid"], metadata["generation"], body.get("spec"))
        return "deletionTimestamp" not in metadata and present == (self.uid, self.generation, self.body.get("spec"))
