from __future__ import annotations

from composestack.translate.reservations import beside

NOTHING: dict[str, dict[str, str]] = {"limits": {}, "requests": {}}


def test_without_an_extension_all_is_left() -> None:
    said = {"limits": {"cpu": "1"}, "requests": {}}

    assert beside(NOTHING, said, "web", {"requests": {"cpu": "50m"}}) == (
        {"limits": {"cpu": "1"}, "requests": {"cpu": "50m"}},
        [],
    )


def test_what_the_extension_says_is_not_left() -> None:
    own = {"limits": {"cpu": "1"}, "requests": {"memory": "1Gi"}}
    said = {"limits": {"cpu": "1", "memory": "2Gi"}, "requests": {}}

    left, problems = beside(own, said, "web", {"requests": {"memory": "64Mi"}})

    assert left == {"limits": {"memory": "2Gi"}}
    assert problems == []


def test_both_have_to_say_the_same() -> None:
    own = {"limits": {"cpu": "2"}, "requests": {}}

    _, problems = beside(own, {"limits": {"cpu": "1"}}, "web")

    assert [problem.path for problem in problems] == ["services.web.x-kubernetes.resources.limits.cpu"]


def test_no_more_is_set_aside_than_may_be_used() -> None:
    own = {"limits": {"cpu": "500m"}, "requests": {"memory": "1Gi"}}
    said = {"limits": {"memory": "1G"}, "requests": {"cpu": "1"}}

    _, problems = beside(own, said, "web")

    assert sorted(problem.path.rpartition(".")[2] for problem in problems) == ["cpu", "memory"]
