"""What Kubernetes does not let change: replaced where nothing is lost, else said in plain words."""

from __future__ import annotations

from tests.integration.conftest import Stacks, wait_for

DATA = "services: {db: {image: 'postgres:17', volumes: ['data:/data']}}\nvolumes: {data: {}}"


def test_a_claim_grows(stacks: Stacks) -> None:
    stacks.apply("shop", DATA)
    stacks.ready("shop")

    stacks.apply("shop", DATA, storage={"defaultSize": "2Gi"})
    stacks.ready("shop")

    assert stacks.get("pvc", "shop-data")["spec"]["resources"]["requests"] == {"storage": "2Gi"}


def test_a_claim_that_cannot_change_is_kept_and_the_field_named(stacks: Stacks) -> None:
    stacks.apply("shop", DATA, storage={"defaultSize": "2Gi"})
    stacks.ready("shop")
    before = stacks.get("pvc", "shop-data")["metadata"]["uid"]

    for storage in ({"defaultSize": "1Gi"}, {"defaultSize": "2Gi", "className": "another"}):
        stacks.apply("shop", DATA, storage=storage)
        condition = stacks.not_ready("shop", "ImmutableField")
        assert "PersistentVolumeClaim/shop-data" in condition["message"]

    assert stacks.get("pvc", "shop-data")["metadata"]["uid"] == before
    stacks.apply("shop", DATA, storage={"defaultSize": "2Gi"})
    stacks.ready("shop")


def test_a_service_gets_and_loses_its_address_with_its_ports(stacks: Stacks) -> None:
    def address() -> str:
        return str(stacks.get("service", "app")["spec"]["clusterIP"])

    without, with_port = "services: {app: {image: acme/app}}", "services: {app: {image: acme/app, expose: [80]}}"
    stacks.apply("shop", without)
    stacks.ready("shop")
    assert address() == "None"

    stacks.apply("shop", with_port)
    stacks.ready("shop")
    wait_for(lambda: "app" in stacks.names("services") and address() != "None", "the service to get an address")

    stacks.apply("shop", without)
    stacks.ready("shop")
    wait_for(lambda: "app" in stacks.names("services") and address() == "None", "the service to lose its address")


def test_a_server_becomes_a_task_and_a_server_again(stacks: Stacks) -> None:
    server = "services: {app: {image: acme/app, expose: [80]}}"
    stacks.apply("shop", server)
    stacks.ready("shop")

    stacks.apply("shop", server.replace("expose: [80]", 'restart: "no"'))
    stacks.ready("shop")
    wait_for(lambda: stacks.names("deployments,jobs") == ["shop-app"], "one workload to be left")
    assert stacks.names("jobs") == ["shop-app"]

    stacks.apply("shop", server)
    stacks.ready("shop")
    wait_for(lambda: stacks.names("jobs") == [], "the job to be pruned")


def test_a_task_that_changed_runs_again(stacks: Stacks) -> None:
    task = "services: {migrate: {image: 'acme/migrate:1', restart: 'no'}}"
    stacks.apply("shop", task)
    stacks.ready("shop")
    before = stacks.get("job", "shop-migrate")["metadata"]["uid"]

    stacks.apply("shop", task.replace("migrate:1", "migrate:2"))
    status = stacks.ready("shop")

    assert status["services"][0]["state"] == "Completed"
    assert stacks.get("job", "shop-migrate")["metadata"]["uid"] != before
