"""Ninety days before a factor in use ends, the row that must follow is asked for."""

from typing import Any, Final

import polars as pl
import pytest

from tests.makers import Row, day, make_parameter, on_file, parameter_table, work_out_january, written
from transforms.factors.derived_parameters import with_derived
from transforms.flags.factors import factors_ending, factors_in_use

WARNING: Final = make_parameter(parameter_id="factor_end_warning", scope="all", value="90", unit="days")
NO_RESERVOIR: Final = make_parameter(parameter_id="reservoir_ef", value="0")
MARGINS: Final = [
    make_parameter(parameter_id=parameter_id, scope=scope, value=value, unit=unit, valid_to=last)
    for parameter_id, scope, value, unit, last in (
        ("grid_om_ef", "Central", "0.8", "tCO2/MWh", "2026-12-31"),
        ("grid_bm_ef", "Central", "0.4", "tCO2/MWh", "2026-12-31"),
        ("om_weight", "solar", "0.75", "ratio", "2035-12-31"),
        ("bm_weight", "solar", "0.25", "ratio", "2035-12-31"),
    )
]


def ending(until: str, *rows: Row) -> list[tuple[Any, ...]]:
    """What is asked for on the day, where January 2025 was worked out from the rows."""
    given = [WARNING, NO_RESERVOIR, *rows]
    factors = with_derived(parameter_table(given))
    names = ("parameter_id", "scope", "value", "unit", "valid_from", "valid_to")
    used = [make_parameter(**{name: row[name] for name in names}) for row in factors.to_dicts()]
    uses = work_out_january("grid_renewable", {"electricity_supplied": 1.0}, used).uses
    found = written(factors_ending(factors_in_use(uses), factors, day(until)))
    return found.select("subject", pl.col("message").str.extract(r"holds to (\S+):")).sort("subject").rows()


@pytest.mark.parametrize(
    ("until", "is_asked"), [("2026-10-01", False), ("2026-10-02", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_a_factor_is_asked_for_from_ninety_days_before_its_last_day_to_that_day(until: str, is_asked: bool) -> None:
    """2 October and 90 days are 31 December."""
    own = make_parameter(valid_to="2026-12-31")
    assert ending(until, own) == ([("grid_cm_ef [P1]", "2026-12-31")] if is_asked else [])


def test_a_derived_factor_is_asked_for_by_the_rows_that_end() -> None:
    expected = [("grid_bm_ef [Central]", "2026-12-31"), ("grid_om_ef [Central]", "2026-12-31")]
    assert ending("2026-11-30", *MARGINS) == expected


def test_a_factor_with_a_row_that_follows_is_not_asked_for() -> None:
    follows = make_parameter(valid_from="2027-01-01", valid_to="2027-12-31")
    assert ending("2026-11-30", make_parameter(valid_to="2026-12-31"), follows) == []


def test_a_row_after_a_gap_does_not_follow() -> None:
    late = make_parameter(valid_from="2027-02-01", valid_to="2027-12-31")
    assert ending("2026-11-30", make_parameter(valid_to="2026-12-31"), late) == [("grid_cm_ef [P1]", "2026-12-31")]


def test_a_factor_that_nothing_uses_and_one_that_ends_with_the_century_are_not_asked_for() -> None:
    unused = make_parameter(parameter_id="grid_ef", scope="CN-GD", valid_to="2026-12-31")
    assert ending("2026-11-30", make_parameter(valid_to="2099-12-31"), unused) == []


def test_the_ninety_days_are_a_row_of_the_reference_table() -> None:
    (row,) = on_file("factor_end_warning")
    assert (row["scope"], row["value"], row["unit"]) == ("all", 90.0, "days")
