-- Health of a ComposeStack for Argo CD. Ready is True when all runs, False when something is wrong, and Unknown while the
-- operator is at work; a Secret or ConfigMap that is not there yet may come with the same sync.
local status = obj.status or {}
local ready = { status = "Unknown", message = "waiting for the operator" }
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Ready" then
    ready = condition
  end
end

local health = { status = "Progressing", message = ready.message }
if obj.spec.suspend then
  health.status = "Suspended"
elseif status.observedGeneration ~= obj.metadata.generation then
  health.message = "waiting for the operator"
elseif ready.status == "True" then
  health.status = "Healthy"
elseif ready.status == "False" and ready.reason ~= "SourceNotFound" then
  health.status = "Degraded"
end
return health
