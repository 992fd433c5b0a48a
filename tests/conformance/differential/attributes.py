"""Every attribute of services and of the top level, each with its short and long syntax."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.conformance.differential import values as v
from tests.conformance.differential.values import Value, lists, literals, mappings, records, scalars, some, texts
from tests.conformance.differential.written import Plain

SERVICES = ("web", "db", "cache")
NETWORKS = ("front", "back")
VOLUMES = ("data", "logs")
SECRETS = ("key", "cert")
CONFIGS = ("conf", "motd")
MODELS = ("llm",)

PORT_TEXT = st.one_of(
    scalars(
        "80", "8080:80", "127.0.0.1:8080:80", "8000-8002:80-82", "[::1]:80:80", "53:53/udp", "80-82", "127.0.0.1::80"
    ),
    texts(
        "80",
        "81",
        ":",
        "-",
        "127.0.0.1",
        "[::1]",
        "::1",
        "/tcp",
        "/udp",
        "/",
        "0",
        "65536",
        "8000-8002",
        "80-82",
        "x",
        " ",
        most=7,
    ),
    literals(
        "${PORTS}",
        "${UNSET}:80",
        "${NUM}:80",
        "0.0.0.0:80:80",
        "8000-8002:80",
        "80:8000-8002",
        "8000-8001:80-82",
        "1-0:1-0",
    ),
)
PORT = some(
    PORT_TEXT,
    literals(80, 81, Plain("22:22"), Plain("8080:80")),
    records(
        {"target": some(literals(80, 81, "80"), rare=v.ODD)},
        {
            "published": some(scalars("8080", "8000-8002", 8080), rare=literals("", "x", 0, "0", None)),
            "host_ip": scalars("127.0.0.1", "::1", "", "x"),
            "protocol": scalars("tcp", "udp", "sctp", "TCP"),
            "mode": scalars("host", "ingress", ""),
            "app_protocol": scalars("http"),
            "name": scalars("web"),
        },
    ),
    rare=v.ODD,
)
EXPOSE = lists(some(scalars("80", "81/udp", "80-82", 82, 90), rare=literals("x", "", 1.5, "80/", "0")))

VOLUME_TEXT = st.one_of(
    scalars(
        "data:/data",
        "./src:/src",
        "/abs:/abs:ro",
        "/anon",
        "logs:/l:rw,z",
        "~/x:/x",
        "./a:/b:ro,cached",
        "data:/d:nocopy",
        "../up:/up",
    ),
    texts(
        "data",
        "./a",
        "/b",
        ":",
        "ro",
        "rw",
        "z",
        "Z",
        ",",
        "c",
        "C",
        "\\",
        "~",
        ".",
        "/",
        "cached",
        "rshared",
        "nocopy",
        "volume-nocopy",
        "${PATHS}",
        " ",
        most=7,
    ),
)
_MOUNT = {
    "read_only": v.BOOLEANS,
    "consistency": scalars("cached"),
    "bind": records(
        {},
        {
            "propagation": scalars("rshared", ""),
            "create_host_path": v.BOOLEANS,
            "selinux": scalars("z", "Z", "q"),
            "recursive": scalars("enabled", "x"),
        },
    ),
    "volume": records({}, {"nocopy": v.BOOLEANS, "subpath": scalars("s"), "labels": v.DICT_OR_LIST}),
    "tmpfs": records({}, {"size": v.SIZES, "mode": literals(0, 755, Plain("0755"))}),
    "image": records({}, {"subpath": scalars("p")}),
}
_SOURCES = scalars("data", "logs", "./a", "/b", "a", "../c", "~/d", "")
VOLUME = some(
    VOLUME_TEXT,
    records({"type": literals("bind"), "source": _SOURCES, "target": scalars("/t", "/u", "/b", "u")}, _MOUNT),
    records(
        {
            "type": some(literals("volume", "tmpfs"), rare=literals("image", "npipe", "cluster", "x", "")),
            "target": scalars("/t", "/u"),
        },
        _MOUNT | {"source": _SOURCES},
    ),
    rare=v.ODD,
)

DEVICE = some(
    scalars("/dev/a", "/dev/a:/dev/b", "/dev/a:/dev/b:r", "/dev/a:rw", "/dev/a:x", "/dev/a:/dev/c:x:y", "v/c=d"),
    records(
        {"source": scalars("/dev/a"), "target": scalars("/dev/b", "/dev/a")}, {"permissions": scalars("r", "rwm", "x")}
    ),
    rare=v.ODD,
)


def grants(names: tuple[str, ...]) -> Value:
    long = records(
        {"source": scalars(*names)},
        {
            "target": scalars("t", "/run/t", *names),
            "uid": scalars("0", "1000"),
            "gid": scalars("0"),
            "mode": some(
                literals(0o440, "0440", "440", Plain("0440"), 440),
                rare=literals("x", "9", 1.5, "${NUM}", None, "0o440"),
            ),
        },
    )
    return lists(some(scalars(*names), long, rare=st.one_of(v.ODD, literals("missing"))))


NETWORK_OF_SERVICE = st.one_of(
    literals(None),
    records(
        {},
        {
            "aliases": v.STRINGS,
            "ipv4_address": scalars("10.0.0.2", "x"),
            "ipv6_address": scalars("::2"),
            "priority": some(literals(0, 1, 100), rare=literals(-1, "2", None, 0)),
            "gw_priority": some(literals(0, 1, 100), rare=literals(-1, "2", None, 0)),
            "mac_address": scalars("02:42:ac:11:65:43", "x"),
            "driver_opts": mappings(literals("a"), v.ANY_SCALAR),
            "link_local_ips": v.STRINGS,
            "interface_name": scalars("eth1"),
        },
    ),
)
SERVICE_NETWORKS = some(
    lists(scalars(*NETWORKS)),
    mappings(literals(*NETWORKS), NETWORK_OF_SERVICE),
    rare=st.one_of(v.ODD, lists(literals("missing", "default", "front"))),
)
DEPENDS_ON = some(
    lists(scalars("db", "cache")),
    mappings(
        literals("db", "cache"),
        some(
            records(
                {"condition": scalars("service_started", "service_healthy", "service_completed_successfully")},
                {"required": v.BOOLEANS, "restart": v.BOOLEANS},
            ),
            rare=st.one_of(v.ODD, literals({"condition": "x"}, {})),
        ),
    ),
    rare=st.one_of(v.ODD, literals(["missing"], {"missing": {"condition": "service_started", "required": False}})),
)
HEALTHCHECK = some(
    records(
        {
            "test": st.one_of(
                lists(scalars("CMD", "a", "b"), least=1).map(lambda words: ["CMD", *words]),
                scalars("curl x"),
                literals(["NONE"], ["CMD-SHELL", "a b"], ["x"], []),
            )
        },
        {
            "interval": v.DURATIONS,
            "timeout": v.DURATIONS,
            "retries": v.INTEGERS,
            "start_period": v.DURATIONS,
            "start_interval": v.DURATIONS,
        },
    ),
    records({"disable": v.BOOLEANS}, {"interval": v.DURATIONS}),
    rare=v.ODD,
)
LIMIT = some(
    literals(0, 1, 65536, -1, Plain("017"), Plain("0x1F")), scalars("0", "3", "-1"), rare=literals("x", "", "1.0", None)
)
ULIMIT = some(
    LIMIT, records({"soft": LIMIT, "hard": LIMIT}, {}), rare=st.one_of(v.ODD, literals({"soft": 1}, {"hard": 2}))
)
BUILD = some(
    scalars(".", "./app", "https://example.com/a.git", "/abs", "../up", ""),
    records(
        {"context": scalars(".", "./app", "app", "git@github.com:a/b.git", "service:db")},
        {
            "dockerfile": scalars("Dockerfile", "d/D"),
            "dockerfile_inline": scalars("FROM a"),
            "args": v.DICT_OR_LIST,
            "labels": v.DICT_OR_LIST,
            "ssh": some(literals("default", ["default"], {"default": None}), rare=v.ODD),
            "cache_from": v.STRINGS,
            "cache_to": v.STRINGS,
            "no_cache": v.BOOLEANS,
            "no_cache_filter": v.STRING_OR_LIST,
            "pull": v.BOOLEANS,
            "target": scalars("t"),
            "network": scalars("host"),
            "shm_size": v.SIZES,
            "tags": v.STRINGS,
            "platforms": v.STRINGS,
            "privileged": v.BOOLEANS,
            "secrets": grants(SECRETS),
            "additional_contexts": st.one_of(
                lists(scalars("a=./a", "b=https://x", "c")),
                mappings(literals("a", "b"), scalars("./a", "docker-image://x", "service:db")),
            ),
            "extra_hosts": st.one_of(
                lists(scalars("h=10.0.0.1", "h:10.0.0.2")), mappings(literals("h"), scalars("10.0.0.1"))
            ),
            "ulimits": mappings(literals("nofile"), ULIMIT),
            "entitlements": v.STRINGS,
            "isolation": scalars("default"),
            "provenance": st.one_of(v.BOOLEANS, scalars("mode=max")),
            "sbom": st.one_of(v.BOOLEANS, scalars("x")),
        },
    ),
    rare=v.ODD,
)
HOSTS = some(
    lists(
        st.one_of(
            scalars("a:10.0.0.1", "a=10.0.0.2", "b=::1", "b:[::1]", "c=1.1.1.1,2.2.2.2"),
            texts("a", ":", "=", "10.0.0.1", "::1", "[::1]", ",", " ", most=5),
        )
    ),
    st.dictionaries(
        literals("a", "b", "c.d"),
        st.one_of(scalars("10.0.0.1", "::1", "[::1]"), lists(scalars("10.0.0.1", "10.0.0.2"))),
        min_size=1,
        max_size=3,
    ),
    rare=literals(None, [], ["x"]),
)
GPU = records(
    {},
    {
        "driver": scalars("nvidia"),
        "count": some(literals("all", 1, "2", -1), rare=v.ODD),
        "device_ids": v.STRINGS,
        "capabilities": v.STRINGS,
        "options": v.DICT_OR_LIST,
    },
)
_UPDATE = records(
    {},
    {
        "parallelism": v.INTEGERS,
        "delay": v.DURATIONS,
        "failure_action": scalars("pause", "rollback"),
        "monitor": v.DURATIONS,
        "max_failure_ratio": v.NUMBERS,
        "order": scalars("start-first", "stop-first", "x"),
    },
)
_DEVICES = lists(
    records(
        {"capabilities": lists(scalars("gpu"), least=1)},
        {
            "driver": scalars("nvidia"),
            "count": some(literals("all", 1, "2"), rare=v.ODD),
            "device_ids": v.STRINGS,
            "options": v.DICT_OR_LIST,
        },
    )
)
DEPLOY = some(
    records(
        {},
        {
            "mode": scalars("global", "replicated"),
            "endpoint_mode": scalars("vip"),
            "replicas": v.INTEGERS,
            "labels": v.DICT_OR_LIST,
            "update_config": _UPDATE,
            "rollback_config": _UPDATE,
            "resources": records(
                {},
                {
                    "limits": records({}, {"cpus": v.NUMBERS, "memory": v.SIZES, "pids": v.INTEGERS}),
                    "reservations": records(
                        {},
                        {
                            "cpus": v.NUMBERS,
                            "memory": v.SIZES,
                            "devices": _DEVICES,
                            "generic_resources": lists(
                                records(
                                    {},
                                    {
                                        "discrete_resource_spec": records(
                                            {}, {"kind": scalars("ssd"), "value": v.INTEGERS}
                                        )
                                    },
                                )
                            ),
                        },
                    ),
                },
            ),
            "restart_policy": records(
                {},
                {
                    "condition": scalars("on-failure", "any"),
                    "delay": v.DURATIONS,
                    "max_attempts": v.INTEGERS,
                    "window": v.DURATIONS,
                },
            ),
            "placement": records(
                {},
                {
                    "constraints": v.STRINGS,
                    "preferences": lists(records({}, {"spread": scalars("x")})),
                    "max_replicas_per_node": v.INTEGERS,
                },
            ),
        },
    ),
    rare=v.ODD,
)
BLKIO = records(
    {},
    {
        "weight": literals(0, 10, 1000),
        "weight_device": lists(records({}, {"path": scalars("/dev/a"), "weight": literals(0, 10, 1000)})),
        **{
            key: lists(records({"path": scalars("/dev/a")}, {"rate": v.SIZES}))
            for key in ("device_read_bps", "device_write_iops")
        },
    },
)
HOOK = records(
    {"command": v.COMMANDS},
    {"user": scalars("root"), "privileged": v.BOOLEANS, "working_dir": scalars("/w"), "environment": v.DICT_OR_LIST},
)
WATCH = records(
    {
        "path": scalars("./src", "src", "../up"),
        "action": some(literals("rebuild", "sync", "sync+restart", "restart"), rare=literals("sync+exec", "x", None)),
    },
    {
        "target": scalars("/app"),
        "ignore": v.STRING_OR_LIST,
        "include": v.STRING_OR_LIST,
        "initial_sync": literals(True, False),
        "exec": HOOK,
    },
)
ENV_FILE = some(
    scalars("a.env", "./b.env"),
    lists(
        some(
            scalars("a.env", "b.env"),
            records(
                {"path": scalars("a.env", "b.env", "missing.env")}, {"required": v.BOOLEANS, "format": scalars("raw")}
            ),
            rare=literals("missing.env", {"path": "a.env", "format": "x"}),
        )
    ),
    rare=v.ODD,
)

ATTRIBUTES: dict[str, Value] = {
    "annotations": v.DICT_OR_LIST,
    "attach": v.BOOLEANS,
    "blkio_config": BLKIO,
    "build": BUILD,
    "cap_add": v.STRINGS,
    "cap_drop": v.STRINGS,
    "cgroup": scalars("host", "private", "x"),
    "cgroup_parent": v.TEXT,
    "command": v.COMMANDS,
    "configs": grants(CONFIGS),
    "container_name": some(v.NAMELIKE, rare=v.TEXT),
    "cpu_count": v.INTEGERS,
    "cpu_percent": v.NUMBERS,
    "cpu_period": v.INTEGERS,
    "cpu_quota": v.INTEGERS,
    "cpu_rt_period": st.one_of(v.DURATIONS, v.INTEGERS),
    "cpu_rt_runtime": v.DURATIONS,
    "cpu_shares": v.INTEGERS,
    "cpus": v.NUMBERS,
    "cpuset": v.TEXT,
    "credential_spec": records({}, {"file": scalars("f"), "registry": scalars("r"), "config": scalars("conf")}),
    "depends_on": DEPENDS_ON,
    "deploy": DEPLOY,
    "develop": records({}, {"watch": lists(WATCH)}),
    "device_cgroup_rules": v.STRINGS,
    "devices": lists(DEVICE),
    "dns": v.STRING_OR_LIST,
    "dns_opt": v.STRINGS,
    "dns_search": v.STRING_OR_LIST,
    "domainname": v.TEXT,
    "entrypoint": v.COMMANDS,
    "env_file": ENV_FILE,
    "environment": v.DICT_OR_LIST,
    "expose": EXPOSE,
    "external_links": v.STRINGS,
    "extra_hosts": HOSTS,
    "gpus": some(literals("all"), lists(GPU), rare=literals(None, 1, True, [])),
    "group_add": lists(some(scalars("a", "1", 1, 2), rare=v.ODD)),
    "healthcheck": HEALTHCHECK,
    "hostname": v.TEXT,
    "image": some(scalars("nginx", "a/b:1", "localhost:5000/x@sha256:0", "r:${NUM}"), rare=st.one_of(v.ODD, v.TEXT)),
    "init": v.BOOLEANS,
    "ipc": scalars("host", "service:db", "shareable", "service:missing", ""),
    "isolation": v.TEXT,
    "label_file": some(scalars("a.env", "b.env"), lists(scalars("a.env", "b.env")), rare=v.ODD),
    "labels": v.DICT_OR_LIST,
    "links": lists(some(scalars("db", "db:alias", "cache"), rare=literals("missing", "db:a:b", ""))),
    "logging": records(
        {},
        {
            "driver": scalars("json-file"),
            "options": mappings(literals("max-size", "a"), scalars("10m", 3, 1.5, None, True, "${NUM}")),
        },
    ),
    "mac_address": v.TEXT,
    "mem_limit": v.SIZES,
    "mem_reservation": v.SIZES,
    "mem_swappiness": literals(0, 60, "60", "x"),
    "memswap_limit": v.SIZES,
    "models": some(
        lists(scalars(*MODELS)),
        mappings(literals(*MODELS), records({}, {"endpoint_var": scalars("E"), "model_var": scalars("M")})),
        rare=literals(["missing"], {"llm": None}),
    ),
    "network_mode": scalars("host", "none", "bridge", "service:db", "container:x", "service:missing"),
    "networks": SERVICE_NETWORKS,
    "oom_kill_disable": v.BOOLEANS,
    "oom_score_adj": v.INTEGERS,
    "pid": scalars("host", "service:db", "", None),
    "pids_limit": v.INTEGERS,
    "platform": v.TEXT,
    "ports": lists(PORT),
    "post_start": lists(HOOK),
    "pre_start": lists(HOOK),
    "pre_stop": lists(HOOK),
    "privileged": v.BOOLEANS,
    "profiles": lists(scalars("dev", "prod", "test"), most=2),
    "provider": records({"type": scalars("x")}, {"options": mappings(literals("a"), v.ANY_SCALAR)}),
    "pull_policy": scalars(
        "always", "never", "if_not_present", "build", "daily", "every_5h", "every_1d2h", "x", "missing"
    ),
    "read_only": v.BOOLEANS,
    "restart": scalars("always", "no", "on-failure:3", "unless-stopped", False, "x"),
    "runtime": v.TEXT,
    "scale": v.INTEGERS,
    "secrets": grants(SECRETS),
    "security_opt": v.STRINGS,
    "shm_size": v.SIZES,
    "stdin_open": v.BOOLEANS,
    "stop_grace_period": v.DURATIONS,
    "stop_signal": v.TEXT,
    "storage_opt": mappings(literals("size"), scalars("10G", 1, 0, None, True)),
    "sysctls": v.DICT_OR_LIST,
    "tmpfs": some(scalars("/t", "/t:size=64m,mode=755"), v.STRINGS, rare=v.ODD),
    "tty": v.BOOLEANS,
    "ulimits": mappings(literals("nofile", "core"), ULIMIT),
    "umask": some(literals("022", "0o22", Plain("022"), 18, None), rare=v.ODD),
    "use_api_socket": literals(True, False, "true"),
    "user": v.TEXT,
    "userns_mode": v.TEXT,
    "uts": v.TEXT,
    "volumes": lists(VOLUME),
    "volumes_from": lists(some(scalars("db", "db:ro", "container:x:rw"), rare=literals("missing", "", "db:x"))),
    "working_dir": v.TEXT,
    "x-extra": v.ANY_SCALAR,
    "imago": v.TEXT,
}

_LABELS = {"labels": v.DICT_OR_LIST, "name": scalars("n", "${WORD}_x", "")}
_EXTERNAL = some(v.BOOLEANS, rare=literals({"name": "old"}, {}, None))
NETWORK = some(
    literals(None),
    records(
        {},
        {
            **_LABELS,
            "driver": scalars("bridge", ""),
            "driver_opts": mappings(literals("a", "b"), v.ANY_SCALAR),
            "external": _EXTERNAL,
            "internal": v.BOOLEANS,
            "attachable": v.BOOLEANS,
            "enable_ipv4": v.BOOLEANS,
            "enable_ipv6": v.BOOLEANS,
            "ipam": records(
                {},
                {
                    "driver": scalars("d"),
                    "config": lists(
                        records(
                            {},
                            {
                                "subnet": scalars("10.0.0.0/8", "x"),
                                "gateway": scalars("10.0.0.1"),
                                "ip_range": scalars("10.0.0.0/9"),
                                "aux_addresses": mappings(literals("h"), scalars("10.0.0.3")),
                            },
                        )
                    ),
                    "options": mappings(literals("o"), v.ANY_SCALAR),
                },
            ),
        },
        most=3,
    ),
    rare=v.ODD,
)
VOLUME_DEFINITION = some(
    literals(None),
    records(
        {},
        {
            **_LABELS,
            "driver": scalars("local"),
            "driver_opts": mappings(
                literals("type", "o", "device"), st.one_of(scalars("bind", "none", "./d", "/d"), v.ANY_SCALAR)
            ),
            "external": _EXTERNAL,
        },
        most=3,
    ),
    rare=v.ODD,
)


def _stored(**more: Value) -> Value:
    origin = st.one_of(
        st.fixed_dictionaries({"file": scalars("./a.env", "/abs", "../up", "~/f", "b.env")}),
        st.fixed_dictionaries({"environment": scalars("WORD", "UNSET", "EMPTY")}),
        st.fixed_dictionaries({"external": literals(True, "true", {"name": "old"})}),
        *(st.fixed_dictionaries({key: value}) for key, value in more.items()),
    )
    extra = records({}, {**_LABELS, "template_driver": scalars("golang"), "file": scalars("b.env")}, most=1)
    return some(origin, st.builds(lambda a, b: a | b, origin, extra), rare=v.ODD)


SECTIONS: dict[str, tuple[tuple[str, ...], Value]] = {
    "networks": (NETWORKS, NETWORK),
    "volumes": (VOLUMES, VOLUME_DEFINITION),
    "secrets": (SECRETS, _stored(driver=scalars("d"))),
    "configs": (CONFIGS, _stored(content=v.TEXT)),
    "models": (
        MODELS,
        records(
            {"model": scalars("ai/x")},
            {"context_size": some(literals(1, 4096), rare=v.ODD), "runtime_flags": v.STRINGS},
        ),
    ),
}
"""The names and the definitions of what services use."""
