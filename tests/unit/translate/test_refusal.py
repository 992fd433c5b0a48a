from __future__ import annotations

from composestack.translate.refusal import Refusal, Refused


def test_a_refusal_says_where_why_and_what_to_do() -> None:
    assert str(Refusal("services.web.pid", "is shared", "leave it out")) == "services.web.pid: is shared; leave it out"


def test_all_refusals_are_there_once_and_sorted() -> None:
    one, two = Refusal("b", "x", "y"), Refusal("a", "x", "y")

    refused = Refused([one, two, one])

    assert refused.problems == (two, one)
    assert str(refused) == f"{two}\n{one}"
