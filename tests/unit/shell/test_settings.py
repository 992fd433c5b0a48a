from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from composestack.reconcile.accounts import Accounts, Choice
from composestack.shell.settings import OperatorSettings
from composestack.translate.policy import Policy


def test_without_anything_the_defaults_hold() -> None:
    assert OperatorSettings.load({}) == OperatorSettings()
    assert OperatorSettings().namespaces == ()
    assert not OperatorSettings().policy.privileged


def test_the_environment_says_what_it_says() -> None:
    settings = OperatorSettings.load(
        {
            "COMPOSESTACK_NAMESPACES": "a, b,",
            "COMPOSESTACK_POLICY": '{"privileged": true, "host_paths": ["/srv"]}',
            "COMPOSESTACK_NAMESPACE_POLICIES": '{"media": {"privileged": false}}',
            "COMPOSESTACK_WORKERS": "4",
            "COMPOSESTACK_LOG_FORMAT": "text",
            "PATH": "/bin",
        }
    )

    assert settings.namespaces == ("a", "b")
    assert settings.policy.privileged
    assert settings.policy.host_paths == ("/srv",)
    assert settings.policies.of("media") == Policy(host_paths=("/srv",))
    assert settings.policies.of("other") == settings.policy
    assert settings.workers == 4
    assert settings.log_format == "text"


def test_flags_come_before_the_environment() -> None:
    environment = {"COMPOSESTACK_NAMESPACES": "a", "COMPOSESTACK_KUBECONFIG": "/x"}

    settings = OperatorSettings.load(environment, namespaces=("b",), kubeconfig=None)

    assert settings.namespaces == ("b",)
    assert settings.kubeconfig == Path("/x")


def test_what_the_kubelet_adds_for_a_service_of_that_name_is_left_alone() -> None:
    assert OperatorSettings.load({"COMPOSESTACK_PORT": "tcp://10.0.0.1:8080"}) == OperatorSettings()


@pytest.mark.parametrize(
    "environment",
    [
        {"COMPOSESTACK_WORKERS": "0"},
        {"COMPOSESTACK_LOG_FORMAT": "xml"},
        {"COMPOSESTACK_POLICY": '{"unknown": true}'},
        {"COMPOSESTACK_POLICY": "{"},
        {"COMPOSESTACK_NAMESPACE_POLICIES": '{"media": {"unknown": true}}'},
        {"COMPOSESTACK_NAMESPACE_POLICIES": '{"Media": {}}'},
        {"COMPOSESTACK_PROBE_ADDRESS": "8080"},
        {"COMPOSESTACK_PROBE_ADDRESS": ":65536"},
        {"COMPOSESTACK_RESYNC": "1"},
        {"COMPOSESTACK_SELECTOR": "a b c"},
        {"COMPOSESTACK_SELECTOR": "a in b"},
        {"COMPOSESTACK_SELECTOR": "a=b,"},
    ],
)
def test_what_makes_no_sense_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        OperatorSettings.load(environment)


def test_they_never_change() -> None:
    with pytest.raises(ValidationError):
        OperatorSettings().workers = 3  # type: ignore[misc] # the point of the test


def test_a_pod_knows_itself_and_the_environment_may_say_otherwise() -> None:
    pod = {"POD_NAME": "operator-x", "POD_NAMESPACE": "operators"}
    assert (OperatorSettings.load(pod).identity, OperatorSettings.load(pod).lease_namespace) == (
        "operator-x",
        "operators",
    )
    assert OperatorSettings.load({"COMPOSESTACK_LEASE_NAMESPACE": "here"} | pod).lease_namespace == "here"


def test_leader_election_is_a_flag_that_can_be_taken_back() -> None:
    environment = {"COMPOSESTACK_LEADER_ELECTION": "true"}
    assert OperatorSettings.load(environment).leader_election
    assert not OperatorSettings.load(environment, leader_election=False).leader_election
    assert OperatorSettings.load(environment, leader_election=None).leader_election
    assert not OperatorSettings().leader_election


@pytest.mark.parametrize(
    "times",
    [
        {"renew_deadline": 15},
        {"lease_duration": 10},
        {"retry_period": 5},
        {"lease_duration": 0},
        {"retry_period": 0},
    ],
)
def test_a_leader_has_time_to_renew_and_to_stop(times: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match=r"lease_duration|retry_period"):
        OperatorSettings.load({}, **times)


def test_stacks_may_name_accounts_and_say_nothing_of_logs_unless_the_admin_wants_it_otherwise() -> None:
    assert OperatorSettings().accounts == Accounts("", Choice.OPTIONAL)
    assert not OperatorSettings().show_logs

    settings = OperatorSettings.load(
        {
            "COMPOSESTACK_DEFAULT_SERVICE_ACCOUNT": "deployer",
            "COMPOSESTACK_SERVICE_ACCOUNTS": "Ignored",
            "COMPOSESTACK_SHOW_LOGS": "true",
        }
    )
    assert settings.accounts == Accounts("deployer", Choice.IGNORED)
    assert settings.show_logs


@pytest.mark.parametrize("name", ["kube-system:default", "a/b", "A", "-"])
def test_the_default_account_is_one_of_the_namespace_of_the_stack(name: str) -> None:
    with pytest.raises(ValidationError):
        OperatorSettings.load({}, default_service_account=name)


@pytest.mark.parametrize(
    "selector", ["a", "!a", "a=b", "a == b,c!=d", "example.com/a in (b, c),d notin (e)", "a>1", "a="]
)
def test_stacks_are_selected_as_in_kubernetes(selector: str) -> None:
    assert OperatorSettings.load({}, selector=selector).selector == selector
