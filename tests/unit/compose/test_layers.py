from __future__ import annotations

import pytest

from composestack.compose import yaml
from composestack.compose.layers import MAX_DOCUMENTS, MAX_VALUES, Layered, Layers
from composestack.compose.problems import InvalidCompose
from composestack.compose.report import Report
from tests.unit.compose.application import problems


def layered(*texts: str) -> Layered:
    layers, result = Layers(Report()), Layered()
    for text in texts:
        [document] = yaml.parse(text, "compose.yaml")
        result = layers.over(result, document)
    layers.report.check()
    return result


def test_what_a_document_does_not_touch_is_shared_and_not_looked_at_again() -> None:
    first = "services: {web: {image: a}, db: {image: d}}\nvolumes: {data: {}}"
    layers = Layers(Report())
    below = layers.over(Layered(), yaml.parse(first, "a.yaml")[0])
    above = layers.over(below, yaml.parse("services: {web: {user: u}, new: {image: n}}\nx-a: 1", "b.yaml")[0])
    assert set(above.fresh) == {"services", "x-a"}
    assert set(above.fresh["services"]) == {"web", "new"}
    assert above.document["services"]["db"] is below.document["services"]["db"]
    assert above.document["volumes"] is below.document["volumes"]
    assert above.document["services"]["web"] == {"image": "a", "user": "u"}


def test_repeats_are_dropped_from_what_is_new() -> None:
    result = layered(
        "services: {web: {image: a, cap_add: [A]}}", "services: {web: {cap_add: [B, A]}, db: {cap_add: [C, C]}}"
    )
    assert result.document["services"] == {"web": {"image": "a", "cap_add": ["A", "B"]}, "db": {"cap_add": ["C"]}}


def test_what_is_below_is_checked() -> None:
    with pytest.raises(InvalidCompose, match="must not be null"):
        layered("name: null", "name: a")
    with pytest.raises(InvalidCompose, match="must be a mapping, not null"):
        layered("services: {web: {image: a}}", "services: {db: null}", "services: {db: {image: d}}")
    with pytest.raises(InvalidCompose, match="usr"):
        layered("services: {web: {image: a}, db: {usr: a}}", "x-a: 1")
    with pytest.raises(InvalidCompose, match="whole number of bytes"):
        layered("services: {db: {mem_reservation: 1.5}}", "x-a: 1")
    assert layered("services: {db: {mem_limit: large}}", "x-a: 1").document
    assert layered("services: {db: {mem_limit: 1.5}}", "x-a: 1").document


def test_the_number_of_documents_is_limited() -> None:
    assert layered(*["x-a: 1"] * MAX_DOCUMENTS).document
    with pytest.raises(InvalidCompose, match=f"more than {MAX_DOCUMENTS} documents"):
        layered(*["x-a: 1"] * (MAX_DOCUMENTS + 1))


def test_what_documents_touch_is_limited() -> None:
    large = f"services: {{web: {{image: a, command: [{'a,' * (MAX_VALUES // 4)}]}}}}"
    over = "services: {web: {user: u}}"
    assert layered(large, *[over] * 3).document
    with pytest.raises(InvalidCompose, match=f"more than {MAX_VALUES} values"):
        layered(large, *[over] * 4)


def test_documents_of_all_files_count() -> None:
    files = {f"{index}.yaml": "services: {web: {image: a}}" for index in range(MAX_DOCUMENTS)}
    found = problems("services: {web: {image: a}}", files, compose_files=("compose.yaml", *files))
    assert [(each.file, each.path) for each in found] == [(f"{MAX_DOCUMENTS - 1}.yaml", "services")]
