from __future__ import annotations

import pytest

from composestack.compose.load import load
from composestack.compose.source import ComposeSource, ProjectFiles

BASE = """\
services:
  web:
    image: nginx
    ports:
      - "80:80"
      - target: 90
        mode: host
    environment:
      - A=1
    labels:
      com.example.team: a
      com.example: b
"""
OVER = """\
services:
  web:
    extends: {file: other.yaml, service: base}
    image: nginx:2
"""
OTHER = """\
services:
  base:
    privileged: true
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("services.web.ports[1].mode", ("compose.yaml", 7, 9)),
        ("services.web.ports[0].published", ("compose.yaml", 5, 9)),
        ("services.web.environment.A", ("compose.yaml", 9, 9)),
        ("services.web.labels.com.example.team", ("compose.yaml", 11, 7)),
        ("services.web.labels.com.example", ("compose.yaml", 12, 7)),
        ("services.web.image", ("over.yaml", 4, 5)),
        ("services.web.privileged", ("other.yaml", 3, 5)),
        ("services.web.nothing.here", ("over.yaml", 2, 3)),
        ("spec.images.web", ("", 0, 0)),
    ],
)
def test_an_attribute_is_found_in_the_file_that_has_the_last_word(path: str, expected: tuple[str, int, int]) -> None:
    files = ProjectFiles.from_text({"compose.yaml": BASE, "over.yaml": OVER, "other.yaml": OTHER})

    loaded = load(ComposeSource(files, compose_files=("compose.yaml", "over.yaml")), {})

    assert loaded.place(path) == expected
