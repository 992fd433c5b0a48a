"""The public vocabulary: every reason, notice code and Event name that the operator can show. People match on them, so
they never change meaning.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Reasons of the conditions Ready, Reconciling and Stalled."""

    READY = "Ready"
    PROGRESSING = "Progressing"
    WAITING_FOR_DEPENDENCY = "WaitingForDependency"
    DEPENDENCY_FAILED = "DependencyFailed"
    WORKLOAD_FAILED = "WorkloadFailed"
    INVALID_SPEC = "InvalidSpec"
    INVALID_COMPOSE = "InvalidCompose"
    SOURCE_NOT_FOUND = "SourceNotFound"
    REFUSED = "Refused"
    NAME_CONFLICT = "NameConflict"
    FIELD_CONFLICT = "FieldConflict"
    APPLY_FAILED = "ApplyFailed"
    IMMUTABLE_FIELD = "ImmutableField"
    FORBIDDEN = "Forbidden"
    ROLLED_BACK = "RolledBack"
    ROLLBACK_FAILED = "RollbackFailed"
    SUSPENDED = "Suspended"


class NoticeCode(StrEnum):
    """What kind of notice it is."""

    IGNORED = "Ignored"
    """The attribute has no counterpart; the application runs without it."""
    APPROXIMATED = "Approximated"
    """The attribute is applied, with a difference that the message names."""
    NOT_TRANSLATED = "NotTranslated"
    """This version does not apply the attribute yet."""
    RENAMED = "Renamed"
    """A name was changed to one that Kubernetes accepts."""
    NO_KNOWN_PORT = "NoKnownPort"
    """A service has a name but no stable address."""
    EMPTY_DIRECTORY = "EmptyDirectory"
    """A bind mount of an absent directory became an empty persistent volume."""
    UNSET_VARIABLE = "UnsetVariable"
    """A variable has no value and no default; an empty text takes its place."""
    SKIPPED_KEY = "SkippedKey"
    """A key of a ConfigMap or Secret cannot be a variable; it is left out."""
