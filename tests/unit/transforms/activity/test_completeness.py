"""Completeness of readings: every day of operation is covered by an accepted reading or shown as a gap."""

from typing import Any

import polars as pl
import pytest

from tests.makers import Row, make_book, make_entry, make_parameter, make_project, make_reading, work_out

HEATS = make_parameter(parameter_id="is_space_heating", value="1", unit="ratio")


def completeness(*readings: Row, months: tuple[int, ...] = (1, 2, 3), **project: Any) -> list[Row]:
    """The rows of the first quarter of 2025 of a plant that runs from its first day."""
    fields = {"method": "grid_renewable", "commissioning_date": "2025-01-01", **project}
    parameters = fields.pop("parameters", [])
    book = make_book(
        projects=[make_project(**fields)],
        entries=[make_entry(value_date="2025-01-01")],
        readings=readings,
        parameters=parameters,
    )
    rows = work_out(book).marts["mart.completeness"]
    first_quarter = pl.col("month_start_date").dt.year() == 2025
    kept: list[Row] = rows.filter(first_quarter & pl.col("month_start_date").dt.month().is_in(months)).to_dicts()
    return kept


def test_a_month_read_by_the_meter_is_complete() -> None:
    (january,) = completeness(make_reading(), months=(1,))
    assert (january["operating_days"], january["covered_days"], january["completeness_ratio"]) == (31, 31, 1.0)
    assert (january["meter_ratio"], january["invoice_ratio"], january["estimate_ratio"]) == (1.0, 0.0, 0.0)
    assert (january["spread_days"], january["spread_by"]) == (0, None)


def test_a_gap_stays_a_gap_and_is_never_filled() -> None:
    """21 of 31 days read: 0.677; the month has no figure, and the next one, unread, is empty and not zero."""
    january, february = completeness(make_reading(period_end="2025-01-21"), months=(1, 2))
    assert (january["covered_days"], january["completeness_ratio"]) == (21, pytest.approx(21 / 31))
    assert (february["covered_days"], february["completeness_ratio"], february["meter_ratio"]) == (0, 0.0, None)


def test_a_month_with_a_gap_has_no_tonnes() -> None:
    project = make_project(method="grid_renewable", commissioning_date="2025-01-01", realisation_type="Solar")
    marts = work_out(make_book(projects=[project], readings=[make_reading(period_end="2025-01-30")])).marts
    january = marts["mart.project_months"].row(0, named=True)
    assert (january["status"], january["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)
    assert marts["mart.completeness"].row(0, named=True)["completeness_ratio"] == pytest.approx(30 / 31)


def test_days_before_commissioning_are_not_asked_for() -> None:
    (january,) = completeness(make_reading(), months=(1,), commissioning_date="2025-01-22")
    assert (january["operating_days"], january["covered_days"], january["completeness_ratio"]) == (10, 10, 1.0)


def test_the_sources_share_the_covered_days() -> None:
    """15 days by invoice, 16 estimated: 15/31 and 16/31."""
    invoice = make_reading(period_end="2025-01-15", source="invoice")
    estimate = make_reading(period_start="2025-01-16", source="estimate")
    (january,) = completeness(invoice, estimate, months=(1,))
    assert (january["invoice_ratio"], january["estimate_ratio"]) == (pytest.approx(15 / 31), pytest.approx(16 / 31))
    assert january["meter_ratio"] == 0.0


def test_a_source_that_is_not_stated_is_not_a_meter() -> None:
    (january,) = completeness(make_reading(source=None), months=(1,))
    assert (january["meter_ratio"], january["unstated_ratio"]) == (0.0, 1.0)


def test_an_invoice_across_months_shows_the_days_that_it_was_spread_over() -> None:
    invoice = make_reading(period_end="2025-03-31", source="invoice")
    rows = completeness(invoice)
    assert [(row["covered_days"], row["spread_days"], row["spread_by"]) for row in rows] == [
        (31, 31, "days"),
        (28, 28, "days"),
        (31, 31, "days"),
    ]


def test_a_metric_that_was_never_sent_is_listed_as_missing() -> None:
    rows = completeness(make_reading(metric="steam_delivered", unit="t"), months=(1,), method="steam_heating")
    assert [(row["metric"], row["completeness_ratio"]) for row in rows] == [
        ("electricity_consumed", 0.0),
        ("every fuel", 0.0),
        ("steam_delivered", 1.0),
    ]


def test_heating_that_could_not_be_spread_is_not_called_covered() -> None:
    invoice = make_reading(metric="heat_delivered", unit="GJ", period_end="2025-03-31")
    rows = completeness(invoice, method="steam_heating", parameters=[HEATS])
    heat = [row for row in rows if row["metric"] == "heat_delivered"]
    assert [(row["covered_days"], row["unspread_days"]) for row in heat] == [(0, 31), (0, 28), (0, 31)]


def test_a_project_without_a_formula_has_nothing_to_complete() -> None:
    assert completeness(make_reading(), method="reported") == []
