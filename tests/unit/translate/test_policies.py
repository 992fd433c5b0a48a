"""A namespace has the policy of all, but for the keys that it has itself."""

from __future__ import annotations

import pytest

from composestack.translate.policies import Policies
from composestack.translate.policy import Policy

POLICIES = Policies(
    Policy(privileged=True, host_paths=("/srv/media",), registries=("ghcr.io",)),
    {
        "media": Policy(host_paths=("/srv/films",)),
        "strict": Policy(privileged=False, host_paths=()),
        "empty": Policy(),
    },
)


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        ("media", Policy(privileged=True, host_paths=("/srv/films",), registries=("ghcr.io",))),
        ("strict", Policy(registries=("ghcr.io",))),
        ("empty", POLICIES.default),
        ("other", POLICIES.default),
    ],
)
def test_keys_take_the_place_of_those_of_all_each_as_a_whole(namespace: str, expected: Policy) -> None:
    assert POLICIES.of(namespace) == expected


def test_a_key_that_is_written_with_its_default_counts() -> None:
    """Else a namespace could never have less than the others."""
    assert POLICIES.default.privileged
    assert not POLICIES.of("strict").privileged


def test_nobody_is_allowed_anything_by_default() -> None:
    assert Policies().of("shop") == Policy()
