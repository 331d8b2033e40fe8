"""A month takes the edition of its method in force on its first day, or the one that its project is held to."""

from typing import Any, Final

import polars as pl
import pytest

from tests.makers import (
    Row,
    WorkedOut,
    book_as_known,
    day,
    make_book,
    make_entry,
    make_parameter,
    make_project,
    make_reading,
    window,
    work_out,
)
from tests.rules.methods.editions import REVISED, revise
from tests.twin import Twin
from transforms.deliveries.book.book import Book
from transforms.judging.series import monthly_series
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.method import FIRST_EDITION

MARGIN: Final = make_parameter(value="0.5", relative_uncertainty_pct="5")
NO_RESERVOIR: Final = make_parameter(parameter_id="reservoir_ef", value="0", relative_uncertainty_pct="0")
FEBRUARY: Final = ("2025-02-01", "2025-02-28")
MARCH: Final = ("2025-03-01", "2025-03-31")


@pytest.fixture(autouse=True)
def _revised(monkeypatch: pytest.MonkeyPatch) -> None:
    revise(monkeypatch)


def supplied(first: str, last: str, value: float) -> Row:
    return make_reading(period_start=first, period_end=last, value=value)


def consumed(first: str, last: str, value: float) -> Row:
    return make_reading(period_start=first, period_end=last, value=value, metric="electricity_consumed")


SUPPLIED: Final = [supplied(*FEBRUARY, 280), supplied(*MARCH, 310)]
CONSUMED: Final = [consumed(*FEBRUARY, 28), consumed(*MARCH, 31)]


def built(*readings: Row, **project: Any) -> Book:
    """A solar plant that runs from February 2025 on, a month before the method is revised."""
    solar = {"method": "grid_renewable", "realisation_type": "Solar", "reported_annual_reduction_tco2": None}
    own = make_project(**solar, commissioning_date="2025-02-01", **project)
    entry = make_entry(value_date="2025-02-01")
    return make_book([own], entries=[entry], readings=readings, parameters=[MARGIN, NO_RESERVOIR])


def plant(*readings: Row, **project: Any) -> WorkedOut:
    return work_out(built(*readings, **project))


def months(book: WorkedOut) -> list[tuple[str, str, float | None]]:
    """Edition, status and reduction of February and March 2025."""
    rows = book.marts["mart.project_months"].filter(pl.col("month_start_date") <= day("2025-03-01"))
    return rows.select("method_edition", "status", "emission_reductions_tco2e").rows()


def test_a_month_before_the_revision_and_one_after_it_take_their_own_formula() -> None:
    """February: 280 MWh x 0.5 = 140 t. March: (310 - 31) MWh x 0.5 = 139.5 t."""
    assert months(plant(*SUPPLIED, *CONSUMED)) == [
        (FIRST_EDITION, "measured", pytest.approx(140.0)),
        (REVISED, "measured", pytest.approx(139.5)),
    ]


def test_a_project_held_to_the_edition_of_its_registration_keeps_it() -> None:
    """March by the first edition: 310 MWh x 0.5 = 155 t."""
    assert months(plant(*SUPPLIED, method_edition=FIRST_EDITION)) == [
        (FIRST_EDITION, "measured", pytest.approx(140.0)),
        (FIRST_EDITION, "measured", pytest.approx(155.0)),
    ]


def test_a_project_may_be_held_to_an_edition_before_its_first_day() -> None:
    """February by the revision: (280 - 28) MWh x 0.5 = 126 t."""
    assert months(plant(*SUPPLIED, *CONSUMED, method_edition=REVISED))[0] == (
        REVISED,
        "measured",
        pytest.approx(126.0),
    )


def test_a_reading_that_only_the_revision_needs_is_missing_only_from_its_months() -> None:
    book = plant(*SUPPLIED)
    assert [status for _, status, _ in months(book)] == ["measured", "blocked_missing_reading"]
    asked = book.marts["mart.completeness"].filter(pl.col("month_start_date") <= day("2025-03-01"))
    assert asked.filter(metric="electricity_consumed")["month_start_date"].to_list() == [day("2025-03-01")]
    assert asked.filter(metric="electricity_supplied").height == 2
    (flag,) = book.flags.filter(code="missing_reading")["message"].to_list()
    assert flag.startswith("no complete reading in 2025-03..")
    assert "(needed: electricity_supplied and electricity_consumed; delivered so far: electricity_supplied)" in flag


