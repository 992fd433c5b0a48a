"""The ComposeStack resource, version v1alpha1. These models are the source of the CustomResourceDefinition (see
crd.py).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

GROUP = "composestack.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
KIND = "ComposeStack"
PLURAL = "composestacks"


class Resource(BaseModel):
    """A part of the resource: camelCase outside, frozen inside. Unknown fields are left to the API server, which prunes
    or rejects them.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class LocalObject(Resource):
    """The name of an object in the stack's namespace."""

    name: str = Field(min_length=1, description="The object's name.")


def exactly_one(first: str, second: str) -> dict[str, Any]:
    """Return the validation rule (CEL) that says which two fields exclude each other, one of them being required."""
    rule = f"has(self.{first}) != has(self.{second})"
    return {"x-kubernetes-validations": [{"rule": rule, "message": f"write either {first} or {second}"}]}


class KeySelector(LocalObject):
    """One key of a ConfigMap or Secret."""

    key: str = Field(min_length=1, description="The key in the object.")
    optional: bool = Field(
        default=False, description="Whether the object or its key may be missing; the variable is not set then."
    )


class EnvVarSource(Resource):
    """Where the value of a variable comes from."""

    model_config = ConfigDict(json_schema_extra=exactly_one("configMapKeyRef", "secretKeyRef"))

    config_map_key_ref: KeySelector | None = Field(
        default=None, description="A key of a ConfigMap in the stack's namespace."
    )
    secret_key_ref: KeySelector | None = Field(default=None, description="A key of a Secret in the stack's namespace.")


class EnvVar(Resource):
    """A variable for the interpolation of the Compose files."""

    model_config = ConfigDict(
        json_schema_extra={
            "x-kubernetes-validations": [
                {"rule": "!has(self.value) || !has(self.valueFrom)", "message": "write either value or valueFrom"}
            ]
        }
    )

    name: str = Field(min_length=1, description="The variable's name.")
    value: str | None = Field(
        default=None, description="The variable's value. It is not interpolated itself. Default: an empty text."
    )
    value_from: EnvVarSource | None = Field(default=None, description="Where the value comes from instead.")


class OptionalObject(LocalObject):
    """The name of an object in the stack's namespace that need not be there."""

    optional: bool = Field(default=False, description="Whether the object may be missing.")


class EnvFromSource(Resource):
    """A ConfigMap or Secret whose keys are variables."""

    model_config = ConfigDict(json_schema_extra=exactly_one("configMapRef", "secretRef"))

    prefix: str = Field(default="", description="What is put before each key.")
    config_map_ref: OptionalObject | None = Field(default=None, description="A ConfigMap in the stack's namespace.")
    secret_ref: OptionalObject | None = Field(default=None, description="A Secret in the stack's namespace.")


class KeyToPath(Resource):
    """A key and the path of the file that it becomes."""

    key: str = Field(min_length=1, description="The key in the object.")
    path: str = Field(min_length=1, description="The path of the file, relative to the prefix.")


class FilesSource(LocalObject):
    """A ConfigMap or Secret whose keys are files."""

    prefix: str = Field(default="", description="The directory of the files in the project directory.")
    optional: bool = Field(default=False, description="Whether the object, or keys named in `items`, may be missing.")
    items: list[KeyToPath] | None = Field(
        default=None,
        description="The keys to take, and the paths of their files. Default: every key, as a file of that name.",
        json_schema_extra={"x-kubernetes-list-type": "atomic"},
    )


class FilesFromSource(Resource):
    """More files of the project directory: a ConfigMap or a Secret."""

    model_config = ConfigDict(json_schema_extra=exactly_one("configMap", "secret"))

    config_map: FilesSource | None = Field(default=None, description="A ConfigMap in the stack's namespace.")
    secret: FilesSource | None = Field(default=None, description="A Secret in the stack's namespace.")


