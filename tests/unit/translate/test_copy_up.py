from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from composestack.compose.model import Mount, Service, Volume
from composestack.compose.model.volume import VolumeOptions
from composestack.translate.copy_up import SCRIPT, can_be_filled, copying, is_hidden, wanted


def copy(*places: Path) -> None:
    subprocess.run(["sh", "-c", SCRIPT, "copy-up", *map(str, places)], check=True)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A directory of an image, with a file, a link, a hidden file and a directory that only its owner may read."""
    place = tmp_path / "image place"
    (place / "private").mkdir(parents=True)
    (place / "private").chmod(0o700)
    (place / "page.html").write_text("page")
    (place / ".hidden").write_text("hidden")
    (place / "link").symlink_to("page.html")
    return place


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    place = tmp_path / "volume"
    place.mkdir()
    return place


def names(place: Path) -> set[str]:
    return {each.name for each in place.iterdir()}


def test_an_empty_volume_is_filled_with_all_that_the_image_has(image: Path, volume: Path) -> None:
    (volume / "lost+found").mkdir()

    copy(image, volume)

    assert names(volume) == {"page.html", ".hidden", "link", "private", "lost+found"}
    assert (volume / "link").is_symlink()
    assert (volume / "private").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("there", ["data", ".data", "..data"])
def test_a_volume_that_holds_something_stays_as_it_is(image: Path, volume: Path, there: str) -> None:
    (volume / there).write_text("mine")

    copy(image, volume)

    assert names(volume) == {there}


def test_what_was_interrupted_is_begun_again(image: Path, volume: Path) -> None:
    (volume / ".copy-up").touch()
    (volume / "page.html").write_text("pa")

    copy(image, volume)

    assert (volume / "page.html").read_text() == "page"
    assert ".copy-up" not in names(volume)


def test_one_place_that_is_missing_does_not_keep_the_others_back(tmp_path: Path, image: Path, volume: Path) -> None:
    copy(tmp_path / "missing", tmp_path / "other", image, volume)

    assert "page.html" in names(volume)


def mount(**attributes: Any) -> Mount:
    return Mount(**{"type": "volume", "source": "data", "target": "/data", **attributes})


def says(value: bool) -> dict[str, Any]:
    return {"extensions": {"x-kubernetes": {"copyUp": value}}}


@pytest.mark.parametrize(
    ("of_mount", "of_volume", "expected"),
    [
        ({}, {}, None),
        (says(True), {}, True),
        ({}, says(True), True),
        (says(False), says(True), False),
        ({**says(True), "volume": VolumeOptions(nocopy=True)}, {}, False),
    ],
)
def test_who_decides(of_mount: dict[str, Any], of_volume: dict[str, Any], expected: bool | None) -> None:
    assert wanted(mount(**of_mount), {"data": Volume(**of_volume)}) is expected


def test_only_volumes_with_a_name_that_persist_can_be_filled() -> None:
    memory = Volume(driver_opts={"type": "tmpfs", "device": "tmpfs"})
    share = Volume(driver_opts={"type": "nfs", "device": ":/srv", "o": "addr=192.0.2.1"})

    assert can_be_filled(mount(), {"data": Volume()})
    assert can_be_filled(mount(), {"data": share})
    assert not can_be_filled(mount(), {"data": memory})
    assert not can_be_filled(mount(), {"data": Volume(driver_opts={"type": "nfs"})})
    assert not can_be_filled(mount(source=None), {})
    assert not can_be_filled(mount(type="tmpfs", source=None), {})


@pytest.mark.parametrize(
    ("image", "target", "hidden"),
    [
        ("docker.io/library/nginx:1.27", "/usr/share/nginx/html", True),
        ("nginx", "/usr/share/nginx-too", False),
        ("nginx", "/etc/nginx", True),
        ("nginx", "/etc/nginx/certs", False),
        ("httpd:2.4", "/usr/local/apache2/", True),
        ("httpd:2.4", "/usr/local/apache2/logs", False),
        ("tomcat", "/usr/local/tomcat/webapps", False),
        ("prom/prometheus", "/etc/prometheus", True),
        ("postgres:17", "/var/lib/postgresql/data", False),
        ("acme/app", "/app/static", None),
        ("acme/app", "/app/node_modules/", None),
        ("acme/app", "/data", False),
    ],
)
def test_what_an_empty_volume_hides(image: str, target: str, hidden: bool | None) -> None:
    assert is_hidden(image, target) is hidden


def test_a_service_that_asks_for_nothing_has_no_such_step() -> None:
    assert copying(Service(name="web", volumes=(mount(),)), "acme/web", {"data": Volume()}) is None


def test_the_volumes_are_mounted_beside_their_places() -> None:
    asked, plain = mount(**says(True), read_only=True), mount(target="/plain")
    made = copying(Service(name="web", volumes=(plain, asked), mem_limit=7), "acme/web", {"data": Volume()})

    assert made is not None
    assert (made.image, made.user, made.mem_limit) == ("acme/web", "0:0", 7)
    assert [(each.source, each.target, each.read_only) for each in made.volumes] == [("data", "/.copy-up/0", None)]
    assert (made.entrypoint or ())[-2:] == ("/data", "/.copy-up/0")
