"""Applications of one or several files, and how they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from composestack.compose.source import ComposeSource, ProjectFiles
from tests.conformance.case import HOME
from tests.conformance.differential import values as v
from tests.conformance.differential.attributes import ATTRIBUTES, SECTIONS
from tests.conformance.differential.dotenv import DOTENV, ENV_FILES, QUOTED_LINES
from tests.conformance.differential.forms import SERVICES
from tests.conformance.differential.written import Alias, Anchored, Plain, Tagged, write


@dataclass(frozen=True)
class Application:
    """The files of a project by path, and the call."""

    files: dict[str, str]
    compose: tuple[str, ...] = ("compose.yaml",)
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    keep_env_file: bool = False

    def source(self) -> ComposeSource:
        """Return what this loader gets."""
        return ComposeSource(
            directory=ProjectFiles.from_text(self.files),
            compose_files=self.compose,
            profiles=self.profiles,
            env_files=self.env_files or None,
            home=HOME,
            resolve_environment=not self.keep_env_file,
        )

    def request(self) -> dict[str, Any]:
        """Return what the reference gets."""
        return {
            "files": self.files,
            "compose": self.compose,
            "profiles": self.profiles,
            "env_files": self.env_files,
            "env": [f"{name}={value}" for name, value in v.VARIABLES.items()],
            "keep_env_file": self.keep_env_file,
        }

    def __repr__(self) -> str:
        files = "".join(f"--- {path}\n{text}\n" for path, text in self.files.items())
        return f"{self.compose} profiles={self.profiles} env_files={self.env_files} keep={self.keep_env_file}\n{files}"


Strategy = st.SearchStrategy[Any]


NAME = v.some(st.just(None), rare=v.scalars("app", "My App!", "${WORD}", "", "_x", "1", "é"))


def service(least: int = 0, most: int = 3) -> Strategy:
    """Some attributes of a service."""
    names = st.lists(st.sampled_from(sorted(ATTRIBUTES)), min_size=least, max_size=most, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: ATTRIBUTES[name] for name in chosen}))


def _complete(attributes: dict[str, Any]) -> dict[str, Any]:
    return attributes if {"image", "build"} & attributes.keys() else {"image": "nginx", **attributes}


PLAIN_SECTIONS: dict[str, Any] = {
    "networks": {"front": None, "back": None},
    "volumes": {"data": None, "logs": None},
    "secrets": {"key": {"file": "a.env"}, "cert": {"environment": "WORD"}},
    "configs": {"conf": {"file": "./a.env"}, "motd": {"content": "hi ${WORD}"}},
    "models": {"llm": {"model": "ai/x"}},
}


def declared(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with what its services may mean by the names that they use."""
    used = repr(document["services"])
    sections = {section: names for section, (names, _) in SECTIONS.items() if any(name in used for name in names)}
    return {section: PLAIN_SECTIONS[section] for section in sections} | document


@st.composite
def documents(draw: st.DrawFn, most: int = 3, sections: tuple[str, ...] = tuple(SECTIONS)) -> dict[str, Any]:
    """A whole document: three services, of which the first has attributes, and what they use."""
    web = _complete(draw(service(1, most)))
    others = {name: {"image": name} for name in SERVICES[1:]}
    if draw(st.integers(0, 3)) == 0:
        others["db"] = _complete(draw(service(1, 2)))
    document = declared({"services": {"web": web, **others}})
    if draw(st.integers(0, 3)) == 0:
        section = draw(st.sampled_from(sections))
        names, definition = SECTIONS[section]
        document[section] = PLAIN_SECTIONS[section] | {names[0]: draw(definition)}
    if name := draw(NAME):
        document["name"] = name
    return document


MERGED = sorted(ATTRIBUTES.keys() - {"gpus"})
"""compose-go cannot put `gpus: all` on top of another `gpus: all`."""


@st.composite
def overrides(draw: st.DrawFn, base: dict[str, Any]) -> dict[str, Any]:
    """A document on top of another one, mostly about the same attributes."""
    same = [name for name in base["services"]["web"] if name in MERGED]
    chosen = draw(st.lists(st.sampled_from([*same * 8, *MERGED]), min_size=1, max_size=3, unique=True))
    web = {name: draw(_overriding(ATTRIBUTES[name])) for name in chosen}
    document = declared({"services": {"web": web}})
    if draw(st.integers(0, 4)) == 0:
        section = draw(st.sampled_from(sorted(SECTIONS)))
        names, definition = SECTIONS[section]
        document[section] = {names[0]: draw(_overriding(definition))}
    return document


def _overriding(value: Strategy) -> Strategy:
    tagged = st.builds(Tagged, st.just("!override"), value) | st.just(Tagged("!reset", Plain("null")))
    return v.some(value, rare=tagged)


