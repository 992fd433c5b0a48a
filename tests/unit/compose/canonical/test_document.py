from __future__ import annotations

from composestack.compose import yaml
from composestack.compose.canonical.document import EXPANSIONS, canonical
from composestack.compose.canonical.typed import plain
from composestack.compose.report import Report
from tests.unit.compose.application import tree


def test_short_forms_are_expanded_wherever_a_container_is_described() -> None:
    document = plain(
        tree("""
        services:
          web: {networks: [n], volumes: ['d:/d', './a:/a'], pre_start: [{secrets: [s]}]}
        jobs:
          j: {ports: ['80'], triggers: {schedule: ['@daily']}}
        """)
    )
    assert document["services"]["web"]["networks"] == {"n": None}
    assert document["services"]["web"]["pre_start"] == [{"secrets": [{"source": "s"}]}]
    assert document["jobs"]["j"]["ports"][0]["target"] == 80
    assert document["jobs"]["j"]["triggers"]["schedule"] == [{"cron": "@daily"}]


def test_extensions_stay_as_they_are_written() -> None:
    text = "x-common: &c {ports: ['80'], build: .}\nservices: {web: *c, other: {<<: *c}}"
    document = plain(tree(text))
    assert document["x-common"] == {"ports": ["80"], "build": "."}
    assert document["services"]["web"] == document["services"]["other"]
    assert document["services"]["web"]["build"] == {"context": "."}


def test_what_cannot_be_expanded_is_reported_and_stays() -> None:
    report = Report()
    [document] = yaml.parse("services:\n  web:\n    ports: ['80', 'x', 'y']\n    depends_on: db\n", "f")
    canonical(document, report)
    assert [(each.path, each.line) for each in report.problems] == [
        ("services.web.ports[1]", 3),
        ("services.web.ports[2]", 3),
        ("services.web.depends_on", 4),
    ]
    assert document["services"]["web"]["ports"] == ["80", "x", "y"]


def test_the_table_names_no_attribute_twice_in_a_way_that_would_hide_one() -> None:
    for path in EXPANSIONS:
        parent = path.rpartition(".")[0]
        assert not (parent in EXPANSIONS and path.endswith(".*")), path
