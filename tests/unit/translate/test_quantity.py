from __future__ import annotations

from decimal import Decimal

import pytest

from composestack.translate import quantity


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0"),
        (1, "1"),
        (1000, "1k"),
        (1024, "1Ki"),
        (1536, "1536"),
        (1000000, "1M"),
        (536870912, "512Mi"),
        (2**40, "1Ti"),
    ],
)
def test_memory(size: int, text: str) -> None:
    assert quantity.memory(size) == text


@pytest.mark.parametrize(
    ("cores", "text"),
    [(0.5, "500m"), (2.0, "2"), (0.0001, "1m"), (1.0001, "1001m"), (0.29, "290m"), (1000.0, "1k")],
)
def test_cpu_is_rounded_up_to_a_thousandth(cores: float, text: str) -> None:
    assert quantity.cpu(cores) == text


@pytest.mark.parametrize(
    ("written", "text"), [("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("10Gi", "10Gi"), ("1000M", "1G"), ("2048", "2Ki")]
)
def test_written_quantities_become_canonical(written: str, text: str) -> None:
    assert quantity.canonical(written) == text


@pytest.mark.parametrize("written", ["", "10GB", "ten", "-1Gi", "1 Gi"])
def test_what_is_no_quantity_is_an_error(written: str) -> None:
    with pytest.raises(ValueError, match="is not a quantity"):
        quantity.canonical(written)


def test_what_is_a_quantity() -> None:
    assert quantity.is_quantity("1.5Gi")
    assert not quantity.is_quantity("big")


@pytest.mark.parametrize(
    ("name", "written", "text"),
    [
        ("cpu", "0.5", "500m"),
        ("cpu", "1500m", "1500m"),
        ("cpu", "2000m", "2"),
        ("memory", "0.5Gi", "512Mi"),
        ("ephemeral-storage", "1000", "1k"),
        ("hugepages-2Mi", "1024Ki", "1Mi"),
        ("nvidia.com/gpu", "2", "2"),
        ("example.com/licence", "1Ki", "1024"),
        ("example.com/licence", "5000m", "5"),
    ],
)
def test_a_quantity_of_any_resource(name: str, written: str, text: str) -> None:
    assert quantity.of_resource(name, written) == text


@pytest.mark.parametrize(
    ("name", "written"), [("nvidia.com/gpu", "500m"), ("memory", "10GB"), ("cpu", "-1"), ("cpu", "1e3")]
)
def test_what_is_no_quantity_of_a_resource(name: str, written: str) -> None:
    with pytest.raises(ValueError, match=written):
        quantity.of_resource(name, written)


@pytest.mark.parametrize(("written", "number"), [("500m", "0.5"), ("1Ki", "1024"), ("1.5k", "1500"), ("7", "7")])
def test_the_number_that_a_quantity_means(written: str, number: str) -> None:
    assert quantity.amount(written) == Decimal(number)


@pytest.mark.parametrize("text", ["8Ei", "999999999999999999Gi", "9223372036854775808"])
def test_what_kubernetes_cannot_count_is_no_quantity(text: str) -> None:
    """The API server would write another number, and the claim would look changed for ever."""
    assert not quantity.is_quantity(text)
    with pytest.raises(ValueError, match="more than Kubernetes counts"):
        quantity.canonical(text)
    assert quantity.is_quantity("7Ei")
    assert quantity.normal(text) == text
