"""The Compose application in canonical form, as frozen pydantic models.

They are the schema: an attribute not declared here is an error. The modules do without postponed annotations, each of
which pydantic would have to compile when the program starts, in every class that inherits it.
"""

from composestack.compose.model.base import Element
from composestack.compose.model.build import Build
from composestack.compose.model.container import Container, EnvFile, Logging, ServiceModel
from composestack.compose.model.deploy import (
    Deploy,
    DiscreteResource,
    GenericResource,
    Limits,
    Placement,
    PlacementPreference,
    Reservations,
    ReservedDevice,
    Resources,
    RestartPolicy,
    UpdateConfig,
)
from composestack.compose.model.file_object import Config, FileObject, Grant, Secret
from composestack.compose.model.job import Job, Schedule, Triggers
from composestack.compose.model.language_model import LanguageModel
from composestack.compose.model.network import Ipam, IpamPool, Network, ServiceNetwork
from composestack.compose.model.project import Project
from composestack.compose.model.resources import (
    BlkioConfig,
    CredentialSpec,
    Device,
    DeviceRequest,
    ThrottleDevice,
    Ulimit,
    WeightDevice,
)
from composestack.compose.model.service import Develop, PreStartHook, Provider, Service, ServiceHook, Watch
from composestack.compose.model.volume import BindOptions, ImageOptions, Mount, TmpfsOptions, Volume, VolumeOptions
from composestack.compose.model.workload import Dependency, Healthcheck, Port, Workload

__all__ = [
    "BindOptions",
    "BlkioConfig",
    "Build",
    "Config",
    "Container",
    "CredentialSpec",
    "Dependency",
    "Deploy",
    "Develop",
    "Device",
    "DeviceRequest",
    "DiscreteResource",
    "Element",
    "EnvFile",
    "FileObject",
    "GenericResource",
    "Grant",
    "Healthcheck",
    "ImageOptions",
    "Ipam",
    "IpamPool",
    "Job",
    "LanguageModel",
    "Limits",
    "Logging",
    "Mount",
    "Network",
    "Placement",
    "PlacementPreference",
    "Port",
    "PreStartHook",
    "Project",
    "Provider",
    "Reservations",
    "ReservedDevice",
    "Resources",
    "RestartPolicy",
    "Schedule",
    "Secret",
    "Service",
    "ServiceHook",
    "ServiceModel",
    "ServiceNetwork",
    "ThrottleDevice",
    "TmpfsOptions",
    "Triggers",
    "Ulimit",
    "UpdateConfig",
    "Volume",
    "VolumeOptions",
    "Watch",
    "WeightDevice",
    "Workload",
]
