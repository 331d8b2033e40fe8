"""Of several published sets one is in force, and changing it changes every factor of the family at once."""

from typing import Any, Final

import polars as pl

from tests.makers import make_parameter, parameter_table
from transforms.factors.factor_sets import factor_sets, in_force

TITLES: Final = {"title_zh": "甲", "title_en": "A"}


def families(choice: str) -> dict[str, Any]:
    """Two sets of fuel factors, one of them in force."""
    fuels = {
        "in_force": choice,
        "parameters": ["fuel_ncv"],
        **TITLES,
        "sets": {"old": TITLES, "new": TITLES},
    }
    return {"fuels": fuels}


def heat(scope: str, value: float, parameter_id: str = "fuel_ncv") -> dict[str, Any]:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


BOTH: Final = parameter_table([heat("coke@new", 20), heat("coke@old", 23), heat("peat@old", 9), heat("straw", 15)])


def holding(choice: str) -> dict[str, float]:
    """What holds for a fuel, by fuel."""
    rows = in_force(BOTH, families(choice)).filter(~pl.col("scope").str.contains("@"))
    return dict(rows.select("scope", "value").iter_rows())


def test_the_rows_of_the_set_in_force_hold_for_their_fuels() -> None:
    assert holding("new") == {"coke": 20, "straw": 15}


def test_another_choice_changes_every_fuel_of_the_family() -> None:
    assert holding("old") == {"coke": 23, "peat": 9, "straw": 15}


def test_a_fuel_that_the_set_in_force_does_not_know_has_no_factor() -> None:
    assert "peat" not in holding("new")


def test_a_row_of_no_set_holds_whatever_the_choice() -> None:
    assert holding("new")["straw"] == holding("old")["straw"]


def test_the_rows_of_the_other_set_stay_on_file_under_its_name() -> None:
    assert in_force(BOTH, families("new"))["scope"].to_list() == ["coke", "coke@old", "peat@old", "straw"]


def test_a_parameter_outside_the_family_keeps_its_scope() -> None:
    other = parameter_table([heat("coke@new", 20, "fuel_density")])
    assert in_force(other, families("new"))["scope"].to_list() == ["coke@new"]


def test_every_set_is_listed_and_one_of_a_family_is_in_force() -> None:
    listed = factor_sets(families("new"))
    assert listed.select("factor_set", "is_in_force").rows() == [("old", False), ("new", True)]
