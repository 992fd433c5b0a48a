"""Text in a virtual project directory in, a resolved `Project` out: the passes of Compose, in their order.

1. the call: which files there are, their variables (`.env`), and the project's name (invocation.py);
2. each document: YAML, variables replaced, short forms expanded (documents.py, canonical/);
   what it includes (include.py), what its services extend (extends.py), merged over those before it (merge.py);
3. the merged document: hooks inherit (hooks.py), values as the models hold them (canonical/typed.py), the models
   (validate.py);
4. the project: what Compose fills in (normalize.py), what is active (profiles.py), what contradicts (consistency.py),
   what nobody uses (usage.py), and what is read from files (environment.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from composestack.api.reasons import NoticeCode
from composestack.compose import consistency, profiles, validate
from composestack.compose.constraints import violations
from composestack.compose.documents import Documents
from composestack.compose.environment import Environment
from composestack.compose.hooks import has_hooks, inherited
from composestack.compose.include import Unit
from composestack.compose.incomplete import unsourced, untargeted
from composestack.compose.invocation import Invocation, invocation
from composestack.compose.model import Project
from composestack.compose.normalize import normalize
from composestack.compose.paths import Base, join, relocated
from composestack.compose.places import place
from composestack.compose.problems import InvalidCompose, Notice
from composestack.compose.redaction import redacted
from composestack.compose.report import Report
from composestack.compose.source import ComposeSource
from composestack.compose.tree import Map, Mark
from composestack.compose.tree import join as join_path
from composestack.compose.units import Units
from composestack.compose.usage import used_in, without_unused


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gives: the project, and what the user should know although nothing is wrong."""

    project: Project
    notices: tuple[Notice, ...]
    document: Map
    """The merged document that the project was made of."""
    files: tuple[str, ...]
    """The Compose files of the call, in their order; not those that they include or extend."""
    environment_files: frozenset[str]
    """All environment files that were read, from the root."""

    def place(self, path: str) -> Mark:
        """Return file, line and column at which an attribute was written, or the nearest of its parents."""
        return place(self.document, path)


def load(source: ComposeSource, variables: Mapping[str, str]) -> Loaded:
    """Load a Compose application. `variables` are all that interpolation sees, beside the environment files.

    Raises InvalidCompose with everything that is wrong, as far as one error does not hide others. Its messages show no
    values of variables.
    """
    documents = Documents(source.directory, Report())
    try:
        return _loaded(source, invocation(source, variables, documents), documents)
    except InvalidCompose as error:
        raise InvalidCompose(redacted(error.problems, {**documents.known, **variables})) from None


def _loaded(source: ComposeSource, call: Invocation, documents: Documents) -> Loaded:
    report = documents.report
    units = Units(documents, source.home)
    merged = units.merged(call.files, Unit(call.directory, call.variables))
    if documents.incomplete or units.budget.values <= 0:
        report.check()
    for path, message in untargeted(merged):
        report.add(merged, path, message)
    if has_hooks(merged):
        validate.document(merged, report, complete=False)
    document = _located(inherited(merged, units.budget, report), source, call, report)
    project = _model(document, call, report)
    for path, message in violations(project):
        report.add(document, path, message)
    normalize(project, call.variables, units.inclusion.contents)
    active = profiles.without_inactive(project, call.profiles, source.exclude)
    used = used_in(active, steps=source.steps_count)
    for path, message in consistency.findings(consistency.scope(active, project.services, used)):
        report.add(document, path, message)
    rest = active if source.keep_unused else without_unused(active, used)
    start = "." if source.from_root else call.directory
    files = Environment(documents, document, start, call.variables, source.root, source.resolve_environment)
    resolved = files.resolved(rest)
    report.check()
    exclusions = profiles.exclusion_notices(project, active, source.exclude)
    notices = [*_notices(merged, documents), *exclusions, *files.notices]
    paths = tuple(path for path, _ in call.files)
    return Loaded(resolved, tuple(sorted(notices)), document, paths, frozenset(documents.environment_files))


def _located(document: Map, source: ComposeSource, call: Invocation, report: Report) -> Map:
    """Return the document with its paths as the caller wants them: absolute, if it says where the root is."""
    if source.root is None:
        whole = source.from_root and call.directory != "."
        return relocated(document, Base(call.directory, source.home)) if whole else document
    for path, message in unsourced(document):
        report.add(document, path, message)
    return relocated(document, Base(join(source.root, call.directory), source.home))


def _model(document: Map, call: Invocation, report: Report) -> Project:
    """Return the project that a merged document describes; raises InvalidCompose if it describes none."""
    if not document.keys() - {"version"}:
        report.add(document, (), "the application is empty; declare services", call.files[0][0] if call.files else "")
    project = validate.document(document, report, call.name)
    report.check()
    assert project is not None
    return project.model_copy(update={"name": call.name})


def _notices(document: Map, documents: Documents) -> Iterator[Notice]:
    if "version" in document:
        yield Notice("version", NoticeCode.IGNORED, "version is obsolete and has no effect; remove it")
    for name, (path, _) in documents.unset.items():
        message = f"the variable {name} is not set, and an empty text takes its place; set it, or write a default"
        yield Notice(join_path(path), NoticeCode.UNSET_VARIABLE, message)
