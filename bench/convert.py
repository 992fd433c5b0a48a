"""How long a warm process takes from the text of 100 services to their objects: `python -m bench.convert`."""

from __future__ import annotations

from functools import partial

import yaml
from bench.timing import collected_as_in_a_process, milliseconds
from bench.yaml import HEAD, SERVICE

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.compose.load import load
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.reconcile.render import render
from composestack.translate.policy import Policy

SERVICES = 100


def main() -> None:
    text = HEAD + "".join(SERVICE.format(number, 10_000 + number) for number in range(SERVICES))
    files = {"compose.yaml": text} | {f"config/{number}.yaml": "debug: false" for number in range(SERVICES)}
    directory = ProjectFiles.from_text(files)
    loading = partial(load, ComposeSource(directory), {})
    rendering = partial(render, "shop", ComposeStackSpec(), directory, Policy())
    (theirs,) = milliseconds([partial(yaml.load, text, yaml.CSafeLoader)], 20)
    with collected_as_in_a_process():
        ours = milliseconds([loading, rendering], 20)
    print(f"{SERVICES} services, {len(text) // 1000} KB: CSafeLoader {theirs:.1f} ms")
    for row, time in zip(("load", "load and translate"), ours, strict=True):
        print(f"  {row:20} {time:6.1f} ms  {time / theirs:.2f}")


if __name__ == "__main__":
    main()
