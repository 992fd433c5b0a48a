from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.canonical.typed import plain
from composestack.compose.canonical.unique import unique
from composestack.compose.merge import merge, settled
from composestack.compose.report import Report
from tests.unit.compose.application import problems, project, tree


def merged(base: str, over: str) -> Any:
    """What the attributes `base` of the service `web` become with `over` on top."""
    report = Report()
    first, second = (tree(f"services: {{web: {{{attributes}}}}}") for attributes in (base, over))
    result = plain(unique(merge(first, second, report)))
    report.check()
    return result["services"]["web"]


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ("hostname: a", "hostname: b", {"hostname": "b"}),
        ("hostname: a", "hostname: ", {"hostname": "a"}),
        ("command: [a, b]", "command: [c]", {"command": ["c"]}),
        ("command: [a, b]", "command: ", {"command": None}),
        ("cap_add: [A, B]", "cap_add: [B, C]", {"cap_add": ["A", "B", "C"]}),
        ("dns: 1.1.1.1", "dns: [2.2.2.2]", {"dns": ["1.1.1.1", "2.2.2.2"]}),
        ("environment: {A: 1, B: 1}", "environment: [B=2, C]", {"environment": ["A=1", "B=2", "C"]}),
        ("labels: [a=1]", "labels: {a: 1.50}", {"labels": ["a=1.5"]}),
        ("environment: [A=1]", "environment: {A: !reset }", {"environment": ["A=1"]}),
        ("environment: {A: 1, B: 2}", "environment: {A: !reset }", {"environment": ["B=2"]}),
        ("extra_hosts: {a: 1.1.1.1}", "extra_hosts: ['a:2.2.2.2']", {"extra_hosts": ["a=1.1.1.1", "a:2.2.2.2"]}),
        ("ulimits: {n: 1}", "ulimits: {n: {soft: 1, hard: 2}}", {"ulimits": {"n": {"soft": 1, "hard": 2}}}),
        ("build: ./a", "build: {target: t}", {"build": {"context": "./a", "target": "t"}}),
        (
            "ports: ['80', '81']",
            "ports: !override ['82']",
            {"ports": [{"mode": "ingress", "target": 82, "protocol": "tcp"}]},
        ),
        ("ports: ['80']", "ports: !reset []", {}),
        ("deploy: {replicas: 2, mode: global}", "deploy: {mode: !reset }", {"deploy": {"replicas": 2}}),
        ("group_add: [1, mail]", "group_add: ['1', mail]", {"group_add": [1, "mail", "1"]}),
        ("networks: [n]", "networks: {n: {priority: 1}, m: }", {"networks": {"n": {"priority": 1}, "m": None}}),
    ],
)
def test_a_service_over_another(base: str, over: str, expected: Any) -> None:
    assert merged(base, over) == expected


def test_volumes_are_replaced_by_target_in_place() -> None:
    web = merged("volumes: ['./1:/1', './2:/2', './3:/3']", "volumes: ['./x:/2', './4:/4']")
    assert [mount["source"] for mount in web["volumes"]] == ["./1", "./x", "./3", "./4"]


def test_a_port_is_the_same_only_with_the_same_address_and_published_port() -> None:
    web = merged("ports: ['8080:80']", "ports: ['8080:80', '9090:80', '127.0.0.1:8080:80', '0.0.0.0:8080:80']")
    assert [(port.get("host_ip"), port["published"]) for port in web["ports"]] == [
        ("0.0.0.0", "8080"),
        (None, "9090"),
        ("127.0.0.1", "8080"),
    ]


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ("{options: {b: 2}}", {"driver": "json-file", "options": {"a": 1, "b": 2}}),
        ("{driver: json-file, options: {b: 2}}", {"driver": "json-file", "options": {"a": 1, "b": 2}}),
        ("{driver: syslog, options: {b: 2}}", {"driver": "syslog", "options": {"b": 2}}),
        ("{driver: !override syslog, options: {b: 2}}", {"driver": "syslog", "options": {"a": 1, "b": 2}}),
    ],
)
def test_logging_options_belong_to_their_driver(over: str, expected: Any) -> None:
    assert merged("logging: {driver: json-file, options: {a: 1}}", f"logging: {over}")["logging"] == expected


