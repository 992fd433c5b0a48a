from __future__ import annotations

import pytest

from composestack.reconcile.disputes import FIRST_PAUSE, FORGOTTEN, LONGEST_PAUSE, PATIENCE, Disputes
from composestack.reconcile.inventory import Difference
from composestack.reconcile.port import Child, Rival
from composestack.translate.plan import Manifest
from tests.unit.reconcile.rows import child, manifest

WEB, DB = manifest("Deployment", "shop-web"), manifest("Deployment", "shop-db")
EDITED = child(WEB, actual="edited")
KUBECTL = Rival("kubectl", (".spec.replicas",))


def todo(*changes: tuple[Manifest, Child | None]) -> Difference:
    return Difference(changes, (), ())


REPAIR = todo((WEB, EDITED))


def after(repairs: int) -> Disputes:
    """Return what is known of an object that was put back so often, all at the time 0."""
    disputes = Disputes()
    for _ in range(repairs):
        disputes.settle(REPAIR, {EDITED.ref: [KUBECTL]}, 0.0)
    return disputes


def test_a_few_edits_are_put_back_at_once() -> None:
    disputes = after(PATIENCE - 1)

    assert disputes.admit(REPAIR, 0.0) == REPAIR
    assert disputes.open([EDITED], 0.0) == []


def test_who_insists_is_named_and_answered_after_a_pause() -> None:
    disputes = after(PATIENCE)

    (dispute,) = disputes.open([EDITED], 1.0)
    assert (dispute.ref, dispute.rivals) == (EDITED.ref, (KUBECTL,))
    assert disputes.admit(REPAIR, FIRST_PAUSE - 0.1) == todo()
    assert disputes.admit(REPAIR, FIRST_PAUSE) == REPAIR
    assert disputes.open([EDITED], FIRST_PAUSE) == []


@pytest.mark.parametrize(
    ("more", "pause"), [(0, FIRST_PAUSE), (1, 2 * FIRST_PAUSE), (2, 4 * FIRST_PAUSE), (99, LONGEST_PAUSE)]
)
def test_the_pause_is_doubled_each_time_up_to_a_minute(more: int, pause: float) -> None:
    (dispute,) = after(PATIENCE + more).open([EDITED], 0.0)

    assert dispute.until == pause


def test_the_others_are_asked_for_just_before_it_becomes_a_dispute() -> None:
    assert after(PATIENCE - 2).suspects(REPAIR, 0.0) == []
    assert after(PATIENCE - 1).suspects(REPAIR, 0.0) == [(WEB, EDITED)]


def test_whose_name_is_not_known_this_time_is_remembered() -> None:
    disputes = after(PATIENCE)
    disputes.settle(REPAIR, {}, 1.0)

    assert disputes.open([EDITED], 1.0)[0].rivals == (KUBECTL,)


def test_a_changed_plan_and_other_objects_do_not_wait() -> None:
    update = todo((manifest("Deployment", "shop-web", image="2"), EDITED), (DB, None))

    assert after(PATIENCE).admit(update, 0.0) == update


def test_what_nobody_has_changed_is_no_repair() -> None:
    disputes = Disputes()
    for _ in range(PATIENCE):
        disputes.settle(todo((WEB, child(WEB, owner="")), (DB, None)), {}, 0.0)

    assert disputes.open([child(WEB), child(DB)], 0.0) == []


def test_what_was_long_ago_is_forgotten() -> None:
    disputes = after(PATIENCE)
    disputes.settle(REPAIR, {}, FIRST_PAUSE + FORGOTTEN + 1)

    assert disputes.open([EDITED], FIRST_PAUSE + FORGOTTEN + 1) == []


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composestack.reconcile.disputes.REMEMBERED", 1)
    disputes = after(PATIENCE)
    disputes.settle(todo((DB, child(DB, actual="edited"))), {}, 0.0)

    assert disputes.open([EDITED], 0.0) == []
