"""`depends_on.*.restart`: pods that are replaced because those of another service were (Compose spec, 05-services,
depends_on).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import TopologicalSorter

from composestack.kinds import Ref
from composestack.translate.digest import fingerprint
from composestack.translate.labels import DEPENDENCY, dependency
from composestack.translate.objects.workload import template_of, with_template
from composestack.translate.planned import Manifest


def stamped(workloads: Mapping[str, Manifest], follows: Mapping[str, Collection[str]]) -> list[Manifest]:
    """Return the workloads, by name of their service, with the digests of the pod templates that theirs follow.

    `follows` are the names of those by name. A digest that changes changes the template, so the pods are replaced, and
    those that follow them in turn. What happens to pods of the same template, such as a crash, changes nothing.
    """
    done: dict[str, Manifest] = {}
    for name in TopologicalSorter(follows).static_order():
        stamps = {dependency(other): fingerprint(template_of(done[other])) for other in follows[name]}
        done[name] = _with_stamps(workloads[name], stamps) if stamps else workloads[name]
    return [done[name] for name in workloads]


def restamped(
    manifests: Iterable[Manifest], hosts: Mapping[Ref, str], follows: Mapping[str, Collection[str]]
) -> tuple[Manifest, ...]:
    """Return manifests whose workloads follow the pod templates as they are now, after patches. `hosts` are the names
    of their services.
    """
    found = {Ref(each["kind"], each["metadata"]["name"]): each for each in manifests}
    workloads = stamped({host: found.pop(ref) for ref, host in hosts.items()}, follows)
    return (*found.values(), *workloads)


def stamps(workload: Manifest) -> dict[str, str]:
    """Return what the pods of a workload, planned or live, are restarted with: digest by annotation."""
    annotations = template_of(workload).get("metadata", {}).get("annotations", {})
    return {key: value for key, value in sorted(annotations.items()) if key.startswith(DEPENDENCY)}


def _with_stamps(workload: Manifest, stamps: Mapping[str, str]) -> Manifest:
    template = template_of(workload)
    annotations = dict(sorted({**template["metadata"].get("annotations", {}), **stamps}.items()))
    metadata = dict(sorted({**template["metadata"], "annotations": annotations}.items()))
    return with_template(workload, {**template, "metadata": metadata})
