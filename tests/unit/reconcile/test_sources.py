from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.compose.problems import InvalidCompose
from composestack.kinds import Ref
from composestack.reconcile.sources import Inputs, SourceNotFound, content_digest, inputs, used, with_sources
from composestack.translate.plan import Manifest

A, B, S = Ref("ConfigMap", "a"), Ref("ConfigMap", "b"), Ref("Secret", "s")


def config_map(data: dict[str, str], binary: dict[str, bytes] | None = None) -> Manifest:
    return {"kind": "ConfigMap", "data": data, "binaryData": encoded(binary or {})}


def secret(**data: bytes) -> Manifest:
    return {"kind": "Secret", "data": encoded(data)}


def encoded(data: dict[str, bytes]) -> dict[str, str]:
    return {key: b64encode(value).decode() for key, value in data.items()}


def read(found: Mapping[Ref, Manifest | None], **spec: Any) -> Inputs:
    """Read the sources of a spec, written as in YAML."""
    assert set(used(spec)) == set(found)
    return inputs(ComposeStackSpec.model_validate(spec), found)


def files(found: Mapping[Ref, Manifest | None], **spec: Any) -> dict[str, bytes | None]:
    directory = read(found, **spec).directory
    return {path: directory.read(path) for path in directory.below(".")}


def variable(name: str, kind: str, object_: str, key: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "valueFrom": {f"{kind}KeyRef": {"name": object_, "key": key, **more}}}


def test_a_spec_without_sources_uses_none_and_keeps_its_revision() -> None:
    assert used({"compose": "services: {}", "env": [{"name": "A", "value": "b"}]}) == ()
    assert with_sources("r", {}) == "r"


def test_an_object_that_is_used_twice_is_one() -> None:
    env = [variable("X", "secret", "s", "x"), variable("Y", "secret", "s", "y"), variable("Z", "configMap", "a", "z")]

    assert used(
        {"env": env, "envFrom": [{"secretRef": {"name": "s"}}], "filesFrom": [{"configMap": {"name": "a"}}]}
    ) == (
        A,
        S,
    )


def test_the_revision_changes_with_every_source_and_not_with_their_order() -> None:
    both = with_sources("r", {A: "1", B: "2"})

    assert both == with_sources("r", {B: "2", A: "1"})
    assert (
        len({"r", both, with_sources("r", {A: "1"}), with_sources("r", {A: "2", B: "1"}), with_sources("x", {A: "1"})})
        == 5
    )


def test_the_digest_is_that_of_the_content_alone() -> None:
    source = config_map({"k": "v"})
    touched = {**source, "metadata": {"resourceVersion": "2", "annotations": {"seen": "yes"}}}

    assert content_digest(touched) == content_digest(source)
    others = [config_map({"k": "w"}), config_map({}, {"k": b"v"}), config_map({}), None]
    assert len({content_digest(source), *map(content_digest, others)}) == 5


def test_files_are_bytes_by_key_below_the_prefix() -> None:
    found = {A: config_map({"app.conf": "é"}, {"logo.png": b"\x89PNG"}), S: secret(key=b"\xff")}

    assert files(found, filesFrom=[{"configMap": {"name": "a", "prefix": "nginx/"}}, {"secret": {"name": "s"}}]) == {
        "nginx/app.conf": "é".encode(),
        "nginx/logo.png": b"\x89PNG",
        "key": b"\xff",
    }


def test_items_take_the_named_keys_to_their_paths() -> None:
    items = [{"key": "x", "path": "deep/er.txt"}]

    assert files(
        {A: config_map({"x": "1", "y": "2"})}, filesFrom=[{"configMap": {"name": "a", "prefix": "p", "items": items}}]
    ) == {"p/deep/er.txt": b"1"}


def test_a_later_source_wins_and_files_of_the_spec_over_all() -> None:
    found = {A: config_map({"x": "a", "y": "a", "z": "a"}), B: config_map({"y": "b", "z": "b"})}
    sources = [{"configMap": {"name": "a"}}, {"configMap": {"name": "b", "prefix": "./"}}]

    assert files(found, filesFrom=sources, files={"./z": "spec"}) == {"x": b"a", "y": b"b", "z": b"spec"}


