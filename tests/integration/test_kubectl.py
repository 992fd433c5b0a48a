"""The resource as kubectl's users meet it."""

from __future__ import annotations

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
