from __future__ import annotations

from typing import Any

import pytest

from composestack.cluster.apply import describe_owner, ours, overtaken, rejected
from composestack.cluster.client import ApiError
from composestack.kinds import Ref
from composestack.reconcile.port import Rejected
from composestack.translate.labels import STACK

OURS = {"manager": "composestack", "operation": "Apply", "fieldsV1": {"f:data": {}}}


def owner(uid: str, kind: str = "ComposeStack", name: str = "shop") -> dict[str, Any]:
    group = "composestack.io/v1alpha1" if kind == "ComposeStack" else "apps/v1"
    return {"apiVersion": group, "kind": kind, "name": name, "uid": uid, "controller": True}


def obj(
    *owners: dict[str, Any], kind: str = "ConfigMap", stack: str = "shop", fields: tuple[Any, ...] = ()
) -> dict[str, Any]:
    metadata = {"labels": {STACK: stack}, "ownerReferences": list(owners), "managedFields": list(fields)}
    return {"kind": kind, "metadata": metadata, "data": {"k": "v"}}


@pytest.mark.parametrize(
    ("live", "wanted", "expected"),
    [
        (obj(owner("u1")), obj(owner("u1")), True),
        (obj(owner("u0")), obj(owner("u1")), False),  # an earlier stack of this name
        (obj(owner("u1", kind="Deployment")), obj(owner("u2")), False),
        (obj(), obj(owner("u1")), False),  # somebody wrote our label by hand
        (obj(fields=(OURS,)), obj(owner("u1")), True),  # left behind, or robbed of its owner
        (obj(fields=(OURS,), stack="other"), obj(owner("u1")), False),
        (obj(kind="PersistentVolumeClaim"), obj(kind="PersistentVolumeClaim"), True),  # retained
        (obj(kind="PersistentVolumeClaim"), obj(owner("u1"), kind="PersistentVolumeClaim"), True),
        (obj(kind="PersistentVolumeClaim", stack="other"), obj(kind="PersistentVolumeClaim"), False),
        (obj(owner("u1"), kind="PersistentVolumeClaim"), obj(kind="PersistentVolumeClaim"), True),  # now retained
        (obj(owner("u1", name="x"), kind="PersistentVolumeClaim"), obj(kind="PersistentVolumeClaim"), False),
    ],
)
def test_whose_an_object_is(live: dict[str, Any], wanted: dict[str, Any], expected: bool) -> None:
    assert ours(live, wanted) is expected


def test_an_apply_that_does_not_fit_the_schema_is_rejected_although_it_is_a_500() -> None:
    answer = {"message": "failed to create typed patch object (…): .spec.x: field not declared in schema"}

    assert isinstance(rejected(Ref("Job", "a"), ApiError(500, answer)), Rejected)


def test_a_kind_that_the_cluster_does_not_have_is_said_to_be_missing() -> None:
    route, deployment = Ref("HTTPRoute", "shop-web"), Ref("Deployment", "shop-web")
    missing = ApiError(404, {"message": "the server could not find the requested resource"})
    no_namespace = ApiError(404, {"message": 'namespaces "x" not found', "details": {"kind": "namespaces"}})

    assert str(rejected(route, missing)) == (
        "HTTPRoute/shop-web: the cluster has no httproutes: "
        "its administrator would have to install the Gateway API 1.0 or newer"
    )
    assert "could not find" in str(rejected(deployment, missing))
    assert "namespaces" in str(rejected(route, no_namespace))


def test_an_owner_is_described_by_the_best_that_is_known() -> None:
    wanted = obj(owner("u1"))
    assert describe_owner(obj(owner("u", kind="Deployment", name="x")), wanted) == "Deployment/x"
    assert describe_owner(obj(owner("u")), wanted) == "an earlier ComposeStack/shop"
    assert describe_owner(obj(owner("u", name="blog")), wanted) == "ComposeStack/blog"
    assert describe_owner({"metadata": {}}, wanted) == "somebody else"
    labels = {"app.kubernetes.io/managed-by": "Kustomize"}
    assert describe_owner({"metadata": {"labels": labels}}, wanted) == "Kustomize"
    release = {"annotations": {"meta.helm.sh/release-name": "blog"}, "labels": {"app.kubernetes.io/managed-by": "Helm"}}
    assert describe_owner({"metadata": release}, wanted) == "the Helm release blog"
    fields = [{"manager": "kubectl-create", "operation": "Update"}]
    assert (
        describe_owner({"metadata": {"managedFields": fields}}, wanted) == "somebody else (written by kubectl-create)"
    )


def error(status: int, *causes: dict[str, str]) -> ApiError:
    return ApiError(status, {"message": "m", "details": {"causes": list(causes)}})


@pytest.mark.parametrize("status", [401, 408, 409, 429, 500, 503])
def test_what_may_pass_is_not_rejected(status: int) -> None:
    assert isinstance(rejected(Ref("Job", "a"), error(status)), ApiError)


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_what_will_not_pass_is_rejected(status: int) -> None:
    found = rejected(Ref("Job", "a"), error(status))

    assert isinstance(found, Rejected)
    assert (found.status, found.immutable) == (status, False)


@pytest.mark.parametrize("message", ["field is immutable", "spec is immutable", "may not change once set"])
def test_an_immutable_field_is_named_as_such(message: str) -> None:
    found = rejected(Ref("Job", "a"), error(422, {"field": "spec.x", "message": message}))

    assert isinstance(found, Rejected)
    assert found.immutable


def test_a_precondition_fails_as_a_conflict_or_as_a_changed_uid() -> None:
    assert overtaken(error(409))
    assert overtaken(error(422, {"field": "metadata.uid", "message": "field is immutable"}))
    assert not overtaken(error(422, {"field": "spec.template", "message": "field is immutable"}))
    assert not overtaken(error(404))
