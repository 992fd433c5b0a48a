"""The running operator: everything is put together here, and nothing else happens here."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

import kopf

from composestack import __version__
from composestack.cluster.apply import Unsettled
from composestack.cluster.client import ApiError, Client, Fenced, Unreachable
from composestack.cluster.cluster import WATCHES, KubernetesCluster
from composestack.cluster.connecting import NoCluster, connect
from composestack.kinds import KINDS
from composestack.reconcile.port import StackKey
from composestack.reconcile.reconciler import Reconciler
from composestack.reconcile.render import revision
from composestack.shell import handlers, logs
from composestack.shell.controller import Controller
from composestack.shell.leadership import Leadership
from composestack.shell.metrics import Census, MeasuredReconciler, Metrics
from composestack.shell.probes import Heartbeat, NoPort, Probes
from composestack.shell.queue import WorkQueue
from composestack.shell.settings import OperatorSettings

REQUESTS = 96
"""Sockets for requests, besides one for each watch."""

GRACE = 8.0
"""Seconds for the work under way to end when the operator stops."""

DEAF, STALLED, LATE = 300.0, 600.0, 10.0
"""Seconds after which a restart is better: a watch does nothing, a stack is not done with, the event loop lags."""

TURN = 0.0005
"""Seconds after which a thread that renders gives way to the event loop, which asks for the interpreter after each of
its system calls. Python's own 5 ms make ten round trips of a request last 200 ms instead of 6 beside one large stack;
the rendering itself takes some percent longer (sys.setswitchinterval).
"""

log = logging.getLogger(__name__)


def run(settings: OperatorSettings) -> None:
    """Run the operator until SIGTERM or SIGINT.

    Exits with status 1 on what it cannot live with: whoever started it starts it again, and nothing is lost.
    """
    logs.configure(settings.log_format, settings.log_level)
    sys.setswitchinterval(TURN)
    try:
        asyncio.run(operate(settings))
    except (NoCluster, NoPort) as error:
        log.critical("operator ends", extra={"error": str(error)})
        sys.exit(1)
    except Exception:
        log.critical("operator ends", exc_info=True)
        sys.exit(1)


async def operate(settings: OperatorSettings, stop: asyncio.Event | None = None) -> None:
    """Run the operator until a signal, or until `stop` is set."""
    connections = REQUESTS + WATCHES * max(len(settings.namespaces), 1)
    kubeconfig = str(settings.kubeconfig) if settings.kubeconfig else None
    client = await connect(kubeconfig, settings.context, connections=connections)
    log.info("operator starts", extra={"version": __version__, "server": client.server})
    try:
        await Operator(settings, client).run(stop)
    finally:
        await client.close()
    log.info("operator stopped")


class Operator:
    """One operator process."""

    def __init__(self, settings: OperatorSettings, client: Client) -> None:
        self._settings = settings
        self._client = client
        self._heartbeat = Heartbeat()
        self._queue: WorkQueue[StackKey] = WorkQueue(expected=(ApiError, Unreachable, Fenced, Unsettled))
        self._cluster = KubernetesCluster(
            client, settings.namespaces, self._children_changed, read_logs=settings.show_logs
        )
        self._leadership = Leadership(client, settings)
        self._metrics = Metrics()
        self._census = Census()
        self._watching: asyncio.Task[None] | None = None
        self._working: asyncio.Task[None] | None = None
        reconciler = Reconciler(self._cluster, settings.policies, settings.accounts)
        self._controller = Controller(
            self._queue, self._cluster, MeasuredReconciler(reconciler, self._metrics), self._revision
        )
        self._cluster.stack_written = self._controller.stack_written
        self._measure()

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Watch the children, then the stacks, and work as long as this process leads, until told to stop."""
        server = await self._probes()
        async with asyncio.TaskGroup() as group:
            self._watching = group.create_task(self._cluster.run())
            tasks = [group.create_task(self._heartbeat.run()), self._watching]
            await self._cluster.ready()
            log.info("children are known")
            self._working = group.create_task(self._work())
            tasks.append(self._working)
            try:
                await self._watch_stacks(stop)
            finally:
                for task in tasks:
                    task.cancel()
                if server:
                    server.close()

    async def _work(self) -> None:
        """Stand by until this process leads. Then work on what is due, for ever."""
        await self._leadership.acquire()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._leadership.hold())
            for _ in range(self._settings.workers):
                group.create_task(self._queue.work(self._controller.work))
            group.create_task(self._controller.resync(self._settings.resync))

    async def _watch_stacks(self, stop: asyncio.Event | None) -> None:
        """Hand over to kopf, which returns after a signal and when its cleanup handlers are done."""
        registry = handlers.registry(self._stack_event, self._login, self._finish)
        identity: Any = "composestack"  # or kopf asks for the name of the user, and that of a container has none
        await kopf.operator(
            identity=identity,
            registry=registry,
            settings=handlers.configured(self._settings.selector),
            namespaces=self._settings.namespaces,
            clusterwide=not self._settings.namespaces,
            stop_flag=stop,
        )

    async def _finish(self) -> None:
        """End the work, then let another operator lead: in this order, so that never two of them write.

        kopf would wait 5 s for the watches that have begun since it has, which are those of sources.
        """
        await self._queue.stop(GRACE)
        if self._working:
            self._working.cancel()
            await asyncio.wait([self._working])
        await self._leadership.release()
        if self._watching:
            self._watching.cancel()

    def _stack_event(self, kind: str | None, body: Mapping[str, Any]) -> None:
        self._census.stack_event(kind, body)
        self._controller.stack_event(kind, body)
        if not self._leadership.held:  # the work on it is somebody else's, so its body need not be kept
            self._cluster.release(StackKey(body["metadata"]["namespace"], body["metadata"]["name"]))

    def _login(self) -> kopf.AiohttpSession:
        return kopf.AiohttpSession(server=self._client.server, aiohttp_session=self._client.session())

    def _children_changed(self, label: StackKey) -> None:
        self._controller.children_changed(label)

    def _revision(self, namespace: str, spec: Mapping[str, Any]) -> str:
        return revision(spec, self._settings.policies.of(namespace))

    async def _probes(self) -> asyncio.Server | None:
        if not self._settings.probe_address:
            return None
        alive = (self._watches, self._works, self._keeps_time)
        checks = {"/healthz": alive, "/readyz": (self._is_synced,)}
        return await Probes(checks, {"/metrics": self._metrics.page}).serve(self._settings.probe_address)

    def _measure(self) -> None:
        """Say what the metrics are read from."""
        self._client.observe = self._metrics.answered
        self._census.show(self._metrics)
        gauge = self._metrics.gauge
        gauge("queue_depth", "Stacks that wait to be looked at.", lambda: len(self._queue))
        gauge("queue_oldest_seconds", "How long the oldest of them has waited.", lambda: self._queue.age)
        gauge("leader", "1 if this operator may write, 0 if it stands by.", lambda: self._leadership.held)
        counts = {kind: partial(self._cluster.count, kind) for kind in KINDS}
        self._metrics.gauges("objects", "Objects that stacks have.", "kind", counts)

    def _watches(self) -> str | None:
        age = self._cluster.age
        return f"a watch has done nothing for {age:.0f} s" if age > DEAF else None

    def _works(self) -> str | None:
        stall = self._queue.stall if self._leadership.held else 0.0
        return f"a stack has been waiting for {stall:.0f} s" if stall > STALLED else None

    def _keeps_time(self) -> str | None:
        lag = self._heartbeat.lag
        return f"the event loop is {lag:.1f} s late" if lag > LATE else None

    def _is_synced(self) -> str | None:
        return None if self._cluster.is_synced else "the children of the stacks are not known yet"