class Publish(Resource):
    """What published ports mean outside of the cluster."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] | None = Field(
        default=None,
        description="ClusterIP (default): published ports are reachable within the cluster only. NodePort and "
        "LoadBalancer make a second Service, <service>-published, if the operator's policy allows it.",
    )
    annotations: dict[str, str] | None = Field(
        default=None, description="Annotations of these Services, as far as the operator's policy allows them."
    )


class IngressTls(Resource):
    """How the Ingresses are served over TLS."""

    secret_name: str = Field(min_length=1, description="The Secret with the certificate of all hosts.")


class Ingress(Resource):
    """The host names by which services are reached from outside, if the operator's policy allows it."""

    class_name: str | None = Field(default=None, description="The IngressClass. Default: the cluster's default class.")
    hosts: dict[str, str] | None = Field(
        default=None, description="Host name by service name, perhaps with a path: web: shop.example.com/cart."
    )
    tls: IngressTls | None = Field(default=None, description="How they are served over TLS. Default: not at all.")
    annotations: dict[str, str] | None = Field(
        default=None, description="Annotations of the Ingresses, as far as the operator's policy allows them."
    )


class Storage(Resource):
    """What the claims of the stack's volumes ask for."""

    class_name: str | None = Field(default=None, description="The StorageClass. Default: the cluster's default class.")
    default_size: str | None = Field(
        default=None,
        pattern=r"^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$",
        description="The size of a claim that says no other, such as 10Gi. Default: 1Gi.",
    )
    access_mode: Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"] | None = Field(
        default=None,
        description="The access mode of the claims. Default: ReadWriteOnce, with all users of a volume on one node.",
    )


class DeletionPolicy(Resource):
    """What becomes of data when the stack is deleted."""

    volumes: Literal["Retain", "Delete"] | None = Field(
        default=None,
        description="Retain (default) keeps the claims, as `docker compose down` keeps volumes; a stack of the same "
        "name finds them again.",
    )


class ComposeStackSpec(Resource):
    """A Compose application and how this cluster shall run it."""

    compose: Any = Field(
        default=None,
        description="The Compose application, as a string of Compose YAML (best: `compose: |`) or as an object.",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )
    files: dict[str, str] | None = Field(
        default=None,
        description="The project directory: text by relative path, such as nginx/app.conf. Compose files, .env, "
        "configs and bind-mounted files are read from here.",
    )
    files_from: list[FilesFromSource] | None = Field(
        default=None,
        description="More of the project directory, from ConfigMaps and Secrets. A later one wins over an earlier "
        "one, and `files` over all.",
        json_schema_extra={"x-kubernetes-list-type": "atomic"},
    )
    compose_files: list[str] | None = Field(
        default=None,
        description="Compose files in the project directory, merged in this order, like -f. Default: Compose's own "
        "discovery, unless `compose` is given.",
    )
    profiles: list[str] | None = Field(default=None, description="The active profiles.")
    exclude: list[str] | None = Field(
        default=None, description="Services to leave out, like those of an inactive profile."
    )
    env: list[EnvVar] | None = Field(
        default=None,
        description="Variables for interpolation. The operator's own environment is never used.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
    )
    env_from: list[EnvFromSource] | None = Field(
        default=None,
        description="More variables, from ConfigMaps and Secrets. A later one wins over an earlier one, and `env` over "
        "all.",
        json_schema_extra={"x-kubernetes-list-type": "atomic"},
    )
    images: dict[str, str] | None = Field(
        default=None,
        description="Image by service name. Replaces `image`; supplies the image of a service that has only `build`.",
    )
    image_pull_secrets: list[LocalObject] | None = Field(
        default=None,
        description="Secrets with registry credentials, for all pods of the stack.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
    )
    publish: Publish | None = Field(default=None, description="What published ports mean outside of the cluster.")
    ingress: Ingress | None = Field(
        default=None, description="The host names by which services are reached from outside."
    )
    storage: Storage | None = Field(default=None, description="What the claims of the stack's volumes ask for.")
    network_policy: Literal["Enforce", "Off"] | None = Field(
        default=None, description="Enforce (default) isolates Compose networks with NetworkPolicies; Off creates none."
    )
    deletion_policy: DeletionPolicy | None = Field(
        default=None, description="What becomes of data when the stack is deleted."
    )
    suspend: bool | None = Field(default=None, description="Stop reconciling. What runs goes on running.")


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
    state: str = Field(description="Running, Completed, Progressing, Waiting or Failed.")
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
    last_handled_reconcile_at: str | None = Field(
        default=None, description="The last value of the annotation composestack.io/reconcile-requested-at."
    )


class ComposeStack(BaseModel):
    """The custom resource as read from the API server; only the parts that the operator looks at."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    metadata: dict[str, Any]
    spec: ComposeStackSpec = ComposeStackSpec()
    status: ComposeStackStatus = ComposeStackStatus()