@st.composite
def merge_keys(draw: st.DrawFn) -> dict[str, Any]:
    """A document whose services share attributes by anchors and merge keys."""
    first, second, own = draw(service(1, 2)), draw(service(0, 2)), draw(service(0, 2))
    merged = draw(
        st.sampled_from(
            [Alias("one"), [Alias("one"), Alias("two")], [Alias("two")], {"tty": True}, [Alias("one"), {"tty": True}]]
        )
    )
    position = draw(st.booleans())
    web = {Plain("<<"): merged, **own} if position else {**own, Plain("<<"): merged}
    document = draw(documents(1))
    document["services"]["web"] = _complete(web)
    document = declared(document)
    return {"x-one": Anchored("one", first), "x-two": Anchored("two", second), **document}


@st.composite
def single(draw: st.DrawFn) -> Application:
    """One file with many attributes."""
    document = draw(st.one_of(documents(), documents(), merge_keys()))
    text = write(document, draw(st.integers(1, 7)))
    return Application({"compose.yaml": text, **draw(ENV_FILES)}, keep_env_file=draw(st.booleans()))


@st.composite
def layered(draw: st.DrawFn) -> Application:
    """Two or three files that are merged, or documents of one file."""
    base = draw(documents())
    layers = [base, *(draw(overrides(base)) for _ in range(draw(st.integers(1, 2))))]
    texts = [write(layer, draw(st.integers(1, 6))) for layer in layers]
    files = {f"{index}.yaml": text for index, text in enumerate(texts)}
    return Application({**files, **draw(ENV_FILES)}, tuple(files))


@st.composite
def stream(draw: st.DrawFn) -> Application:
    """A file of two documents, of which the second one may replace what is wrong with the first."""
    base = draw(documents())
    texts = [write(layer, draw(st.integers(1, 6))) for layer in (base, draw(overrides(base)))]
    return Application({"compose.yaml": "---\n".join(texts), **draw(ENV_FILES)})


@st.composite
def extending(draw: st.DrawFn) -> Application:
    """Services that extend others, in the same file and in one of another directory."""
    path = draw(st.sampled_from(["base.yaml", "sub/base.yaml", "sub/deep/base.yaml"]))
    base = {"services": {"web": draw(service(1, 3)), "db": {"image": "db"}, "cache": {"image": "cache"}}}
    if chained := draw(st.booleans()):
        extends = draw(st.sampled_from(["web", {"service": "web"}]))
        base["services"]["db"] = draw(service(0, 2)) | {"extends": extends}
    document = draw(documents(1))
    frequent = [{"service": "db" if chained else "web", "file": path}, "db", {"service": "cache"}]
    odd: list[Any] = [
        {"service": "nope"},
        {"file": path},
        "web",
        {"service": "web", "file": "none.yaml"},
        None,
        [],
        "${UNSET:-db}",
    ]
    reference = draw(v.some(st.sampled_from(frequent), rare=st.sampled_from(odd)))
    document["services"]["web"] |= draw(overrides(document))["services"]["web"] | {"extends": reference}
    files = {"compose.yaml": write(document, draw(st.integers(1, 6))), path: write(base, 4)}
    if draw(st.booleans()):
        files["sub/.env"] = "WORD=sub\nUNSET=sub\n"
    return Application({**files, **draw(ENV_FILES), "sub/a.env": "A=sub\n"})


ODD_INCLUDE = v.ODD.filter(lambda value: value is not None and not isinstance(value, dict))
"""An include without a path includes nothing in compose-go; here it is an error."""
INCLUDED = ("networks", "volumes", "models")
"""compose-go reads the variable of an included config into its content, and then refuses to merge the two."""


@st.composite
def including(draw: st.DrawFn) -> Application:
    """An application that includes another one, from its directory or with long syntax."""
    inner = draw(documents(2, INCLUDED))
    inner["services"] = {
        f"{name}{draw(st.sampled_from(['', '2', '2']))}": each for name, each in inner["services"].items()
    }
    outer = draw(documents(1, INCLUDED))
    long = v.records(
        {"path": st.sampled_from(["sub/compose.yaml", ["sub/compose.yaml"], ["sub/compose.yaml", "sub/over.yaml"]])},
        {
            "env_file": st.sampled_from(["a.env", ["a.env", "b.env"], "sub/a.env", "/dev/null"]),
            "project_directory": st.sampled_from([".", "sub", "other"]),
        },
    )
    outer["include"] = [draw(v.some(st.just("sub/compose.yaml"), long, rare=ODD_INCLUDE))]
    files = {
        "compose.yaml": write(outer, draw(st.integers(1, 6))),
        "sub/compose.yaml": write(inner, 4),
        "sub/over.yaml": write({"services": {name: draw(service(1, 1)) for name in list(inner["services"])[:1]}}, 4),
        "sub/a.env": "A=sub\nWORD=no\nUNSET=yes\n",
        "sub/b.env": "B=sub\n",
        "other/a.env": "A=other\n",
    }
    if draw(st.booleans()):
        files["sub/.env"] = draw(st.one_of(st.just("UNSET=dotenv\nOTHER=${UNSET}x\n"), DOTENV))
    return Application({**files, **draw(ENV_FILES)})


