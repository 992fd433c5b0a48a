"""How one document goes over another, and a service over the one it extends (Compose Specification, "Merge").

In general mappings are merged, lists are appended without repeating what is there, and scalars are replaced; a null
changes nothing. RULES has the attributes that differ. Trees are not changed: a merge returns a new tree that shares
what did not change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from composestack.compose.canonical.expansion import scalar
from composestack.compose.canonical.reading import kind
from composestack.compose.canonical.unique import name_key, without_repeated
from composestack.compose.canonical.values import SCALARS
from composestack.compose.patterns import Pattern, compile_table
from composestack.compose.report import Report
from composestack.compose.scalars import text
from composestack.compose.tree import Map, Path, Seq

Rule = Callable[["Merge", Any, Any, "Pattern[Rule]", Path], Any]


class Merge:
    """One merge. Problems name the place in the overriding document."""

    def __init__(self, over: Map, report: Report) -> None:
        self._document = over
        self._report = report

    def values(self, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
        """Return the value of `base` with that of `over` on top."""
        if rules.rule is not None:
            return rules.rule(self, base, over, rules, path)
        return self.plain(base, over, rules, path)

    def plain(self, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
        """Merge by type alone."""
        if over is None:
            return base
        if isinstance(base, Map | Seq) and type(base) is not type(over):
            self.conflict(base, over, path)
            return base
        if isinstance(base, Map):
            return self.mappings(base, over, rules, path)
        return append(base, over) if isinstance(base, Seq) else over

    def mappings(self, base: Map, over: Map, rules: Pattern[Rule], path: Path) -> Map:
        """Merge key by key; a key that `over` tags is forgotten first."""
        result = Map(base, base.marks.copy(), base.file)
        for key in over.tags:
            result.pop(key, None)
        for key, value in over.items():
            known = key in result
            below = rules.child(key) or NO_RULES
            result[key] = self.values(result[key], value, below, (*path, key)) if known else value
            result.marks[key] = over.mark(key)
        result.tags = over.tags
        return result

    def conflict(self, base: Any, over: Any, path: Path) -> None:
        """Report that two documents give a value different types."""
        self._report.add(self._document, path, f"{kind(over)} cannot go over {kind(base)}; write {kind(base)} here too")


def append(base: Seq, over: Seq) -> Seq:
    """Return the items of both lists; an item of `over` that is strictly the same as one before it is left out."""
    seen = {_identity(item) for item in base}
    result = Seq(base, [base.mark(index) for index in range(len(base))])
    for index, item in enumerate(over):
        identity = _identity(item)
        if identity not in seen:
            seen.add(identity)
            result.append(item)
            result.marks.append(over.mark(index))
    return result


def _identity(value: Any) -> object:
    if isinstance(value, Map):
        return frozenset((key, _identity(item)) for key, item in value.items())
    if isinstance(value, Seq):
        return tuple(_identity(item) for item in value)
    return (type(value), value)


def _replaced(merge: Merge, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
    """What `over` says counts, even if it is null."""
    return over


def _names(merge: Merge, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
    """Merge by name. As in Compose, the result is a list, and `!reset` of a name only reaches into a mapping."""
    if over is None:
        return Seq() if base is None else base
    first, second = Seq() if base is None else as_pairs(base), as_pairs(over)
    if first is None or second is None:
        merge.conflict(base, over, path)
        return base
    if isinstance(base, Map) and isinstance(over, Map) and over.tags:
        kept = base.holding((key, value) for key, value in base.items() if key not in over.tags)
        first = as_pairs(kept) or Seq()
    items = Seq([*first, *second], [each.mark(index) for each in (first, second) for index in range(len(each))])
    return without_repeated(items, name_key)


def _hosts(merge: Merge, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
    """Collect `host=address`: a host may have several addresses."""
    if over is None:
        return base
    first, second = Seq() if base is None else as_pairs(base), as_pairs(over)
    if first is None or second is None:
        merge.conflict(base, over, path)
        return base
    return append(first, second)


def as_pairs(value: Any) -> Seq | None:
    """Return a mapping as a list of `name=value`, sorted; a list as it is; None for anything else."""
    if isinstance(value, Seq):
        return value
    if not isinstance(value, Map):
        return None
    lines = []
    for name, content in value.items():
        contents = content if isinstance(content, Seq) else [content]
        lines += [(_line(name, each), value.mark(name)) for each in contents]
    lines.sort(key=lambda line: str(line[0]))
    return Seq([line for line, _ in lines], [mark for _, mark in lines])


def _line(name: str, content: Any) -> Any:
    if content is None:
        return name
    return f"{name}={text(content)}" if isinstance(content, SCALARS) else content


def _logging(merge: Merge, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
    """Options belong to a driver: those of another driver are forgotten. Both must be mappings; null is none.

    With `!override` at the driver, there is none below it, and so options stay.
    """
    if not isinstance(base, Map) or not isinstance(over, Map):
        merge.conflict(base, over, path)
        return base
    drivers = [each.get("driver") for each in (base, over)]
    is_other = all(drivers) and drivers[0] != drivers[1] and "driver" not in over.tags
    return over if is_other else merge.mappings(base, over, rules, path)


def _or_empty(empty: type[Map] | type[Seq]) -> Rule:
    """Return the rule to merge by type, by which null over null is nothing."""

    def rule(merge: Merge, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
        return empty() if base is None and over is None else merge.plain(base, over, rules, path)

    return rule


def _ulimit(merge: Merge, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
    """A number and a mapping replace each other."""
    return merge.plain(base, over, rules, path) if isinstance(base, Map) and isinstance(over, Map) else over


def _pools(merge: Merge, base: Any, over: Any, rules: Pattern[Rule], path: Path) -> Any:
    """Address pools of the overriding document replace the others; one of the same subnet is completed."""
    if not isinstance(base, Seq) or not isinstance(over, Seq):
        merge.conflict(base, over, path)
        return base
    known = {scalar(pool.get("subnet")): pool for pool in base if isinstance(pool, Map)}
    pools = over.holding(over)
    for index, pool in enumerate(over):
        if isinstance(pool, Map) and (completed := known.get(scalar(pool.get("subnet")))) is not None:
            pools[index] = merge.mappings(completed, pool, NO_RULES, (*path, index))
    return pools


_CONTAINER: dict[str, Rule] = {
    **dict.fromkeys(("annotations", "environment", "labels", "sysctls"), _names),
    **dict.fromkeys(("build.args", "build.labels", "deploy.labels"), _names),
    **dict.fromkeys(("command", "entrypoint", "healthcheck.test"), _replaced),
    **dict.fromkeys(("dns", "dns_search", "tmpfs"), _or_empty(Seq)),
    "networks": _or_empty(Map),
    "extra_hosts": _hosts,
    "build.extra_hosts": _hosts,
    "logging": _logging,
    "ulimits.*": _ulimit,
}
_TABLE: dict[str, Rule] = {
    **{f"{section}.*.labels": _names for section in ("networks", "volumes", "secrets", "configs")},
    **{f"{section}.*.{path}": rule for section in ("services", "jobs") for path, rule in _CONTAINER.items()},
    "networks.*.ipam.config": _pools,
}
RULES = compile_table(_TABLE)
NO_RULES: Pattern[Rule] = Pattern()


def merge(base: Map, over: Map, report: Report) -> Map:
    """Return the document `base` with the document `over` on top."""
    return Merge(over, report).mappings(base, over, RULES, ())


def merge_entry(place: tuple[str, str], base: Any, over: Any, document: Map, report: Report) -> Any:
    """Return one entry of a section (`place`: section and name) with that of `document` on top."""
    rules = (RULES.child(place[0]) or NO_RULES).every or NO_RULES
    return Merge(document, report).values(base, over, rules, place)


def settled(value: Any) -> Any:
    """Return a tree without tags: they did their work in their own document, and must not reach others."""
    if isinstance(value, Map):
        return value.holding((key, settled(item)) for key, item in value.items())
    return value.holding(settled(item) for item in value) if isinstance(value, Seq) else value
