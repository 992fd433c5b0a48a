"""Volumes: what stands behind each mount of a container."""

from __future__ import annotations

from typing import Any, NamedTuple

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Mount, Service
from composestack.compose.problems import Notice
from composestack.translate import labels, quantity
from composestack.translate.annotations import NO_ANNOTATIONS, Annotations, from_labels
from composestack.translate.catalog import translates
from composestack.translate.claims import READ_WRITE_ONCE, Claim
from composestack.translate.contribution import Contribution, combine
from composestack.translate.kompose.volumes import TYPE, lives_with_pod, wrong_type
from composestack.translate.local_driver import LocalVolume
from composestack.translate.names import object_name, path_label
from composestack.translate.objects.base import with_annotations
from composestack.translate.objects.claim import claim, claim_spec
from composestack.translate.planned import Manifest
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.registries import in_full, is_from
from composestack.translate.stack import SERVERS, Stack

DATA = "_data"
"""Claims are mounted at this subPath: initdb and others refuse a directory with the `lost+found` of a file system."""


class _At(NamedTuple):
    """A mount, and where it is written; `fleeting` if labels want it to be gone with its pod."""

    mount: Mount
    path: str
    service: str
    fleeting: bool = False


@translates(
    "services.*.volumes[].type",
    "services.*.volumes[].source",
    "services.*.volumes[].target",
    "services.*.volumes[].read_only",
    "services.*.volumes[].volume.labels",
    "services.*.volumes[].volume.subpath",
    "services.*.volumes[].tmpfs.size",
    "services.*.volumes[].tmpfs.mode",
    "services.*.volumes[].image.subpath",
    considers=("services.*.labels",),
)
def volumes(service: Service, stack: Stack) -> Contribution:
    """Named and anonymous volumes are claims, tmpfs is memory. Files of the project are mounted read-only."""
    sorts = {"volume": _volume, "tmpfs": _tmpfs, "image": _image, "cluster": _unknown, "npipe": _unknown}
    fleeting = lives_with_pod(service)
    parts = [Contribution(problems=problems)] if (problems := [*wrong_type(service)]) else []
    parts += [Contribution(notices=_gone_with_pod(service))] if fleeting else []
    for index, mount in enumerate(service.volumes):
        at = _At(mount, f"services.{service.name}.volumes[{index}]", service.name, fleeting)
        if not (mount.target or "").startswith("/") or ":" in (mount.target or ""):
            message = f"{mount.target} is no absolute path that Kubernetes can mount at"
            parts.append(_refuse(f"{at.path}.target", message, "write an absolute path without a colon"))
        elif ".." in _subpath(mount).split("/") or _subpath(mount).startswith("/"):
            message = f"{_subpath(mount)} leads out of the volume"
            parts.append(_refuse(at.path, message, "write a path below its root"))
        elif mount.type in sorts:
            parts.append(sorts[mount.type](at, stack))
        elif (backing := stack.claims.behind(service.name, mount)) is not None:
            parts.append(_claimed(at, backing, stack))
    return combine(parts)


def _volume(at: _At, stack: Stack) -> Contribution:
    if at.mount.source and (meant := stack.export(at.mount.source)) is not None:
        return _export(at, meant)
    backing = stack.claims.behind(at.service, at.mount)
    if backing is None:
        return _fleeting(at, stack)
    return _claimed(at, backing, stack)


def _export(at: _At, meant: LocalVolume) -> Contribution:
    """An NFS export is mounted by the node, at its root, as Docker's driver does."""
    name = object_name("nfs", path_label(f"{meant.server}:{meant.device}"))
    source = {"path": meant.device, "server": meant.server}
    mount = _mount(at, name, _subpath(at.mount)) | ({"readOnly": True} if meant.read_only else {})
    return Contribution(container={"volumeMounts": [mount]}, pod={"volumes": [{"name": name, "nfs": source}]})


def _claimed(at: _At, backing: Claim, stack: Stack) -> Contribution:
    if backing.colocated and (stack.pods(at.service) is None or backing.access_mode == "ReadWriteOncePod"):
        message = f"several pods cannot share {backing.volume}: its access mode is {backing.access_mode}"
        return _refuse(at.path, message, "set spec.storage.accessMode to ReadWriteMany")
    name = object_name("volume", backing.label)
    root = ("" if backing.external else DATA) if backing.root is None else backing.root.strip("/")
    below = "/".join(part for part in (root, _subpath(at.mount)) if part)
    borne = _borne(at)
    return Contribution(
        container={"volumeMounts": [_mount(at, name, below)]},
        pod={"volumes": [{"name": name, "persistentVolumeClaim": {"claimName": backing.name}}]},
        objects=[] if backing.declared else [with_annotations(_claim(backing, stack), borne.values)],
        notices=borne.notices,
        problems=borne.problems,
    )


