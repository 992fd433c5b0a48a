from __future__ import annotations

import types

import pytest

from composestack.compose.model import Service
from composestack.translate.catalog import Catalog, Translator, translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.stack import Stack
from composestack.translate.translators import CATALOG


def nothing(service: Service, stack: Stack) -> Contribution:
    return NOTHING


def test_a_translator_declares_what_it_translates() -> None:
    translator = translates("services.*.tty", considers=("services.*.image",), caveat="It differs.")(nothing)

    assert isinstance(translator, Translator)
    assert translator.paths == ("services.*.tty",)
    assert translator.section == "services"
    assert translator.name == "test_catalog.nothing"
    assert translator.caveat == "It differs."


def test_one_attribute_has_one_translator() -> None:
    one, two = translates("services.*.tty")(nothing), translates("services.*.tty")(nothing)

    with pytest.raises(ValueError, match=r"services\.\*\.tty is translated by"):
        Catalog([one, two])


def test_the_translators_of_a_module_are_found() -> None:
    module = types.ModuleType("concern")
    module.__dict__["tty"] = translates("services.*.tty")(nothing)
    module.__dict__["other"] = nothing

    assert [translator.paths for translator in Catalog.of(module)] == [("services.*.tty",)]


def test_every_concern_is_in_the_catalog() -> None:
    import pkgutil

    from composestack.translate import concerns

    modules = {module.name for module in pkgutil.iter_modules(concerns.__path__)}

    assert {translator.function.__module__.rpartition(".")[2] for translator in CATALOG} == modules
