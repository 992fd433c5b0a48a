"""The labels about the pods of a service: their workload, their images, what they may do."""

from __future__ import annotations

from composestack.translate.extension.security import MAX_ID
from composestack.translate.kompose.label import Label, Table, number, one_of, text, texts

_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_POLICIES = ("Always", "IfNotPresent", "Never")

LABELS: Table = {
    "kompose.serviceaccount-name": (Label("serviceAccountName", text, "the name of an account"),),
    "kompose.controller.type": (Label("workload", one_of(*_WORKLOADS), "deployment, daemonset or statefulset"),),
    "kompose.image-pull-policy": (Label("imagePullPolicy", one_of(*_POLICIES), ", ".join(_POLICIES)),),
    "kompose.image-pull-secret": (Label("imagePullSecrets", texts, "the name of a Secret"),),
    "kompose.security-context.fsgroup": (Label("securityContext.fsGroup", number(0, MAX_ID), "the number of a group"),),
}
