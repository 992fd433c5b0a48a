"""A rollout that misses its deadline is undone, and not tried again by itself."""

from __future__ import annotations

import json
from base64 import b64encode

from composestack.reconcile import rollback
from tests.cluster.audit import Audit
from tests.integration.conftest import USER_AGENT, Operator, Stacks, ready_condition, wait_for

GOOD = """
services:
  web:
    image: nginx:1.27
    configs: [page]
    volumes: [data:/data]
    deploy: {replicas: 2, update_config: {monitor: 1s, failure_action: rollback}, rollback_config: {parallelism: 0}}
  side: {image: nginx:1.27}
configs: {page: {content: "one"}}
volumes: {data: {}}
"""
NOWHERE = "placement: {constraints: [node.labels.none == none]}, "
BAD = (
    GOOD.replace("nginx:1.27", "nginx:1.28")
    .replace('"one"', '"two"')
    .replace("replicas: 2,", f"replicas: 2, {NOWHERE}")
)
MISSED = {
    "type": "Progressing",
    "status": "False",
    "reason": "ProgressDeadlineExceeded",
    "message": "ReplicaSet has timed out progressing.",
}


def image(stacks: Stacks, deployment: str) -> str:
    return str(stacks.get("deployment", deployment)["spec"]["template"]["spec"]["containers"][0]["image"])


def writes(audit: Audit, stacks: Stacks) -> list[str]:
    entries = audit.writes(namespace=stacks.namespace, user_agent=USER_AGENT)
    return [str(entry) for entry in entries if entry.resource != "events"]


def miss_deadline(stacks: Stacks, deployment: str) -> None:
    """Have the rollout of a Deployment fail now, and not in ten minutes: the controller keeps this condition."""

    def is_rolling_out() -> bool:
        live = stacks.get("deployment", deployment)
        observed = live["status"].get("observedGeneration") == live["metadata"]["generation"]
        return bool(observed and live["status"].get("updatedReplicas"))

    wait_for(is_rolling_out, "the rollout to begin")
    patch = json.dumps({"status": {"conditions": [MISSED]}})
    stacks.kubectl("patch", "deployment", deployment, "--subresource=status", "--type=strategic", "-p", patch)


def fail(stacks: Stacks) -> dict[str, object]:
    """Apply a version that cannot run, and wait until it is undone."""
    stacks.apply("shop", BAD)
    wait_for(lambda: image(stacks, "shop-web") == "nginx:1.28", "the bad version to be applied")
    miss_deadline(stacks, "shop-web")

    def is_over(condition: dict[str, object]) -> bool:
        return condition["reason"] == "RolledBack" and "runs again" in str(condition["message"])

    return stacks.until("shop", is_over, "to be rolled back")


def test_a_rollout_that_fails_is_undone_as_a_whole_and_said_so(stacks: Stacks) -> None:
    stacks.apply("shop", GOOD)
    good = stacks.ready("shop")
    pages, claim = stacks.names("configmaps", {"composestack.io/stack": "shop"}), stacks.get("pvc", "shop-data")

    status = fail(stacks)

    assert image(stacks, "shop-web") == image(stacks, "shop-side") == "nginx:1.27"
    assert status["lastAppliedRevision"] == good["lastAppliedRevision"]
    assert status["servicesReady"] == "2/2"
    message = ready_condition(status)["message"]
    assert "generation 1 runs again. Generation 2 failed: " in message
    assert "web: " in message
    assert {c["type"]: c["status"] for c in status["conditions"]} == {"Ready": "False", "Stalled": "True"}  # type: ignore[attr-defined] # JSON
    assert stacks.names("configmaps", {"composestack.io/stack": "shop"}) == pages
    assert stacks.get("pvc", "shop-data")["metadata"]["uid"] == claim["metadata"]["uid"]


def test_it_is_not_tried_again_until_somebody_asks_or_changes_something(
    stacks: Stacks, operator: Operator, audit: Audit
) -> None:
    stacks.apply("shop", GOOD)
    stacks.ready("shop")
    fail(stacks)
    audit.mark()

    operator.stop()
    operator.start()
    stacks.kubectl("annotate", "service/web", "seen=yes")
    stacks.apply("other", "services: {app: {image: acme/app}}")
    stacks.ready("other")
    names = [*stacks.names("all,secrets,configmaps,pvc", {"composestack.io/stack": "shop"}), "shop"]
    entries = audit.writes(namespace=stacks.namespace, user_agent=USER_AGENT)
    assert [str(entry) for entry in entries if entry.name in names] == []

    stacks.kubectl("annotate", "composestack/shop", "composestack.io/reconcile-requested-at=now")
    wait_for(lambda: image(stacks, "shop-web") == "nginx:1.28", "the failed version to be tried again")
    assert "rolledBack" not in stacks.get("composestack", "shop")["status"]

    stacks.apply("shop", GOOD.replace("nginx:1.27", "nginx:1.29"))
    status = stacks.ready("shop")
    assert image(stacks, "shop-web") == "nginx:1.29"
    assert status["lastReady"]["generation"] == 3


def test_what_was_ready_last_is_written_once(stacks: Stacks, audit: Audit) -> None:
    stacks.apply("shop", GOOD)
    status = stacks.ready("shop")

    kept = [entry for entry in audit.writes(namespace=stacks.namespace) if entry.name == "shop-last-ready"]
    assert [entry.verb for entry in kept] == ["patch"]
    assert "Secret/shop-last-ready" in {entry["id"] for entry in status["inventory"]}
    assert len([write for write in writes(audit, stacks) if "composestacks/status" in write]) <= 2

    stacks.apply("shop", GOOD.replace("rollback}", "pause}"))
    stacks.ready("shop")
    wait_for(lambda: "shop-last-ready" not in stacks.names("secrets"), "what is no longer needed to go")
    stacks.kubectl("delete", "composestack", "shop")


def test_a_changed_copy_is_not_used(stacks: Stacks) -> None:
    stacks.apply("shop", GOOD)
    stacks.ready("shop")
    stacks.apply("shop", BAD)
    wait_for(lambda: image(stacks, "shop-web") == "nginx:1.28", "the bad version to be applied")

    forged = b64encode(rollback.state({"compose": "services: {web: {image: evil}}"}, {}).packed).decode()
    patch = json.dumps({"data": {rollback.KEY: forged}})
    stacks.kubectl("patch", "secret", "shop-last-ready", "--type=merge", "-p", patch)
    miss_deadline(stacks, "shop-web")

    condition = stacks.not_ready("shop", "RollbackFailed")
    assert "somebody has changed" in condition["message"]
    assert image(stacks, "shop-web") == "nginx:1.28"
