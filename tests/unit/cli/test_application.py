"""What a Compose file says is shown, and commands nobody's terminal."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from rich.console import Console

from composestack.cli.application import printable
from composestack.cli.status import console_of, stack_view

Cli = Callable[..., Result]
TITLE = "\x1b]0;evil\x07"


@pytest.mark.parametrize(
    ("text", "shown"), [("a\n\tb", "a\n\tb"), (TITLE, r"\x1b]0;evil\x07"), ("\x9b2J", r"\x9b2J"), ("ü…", "ü…")]
)
def test_what_a_terminal_takes_for_commands_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_status_is_shown_as_it_is_written() -> None:
    said = f"labels[/x] [red]a :smile: {TITLE}"
    condition = {"type": "Ready", "status": "False", "reason": "Refused", "message": said}
    service = {"name": "web", "kind": "Deployment", "ready": "0/1", "state": "Failed", "message": said}
    body = {"metadata": {"name": "shop"}, "status": {"conditions": [condition], "services": [service]}}
    shown = io.StringIO()

    Console(file=shown, width=200).print(stack_view(body))

    assert shown.getvalue().count(r"labels[/x] [red]a :smile: \x1b]0;evil\x07") == 2


def test_in_a_pipe_a_notice_is_one_line_and_what_is_not_there_is_not_shown() -> None:
    notice = {"path": "services.web", "message": "word " * 100 + "end"}
    shown = io.StringIO()

    console_of(shown).print(stack_view({"metadata": {"name": "shop"}, "status": {"notices": [notice]}}))

    assert [line.split()[0] for line in shown.getvalue().splitlines()] == ["shop", "notice:"]
    assert shown.getvalue().endswith("end\n")


@pytest.mark.parametrize(
    "service", [r'labels: {"\e]0;evil\a": a}', r'privileged: "\e]0;evil\a"', r'cap_add: ["\e]0;evil\a"]']
)
@pytest.mark.parametrize("command", ["convert", "validate", "wrap"])
def test_no_command_prints_them(cli: Cli, tmp_path: Path, service: str, command: str) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(f"services: {{web: {{image: nginx, {service}}}}}\n")

    result = cli(command, *(["-f"] if command != "wrap" else [tmp_path, "-f"]), file)

    assert "evil" in result.output
    assert TITLE not in result.stdout + result.stderr
