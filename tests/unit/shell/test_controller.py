from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest

from composestack.kinds import Ref
from composestack.reconcile.port import Child, Live, StackKey
from composestack.reconcile.reconciler import Result
from composestack.reconcile.sources import with_sources
from composestack.shell.controller import GATHERING, LARGE, Controller
from composestack.shell.queue import WorkQueue
from composestack.translate.names import label_value
from tests.unit.reconcile.rows import MOVING, UID, child, manifest, rows

KEY = StackKey("ns", "shop")
WEB = child(manifest("Deployment", "shop-web"))
EDITED = child(manifest("Deployment", "shop-web"), actual="edited")


class House:
    """A controller with a queue that nobody drains, children that the test sets, and a reconciler that counts."""

    def __init__(self) -> None:
        self.queue: WorkQueue[StackKey] = WorkQueue()
        self.children: tuple[Child, ...] = (WEB,)
        self.reconciled: list[StackKey] = []
        self.result = Result(settled=True)
        self.after: tuple[Child, ...] | None = None
        self.sources: dict[Ref, str] = {}
        self.used: dict[StackKey, tuple[Ref, ...]] = {}
        self.kept: set[StackKey] = set()
        self.controller = Controller(self.queue, self, self, self.revision)

    def live(self, key: StackKey) -> Live:
        return Live(rows(*self.children), sources=self.sources)

    def use(self, key: StackKey, sources: tuple[Ref, ...]) -> None:
        self.used[key] = sources

    def saw(self, body: Mapping[str, Any], *, keep: bool) -> None:
        if keep:
            self.kept.add(StackKey(body["metadata"]["namespace"], body["metadata"]["name"]))

    def release(self, key: StackKey) -> None:
        self.kept.discard(key)

    def revision(self, namespace: str, spec: Mapping[str, Any]) -> str:
        return f"revision of {dict(spec)} in {namespace}"

    async def reconcile(self, key: StackKey) -> Result:
        self.reconciled.append(key)
        if self.after is not None:
            self.children = self.after
        return self.result

    def taken(self) -> list[StackKey]:
        """What waits in the queue, which is empty then."""
        taken = list(self.queue._dirty)
        self.queue._dirty.clear()
        return taken


@pytest.fixture
def house() -> House:
    return House()


versions = count(1)


def stack(*, ready: bool = True, generation: int = 1, uid: str = UID, name: str = "shop") -> dict[str, Any]:
    """A stack, newer than those before."""
    version = str(next(versions))
    return {
        "metadata": {"namespace": "ns", "name": name, "uid": uid, "generation": generation, "resourceVersion": version},
        "spec": {},
        "status": {
            "observedGeneration": generation,
            "conditions": [{"type": "Ready", "status": str(ready), "reason": "Ready"}],
            "lastAppliedRevision": f"revision of {{}} in {KEY.namespace}",
            "inventory": [{"id": str(WEB.ref), "hash": WEB.meant}],
        },
    }


async def test_a_listed_stack_is_looked_at_and_costs_nothing_if_settled(house: House) -> None:
    house.controller.stack_event(None, stack())

    assert house.taken() == [KEY]
    assert await house.controller.work(KEY) is None
    assert house.reconciled == []


