from __future__ import annotations

import pytest

from tests.unit.compose.application import problems, project, service


def test_a_hook_has_what_its_service_has_except_for_mounts_and_ports() -> None:
    web = service("""
        environment: {A: 1, B: 1}, user: '1', ports: ['80'], volumes: ['./a:/a'], cap_add: [A],
        pre_start: [{command: migrate now, environment: {B: 2}, cap_add: [B]},
                    {image: other, user: '0', per_replica: true}]
        """)
    first, second = web.pre_start
    assert (first.image, first.command, first.user) == ("app", ("migrate", "now"), "1")
    assert (first.environment, first.cap_add, first.volumes) == ({"A": "1", "B": "2"}, ("A", "B"), ())
    assert (second.image, second.user, second.per_replica) == ("other", "0", True)
    assert set(first.networks) == {"default"}


def test_a_hook_inherits_what_it_resets() -> None:
    step = "{user: !reset null, networks: !override [n], command: x}"
    loaded = project(f"services: {{web: {{image: app, user: a, pre_start: [{step}]}}}}\nnetworks: {{n: }}")
    [hook] = loaded.services["web"].pre_start
    assert (hook.image, hook.user, set(hook.networks)) == ("app", "a", {"default", "n"})


def test_a_hook_joins_the_networks_of_its_service() -> None:
    loaded = project("services: {web: {image: a, networks: [n], pre_start: [{command: x}]}}\nnetworks: {n: }")
    assert set(loaded.services["web"].pre_start[0].networks) == {"n"}


def test_a_hook_has_the_secrets_of_its_service_where_the_service_has_them() -> None:
    loaded = project("services: {web: {image: a, secrets: [s], pre_start: [{command: x}]}}\nsecrets: {s: {file: f}}")
    assert loaded.services["web"].pre_start[0].secrets[0].target == "/run/secrets/s"


def test_what_loading_fills_in_for_the_service_is_inherited_and_a_hook_has_nothing_filled_in() -> None:
    [hook] = (
        project(
            """
        services:
          web:
            image: a
            pull_policy: if_not_present
            gpus: all
            pre_start:
              - gpus: [{driver: x}]
                dns: ['', 1.1.1.1]
                volumes: [{type: bind, source: ./a, target: b/, bind: {}}, './c:/c:z']
        """
        )
        .services["web"]
        .pre_start
    )
    assert (hook.pull_policy, hook.dns) == ("missing", ("", "1.1.1.1"))
    assert [(request.driver, request.count) for request in hook.gpus] == [(None, -1), ("x", None)]
    options = [mount.bind for mount in hook.volumes if mount.bind is not None]
    assert [mount.target for mount in hook.volumes] == ["b/", "/c"]
    assert [(each.create_host_path, each.selinux) for each in options] == [(False, None), (True, "z")]


@pytest.mark.parametrize("attribute", ["cap_add: [A, A]", "image: null", "networks: null"])
def test_hooks_are_checked_before_they_inherit(attribute: str) -> None:
    [found] = problems(f"services: {{web: {{image: a, pre_start: [{{command: [a], {attribute}}}]}}}}")
    assert found.path.startswith("services.web.pre_start[0].")
