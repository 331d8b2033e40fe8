"""Grid renewables by the regulator's coal rate: what is so beside its worked cases."""

import pytest

from tests.makers import Row, make_parameter, reference, work_out_january

OF_COAL = make_parameter(parameter_id="tce_ef", scope="green_credit", value="2.46", unit="tCO2/tce")


def tce_per_mwh(rate: float, scope: str = "all") -> Row:
    return make_parameter(parameter_id="supply_coal_rate", scope=scope, value=rate, unit="tce/MWh")


def january(supplied: float | None, *parameters: Row) -> Row:
    readings = {} if supplied is None else {"electricity_supplied": supplied}
    return work_out_january("grid_renewable_coal_rate", readings, parameters).months.to_dicts()[0]


def test_a_plant_that_draws_more_than_it_supplies_has_a_negative_reduction() -> None:
    """-10 x 0.3 x 2.46 = -7.38."""
    assert january(-10.0, tce_per_mwh(0.3), OF_COAL)["emission_reductions_tco2e"] == pytest.approx(-7.38)


def test_without_a_reading_there_is_no_figure() -> None:
    month = january(None, tce_per_mwh(0.3), OF_COAL)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("left", [tce_per_mwh(0.3), OF_COAL])
def test_without_either_factor_there_is_no_figure(left: Row) -> None:
    assert january(1000.0, left)["status"] == "blocked_missing_parameter"


def test_no_national_coal_rate_is_assumed() -> None:
    assert reference().parameters.filter(parameter_id="supply_coal_rate", scope="all").is_empty()


def test_twice_the_electricity_is_twice_the_reduction_and_two_parts_are_the_whole() -> None:
    whole, part = (january(mwh, tce_per_mwh(0.3), OF_COAL)["emission_reductions_tco2e"] for mwh in (1000.0, 500.0))
    assert whole == pytest.approx(2 * part, rel=1e-15)


def test_the_published_pair_of_a_green_bond_gives_back_its_tonnes() -> None:
    """A development bank's green bond report, 2023-09: 105,500 tce and 259,900 t; 2.46 gives 259,530, 0.14 % less."""
    month = january(105_500.0, tce_per_mwh(0.5), OF_COAL)
    assert month["emission_reductions_tco2e"] * 2 == pytest.approx(259_530.0)
    assert month["emission_reductions_tco2e"] * 2 == pytest.approx(259_900.0, rel=2e-3)
