"""What has a season is complete by its season: no reading is asked for outside it, and none is missed inside."""

from typing import Final

import pytest

from tests.makers import (
    Row,
    attributed,
    book_as_known,
    book_flags,
    make_book,
    make_entry,
    make_parameter,
    make_project,
    make_reading,
    window,
)
from transforms.answers.figures import figures
from transforms.computation.prepared import Prepared

PADDY: Final = make_project(method="rice_methane", commissioning_date="2025-01-01", reported_annual_reduction_tco2=None)
FACTS: Final = [
    make_parameter(parameter_id=name, value=value, unit=unit)
    for name, value, unit in (
        ("baseline_water_scaling", "0.71", "ratio"),
        ("project_water_scaling", "0.55", "ratio"),
        ("rice_n2o_increase", "0", "t/ha"),
    )
]
EARLY: Final = make_reading(
    metric="early_rice_area", period_start="2025-04-01", period_end="2025-07-31", value="100", unit="ha"
)
LATE: Final = make_reading(
    metric="late_rice_area", period_start="2025-08-01", period_end="2025-11-30", value="100", unit="ha"
)
YEAR: Final = window("2025-01-01", "2025-12-31")


def known(*readings: Row, project: Row = PADDY) -> Prepared:
    return book_as_known(make_book([project], entries=[make_entry()], readings=readings, parameters=FACTS))


def tonnes(prepared: Prepared, first: str = "2025-01-01", last: str = "2025-12-31") -> float | str:
    row = attributed(prepared.holdings, window(first, last))["L1"]
    value: float | None = row["emission_reductions_tco2e"]
    return row["status"] if value is None else value


def test_two_crops_read_over_their_seasons_give_the_year_and_nothing_outside_them() -> None:
    both = known(EARLY, LATE)
    assert tonnes(both) == pytest.approx(
        tonnes(both, "2025-04-01", "2025-07-31") + tonnes(both, "2025-08-01", "2025-11-30")
    )
    assert tonnes(both) > 0
    assert tonnes(both, "2025-01-01", "2025-03-31") == 0.0
    assert tonnes(both, "2025-12-01", "2025-12-31") == 0.0


def test_a_crop_that_was_not_read_is_missing_in_its_season_alone() -> None:
    last_year = [{**LATE, "period_start": "2024-08-01", "period_end": "2024-11-30", "record_id": "2024"}]
    one = known(EARLY, *last_year)
    assert tonnes(one) == "blocked_missing_reading"
    assert tonnes(one, "2025-07-01", "2025-09-30") == "blocked_missing_reading"
    assert tonnes(one, "2025-04-01", "2025-06-30") > 0


def test_a_reading_that_begins_late_in_its_season_covers_it() -> None:
    assert tonnes(known({**EARLY, "period_start": "2025-04-10", "period_end": "2025-07-20"})) > 0


def test_who_reads_by_month_needs_every_month_of_the_season() -> None:
    april = {**EARLY, "period_end": "2025-04-30"}
    assert tonnes(known(april)) == "blocked_missing_reading"
    assert tonnes(known(april), "2025-04-01", "2025-04-30") > 0


def test_what_has_no_season_still_needs_every_day() -> None:
    plant = make_project(method="grid_renewable", realisation_type="Solar", commissioning_date="2025-01-01")
    assert tonnes(known(make_reading(period_end="2025-03-31"), project=plant)) == "blocked_missing_reading"


LENT: Final = make_entry(value_date="2024-11-15")
COLD: Final = {"period_start": "2024-11-15", "period_end": "2025-03-15"}
CUT: Final = [
    ("2024-11-15", "2024-11-30"),
    ("2024-12-01", "2024-12-31"),
    ("2025-01-01", "2025-01-31"),
    ("2025-02-01", "2025-02-28"),
    ("2025-03-01", "2025-03-15"),
]
HEAT: Final = make_reading(metric="heat_delivered", value="12000", unit="GJ", **COLD)
COAL: Final = make_reading(metric="bituminous_coal_consumed", value="800", unit="t", **COLD)
DEGREE_DAYS: Final = [
    make_reading(metric="heating_degree_days", value="400", unit="degC*days", period_start=first, period_end=last)
    for first, last in CUT
]
PUMPS: Final = [
    make_reading(
        metric="electricity_consumed",
        value="1",
        period_start=f"2025-{month:02}-01",
        period_end=f"2025-{month:02}-{30 if month in {4, 6, 9} else 31}",
    )
    for month in range(4, 10)
]


def heated(*readings: Row) -> Prepared:
    """A network that heats houses from mid November to mid March, since 2024."""
    network = make_project(
        method="steam_heating",
        commissioning_date="2024-11-15",
        realisation_type="EE supply side",
        reported_annual_reduction_tco2=None,
    )
    facts = [
        make_parameter(parameter_id="is_space_heating", value="1", unit="ratio"),
        make_parameter(parameter_id="baseline_boiler_efficiency", value="0.6", unit="ratio"),
    ]
    return book_as_known(make_book([network], entries=[LENT], readings=readings, parameters=facts))


def test_a_heating_season_read_as_one_is_complete_and_summer_needs_no_heat_but_electricity() -> None:
    """Nothing is heated from April to September: the pumps alone count, against the project."""
    winter = [HEAT, COAL, *DEGREE_DAYS]
    assert -6 * 1.2 < float(tonnes(heated(*winter, *PUMPS), "2025-04-01", "2025-09-30")) < 0
    assert tonnes(heated(*winter), "2025-04-01", "2025-09-30") == "blocked_missing_reading"


def test_a_month_of_the_heating_season_is_missed_unless_its_degree_days_are_none() -> None:
    """Read month by month: April's first twenty days belong to the longest season, in this place nobody heats then."""
    monthly = [
        {**reading, "period_start": first, "period_end": last, "record_id": f"{number}/{reading['metric']}"}
        for reading in (HEAT, COAL)
        for number, (first, last) in enumerate(CUT)
    ]
    assert tonnes(heated(*monthly, *DEGREE_DAYS, *PUMPS), "2025-05-01", "2025-09-30") != "blocked_missing_reading"
    assert tonnes(heated(*monthly, *DEGREE_DAYS, *PUMPS), "2025-04-01", "2025-04-30") == "blocked_missing_reading"
    none = make_reading(
        metric="heating_degree_days", value="0", unit="degC*days", period_start="2025-03-16", period_end="2025-04-20"
    )
    assert tonnes(heated(*monthly, *DEGREE_DAYS, *PUMPS, none), "2025-04-01", "2025-04-30") != "blocked_missing_reading"
    assert tonnes(heated(*monthly[1:], *DEGREE_DAYS, *PUMPS), "2024-11-15", "2024-11-30") == "blocked_missing_reading"


def test_the_answer_names_the_months_of_its_period_and_the_item_missing() -> None:
    last_year = {**LATE, "period_start": "2024-08-01", "period_end": "2024-11-30", "record_id": "2024"}
    prepared = known(EARLY, last_year, project={**PADDY, "commissioning_date": "2024-01-01"})
    answer = figures(prepared.holdings, book_flags(), window("2025-07-01", "2025-09-30"), "period_end", "loan")
    (flag,) = (flag for flag in answer["flags"] if flag["code"] == "missing_reading")
    assert flag["message"] == "no complete reading of late_rice_area in 2025-08, 2025-09"
