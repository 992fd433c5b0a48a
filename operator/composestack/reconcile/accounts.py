"""Whose rights the objects of a stack are written with: those of a ServiceAccount of its namespace, or the operator's.

The API server is asked to act as it (Kubernetes docs, Authenticating, User impersonation), so that a stack can do no
more than the account may. It adds the groups of ServiceAccounts by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from composestack.api.reasons import NoticeCode
from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.compose.problems import Notice
from composestack.translate.refusal import Refusal, Refused

PATH = "spec.serviceAccountName"


class Choice(StrEnum):
    """Who chooses the account of a stack."""

    OPTIONAL = "Optional"
    """The stack may name one."""
    REQUIRED = "Required"
    """The stack must name one, if there is no default."""
    IGNORED = "Ignored"
    """The admin alone does; what a stack says is ignored."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The admin's word on accounts. `default` is the name of one that exists in every namespace; "" is none."""

    default: str = ""
    choice: Choice = Choice.OPTIONAL

    def user(self, namespace: str, spec: ComposeStackSpec) -> str:
        """Return the user to act as, "" for the operator itself. Raises Refused if the stack must name an account."""
        own = None if self.choice is Choice.IGNORED else spec.service_account_name
        name = own or self.default
        if not name and self.choice is Choice.REQUIRED:
            message = "every stack must name the ServiceAccount as which its objects are written"
            raise Refused([Refusal(PATH, message, f"name one of the namespace {namespace}")])
        return user_name(namespace, name) if name else ""

    def notices(self, spec: ComposeStackSpec) -> tuple[Notice, ...]:
        """Say if the account that a stack names is ignored."""
        if self.choice is not Choice.IGNORED or spec.service_account_name is None:
            return ()
        return (Notice(PATH, NoticeCode.IGNORED, "the settings of this operator say as whom it writes"),)


def user_name(namespace: str, account: str) -> str:
    """Return the user that a ServiceAccount is."""
    return f"system:serviceaccount:{namespace}:{account}"
