from __future__ import annotations

from typing import Any

from composestack.translate.objects.ingress import Route, ingress
from composestack.translate.scope import Ingress


def spec(*routes: Route, settings: Ingress | None = None) -> Any:
    return ingress("shop-web", {"a": "b"}, routes, ("web", 80), settings or Ingress())["spec"]


def test_one_rule_for_each_host_with_all_of_its_paths_once() -> None:
    rules = spec(Route("b.org", "/"), Route("a.org", "/x"), Route("a.org", "/"), Route("a.org", "/x"))["rules"]
    assert [(rule["host"], [path["path"] for path in rule["http"]["paths"]]) for rule in rules] == [
        ("a.org", ["/", "/x"]),
        ("b.org", ["/"]),
    ]


def test_no_field_is_written_that_nobody_asked_for() -> None:
    assert set(spec(Route("a.org", "/"))) == {"rules"}


def test_tls_serves_all_hosts() -> None:
    made = spec(Route("a.org", "/"), Route("b.org", "/"), settings=Ingress(tls_secret="tls"))
    assert made["tls"] == [{"hosts": ["a.org", "b.org"], "secretName": "tls"}]
