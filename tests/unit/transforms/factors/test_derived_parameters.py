"""Factors that follow from other factors carry the rows that they come from."""

import datetime as dt
from typing import Any

import polars as pl
import pytest

from tests.makers import Row, make_parameter, parameter_table, reference
from transforms.factors.derived_parameters import derivations, with_derived
from transforms.factors.steam import enthalpy_gj_per_t
from transforms.ground.sentences import in_words

SATURATED_AT_1_MPA = 179.885632
"""Degrees Celsius, IAPWS-IF97."""


def row(parameter_id: str, scope: str, value: float, **named: Any) -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value, **named)


def derived(parameter_id: str, rows: list[Row], status: str = "confirmed") -> pl.DataFrame:
    return with_derived(parameter_table(rows, status)).filter(parameter_id=parameter_id)


def fuel(**carbon: Any) -> list[Row]:
    return [
        row("fuel_carbon_content", "bituminous_coal", 0.0261, **carbon),
        row("fuel_oxidation", "bituminous_coal", 0.93),
        row("carbon_to_co2", "all", 44 / 12),
    ]


def margins(**named: Any) -> list[Row]:
    return [
        row("grid_om_ef", "Central", 0.8587, **named),
        row("grid_bm_ef", "Central", 0.2854),
        row("om_weight", "solar", 0.75),
        row("bm_weight", "solar", 0.25),
    ]


def reservoir(power_density: float) -> list[Row]:
    return [
        row("power_density", "P1", power_density),
        row("hydro_power_density_upper", "hydro", 10),
        row("hydro_power_density_lower", "hydro", 4),
        row("hydro_reservoir_ef", "hydro", 0.09),
    ]


def test_the_factor_of_a_fuel_is_carbon_times_oxidation_times_44_twelfths() -> None:
    (factor,) = derived("fuel_ef", fuel()).to_dicts()
    assert factor["value"] == pytest.approx(0.0261 * 0.93 * 44 / 12, rel=1e-12)
    assert (factor["scope"], factor["unit"], factor["parameter_status"]) == ("bituminous_coal", "tCO2/GJ", "derived")


def test_the_combined_margin_weighs_the_operating_and_the_build_margin() -> None:
    (factor,) = derived("grid_cm_ef", margins()).to_dicts()
    assert factor["value"] == pytest.approx(0.75 * 0.8587 + 0.25 * 0.2854, rel=1e-12)
    assert factor["value"] == pytest.approx(0.715375, rel=1e-12)
    assert factor["scope"] == "Central/solar"


@pytest.mark.parametrize(
    ("power_density", "factor"), [(25, [0.0]), (10.1, [0.0]), (10, [0.09]), (4.1, [0.09]), (4, []), (1, [])]
)
def test_a_reservoir_counts_by_its_power_density(power_density: float, factor: list[float]) -> None:
    """Above 10 W/m2 nothing, down to 4 W/m2 90 kg a MWh, at or below 4 W/m2 no factor: not eligible."""
    assert derived("reservoir_ef", reservoir(power_density))["value"].to_list() == factor


def test_a_derived_row_holds_only_where_all_its_parts_hold() -> None:
    (factor,) = derived("fuel_ef", fuel(valid_from="2022-01-01", valid_to="2024-12-31")).to_dicts()
    assert (factor["valid_from"], factor["valid_to"]) == (dt.date(2022, 1, 1), dt.date(2024, 12, 31))


def test_parts_that_never_hold_together_give_nothing() -> None:
    parts = fuel(valid_from="2010-01-01", valid_to="2019-12-31")
    assert derived("fuel_ef", parts).is_empty()


def test_a_missing_part_gives_nothing_and_not_a_factor_of_1() -> None:
    assert derived("fuel_ef", fuel()[:2]).is_empty()
    assert derived("grid_cm_ef", margins()[:3]).is_empty()


def test_a_derived_row_names_the_rows_that_it_comes_from() -> None:
    (factor,) = derived("grid_cm_ef", margins()).to_dicts()
    for part in ("grid_om_ef 0.8587 [Central]", "bm_weight 0.25 [solar]"):
        assert part in factor["locator"]
    assert factor["source"] == "a letter of the project"


def test_a_row_derived_from_an_unconfirmed_one_is_unconfirmed() -> None:
    assert derived("grid_cm_ef", margins(), "unconfirmed")["parameter_status"].to_list() == ["unconfirmed"]


def test_a_given_row_of_the_same_scope_is_never_replaced_by_a_derived_one() -> None:
    given = row("grid_cm_ef", "Central/solar", 0.7)
    assert derived("grid_cm_ef", [*margins(), given])["value"].to_list() == [0.7]


def test_where_a_derived_row_is_from_is_worded_in_both_languages() -> None:
    """CC 26.1 x OF 1 x 44/12: the rows are named alike, the words around them are data."""
    (locator,) = derived("fuel_ef", fuel())["locator"]
    sentences = reference().sentences
    rows = locator.removeprefix("derived from ")
    assert in_words(locator, sentences, "locator_", "zh") == f"由 {rows} 推算"


def test_the_given_rows_stay_as_they_are() -> None:
    given = parameter_table(fuel())
    assert with_derived(given).head(given.height).equals(given)


def test_steam_at_the_edge_of_condensing_still_passes_its_error_on() -> None:
    """A step below would be water: the slope is taken on the side that is steam, and never read as none."""
    edge = SATURATED_AT_1_MPA + 1e-4
    derived = derivations(
        parameter_table(
            [
                make_parameter(parameter_id="steam_pressure", value=1.0, unit="MPa"),
                make_parameter(parameter_id="steam_temperature", value=edge, unit="degC"),
            ]
        )
    )
    (temperature,) = derived.filter(from_parameter_id="steam_temperature")["elasticity_ratio"].to_list()
    warmer, cooler = (enthalpy_gj_per_t(1.0, edge + more) for more in (0.5, 0.0))
    assert warmer is not None
    assert cooler is not None
    assert temperature == pytest.approx((warmer - cooler) / cooler / (0.5 / edge), rel=0.05)


def test_a_factor_of_exactly_nothing_has_no_relative_error() -> None:
    """A reservoir above the upper threshold emits nothing: 0 whatever its density."""
    derived = derivations(
        parameter_table(
            [
                make_parameter(parameter_id="power_density", value=25.0, unit="W/m2"),
                make_parameter(parameter_id="hydro_power_density_upper", scope="hydro", value=10.0, unit="W/m2"),
                make_parameter(parameter_id="hydro_power_density_lower", scope="hydro", value=4.0, unit="W/m2"),
                make_parameter(parameter_id="hydro_reservoir_ef", scope="hydro", value=0.09),
            ]
        )
    )
    assert set(derived.filter(parameter_id="reservoir_ef")["elasticity_ratio"]) == {0.0}