def test_months_of_each_edition_say_what_they_lack_for_themselves() -> None:
    book = plant(*CONSUMED)
    flags = book.flags.filter(code="missing_reading")["message"].sort().to_list()
    assert ["needed: electricity_supplied;" in flag for flag in flags] == [True, False]
    assert flags[0].startswith("no complete reading in 2025-02 (")


def test_a_reading_that_the_edition_of_the_month_does_not_take_divides_no_month() -> None:
    """Own use is read to the middle of February and on to the middle of March, which only March's formula takes."""
    crossing = [consumed("2025-02-01", "2025-02-14", 14), consumed("2025-02-15", "2025-03-15", 29)]
    book = plant(*SUPPLIED, *crossing, consumed("2025-03-16", "2025-03-31", 16))
    pieces = book.marts["mart.project_month_parts"]
    assert pieces["part_from_date"].to_list() == [day("2025-03-01"), day("2025-03-16")]


def test_the_macro_and_the_command_line_agree_across_the_revision() -> None:
    """The 15 days to the 15th of March: (310 x 15/31 - 29 x 15/29) MWh x 0.5 = 67.5 t, after February's 140 t."""
    crossing = [consumed("2025-02-15", "2025-03-15", 29), consumed("2025-03-16", "2025-03-31", 16)]
    book = plant(*SUPPLIED, *crossing)
    twin = Twin(book.holdings)
    (row,) = twin.check(window("2025-02-01", "2025-03-15"), "period_end")
    assert row["emission_reductions_tco2e"] == pytest.approx(140.0 + 67.5, rel=1e-12)
    for period in (window(*FEBRUARY), window(*MARCH), window("2025-02-01", "2025-03-31")):
        for basis in ("period_end", "daily_average", "monthly_matched"):
            twin.check(period, basis)


def test_a_year_of_two_editions_is_one_figure_with_one_range() -> None:
    book = plant(*SUPPLIED, *CONSUMED)
    (check,) = book.marts["mart.monte_carlo_checks"].filter(calendar_year=2025).to_dicts()
    assert check["figure_tco2e"] == pytest.approx(140.0 + 139.5)
    assert check["is_first_order_enough"]


def test_readings_are_judged_in_the_months_whose_edition_takes_them() -> None:
    known = book_as_known(built(*SUPPLIED, *CONSUMED))
    read = known.read
    series = monthly_series(read.complete, read.months, EDITIONS.values(), read.items, known.facts.parameters)
    assert series.filter(metric="electricity_consumed")["month_start_date"].to_list() == [day("2025-03-01")]


def test_an_edition_that_the_method_does_not_have_is_refused_with_those_that_it_has() -> None:
    book = make_book([make_project(method="grid_renewable", method_edition="2031")], loans=[], entries=[])
    (row,) = book.rejected.filter(table="projects").to_dicts()
    assert (row["rule"], row["column"], row["value"]) == ("unknown_method_edition", "method_edition", "2031")
    wrong = f"method 'grid_renewable' has no edition '2031'; it has: {FIRST_EDITION}, {REVISED}; leave the cell"
    assert row["reason"].startswith(wrong)


def test_a_project_with_a_figure_of_its_own_is_held_to_no_edition() -> None:
    book = make_book([make_project(method="reported", method_edition=FIRST_EDITION)], loans=[], entries=[])
    (reason,) = book.rejected.filter(table="projects")["reason"].to_list()
    assert reason.startswith("method 'reported' has no edition '1'; it has: none; leave the cell empty")


def test_the_edition_is_delivered_under_its_chinese_name() -> None:
    row = make_project(method="grid_renewable")
    row["方法版本"] = row.pop("method_edition") or REVISED
    book = make_book([row], loans=[], entries=[])
    assert book.tables["projects"]["method_edition"].to_list() == [REVISED]