def test_dependencies_merge_entry_by_entry() -> None:
    web = merged("depends_on: {a: {condition: service_healthy, restart: true}}", "depends_on: [a, b]")
    started = {"condition": "service_started", "required": True}
    assert web["depends_on"] == {"a": {**started, "restart": True}, "b": started}


def test_a_list_cannot_go_over_a_mapping() -> None:
    found = problems(
        "services: {web: {image: app, ports: ['80']}}",
        {"over.yaml": "services:\n  web:\n    ports: {a: 1}\n"},
        compose_files=("compose.yaml", "over.yaml"),
    )
    assert [(each.file, each.line, each.path) for each in found] == [("over.yaml", 3, "services.web.ports")]


def test_address_pools_are_completed_by_subnet_and_replaced_otherwise() -> None:
    base = "{networks: {n: {ipam: {config: [{subnet: 10.0.0.0/8, gateway: 10.0.0.1}]}}}}"
    same = merge(
        tree(base), tree("{networks: {n: {ipam: {config: [{subnet: 10.0.0.0/8, ip_range: 10.1.0.0/16}]}}}}"), Report()
    )
    other = merge(tree(base), tree("{networks: {n: {ipam: {config: [{subnet: 11.0.0.0/8}]}}}}"), Report())
    assert plain(same)["networks"]["n"]["ipam"]["config"] == [
        {"subnet": "10.0.0.0/8", "gateway": "10.0.0.1", "ip_range": "10.1.0.0/16"}
    ]
    assert plain(other)["networks"]["n"]["ipam"]["config"] == [{"subnet": "11.0.0.0/8"}]


def test_merging_leaves_both_documents_as_they_were() -> None:
    base, over = tree("services: {web: {cap_add: [A], labels: {a: 1}}}"), tree("services: {web: {cap_add: [B]}}")
    before = plain(base), plain(over)
    merge(base, over, Report())
    assert (plain(base), plain(over)) == before


def test_positions_travel_with_the_values() -> None:
    over = tree("services:\n  web:\n    cap_add:\n    - B\n", "over.yaml")
    result = merge(tree("services: {web: {cap_add: [A]}}"), over, Report())
    assert [result["services"]["web"]["cap_add"].mark(index)[0] for index in (0, 1)] == ["compose.yaml", "over.yaml"]


def test_tags_do_not_outlive_their_document() -> None:
    assert not settled(tree("services: {web: {ports: !override []}}"))["services"]["web"].tags


def test_three_files_where_the_second_resets() -> None:
    files = {
        "two.yaml": "services: {web: {ports: !reset []}}",
        "three.yaml": "services: {web: {ports: ['90']}}",
    }
    web = project(
        "services: {web: {image: app, ports: ['80']}}", files, compose_files=("compose.yaml", "two.yaml", "three.yaml")
    ).services["web"]
    assert [port.target for port in web.ports] == [90]


def test_a_single_string_replaces_another_one() -> None:
    first = "services: {web: {build: {context: ., no_cache_filter: a}}}"
    second = "services: {web: {build: {no_cache_filter: b}, expose: ['a=1', 'a=2', 80, '80']}}"
    web = project(first, {"b.yaml": second}, compose_files=("compose.yaml", "b.yaml")).services["web"]
    assert web.build is not None
    assert (web.build.no_cache_filter, web.expose) == (("b",), ("a=1", "a=2", "80"))


@pytest.mark.parametrize(
    ("first", "second", "path"),
    [
        ("services: {web: {image: a, logging: {driver: x}}}", "services: {web: {logging: }}", "services.web.logging"),
        (
            "services: {web: {image: a}}\nnetworks: {default: {ipam: {config: [{subnet: s}]}}}",
            "networks: {default: {ipam: {config: }}}",
            "networks.default.ipam.config",
        ),
    ],
)
def test_attributes_over_which_null_cannot_go(first: str, second: str, path: str) -> None:
    [found] = problems(first, {"b.yaml": second}, compose_files=("compose.yaml", "b.yaml"))
    assert (found.file, found.path) == ("b.yaml", path)
    assert "null cannot go over a" in found.message