@st.composite
def profiled(draw: st.DrawFn) -> Application:
    """Services of profiles, some of them active, that depend on each other."""
    names = st.lists(st.sampled_from(["dev", "prod", "${WORD}"]), max_size=2, unique=True)
    document = draw(documents(2))
    for each in document["services"].values():
        each["profiles"] = draw(names)
    document["services"]["web"]["depends_on"] = draw(ATTRIBUTES["depends_on"])
    chosen = draw(st.lists(st.sampled_from(["dev", "prod", "web", "*", ""]), max_size=2, unique=True))
    files = {"compose.yaml": write(document, 5), **draw(ENV_FILES)}
    if draw(st.booleans()):
        files[".env"] = draw(
            st.sampled_from(["COMPOSE_PROFILES=dev,prod\n", "COMPOSE_PROFILES=\n", "COMPOSE_PROFILES= dev , web\n"])
        )
    return Application(files, profiles=tuple(chosen))


@st.composite
def variables(draw: st.DrawFn) -> Application:
    """Interpolation, with environment files in every place."""
    environment = draw(st.dictionaries(st.sampled_from("ABCDE"), st.one_of(v.TEMPLATES, v.TEXT, st.none()), max_size=4))
    web = {"image": draw(v.TEMPLATES) or "x", "environment": environment, "labels": draw(v.DICT_OR_LIST)}
    if draw(st.booleans()):
        web["env_file"] = draw(ATTRIBUTES["env_file"])
    web |= draw(service(0, 1))
    document = declared({"services": {"web": web}})
    files = {
        "compose.yaml": write(document, draw(st.integers(1, 6))),
        "a.env": draw(DOTENV),
        "b.env": draw(DOTENV),
        ".env": draw(DOTENV),
    }
    chosen = draw(v.some(st.just(()), rare=st.sampled_from([("a.env",), ("a.env", "b.env"), ("none.env",)])))
    return Application(files, env_files=chosen, keep_env_file=draw(st.integers(0, 4)) == 0)


@st.composite
def combined(draw: st.DrawFn) -> Application:
    """Files with streams that include, extend and override each other, with profiles."""
    base = {"services": {"web": draw(service(1, 2)), "db": {"image": "d"}}}
    inner = draw(documents(1, INCLUDED))
    inner["services"]["web"] |= {"extends": {"file": "base.yaml", "service": draw(st.sampled_from(["web", "db"]))}}
    outer = {"include": ["sub/compose.yaml"], **draw(overrides(inner))}
    own = draw(st.sampled_from(["web", "app"]))
    outer["services"] |= {own: draw(service(0, 2)) | {"extends": {"file": "sub/base.yaml", "service": "web"}}}
    outer["services"]["more"] = {"image": "more", "profiles": draw(st.sampled_from([[], ["dev"], ["prod"]]))}
    last = draw(overrides({"services": {"web": outer["services"].get("web", {})}}))
    texts = [write(declared(document), draw(st.integers(1, 6))) for document in (outer, last)]
    files = {"sub/base.yaml": write(base, 4), "sub/compose.yaml": write(inner, 4), **draw(ENV_FILES)}
    profiles = tuple(draw(st.sampled_from([(), ("dev",), ("*",)])))
    if draw(st.booleans()):
        return Application({"compose.yaml": "---\n".join(texts), **files}, profiles=profiles)
    return Application({"0.yaml": texts[0], "1.yaml": texts[1], **files}, ("0.yaml", "1.yaml"), profiles)


@st.composite
def quoted(draw: st.DrawFn) -> Application:
    """Environment files in both formats, and label files, with quotes of every kind in and around values."""
    web = {
        "image": "x",
        "environment": ["Z"],
        "env_file": draw(v.literals(["a.env", "b.env"], [{"path": "a.env", "format": "raw"}, "b.env"])),
        "label_file": draw(v.literals("c.env", ["c.env", "b.env"], [])),
    }
    names = ["a.env", "b.env", "c.env", *draw(v.literals([], [".env"]))]
    files = {name: draw(QUOTED_LINES) for name in names}
    return Application({"compose.yaml": write({"services": {"web": web}}), **files})


APPLICATIONS = {
    "single": single(),
    "layered": layered(),
    "stream": stream(),
    "extending": extending(),
    "including": including(),
    "profiled": profiled(),
    "variables": variables(),
    "combined": combined(),
    "quoted": quoted(),
}
