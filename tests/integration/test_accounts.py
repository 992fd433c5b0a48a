"""Stacks are written with the rights of a ServiceAccount of their namespace."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.cluster.audit import Audit
from tests.integration.conftest import USER_AGENT, Stacks, wait_for

STACK = (
    "services: {web: {image: nginx, expose: [80]}, cache: {image: redis, volumes: ['data:/data']}}\nvolumes: {data: {}}"
)
RULES = {
    ("", "services,persistentvolumeclaims"): "create,patch,delete",
    ("apps", "deployments"): "create,patch,delete",
    ("networking.k8s.io", "networkpolicies"): "create,patch,delete",
}


def grant(stacks: Stacks, account: str, *, without: str = "") -> None:
    """Give an account of the namespace the rights to write what the stack has, but for one resource."""
    rules = [
        {
            "apiGroups": [group],
            "resources": [resource for resource in resources.split(",") if resource != without],
            "verbs": verbs.split(","),
        }
        for (group, resources), verbs in RULES.items()
    ]
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": account},
        "rules": [rule for rule in rules if rule["resources"]],
    }
    stacks.kubectl("apply", "-f", "-", stdin=json.dumps(role))


@pytest.fixture
def deployer(stacks: Stacks) -> str:
    """The user that the account `deployer` is. It may write nothing yet."""
    stacks.kubectl("create", "serviceaccount", "deployer")
    subject = f"--serviceaccount={stacks.namespace}:deployer"
    stacks.kubectl("create", "rolebinding", "deployer", "--role=deployer", subject)
    return f"system:serviceaccount:{stacks.namespace}:deployer"


def test_objects_are_written_and_removed_as_the_account_and_the_status_is_not(
    stacks: Stacks, deployer: str, audit: Audit
) -> None:
    grant(stacks, "deployer")
    stacks.apply("shop", STACK, serviceAccountName="deployer")
    stacks.ready("shop")
    stacks.apply("shop", STACK, serviceAccountName="deployer", exclude=["cache"])
    stacks.ready("shop")
    wait_for(lambda: "shop-cache" not in stacks.names("deployments"), "the service to be pruned")

    entries = audit.writes(namespace=stacks.namespace, user_agent=USER_AGENT)
    own = [entry for entry in entries if entry.resource in {"composestacks/status", "events"}]
    children = [entry for entry in entries if entry not in own]
    assert {entry.impersonated for entry in children} == {deployer}
    assert {entry.verb for entry in children} == {"patch", "delete"}
    assert {entry.impersonated for entry in own} == {""}
    groups = {"system:serviceaccounts", f"system:serviceaccounts:{stacks.namespace}", "system:authenticated"}
    assert {frozenset(entry.groups) for entry in children} == {frozenset(groups)}
    assert [entry for entry in audit.entries(user_agent=USER_AGENT) if entry.impersonated and not entry.writes] == []


def test_what_the_account_lacks_is_named_and_its_stack_goes_on_when_it_has_it(stacks: Stacks, deployer: str) -> None:
    grant(stacks, "deployer", without="deployments")
    stacks.apply("shop", STACK, serviceAccountName="deployer")

    condition = stacks.not_ready("shop", "Forbidden")

    assert (
        f"the ServiceAccount deployer of the namespace {stacks.namespace} a Role with patch of deployments.apps"
        in (condition["message"])
    )
    assert stacks.names("deployments") == []

    grant(stacks, "deployer")
    stacks.kubectl("annotate", "composestack/shop", "composestack.io/reconcile-requested-at=now")
    stacks.ready("shop")


def test_an_account_that_may_not_delete_leaves_what_it_may_not_delete_and_says_so(
    stacks: Stacks, deployer: str
) -> None:
    grant(stacks, "deployer")
    stacks.apply("shop", STACK, serviceAccountName="deployer")
    stacks.ready("shop")
    patch = json.dumps([{"op": "replace", "path": "/rules/1/verbs", "value": ["create", "patch"]}])
    stacks.kubectl("patch", "role", "deployer", "--type=json", "-p", patch)

    stacks.apply("shop", STACK, serviceAccountName="deployer", exclude=["cache"])

    assert "delete of deployments.apps" in stacks.not_ready("shop", "Forbidden")["message"]
    assert "shop-cache" in stacks.names("deployments")


def test_data_is_found_again_by_a_stack_with_an_account(stacks: Stacks, deployer: str) -> None:
    stacks.apply("shop", STACK)
    stacks.ready("shop")
    uid = stacks.get("pvc", "shop-data")["metadata"]["uid"]
    stacks.kubectl("delete", "composestack", "shop", "--cascade=orphan")
    deployment = stacks.get("deployment", "shop-web")["metadata"]["uid"]

    grant(stacks, "deployer")
    stacks.apply("shop", STACK, serviceAccountName="deployer")
    stacks.ready("shop")

    assert stacks.get("pvc", "shop-data")["metadata"]["uid"] == uid
    assert stacks.get("deployment", "shop-web")["metadata"]["uid"] == deployment
    (owner,) = stacks.get("deployment", "shop-web")["metadata"]["ownerReferences"]
    assert owner["uid"] == stacks.get("composestack", "shop")["metadata"]["uid"]


@pytest.mark.parametrize("name", ["kube-system:admin", "system:serviceaccount:kube-system:admin", "../admin", "a/b"])
def test_an_account_of_another_namespace_cannot_be_named(stacks: Stacks, name: str) -> None:
    with pytest.raises(subprocess.CalledProcessError, match="serviceAccountName"):
        stacks.apply("shop", STACK, serviceAccountName=name)


def test_an_account_of_another_namespace_is_of_no_use(stacks: Stacks, deployer: str) -> None:
    """An account of the same name in the stack's own namespace is another one, and does not even have to exist."""
    stacks.apply("shop", STACK, serviceAccountName="powerful")

    condition = stacks.not_ready("shop", "Forbidden")

    assert f'User "system:serviceaccount:{stacks.namespace}:powerful"' in condition["message"]
    assert stacks.names("services") == []
