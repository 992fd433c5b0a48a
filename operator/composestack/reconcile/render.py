"""From the resource to the plan: the operator and `composestack convert` both render here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from composestack import __version__
from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.api.v1alpha1 import Ingress as IngressSpec
from composestack.api.v1alpha1 import Publish as PublishSpec
from composestack.api.v1alpha1 import Storage as StorageSpec
from composestack.compose.load import Loaded, load
from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.source import ComposeSource, ProjectDirectory
from composestack.translate.digest import fingerprint
from composestack.translate.patching.patch import Patch
from composestack.translate.plan import Plan, translate
from composestack.translate.policy import Policy
from composestack.translate.refusal import Refused
from composestack.translate.scope import Ingress, Publish, Scope, Storage

NO_SERVICE = Problem("", 0, 0, "services", "no service is active; activate the profile of one, or exclude fewer")

MAX_SERVICES = 1_000
"""Services of a stack. The status names each, and their objects: half of what etcd stores of one object."""


def render(
    name: str,
    spec: ComposeStackSpec,
    directory: ProjectDirectory,
    policy: Policy,
    variables: Mapping[str, str] | None = None,
) -> Plan:
    """Load and translate the application of a stack called `name`.

    `directory` is the project directory; `spec.files` and `spec.filesFrom` are not looked at. `variables` are those for
    interpolation, by default the values in `spec.env`. Raises InvalidCompose and Refused, each with all problems.
    """
    if variables is None:
        variables = {variable.name: variable.value or "" for variable in spec.env or ()}
    found = loaded(name, spec, directory, variables)
    return planned(found, scope(name, spec, directory, policy, variables))


def loaded(name: str, spec: ComposeStackSpec, directory: ProjectDirectory, variables: Mapping[str, str]) -> Loaded:
    """Load the application of a stack. The paths of the result count from the root of `directory`.

    Raises InvalidCompose, also if no service is active, or more than a status can name.
    """
    source = ComposeSource(
        directory=directory,
        inline=spec.compose,
        compose_files=tuple(spec.compose_files or ()),
        profiles=tuple(spec.profiles or ()),
        exclude=tuple(spec.exclude or ()),
        name=name,
        steps_count=True,
        from_root=True,
    )
    found = load(source, variables)
    if not found.project.services:
        raise InvalidCompose([NO_SERVICE])
    if (number := len(found.project.services)) > MAX_SERVICES:
        problem = f"{number} services are active; a stack has at most {MAX_SERVICES}: make several of it"
        raise InvalidCompose([Problem("", 0, 0, "services", problem)])
    return found


def scope(
    name: str,
    spec: ComposeStackSpec,
    directory: ProjectDirectory,
    policy: Policy,
    variables: Mapping[str, str],
) -> Scope:
    """Return the circumstances of the translation of a stack."""
    deletion = spec.deletion_policy
    return Scope(
        stack=name,
        directory=directory,
        variables=variables,
        images=spec.images or {},
        image_pull_secrets=tuple(secret.name for secret in spec.image_pull_secrets or ()),
        publish=publish(spec),
        ingress=ingress(spec),
        storage=storage(spec),
        network_policy=spec.network_policy != "Off",
        retain_volumes=deletion is None or deletion.volumes != "Delete",
        patches=patches(spec),
        policy=policy,
    )


def planned(found: Loaded, circumstances: Scope) -> Plan:
    """Translate what was loaded. Raises Refused, with where each attribute was written."""
    try:
        plan = translate(found.project, circumstances)
    except Refused as error:
        raise error.placed(found.place) from None
    return replace(plan, notices=tuple(sorted({*found.notices, *plan.notices})))


def storage(spec: ComposeStackSpec) -> Storage:
    """Return what claims ask for, with the operator's defaults where the stack says nothing."""
    wanted = spec.storage or StorageSpec.model_construct()
    default = Storage()
    return Storage(wanted.class_name, wanted.default_size or default.default_size, wanted.access_mode)


def publish(spec: ComposeStackSpec) -> Publish:
    """Return what published ports mean outside."""
    wanted = spec.publish or PublishSpec.model_construct()
    return Publish(wanted.type or Publish().type, wanted.annotations or {})


def ingress(spec: ComposeStackSpec) -> Ingress:
    """Return the host names by which services are reached from outside."""
    wanted = spec.ingress or IngressSpec.model_construct()
    secret = wanted.tls.secret_name if wanted.tls else None
    return Ingress(wanted.hosts or {}, wanted.class_name, secret, wanted.annotations or {})


def patches(spec: ComposeStackSpec) -> tuple[Patch, ...]:
    """Return the changes of finished objects."""
    return tuple(
        Patch(each.patch, each.target.kind, each.target.name, each.target.service) for each in spec.patches or ()
    )


def revision(spec: Mapping[str, Any], policy: Policy) -> str:
    """Return the digest of all that the plan depends on but sources: the spec, the admin's policy and this operator's
    version.
    """
    return fingerprint([spec, policy.model_dump(mode="json"), __version__])
