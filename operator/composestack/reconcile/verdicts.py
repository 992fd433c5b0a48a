"""What the conditions say of what a pass came to, and which Event tells of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from composestack import __version__
from composestack.api.conditions import READY
from composestack.api.reasons import Reason
from composestack.api.v1alpha1 import ComposeStackStatus, RolledBack
from composestack.compose.problems import InvalidCompose
from composestack.kinds import Ref
from composestack.reconcile.disputes import Dispute
from composestack.reconcile.port import Event, NameConflict, Rejected, Rival
from composestack.reconcile.status import Standing, Verdict, condition
from composestack.translate.refusal import Refused

FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]+)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
)
"""What the authorizer says (k8s.io/apiserver, pkg/endpoints/handlers/responsewriters). Admission is answered with 403
too, in other words.
"""

FIELDS_LIMIT = 3
"""Fields named of each rival."""


def suspension(status: ComposeStackStatus) -> Verdict:
    """Judge a suspended stack: what runs goes on running, so Ready keeps its status; the reason tells the rest."""
    ready = condition(status, READY)
    standing = Standing.READY if ready is not None and ready.status == "True" else Standing.STALLED
    return Verdict(standing, Reason.SUSPENDED, "the stack is suspended: nothing is reconciled")


def unprepared(error: Exception) -> Verdict:
    """Judge a stack that cannot be rendered. What runs goes on running."""
    match error:
        case InvalidCompose():
            return Verdict(Standing.STALLED, Reason.INVALID_COMPOSE, str(error))
        case Refused():
            return Verdict(Standing.STALLED, Reason.REFUSED, str(error))
        case _:  # a source that is missing may come, one that we may not read may be permitted
            return Verdict(Standing.FAILING, Reason.SOURCE_NOT_FOUND, str(error))


def leftovers(foreign: Sequence[Ref]) -> Verdict:
    """Judge a stack whose predecessor is not gone yet."""
    names = ", ".join(map(str, foreign))
    message = f"waits for objects of an earlier stack of this name to be gone: {names}"
    return Verdict(Standing.PROGRESSING, Reason.PROGRESSING, message)


def unwritten(error: NameConflict | Rejected) -> Verdict:
    """Judge a stack of which an object cannot be written."""
    if isinstance(error, NameConflict):
        return Verdict(Standing.STALLED, Reason.NAME_CONFLICT, str(error))
    denied = FORBIDDEN.search(str(error)) if error.status == 403 else None
    if denied:
        return Verdict(Standing.STALLED, Reason.FORBIDDEN, f"{error}; {_missing(denied)}")
    return Verdict(Standing.STALLED, Reason.IMMUTABLE_FIELD if error.immutable else Reason.APPLY_FAILED, str(error))


def _missing(denied: re.Match[str]) -> str:
    """Say which Role and RoleBinding would permit what was denied."""
    resource = f"{denied['resource']}.{denied['group']}" if denied["group"] else denied["resource"]
    _, _, account = denied["user"].partition("system:serviceaccount:")
    namespace, _, name = account.partition(":")
    subject = f"the ServiceAccount {name} of the namespace {namespace}" if name else f"the user {denied['user']}"
    return f"a RoleBinding is missing that gives {subject} a Role with {denied['verb']} of {resource}"


def unreadable(problems: Sequence[str]) -> Verdict:
    """Judge a stack whose spec this operator does not know. What runs goes on running."""
    message = f"operator {__version__} does not understand this spec: {'; '.join(problems)}"
    remedy = "install the CustomResourceDefinition and the operator of one version, or change the spec"
    return Verdict(Standing.STALLED, Reason.INVALID_SPEC, f"{message}; {remedy}")


def disputed(disputes: Sequence[Dispute]) -> Verdict:
    """Judge a stack with objects that somebody else keeps changing."""
    said = "; ".join(f"{each.ref} is changed again and again by {_rivals(each.rivals)}" for each in disputes)
    message = f"{said}; it is put back, but less and less often. Let only one side set these fields"
    return Verdict(Standing.FAILING, Reason.FIELD_CONFLICT, message)


def _rivals(rivals: Sequence[Rival]) -> str:
    named = [f"{rival.manager} ({', '.join(rival.fields[:FIELDS_LIMIT])})" for rival in rivals]
    return " and ".join(named) or "somebody"


def undoing(failed: RolledBack) -> Verdict:
    """Judge a stack that is about to go back to what was ready last."""
    return Verdict(Standing.FAILING, Reason.ROLLED_BACK, f"generation {failed.restored} is restored. {_failed(failed)}")


def undone(now: Verdict, failed: RolledBack) -> Verdict:
    """Judge a stack that went back; `now` is how that does. It stays so until somebody changes something."""
    match now.standing:
        case Standing.READY:
            message = f"generation {failed.restored} runs again. {_failed(failed)}"
            return Verdict(Standing.STALLED, Reason.ROLLED_BACK, message)
        case Standing.PROGRESSING:
            return undoing(failed)
        case _:
            message = f"generation {failed.restored} is not ready either: {now.message}. {_failed(failed)}"
            return Verdict(Standing.FAILING, Reason.ROLLBACK_FAILED, message)


def stranded(error: Exception, failed: RolledBack) -> Verdict:
    """Judge a stack that has no way back. Nothing is changed: what failed is not tried again by itself."""
    message = f"{error}; change the spec, or request a reconcile to try it again. {_failed(failed)}"
    return Verdict(Standing.STALLED, Reason.ROLLBACK_FAILED, message)


def _failed(failed: RolledBack) -> str:
    return f"Generation {failed.generation} failed: {failed.message}"


def worst(errors: Sequence[BaseException]) -> BaseException:
    """Pick the error to act on: what is not understood comes first, since it may be a defect; then a conflict; then a
    rejection.
    """

    def rank(error: BaseException) -> int:
        return 2 if isinstance(error, Rejected) else 1 if isinstance(error, NameConflict) else 0

    return min(errors, key=rank)


def transition(previous: ComposeStackStatus, following: ComposeStackStatus, outcome: Verdict) -> Event | None:
    """Return the Event for a change of Ready that somebody wants to hear of: reached, lost, failed. Progress is no
    news.
    """
    before, after = condition(previous, READY), condition(following, READY)
    if outcome.standing is Standing.PROGRESSING or after is None:
        return None
    if before is not None and (before.status, before.reason, before.message) == (
        after.status,
        after.reason,
        after.message,
    ):
        return None
    if before is not None and before.status == after.status == "True":
        return None
    return Event("Normal" if after.status == "True" else "Warning", outcome.reason, after.message)
