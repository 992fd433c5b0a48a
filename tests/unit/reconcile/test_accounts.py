from __future__ import annotations

import pytest
from pydantic import ValidationError

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.reconcile.accounts import Accounts, Choice
from composestack.translate.refusal import Refused

NOBODY, DEPLOYER = ComposeStackSpec(), ComposeStackSpec(service_account_name="deployer")


@pytest.mark.parametrize(
    ("default", "choice", "spec", "user"),
    [
        ("", Choice.OPTIONAL, NOBODY, ""),
        ("", Choice.OPTIONAL, DEPLOYER, "system:serviceaccount:shop:deployer"),
        ("usual", Choice.OPTIONAL, NOBODY, "system:serviceaccount:shop:usual"),
        ("usual", Choice.OPTIONAL, DEPLOYER, "system:serviceaccount:shop:deployer"),
        ("", Choice.REQUIRED, DEPLOYER, "system:serviceaccount:shop:deployer"),
        ("usual", Choice.REQUIRED, NOBODY, "system:serviceaccount:shop:usual"),
        ("", Choice.IGNORED, DEPLOYER, ""),
        ("usual", Choice.IGNORED, DEPLOYER, "system:serviceaccount:shop:usual"),
    ],
)
def test_whose_rights_a_stack_takes(default: str, choice: Choice, spec: ComposeStackSpec, user: str) -> None:
    assert Accounts(default, choice).user("shop", spec) == user


def test_a_stack_that_must_name_an_account_is_refused_until_it_does() -> None:
    with pytest.raises(Refused, match=r"spec\.serviceAccountName: every stack must name"):
        Accounts(choice=Choice.REQUIRED).user("shop", NOBODY)


def test_that_an_account_is_ignored_is_no_secret() -> None:
    ignoring = Accounts(choice=Choice.IGNORED)

    assert [notice.path for notice in ignoring.notices(DEPLOYER)] == ["spec.serviceAccountName"]
    assert ignoring.notices(NOBODY) == Accounts().notices(DEPLOYER) == ()


@pytest.mark.parametrize(
    "name", ["", "other:admin", "system:serviceaccount:kube-system:x", "../x", "a/b", "A", "a b", "-a", "a\n"]
)
def test_a_name_leads_to_no_other_namespace(name: str) -> None:
    with pytest.raises(ValidationError):
        ComposeStackSpec(service_account_name=name)
