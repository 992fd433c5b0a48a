from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from composestack.cluster.client import Client
from composestack.shell import main
from composestack.shell.probes import NoPort
from composestack.shell.settings import OperatorSettings
from tests.unit.cluster.api import FakeApi, serving


@pytest.fixture
def interval() -> Iterator[float]:
    """The switch interval, which is as before after the test."""
    before = sys.getswitchinterval()
    yield before
    sys.setswitchinterval(before)


def test_threads_that_render_give_way_to_the_loop_sooner_than_by_default(
    interval: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float] = []

    async def operate(_: OperatorSettings) -> None:
        seen.append(sys.getswitchinterval())

    monkeypatch.setattr(main, "operate", operate)
    monkeypatch.setattr("composestack.shell.logs.configure", lambda *_: None)
    main.run(OperatorSettings())

    assert seen[0] <= interval / 5


async def test_a_port_that_is_taken_is_named() -> None:
    async with serving(FakeApi()) as client:
        operator = main.Operator(OperatorSettings(probe_address=f"127.0.0.1:{port_of(client)}"), client)

        with pytest.raises(NoPort, match=f"cannot listen on 127.0.0.1:{port_of(client)}: .*in use"):
            await operator.run()


def port_of(client: Client) -> str:
    """The port that somebody else has."""
    return client.server.rpartition(":")[2]


@pytest.mark.parametrize("text", ["x: [", "{}", "[]", "", "current-context: a\ncontexts: 7\n"])
def test_without_a_cluster_it_ends_with_one_line_that_says_why(
    interval: float, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text(text)
    monkeypatch.setattr("composestack.shell.logs.configure", lambda *_: None)
    said: list[object] = []
    monkeypatch.setattr(main.log, "critical", lambda *_, **given: said.append(given))

    with pytest.raises(SystemExit, match="1"):
        main.run(OperatorSettings(kubeconfig=kubeconfig, probe_address=""))

    (line,) = said
    assert isinstance(line, dict)
    assert str(kubeconfig) in line["extra"]["error"]
    assert "exc_info" not in line