def test_what_comes_from_a_secret_is_confidential_until_something_else_takes_its_place() -> None:
    found = {S: secret(key=b"s", both=b"s", written=b"s"), A: config_map({"both": "a", "open": "a"})}
    sources = [{"secret": {"name": "s", "prefix": "tls"}}, {"configMap": {"name": "a", "prefix": "tls"}}]

    directory = read(found, filesFrom=sources, files={"tls/./written": "w"}).directory

    assert [path for path in directory.below(".") if directory.confidential(path)] == ["tls/key"]
    again = read(found, filesFrom=sources[::-1]).directory
    assert again.confidential("tls/both")


@pytest.mark.parametrize("path", ["../out", "/etc/passwd", "p/../../out"])
def test_a_file_outside_the_project_directory_is_refused(path: str) -> None:
    with pytest.raises(InvalidCompose, match="not a path inside"):
        files(
            {A: config_map({"x": "1"})}, filesFrom=[{"configMap": {"name": "a", "items": [{"key": "x", "path": path}]}}]
        )


def test_variables_come_from_envfrom_in_order_then_from_env() -> None:
    found = {A: config_map({"X": "a", "Y": "a", "Z": "a"}), S: secret(Y=b"s", Z=b"s", pass_=b"word")}
    env = [{"name": "Z", "value": "spec"}, {"name": "EMPTY"}, variable("PASS", "secret", "s", "pass_")]

    given = read(found, envFrom=[{"configMapRef": {"name": "a"}}, {"secretRef": {"name": "s"}}], env=env)

    assert given.variables == {"X": "a", "Y": "s", "Z": "spec", "pass_": "word", "EMPTY": "", "PASS": "word"}
    assert given.notices == ()


def test_a_prefix_is_put_before_every_key() -> None:
    given = read({A: config_map({"1st": "x"})}, envFrom=[{"prefix": "N_", "configMapRef": {"name": "a"}}])

    assert given.variables == {"N_1st": "x"}


def test_keys_that_cannot_be_variables_are_left_out_with_a_notice_that_shows_no_value() -> None:
    found = {S: secret(**{"1st": b"hunter2", "a b": b"hunter2", "blob": b"\xffhunter2", "tls.crt": b"ok"})}

    given = read(found, envFrom=[{"secretRef": {"name": "s"}}])

    assert given.variables == {"tls.crt": "ok"}
    assert {notice.path for notice in given.notices} == {"spec.envFrom[0]"}
    assert [notice.message.split()[0] for notice in given.notices] == ["'1st'", "'a", "'blob'"]
    assert all("Secret/s" in notice.message and "hunter2" not in notice.message for notice in given.notices)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SourceNotFound) as raised:
        read(
            {A: None, B: config_map({"k": "v"}), S: secret(k=b"hunter2")},
            env=[variable("X", "secret", "s", "nope"), variable("Y", "configMap", "a", "k")],
            envFrom=[{"configMapRef": {"name": "a"}}],
            filesFrom=[{"configMap": {"name": "b", "items": [{"key": "gone", "path": "x"}]}}],
        )

    assert str(raised.value) == (
        "spec.filesFrom[0]: ConfigMap/b has no key 'gone'; spec.envFrom[0]: ConfigMap/a does not exist; "
        "spec.env[X]: Secret/s has no key 'nope'; spec.env[Y]: ConfigMap/a does not exist"
    )


def test_what_is_optional_may_be_missing() -> None:
    given = read(
        {A: None, B: config_map({"SET": "earlier"}), S: secret()},
        env=[
            variable("UNSET", "configMap", "a", "k", optional=True),
            variable("SET", "secret", "s", "nope", optional=True),
        ],
        envFrom=[{"configMapRef": {"name": "b"}}, {"configMapRef": {"name": "a", "optional": True}}],
        filesFrom=[
            {"configMap": {"name": "a", "optional": True, "items": [{"key": "x", "path": "x"}]}},
            {"secret": {"name": "s", "optional": True, "items": [{"key": "x", "path": "x"}]}},
        ],
    )

    assert given.variables == {"SET": "earlier"}
    assert given.directory.below(".") == []


def test_a_value_that_is_not_text_is_no_variable() -> None:
    with pytest.raises(InvalidCompose, match=r"spec\.env\[X\].*'k' of Secret/s is not text") as raised:
        read({S: secret(k=b"\xffhunter2")}, env=[variable("X", "secret", "s", "k")])

    assert "hunter2" not in str(raised.value)


def test_an_object_without_content_is_there() -> None:
    assert read({A: {"kind": "ConfigMap"}}, envFrom=[{"configMapRef": {"name": "a"}}]).variables == {}
