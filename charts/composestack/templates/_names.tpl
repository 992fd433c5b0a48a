{{- define "composestack.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of the release's objects: the release's own name if it says "composestack" already. */}}
{{- define "composestack.fullname" -}}
{{- $name := include "composestack.name" . -}}
{{- $both := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- default $both .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "composestack.serviceAccountName" -}}
{{- default (.Values.serviceAccount.create | ternary (include "composestack.fullname" .) "default") .Values.serviceAccount.name -}}
{{- end -}}

{{- define "composestack.selector" -}}
app.kubernetes.io/name: {{ include "composestack.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "composestack.labels" -}}
{{ include "composestack.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "composestack.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end -}}
{{- end -}}

{{/* The Pod Security Standard "restricted", and a root that cannot be written to. */}}
{{- define "composestack.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "composestack.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* What the operator may do: exactly what it does, for the kinds that it creates. */}}
{{- define "composestack.rules" -}}
{{- $as := .Values.impersonation -}}
{{- $always := and $as.enabled (or (ne $as.defaultServiceAccount "") (eq $as.serviceAccounts "Required")) -}}
{{- $verbs := $always | ternary "[get, list, watch]" "[get, list, watch, create, patch, delete]" -}}
- apiGroups: [composestack.io]
  resources: [composestacks]
  verbs: [get, list, watch]
- apiGroups: [composestack.io]
  resources: [composestacks/status]
  verbs: [patch]
- apiGroups: [composestack.io]
  resources: [composestacks/finalizers]  # for ownerReferences that block the deletion of their owner
  verbs: [update]
- apiGroups: [""]
  resources: [configmaps, secrets, services, persistentvolumeclaims]
  verbs: {{ $verbs }}
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: {{ $verbs }}
- apiGroups: [batch]
  resources: [cronjobs, jobs]
  verbs: {{ $verbs }}
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies, ingresses]
  verbs: {{ $verbs }}
- apiGroups: [gateway.networking.k8s.io]  # also without policy.gateway_parents: to take routes away when it is emptied
  resources: [httproutes, grpcroutes, tcproutes, tlsroutes]
  verbs: {{ $verbs }}
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: {{ $verbs }}
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: {{ $verbs }}
- apiGroups: [""]
  resources: [pods]  # the reason why a service is not ready
  verbs: [list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if $as.enabled }}
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [impersonate]
{{- end }}
{{- if .Values.showLogs }}
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
{{- end }}
{{- end -}}
