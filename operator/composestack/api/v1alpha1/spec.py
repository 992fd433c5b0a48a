"""What a stack shall be."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from composestack.api.v1alpha1.resource import (
    OUTSIDE,
    LocalObject,
    ObjectName,
    ProjectPath,
    Resource,
    inside,
    validated,
)
from composestack.api.v1alpha1.sources import EnvFromSource, EnvVar, FilesFromSource


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

    secret_name: ObjectName = Field(description="The Secret with the certificate of all hosts.")


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
        max_length=32,
        pattern=r"^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$",
        json_schema_extra=validated(("quantity(self).isGreaterThan(quantity('0'))", "a volume has more than nothing")),
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


class PatchTarget(Resource):
    """The objects that a patch is for: those that agree with all that is given."""

    kind: str | None = Field(default=None, min_length=1, description="The kind of the object, such as Deployment.")
    name: str | None = Field(
        default=None, min_length=1, description="The object's name, or the one that it has in the Compose application."
    )
    service: str | None = Field(default=None, min_length=1, description="The Compose service that it belongs to.")


class Patch(Resource):
    """A change of finished objects. What says which object it is, and whose, cannot be changed."""

    target: PatchTarget = Field(description="The objects that are changed.")
    patch: Any = Field(
        description="A mapping, which is a strategic merge patch, or a list, which has the operations of a JSON patch "
        "(RFC 6902).",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )


class ComposeStackSpec(Resource):
    """A Compose application and how this cluster shall run it."""

    # No rule can speak of `compose`: CEL does not see a field that has no type.
    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["compose"]}, {"required": ["files"]}, {"required": ["filesFrom"]}],
            **validated(
                (
                    "!has(self.composeFiles) || has(self.files) || has(self.filesFrom)",
                    "spec.composeFiles names files of spec.files or spec.filesFrom, which are missing",
                )
            ),
        }
    )

    compose: Any = Field(
        default=None,
        description="The Compose application, as a string of Compose YAML (best: `compose: |`) or as an object.",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )
    files: dict[str, str] | None = Field(
        default=None,
        description="The project directory: text by relative path, such as nginx/app.conf. Compose files, .env, "
        "configs and bind-mounted files are read from here.",
        json_schema_extra=validated((f"self.all(path, {inside('path')})", f"a path {OUTSIDE}")),
    )
    files_from: list[FilesFromSource] | None = Field(
        default=None,
        description="More of the project directory, from ConfigMaps and Secrets. A later one wins over an earlier "
        "one, and `files` over all.",
        json_schema_extra={"x-kubernetes-list-type": "atomic"},
    )
    compose_files: list[ProjectPath] | None = Field(
        default=None,
        max_length=500,
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
    service_account_name: ObjectName | None = Field(
        default=None,
        description="The ServiceAccount of this namespace as which the objects are written, so that its rights are the "
        "limit. Default: that of the operator's settings, else the operator itself. Pods do not run as it.",
    )
    deletion_policy: DeletionPolicy | None = Field(
        default=None, description="What becomes of data when the stack is deleted."
    )
    patches: list[Patch] | None = Field(
        default=None,
        description="Changes of the objects, if the operator's policy allows them: the last resort, for what neither "
        "Compose nor x-kubernetes can say.",
        json_schema_extra={"x-kubernetes-list-type": "atomic"},
    )
    suspend: bool | None = Field(default=None, description="Stop reconciling. What runs goes on running.")
