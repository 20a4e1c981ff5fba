"""Names of others lead to one model, or to none."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.catalogue import load_catalogue
from arena.catalogue.names import ModelNames
from tests.catalogue.projects import put

MODEL = """\
name = "{name}"
description = "A model."
arenas = ["text-to-image"]
{more}

[weights]
open = false

[[sources]]
name = "A page"
read = 2026-01-12
"""


@pytest.fixture
def names(data: Path) -> ModelNames:
    put(
        data,
        "models/acme/two.toml",
        MODEL.format(name="Two Pro", more='aliases = ["2p"]\napi_id = "acme-two-pro-0126"'),
    )
    put(data, "organizations/other.toml", 'name = "Other"\n')
    put(data, "models/other/two.toml", MODEL.format(name="Two", more=""))
    return ModelNames(load_catalogue(data))


@pytest.mark.parametrize("name", ["acme/two", "ACME/Two", "Two Pro", "two-pro", " TWO_pro ", "2P", "acme-two-pro-0126"])
def test_every_name_leads_to_the_model(names: ModelNames, name: str) -> None:
    assert names.resolve(name) == "acme/two"


def test_a_name_of_two_models_leads_to_neither(names: ModelNames) -> None:
    assert names.resolve("two") is None
    assert names.models_of("two") == ("acme/two", "other/two")
    assert names.hint("two") == "write its id: acme/two or other/two"


def test_what_nobody_is_called(names: ModelNames) -> None:
    assert names.resolve("acme/twoo") is None
    assert names.hint("acme/twoo") == 'did you mean "acme/two"?'
    assert not names.hint("nothing like it")
