from __future__ import annotations

import pytest

from composestack.translate.registries import in_full, is_from


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("nginx:1.27", "docker.io/library/nginx"),
        ("acme/web@sha256:abc", "docker.io/acme/web"),
        ("ghcr.io/acme/web:1@sha256:abc", "ghcr.io/acme/web"),
        ("localhost/web", "localhost/web"),
        ("registry:5000/web:1", "registry:5000/web"),
    ],
)
def test_a_short_name_is_that_of_docker(image: str, name: str) -> None:
    assert in_full(image) == name


@pytest.mark.parametrize(
    ("image", "prefixes", "allowed"),
    [
        ("anything", (), True),
        ("nginx", ("docker.io",), True),
        ("nginx", ("docker.io/library/",), True),
        ("acme/web", ("docker.io/library",), False),
        ("ghcr.io/acme/web:1", ("docker.io", "ghcr.io/acme"), True),
        ("ghcr.io/acme-evil/web", ("ghcr.io/acme",), False),
        ("ghcr.io.evil.test/acme/web", ("ghcr.io",), False),
        ("ghcr.io/acme/web", ("ghcr.io/acme/web",), True),
    ],
)
def test_prefixes_are_whole_parts_of_the_name(image: str, prefixes: tuple[str, ...], allowed: bool) -> None:
    assert is_from(image, prefixes) is allowed
