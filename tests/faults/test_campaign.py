"""A campaign of changes: every field of the resource there and back, and from application to application.

After each step the objects are those that a fresh stack of that spec has, or, if the spec is not accepted, those of
before. `--campaign=N` tries N changes instead of a few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, zip_longest
from pathlib import Path
from random import Random
from typing import Any

import yaml

from composestack.kinds import KINDS, Ref
from composestack.reconcile.inventory import DATA, MOUNTED
from tests.faults.api import STACKS
from tests.faults.conftest import Begin
from tests.faults.perturbations import Perturbation, fields, perturbations
from tests.faults.test_transitions import is_as_meant, meant, objects, versions
from tests.faults.trial import COLLECTED, NAME, Spec, Trial
from tests.golden.cases import CASES
from tests.integration.conftest import ROOT

RICH: Spec = {
    "compose": """
services:
  web:
    image: "nginx:${TAG}"
    ports: ["8080:80"]
    env_file: .env
    environment: {PASSWORD: "${PASSWORD}", PLACE: "${X_PLACE}"}
    volumes: ["./conf:/etc/conf:ro"]
    depends_on: [db]
  db: {image: postgres, volumes: [data:/data], configs: [init]}
  cache: {image: redis, profiles: [extra]}
  watchtower: {image: watchtower}
