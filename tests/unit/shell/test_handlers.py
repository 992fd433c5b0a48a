from __future__ import annotations

from typing import Any

import kopf

from composestack.shell.handlers import NoDiffBase, NoProgress, configured


def test_nothing_of_a_resource_is_kept_or_marked() -> None:
    settings = configured()
    body: Any = kopf.Body({"metadata": {"name": "x"}, "spec": {"a": 1}})
    patch = kopf.Patch()
    diffbase, progress = settings.persistence.diffbase_storage, settings.persistence.progress_storage
    assert isinstance(diffbase, NoDiffBase)
    assert isinstance(progress, NoProgress)

    essence = diffbase.build(body=body)
    diffbase.store(body=body, patch=patch, essence=essence)
    progress.store(key="k", record={}, body=body, patch=patch)
    progress.touch(body=body, patch=patch, value="now")
    progress.purge(key="k", body=body, patch=patch)

    assert dict(essence) == {}
    assert dict(patch) == {}
    assert progress.clear(essence=essence) is essence


def test_kopf_neither_looks_for_peers_nor_posts_events() -> None:
    settings = configured()

    assert settings.peering.standalone
    assert settings.scanning.disabled
    assert not settings.posting.enabled


def test_stacks_are_selected_by_label_if_a_selector_is_given() -> None:
    stacks = kopf.Resource("composestack.io", "v1alpha1", "composestacks")

    assert list(configured("team=a").watching.label_selectors.collect(stacks)) == ["team=a"]
    assert list(configured().watching.label_selectors.collect(stacks)) == []
