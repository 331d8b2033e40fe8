"""A meter that stopped, and a meter that has nothing to read."""

import datetime as dt

import polars as pl
import pytest

from transforms.judging.shapes import runs


def series(**values: list[float]) -> pl.DataFrame:
    """Readings of one plant from January 2025 on, by metric."""
    return pl.DataFrame(
        [
            {
                "project_id": "P1",
                "metric": metric,
                "number": number,
                "value": value,
                "kind": "process",
                "month_start_date": dt.date(2025, number, 1),
            }
            for metric, read in values.items()
            for number, value in enumerate(read, start=1)
        ]
    ).sort("metric", "number")


def stopped(**values: list[float]) -> dict[str, int]:
    found = runs(series(**values)).filter(pl.col("check_id") == "zero_run")
    return dict(found.group_by("figure").len().iter_rows())


def test_two_months_of_nothing_of_a_meter_that_usually_runs_are_a_run() -> None:
    assert stopped(electricity_supplied=[90.0] * 5 + [0.0, 0.0] + [80.0] * 5) == {"electricity_supplied": 2}


@pytest.mark.parametrize("exported", [[0.0] * 12, [0.0] * 4 + [3.0, 5.0] + [0.0] * 6])
def test_a_roof_that_uses_its_power_itself_exports_nothing_for_long(exported: list[float]) -> None:
    assert stopped(electricity_self_used=[90.0] * 12, electricity_exported=exported) == {}


def test_start_up_fuel_is_burned_in_two_months_and_coal_in_all() -> None:
    diesel = [2.0] + [0.0] * 10 + [3.0]
    assert stopped(bituminous_coal_consumed=[500.0] * 12, diesel_consumed=diesel) == {}


def test_a_plant_of_which_no_fuel_at_all_is_burned_is_a_run_from_its_first_reading_on() -> None:
    months = stopped(bituminous_coal_consumed=[0.0] * 3 + [500.0] * 2, diesel_consumed=[0.0] * 5)
    assert months == {"bituminous_coal_consumed": 3, "diesel_consumed": 3}


def test_a_saving_of_another_kind_may_be_none_all_year() -> None:
    assert stopped(coal_saved=[120.0] * 12, electricity_saved=[0.0] * 12) == {}