configs: {init: {file: ./init.sql}}
volumes: {data: {}}
""",
    "files": {".env": "A=1", "init.sql": "select 1"},
    "filesFrom": [{"configMap": {"name": "files", "prefix": "conf/", "items": [{"key": "a", "path": "b"}]}}],
    "profiles": ["extra"],
    "exclude": ["watchtower"],
    "env": [
        {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}},
        {"name": "TAG", "value": "1"},
    ],
    "envFrom": [{"prefix": "X_", "configMapRef": {"name": "variables", "optional": True}}],
    "images": {"cache": "redis:8"},
    "imagePullSecrets": [{"name": "registry"}],
    "publish": {"type": "ClusterIP"},
    "storage": {"defaultSize": "2Gi", "accessMode": "ReadWriteOnce"},
    "networkPolicy": "Enforce",
    "deletionPolicy": {"volumes": "Retain"},
    "suspend": False,
}
"""A stack with almost everything."""

SOURCES: list[tuple[str, dict[str, Any]]] = [
    ("ConfigMap", {"metadata": {"name": "files"}, "data": {"a": "1"}}),
    ("ConfigMap", {"metadata": {"name": "variables"}, "data": {"PLACE": "here"}}),
    ("Secret", {"metadata": {"name": "login"}, "stringData": {"password": "x"}}),
]
LASTING = ("storage", "deletionPolicy", "compose")
"""Fields whose changes outlast their return, since no claim shrinks and data is kept."""

CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
DOOR = (": 400 ", ": 422 ", "failed to create typed patch object")
"""What the API server answers to what the schema does not allow; the last one comes with the status 500."""

AT_ONCE = 4
FEW = 10
"""Changes in the default suite."""


def schema() -> dict[str, Any]:
    document = yaml.safe_load((ROOT / "crds" / "composestacks.yaml").read_text())
    spec: dict[str, Any] = document["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return spec


def test_every_field_there_and_back(begin: Begin, campaign: int, report: Callable[[str], None]) -> None:
    known = list(perturbations(schema(), RICH))
    assert {each.path for each in known} == {path for path, _, _ in fields(schema())}
    chosen = of_every_kind(known, min(campaign or FEW, len(known)))
    chosen.sort(key=lasting)  # when Kubernetes has got to know the kind, and collects at once

    outcomes = in_parallel(begin, chosen, there_and_back)

    report(f"campaign: {len(chosen)} of {len(known)} changes of a field, there and back: {tally(outcomes)}")
    assert outcomes.keys() >= {"accepted", "at the door", "rejected"}


def test_from_application_to_application(begin: Begin, campaign: int, report: Callable[[str], None]) -> None:
    corpus = [Perturbation(folder.name, "", golden(folder)) for folder in CASES]
    chosen = Random(2).sample(corpus, min(campaign or FEW // 2, len(corpus)))

    outcomes = in_parallel(begin, chosen, there)

    report(f"campaign: {len(chosen)} applications of {len(corpus)}, one after the other: {tally(outcomes)}")
    assert outcomes["accepted"]


def of_every_kind(changes: list[Perturbation], size: int) -> list[Perturbation]:
    """Return some changes: one of each kind, then another of each, and so on."""
    kinds: dict[str, list[Perturbation]] = {}
    for change in Random(1).sample(changes, len(changes)):
        kinds.setdefault(change.kind, []).append(change)
    rounds = chain.from_iterable(zip_longest(*kinds.values()))
    return [change for change in rounds if change is not None][:size]


def golden(folder: Path) -> Spec:
    """Return a golden case as a spec, without what the admin allows there.

    What is empty is left out: the API server makes null of an empty map that is applied in the place of a full one.
    """
    text, below = folder / "stack.yaml", folder / "files"
    stack = yaml.safe_load(text.read_text()) if text.exists() else {}
    files = {path.relative_to(below).as_posix(): path for path in below.rglob("*") if path.is_file()}
    spec = {name: stack[name] for name in ("images", "publish", "ingress") if name in stack}
    spec["env"] = [{"name": name, "value": value} for name, value in stack.get("variables", {}).items()]
    spec["files"] = {name: path.read_bytes().decode(errors="replace") for name, path in files.items()}
    return {"compose": (folder / "compose.yaml").read_text(), **{name: value for name, value in spec.items() if value}}


def in_parallel(begin: Begin, chosen: list[Perturbation], step: Callable[[Trial, Perturbation], str]) -> Counter[str]:
    """Walk through the changes with several stacks at a time; tell how often each outcome came. Raises all failures."""
    failures: list[AssertionError] = []

    def walk(share: list[Perturbation]) -> list[str]:
        with begin() as trial:
            for kind, source in SOURCES:
                trial.api.request("POST", KINDS[kind].path(trial.namespace), source)
            trial.start()
            return [outcome(trial, change) for change in share]

    def outcome(trial: Trial, change: Perturbation) -> str:
        try:
            return step(trial, change)
        except AssertionError as error:
            failures.append(error)
            renew(trial)
            return "failed"

    shares = [chosen[start::AT_ONCE] for start in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = Counter(outcome for walked in pool.map(walk, shares) for outcome in walked)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(chosen)} changes: {tally(found)}", failures)
    return found


def there_and_back(trial: Trial, change: Perturbation) -> str:
    if (trial.api.stack(trial.namespace, NAME) or {}).get("spec") != RICH:
        take(trial, Perturbation("all", "as it was", RICH))
    outcome = take(trial, change)
    if outcome not in {"at the door", "rejected"} and lasting(change):
        renew(trial)
    take(trial, Perturbation(change.path, "back", RICH))
    return outcome


def lasting(change: Perturbation) -> bool:
    return change.path.startswith(LASTING)


def there(trial: Trial, change: Perturbation) -> str:
    outcome = take(trial, change)
    if outcome in {"unwritten", "not running"}:
        renew(trial)
    return outcome


def take(trial: Trial, change: Perturbation) -> str:
    """Apply a spec and see it through. Returns what became of it: at the door, rejected, suspended, accepted, not
    running (this cluster has no such node or storage), or unwritten: what the API server did not take although we did.
    """
    before = objects(trial), versions(trial)
    try:
        trial.apply(change.spec)
    except RuntimeError as error:
        assert any(known in str(error) for known in DOOR), error
        return "at the door"
    what = f"to be done with {change}: {change.spec}"
    trial.wait(lambda: judged(trial, change.spec) != "", what, lambda: str(ready(trial)))
    outcome = judged(trial, change.spec)
    if outcome in {"rejected", "suspended"}:
        assert (objects(trial), versions(trial)) == before, change
    return outcome


def judged(trial: Trial, spec: Spec) -> str:
    """Return the outcome, or an empty text while there is none yet."""
    conditions = ready(trial)
    reason = conditions.get("reason")
    if conditions.get("status") == "False" and reason in {"InvalidCompose", "Refused", "SourceNotFound"}:
        return "rejected"
    if conditions.get("status") == "False" and reason in {"ApplyFailed", "ImmutableField", "NameConflict"}:
        return "unwritten"
    if spec.get("suspend"):
        return "suspended" if reason == "Suspended" else ""
    if reason in {"WorkloadFailed", "DependencyFailed"} or (reason == "Progressing" and lacks_a_class(trial)):
        return "not running" if not strays(trial, spec) else ""
    return "accepted" if conditions.get("status") == "True" and is_as_meant(trial, spec) else ""


def lacks_a_class(trial: Trial) -> bool:
    """Tell whether a claim waits for a storage class that this cluster does not have."""
    known = {item["metadata"]["name"] for item in trial.api.request("GET", CLASSES)["items"]}
    claims = trial.api.items(KINDS["PersistentVolumeClaim"], trial.namespace)
    return any(claim["spec"].get("storageClassName") not in known for claim in claims)


def strays(trial: Trial, spec: Spec) -> set[Ref]:
    """Return what there is but should not be, or not so. Earlier specs leave claims behind, and the files that their
    pods mount as long as a rollout is on.
    """
    wanted, found = meant(trial, spec), objects(trial)
    wrong = {ref for ref, each in found.items() if wanted.get(ref) != each}
    return {ref for ref in wrong if ref in wanted or ref.kind not in DATA | MOUNTED}


def ready(trial: Trial) -> dict[str, Any]:
    stack = trial.api.stack(trial.namespace, NAME)
    assert stack is not None
    status = stack.get("status", {})
    if status.get("observedGeneration") != stack["metadata"]["generation"]:
        return {}
    return next((each for each in status.get("conditions", ()) if each["type"] == "Ready"), {})


def renew(trial: Trial) -> None:
    """Delete the stack and its data."""
    trial.api.delete(STACKS, trial.namespace, NAME)
    trial.wait(lambda: trial.picture().keys() <= {"stack", *left(trial)}, "to be gone", timeout=COLLECTED)
    for item in trial.api.items(KINDS["PersistentVolumeClaim"], trial.namespace):
        trial.api.delete(KINDS["PersistentVolumeClaim"], trial.namespace, item["metadata"]["name"])
    trial.wait(
        lambda: not trial.api.items(KINDS["PersistentVolumeClaim"], trial.namespace),
        "to lose its data",
        timeout=COLLECTED,
    )


def left(trial: Trial) -> Iterator[str]:
    """Yield what does not go with a stack: claims, and the sources, which are not ours."""
    yield from (f"{kind}/{source['metadata']['name']}" for kind, source in SOURCES)
    for item in trial.api.items(KINDS["PersistentVolumeClaim"], trial.namespace):
        yield f"PersistentVolumeClaim/{item['metadata']['name']}"


def tally(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
