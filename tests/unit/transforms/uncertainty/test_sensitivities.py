"""How far each input moves a month's figure."""

from typing import Final

import polars as pl
import pytest

from tests.makers import make_parameter, work_out_january
from transforms.uncertainty.sensitivities import sensitivities

AT_REST: Final = {
    "heat_delivered": 0.0,
    "heat_sent_out": 0.0,
    "natural_gas_consumed": 0.0,
    "electricity_consumed": 10.0,
}
FACTORS: Final = [
    make_parameter(parameter_id=parameter_id, scope=scope, value=value)
    for parameter_id, scope, value in (
        ("baseline_boiler_efficiency", "P1", 0.8),
        ("baseline_fuel_ef", "P1", 0.1),
        ("fuel_ncv", "natural_gas", 400),
        ("fuel_ef", "natural_gas", 0.05),
        ("grid_ef", "CN-JX", 0.5),
        ("mwh_in_gj", "all", 3.6),
        ("chp_reference_heat_efficiency", "all", 0.8),
        ("chp_reference_power_efficiency", "all", 0.4),
    )
]


@pytest.mark.parametrize(
    ("method", "beside"),
    [
        ("steam_heating_chp_heat_ratio", "boiler_steam_heat"),
        ("steam_heating_chp_efficiency", "power_generated"),
        ("steam_heating_chp_energy", "power_generated"),
    ],
)
def test_only_its_pumps_move_the_figure_of_a_combined_plant_at_rest(method: str, beside: str) -> None:
    """PE = 10 x 0.5 = 5 t: one per cent of either moves 0.05 t; of a fuel of which none was burned no part moves."""
    (evaluated,) = work_out_january(method, {**AT_REST, beside: 0.0}, FACTORS).evaluated
    moved = sensitivities(evaluated)
    assert moved["sensitivity_tco2e"].null_count() == 0
    swings = dict(moved.filter(pl.col("sensitivity_tco2e") != 0).select("symbol", "sensitivity_tco2e").iter_rows())
    assert swings == pytest.approx({"electricity_consumed_mwh": -5.0, "grid_tco2_per_mwh": -5.0})
