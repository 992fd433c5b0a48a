from __future__ import annotations

import pytest

from composestack.compose.load import load
from composestack.compose.problems import InvalidCompose
from composestack.compose.source import ComposeSource, ProjectFiles
from tests.unit.compose.application import application, problems, project, service, source

SEED = """
    version: '3'
    services:
      web:
        build: .
        ports: ["5000:5000"]
      redis:
        image: "redis:alpine"
    """


def test_the_first_example_of_the_docker_documentation_loads() -> None:
    loaded = application(SEED)
    web = loaded.project.services["web"]
    assert (web.build.context, web.build.dockerfile) == (".", "Dockerfile") if web.build else False
    assert [(port.published, port.target, port.protocol) for port in web.ports] == [("5000", 5000, "tcp")]
    assert loaded.project.services["redis"].image == "redis:alpine"
    assert loaded.project.networks["default"].name == "project_default"
    assert [notice.path for notice in loaded.notices] == ["version"]


def test_all_problems_come_at_once_with_their_places() -> None:
    found = problems("""
        services:
          web:
            imagee: app
            ports: ["80", "http:80", "81"]
            stop_grace_period: "10"
          db:
            image: 5
            volumes: ["data:/data"]
        """)
    assert [(each.file, each.line, each.column, each.path) for each in found] == [
        ("compose.yaml", 4, 5, "services.web.imagee"),
        ("compose.yaml", 5, 19, "services.web.ports[1]"),
        ("compose.yaml", 6, 5, "services.web.stop_grace_period"),
        ("compose.yaml", 8, 5, "services.db.image"),
    ]
    assert "did you mean image?" in found[0].message
    assert "put it in quotes" in found[3].message


def test_a_bad_variable_hides_nothing_but_its_own_attribute() -> None:
    found = problems("services:\n  web:\n    tty: ${A:?set A}\n    ports: ['${B:?set B}:80']\n    imag: app\n")

    assert [(problem.path, problem.message.partition(";")[0]) for problem in found] == [
        ("services.web.tty", "required variable A is missing a value: set A"),
        ("services.web.ports[0]", "required variable B is missing a value: set B"),
        ("services.web.imag", "unknown attribute"),
    ]


@pytest.mark.parametrize(
    ("compose", "path", "message"),
    [
        ("services: {" + "".join(f"s{i}: {{image: a}}," for i in range(9_000)) + "}", "services.s8333", "elements"),
        (f"services: {{a: {{image: a, volumes: [{'/a,' * 31_000}]}}}}", "services.a.volumes[30000]", "short forms"),
        ("services: {a: {image: a, ports: ['80', 1-65535]}}", "services.a.ports[1]", "ports"),
    ],
    ids=["services", "mounts", "ports"],
)
def test_a_limit_is_one_problem_with_its_place(compose: str, path: str, message: str) -> None:
    [problem] = problems(compose)

    assert (problem.path, problem.line) == (path, 1)
    assert message in problem.message


def test_contradictions_come_at_once_too() -> None:
    found = problems("""
        services:
          web:
            volumes: ["data:/data"]
            secrets: [key]
            depends_on: [nobody]
        """)
    assert [each.path for each in found] == [
        "services.web.image",
        "services.web.volumes[0]",
        "services.web.secrets[0]",
        "services.web.depends_on.nobody",
    ]


def test_problems_name_the_file_they_are_in() -> None:
    [found] = problems(
        "services: {web: {extends: {file: base/common.yaml, service: web}}}",
        {"base/common.yaml": "services:\n  web:\n    image: app\n    imagee: x\n"},
    )
    assert (found.file, found.line, found.path) == ("base/common.yaml", 4, "services.web.imagee")


def test_what_was_written_can_be_told_from_what_was_filled_in() -> None:
    web = service("build: {target: prod}, depends_on: {db: {condition: service_started}}}, db: {image: x")
    assert web.build is not None
    assert web.build.context == "."
    assert web.build.model_fields_set == {"target"}
    assert "default" in web.networks
    assert web.model_fields_set == {"name", "image", "build", "depends_on"}


