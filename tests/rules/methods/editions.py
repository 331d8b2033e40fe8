"""A made edition of a method, for the tests of editions: the product has no method with two."""

import datetime as dt
from dataclasses import replace
from typing import Final

import pytest

from tests.makers import reference
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.method import FIRST_EDITION
from transforms.methods.engine.signs import symbol

METHOD: Final = "grid_renewable"
REVISED: Final = "made up for tests"
TITLES: Final = {
    FIRST_EDITION: {"title_zh": "初版", "title_en": "as first published"},
    REVISED: {
        "valid_from": dt.date(2025, 3, 1),
        "title_zh": "修订：扣除厂用电",
        "title_en": "revised: own use is taken off",
    },
}


def revise(monkeypatch: pytest.MonkeyPatch) -> None:
    """From March 2025 on what the plant consumes counts at the same margin as project emissions."""
    for method, edition in list(EDITIONS):
        if method == METHOD and edition != FIRST_EDITION:  # editions that the product has by now
            monkeypatch.delitem(EDITIONS, (method, edition))
    first = EDITIONS[METHOD, FIRST_EDITION]
    own_use = symbol("electricity_consumed_mwh", "EC") * symbol("grid_cm_tco2_per_mwh", "EF_CM")
    revised = replace(
        first,
        edition=REVISED,
        project=first.project + own_use,
        readings={**first.readings, "electricity_consumed_mwh": "electricity_consumed"},
    )
    monkeypatch.setitem(EDITIONS, (METHOD, REVISED), revised)
    monkeypatch.setitem(reference().methods, METHOD, {**reference().methods[METHOD], "editions": TITLES})
