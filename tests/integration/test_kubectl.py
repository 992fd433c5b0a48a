"""The resource as kubectl's users meet it."""

from __future__ import annotations

import subprocess

import pytest

from tests.integration.conftest import Stacks

REDIS = "services: {redis: {image: redis}}"


def test_get_shows_what_people_look_for(stacks: Stacks) -> None:
    stacks.apply("shop", REDIS)
    stacks.kubectl("wait", "--for=condition=Ready", "composestack/shop", "--timeout=60s")

    header, row = stacks.kubectl("get", "cstack").splitlines()

    assert header.split() == ["NAME", "READY", "SERVICES", "STATUS", "AGE"]
    assert row.split()[:3] == ["shop", "True", "1/1"]
    assert "1 of 1 services are ready" in row
    assert "shop" in stacks.kubectl("get", "compose")
    assert "NOTICES" in stacks.kubectl("get", "composestacks", "-o", "wide")


def test_explain_describes_the_spec(stacks: Stacks) -> None:
    text = stacks.kubectl("explain", "composestack.spec")

    assert "The Compose application" in text
    assert "<map[string]string>" in text


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"compose": REDIS, "composeFiles": ["a.yaml"]}, "spec.composeFiles names files of spec.files"),
        ({"compose": REDIS, "networkPolicy": "Maybe"}, "Unsupported value"),
        ({"compose": REDIS, "imagges": {}}, "unknown field"),
        ({"compose": REDIS, "storage": {"defaultSize": "much"}}, "spec.storage.defaultSize"),
    ],
)
def test_the_api_server_refuses_what_it_can_judge(stacks: Stacks, spec: dict[str, object], words: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as error:
        stacks.apply("shop", **spec)  # type: ignore[arg-type]  # bad on purpose

    assert words in error.value.stderr


def test_a_stack_without_an_application_is_told_where_it_belongs(stacks: Stacks) -> None:
    stacks.apply("shop")

    message = stacks.not_ready("shop", "InvalidCompose")["message"]

    assert "spec.compose" in message


def test_events_tell_of_transitions(stacks: Stacks) -> None:
    stacks.apply("shop", REDIS)
    stacks.ready("shop")
    stacks.apply("shop", "services: {redis: {imago: redis}}")
    stacks.not_ready("shop", "InvalidCompose")

    events = stacks.kubectl("get", "events", "--field-selector", "involvedObject.kind=ComposeStack", "-o", "wide")

    assert "1 of 1 services are ready" in events
    assert "Warning" in events
    assert "InvalidCompose" in events


def test_deleting_everything_spares_stacks(stacks: Stacks) -> None:
    stacks.apply("shop", REDIS)
    stacks.ready("shop")

    stacks.kubectl("delete", "all", "--all", "--wait=false")

    assert stacks.names("composestacks") == ["shop"]
