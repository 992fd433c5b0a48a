"""What a container mounts: volumes, devices, and the secrets and configs that it is granted."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.conformance.differential import values as v
from tests.conformance.differential.values import Value, lists, literals, records, scalars, some, texts
from tests.conformance.differential.written import Plain

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
        "éz",
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
    "tmpfs": records({}, {"size": v.SIZES, "mode": literals(0, 755, Plain("0755"), 1.5, "0755")}),
    "image": records({}, {"subpath": scalars("p")}),
}
_SOURCES = scalars("data", "logs", "./a", "/b", "a", "../c", "~/d", "")
VOLUME = some(
    VOLUME_TEXT,
    records({"type": literals("bind"), "target": scalars("/t", "/u", "/b", "u", "")}, _MOUNT | {"source": _SOURCES}),
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
        {"source": scalars("/dev/a")}, {"target": scalars("/dev/b", "/dev/a"), "permissions": scalars("r", "rwm", "x")}
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
