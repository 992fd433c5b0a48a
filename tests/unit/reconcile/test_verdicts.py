from __future__ import annotations

import pytest

from composestack.api.reasons import Reason
from composestack.api.v1alpha1 import ComposeStackStatus, Condition, RolledBack
from composestack.kinds import Ref
from composestack.reconcile.disputes import Dispute
from composestack.reconcile.port import NameConflict, Rejected, Rival
from composestack.reconcile.status import Standing, Verdict
from composestack.reconcile.verdicts import disputed, transition, undone, unwritten, worst

REF = Ref("Deployment", "shop-web")
FAILED = RolledBack(generation=3, restored=2, digest="d", message="web: ImagePullBackOff")


def test_who_lacks_what_is_said_in_full() -> None:
    said = (
        'deployments.apps "shop-web" is forbidden: User "system:serviceaccount:shop:deployer" cannot patch resource '
        '"deployments" in API group "apps" in the namespace "shop"'
    )

    found = unwritten(Rejected(REF, 403, said))

    assert (found.standing, found.reason) == (Standing.STALLED, Reason.FORBIDDEN)
    assert found.message.endswith(
        "a RoleBinding is missing that gives the ServiceAccount deployer of the namespace shop a Role with patch of "
        "deployments.apps"
    )


def test_users_and_the_core_group_are_told_by_their_names() -> None:
    said = 'secrets "s" is forbidden: User "jane" cannot create resource "secrets" in API group "" in the namespace "x"'

    assert unwritten(Rejected(REF, 403, said)).message.endswith("gives the user jane a Role with create of secrets")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NameConflict(REF, "another stack"), Reason.NAME_CONFLICT),
        (Rejected(REF, 403, 'pods "x" is forbidden: exceeded quota'), Reason.APPLY_FAILED),
        (Rejected(REF, 422, "spec is immutable", immutable=True), Reason.IMMUTABLE_FIELD),
        (Rejected(REF, 422, "is invalid"), Reason.APPLY_FAILED),
    ],
)
def test_what_else_cannot_be_written(error: NameConflict | Rejected, reason: Reason) -> None:
    assert unwritten(error) == Verdict(Standing.STALLED, reason, str(error))


@pytest.mark.parametrize(
    ("now", "standing", "reason", "words"),
    [
        (Standing.READY, Standing.STALLED, Reason.ROLLED_BACK, "generation 2 runs again. Generation 3 failed: web"),
        (Standing.PROGRESSING, Standing.FAILING, Reason.ROLLED_BACK, "generation 2 is restored. Generation 3 failed"),
        (Standing.FAILING, Standing.FAILING, Reason.ROLLBACK_FAILED, "generation 2 is not ready either: as it is."),
    ],
)
def test_what_is_said_of_a_stack_that_went_back(now: Standing, standing: Standing, reason: Reason, words: str) -> None:
    found = undone(Verdict(now, Reason.PROGRESSING, "as it is"), FAILED)

    assert (found.standing, found.reason) == (standing, reason)
    assert found.message.startswith(words)


def test_who_disputes_what_is_said_in_full() -> None:
    rivals = (Rival("kubectl", (".spec.replicas", ".b", ".c", ".d")), Rival("autoscaler", (".spec.replicas",)))

    found = disputed([Dispute(REF, 3, 0.0, rivals), Dispute(Ref("Service", "web"), 3, 0.0)])

    assert (found.standing, found.reason) == (Standing.FAILING, Reason.FIELD_CONFLICT)
    assert found.message.startswith(
        "Deployment/shop-web is changed again and again by kubectl (.spec.replicas, .b, .c) and autoscaler "
        "(.spec.replicas); Service/web is changed again and again by somebody; it is put back"
    )


def test_of_several_errors_the_one_that_may_be_a_defect_counts() -> None:
    conflict, rejected, other = NameConflict(REF, "x"), Rejected(REF, 422, "no"), ValueError("?")

    assert worst([rejected, conflict, other]) is other
    assert worst([rejected, conflict]) is conflict


def status(ready: str, reason: str) -> ComposeStackStatus:
    condition = Condition(type="Ready", status=ready, reason=reason, message="", last_transition_time="")
    return ComposeStackStatus(conditions=[condition])


@pytest.mark.parametrize(
    ("before", "after", "standing", "type_"),
    [
        (("Unknown", "Progressing"), ("True", "Ready"), Standing.READY, "Normal"),
        (("True", "Ready"), ("False", "Refused"), Standing.STALLED, "Warning"),
        (("True", "Ready"), ("True", "Ready"), Standing.READY, None),
        (("True", "Ready"), ("True", "Suspended"), Standing.READY, None),
        (("True", "Ready"), ("Unknown", "Progressing"), Standing.PROGRESSING, None),
        (("False", "Refused"), ("False", "NameConflict"), Standing.STALLED, "Warning"),
    ],
)
def test_events_tell_of_what_was_reached_lost_or_failed(
    before: tuple[str, str], after: tuple[str, str], standing: Standing, type_: str | None
) -> None:
    event = transition(status(*before), status(*after), Verdict(standing, Reason(after[1]), ""))

    assert (event and event.type) == type_
