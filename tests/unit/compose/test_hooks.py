from __future__ import annotations

from tests.unit.compose.application import project, service


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


def test_a_hook_joins_the_networks_of_its_service() -> None:
    loaded = project("services: {web: {image: a, networks: [n], pre_start: [{command: x}]}}\nnetworks: {n: }")
    assert set(loaded.services["web"].pre_start[0].networks) == {"n"}


def test_a_hook_has_the_secrets_of_its_service_where_the_service_has_them() -> None:
    loaded = project("services: {web: {image: a, secrets: [s], pre_start: [{command: x}]}}\nsecrets: {s: {file: f}}")
    assert loaded.services["web"].pre_start[0].secrets[0].target == "/run/secrets/s"
