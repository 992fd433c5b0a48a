from __future__ import annotations

from composestack.compose.include import MAX_INCLUDES
from tests.unit.compose.application import problems, project


def test_an_included_application_counts_paths_from_its_own_folder() -> None:
    loaded = project(
        "include: [sub/inc.yaml]\nservices: {web: {image: app, volumes: ['./w:/w']}}",
        {"sub/inc.yaml": "services: {db: {build: ., volumes: ['./d:/d'], env_file: db.env}}", "sub/db.env": "A=1"},
    )
    db = loaded.services["db"]
    assert db.build is not None
    assert (db.build.context, db.volumes[0].source, db.environment) == ("sub", "sub/d", {"A": "1"})
    assert loaded.services["web"].volumes[0].source == "./w"


def test_the_including_file_goes_over_the_included_one() -> None:
    loaded = project(
        "include: [o.yaml]\nservices: {db: {image: ours, ports: !reset []}}",
        {"o.yaml": "services: {db: {image: theirs, hostname: h, ports: ['80']}}\nvolumes: {data: }"},
        keep_unused=True,
    )
    db = loaded.services["db"]
    assert (db.image, db.hostname, db.ports) == ("ours", "h", ())
    assert set(loaded.volumes) == {"data"}


def test_an_included_env_file_gives_defaults_for_the_included_files_only() -> None:
    loaded = project(
        "include: [sub/inc.yaml]\nservices: {web: {image: 'app:${TAG:-none}'}}",
        {
            "sub/inc.yaml": "services: {db: {image: 'db:${TAG}-${GIVEN}', environment: [TAG]}}",
            "sub/.env": "TAG=sub\nGIVEN=no",
        },
        variables={"GIVEN": "yes"},
    )
    assert loaded.services["web"].image == "app:none"
    assert (loaded.services["db"].image, loaded.services["db"].environment) == ("db:sub-yes", {"TAG": "sub"})


def test_long_forms() -> None:
    files = {
        "sub/o.yaml": "services: {db: {image: 'a:${T}', env_file: e.env}}",
        "o2.yaml": "services: {db: {hostname: h}}",
        "own.env": "T=own",
        "e.env": "E=root",
    }
    entry = "{path: [sub/o.yaml, o2.yaml], project_directory: ., env_file: own.env}"
    db = project(f"include: [{entry}]\nservices: {{}}", files).services["db"]
    assert (db.image, db.hostname, db.environment) == ("a:own", "h", {"E": "root"})


def test_a_secret_has_its_value_from_the_variables_of_its_own_application() -> None:
    loaded = project(
        "include: [sub/inc.yaml]\nservices: {}",
        {
            "sub/inc.yaml": "services: {db: {image: db, secrets: [s]}}\nsecrets: {s: {environment: KEY}}",
            "sub/.env": "KEY=k",
        },
    )
    assert loaded.secrets["s"].content == "k"


def test_one_file_reached_twice_is_one() -> None:
    files = {
        "o.yaml": "include: [c.yaml]\nservices: {o: {image: o}}",
        "p.yaml": "include: [c.yaml]\nservices: {p: {image: p}}",
        "c.yaml": "services: {c: {image: c, ports: ['80'], group_add: [a]}}",
    }
    loaded = project("include: [o.yaml, p.yaml]\nservices: {}", files)
    assert set(loaded.services) == {"o", "p", "c"}
    assert len(loaded.services["c"].ports) == 1


def test_circles_missing_files_and_wrong_forms_are_errors() -> None:
    [own] = problems("include: [compose.yaml]\nservices: {}")
    assert "include cycle: compose.yaml includes compose.yaml)" in own.message
    assert "include cycle" in problems("include: [o.yaml]", {"o.yaml": "include: [compose.yaml]"})[0].message
    assert "'no.yaml'" in problems("include: [no.yaml]\nservices: {}")[0].message
    assert "'no.env'" in problems("include: [{path: o.yaml, env_file: no.env}]", {"o.yaml": "services: {}"})[0].message
    assert "must be a list" in problems("include: o.yaml\nservices: {}")[0].message
    assert "must be a path" in problems("include: [{file: o.yaml}]\nservices: {}")[0].message
    for wrong in ("project_directory: [a]", "env_file: 5", "env_file: {path: a}", "env_file: [{path: a}]"):
        [found] = problems(f"include: [{{path: o.yaml, {wrong}}}]", {"o.yaml": "services: {o: {image: o}}"})
        assert found.path == f"include[0].{wrong.partition(':')[0]}"


def test_an_included_application_must_be_valid_by_itself() -> None:
    [found] = problems("include: [o.yaml]\nservices: {web: {image: a}}", {"o.yaml": "service: {db: {image: b}}"})
    assert (found.file, found.path) == ("o.yaml", "service")
    [found] = problems(
        "include: [o.yaml]\nservices: {db: {user: a}}", {"o.yaml": "services: {db: {image: b, user: 5}}"}
    )
    assert (found.file, found.path) == ("o.yaml", "services.db.user")


def test_nothing_is_read_from_outside() -> None:
    for path in ("../o.yaml", "/o.yaml", "https://example.com/compose.yaml", "git@github.com:x/y.git", "oci://reg/app"):
        [found] = problems(f"include: ['{path}']\nservices: {{}}")
        assert "outside" in found.message or "another host" in found.message
    [found] = problems("include: [{path: o.yaml, env_file: ../x.env}]\nservices: {}", {"o.yaml": "services: {}"})
    assert "outside" in found.message


def test_includes_are_bounded() -> None:
    many = ", ".join(["o.yaml"] * (MAX_INCLUDES + 1))
    [found] = problems(f"include: [{many}]\nservices: {{}}", {"o.yaml": "services: {o: {image: o}}"})
    assert found.path == f"include[{MAX_INCLUDES}]"


def test_an_empty_project_directory_is_none() -> None:
    files = {"sub/a.yaml": "services: {web: {image: a, volumes: ['./d:/d']}}"}
    web = project("include: [{path: sub/a.yaml, project_directory: ''}]", files).services["web"]
    assert web.volumes[0].source == "sub/d"


def test_an_absolute_project_directory_is_what_paths_count_from() -> None:
    files = {"sub/a.yaml": "services: {web: {image: a, volumes: ['./d:/d', '../e:/e']}}"}
    web = project("include: [{path: sub/a.yaml, project_directory: /srv/x}]", files).services["web"]
    assert [mount.source for mount in web.volumes] == ["/srv/x/d", "/srv/e"]
