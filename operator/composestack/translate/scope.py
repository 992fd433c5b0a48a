"""What translation needs besides the project: whose it is, its directory, and what the stack and the admin decided."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from composestack.compose.source import ProjectDirectory, ProjectFiles
from composestack.translate.patching.patch import Patch
from composestack.translate.policy import BASELINE, Policy

NONE: Mapping[str, str] = MappingProxyType({})


class Storage(NamedTuple):
    """What claims ask for. `class_name` None is the cluster's default class, `access_mode` None decides by users."""

    class_name: str | None = None
    default_size: str = "1Gi"
    access_mode: str | None = None


class Publish(NamedTuple):
    """What published ports mean outside: `type` is that of a second Service, ClusterIP makes none.

    The rest are fields of that Service (Kubernetes documentation, "Service").
    """

    type: str = "ClusterIP"
    annotations: Mapping[str, str] = NONE
    external_traffic_policy: str | None = None
    load_balancer_class: str | None = None
    source_ranges: tuple[str, ...] = ()


class Ingress(NamedTuple):
    """Host names by service, each perhaps with a path: `shop.example.com/cart`. No `tls_secret`, no TLS."""

    hosts: Mapping[str, str] = NONE
    class_name: str | None = None
    tls_secret: str | None = None
    annotations: Mapping[str, str] = NONE


class Scope(NamedTuple):
    """The circumstances of one translation. Only `stack`, the name of the ComposeStack, has no default.

    `variables` are the stack's own (`spec.env`), never those of the operator's process. `images` replaces images by
    service. `network_policy` False leaves all NetworkPolicies out; `retain_volumes` False lets claims go with the
    stack. `patches` come last.
    """

    stack: str
    directory: ProjectDirectory = ProjectFiles({})
    variables: Mapping[str, str] = NONE
    images: Mapping[str, str] = NONE
    image_pull_secrets: tuple[str, ...] = ()
    publish: Publish = Publish()
    ingress: Ingress = Ingress()
    storage: Storage = Storage()
    network_policy: bool = True
    retain_volumes: bool = True
    patches: tuple[Patch, ...] = ()
    policy: Policy = BASELINE
