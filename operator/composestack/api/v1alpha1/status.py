"""What the operator has seen and done."""

from typing import Literal

from pydantic import Field

from composestack.api.v1alpha1.resource import Resource


class Condition(Resource):
    """A condition as all Kubernetes resources have them (metav1.Condition)."""

    type: str = Field(description="Ready, Reconciling or Stalled.")
    status: Literal["True", "False", "Unknown"] = Field(description="True, False or Unknown.")
    reason: str = Field(description="A word for programs.")
    message: str = Field(description="A sentence for people.")
    last_transition_time: str = Field(
        description="When the status last changed.", json_schema_extra={"format": "date-time"}
    )
    observed_generation: int | None = Field(default=None, description="The generation that the condition speaks of.")


class ServiceStatus(Resource):
    """How one Compose service is doing."""

    name: str = Field(description="The name of the Compose service.")
    kind: str = Field(description="The kind of its workload.")
    ready: str = Field(description="Ready pods of wanted ones, such as 2/3.")
    state: str = Field(description="Running, Completed, Scheduled, Progressing, Waiting or Failed.")
    reason: str | None = Field(default=None, description="Why it is not ready, in a word.")
    message: str | None = Field(default=None, description="Why it is not ready, in a sentence.")
    image: str | None = Field(default=None, description="The image that it runs.")
    endpoints: list[str] | None = Field(default=None, description="Addresses inside the cluster.")


class VolumeStatus(Resource):
    """The claim behind one Compose volume."""

    name: str = Field(description="The name of the Compose volume.")
    claim: str = Field(description="The name of its PersistentVolumeClaim.")
    phase: str = Field(description="Bound or Pending.")


class NoticeStatus(Resource):
    """Something to know about an attribute that was not simply applied."""

    code: str = Field(description="What kind of notice it is.")
    path: str = Field(description="The attribute's path in the Compose document.")
    message: str = Field(description="A sentence for people.")


class InventoryEntry(Resource):
    """An object that the stack owns."""

    id: str = Field(description="Kind/name.")
    hash: str = Field(description="The digest of the object as it was meant.")


class LastReady(Resource):
    """What a failed rollout goes back to."""

    generation: int = Field(description="The generation that was ready last.")
    digest: str = Field(description="SHA-256 of what was kept of it.")


class RolledBack(Resource):
    """A generation that failed and was undone."""

    generation: int = Field(description="The generation that failed.")
    restored: int = Field(description="The generation that runs again.")
    digest: str = Field(
        description="SHA-256 of its spec and sources. As long as they are the same, it is not tried again."
    )
    message: str = Field(description="Why it failed.")


class ComposeStackStatus(Resource):
    """What the operator has seen and done."""

    observed_generation: int | None = Field(
        default=None, description="The generation that the status speaks of. -1: the operator has not looked yet."
    )
    conditions: list[Condition] | None = Field(
        default=None,
        description="Ready is always there; Reconciling and Stalled only while they are True.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]},
    )
    services_ready: str | None = Field(default=None, description="Ready services of all, such as 3/4.")
    services: list[ServiceStatus] | None = Field(
        default=None,
        description="Service by service.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
    )
    volumes: list[VolumeStatus] | None = Field(
        default=None,
        description="The volumes and their claims.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
    )
    notices: list[NoticeStatus] | None = Field(
        default=None, description="The first 50 notices.", json_schema_extra={"x-kubernetes-list-type": "atomic"}
    )
    notice_count: int | None = Field(default=None, description="How many notices there are in all.")
    inventory: list[InventoryEntry] | None = Field(
        default=None,
        description="The objects that the stack owns.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"]},
    )
    last_applied_revision: str | None = Field(
        default=None, description="Digest of the spec and of all else that the objects were made from."
    )
    last_ready: LastReady | None = Field(
        default=None,
        description="What a failed rollout goes back to; only kept if a service has failure_action: rollback.",
    )
    rolled_back: RolledBack | None = Field(
        default=None,
        description="The generation that failed and was undone. It is tried again when spec or sources change, or a "
        "reconcile is requested.",
    )
    last_handled_reconcile_at: str | None = Field(
        default=None, description="The last value of the annotation composestack.io/reconcile-requested-at."
    )
