"""Names that Kubernetes accepts: deterministic, collision-safe, at most 63 characters.

Compose allows `[a-zA-Z0-9._-]+`; a Service needs a DNS label (RFC 1035), and so does whatever is named after one.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

MAX_LENGTH = 63
_LABEL = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SUBDOMAIN_PART = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LABEL_VALUE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


def is_dns_label(name: str) -> bool:
    """Tell whether the name can be the name of a Service (RFC 1035 label, which every Kubernetes version accepts)."""
    return _LABEL.fullmatch(name) is not None


def host_name(name: str) -> str:
    """Return a name in lower case if that is a DNS label: to DNS, upper and lower case are one (RFC 4343)."""
    return name.lower() if is_dns_label(name.lower()) else name


def short_hash(text: str, digits: int = 5) -> str:
    """Return the first hex digits of the SHA-256 of a text: the suffix that keeps changed names apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def content_hash(content: Mapping[str, bytes]) -> str:
    """Return the suffix of the name of an immutable ConfigMap or Secret: another content is another object."""
    digest = hashlib.sha256()
    for key, value in sorted(content.items()):
        digest.update(f"{key}:{len(value)}:".encode() + value)
    return digest.hexdigest()[:8]


@lru_cache(maxsize=4096)
def dns_label(name: str) -> str:
    """Return the name if it is a DNS label, else the nearest one; a shortened name ends in a hash."""
    if is_dns_label(name):
        return name
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "x"
    if not label[0].isalpha():
        label = f"x-{label}"
    return label if len(label) <= MAX_LENGTH else _with_suffix(label, short_hash(name))


def unique_dns_labels(names: Iterable[str]) -> dict[str, str]:
    """Return a DNS label for each name.

    A name that is a label keeps itself; of the others, those that collide get a hash.
    """
    wanted = {name: dns_label(name) for name in names}
    count = Counter(wanted.values())
    return {
        name: label if label == name or count[label] == 1 else _with_suffix(label, short_hash(name))
        for name, label in wanted.items()
    }


@lru_cache(maxsize=4096)
def path_label(path: str) -> str:
    """Return a DNS label for a path, unlike that of any other path: `/var/run` is `var-run-` and a hash."""
    label = dns_label(path)
    return _with_suffix(label[:40].rstrip("-"), short_hash(path))


def object_name(*parts: str, suffix: str = "") -> str:
    """Join parts to the name of an object: `shop`, `web` become `shop-web`. A hash stands in for what does not fit.

    `suffix` is a hash that stays whole. The parts are DNS labels, but for the stack's name, which may hold dots.
    """
    name = "-".join(parts).replace(".", "-")
    if suffix:
        return f"{name}-{suffix}" if len(name) + 1 + len(suffix) <= MAX_LENGTH else _with_suffix(name, suffix)
    return name if len(name) <= MAX_LENGTH else _with_suffix(name, short_hash(name))


@lru_cache(maxsize=4096)
def label_value(name: str) -> str:
    """Return the name if it can be the value, or end the key, of a label; else the nearest one with a hash."""
    if _LABEL_VALUE.fullmatch(name):
        return name
    value = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("._-")
    return _with_suffix(value or "x", short_hash(name))


def _with_suffix(name: str, suffix: str) -> str:
    return f"{name[: MAX_LENGTH - 1 - len(suffix)].rstrip('._-')}-{suffix}"


def is_dns_subdomain(name: str) -> bool:
    """Tell whether the name can be the name of most objects (RFC 1123 subdomain, at most 253 characters)."""
    return len(name) <= 253 and all(_SUBDOMAIN_PART.fullmatch(part) for part in name.split("."))


def is_qualified_name(name: str) -> bool:
    """Tell whether the name can be the key of a label or an annotation: a name, perhaps after a DNS prefix and `/`."""
    prefix, slash, last = name.rpartition("/")
    return _LABEL_VALUE.fullmatch(last) is not None and (not slash or is_dns_subdomain(prefix))
