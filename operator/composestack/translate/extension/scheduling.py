"""On which nodes pods run, and before which others."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from composestack.translate.extension.native import LabelKey, LabelValue, Native, ObjectName, Seconds
from composestack.translate.extension.selector import LabelSelector
from composestack.translate.extension.settings import Settings

Weight = Annotated[int, Field(gt=0, le=100)]
Inclusion = Literal["Honor", "Ignore"]


class NodeRequirement(Native):
    """One condition on a label of nodes (Kubernetes API, NodeSelectorRequirement)."""

    key: LabelKey
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]
    values: tuple[LabelValue, ...] = ()

    @model_validator(mode="after")
    def _with_values(self) -> Self:
        count = len(self.values)
        fits = {"In": count > 0, "NotIn": count > 0, "Gt": count == 1, "Lt": count == 1}
        if not fits.get(self.operator, count == 0):
            raise ValueError("needs values with In and NotIn, one with Gt and Lt, and none with the others")
        return self


class NodeField(Native):
    """The name of the node (`metadata.name`), the only field by which nodes can be chosen."""

    key: Literal["metadata.name"]
    operator: Literal["In", "NotIn"]
    values: tuple[str, ...] = Field(min_length=1, max_length=1)


class NodeTerm(Native):
    """Conditions that all have to hold."""

    match_expressions: tuple[NodeRequirement, ...] = ()
    match_fields: tuple[NodeField, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.match_expressions and not self.match_fields:
            raise ValueError("chooses nothing without matchExpressions or matchFields")
        return self


class NodeTerms(Native):
    """One of these terms has to hold."""

    node_selector_terms: tuple[NodeTerm, ...]

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.node_selector_terms:
            raise ValueError("chooses nothing without nodeSelectorTerms")
        return self


class PreferredNodes(Native):
    """Nodes that are better than others."""

    preference: NodeTerm
    weight: Weight


class NodeAffinity(Native):
    """Nodes on which pods have to run, and on which they should."""

    preferred_during_scheduling_ignored_during_execution: tuple[PreferredNodes, ...] = ()
    required_during_scheduling_ignored_during_execution: NodeTerms | None = None


class PodTerm(Native):
    """Pods that are near: in the same domain, such as a node or a zone."""

    label_selector: LabelSelector | None = None
    match_label_keys: tuple[LabelKey, ...] = ()
    mismatch_label_keys: tuple[LabelKey, ...] = ()
    namespace_selector: LabelSelector | None = None
    namespaces: tuple[str, ...] = ()
    topology_key: LabelKey


class PreferredPods(Native):
    """Pods whose company is better, or worse, than that of others."""

    pod_affinity_term: PodTerm
    weight: Weight


class PodAffinity(Native):
    """Near which pods a pod has to run or should, or must not or should not."""

    preferred_during_scheduling_ignored_during_execution: tuple[PreferredPods, ...] = ()
    required_during_scheduling_ignored_during_execution: tuple[PodTerm, ...] = ()


class Affinity(Native):
    """Which nodes and which company pods want (Kubernetes documentation, "Assigning Pods to Nodes")."""

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAffinity | None = None


class Toleration(Native):
    """A taint that does not keep pods away. Without a `key` it is every taint."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    key: LabelKey | None = None
    operator: Literal["Equal", "Exists"] | None = None
    toleration_seconds: int | None = None
    value: LabelValue | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.key is None and self.operator != "Exists":
            raise ValueError("needs a key, or the operator Exists")
        if self.operator == "Exists" and self.value:
            raise ValueError("has no value with the operator Exists")
        if self.toleration_seconds is not None and self.effect != "NoExecute":
            raise ValueError("has tolerationSeconds only with the effect NoExecute")
        return self


class SpreadConstraint(Native):
    """How evenly pods are spread over domains. Without a `labelSelector`, they are those of the service."""

    label_selector: LabelSelector | None = None
    match_label_keys: tuple[LabelKey, ...] = ()
    max_skew: Seconds
    min_domains: Seconds | None = None
    node_affinity_policy: Inclusion | None = None
    node_taints_policy: Inclusion | None = None
    topology_key: LabelKey
    when_unsatisfiable: Literal["DoNotSchedule", "ScheduleAnyway"]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.min_domains is not None and self.when_unsatisfiable != "DoNotSchedule":
            raise ValueError("has minDomains only with DoNotSchedule")
        return self


class SchedulingSettings(Settings):
    """On which nodes pods run, beside what `deploy.placement` and `platform` say: all of it has to hold."""

    affinity: Affinity | None = None
    node_selector: Mapping[LabelKey, LabelValue] = Field(default_factory=dict)
    priority_class_name: ObjectName | None = None
    scheduler_name: ObjectName | None = None
    tolerations: tuple[Toleration, ...] = ()
    topology_spread_constraints: tuple[SpreadConstraint, ...] = ()
