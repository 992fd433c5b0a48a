"""The operator may do what it does, and nothing else."""

from __future__ import annotations

from collections import defaultdict

import pytest

from composestack.kinds import KINDS
from tests.chart.conftest import Manifest, Render, environment, pick

READS = {"get", "list", "watch"}
CHILDREN = READS | {"create", "patch", "delete"}

BESIDES = {
    ("composestack.io", "composestacks"): {"get", "list", "watch"},
    ("composestack.io", "composestacks/status"): {"patch"},
    ("composestack.io", "composestacks/finalizers"): {"update"},
    ("", "pods"): {"list", "watch"},
    ("events.k8s.io", "events"): {"create"},
}


def verbs(role: Manifest) -> dict[tuple[str, str], set[str]]:
    """Return the verbs of a role by group and resource."""
    allowed: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in role["rules"]:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                allowed[group, resource] |= set(rule["verbs"])
    return dict(allowed)


@pytest.fixture(params=[[], ["shop", "blog"]], ids=["all-namespaces", "two-namespaces"])
def namespaces(request: pytest.FixtureRequest) -> list[str]:
    names: list[str] = request.param
    return names


def operator_roles(manifests: list[Manifest]) -> list[Manifest]:
    roles = pick(manifests, "Role") + pick(manifests, "ClusterRole")
    return [role for role in roles if role["metadata"]["name"] == "compose-composestack"]


def test_rules_are_those_of_the_table_of_kinds(render: Render, namespaces: list[str]) -> None:
    expected = {(kind.group, kind.plural): CHILDREN for kind in KINDS.values()} | BESIDES
    for role in operator_roles(render({"namespaces": namespaces})):
        assert verbs(role) == expected


@pytest.mark.parametrize(
    ("impersonation", "own"),
    [
        ({}, CHILDREN),
        ({"serviceAccounts": "Ignored"}, CHILDREN),
        ({"serviceAccounts": "Required"}, READS),
        ({"defaultServiceAccount": "deployer"}, READS),
    ],
)
def test_who_writes_as_others_does_not_write_by_itself(
    render: Render, namespaces: list[str], impersonation: dict[str, str], own: set[str]
) -> None:
    values = {"namespaces": namespaces, "impersonation": {"enabled": True, **impersonation}}
    children = {(kind.group, kind.plural): own for kind in KINDS.values()}
    for role in operator_roles(render(values)):
        assert verbs(role) == children | BESIDES | {("", "serviceaccounts"): {"impersonate"}}


def test_settings_alone_give_no_right_to_impersonate(render: Render) -> None:
    (role,) = operator_roles(render({"impersonation": {"serviceAccounts": "Required", "defaultServiceAccount": "x"}}))

    assert ("", "serviceaccounts") not in verbs(role)
    assert verbs(role)["apps", "deployments"] == CHILDREN


def test_logs_are_read_only_if_they_are_shown(render: Render) -> None:
    (role,) = operator_roles(render())
    (showing,) = operator_roles(render({"showLogs": True}))

    assert ("", "pods/log") not in verbs(role)
    assert verbs(showing)["", "pods/log"] == {"get"}
    assert environment(render({"showLogs": True}))["COMPOSESTACK_SHOW_LOGS"] == "true"


def test_roles_reach_no_further_than_the_served_namespaces(render: Render, namespaces: list[str]) -> None:
    manifests = render({"namespaces": namespaces})
    roles = operator_roles(manifests)
    bindings = pick(manifests, "RoleBinding") + pick(manifests, "ClusterRoleBinding")
    bindings = [binding for binding in bindings if binding["roleRef"]["name"] == "compose-composestack"]
    scopes: list[str | None] = [*namespaces] or [None]

    assert [role["metadata"].get("namespace") for role in roles] == scopes
    assert [binding["metadata"].get("namespace") for binding in bindings] == scopes
    (account,) = pick(manifests, "ServiceAccount")
    for role, binding in zip(roles, bindings, strict=True):
        assert role["kind"] == ("Role" if namespaces else "ClusterRole")
        assert (binding["roleRef"]["kind"], binding["roleRef"]["name"]) == (role["kind"], role["metadata"]["name"])
        assert binding["subjects"] == [
            {"kind": "ServiceAccount", "name": account["metadata"]["name"], "namespace": "operators"}
        ]


def test_the_lease_is_one_object_in_the_operators_namespace(render: Render, namespaces: list[str]) -> None:
    manifests = render({"namespaces": namespaces})
    (role,) = [role for role in pick(manifests, "Role") if role["metadata"]["name"] == "compose-composestack-lease"]
    (binding,) = [
        each for each in pick(manifests, "RoleBinding") if each["roleRef"]["name"] == role["metadata"]["name"]
    ]
    create, use = role["rules"]

    assert role["metadata"]["namespace"] == binding["metadata"]["namespace"] == "operators"
    assert verbs(role) == {("coordination.k8s.io", "leases"): {"create", "get", "update"}}
    assert create["verbs"] == ["create"]
    assert use["resourceNames"] == [environment(manifests)["COMPOSESTACK_LEASE_NAME"]]
    assert environment(manifests)["COMPOSESTACK_LEASE_NAMESPACE"] == "operators"


def test_people_get_stacks_with_their_roles_unless_the_admin_says_otherwise(render: Render) -> None:
    roles = {role["metadata"]["name"]: role for role in pick(render(), "ClusterRole")}
    view, edit = roles["compose-composestack-view"], roles["compose-composestack-edit"]
    assert verbs(view).keys() == {("composestack.io", "composestacks"), ("composestack.io", "composestacks/status")}
    assert all(allowed == {"get", "list", "watch"} for allowed in verbs(view).values())
    assert verbs(edit).keys() == {("composestack.io", "composestacks")}
    aggregate = "rbac.authorization.k8s.io/aggregate-to-"
    assert [f"{aggregate}{role}" in view["metadata"]["labels"] for role in ("view", "edit", "admin")] == [True] * 3
    assert [f"{aggregate}{role}" in edit["metadata"]["labels"] for role in ("view", "edit", "admin")] == [
        False,
        True,
        True,
    ]

    without = pick(render({"rbac": {"aggregate": False}}), "ClusterRole")
    assert [role["metadata"]["name"] for role in without] == ["compose-composestack"]


def test_rbac_and_account_of_ones_own(render: Render) -> None:
    values = {
        "rbac": {"create": False, "aggregate": False},
        "serviceAccount": {"create": False, "name": "mine"},
    }
    manifests = render(values)
    assert {manifest["kind"] for manifest in manifests} == {"CustomResourceDefinition", "Deployment", "Job"}
    (deployment,) = pick(manifests, "Deployment")
    assert deployment["spec"]["template"]["spec"]["serviceAccountName"] == "mine"
