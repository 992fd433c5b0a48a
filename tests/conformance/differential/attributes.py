"""Every attribute of services and of the top level, each with its short and long syntax."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.conformance.differential import values as v
from tests.conformance.differential.forms import (
    BLKIO,
    BUILD,
    CONFIGS,
    DEPENDS_ON,
    DEPLOY,
    ENV_FILE,
    EXPOSE,
    GPU,
    HEALTHCHECK,
    HOOK,
    HOSTS,
    MODELS,
    NETWORKS,
    PORT,
    PRE_START,
    SECRETS,
    SERVICE_NETWORKS,
    ULIMIT,
    VOLUMES,
    WATCH,
)
from tests.conformance.differential.mounts import DEVICE, VOLUME, grants
from tests.conformance.differential.values import Value, lists, literals, mappings, records, scalars, some
from tests.conformance.differential.written import Plain

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
            "options": mappings(
                literals("max-size", "a"), scalars("10m", 3, 1.5, None, True, "${NUM}", Plain("2024-01-02"))
            ),
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
    "pre_start": lists(PRE_START),
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
    "storage_opt": mappings(literals("size"), scalars("10G", 1, 0, 1.5, None, True)),
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
        st.fixed_dictionaries({"external": literals(True, "true", {"name": "old"}, False, "no")}),
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