def _claim(backing: Claim, stack: Stack) -> Manifest:
    """The claim behind a bind mount of nothing or an anonymous volume: no section of the document declares it."""
    return claim(
        backing.name, labels.common(stack.name, backing.label, "volume"), backing.access_mode, stack.scope.storage
    )


def _borne(at: _At, *, claim: bool = True) -> Annotations:
    """Return the annotations that the claim of an anonymous volume has by labels of its mount."""
    written, path = at.mount.volume.labels if at.mount.volume else {}, f"{at.path}.volume.labels"
    if not written or (claim and not at.mount.source):
        return from_labels(written, path)
    named = "the labels of a volume with a name are those that the section volumes gives it"
    message = named if at.mount.source else "the volume is gone with its pod, and has no claim that could bear them"
    return NO_ANNOTATIONS._replace(notices=(Notice(path, NoticeCode.IGNORED, message),))


def _fleeting(at: _At, stack: Stack) -> Contribution:
    """An anonymous volume that lives as long as its pod: a claim for each replica; for Jobs and masks a directory."""
    name = f"anonymous-{path_label(at.mount.target or '')}"
    source: dict[str, Any] = {"emptyDir": {}}
    if at.fleeting and at.mount.source:
        name = object_name("volume", path_label(at.mount.source))
    elif not at.fleeting and stack.kinds[at.service] in SERVERS and stack.pods(at.service) != 1:
        spec = claim_spec(stack.scope.storage.access_mode or READ_WRITE_ONCE, stack.scope.storage)
        source = {"ephemeral": {"volumeClaimTemplate": {"spec": spec}}}
    borne = _borne(at, claim="ephemeral" in source)
    if borne.values:
        source["ephemeral"]["volumeClaimTemplate"]["metadata"] = {"annotations": dict(borne.values)}
    return Contribution(
        container={"volumeMounts": [_mount(at, name, _subpath(at.mount))]},
        pod={"volumes": [{"name": name, **source}]},
        notices=borne.notices,
        problems=borne.problems,
    )


def _gone_with_pod(service: Service) -> list[Notice]:
    message = "what is written to the volumes is lost with the pod"
    return [Notice(f"services.{service.name}.labels.{TYPE}", NoticeCode.APPROXIMATED, message)]


def _tmpfs(at: _At, stack: Stack) -> Contribution:
    options = at.mount.tmpfs
    memory: dict[str, Any] = {"medium": "Memory"}
    if options is not None and options.size:
        memory["sizeLimit"] = quantity.memory(options.size)
    notices = []
    if options is not None and options.mode is not None and options.mode not in {0o777, 0o1777}:
        message = f"mode {options.mode:o} has no counterpart: a memory volume is open to all users of the container"
        notices.append(Notice(f"{at.path}.tmpfs.mode", NoticeCode.IGNORED, message))
    name = f"tmpfs-{path_label(at.mount.target or '')}"
    volume = {"emptyDir": memory, "name": name}
    return Contribution(container={"volumeMounts": [_mount(at, name)]}, pod={"volumes": [volume]}, notices=notices)


def _image(at: _At, stack: Stack) -> Contribution:
    """An image volume (Kubernetes 1.36 and later) is always read-only."""
    image, name = at.mount.source or "", f"image-{path_label(at.mount.target or '')}"
    if not is_from(image, stack.scope.policy.registries):
        message, instead = f"{image} is from a registry that the policy does not list", "use one of the list"
        problem = forbidden(f"{at.path}.source", message, "registries", entry=in_full(image), instead=instead)
        return Contribution(problems=[problem])
    volume = {"image": {"reference": at.mount.source}, "name": name}
    return Contribution(container={"volumeMounts": [_mount(at, name, _subpath(at.mount))]}, pod={"volumes": [volume]})


def _unknown(at: _At, stack: Stack) -> Contribution:
    return _refuse(f"{at.path}.type", f"a mount of type {at.mount.type} has no counterpart", "use a named volume")


def _refuse(path: str, message: str, remedy: str) -> Contribution:
    return Contribution(problems=[Refusal(path, message, remedy)])


def _subpath(mount: Mount) -> str:
    options = mount.image if mount.type == "image" else mount.volume
    return (options.subpath if options is not None else None) or ""


def _mount(at: _At, name: str, below: str = "") -> dict[str, Any]:
    mount: dict[str, Any] = {"mountPath": at.mount.target, "name": name}
    if at.mount.read_only or at.mount.type == "image":
        mount["readOnly"] = True
    return mount | ({"subPath": below} if below else {})
