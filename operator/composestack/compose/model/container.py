"""What makes a container, whether it runs a service, a job or a hook (`container_spec` of the Compose schema)."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from composestack.compose.model.base import (
    Bool,
    Duration,
    Element,
    Float,
    Hosts,
    Labels,
    LogOptions,
    Name,
    OomScore,
    Percent,
    PlainBool,
    PullPolicy,
    Size,
    StorageOptions,
    Texts,
    Truncated,
    Umask,
    UniqueTexts,
    Variables,
    Whole,
    WholeSize,
    Words,
    nothing,
)
from composestack.compose.model.file_object import Grant
from composestack.compose.model.network import ServiceNetwork
from composestack.compose.model.resources import BlkioConfig, CredentialSpec, Device, DeviceRequest, Ulimits
from composestack.compose.model.volume import Mount


class EnvFile(Element):
    """A file of environment variables. Loading merges them into `environment` and leaves `env_file` empty."""

    path: str
    required: Bool = True
    format: str | None = None


class Logging(Element):
    """The logging driver and its options."""

    driver: str | None = None
    options: LogOptions = Field(default_factory=nothing)


class ServiceModel(Element):
    """How a container learns where a model is. A model written as null has an empty `model_fields_set`."""

    endpoint_var: str | None = None
    model_var: str | None = None


class Container(Element):
    """The attributes of a container.

    - `command`, `entrypoint`: None keeps what the image says, `()` clears it. `$` is single.
    - `environment`: None means that the variable has no value anywhere (Docker removes it from the container).
      `environment_from_files` names the variables whose value comes from an `env_file` alone.
    - sizes (`mem_limit`, `memswap_limit` with -1 for unlimited, `shm_size`, …) are bytes; `mem_swappiness` is 0 to 100.
    - `cpus` is in cores, `cpu_percent` in percent.
    - `cpu_period`, `cpu_quota`, `cpu_rt_period` and `cpu_rt_runtime` are microseconds.
    - `stop_grace_period` is nanoseconds.
    - `extra_hosts` maps a host name to its addresses; `sysctls`, `storage_opt` map to strings.
    """

    annotations: Labels = Field(default_factory=nothing)
    blkio_config: BlkioConfig | None = None
    cap_add: UniqueTexts = ()
    cap_drop: UniqueTexts = ()
    cgroup: Literal["host", "private"] | None = None
    cgroup_parent: str | None = None
    command: Words | None = None
    configs: tuple[Grant, ...] = ()
    cpu_count: Whole | None = None
    cpu_percent: Percent | None = None
    cpu_period: Truncated | None = None
    cpu_quota: Truncated | None = None
    cpu_rt_period: Truncated | None = None
    cpu_rt_runtime: Truncated | None = None
    cpu_shares: Truncated | None = None
    cpus: Float | None = None
    cpuset: str | None = None
    credential_spec: CredentialSpec | None = None
    device_cgroup_rules: UniqueTexts = ()
    devices: tuple[Device, ...] = ()
    dns: UniqueTexts = ()
    dns_opt: UniqueTexts = ()
    dns_search: UniqueTexts = ()
    domainname: str | None = None
    entrypoint: Words | None = None
    env_file: tuple[EnvFile, ...] = ()
    environment: Variables = Field(default_factory=nothing)
    environment_from_files: frozenset[str] = frozenset()
    extra_hosts: Hosts = Field(default_factory=nothing)
    gpus: tuple[DeviceRequest, ...] = ()
    group_add: Texts = ()
    hostname: str | None = None
    image: str | None = None
    init: Bool | None = None
    ipc: str | None = None
    isolation: str | None = None
    label_file: tuple[str, ...] = ()
    labels: Labels = Field(default_factory=nothing)
    logging: Logging | None = None
    mac_address: str | None = None
    mem_limit: Size | None = None
    mem_reservation: WholeSize | None = None
    mem_swappiness: WholeSize | None = None
    memswap_limit: Size | None = None
    models: Mapping[Name, ServiceModel] = Field(default_factory=nothing)
    network_mode: str | None = None
    networks: Mapping[Name, ServiceNetwork] = Field(default_factory=nothing)
    oom_kill_disable: Bool | None = None
    oom_score_adj: OomScore | None = None
    pid: str | None = None
    pids_limit: Truncated | None = None
    platform: str | None = None
    privileged: Bool | None = None
    pull_policy: PullPolicy | None = None
    pull_refresh_after: str | None = None
    read_only: Bool | None = None
    runtime: str | None = None
    secrets: tuple[Grant, ...] = ()
    security_opt: UniqueTexts = ()
    shm_size: Size | None = None
    stop_grace_period: Duration | None = None
    stop_signal: str | None = None
    storage_opt: StorageOptions = Field(default_factory=nothing)
    sysctls: Labels = Field(default_factory=nothing)
    tmpfs: UniqueTexts = ()
    ulimits: Ulimits = Field(default_factory=nothing)
    umask: Umask | None = None
    use_api_socket: PlainBool | None = None
    user: str | None = None
    userns_mode: str | None = None
    uts: str | None = None
    volumes: tuple[Mount, ...] = ()
    volumes_from: UniqueTexts = ()
    working_dir: str | None = None
