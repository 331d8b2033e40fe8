"""The heat that users got, and what the boilers would have emitted for it."""

import polars as pl
import pytest

from transforms.methods.shared.replaced_boilers import HEAT, REPLACED_BOILERS, STEAM_HEAT

STEAM = {"steam_delivered_t": 100.0, "steam_enthalpy_gj_per_t": 2.8, "reference_enthalpy_gj_per_t": 0.3}
BOILER = {"baseline_efficiency_ratio": 0.8, "baseline_fuel_tco2_per_gj": 0.1}


def worth(expression: pl.Expr, heat_delivered_gj: float | None, **other: float | None) -> float | None:
    row = {**STEAM, **BOILER, "heat_delivered_gj": heat_delivered_gj, **other}
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.Float64))
    value: float | None = frame.select(expression.alias("worth"))["worth"].item()
    return value


def test_steam_carries_its_heat_above_that_of_the_water_it_is_made_of() -> None:
    """100 t x (2.8 - 0.3) GJ/t."""
    assert worth(STEAM_HEAT, None) == pytest.approx(250.0)


@pytest.mark.parametrize(("metered", "heat"), [(240.0, 240.0), (0.0, 0.0), (None, 250.0)])
def test_metered_heat_is_taken_before_that_of_the_steam(metered: float | None, heat: float) -> None:
    assert worth(HEAT, metered) == pytest.approx(heat)


def test_boilers_of_80_per_cent_burn_a_quarter_more_than_they_give() -> None:
    """240 GJ / 0.8 = 300 GJ of fuel x 0.1 t/GJ."""
    assert worth(REPLACED_BOILERS, 240.0) == pytest.approx(30.0)


@pytest.mark.parametrize("missing", ["steam_delivered_t", "steam_enthalpy_gj_per_t", *BOILER])
def test_what_is_missing_is_not_taken_for_nothing(missing: str) -> None:
    assert worth(REPLACED_BOILERS, None, **{missing: None}) is None
