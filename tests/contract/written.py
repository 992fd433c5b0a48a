"""How an attribute is written so that it means something.

`ATTRIBUTES` says so where the schema does not suffice: a value other than what holds without it, and the company that
it needs. All other attributes are written as their schema has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from composestack.translate.extension.places import PLACES
from composestack.translate.extension.settings import KEY, Settings
from tests.contract.test_totality import SCHEMA

ABSENT = object()
"""The attribute is not written."""

SETTINGS: Mapping[str, type[Settings]] = {f"{place}.{KEY}.".removeprefix("."): model for place, model in PLACES.items()}
"""The models of the extension, by the path of what is in them."""

KEYS = {
    "configs": "settings",
    "depends_on": "db",
    "jobs": "nightly",
    "models": "llm",
    "networks": "back",
    "secrets": "token",
    "services": "web",
    "volumes": "data",
}
"""What `*` stands for, by what it is a key of."""

BASE = {"services.*.image": "acme/web", "services.db.image": "postgres:16"}
"""Two services, of which one has no port."""


@dataclass(frozen=True)
class Written:
    """An attribute with `value`, and `otherwise`, both `beside` other attributes by path. `instead` are attributes that
    are there when this one is not.

    `refused`: all that it can make is a refusal.
    """

    value: Any
    otherwise: Any = ABSENT
    beside: Mapping[str, Any] = field(default_factory=dict)
    instead: Mapping[str, Any] = field(default_factory=dict)
    refused: bool = False

    def documents(self, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the document with the attribute, and the one without."""
        common = {**BASE, **self.beside}
        return document({**common, path: self.value}), document({**common, path: self.otherwise, **self.instead})


