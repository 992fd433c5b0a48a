"""What a container asks of its host: `devices`, `gpus`, `ulimits`, `blkio_config`, `credential_spec`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from composestack.compose.model.base import Count, Element, Form, Labels, Limit, UniqueTexts, Weight, WholeSize, nothing


class ThrottleDevice(Element):
    """`rate` is bytes per second for the `_bps` attributes, operations per second for the `_iops` ones."""

    path: str | None = None
    rate: WholeSize | None = None


class WeightDevice(Element):
    """Relative block I/O weight of one device, 10 to 1000."""

    path: str | None = None
    weight: Weight | None = None


class BlkioConfig(Element):
    """Block I/O limits (`blkio_config`)."""

    weight: Weight | None = None
    weight_device: tuple[WeightDevice, ...] = ()
    device_read_bps: tuple[ThrottleDevice, ...] = ()
    device_read_iops: tuple[ThrottleDevice, ...] = ()
    device_write_bps: tuple[ThrottleDevice, ...] = ()
    device_write_iops: tuple[ThrottleDevice, ...] = ()


class CredentialSpec(Element):
    """Credential spec of a Windows container; one of the three is set."""

    config: str | None = None
    file: str | None = None
    registry: str | None = None


class Device(Element):
    """A host device (or CDI device, `vendor.com/class=name`) that is made available at `target`.

    Short syntax fills `target` and `permissions` (`rwm`).
    """

    source: str
    target: str | None = None
    permissions: str | None = None


class DeviceRequest(Element):
    """A request for accelerators (`gpus`, `deploy.resources.reservations.devices`).

    `count` -1 means all; it is filled in when neither `count` nor `device_ids` is written.
    """

    capabilities: UniqueTexts = ()
    count: Count | None = None
    device_ids: UniqueTexts = ()
    driver: str | None = None
    options: Labels = Field(default_factory=nothing)


class Ulimit(Element):
    """A resource limit, -1 for unlimited. `single` tells that one number was written for both."""

    soft: Limit
    hard: Limit
    single: bool = False


Ulimits = Mapping[str, Annotated[Ulimit, Form.ULIMIT]]
