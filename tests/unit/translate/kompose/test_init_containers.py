from __future__ import annotations

import pytest

from composestack.compose.model import Service
from composestack.translate.kompose.init_containers import PREFIX, init_container, name


def service(**labels: str) -> Service:
    return Service(name="web", image="acme/web", labels={f"{PREFIX}.{key}": value for key, value in labels.items()})


def test_a_service_without_these_labels_has_no_such_container() -> None:
    assert init_container(Service(name="web", labels={"kompose.service.type": "headless"})) is None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ('["sh", "-c", "echo one"]', ("sh", "-c", "echo one")),
        ("touch '/a b'", ("touch", "/a b")),
        ("it's", ("it's",)),
        ("[1, 2]", ("[1,", "2]")),
        ("", None),
    ],
)
def test_a_command_is_a_list_or_words(command: str, words: tuple[str, ...] | None) -> None:
    made = init_container(service(image="busybox", command=command))

    assert made is not None
    assert (made.image, made.entrypoint, made.per_replica) == ("busybox", words, True)


def test_without_an_image_it_has_that_of_the_service() -> None:
    made = init_container(service(name=" prepare "))

    assert made is not None and made.image == "acme/web"
    assert name(service(name=" prepare ")) == "prepare"
    assert name(service()) == ""