def test_every_unset_variable_is_told_once() -> None:
    loaded = application("services: {web: {image: 'a:${TAG}', hostname: '${TAG}${HOST}', user: '${USER-me}'}}")
    assert [(notice.code, notice.path) for notice in loaded.notices] == [
        ("UnsetVariable", "services.web.hostname"),
        ("UnsetVariable", "services.web.image"),
    ]


def test_an_application_may_be_text_or_an_object_without_a_file() -> None:
    as_text = ComposeSource(ProjectFiles({}), inline="services: {web: {image: app}}")
    as_object = ComposeSource(ProjectFiles({}), inline={"services": {"web": {"image": "app"}}}, name="shop")
    assert load(as_text, {}).project.services["web"].image == "app"
    assert load(as_object, {}).project.name == "shop"
    with pytest.raises(InvalidCompose, match=r"compose: services\.web\.imagee"):
        load(ComposeSource(ProjectFiles({}), inline={"services": {"web": {"imagee": "app"}}}), {})


def test_files_go_over_an_application_without_a_file() -> None:
    files = ProjectFiles.from_text({"prod.yaml": "services: {web: {hostname: prod}}"})
    inline = ComposeSource(files, inline="services: {web: {image: app}}", compose_files=("prod.yaml",))
    assert load(inline, {}).project.services["web"].hostname == "prod"


@pytest.mark.parametrize("compose", ["", "# nothing", "services:\n", "version: '3'"])
def test_nothing_is_an_error(compose: str) -> None:
    assert problems(compose)


def test_an_excluded_service_is_gone_and_not_waited_for() -> None:
    loaded = application(
        """
        services:
          web: {image: app, depends_on: [proxy, db]}
          proxy: {image: traefik}
          db: {image: db}
        """,
        exclude=("proxy",),
    )
    assert set(loaded.project.services) == {"web", "db"}
    dependencies = loaded.project.services["web"].depends_on
    assert (dependencies["proxy"].required, dependencies["db"].required) == (False, True)
    assert [notice.path for notice in loaded.notices] == ["services.web.depends_on.proxy"]


def test_a_namespace_of_an_excluded_service_cannot_be_shared() -> None:
    text = "services: {web: {image: app, network_mode: 'service:vpn'}, vpn: {image: vpn}}"
    [found] = problems(text, exclude=("vpn",))
    assert found.path == "services.web.network_mode"
    named = "services: {web: {image: app, network_mode: host}, host: {image: app}}"
    assert application(named, exclude=("host",)).project.services["web"].network_mode == "host"


def test_excluding_what_is_not_there_is_told() -> None:
    [notice] = application("services: {web: {image: app}}", exclude=("proxy",)).notices
    assert "proxy" in notice.message


def test_variables_of_other_files_are_not_those_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG", "from-the-process")
    assert service("hostname: '${TAG:-none}'").hostname == "none"


def test_a_second_load_of_one_source_gives_the_same() -> None:
    given = source(SEED)
    assert load(given, {}) == load(given, {})


def test_documents_of_one_file_go_over_each_other() -> None:
    web = project("services: {web: {image: app, user: a}}\n---\nservices: {web: {user: b}}").services["web"]
    assert (web.image, web.user) == ("app", "b")


def test_a_file_that_is_wrong_by_itself_is_an_error_even_if_another_one_corrects_it() -> None:
    found = problems(
        "services: {web: {image: app, hostname: 5}}",
        {"over.yaml": "services: {web: {hostname: five}}"},
        compose_files=("compose.yaml", "over.yaml"),
    )
    assert [each.path for each in found] == ["services.web.hostname"]


def test_extensions_stay_with_what_they_are_written_at() -> None:
    loaded = project("x-team: core\nservices: {web: {image: app, x-kubernetes: {workload: StatefulSet}}}")
    assert loaded.extensions == {"x-team": "core"}
    assert loaded.services["web"].extensions == {"x-kubernetes": {"workload": "StatefulSet"}}