async def test_a_stack_that_is_not_settled_is_reconciled(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.result = Result(again=7.0)

    assert await house.controller.work(KEY) == 7.0
    assert house.reconciled == [KEY]


async def test_drift_is_reconciled(house: House) -> None:
    house.controller.stack_event(None, stack())
    house.children = (EDITED,)
    house.after = (WEB,)
    await house.controller.work(KEY)

    assert house.reconciled == [KEY]


async def test_our_own_status_writes_are_no_news_and_changes_of_the_spec_are(house: House) -> None:
    house.controller.stack_event("ADDED", stack(ready=False))
    house.taken()
    house.controller.stack_event("MODIFIED", stack(ready=True))
    assert house.taken() == []

    house.controller.stack_event("MODIFIED", stack(generation=2))
    assert house.taken() == [KEY]


async def test_a_status_that_somebody_else_spoilt_is_news(house: House) -> None:
    house.controller.stack_event("ADDED", stack(ready=True))
    house.taken()
    house.controller.stack_event("MODIFIED", stack(ready=False))
    assert house.taken() == [KEY]


def written(body: Mapping[str, Any], **spec: Any) -> dict[str, Any]:
    """What our status write answers: the status of a body, and a spec that a watch may not show all of."""
    return {**body, "spec": spec, "metadata": {**body["metadata"], "resourceVersion": str(next(versions))}}


async def test_a_watch_that_shows_less_than_our_write_is_not_believed(house: House) -> None:
    shown = stack()
    whole = written(shown, exclude=["cache"])
    echo = {**shown, "metadata": whole["metadata"]}
    house.controller.stack_event("ADDED", shown)
    house.taken()

    house.controller.stack_written(whole)
    assert (house.taken(), house.kept) == ([KEY], {KEY})
    house.controller.stack_event("MODIFIED", echo)
    assert house.taken() == []
    await house.controller.work(KEY)
    assert house.reconciled == [KEY], "as shown, it would be settled"


async def test_our_write_is_believed_after_its_echo_too(house: House) -> None:
    shown = stack()
    house.controller.stack_event("ADDED", shown)
    house.taken()

    house.controller.stack_written({**shown, "spec": {"exclude": ["cache"]}})
    assert house.taken() == [KEY]


async def test_a_write_that_shows_what_was_looked_at_is_no_news(house: House) -> None:
    house.controller.stack_event("ADDED", stack(ready=False))
    house.taken()
    house.controller.stack_written(stack(ready=True))

    assert (house.taken(), house.kept) == ([], set())


async def test_what_is_older_than_our_write_is_no_news(house: House) -> None:
    house.controller.stack_event("ADDED", stack(ready=False))
    older, listed, newest = stack(generation=2), stack(generation=3), stack(generation=4, ready=False)
    house.controller.stack_written(newest)
    house.taken()
    house.controller.stack_event("MODIFIED", older)
    house.controller.stack_event(None, listed)
    assert house.taken() == []

    house.controller.stack_written(older)
    assert house.taken() == []
    house.controller.stack_event(None, {**newest, "spec": {"exclude": ["cache"]}})
    assert house.taken() == [KEY], "a list of the same version shows what the definition has by now"


async def test_a_write_to_a_stack_that_is_gone_brings_it_not_back(house: House) -> None:
    house.controller.stack_written(stack())
    house.controller.stack_event("ADDED", stack(ready=False))
    house.taken()
    house.controller.stack_written(stack(uid="the one before", generation=2))
    assert house.taken() == []

    house.controller.stack_event("DELETED", stack())
    house.controller.stack_written(stack())
    await house.controller.work(KEY)
    assert (house.taken(), house.reconciled, house.kept) == ([], [], set())


async def test_what_was_looked_at_without_need_is_not_looked_at_again_until_it_changes(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.children = (child(manifest("Deployment", "shop-web"), health=MOVING),)
    for _ in range(3):
        await house.controller.work(KEY)
    assert len(house.reconciled) == 1

    house.children = (WEB,)
    await house.controller.work(KEY)
    assert len(house.reconciled) == 2

    house.controller.stack_event("MODIFIED", stack(ready=False, generation=2))
    await house.controller.work(KEY)
    assert len(house.reconciled) == 3


async def test_a_reconcile_that_changed_something_is_followed_by_a_look(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.children, house.after = (), (WEB,)
    await house.controller.work(KEY)
    house.children = ()
    await house.controller.work(KEY)

    assert len(house.reconciled) == 2


async def test_what_is_not_done_is_looked_at_again(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.result = Result()
    await house.controller.work(KEY)
    await house.controller.work(KEY)

    assert len(house.reconciled) == 2


async def test_a_change_of_a_child_concerns_its_stack(house: House) -> None:
    name = "x" * 70
    house.controller.stack_event(None, stack(name=name, ready=False))
    house.taken()
    house.controller.children_changed(StackKey("ns", label_value(name)))

    assert house.taken() == [StackKey("ns", name)]


async def test_a_change_below_a_ready_stack_is_given_a_moment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composestack.shell.controller.SETTLING", 0.02)
    house.controller.stack_event(None, stack())
    house.taken()
    for _ in range(3):
        house.controller.children_changed(KEY)
    assert house.taken() == []

    await asyncio.sleep(0.05)
    assert house.taken() == [KEY]


async def test_changes_below_a_large_stack_are_gathered_for_longer_than_a_look_takes(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.children = tuple(child(manifest("Deployment", f"shop-{number}")) for number in range(LARGE + 1))
    house.result = Result()
    await house.controller.work(KEY)
    house.taken()

    house.controller.children_changed(KEY)
    assert house.taken() == []
    await asyncio.sleep((LARGE + 1) * GATHERING * 2)
    assert house.taken() == [KEY]

    house.controller.stack_event("MODIFIED", stack(ready=False, generation=2))
    assert house.taken() == [KEY]

    house.children = (WEB,)
    await house.controller.work(KEY)
    house.taken()
    house.controller.children_changed(KEY)
    assert house.taken() == [KEY]


async def test_a_change_below_a_stack_that_waits_for_somebody_to_act_is_given_a_moment(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.result = Result(settled=True)
    await house.controller.work(KEY)
    house.taken()

    house.controller.children_changed(KEY)
    assert house.taken() == []

    house.controller.stack_event("MODIFIED", stack(ready=False, generation=2))
    assert house.taken() == [KEY]


async def test_a_change_below_a_refused_stack_is_given_a_moment_and_one_of_its_spec_none(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.result = Result(again=60.0, blocked=True)
    await house.controller.work(KEY)
    house.taken()
    house.controller.children_changed(KEY)
    assert house.taken() == []
    house.controller.stack_event("MODIFIED", stack(ready=False, generation=2))
    assert house.taken() == [KEY]

    house.result = Result()
    await house.controller.work(KEY)
    house.controller.children_changed(KEY)
    assert house.taken() == [KEY]


async def test_a_child_without_a_stack_concerns_nobody(house: House) -> None:
    house.controller.children_changed(KEY)

    assert house.taken() == []


async def test_a_deleted_stack_is_forgotten(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.taken()
    house.controller.stack_event("DELETED", stack())
    house.controller.children_changed(KEY)

    assert house.taken() == []
    assert await house.controller.work(KEY) is None
    assert house.reconciled == []


async def test_the_end_of_a_predecessor_does_not_matter(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))
    house.controller.stack_event("DELETED", stack(uid="the one before"))
    await house.controller.work(KEY)

    assert house.reconciled == [KEY]


async def test_a_resync_looks_at_every_stack_again_and_again(house: House) -> None:
    house.controller.stack_event(None, stack(name="a"))
    house.controller.stack_event(None, stack(name="b"))
    house.taken()
    task = asyncio.create_task(house.controller.resync(0.02))
    for _ in range(2):
        seen: set[str] = set()
        async with asyncio.timeout(2):
            while len(seen) < 2:
                await asyncio.sleep(0.002)
                seen |= {key.name for key in house.taken()}
    task.cancel()


LOGIN = Ref("Secret", "login")


def with_source(revision: str) -> dict[str, Any]:
    body = stack()
    body["spec"] = {"envFrom": [{"secretRef": {"name": "login"}}]}
    body["status"]["lastAppliedRevision"] = revision
    return body


async def test_a_changed_source_is_reconciled_and_an_unchanged_one_costs_nothing(house: House) -> None:
    own = house.revision(KEY.namespace, with_source("")["spec"])
    house.sources = {LOGIN: "d1"}
    house.controller.stack_event(None, with_source(with_sources(own, {LOGIN: "d1"})))
    assert house.used == {KEY: (LOGIN,)}
    await house.controller.work(KEY)
    assert house.reconciled == []

    house.sources = {LOGIN: "d2"}
    await house.controller.work(KEY)
    assert house.reconciled == [KEY]


async def test_a_stalled_stack_is_looked_at_again_when_a_source_changes(house: House) -> None:
    house.sources = {LOGIN: "d1"}
    house.controller.stack_event(None, with_source("older"))
    for _ in range(2):
        await house.controller.work(KEY)
    assert len(house.reconciled) == 1

    house.sources = {LOGIN: "d2"}
    await house.controller.work(KEY)
    assert len(house.reconciled) == 2


async def test_a_stack_is_kept_until_its_status_says_that_it_is_ready(house: House) -> None:
    house.controller.stack_event("ADDED", stack(ready=False))
    await house.controller.work(KEY)
    assert house.kept == {KEY}, "the watch lags behind: children may call for one more look"

    house.controller.stack_event("MODIFIED", stack(ready=True))
    assert house.kept == set()


async def test_a_stack_that_is_settled_or_stalled_is_not_kept(house: House) -> None:
    house.controller.stack_event(None, stack(name="settled"))
    await house.controller.work(StackKey("ns", "settled"))
    assert house.kept == set()

    house.controller.stack_event("ADDED", stack(ready=False))
    for _ in range(2):
        await house.controller.work(KEY)
    assert (len(house.reconciled), house.kept) == (1, set())


async def test_a_listed_stack_is_read_before_it_is_worked_on(house: House) -> None:
    house.controller.stack_event(None, stack(ready=False))

    assert (house.taken(), house.kept) == ([KEY], set()), "the list may show a spec of the past"


async def test_a_deleted_stack_uses_nothing_and_is_not_kept(house: House) -> None:
    house.controller.stack_event("ADDED", with_source("older"))
    house.controller.stack_event("DELETED", with_source("older"))

    assert (house.used, house.kept) == ({KEY: ()}, set())


async def test_a_stack_of_another_version_is_reconciled_too(house: House) -> None:
    """Whoever reconciles it says what is wrong with it."""
    strange = {**stack(), "spec": {"envFrom": {}}, "status": {"observedGeneration": 1, "conditions": [{}]}}
    house.controller.stack_event("ADDED", {**strange, "status": {**strange["status"], "inventory": [{}]}})

    assert house.taken() == [KEY]
    await house.controller.work(KEY)
    assert house.reconciled == [KEY]
