"""Project to Plan: the only file that knows all steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Project
from composestack.compose.problems import Notice
from composestack.kinds import KINDS, Ref
from composestack.translate import labels, quantity
from composestack.translate.annotations import not_allowed
from composestack.translate.assembly import Assembler
from composestack.translate.catalog import Catalog
from composestack.translate.contribution import Clash, Contribution, combine, merge_objects
from composestack.translate.digest import with_digest
from composestack.translate.expansion import as_written, expansion
from composestack.translate.extension.document import DocumentSettings
from composestack.translate.extension.places import misplaced
from composestack.translate.extension.settings import KEY
from composestack.translate.kompose.host_ports import with_host_ports
from composestack.translate.mount_expansion import expanded
from composestack.translate.names import MAX_LENGTH
from composestack.translate.objects.workload import workload
from composestack.translate.patching.finish import finished
from composestack.translate.planned import Awaited, Manifest, Need, Plan, PlannedService, PlannedVolume
from composestack.translate.refusal import Refusal, Refused
from composestack.translate.report import unsupported
from composestack.translate.scope import Scope, Storage
from composestack.translate.stack import Declared, Stack
from composestack.translate.stack_wide import decided
from composestack.translate.stamps import restamped, stamped
from composestack.translate.translators import CATALOG

__all__ = ["Awaited", "Manifest", "Need", "Plan", "PlannedService", "PlannedVolume", "translate"]

_ORDER = {kind: index for index, kind in enumerate(KINDS)}


def translate(project: Project, scope: Scope, catalog: Catalog = CATALOG) -> Plan:
    """Return everything that the stack shall be in Kubernetes.

    Raises Refused with all that cannot be applied: then nothing of it may be. The same input always gives the same
    bytes.
    """
    wrong, jobs = misplaced(project), project.jobs
    project, origins = expansion(project, scope.images)
    notices, problems = unsupported(project)
    problems += wrong
    project = with_host_ports(expanded(project))
    problems += _of_scope(scope)
    stack = Stack(project, decided(project, _with_a_size(scope)), origins)
    problems += [*stack.settings_problems, *stack.together.problems]
    notices += [
        Notice(f"spec.images.{name}", NoticeCode.IGNORED, "there is no active service of that name")
        for name in scope.images
        if name not in project.services
    ]
    notices += [
        Notice(f"spec.ingress.hosts.{name}", NoticeCode.IGNORED, "there is no active service of that name")
        for name in scope.ingress.hosts
        if name not in project.services
    ]
    services = {
        name: _share(f"services.{name}", catalog, "services", service, stack)
        for name, service in project.services.items()
    }
    together = Assembler(project.services, services, stack, catalog)
    pods = {pod.host: together.pod(pod) for pod in stack.together.of.values()}
    shares = [*services.values(), *pods.values(), *_top_level(project.filled(jobs=jobs), stack, catalog)]
    notices += [notice for share in shares for notice in share.notices]
    problems += [problem for share in shares for problem in share.problems]
    if problems:
        raise Refused(map(stack.as_written, as_written(problems, origins)))
    try:
        objects = merge_objects(manifest for share in shares for manifest in share.objects)
    except Clash as clash:
        message = f"two elements of the stack make the same object ({clash})"
        raise Refused([Refusal("services", message, "rename one of them")]) from clash
    follows = {
        host: {stack.pod_of(need.service).host for need in share.needs if need.restart} for host, share in pods.items()
    }
    workloads = stamped({host: _workload(host, share, stack) for host, share in pods.items()}, follows)
    done = finished((*objects, *workloads), scope)
    if scope.patches:
        done = restamped(done, {Ref(stack.kinds[host], stack.workload_name(host)): host for host in pods}, follows)
    return Plan(
        manifests=_in_apply_order(done),
        services=tuple(
            _planned_service(name, pods[stack.pod_of(name).host], stack)
            for name in sorted(services)
            if name not in origins or not origins[name].before
        ),
        volumes=_planned_volumes(stack),
        notices=tuple(sorted(set(as_written(notices, origins)))),
        bindings=tuple(sorted(binding for share in services.values() for binding in share.bindings)),
    )


def _top_level(project: Project, stack: Stack, catalog: Catalog) -> list[Contribution]:
    sections: Mapping[str, Mapping[str, object]] = {
        "jobs": project.jobs,
        "networks": project.networks,
        "volumes": project.volumes,
        "secrets": project.secrets,
        "configs": project.configs,
    }
    return [
        _share(KEY, catalog, KEY, stack.extension(project, DocumentSettings), stack),
        *(
            _share(f"{section}.{key}", catalog, section, Declared(key, element), stack)
            for section, elements in sections.items()
            for key, element in elements.items()
        ),
    ]


def _share(path: str, catalog: Catalog, section: str, element: object, stack: Stack) -> Contribution:
    """Let all translators speak about one element.

    Only mounts can clash: what a document mounts twice is its author's to decide.
    """
    shares = [translator.function(element, stack) for translator in catalog.section(section)]
    try:
        return combine(shares)
    except Clash as clash:
        if not clash.field.startswith("volumeMounts["):
            raise
        place = clash.field[len("volumeMounts[") :].partition("]")[0]
        problem = Refusal(path, f"mounts two things at {place}", "mount one of them elsewhere")
        return Contribution(problems=[problem, *(problem for share in shares for problem in share.problems)])


def _of_scope(scope: Scope) -> Iterable[Refusal]:
    if len(scope.stack) > MAX_LENGTH:
        message = f"has {len(scope.stack)} characters; as the value of a label it may have {MAX_LENGTH}"
        yield Refusal("metadata.name", message, "choose a shorter name")
    publish, ingress, policy = scope.publish, scope.ingress, scope.policy
    if publish.type != "ClusterIP" and publish.type not in policy.publish_types:
        yield policy.not_published(publish.type, "spec.publish.type")
    if ingress.hosts and "Ingress" not in policy.publish_types:
        yield policy.not_published("Ingress", "spec.ingress.hosts")
    yield from not_allowed(publish.annotations, "spec.publish.annotations", policy.publish_annotations)
    yield from not_allowed(ingress.annotations, "spec.ingress.annotations", policy.publish_annotations)
    try:
        quantity.canonical(scope.storage.default_size)
    except ValueError as error:
        yield Refusal("spec.storage.defaultSize", str(error), "write it as 10Gi")


def _with_a_size(scope: Scope) -> Scope:
    """Return the scope with a size that claims can have, so that all other problems are found too."""
    if quantity.is_quantity(scope.storage.default_size):
        return scope
    return scope._replace(storage=scope.storage._replace(default_size=Storage().default_size))


def _workload(name: str, share: Contribution, stack: Stack) -> Manifest:
    own, selector = labels.of_service(stack.name, name), labels.selector(stack.name, name)
    return workload(stack.kinds[name], stack.workload_name(name), own, selector, share)


def _in_apply_order(manifests: Iterable[Manifest]) -> tuple[Manifest, ...]:
    sequence = sorted(manifests, key=lambda manifest: (_ORDER[manifest["kind"]], manifest["metadata"]["name"]))
    return tuple(map(with_digest, sequence))


def _planned_service(name: str, share: Contribution, stack: Stack) -> PlannedService:
    """Say what the status tells about a service. `share` is that of the pod in which it runs."""
    label, pod = stack.labels[name], stack.pod_of(name)
    ports = [
        f"{label}:{port.number}" if port.protocol == "TCP" else f"{label}:{port.number}/{port.protocol.lower()}"
        for port in stack.discovery.ports[name]
    ]
    return PlannedService(
        name=name,
        workload=Ref(stack.kinds[name], stack.workload_name(name)),
        image=stack.image(name),
        replicas=stack.pods(name),
        needs=tuple(share.needs),
        endpoints=tuple(ports) or (label,),
        rollback=share.rollback,
        host=pod.host if pod.host != name else "",
        container=stack.labels[name] if pod.shared else "",
        steps=tuple(Ref("Job", stack.workload_name(step)) for step in stack.steps_before(pod)),
    )


def _planned_volumes(stack: Stack) -> tuple[PlannedVolume, ...]:
    claims = sorted((claim for claim in stack.claims.all() if not claim.external), key=lambda claim: claim.volume)
    return tuple(PlannedVolume(claim.volume, claim.name, claim.retained) for claim in claims)
