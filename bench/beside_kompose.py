"""One small application with kubectl: as a ComposeStack, and as what kompose makes of it."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import yaml

from composestack.api.v1alpha1 import API_VERSION, KIND, ComposeStackSpec
from composestack.compose.source import ProjectFiles
from composestack.kinds import KINDS
from composestack.reconcile.render import render
from composestack.translate.policy import Policy
from tests.cluster.build import built
from tests.cluster.client import output
from tests.cluster.cluster import Cluster
from tests.faults.api import Api

COMPOSE = """
services:
  web: {image: "nginx:1", ports: ["8080:80"]}
  cache: {image: "redis:7", expose: ["6379"]}
"""
ROUNDS = 7


class Comparison(NamedTuple):
    """How many objects the stack has, the seconds until they exist, those of them that kubectl alone took, and those of
    kompose with kubectl. Each is the median of some rounds.
    """

    objects: int
    ours: float
    kubectl: float
    theirs: float


def compare(cluster: Cluster) -> Comparison:
    """Apply a stack, and what kompose makes of it, in turns. The operator must run."""
    program, api = built(Path(__file__).parent / "kompose", "kompose"), Api(cluster)
    plan = render("shop", ComposeStackSpec(compose=COMPOSE), ProjectFiles({}), Policy())
    body = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "shop"}, "spec": {"compose": COMPOSE}}
    ours: list[float] = []
    alone: list[float] = []
    theirs: list[float] = []
    with TemporaryDirectory() as directory:
        application = Path(directory) / "compose.yaml"
        application.write_text(COMPOSE)
        for number in range(ROUNDS):
            for name in ("a", "b"):
                cluster.kubectl("create", "namespace", f"{name}-{number}")
            began = time.monotonic()
            cluster.kubectl("apply", "-n", f"a-{number}", "-f", "-", stdin=yaml.safe_dump(body))
            alone.append(time.monotonic() - began)
            for each in plan.manifests:
                _await(api, KINDS[each["kind"]].path(f"a-{number}", each["metadata"]["name"]))
            ours.append(time.monotonic() - began)
            began = time.monotonic()
            converted = output([program, "convert", "--stdout", "-f", application])
            cluster.kubectl("apply", "-n", f"b-{number}", "-f", "-", stdin=converted)
            theirs.append(time.monotonic() - began)
    return Comparison(len(plan.manifests), median(ours), median(alone), median(theirs))


def _await(api: Api, path: str) -> None:
    while api.request("GET", path) is None:
        time.sleep(0.005)
