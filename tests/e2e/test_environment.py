"""What programs find: variables, arguments, files."""

from __future__ import annotations

from tests.e2e.running import Running

FILES = {
    "defaults.env": "FROM=file\nONLY_FILE=1\nQUOTED='a b'\n",
    "site/conf/deep/app.conf": "port = 1\n",
    "site/index.html": "hello\n",
    "token.txt": "s3cret",
    "message.txt": "hi\n",
}
COMPOSE = """
services:
  probe:
    image: busybox:1.36
    command: ["sh", "-c", "echo \\"$$0 $$1 $$FROM $$(echo inner)\\"; env | sort; exec sleep infinity", "zero", $(FROM)]
    env_file: defaults.env
    environment: {FROM: environment, LITERAL: "$(ONLY_FILE) $${HOME}", TAGGED: "${TAG:-none}"}
    volumes: ["./site:/srv/site:ro"]
    configs:
      - message
      - {source: message, target: /etc/app/message, mode: 0400}
    secrets:
      - token
      - {source: token, target: key, mode: 0400}
      - {source: token, target: /etc/app/token, mode: 0440}
    working_dir: /srv
configs: {message: {file: message.txt}}
secrets: {token: {file: token.txt}}
"""


def test_variables_and_arguments_arrive_as_docker_would_give_them(stacks: Running) -> None:
    stacks.apply("probe", COMPOSE, files=FILES, env=[{"name": "TAG", "value": "v1"}])
    stacks.ready("probe")

    first, *rest = stacks.wait_until_says("deployment/probe-probe", "PATH=").splitlines()

    variables = dict(line.partition("=")[::2] for line in rest)
    assert first == "zero $(FROM) environment inner"
    assert variables["FROM"] == "environment"
    assert (variables["ONLY_FILE"], variables["QUOTED"], variables["TAGGED"]) == ("1", "a b", "v1")
    assert variables["LITERAL"] == "$(ONLY_FILE) ${HOME}"
    assert not [name for name in variables if name.endswith("_SERVICE_HOST") and not name.startswith("KUBERNETES")]


def test_files_are_where_compose_puts_them(stacks: Running) -> None:
    stacks.apply("probe", COMPOSE, files=FILES)
    stacks.ready("probe")

    def sh(script: str) -> str:
        return stacks.sh("probe", "probe", script)

    assert sh("pwd") == "/srv\n"
    assert sh("cat /run/secrets/token /run/secrets/key /etc/app/token") == "s3cret" * 3
    assert sh("stat -L -c %a /run/secrets/token /run/secrets/key /etc/app/token") == "444\n400\n440\n"
    assert "Read-only" in sh("echo x 2>&1 > /run/secrets/token; true")
    assert sh("cat /message /etc/app/message") == "hi\nhi\n"
    assert sh("stat -L -c %a /etc/app/message /message") == "400\n444\n"
    assert sh("cd site; find -L . -type f | grep -v '/\\.\\.' | sort").split() == [
        "./conf/deep/app.conf",
        "./index.html",
    ]
    assert sh("cat site/conf/deep/app.conf") == "port = 1\n"
    assert "Read-only" in sh("echo x 2>&1 > site/index.html; true")
