# Everything a newcomer needs: `make demo` to see it run, `make test` before a pull request. All targets can be repeated.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.up-to-date
CACHE := .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# The first Python on PATH that is new enough; `make PYTHON=… setup` takes another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

.PHONY: help setup demo demo-stop demo-real test test-with-cluster test-without-cluster e2e gitops campaign lint format lock generate docs cluster-start cluster-stop clean

help:  ## List the targets
	@awk -F ':.*##' '/^[a-z0-9-]+:.*##/ {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Install ComposeStack and all development tools in .venv, at locked versions

$(STAMP): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none is on PATH (make PYTHON=/path/to/python3 setup)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing the locked dependencies in $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## Run the operator and the examples, on a cluster of its own unless KUBECONFIG or CONTEXT names one
	@$(BIN)/python -m tests.cluster.demo start $(if $(CONTEXT),--context=$(CONTEXT))

demo-stop:  ## Stop what `make demo` started
	@test ! -x $(BIN)/python || $(BIN)/python -m tests.cluster.demo stop

demo-real: setup  ## Run the README's example in real containers on a node of its own (root; Linux, see CONTRIBUTING.md)
	@$(BIN)/python -m tests.e2e.demo

test: lint  ## Run all checks and all tests; those that need a cluster mostly wait, so the others run beside them
	@$(MAKE) --jobs=2 --output-sync=target test-with-cluster test-without-cluster

test-with-cluster: setup
	$(BIN)/pytest -m cluster

test-without-cluster: setup
	$(BIN)/pytest -m "not cluster"

e2e: setup  ## Run stacks in real containers on a node of its own (root; Linux, see CONTRIBUTING.md)
	$(BIN)/pytest -p tests.e2e.required tests/e2e

gitops: setup  ## Have Argo CD and Flux apply stacks, as `make test` does too
	$(BIN)/pytest tests/gitops

N ?= 1000

campaign: setup  ## Try what goes wrong for an hour or so: N=1000 changes of stacks, and as many broken ones
	$(BIN)/pytest tests/faults --campaign=$(N)

lint: setup  ## Check style, types and import rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## Rewrite the sources in the project's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: setup  ## Take the newest dependencies that pyproject.toml allows, and write them down with hashes
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --extra dev --output-file requirements-dev.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --constraint requirements-dev.txt --output-file requirements.txt pyproject.toml

generate: setup  ## Write the files that are made from the sources
	$(BIN)/composestack crd > crds/composestacks.yaml
	cp crds/composestacks.yaml charts/composestack/files/composestacks.yaml
	$(BIN)/python -m tests.chart.readme
	$(BIN)/composestack explain --format markdown > docs/support-matrix.md
	$(BIN)/python -m tests.contract.differences
	$(BIN)/composestack crd --format markdown > docs/reference.md

docs: setup  ## Build the documentation site in build/docs
	$(BIN)/python -m sphinx -W --keep-going -n -q docs build/docs
	@echo "open build/docs/index.html"

cluster-start: setup  ## Start a Kubernetes on 127.0.0.1 for one's own experiments
	@$(BIN)/python -m tests.cluster start

cluster-stop:  ## Stop it
	@test ! -x $(BIN)/python || $(BIN)/python -m tests.cluster stop

clean: demo-stop cluster-stop  ## Stop everything and remove what was generated, but the built Kubernetes in .cache
	rm -rf $(VENV) .cluster dist $(CACHE)
