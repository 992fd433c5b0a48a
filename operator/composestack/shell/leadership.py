"""Which of several operators writes: the one that holds the Lease, or a single one without asking."""

from __future__ import annotations

import json
import socket
from hashlib import sha256
from uuid import uuid4

from composestack.cluster.client import Client
from composestack.cluster.lease import Elector, LeaseTerms
from composestack.shell.settings import OperatorSettings


class Leadership:
    """The right to write, which is this process's own at once, or by a Lease."""

    def __init__(self, client: Client, settings: OperatorSettings) -> None:
        """With leader election no write leaves the client unless this process leads."""
        self._elector = Elector(client, lease_terms(settings)) if settings.leader_election else None
        if self._elector:
            client.fence = self._elector.fence

    @property
    def held(self) -> bool:
        """Whether this process may write."""
        return self._elector is None or self._elector.leads

    async def acquire(self) -> None:
        """Wait until this process may write."""
        if self._elector:
            await self._elector.acquire()

    async def hold(self) -> None:
        """Keep the right to write. Raises LeadershipLost."""
        if self._elector:
            await self._elector.hold()

    async def release(self) -> None:
        """Let the next one write, and write no more."""
        if self._elector:
            await self._elector.release()


def lease_terms(settings: OperatorSettings) -> LeaseTerms:
    """Return the Lease that the settings name."""
    return LeaseTerms(
        namespace=settings.lease_namespace,
        name=settings.lease_name or _lease_name(settings),
        identity=settings.identity or f"{socket.gethostname()}_{uuid4()}",
        duration=settings.lease_duration,
        renew_deadline=settings.renew_deadline,
        retry=settings.retry_period,
    )


def _lease_name(settings: OperatorSettings) -> str:
    """Return a name that operators share if they serve the same stacks, and only then."""
    served = [sorted(settings.namespaces), settings.selector]
    digest = sha256(json.dumps(served).encode()).hexdigest()[:8]
    return f"composestack-{digest}" if any(served) else "composestack"
