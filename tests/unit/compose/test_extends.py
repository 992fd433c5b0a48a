from __future__ import annotations

import pytest

from composestack.compose.extends import MAX_DEPTH, MAX_VALUES, Budget
from composestack.compose.tree import Map, Seq
from tests.unit.compose.application import problems, project


def test_a_service_has_what_its_base_has_with_its_own_on_top() -> None:
    web = project("""
        services:
          web: {extends: base, user: b, cap_add: [B]}
          base: {image: app, user: a, hostname: h, cap_add: [A]}
        """).services["web"]
    assert (web.image, web.user, web.hostname, web.cap_add) == ("app", "b", "h", ("A", "B"))


def test_paths_of_another_file_count_from_its_folder() -> None:
    web = project(
        "services: {web: {extends: {file: one/a.yaml, service: mid}}}",
        {
            "one/a.yaml": "services: {mid: {extends: {file: two/b.yaml, service: root}, volumes: ['./m:/m']}}",
            "one/two/b.yaml": "services: {root: {image: x, volumes: ['./r:/r', '/abs:/a', 'data:/d', '~/h:/h']}}",
            "compose.override.yaml": "volumes: {data: }",
        },
    ).services["web"]
    assert [mount.source for mount in web.volumes] == ["one/two/r", "/abs", "data", "~/h", "one/m"]


def test_unrelated_services_of_another_file_may_be_wrong() -> None:
    files = {"o.yaml": "services: {base: {image: app}, other: {imagee: x}}"}
    assert project("services: {web: {extends: {file: o.yaml, service: base}}}", files).services["web"].image == "app"


def test_reset_and_override_reach_the_base() -> None:
    web = project("""
        services:
          base: {image: app, ports: ['80'], environment: {A: 1, B: 1}}
          web: {extends: base, ports: !override ['90'], environment: {A: !reset }}
        """).services["web"]
    assert ([port.target for port in web.ports], web.environment) == ([90], {"B": "1"})


def test_a_base_from_an_included_file() -> None:
    files = {"inc.yaml": "services: {base: {image: app, hostname: h}}"}
    assert project("include: [inc.yaml]\nservices: {web: {extends: base}}", files).services["web"].hostname == "h"


def test_circles_are_errors() -> None:
    [own] = problems("services: {a: {image: x, extends: a}}")
    assert "Circular reference" in own.message
    found = problems(
        "services: {web: {extends: {file: other.yaml, service: o}}}",
        {"other.yaml": "services: {o: {extends: {file: compose.yaml, service: web}}}"},
    )
    assert any("Circular reference" in each.message for each in found)


def test_a_base_that_is_not_there_is_an_error_with_its_place() -> None:
    found = problems("services:\n  web:\n    image: app\n    extends: {service: nobody}\n")
    assert [(each.line, each.path) for each in found] == [(4, "services.web.extends.service")]
    [missing] = problems("services: {web: {image: app, extends: {file: no.yaml, service: x}}}")
    assert "'no.yaml'" in missing.message


def test_files_outside_of_the_project_are_not_read() -> None:
    for path in ("../other.yaml", "/etc/compose.yaml", "https://example.com/compose.yaml", "sub/../../x.yaml"):
        [found] = problems(f"services: {{web: {{image: app, extends: {{file: '{path}', service: x}}}}}}")
        assert "outside" in found.message or "another host" in found.message


def test_a_chain_may_be_long_but_not_endless() -> None:
    chain = {
        f"s{n}": {"image": "app"} | ({"extends": f"s{n + 1}"} if n < 2 * MAX_DEPTH else {})
        for n in range(2 * MAX_DEPTH + 1)
    }
    found = problems("services: " + str(chain))
    assert any("extend each other" in each.message for each in found)


def test_services_must_be_a_mapping_in_every_file() -> None:
    [found] = problems(
        "services: {web: {image: a}}", {"o.yaml": "services:\n"}, compose_files=("compose.yaml", "o.yaml")
    )
    assert (found.file, found.path) == ("o.yaml", "services")


def test_inheritance_is_bounded() -> None:
    big = {"image": "app", "cap_add": [f"C{n}" for n in range(2000)]}
    services = {"base": big} | {f"s{n}": {"extends": "base"} for n in range(100)}
    found = problems("services: " + str(services))
    assert any(str(MAX_VALUES) in each.message for each in found)


def test_a_budget_counts_every_value() -> None:
    budget = Budget(5)
    assert budget.spend(Map([("a", Seq([1, 2]))]))
    assert not budget.spend(Map([("a", 1)]))


@pytest.mark.parametrize("attribute", ["ports: null", "env_file: 5", "build: true", "secrets: [5]", "volumes: [1]"])
def test_short_forms_of_a_base_must_mean_something_even_if_they_are_replaced(attribute: str) -> None:
    name = attribute.split(":", maxsplit=1)[0]
    files = {"base.yaml": f"services: {{base: {{image: a, {attribute}}}}}"}
    text = f"services: {{web: {{{name}: !override null, extends: {{file: base.yaml, service: base}}}}}}"
    found = problems(text, files)
    assert found[0].file == "base.yaml"
    assert found[0].path.startswith(f"services.base.{name}")


def test_variables_go_over_those_of_a_base_that_are_null() -> None:
    files = {"base.yaml": "services: {base: {image: a, environment: , labels: , extra_hosts: }}"}
    own = "environment: [A=1], labels: {a: b}, extra_hosts: ['a=10.0.0.1']"
    web = project(f"services: {{web: {{{own}, extends: {{file: base.yaml, service: base}}}}}}", files).services["web"]
    assert (web.environment, web.labels, web.extra_hosts) == ({"A": "1"}, {"a": "b"}, {"a": ("10.0.0.1",)})


def test_variables_may_be_null_in_both() -> None:
    empty = ", ".join(f"{name}: " for name in ("environment", "labels", "dns", "dns_search", "tmpfs", "networks"))
    files = {"base.yaml": f"services: {{base: {{image: a, {empty}}}}}"}
    web = project(f"services: {{web: {{{empty}, extends: {{file: base.yaml, service: base}}}}}}", files).services["web"]
    assert (web.environment, web.dns, web.tmpfs, set(web.networks)) == ({}, (), (), {"default"})


def test_a_list_of_gpus_replaces_the_word_all_of_its_own_file() -> None:
    text = """
        services:
          base: {image: a, gpus: all}
          list: {image: a, gpus: [{count: all}]}
          word: {extends: base}
          one: {extends: base, gpus: [{count: 1}]}
          two: {extends: list, gpus: [{count: 1}]}
          three: {extends: {file: b.yaml, service: base}, gpus: [{count: 1}]}
        """
    loaded = project(text, {"b.yaml": "services: {base: {image: a, gpus: all}}"}).services
    counts = {name: [each.count for each in loaded[name].gpus] for name in ("word", "one", "two", "three")}
    assert counts == {"word": [-1], "one": [1], "two": [-1, 1], "three": [-1, 1]}
