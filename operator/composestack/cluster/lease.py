"""Leader election by a Lease (coordination.k8s.io/v1): of several operators one writes, and the others stand by.

Times are only ever compared with times of the same machine. A candidate counts from the moment at which it saw the
Lease change, the leader from the moment at which it sent its last renewal, which is earlier. So the leader knows first.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from composestack.cluster.client import ApiError, Client, Fenced, Request, Unreachable

API_VERSION = "coordination.k8s.io/v1"

log = logging.getLogger(__name__)
jitter = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """Which Lease, for whom, and its times in seconds.

    The leader renews every `retry` seconds, and gives up when that has failed for `renew_deadline`. Others take over
    `duration` after the last renewal that they saw. What lies between the two is for the leader's last requests.
    """

    namespace: str
    name: str
    identity: str
    duration: int = 15
    renew_deadline: float = 10.0
    retry: float = 2.0


class LeadershipLost(Exception):
    """Somebody else leads now, or may do so soon. Only the end of the process makes sure that it writes no more."""


def now() -> float:
    """Seconds on a clock that nobody sets, and that goes on while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


class Elector:
    """One candidate. Await `acquire`, then keep `hold` running as long as it leads; `release` at the end."""

    def __init__(self, client: Client, terms: LeaseTerms) -> None:
        self._client = client
        self._terms = terms
        self._seconds = terms.renew_deadline * 2 / 3  # so that a second request has time if the first gets no answer
        self._path = f"/apis/{API_VERSION}/namespaces/{terms.namespace}/leases"
        self._lease: Mapping[str, Any] = {}
        self._observed = now()
        self._until = float("-inf")

    @property
    def leads(self) -> bool:
        """Whether the Lease is ours, and cannot have expired."""
        return now() < self._until

    def fence(self) -> float:
        """Return the seconds that a write may take which leaves now. Raises Fenced unless we lead.

        It looks at the clock: a process that was frozen finds out before it has run any other code.
        """
        left = self._until - now()
        if left <= 0:
            raise Fenced(f"{self._terms.identity} does not hold the Lease {self._terms.name}")
        return left

    async def acquire(self) -> None:
        """Wait until the Lease is ours. Failures are waited out."""
        while True:
            try:
                async with asyncio.timeout(self._terms.renew_deadline):
                    if await self._try():
                        log.info("leads", extra={"lease": self._terms.name, "identity": self._terms.identity})
                        return
            except (ApiError, Unreachable, TimeoutError) as error:
                log.warning("lease not looked at", extra={"lease": self._terms.name, "error": repr(error)})
            await asyncio.sleep(self._pause())

    async def hold(self) -> None:
        """Renew the Lease for ever. Raises LeadershipLost."""
        try:
            while True:
                await asyncio.sleep(self._until - self._terms.duration + self._terms.retry - now())
                async with asyncio.timeout(self._terms.renew_deadline):
                    await self._renew()
        except TimeoutError:
            raise LeadershipLost(f"not renewed for {self._terms.renew_deadline:g} s") from None
        finally:
            self._until = float("-inf")

    async def release(self) -> None:
        """Give the Lease up, so that the next one takes it at once. From here on nothing is written. Never fails."""
        self._until = float("-inf")
        try:
            await self._look()
            if _holder(self._lease) == self._terms.identity:
                free = {"holderIdentity": "", "leaseDurationSeconds": 1, "renewTime": _timestamp()}
                await self._write({**self._lease, "spec": {**self._lease["spec"], **free}})
        except (ApiError, Unreachable) as error:
            log.warning("lease not released", extra={"lease": self._terms.name, "error": repr(error)})

    async def _renew(self) -> None:
        while True:
            if not self.leads:
                raise LeadershipLost("the Lease may have expired")
            try:
                if await self._try():
                    return
            except (ApiError, Unreachable) as error:
                log.warning("lease not renewed", extra={"lease": self._terms.name, "error": repr(error)})
            if _holder(self._lease) not in {"", self._terms.identity}:
                raise LeadershipLost(f"{_holder(self._lease)} leads")
            await asyncio.sleep(self._terms.retry * jitter.uniform(0.2, 0.4))

    async def _try(self) -> bool:
        """Take or renew the Lease if it is free or ours. Returns whether it is ours now."""
        if not self.leads:
            await self._look()
        if not self._is_available():
            return False
        sent = now()
        try:
            self._lease = await self._write(self._claim())
        except ApiError as error:
            if error.status not in {404, 409}:  # somebody was faster, or deleted it
                raise
            await self._look()
            return False
        self._until = sent + self._terms.duration
        return True

    async def _look(self) -> None:
        """Read the Lease. Its holder's time starts anew whenever it has changed."""
        try:
            lease = await self._client.attempt(Request("GET", f"{self._path}/{self._terms.name}"), self._seconds)
        except ApiError as error:
            if error.status != 404:
                raise
            lease = {}
        if _version(lease) != _version(self._lease):
            self._observed = now()
        self._lease = lease

    def _is_available(self) -> bool:
        return _holder(self._lease) in {"", self._terms.identity} or now() >= self._expiry()

    def _expiry(self) -> float:
        """When the present holder's time is over, if we see no renewal. What counts is the duration that it named."""
        return self._observed + int(self._lease["spec"].get("leaseDurationSeconds") or self._terms.duration)

    def _pause(self) -> float:
        """Seconds until the next look: half a renewal, but no longer than the Lease lasts."""
        pause = self._terms.retry * jitter.uniform(0.4, 0.6)
        return pause if self._is_available() else min(pause, self._expiry() - now())

    def _claim(self) -> Mapping[str, Any]:
        """Return the Lease as it shall be: ours, with one more transition if it was another's."""
        before, timestamp = self._lease.get("spec", {}), _timestamp()
        spec = {
            "holderIdentity": self._terms.identity,
            "leaseDurationSeconds": self._terms.duration,
            "renewTime": timestamp,
            "acquireTime": before.get("acquireTime", timestamp),
            "leaseTransitions": before.get("leaseTransitions", 0),
        }
        if self._lease and _holder(self._lease) != self._terms.identity:
            spec |= {"acquireTime": timestamp, "leaseTransitions": spec["leaseTransitions"] + 1}
        metadata = self._lease.get("metadata") or {"name": self._terms.name, "namespace": self._terms.namespace}
        return {"apiVersion": API_VERSION, "kind": "Lease", "metadata": metadata, "spec": {**before, **spec}}

    async def _write(self, lease: Mapping[str, Any]) -> Mapping[str, Any]:
        """Create the Lease, or replace exactly the one that we saw."""
        exists = _version(lease) != ""
        path = f"{self._path}/{self._terms.name}" if exists else self._path
        request = Request("PUT" if exists else "POST", path, lease)
        written: Mapping[str, Any] = await self._client.attempt(request, self._seconds)
        return written


def _holder(lease: Mapping[str, Any]) -> str:
    return str(lease.get("spec", {}).get("holderIdentity") or "")


def _version(lease: Mapping[str, Any]) -> str:
    return str(lease.get("metadata", {}).get("resourceVersion", ""))


def _timestamp() -> str:
    """Return the time as MicroTime wants it. It is for people; nobody compares it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
