"""Where a stack itself says at which port it reaches a service: `db:5432`, `http://api/`, `DB_HOST` and `DB_PORT`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from composestack.compose.model import Service

SCHEME_PORTS: Mapping[str, int] = {
    "amqp": 5672,
    "amqps": 5671,
    "http": 80,
    "https": 443,
    "ldap": 389,
    "mongodb": 27017,
    "mqtt": 1883,
    "mysql": 3306,
    "nats": 4222,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
}
"""The port that a URL of this scheme means when it names none (IANA, and the documentation of the servers)."""

_NAME = r"[A-Za-z0-9_][\w.-]*"
_HOST_AND_PORT = re.compile(rf"(?<![\w.-])(?P<host>{_NAME}):(\d{{1,5}})(?![\w.@])")
_URL = re.compile(rf"(?<![\w+.-])([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?://(?:[^\s/@\"']*@)?(?P<host>{_NAME})(?![\w.:-])")
_ASKED = re.compile(
    rf"(?:(?:^|\s)(?:-h|--host(?:name)?)[\s=]*|://(?:[^\s/@\"']*@)?|/dev/tcp/)({_NAME})"
    rf"|(?<![\w.-])({_NAME})[: ]\d{{2,5}}(?!\w)"
)
_HOST_VARIABLE = re.compile(r"(.*?)(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS)", re.IGNORECASE)


def commands(service: Service) -> Iterator[str]:
    """Yield what a service says in its command, entrypoint and healthcheck."""
    yield from service.command or ()
    yield from service.entrypoint or ()
    if service.healthcheck is not None:
        yield from service.healthcheck.test


def addressed(text: str) -> Iterator[tuple[str, int]]:
    """Yield each `(host, port)` that a text names, be it the host of this stack or any other."""
    for host, port in _HOST_AND_PORT.findall(text):
        if 0 < int(port) < 65536:
            yield host, int(port)
    for scheme, host in _URL.findall(text):
        if scheme in SCHEME_PORTS:
            yield host, SCHEME_PORTS[scheme]


def asked(command: Iterable[str]) -> Iterator[str]:
    """Yield each host that a command may connect to: `http://web/`, `db:5432`, `-h db`, `nc db 5432`, `/dev/tcp/db`."""
    for option, before_port in _ASKED.findall(" ".join(command)):
        yield option or before_port


def addressed_by_variables(environment: Mapping[str, str | None]) -> Iterator[tuple[str, int]]:
    """Yield each `(host, port)` of which host and port are in two variables, such as `DB_HOST` and `DB_PORT`."""
    for key, host in environment.items():
        match = _HOST_VARIABLE.fullmatch(key)
        if match and host:
            port = environment.get(f"{match[1]}PORT") or environment.get(f"{match[1]}port")
            if port and port.isdecimal() and 0 < int(port) < 65536:
                yield host, int(port)


def respelled(text: str, names: Mapping[str, str], *, variable: str = "") -> str:
    """Return a text with other names for hosts, where it is sure that a host is meant: before a port, in a URL, or as
    the whole value of a variable such as `DB_HOST`.
    """
    if not any(name in text for name in names):
        return text
    if text in names:
        return names[text] if _HOST_VARIABLE.fullmatch(variable) else text
    for pattern in (_HOST_AND_PORT, _URL):
        text = pattern.sub(lambda match: _with_host(match, names.get(match["host"], match["host"])), text)
    return text


def _with_host(match: re.Match[str], host: str) -> str:
    start, end = (place - match.start() for place in match.span("host"))
    return f"{match[0][:start]}{host}{match[0][end:]}"


def mentions(name: str, spoken: Iterable[str]) -> bool:
    """Tell whether one of the texts holds the name as a word of its own."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)")
    return any(name in text and word.search(text) is not None for text in spoken)
