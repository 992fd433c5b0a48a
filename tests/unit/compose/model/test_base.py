from __future__ import annotations

import pytest
from pydantic import ValidationError

from composestack.compose.model import Deploy, Element, Healthcheck, Limits, Mount, Port, Service, Ulimit
from composestack.compose.model.base import Form, forms


def test_what_is_filled_in_does_not_look_written() -> None:
    written = Healthcheck(interval=5)
    filled = written.filled(interval=6, timeout=7)
    assert (filled.interval, filled.timeout, filled.model_fields_set) == (6, 7, {"interval"})
    assert (written.interval, written.timeout) == (5, None)
    written.fill(timeout=8)
    assert (written.timeout, filled.timeout, written.model_fields_set) == (8, 7, {"interval"})


def test_models_are_immutable_and_closed() -> None:
    port = Port(target=80)
    with pytest.raises(ValidationError):
        port.target = 81  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Port.model_validate({"target": 80, "publish": 80})


@pytest.mark.parametrize(
    "values", [{"target": "80"}, {"target": True}, {"target": -1}, {"target": 80, "published": 80}]
)
def test_scalars_are_taken_strictly(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Port.model_validate(values)


def test_what_was_not_written_is_none_or_empty() -> None:
    service = Service(name="web")
    assert (service.image, service.ports, service.labels, service.command) == (None, (), {}, None)


def test_forms_are_found_through_optional_fields() -> None:
    assert forms(Limits) == {"cpus": Form.NUMBER, "memory": Form.SIZE_TEXT, "pids": Form.INTEGER}
    assert forms(Mount) == {"read_only": Form.BOOLEAN}
    assert forms(Ulimit) == {"soft": Form.LIMIT, "hard": Form.LIMIT}
    assert "resources" not in forms(Deploy)


def test_every_field_of_every_element_can_be_left_out_or_has_a_type_of_its_own() -> None:
    pending: list[type[Element]] = [Element]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        assert kind.model_config.get("frozen"), kind
        assert kind.model_config.get("extra") == "forbid", kind
