from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from composestack.translate.lookup import lookup


class House:
    def __init__(self, wait_for: threading.Event | None = None) -> None:
        self.wait_for = wait_for
        self.begun = threading.Event()
        self.computed = 0

    @lookup
    def size(self) -> int:
        """How large it is."""
        self.computed += 1
        self.begun.set()
        if self.wait_for:
            assert self.wait_for.wait(30)
        return 7


def test_it_is_computed_once_and_only_if_somebody_asks() -> None:
    house = House()
    assert house.computed == 0

    assert (house.size, house.size, house.computed) == (7, 7, 1)
    assert House.size.__doc__ == "How large it is."


def test_instances_do_not_wait_for_each_other() -> None:
    """With functools.cached_property of Python 3.11 the second one would wait for the first."""
    go_on = threading.Event()
    slow, quick = House(go_on), House()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(lambda: slow.size)
        try:
            assert slow.begun.wait(20)
            assert pool.submit(lambda: quick.size).result(20) == 7
            assert not first.done()
        finally:
            go_on.set()
        assert first.result() == 7
