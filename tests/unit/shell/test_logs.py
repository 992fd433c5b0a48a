from __future__ import annotations

import json
import logging
import sys

from composestack.shell.logs import JsonFormatter, TextFormatter


def record(**extra: object) -> logging.LogRecord:
    fields = {"name": "n", "levelno": 30, "levelname": "WARNING", "msg": "it is %s", "args": ("so",), "created": 0.5}
    return logging.makeLogRecord({**fields, **extra})


def test_a_json_line_has_the_extra_fields() -> None:
    line = json.loads(JsonFormatter().format(record(stack="a/b", seconds=1.5)))

    assert line == {
        "time": "1970-01-01T00:00:00.500Z",
        "level": "warning",
        "logger": "n",
        "message": "it is so",
        "stack": "a/b",
        "seconds": 1.5,
    }


def test_a_text_line_has_them_too() -> None:
    line = TextFormatter().format(record(stack="a/b"))

    assert line == "1970-01-01T00:00:00.500Z WARNING n: it is so stack='a/b'"


def test_a_stack_trace_goes_along() -> None:
    try:
        raise ValueError("wrong")
    except ValueError:
        failed = record(exc_info=sys.exc_info())

    assert "ValueError: wrong" in json.loads(JsonFormatter().format(failed))["error"]
    assert "ValueError: wrong" in TextFormatter().format(failed)


def test_what_the_framework_adds_for_itself_is_left_out() -> None:
    line = json.loads(JsonFormatter().format(record(k8s_skip=True, k8s_ref={"name": "x"}, settings=object())))

    assert set(line) == {"time", "level", "logger", "message"}
