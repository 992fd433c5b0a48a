from __future__ import annotations

import base64

from composestack.translate.objects.config_map import config_map, size


def test_text_is_data_and_the_rest_is_binary() -> None:
    made = config_map("web", {"b": "2", "a": "1"}, {"text": "ü\n".encode(), "bytes": b"\xff\x00"})

    assert made["data"] == {"text": "ü\n"}
    assert made["binaryData"] == {"bytes": base64.b64encode(b"\xff\x00").decode()}
    assert made["immutable"] is True
    assert list(made["metadata"]["labels"]) == ["a", "b"]


def test_an_empty_file_is_text() -> None:
    assert config_map("web", {}, {"empty": b""})["data"] == {"empty": ""}


def test_size_counts_keys_and_content() -> None:
    assert size({"ab": b"123", "c": b""}) == 6
