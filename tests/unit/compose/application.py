"""Builds Compose applications for tests from text by path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest

from composestack.compose import yaml
from composestack.compose.canonical.document import canonical
from composestack.compose.interpolate import interpolate
from composestack.compose.load import Loaded, load
from composestack.compose.model import Project, Service
from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.report import Report
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.compose.tree import Map


def source(compose: str, files: Mapping[str, str] | None = None, **options: Any) -> ComposeSource:
    """A project directory with `compose.yaml` and other files."""
    texts = {"compose.yaml": dedent(compose), **{path: dedent(text) for path, text in (files or {}).items()}}
    return replace(ComposeSource(ProjectFiles.from_text(texts)), **options)


def application(
    compose: str, files: Mapping[str, str] | None = None, variables: Mapping[str, str] | None = None, **options: Any
) -> Loaded:
    return load(source(compose, files, **options), variables or {})


def project(compose: str, files: Mapping[str, str] | None = None, **options: Any) -> Project:
    return application(compose, files, **options).project


def service(attributes: str, **options: Any) -> Service:
    """The service `web` with an image and some attributes, written in flow style."""
    return project(f"services: {{web: {{image: app, {attributes}}}}}", **options).services["web"]


def problems(compose: str, files: Mapping[str, str] | None = None, **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(InvalidCompose) as error:
        application(compose, files, **options)
    return error.value.problems


def tree(text: str, file: str = "compose.yaml") -> Map:
    """A document with its short forms expanded, and no problem."""
    report = Report()
    [document] = yaml.parse(dedent(text), file)
    interpolate(document, {}, report)
    canonical(document, report)
    report.check()
    return document
