from __future__ import annotations

import pytest

from composestack.compose.model import Service
from composestack.translate.catalog import Catalog, translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.explanation import LOADED, as_markdown, as_text, explain, explanations, near
from composestack.translate.stack import Stack


def paths(attribute: str) -> list[str]:
    return [each.path for each in explain(attribute)]


@pytest.mark.parametrize("attribute", ["services.*.shm_size", "services.web.shm_size", "shm_size"])
def test_an_attribute_is_found_by_its_path_or_the_end_of_it(attribute: str) -> None:
    assert paths(attribute) == ["services.*.shm_size"]


@pytest.mark.parametrize(
    "attribute", ["services.*.volumes[].bind.propagation", "services.web.volumes[0].bind.propagation"]
)
def test_items_of_lists_are_named_with_or_without_a_number(attribute: str) -> None:
    assert paths(attribute) == ["services.*.volumes[].bind.propagation"]


def test_the_row_above_holds_for_what_is_below() -> None:
    assert paths("services.web.logging.options.max-size") == ["services.*.logging"]


def test_the_key_of_a_plain_mapping_is_part_of_it() -> None:
    assert paths("services.web.environment.TAG") == ["services.*.environment"]


def test_an_object_of_the_api_holds_for_what_is_in_it() -> None:
    path = "services.*.x-kubernetes.probes.readiness"
    assert paths("services.web.x-kubernetes.probes.readiness.httpGet.path") == [path]
    assert paths("services.web.x-kubernetes.probes.unheard.httpGet.path") == []


def test_an_attribute_with_others_below_is_explained_by_them() -> None:
    assert {"services.*.healthcheck.test", "services.*.healthcheck.interval"} <= set(paths("healthcheck"))


def test_one_name_in_several_sections_is_found_in_all() -> None:
    assert {"networks.*.driver", "volumes.*.driver"} <= set(paths("driver"))


@pytest.mark.parametrize("attribute", ["services.web.shmsize", "shmsize", "", "services.web.shm_size.a.b"])
def test_what_does_not_exist_is_not_found(attribute: str) -> None:
    assert paths(attribute) == []


def test_a_misspelt_attribute_has_near_ones() -> None:
    assert near("services.web.shmsize")[0] == "services.*.shm_size"
    assert near("services.web.prots")[0] == "services.*.ports"
    assert near("services.web.volumes[0].sorce")[0] == "services.*.volumes[].source"
    assert near("services.web.xyzzy") == ()


def test_what_loading_resolves_is_said_to_be() -> None:
    assert [each.outcome for each in explain("services.web.extends")] == [LOADED]


def catalog() -> Catalog:
    @translates("services.*.cpus", "services.*.cpu_quota", caveat="At most a|b.")
    def cpu(service: Service, stack: Stack) -> Contribution:
        """Limits
        become limits."""
        return NOTHING

    return Catalog([cpu])


def test_the_text_says_once_what_holds_for_several() -> None:
    shown = [each for each in explanations(catalog()) if each.outcome == "translated"]

    assert as_text(shown).splitlines() == [
        "services.*.cpu_quota: translated",
        "services.*.cpus: translated",
        "  Limits become limits.",
        "  At most a|b.",
        "  kompose: dropped silently",
    ]


def test_the_page_has_one_table_for_each_section() -> None:
    page = as_markdown(explanations(catalog()))

    assert page.index("## The document") < page.index("## networks") < page.index("## services")
    assert r"| `services.*.cpus` | translated | At most a\|b. | dropped silently |" in page.splitlines()


def test_a_refusal_comes_with_its_remedy() -> None:
    (found,) = explain("services.*.provider")

    assert found.remark.endswith("; instead: leave the service out with spec.exclude")


@pytest.mark.parametrize("attribute", ["jobs.*.user", "jobs.nightly.user", "services.web.pre_start[0].user"])
def test_an_attribute_of_a_step_or_a_job_is_that_of_a_service(attribute: str) -> None:
    assert explain(attribute) == explain("services.*.user")


def test_what_only_a_step_or_a_job_has_is_explained_there() -> None:
    assert [each.path for each in explain("services.*.pre_start[].per_replica")] == [
        "services.*.pre_start[].per_replica"
    ]
    assert {each.path for each in explain("jobs.*.triggers.schedule[]")} == {
        f"jobs.*.triggers.schedule[].{name}" for name in ("concurrency", "cron", "missed_fires", "timezone")
    }
