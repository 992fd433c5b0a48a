"""The last step before the plan: patches, and the look at what all together may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from composestack.kinds import Ref
from composestack.translate.annotations import not_allowed
from composestack.translate.patching.patches import Patched, patched
from composestack.translate.planned import Manifest
from composestack.translate.pod_security import Violation, violations
from composestack.translate.policy import Policy, forbidden
from composestack.translate.refusal import Refusal, Refused
from composestack.translate.scope import Scope


def finished(manifests: Iterable[Manifest], scope: Scope) -> tuple[Manifest, ...]:
    """Return manifests with the patches of the stack. Raises Refused for a patch that cannot be applied, and for what
    an object must not have, be it from a patch or not.
    """
    if scope.patches and not scope.policy.patches:
        message = "the policy of this cluster lets no stack patch what is made of it"
        raise Refused([forbidden("spec.patches", message, "patches")])
    before = {Ref(each["kind"], each["metadata"]["name"]): each for each in manifests}
    done = patched(before, scope.patches)
    broken = violations(done.manifests.values(), scope.policy)
    problems = [*done.problems, *_annotations(before, done, scope.policy)]
    problems += [_refusal(violation, done.origins.get(violation.ref)) for violation in broken]
    if problems:
        raise Refused(problems)
    return tuple(done.manifests.values())


def _annotations(before: Mapping[Ref, Manifest], done: Patched, policy: Policy) -> Iterable[Refusal]:
    """Controllers take orders from annotations of Services and Ingresses, so the admin says which may be written."""
    for ref, path in done.origins.items():
        if ref.kind in {"Service", "Ingress"}:
            old = before[ref]["metadata"].get("annotations", {})
            new = done.manifests[ref]["metadata"].get("annotations", {})
            added = {key: value for key, value in new.items() if old.get(key) != value}
            yield from not_allowed(added, f"{path}.patch.metadata.annotations", policy.publish_annotations)


def _refusal(violation: Violation, patch: str | None) -> Refusal:
    """An object that no patch has touched is named itself; a translator should have refused it before."""
    path = f"{patch}.patch" if patch else str(violation.ref)
    message = f"{violation.ref} would have {violation.field}: {violation.message}"
    if violation.key:
        return forbidden(path, message, violation.key, entry=violation.entry)
    return Refusal(path, message, "leave it out")
