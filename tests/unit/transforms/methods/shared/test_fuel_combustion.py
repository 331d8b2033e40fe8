"""The heat and the CO2 of a fuel: amount x heat content, and x carbon of the heat."""

import polars as pl
import pytest

from tests.makers import Row, make_parameter, work_out_january
from transforms.methods.shared.fuel_combustion import FUEL_COMBUSTION, FUEL_HEAT

GAS = pl.DataFrame(
    {"fuel_consumed_fuel_unit": [10.0, None], "fuel_ncv_gj_per_fuel_unit": [400.0, 400.0], "fuel_tco2_per_gj": 0.05}
)


def test_ten_units_of_gas_at_400_gj_are_4000_gj_and_200_t() -> None:
    assert GAS.select(FUEL_HEAT.alias("heat"))["heat"].to_list() == [4000.0, None]
    assert GAS.select(FUEL_COMBUSTION.alias("co2"))["co2"].to_list() == [pytest.approx(200.0), None]


def own(parameter_id: str, value: float, scope: str) -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


@pytest.mark.parametrize(
    ("more", "burned"),
    [
        ([], 10 * 400 * 0.05),
        ([own("fuel_ncv", 300, "P1/natural_gas")], 10 * 300 * 0.05),
        ([own("fuel_ef", 0.04, "P1/natural_gas")], 10 * 400 * 0.04),
    ],
)
def test_a_projects_own_measurement_of_a_fuel_is_taken_before_the_default(more: list[Row], burned: float) -> None:
    """The switch burns 10 units of gas and no electricity."""
    default = {
        ("fuel_ncv", "natural_gas"): 400,
        ("fuel_ef", "natural_gas"): 0.05,
        ("efficiency_gain", "P1"): 1.2,
        ("baseline_fuel_ef", "P1"): 0.1,
        ("upstream_methane_leak", "P1"): 0,
        ("gwp_ch4", "all"): 28,
        ("grid_ef", "CN-JX"): 0.5,
    }
    parameters = [*(own(name, value, scope) for (name, scope), value in default.items()), *more]
    readings = {"natural_gas_consumed": 10.0, "electricity_consumed": 0.0}
    month = work_out_january("fuel_switch", readings, parameters).months.to_dicts()[0]
    assert month["project_emissions_tco2e"] == pytest.approx(burned)
