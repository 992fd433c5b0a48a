"""`x-kubernetes` of a network."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from composestack.translate.address_range import is_cidr
from composestack.translate.extension.native import Native
from composestack.translate.extension.selector import LabelSelector
from composestack.translate.extension.settings import Settings


def _range(text: str) -> str:
    if not is_cidr(text):
        raise ValueError(f"{text!r} is no range of addresses")
    return text


Cidr = Annotated[str, AfterValidator(_range)]


class IpBlock(Native):
    """A range of addresses, without some of them (networking.k8s.io/v1 IPBlock)."""

    cidr: Cidr
    except_: tuple[Cidr, ...] = Field(default=(), alias="except")


class Peer(Native):
    """Pods by their labels and those of their namespace, or addresses (networking.k8s.io/v1 NetworkPolicyPeer)."""

    ip_block: IpBlock | None = None
    namespace_selector: LabelSelector | None = None
    pod_selector: LabelSelector | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        pods = self.namespace_selector is not None or self.pod_selector is not None
        if pods == (self.ip_block is not None):
            raise ValueError("needs an ipBlock, or a namespaceSelector or podSelector")
        return self


class NetworkSettings(Settings):
    """Who besides its members reaches the members of a network.

    `isolation: none` lets everybody in. `attachment` is a further network of the pods: `name` or `namespace/name` of a
    NetworkAttachmentDefinition.
    """

    allow_from: tuple[Peer, ...] = ()
    attachment: str | None = None
    isolation: Literal["enforce", "none"] | None = None
