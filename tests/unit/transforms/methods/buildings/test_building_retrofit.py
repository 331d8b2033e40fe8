"""Building retrofit: what is so beside its worked cases."""

from typing import Final

import pytest

from tests.makers import Row, make_parameter, work_out_january
from transforms.activity.project_months import MonthsOfProjects

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {
    "baseline_electricity": 150.0,
    "baseline_lpg_consumed": 4.0,
    "electricity_consumed": 120.0,
    "lpg_consumed": 1.0,
}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "guests": own("occupancy_adjustment", 1.05),
    "weather": own("weather_adjustment", 0.96),
    "grid": own("grid_ef", 0.6, "CN-JX"),
    "heat of gas": own("fuel_ncv", 50, "lpg"),
    "carbon of gas": own("fuel_ef", 0.06, "lpg"),
}
WANTED: Final = own("baseline_months_wanted", 12, "all")


def worked_out(
    readings: dict[str, float] = READINGS, *, without: str = "", more: tuple[Row, ...] = ()
) -> MonthsOfProjects:
    parameters = [row for name, row in PARAMETERS.items() if name != without]
    return work_out_january("building_retrofit", readings, [*parameters, *more])


def january(readings: dict[str, float] = READINGS, *, without: str = "", more: tuple[Row, ...] = ()) -> Row:
    return worked_out(readings, without=without, more=more).months.to_dicts()[0]


def test_half_the_guests_are_half_the_baseline() -> None:
    """An empty house saves nothing: (90 + 12) x 0.525 x 0.96 - 75 = -23.592."""
    half = january(without="guests", more=(own("occupancy_adjustment", 0.525),))
    assert half["emission_reductions_tco2e"] == pytest.approx(-23.592)


@pytest.mark.parametrize("missing", list(READINGS))
def test_without_a_reading_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("missing", list(PARAMETERS))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    assert january(without=missing)["status"] == "blocked_missing_parameter"


def test_a_baseline_of_nine_months_is_worked_out_and_flagged() -> None:
    computed = worked_out(more=(WANTED, own("baseline_months", 9)))
    assert computed.months["status"].to_list() == ["measured"]
    assert computed.conditions.select("verdict", "facts").row(0) == (
        "weak",
        "baseline_months_count = 9.0, wanted_months_count = 12.0",
    )


def test_a_baseline_of_a_whole_year_is_not_flagged() -> None:
    assert worked_out(more=(WANTED, own("baseline_months", 12))).conditions.is_empty()


def test_a_fuel_that_the_retrofit_did_away_with_stays_in_the_baseline() -> None:
    """Coal boilers gone: 10 t x 20 GJ/t x 0.09 = 18 t, x 1.05 x 0.96 = 18.144 more."""
    coal = (own("fuel_ncv", 20, "bituminous_coal"), own("fuel_ef", 0.09, "bituminous_coal"))
    month = january({**READINGS, "baseline_bituminous_coal_consumed": 10.0}, more=coal)
    assert month["baseline_emissions_tco2e"] == pytest.approx(102.816 + 18.144)
    assert month["project_emissions_tco2e"] == pytest.approx(75.0)


def test_twice_of_everything_is_twice_every_term() -> None:
    once, twice = january(), january({metric: 2 * value for metric, value in READINGS.items()})
    assert [twice[term] for term in TERMS] == pytest.approx([2 * once[term] for term in TERMS])


def test_two_parts_of_a_month_add_up_to_the_whole() -> None:
    parts = [january({metric: part * value for metric, value in READINGS.items()}) for part in (0.3, 0.7)]
    for term in TERMS:
        assert sum(part[term] for part in parts) == pytest.approx(january()[term])
