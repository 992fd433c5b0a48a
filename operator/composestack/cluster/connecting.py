"""Opening a connection: where the API server is, and who we are to it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config
from yaml import YAMLError

from composestack.cluster.client import Client, tracing

FRESH = 60.0
"""Seconds between two looks into the files of a kubeconfig. In a pod the library does that by itself."""

in_cluster: Callable[[Configuration], None] = load_incluster_config
from_kubeconfig: Callable[..., Awaitable[Any]] = load_kube_config
unusable = (ConfigException, YAMLError, OSError, AttributeError, KeyError, TypeError, ValueError)
"""What the library raises for a kubeconfig that is none: it takes its shape for granted."""
log = logging.getLogger(__name__)


class NoCluster(Exception):
    """Nothing says in a usable way where the cluster is. Says what is wrong."""


def settings(connections: int = 128) -> Configuration:
    """Return what every connection of ours has in common. `connections` bounds the sockets."""
    kwargs = {"trust_env": False, "trace_configs": [tracing()]}
    return Configuration(connection_pool_maxsize=connections, client_session_kwargs=kwargs)


async def connect(kubeconfig: str | None = None, context: str | None = None, *, connections: int = 128) -> Client:
    """Open a connection. `kubeconfig` and `context` come first, then $KUBECONFIG, the pod's cluster, ~/.kube/config.

    `connections` bounds the sockets: requests under way plus watches.
    Raises NoCluster if there is no usable configuration.
    """
    configuration = settings(connections)
    if kubeconfig is None and context is None and "KUBECONFIG" not in os.environ:
        with suppress(ConfigException):
            in_cluster(configuration)
            return Client(ApiClient(configuration))
    try:
        loader = await from_kubeconfig(kubeconfig, context, configuration, persist_config=False)
    except unusable as error:
        place = kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config"
        raise NoCluster(f"no cluster to connect to: {place} cannot be used: {error}") from error
    return Client(ApiClient(configuration), asyncio.create_task(_keep_fresh(loader, configuration)))


async def _keep_fresh(loader: Any, configuration: Configuration) -> None:
    """Read the credentials of a kubeconfig again and again: tokens in files and from plugins expire."""
    while True:
        await asyncio.sleep(FRESH)
        try:
            await loader.load_and_set(configuration)
        except unusable as error:
            log.warning("credentials not read", extra={"error": repr(error)})
