"""Who else reaches a service, and whom it reaches besides."""

from typing import Any, Literal, Self

from pydantic import model_validator

from composestack.translate.extension.native import Native, PortNumber
from composestack.translate.extension.network import Peer
from composestack.translate.extension.settings import Settings


class PeerPort(Native):
    """A port, or all of them up to `endPort`."""

    end_port: PortNumber | None = None
    port: PortNumber
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.end_port is not None and self.end_port < self.port:
            raise ValueError("has an endPort that is less than its port")
        return self


class PortPeer(Peer):
    """A peer at some ports, or at all of them. Without a peer, everybody at these ports."""

    ports: tuple[PeerPort, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> Self:
        pods = self.namespace_selector is not None or self.pod_selector is not None
        if (pods and self.ip_block is not None) or not (pods or self.ip_block or self.ports):
            raise ValueError("needs an ipBlock, or a namespaceSelector or podSelector, or ports")
        return self

    def rule(self, direction: Literal["from", "to"]) -> dict[str, Any]:
        """Return the rule of a NetworkPolicy that lets it in, or out. Its lists are atomic, so it bears defaults."""
        peer = self.manifest()
        ports = [{"protocol": "TCP", **port} for port in peer.pop("ports", ())]
        return ({direction: [peer]} if peer else {}) | ({"ports": ports} if ports else {})


class NetworkPolicySettings(Settings):
    """Added to what networks and published ports allow: nothing here takes anything away."""

    allow_from: tuple[PortPeer, ...] = ()
    allow_to: tuple[PortPeer, ...] = ()
