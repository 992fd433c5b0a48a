"""Secrets and configs as files of a container: one file each, so that nothing else of its directory is hidden."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Grant, Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import Contribution, combine
from composestack.translate.file_objects import FileContent
from composestack.translate.names import path_label
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

READABLE_BY_ALL = 0o444
WRITE_BITS = 0o222
ROOT = {None, "", "0"}


class _Sort(NamedTuple):
    """How secrets differ from configs."""

    attribute: str
    directory: str


_SECRETS, _CONFIGS = _Sort("secrets", "/run/secrets"), _Sort("configs", "/")


@translates(
    "services.*.secrets[].source",
    "services.*.secrets[].target",
    "services.*.secrets[].mode",
    "services.*.secrets[].uid",
    "services.*.secrets[].gid",
    caveat="The file belongs to root: `uid` and `gid` have no effect, which only matters if `mode` keeps others out.",
)
def secrets(service: Service, stack: Stack) -> Contribution:
    """Below `/run/secrets`, as in Docker."""
    return _grants(service.name, service.secrets, stack.secrets, _SECRETS)


@translates(
    "services.*.configs[].source",
    "services.*.configs[].target",
    "services.*.configs[].mode",
    "services.*.configs[].uid",
    "services.*.configs[].gid",
    caveat="The file belongs to root: `uid` and `gid` have no effect, which only matters if `mode` keeps others out.",
)
def configs(service: Service, stack: Stack) -> Contribution:
    """Below the root directory, as in Docker."""
    return _grants(service.name, service.configs, stack.configs, _CONFIGS)


def _grants(service: str, grants: Sequence[Grant], contents: Mapping[str, FileContent], sort: _Sort) -> Contribution:
    parts = []
    for index, grant in enumerate(grants):
        path = f"services.{service}.{sort.attribute}[{index}]"
        content = contents.get(grant.source or "")
        if content is None:
            problem = Refusal(
                f"{path}.source", f"{grant.source} is not declared", f"declare it in the section {sort.attribute}"
            )
            parts.append(Contribution(problems=[problem]))
        else:
            parts.append(_grant(grant, content, path, sort))
    return combine(parts)


def _grant(grant: Grant, content: FileContent, path: str, sort: _Sort) -> Contribution:
    """The name of the pod's volume comes from the target: one secret can be granted twice."""
    target = posixpath.normpath(posixpath.join(sort.directory, grant.target or grant.source or ""))
    mode = (READABLE_BY_ALL if grant.mode is None else grant.mode) & ~WRITE_BITS & 0o777
    name = f"{sort.attribute[:-1]}-{path_label(target)}"
    file = {"defaultMode": mode, "items": [{"key": content.key, "path": content.key}]}
    source = (
        {"secret": {"secretName": content.name, **file}}
        if content.confidential
        else {"configMap": {"name": content.name, **file}}
    )
    notices = [] if {grant.uid, grant.gid} <= ROOT else [_of_root(mode, path)]
    mount = {"mountPath": target, "name": name, "readOnly": True, "subPath": content.key}
    volume = {"name": name, **source}
    return Contribution(container={"volumeMounts": [mount]}, pod={"volumes": [volume]}, notices=notices)


def _of_root(mode: int, path: str) -> Notice:
    if mode & 0o004:
        message = "the file belongs to root; other users can read it all the same"
    else:
        message = (
            f"the file belongs to root, and its mode {mode:o} keeps other users out; write mode 0444, or run as root"
        )
    return Notice(path, NoticeCode.APPROXIMATED, message)
