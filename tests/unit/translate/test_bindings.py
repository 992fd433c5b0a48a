from __future__ import annotations

from typing import Any

import pytest

from composestack.kinds import Ref
from composestack.translate.bindings import bound, holds, with_placeholders
from composestack.translate.digest import digest, with_digest
from composestack.translate.labels import ADDRESSES, DIGEST
from composestack.translate.plan import Manifest, Plan
from composestack.translate.planned import Binding

WEB, API = Ref("Deployment", "shop-web"), Ref("Deployment", "shop-api")


def deployment(ref: Ref, *hosts: dict[str, Any]) -> Manifest:
    pod = {"containers": [], **({"hostAliases": list(hosts)} if hosts else {})}
    return with_digest({"kind": ref.kind, "metadata": {"name": ref.name}, "spec": {"template": {"spec": pod}}})


def plan(*bindings: Binding, hosts: tuple[dict[str, Any], ...] = ()) -> Plan:
    return Plan((deployment(WEB, *hosts), deployment(API)), (), (), (), bindings)


def aliases(made: Plan, ref: Ref = WEB) -> list[dict[str, Any]]:
    (found,) = (m for m in made.manifests if m["metadata"]["name"] == ref.name)
    hosts: list[dict[str, Any]] = found["spec"]["template"]["spec"].get("hostAliases", [])
    return hosts


def test_the_address_of_a_service_is_written_into_the_pods_that_need_it() -> None:
    made = bound(plan(Binding(WEB, "x-0auth", "0auth"), Binding(WEB, "x-0auth", "auth.test")), {"x-0auth": "10.0.0.7"})

    assert aliases(made) == [{"hostnames": ["0auth", "auth.test"], "ip": "10.0.0.7"}]
    assert aliases(made, API) == []
    assert made.bindings == ()


def test_the_digest_is_that_of_what_is_applied() -> None:
    binding = Binding(WEB, "x-0auth", "0auth")
    one, other = (bound(plan(binding), {"x-0auth": address}).manifests[0] for address in ("10.0.0.7", "10.0.0.8"))

    assert one["metadata"]["annotations"] == {ADDRESSES: "x-0auth=10.0.0.7", DIGEST: digest(one)}
    assert digest(one) != digest(other)


def test_a_workload_that_needs_an_unknown_address_keeps_its_bindings() -> None:
    bindings = (Binding(API, "a", "a.test"), Binding(WEB, "a", "a.test"), Binding(WEB, "b", "b.test"))

    made = bound(plan(*bindings), {"a": "10.0.0.7"})

    assert made.bindings == bindings[1:]
    assert aliases(made) == []
    assert aliases(made, API) != []


def test_what_the_document_says_of_the_same_address_stays() -> None:
    made = bound(plan(Binding(WEB, "a", "a.test"), hosts=({"hostnames": ["b"], "ip": "10.0.0.7"},)), {"a": "10.0.0.7"})

    assert aliases(made) == [{"hostnames": ["b", "a.test"], "ip": "10.0.0.7"}]


def test_without_a_cluster_a_placeholder_and_a_notice_stand_for_the_address() -> None:
    made = with_placeholders(plan(Binding(API, "a", "a.test"), Binding(WEB, "a", "a.test")))

    assert aliases(made) == [{"hostnames": ["a.test"], "ip": "CLUSTER-IP-OF-a"}]
    assert [notice.path for notice in made.notices] == ["services.a"]


def test_a_plan_without_bindings_stays_as_it_is() -> None:
    made = plan()

    assert bound(made, {}) is made
    assert with_placeholders(made).manifests is made.manifests


@pytest.mark.parametrize(
    ("addresses", "answer"),
    [
        ({"a": "10.0.0.7", "b": "10.0.0.8", "c": "10.0.0.9"}, True),
        ({"a": "10.0.0.7", "b": "10.0.0.9"}, False),
        ({"a": "10.0.0.7"}, False),
    ],
)
def test_addresses_hold_while_every_service_has_its_own(addresses: dict[str, str], answer: bool) -> None:
    assert holds("a=10.0.0.7,b=10.0.0.8", addresses) is answer
