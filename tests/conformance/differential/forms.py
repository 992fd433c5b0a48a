"""The attributes that have a syntax of their own, short or long, and the names that they mean."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.conformance.differential import values as v
from tests.conformance.differential.mounts import VOLUME, grants
from tests.conformance.differential.values import lists, literals, mappings, records, scalars, some, texts
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
        "80/tcp/udp",
        "+80",
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
PRE_START = records(
    {},
    {
        "command": v.COMMANDS,
        "image": scalars("other"),
        "per_replica": v.BOOLEANS,
        "environment": v.DICT_OR_LIST,
        "networks": SERVICE_NETWORKS,
        "volumes": lists(VOLUME, most=1),
        "secrets": grants(SECRETS),
        "cap_add": v.STRINGS,
        "dns": v.STRING_OR_LIST,
        "gpus": some(literals("all"), lists(GPU, most=1), rare=v.ODD),
        "mem_limit": v.SIZES,
        "pull_policy": scalars("missing", "if_not_present"),
        "ulimits": mappings(literals("nofile"), ULIMIT),
        "user": v.TEXT,
    },
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
