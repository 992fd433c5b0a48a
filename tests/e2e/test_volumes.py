"""Data: who sees it, what it begins with, and what it outlives."""

from __future__ import annotations

from tests.e2e.running import Running
from tests.integration.conftest import wait_for

DATABASE = """
services:
  db:
    image: postgres:16-alpine
    environment: {POSTGRES_PASSWORD: secret, POSTGRES_DB: shop, LABEL: first}
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck: {test: ["CMD-SHELL", "pg_isready -U postgres -d shop"], interval: 1s}
volumes: {data: {}}
"""


def sql(stacks: Running, statement: str) -> str:
    """Run a statement as a client from elsewhere would, over the network and with the password.

    The way to a database that has just become ready may take a moment.
    """
    wait = "timeout 60 sh -c 'until pg_isready -q -h db; do sleep 0.2; done'"
    connect = "PGPASSWORD=secret psql -h db -U postgres -d shop -Atq -v ON_ERROR_STOP=1"
    return stacks.sh("shop", "db", f'{wait}; {connect} -c "{statement}"').strip()


def test_a_database_outlives_rollouts_and_its_stack(stacks: Running) -> None:
    stacks.apply("shop", DATABASE)
    stacks.ready("shop")
    sql(stacks, "CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2)")
    first = stacks.pod("shop", "db")["metadata"]["uid"]

    stacks.apply("shop", DATABASE.replace("LABEL: first", "LABEL: second"))
    stacks.ready("shop")
    assert stacks.pod("shop", "db")["metadata"]["uid"] != first
    assert sql(stacks, "SELECT sum(id) FROM orders") == "3"

    stacks.kubectl("delete", "composestack", "shop")
    wait_for(lambda: not stacks.pods("shop", "db"), "the pods to be gone", timeout=stacks.timeout)
    stacks.apply("shop", DATABASE)
    stacks.ready("shop")
    assert sql(stacks, "SELECT count(*) FROM orders") == "2"


SHARED = """
services:
  writer:
    image: busybox:1.36
    command: ["sh", "-c", "date > /out/page; exec sleep infinity"]
    volumes: ["pages:/out"]
  reader:
    image: busybox:1.36
    command: sleep infinity
    depends_on: [writer]
    volumes: ["pages:/in:ro"]
  scratch:
    image: busybox:1.36
    command: sleep infinity
    volumes: [/scratch]
volumes: {pages: {}}
"""


def test_two_services_share_a_volume_and_one_may_only_read(stacks: Running) -> None:
    stacks.apply("site", SHARED)
    stacks.ready("site")

    written = stacks.sh("site", "writer", "cat /out/page")

    assert stacks.sh("site", "reader", "cat /in/page") == written
    assert "Read-only" in stacks.sh("site", "reader", "touch /in/x 2>&1; true")
    assert stacks.sh("site", "scratch", "touch /scratch/x; ls -A /scratch") == "x\n"


FILLED = """
services:
  filled: {image: "nginx:alpine", volumes: ["filled:/usr/share/nginx/html"]}
  empty:
    image: nginx:alpine
    volumes: [{type: volume, source: empty, target: /usr/share/nginx/html, volume: {nocopy: true}}]
volumes: {filled: {x-kubernetes: {copyUp: true}}, empty: {}}
"""


def test_a_new_volume_begins_with_the_content_of_the_image_where_it_is_asked_for(stacks: Running) -> None:
    stacks.apply("site", FILLED)
    stacks.ready("site")

    assert stacks.page("filled") == "Welcome to nginx!\n"
    assert stacks.sh("site", "empty", "ls -A /usr/share/nginx/html") == ""

    stacks.sh("site", "filled", "echo mine > /usr/share/nginx/html/index.html")
    stacks.sh("site", "filled", "nginx -s quit")
    stacks.ready("site")
    assert stacks.page("filled") == "mine\n"  # and is not filled again
