"""`x-kubernetes` of a service."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from composestack.translate.extension.cron import CronSettings
from composestack.translate.extension.environment import VariableSettings
from composestack.translate.extension.gateway import GatewaySettings
from composestack.translate.extension.native import ObjectName
from composestack.translate.extension.peers import NetworkPolicySettings
from composestack.translate.extension.probes import ProbeSettings
from composestack.translate.extension.publishing import IngressSettings, NameSettings, PublishSettings
from composestack.translate.extension.resources import ResourceSettings
from composestack.translate.extension.scaling import AutoscaleSettings, DisruptionSettings
from composestack.translate.extension.scheduling import SchedulingSettings
from composestack.translate.extension.security import SecuritySettings
from composestack.translate.extension.settings import Settings, unwritten


class ServiceSettings(Settings):
    """All that a service may say to Kubernetes alone. Nothing of it is required."""

    autoscale: AutoscaleSettings = unwritten(AutoscaleSettings)
    cron: CronSettings = unwritten(CronSettings)
    disruption_budget: DisruptionSettings = unwritten(DisruptionSettings)
    dns_policy: Literal["ClusterFirst", "Default", "None"] | None = None
    env: tuple[VariableSettings, ...] = ()
    gateway: GatewaySettings = unwritten(GatewaySettings)
    group: str | None = None
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    image_pull_secrets: tuple[str, ...] = ()
    ingress: IngressSettings = unwritten(IngressSettings)
    liveness: bool = False
    network_policy: NetworkPolicySettings = unwritten(NetworkPolicySettings)
    pod_annotations: Mapping[str, str] = Field(default_factory=dict)
    pod_labels: Mapping[str, str] = Field(default_factory=dict)
    probes: ProbeSettings = unwritten(ProbeSettings)
    publish: PublishSettings = unwritten(PublishSettings)
    resources: ResourceSettings = unwritten(ResourceSettings)
    scheduling: SchedulingSettings = unwritten(SchedulingSettings)
    security_context: SecuritySettings = unwritten(SecuritySettings)
    service: NameSettings = unwritten(NameSettings)
    service_account_name: ObjectName | None = None
    workload: Literal["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"] | None = None
