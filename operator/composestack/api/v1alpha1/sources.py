"""What a stack takes from ConfigMaps and Secrets: variables and files."""

from pydantic import ConfigDict, Field

from composestack.api.v1alpha1.resource import (
    OUTSIDE,
    KeyName,
    LocalObject,
    ProjectPath,
    Resource,
    exactly_one,
    inside,
    validated,
)


class KeySelector(LocalObject):
    """One key of a ConfigMap or Secret."""

    key: KeyName = Field(description="The key in the object.")
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
        json_schema_extra=validated(("!has(self.value) || !has(self.valueFrom)", "write either value or valueFrom"))
    )

    name: str = Field(min_length=1, pattern="^[^=]+$", description="The variable's name.")
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

    key: KeyName = Field(description="The key in the object.")
    path: ProjectPath = Field(description="The path of the file, relative to the prefix.")


class FilesSource(LocalObject):
    """A ConfigMap or Secret whose keys are files."""

    prefix: str = Field(
        default="",
        description="The directory of the files in the project directory.",
        json_schema_extra=validated((inside("self"), OUTSIDE)),
    )
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
