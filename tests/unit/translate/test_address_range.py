from __future__ import annotations

import pytest

from composestack.translate.address_range import is_cidr


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("10.0.0.0/8", True),
        ("0.0.0.0/0", True),
        ("2001:db8::/32", True),
        ("10.0.0.1", False),
        ("10.0.0.1/8", False),  # bits beyond the prefix: the API server refuses them, too
        ("10.0.0.0/33", False),
        ("everywhere", False),
        ("", False),
    ],
)
def test_a_range_has_a_prefix(text: str, known: bool) -> None:
    assert is_cidr(text) is known
