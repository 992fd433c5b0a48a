from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Build, Logging, Mount, Network, Project, Service, ServiceNetwork
from composestack.translate.report import unsupported


def project(**attributes: object) -> Project:
    return Project(name="shop", services={"web": Service(name="web", **attributes)})


def test_what_was_written_and_is_ignored_is_reported_at_its_place() -> None:
    notices, refusals = unsupported(project(logging=Logging(driver="json-file"), umask=0o77))

    assert {(notice.path, notice.code) for notice in notices} == {
        ("services.web.logging", NoticeCode.IGNORED),
        ("services.web.umask", NoticeCode.IGNORED),
    }
    assert refusals == []


def test_what_is_refused_says_what_to_do() -> None:
    notices, [refusal] = unsupported(project(use_api_socket=True))

    assert notices == []
    assert str(refusal) == "services.web.use_api_socket: there is no Docker engine; leave it out"


def test_places_in_lists_and_mappings() -> None:
    mounts = (Mount(type="tmpfs", target="/a"), Mount(type="tmpfs", target="/b", consistency="cached"))
    notices, _ = unsupported(project(volumes=mounts, networks={"back": ServiceNetwork(priority=10)}))

    assert {notice.path for notice in notices} == {
        "services.web.volumes[1].consistency",
        "services.web.networks.back.priority",
    }


def test_nothing_is_said_about_what_changes_nothing() -> None:
    found = unsupported(
        Project(
            name="shop",
            services={
                "web": Service(
                    name="web",
                    use_api_socket=False,
                    ulimits={},
                    pids_limit=-1,
                    cgroup="private",
                    attach=True,
                    devices=(),
                )
            },
            networks={"lan": Network(driver="bridge", enable_ipv6=False)},
        )
    )

    assert found == ([], [])


def test_false_can_say_something() -> None:
    notices, _ = unsupported(project(attach=False, networks={"back": ServiceNetwork(use_service_name_alias=False)}))

    assert {notice.path for notice in notices} == {
        "services.web.attach",
        "services.web.networks.back.use_service_name_alias",
    }


def test_what_was_not_written_is_not_reported() -> None:
    assert unsupported(project(build=Build())) == ([], [])
    assert unsupported(project()) == ([], [])