def document(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with these attributes, by path."""
    made: dict[str, Any] = {}
    for path, value in attributes.items():
        if value is not ABSENT:
            made = put(made, steps(path), value)
    return made


def steps(path: str) -> tuple[str, ...]:
    """Return the keys on the way to an attribute; "[]" is the first item of a list."""
    found: list[str] = []
    for name in path.replace("[]", ".[]").split("."):
        found.append(KEYS[found[-1]] if name == "*" else name)
    return tuple(found)


def put(whole: Any, way: Sequence[str], value: Any) -> Any:
    """Return a document with one more value in it."""
    if not way:
        return value
    step, *rest = way
    if step == "[]":
        first, *others = whole or [{}]
        return [put(first, rest, value), *others]
    whole = whole if isinstance(whole, dict) else {}
    return {**whole, step: put(whole.get(step, {}), rest, value)}


def written(path: str) -> Written:
    """Return how an attribute is written."""
    if path in ATTRIBUTES:
        return ATTRIBUTES[path]
    for prefix, model in SETTINGS.items():
        if path.startswith(prefix):
            schema = model.model_json_schema()
            return Written(example(schema, steps(path.removeprefix(prefix)), schema.get("$defs", {})))
    return Written(example(SCHEMA, steps(path), SCHEMA["$defs"]))


def example(schema: Mapping[str, Any], way: Sequence[str], definitions: Mapping[str, Any]) -> Any:
    """Return a value that a JSON schema allows for the attribute at the end of a way, ABSENT if there is none."""
    if "$ref" in schema:
        return example(definitions[schema["$ref"].rpartition("/")[2]], way, definitions)
    found = _of_type(schema, definitions) if not way else ABSENT
    if way and (below := _step(schema, way[0])) is not None:
        found = example(below, way[1:], definitions)
    for alternatives in ("oneOf", "anyOf", "allOf"):
        for each in schema.get(alternatives, ()):
            found = example(each, way, definitions) if found is ABSENT else found
    return found


def _step(schema: Mapping[str, Any], step: str) -> Mapping[str, Any] | None:
    free = [child for pattern, child in schema.get("patternProperties", {}).items() if pattern != "^x-"]
    free += [each for each in [schema.get("additionalProperties")] if isinstance(each, dict)]
    named = schema.get("items") if step == "[]" else schema.get("properties", {}).get(step)
    return named or next(iter(free), None)


def _of_type(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    types = schema.get("type", ())
    kind = types if isinstance(types, str) else next(iter(types), None)
    if "enum" in schema:
        return schema["enum"][-1]
    if kind == "array":
        return [example(schema["items"], (), definitions)]
    if kind == "object":
        return {"example.com/key": "text"}
    return {"boolean": True, "integer": 7, "number": 7, "string": "text"}.get(kind or "", ABSENT)


_WEB, _DB, _KUBERNETES = "services.*", "services.db", "services.*.x-kubernetes"
_PORT = {f"{_WEB}.ports[]": {"target": 80, "published": "8080"}}
_NODE_PORT = {**_PORT, f"{_KUBERNETES}.publish.type": "NodePort"}
_CHECK = {f"{_WEB}.healthcheck.test": ["CMD", "true"]}
_PAGES = {
    f"{_WEB}.image": "nginx",
    f"{_WEB}.volumes[]": {"type": "volume", "source": "data", "target": "/usr/share/nginx/html"},
    "volumes.*": {},
}
_VOLUME = {f"{_WEB}.volumes[]": {"type": "volume", "source": "data", "target": "/data"}, "volumes.*": {}}
_BIND = {f"{_WEB}.volumes[]": {"type": "bind", "source": "/srv/media", "target": "/data"}}
_TMPFS = {f"{_WEB}.volumes[]": {"type": "tmpfs", "target": "/data"}}
_MEMBER: Mapping[str, Any] = {f"{_WEB}.networks": {"back": {}}, "networks.*": {}}
_GRANTS = {
    section: {f"{_WEB}.{section}[].source": key, f"{section}.*.environment": "WORD"}
    for section, key in (("configs", "settings"), ("secrets", "token"))
}
_HOST_NAME = {f"{_KUBERNETES}.ingress.hosts": ["shop.example.com"], f"{_WEB}.expose": ["80", "81"]}
_DEVICE = {f"{_WEB}.devices[]": {"source": "/dev/kvm", "target": "/dev/kvm"}}
_REPLICAS = {f"{_WEB}.deploy.replicas": 3}
_ROLLBACK = {**_REPLICAS, f"{_WEB}.deploy.update_config.failure_action": "rollback"}
_SCALED = {
    f"{_KUBERNETES}.autoscale": {"max": 3, "cpu": 80, "memory": 80},
    f"{_WEB}.cpus": 1,
    f"{_WEB}.mem_limit": "1g",
    f"{_WEB}.expose": ["80"],
}
_MODEL: Mapping[str, Any] = {f"{_WEB}.models": {"llm": {}}, "models.*.model": "ai/one"}
_VARIABLE = f"{_KUBERNETES}.env[]"
_BALANCED = {**_PORT, f"{_KUBERNETES}.publish.type": "LoadBalancer"}
_CRON = f"{_KUBERNETES}.cron"
_SCHEDULE = "jobs.*.triggers.schedule[]"
_JOB = {"jobs.*.image": "acme/web", f"{_SCHEDULE}.cron": "@daily"}
_OF_PORT = f"{_WEB}.ports[].x-kubernetes"
_GATEWAY = {f"{_KUBERNETES}.gateway.parentRefs[].name": "own", f"{_WEB}.expose": ["80", "81"]}
_GATEWAY_OF_PORT = {**_PORT, f"{_OF_PORT}.gateway.parentRef.name": "own"}


def _variable(source: str) -> Mapping[str, Any]:
    return {f"{_VARIABLE}.name": "WORD", f"{_VARIABLE}.valueFrom.{source}": {"name": "one", "key": "two"}}


def _files(section: str) -> dict[str, Written]:
    """Return how configs and secrets, and what services do with them, are written."""
    grant, source = f"{_WEB}.{section}[]", f"{section}.*"
    granted = {f"{grant}.source": KEYS[section]}
    return {
        f"{grant}.gid": Written("1000", beside={**_GRANTS[section], f"{grant}.mode": 0o440}),
        f"{grant}.mode": Written(0o400, beside=_GRANTS[section]),
        f"{grant}.source": Written(KEYS[section], beside={f"{source}.environment": "WORD"}),
        f"{grant}.target": Written("/etc/other", beside=_GRANTS[section]),
        f"{grant}.uid": Written("1000", beside={**_GRANTS[section], f"{grant}.mode": 0o400}),
        f"{source}.environment": Written("WORD", "OTHER", granted),
        f"{source}.external": Written(True, beside=granted, instead={f"{source}.environment": "WORD"}),
        f"{source}.file": Written("./one.conf", "./other.conf", granted),
        f"{source}.labels": Written({"example.com/key": "text"}, beside=_GRANTS[section]),
        f"{source}.x-kubernetes.key": Written("other", beside=_GRANTS[section]),
        f"{source}.name": Written("other", beside={**granted, f"{source}.external": True}),
    }


def _devices(place: str) -> dict[str, Written]:
    """Return how GPUs are written."""
    gpu = {f"{place}.capabilities": ["gpu"]}
    return {
        f"{place}.capabilities": Written(["gpu", "video"], ["gpu"]),
        f"{place}.count": Written(2, beside=gpu),
        f"{place}.device_ids": Written(["0", "3"], beside=gpu, refused=True),
        f"{place}.driver": Written("amd", beside=gpu),
        f"{place}.options": Written({"key": "text"}, beside=gpu, refused=True),
    }


def _published(place: str, how: Mapping[str, Any]) -> dict[str, Written]:
    """Return how ports are published, if `how` says that they are."""
    return {
        f"{place}.annotations": Written({"example.com/key": "text"}, beside=how),
        f"{place}.externalTrafficPolicy": Written("Local", beside=how),
        f"{place}.loadBalancerClass": Written("example.com/internal", beside=how),
        f"{place}.sourceRanges": Written(["192.0.2.0/24"], beside=how),
    }


def _hook(place: str) -> dict[str, Written]:
    """Return how commands in a running container are written."""
    command = {f"{place}.command": ["true"]}
    return {
        f"{place}.command": Written(["true"], ["false"]),
        f"{place}.environment": Written({"WORD": "text"}, beside=command),
        f"{place}.privileged": Written(True, beside=command, refused=True),
        f"{place}.user": Written("1000", beside=command, refused=True),
        f"{place}.working_dir": Written("/srv", beside=command),
    }


_AFFINITY = {
    "requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "Exists"}]}]
    }
}
_PODS: Mapping[str, Written] = {
    "autoscale.metrics": Written(
        [{"type": "Pods", "pods": {"metric": {"name": "load"}, "target": {"type": "AverageValue", "averageValue": 1}}}],
        beside=_SCALED,
    ),
    "dnsPolicy": Written("Default"),
    "env[].valueFrom.resourceFieldRef.divisor": Written(
        "1Mi", "1", {f"{_VARIABLE}.name": "WORD", f"{_VARIABLE}.valueFrom.resourceFieldRef.resource": "limits.memory"}
    ),
    "env[].valueFrom.resourceFieldRef.resource": Written("limits.cpu", "requests.cpu", {f"{_VARIABLE}.name": "WORD"}),
    "networkPolicy.allowFrom": Written([{"podSelector": {}}]),
    "networkPolicy.allowTo": Written(
        [{"podSelector": {}}], beside={**_MEMBER, "networks.*.internal": True, f"{_WEB}.expose": ["80"]}
    ),
    "resources.limits": Written({"memory": "1Gi"}),
    "resources.requests": Written({"memory": "1Gi"}),
    "scheduling.affinity": Written({"nodeAffinity": _AFFINITY}),
    "scheduling.nodeSelector": Written({"disk": "ssd"}),
    "scheduling.priorityClassName": Written("high"),
    "scheduling.schedulerName": Written("volcano"),
    "scheduling.tolerations": Written([{"key": "dedicated", "operator": "Exists"}]),
    "scheduling.topologySpreadConstraints": Written(
        [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}]
    ),
    "securityContext.seLinuxOptions": Written({"level": "s0:c1,c2"}),
    "securityContext.supplementalGroupsPolicy": Written("Strict"),
    "service.publishNotReadyAddresses": Written(True, beside={f"{_WEB}.expose": ["80"]}),
    "service.trafficDistribution": Written("PreferSameZone", beside={f"{_WEB}.expose": ["80"]}),
    "serviceAccountName": Written("reader"),
}
"""What a service says of its pods to Kubernetes alone, below `x-kubernetes`."""

ATTRIBUTES: Mapping[str, Written] = {
    **{f"{_KUBERNETES}.{path}": each for path, each in _PODS.items()},
    "configs.*.content": Written("one", "two", {f"{_WEB}.configs[].source": "settings"}),
    "models.*.model": Written("ai/two", "ai/one", _MODEL),
    "networks.*.driver_opts": Written({"com.docker.network.bridge.enable_icc": "false"}, beside=_MEMBER),
    "networks.*.external": Written(True, beside=_MEMBER),
    "networks.*.internal": Written(True, beside=_MEMBER),
    "networks.*.labels": Written({"example.com/key": "text"}, beside=_MEMBER),
    "networks.*.name": Written("other", beside=_MEMBER),
    "networks.*.x-kubernetes.allowFrom": Written([{"podSelector": {}}], beside=_MEMBER),
    "networks.*.x-kubernetes.attachment": Written("lan", beside=_MEMBER),
    "networks.*.x-kubernetes.isolation": Written("none", beside=_MEMBER),
    "secrets.*.x-kubernetes.externalSecret": Written({"store": "vault"}, beside=_GRANTS["secrets"], refused=True),
    "secrets.*.x-kubernetes.type": Written("example.com/type", beside=_GRANTS["secrets"]),
    "services.*": Written({"image": "acme/web"}, {"image": "acme/other"}),
    "services.*.cap_add": Written(["NET_ADMIN"]),
    "services.*.cap_drop": Written(["CHOWN"]),
    "services.*.command": Written(["serve"]),
    "services.*.cpu_period": Written(50_000, beside={f"{_WEB}.cpu_quota": 25_000}),
    "services.*.cpu_quota": Written(25_000),
    "services.*.depends_on.*.condition": Written("service_completed_successfully", "service_started"),
    "services.*.depends_on.*.required": Written(False, True, {f"{_WEB}.depends_on.*.condition": "service_started"}),
    "services.*.depends_on.*.restart": Written(True, False, {f"{_WEB}.depends_on.*.condition": "service_started"}),
    "services.*.deploy.endpoint_mode": Written("dnsrr", beside={f"{_WEB}.expose": ["80"]}),
    "services.*.deploy.mode": Written("global"),
    "services.*.deploy.placement.constraints": Written(["node.labels.disk == ssd"]),
    "services.*.deploy.placement.preferences[].spread": Written("node.labels.zone", "node.labels.rack"),
    "services.*.deploy.resources.limits.memory": Written("64m"),
    "services.*.deploy.resources.reservations.memory": Written("64m"),
    "services.*.deploy.restart_policy.condition": Written("none"),
    "services.*.deploy.restart_policy.max_attempts": Written(
        7, beside={f"{_WEB}.deploy.restart_policy.condition": "on-failure"}
    ),
    "services.*.deploy.rollback_config.delay": Written("7s", beside=_ROLLBACK),
    "services.*.deploy.rollback_config.failure_action": Written("other", beside=_ROLLBACK),
    "services.*.deploy.rollback_config.monitor": Written("7s", beside=_ROLLBACK),
    "services.*.deploy.rollback_config.order": Written("start-first", beside=_ROLLBACK),
    "services.*.deploy.rollback_config.parallelism": Written(2, beside=_ROLLBACK),
    "services.*.deploy.update_config.delay": Written("7s", beside={f"{_WEB}.scale": 3}),
    "services.*.deploy.update_config.failure_action": Written("rollback"),
    "services.*.deploy.update_config.monitor": Written("7s"),
    "services.*.deploy.update_config.order": Written("start-first"),
    "services.*.deploy.update_config.parallelism": Written(2, beside={f"{_WEB}.scale": 3}),
    "services.*.devices[].permissions": Written("r", beside=_DEVICE, refused=True),
    "services.*.devices[].source": Written(
        "/dev/kvm",
        beside={f"{_WEB}.devices[].target": "/dev/kvm"},
        instead={f"{_WEB}.devices[]": {"source": "/dev/fuse", "target": "/dev/fuse"}},
    ),
    "services.*.devices[].target": Written(
        "/dev/kvm",
        beside={f"{_WEB}.devices[].source": "/dev/kvm"},
        instead={f"{_WEB}.devices[].target": "/dev/other"},
        refused=True,
    ),
    "services.*.dns": Written(["192.0.2.1"]),
    "services.*.domainname": Written("example.com", beside={f"{_WEB}.hostname": "web"}),
    "services.*.entrypoint": Written(["serve"]),
    "services.*.expose": Written(["81"]),
    "services.*.external_links": Written(["cache:cache"]),
    "services.*.extra_hosts": Written({"example.com": "192.0.2.1"}),
    "services.*.group_add": Written(["1000"]),
    "services.*.healthcheck.disable": Written(True, beside=_CHECK),
    "services.*.healthcheck.interval": Written("7s", beside=_CHECK),
    "services.*.healthcheck.retries": Written(7, beside=_CHECK),
    "services.*.healthcheck.start_interval": Written(
        "7s", beside={**_CHECK, f"{_WEB}.healthcheck.start_period": "60s"}
    ),
    "services.*.healthcheck.start_period": Written("7s", beside={**_CHECK, f"{_KUBERNETES}.liveness": True}),
    "services.*.healthcheck.timeout": Written("7s", beside=_CHECK),
    "services.*.image": Written("acme/web", "acme/other"),
    "services.*.ipc": Written("host"),
    "services.*.isolation": Written("hyperv"),
    "services.*.links": Written(["db:alias"], ["db"], {f"{_DB}.expose": ["5432"]}),
    "services.*.mem_limit": Written("64m"),
    "services.*.mem_reservation": Written("64m"),
    "services.*.models": Written(["llm"], beside={"models.*.model": "ai/one"}),
    "services.*.models.*.endpoint_var": Written("ENDPOINT", beside=_MODEL),
    "services.*.models.*.model_var": Written("MODEL", beside=_MODEL),
    "services.*.network_mode": Written("none"),
    "services.*.networks": Written({"back": {}}, beside={"networks.*": {}}),
    "services.*.networks.*.aliases": Written(["alias"], beside=_MEMBER),
    "services.*.networks.*.ipv4_address": Written("192.0.2.7", beside=_MEMBER),
    "services.*.networks.*.ipv6_address": Written("2001:db8::7", beside=_MEMBER),
    "services.*.pid": Written("host"),
    "services.*.platform": Written("linux/arm64"),
    "services.*.ports[].app_protocol": Written("http", beside=_PORT),
    "services.*.ports[].host_ip": Written("127.0.0.1", beside=_NODE_PORT),
    "services.*.ports[].mode": Written("host", beside=_PORT),
    "services.*.ports[].name": Written("web", beside=_PORT),
    "services.*.ports[].protocol": Written("udp", beside=_PORT),
    "services.*.ports[].published": Written("9090", "8080", _NODE_PORT),
    "services.*.ports[].target": Written(81, 80, _NODE_PORT),
    "services.*.pull_policy": Written("never"),
    "services.*.restart": Written("no"),
    "services.*.runtime": Written("kata"),
    "services.*.security_opt": Written(["no-new-privileges"]),
    "services.*.shm_size": Written("128m"),
    "services.*.stop_grace_period": Written("7s"),
    "services.*.stop_signal": Written("SIGINT"),
    "services.*.storage_opt": Written({"size": "1g"}),
    "services.*.sysctls": Written({"net.ipv4.tcp_syncookies": "0"}),
    "services.*.tmpfs": Written(["/run"]),
    "services.*.user": Written("1000"),
    "services.*.volumes[].bind.create_host_path": Written(False, beside=_BIND),
    "services.*.volumes[].bind.propagation": Written("rslave", beside=_BIND),
    "services.*.volumes[].bind.recursive": Written("readonly", beside={**_BIND, f"{_WEB}.volumes[].read_only": True}),
    "services.*.volumes[].image.subpath": Written(
        "inner", beside={f"{_WEB}.volumes[]": {"type": "image", "source": "acme/data", "target": "/data"}}
    ),
    "services.*.volumes[].read_only": Written(True, beside=_VOLUME),
    "services.*.volumes[].source": Written("data", "other", {**_VOLUME, "volumes.other": {}}),
    "services.*.volumes[].target": Written("/data", "/other", _VOLUME),
    "services.*.volumes[].tmpfs.mode": Written(0o700, beside=_TMPFS),
    "services.*.volumes[].tmpfs.size": Written("64m", beside=_TMPFS),
    "services.*.volumes[].type": Written("tmpfs", "volume", {f"{_WEB}.volumes[].target": "/data"}),
    "services.*.volumes[].volume.labels": Written(
        {"com.example.team": "core"}, beside={f"{_WEB}.volumes[]": {"type": "volume", "target": "/data"}}
    ),
    "services.*.volumes[].volume.nocopy": Written(True, beside=_PAGES),
    "services.*.volumes[].x-kubernetes.copyUp": Written(True, beside=_VOLUME),
    "volumes.*.x-kubernetes.copyUp": Written(True, beside=_VOLUME),
    "services.*.volumes[].volume.subpath": Written("inner", beside=_VOLUME),
    "services.*.volumes[].x-kubernetes.asVolume": Written(True, beside=_BIND),
    "services.*.volumes[].x-kubernetes.mountPropagation": Written("HostToContainer", beside=_BIND),
    "services.*.volumes_from": Written(["db"], beside={f"{_DB}.volumes": ["data:/data"], "volumes.*": {}}),
    "services.*.working_dir": Written("/srv"),
    "services.*.x-kubernetes.autoscale.cpu": Written(70, 80, _SCALED),
    "services.*.x-kubernetes.autoscale.max": Written(7, 3, _SCALED),
    "services.*.x-kubernetes.autoscale.memory": Written(70, 80, _SCALED),
    "services.*.x-kubernetes.autoscale.min": Written(2, beside=_SCALED),
    **{
        f"{_CRON}.{name}": Written(value, beside={f"{_CRON}.schedule": "@daily"})
        for name, value in (
            ("backoffLimit", 2),
            ("concurrencyPolicy", "Replace"),
            ("failedJobsHistoryLimit", 2),
            ("startingDeadlineSeconds", 60),
            ("successfulJobsHistoryLimit", 2),
            ("suspend", True),
            ("timeZone", "Europe/Berlin"),
        )
    },
    f"{_CRON}.schedule": Written("@daily", "@hourly"),
    "services.*.pre_start[].per_replica": Written(True, beside={f"{_WEB}.pre_start[].command": ["true"]}),
    "services.*.x-kubernetes.disruptionBudget.maxUnavailable": Written(2, beside=_REPLICAS),
    "services.*.x-kubernetes.disruptionBudget.minAvailable": Written("50%", beside=_REPLICAS),
    "services.*.x-kubernetes.ingress.annotations": Written({"example.com/key": "text"}, beside=_HOST_NAME),
    "services.*.x-kubernetes.ingress.className": Written("nginx", beside=_HOST_NAME),
    "services.*.x-kubernetes.ingress.hosts": Written(["shop.example.com"], beside={f"{_WEB}.expose": ["80"]}),
    "services.*.x-kubernetes.ingress.port": Written(81, beside=_HOST_NAME),
    "services.*.x-kubernetes.ingress.tls.secretName": Written("certificate", beside=_HOST_NAME),
    "services.*.x-kubernetes.liveness": Written(True, beside=_CHECK),
    "services.*.x-kubernetes.probes.liveness": Written({"exec": {"command": ["true"]}}),
    "services.*.x-kubernetes.probes.readiness": Written({"disable": True}, beside=_CHECK),
    "services.*.x-kubernetes.probes.startup": Written({"grpc": {"port": 80}}),
    **_published("services.*.x-kubernetes.publish", _BALANCED),
    **_published("x-kubernetes.publish", {**_PORT, "x-kubernetes.publish.type": "LoadBalancer"}),
    "services.*.x-kubernetes.publish.nodePorts": Written({"8080": 30080}, beside=_NODE_PORT),
    "services.*.x-kubernetes.publish.type": Written("NodePort", beside=_PORT),
    "x-kubernetes.publish.type": Written("NodePort", beside=_PORT),
    "x-kubernetes.storageClass": Written("fast", beside=_VOLUME),
    "x-kubernetes.resources.limits": Written({"memory": "64Mi"}),
    "x-kubernetes.resources.requests": Written({"cpu": "1"}),
    f"{_OF_PORT}.nodePort": Written(30080, beside=_PORT),
    f"{_OF_PORT}.ingress.className": Written("nginx", beside={**_PORT, f"{_OF_PORT}.ingress.host": "a.test"}),
    f"{_OF_PORT}.ingress.host": Written("a.test", "b.test", _PORT),
    f"{_OF_PORT}.ingress.path": Written("/cart", beside={**_PORT, f"{_OF_PORT}.ingress.host": "a.test"}),
    f"{_OF_PORT}.ingress.tlsSecret": Written("tls", beside={**_PORT, f"{_OF_PORT}.ingress.host": "a.test"}),
    f"{_OF_PORT}.gateway.hostname": Written("a.test", beside=_GATEWAY_OF_PORT),
    f"{_OF_PORT}.gateway.parentRef.name": Written("own", "text", _PORT),
    f"{_OF_PORT}.gateway.parentRef.namespace": Written("infra", beside=_GATEWAY_OF_PORT),
    f"{_OF_PORT}.gateway.parentRef.sectionName": Written("web", beside=_GATEWAY_OF_PORT),
    f"{_OF_PORT}.gateway.path": Written("/cart", beside=_GATEWAY_OF_PORT),
    "services.*.x-kubernetes.gateway.hostnames": Written(["a.test"], beside=_GATEWAY),
    "services.*.x-kubernetes.gateway.parentRefs[].name": Written("own", "text", {f"{_WEB}.expose": ["80"]}),
    "services.*.x-kubernetes.gateway.parentRefs[].namespace": Written("infra", beside=_GATEWAY),
    "services.*.x-kubernetes.gateway.parentRefs[].sectionName": Written("web", beside=_GATEWAY),
    "services.*.x-kubernetes.gateway.path": Written("/cart", beside=_GATEWAY),
    "services.*.x-kubernetes.gateway.port": Written(81, beside=_GATEWAY),
    "services.*.x-kubernetes.service.type": Written("Headless", beside={f"{_WEB}.expose": ["80"]}),
    "services.*.x-internal-service-type": Written("Headless", beside={f"{_WEB}.expose": ["80"]}),
    "services.*.x-pull-policy": Written("Never"),
    "services.*.x-pull-secret": Written("registry"),
    "services.*.x-kubernetes.workload": Written("StatefulSet"),
    "volumes.*.driver_opts": Written({"type": "tmpfs", "device": "tmpfs"}, beside=_VOLUME),
    "volumes.*.external": Written(True, beside=_VOLUME),
    "volumes.*.labels": Written({"example.com/key": "text"}, beside=_VOLUME),
    "volumes.*.name": Written("other", beside=_VOLUME),
    "volumes.*.x-kubernetes.accessModes": Written(["ReadWriteMany"], beside=_VOLUME),
    "volumes.*.x-kubernetes.dataSource": Written({"kind": "VolumeSnapshot", "name": "old"}, beside=_VOLUME),
    "volumes.*.x-kubernetes.selector": Written({"matchLabels": {"disk": "shop"}}, beside=_VOLUME),
    "volumes.*.x-kubernetes.subPath": Written("inner", beside=_VOLUME),
    "volumes.*.x-kubernetes.reclaim": Written("Delete", beside=_VOLUME),
    "volumes.*.x-kubernetes.size": Written("7Gi", beside=_VOLUME),
    "volumes.*.x-kubernetes.storageClass": Written("fast", beside=_VOLUME),
    f"{_VARIABLE}.name": Written("WORD", "OTHER", _variable("secretKeyRef")),
    f"{_VARIABLE}.valueFrom.fieldRef.fieldPath": Written(
        "status.podIP", "status.hostIP", {f"{_VARIABLE}.name": "WORD"}
    ),
    **{
        f"{_VARIABLE}.valueFrom.{source}.{name}": Written(value, otherwise, _variable(source))
        for source in ("configMapKeyRef", "secretKeyRef")
        for name, value, otherwise in (("name", "other", "one"), ("key", "other", "two"), ("optional", True, False))
    },
    **_files("configs"),
    **_files("secrets"),
    **_devices("services.*.gpus[]"),
    **_devices("services.*.deploy.resources.reservations.devices[]"),
    "jobs.*.triggers.manual": Written(False, beside=_JOB),
    f"{_SCHEDULE}.concurrency": Written("queue", beside=_JOB),
    f"{_SCHEDULE}.cron": Written("@daily", "@hourly", {"jobs.*.image": "acme/web"}),
    f"{_SCHEDULE}.missed_fires": Written("skip", beside=_JOB),
    f"{_SCHEDULE}.timezone": Written("Europe/Berlin", beside=_JOB),
    **_hook("services.*.post_start[]"),
    **_hook("services.*.pre_stop[]"),
}
