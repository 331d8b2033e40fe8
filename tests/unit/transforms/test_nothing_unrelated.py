"""Nothing depends on what does not concern it: an unrelated project, loan or sender changes no figure of the others."""

import datetime as dt
from typing import Final

import polars as pl
import pytest

from tests.makers import KNOWN_AT, Row, land, make_book, make_entry, make_loan, make_project, make_reading, work_out
from transforms.assembly import Landed
from transforms.compute import Computed

SOLAR: Final = make_project(project_id="S", method="grid_renewable", realisation_type="Solar",
                            commissioning_date="2025-02-01")  # fmt: skip
PROJECTS: Final = [make_project(commissioning_date="2024-01-01"), SOLAR]
LOANS: Final = [make_loan(), make_loan(loan_id="LS", project_id="S")]
ENTRIES: Final = [make_entry(value_date="2025-03-01"), make_entry(loan_id="LS", value_date="2025-03-01")]
READINGS: Final = [make_reading(project_id="S", period_start="2025-02-01", period_end="2025-12-31", value="900")]
FOREST: Final = [
    {"project_id": "U-FOREST", "stratum": "1", "species": "杉木", "area": "100", "area_unit": "ha", "survey_date": day,
     "volume": volume, "volume_unit": "m3"}
    for day, volume in (("2015-06-30", "5000"), ("2025-06-30", "9000"))
]  # fmt: skip
UNRELATED: Final[list[Landed]] = [
    land("projects", number=7, rows=[
        {**SOLAR, "project_id": "U-OLD", "commissioning_date": "2019-01-01"},
        make_project(project_id="U-LENT"),
        make_project(project_id="U-FOREST", method="forest_stock_change", commissioning_date="2015-06-30"),
        make_project(project_id="U-NEW", commissioning_date="2026-05-01"),
    ]),
    land("operating", number=7, rows=[
        make_reading(project_id="U-OLD", period_start="2019-01-01", period_end="2019-12-31"),
    ]),
    land("loans", number=7, rows=[
        make_loan(loan_id="L-OLD", project_id="U-LENT", lender="乙银行", currency="USD"),
        make_loan(loan_id="L-NEW", project_id="U-NEW", lender="乙银行"),
    ]),
    land("ledger", number=7, rows=[
        make_entry(loan_id="L-OLD", value_date="2018-05-05", currency="USD"),
        make_entry(loan_id="L-NEW", value_date="2026-06-01"),
    ]),
    land("forest_strata", FOREST, number=7),
]  # fmt: skip
"""Old readings, an old ledger in dollars without a rate, a forest surveyed long ago, and news of this June."""
FIGURES: Final = {
    "mart.project_months": ["project_id", "month_start_date"],
    "mart.attributed_reductions": ["period", "basis", "profile", "loan_id"],
    "mart.attributed_annual_reductions": ["period", "loan_id"],
    "mart.project_outcomes": ["project_id", "calendar_year"],
    "mart.financed_emissions": ["period", "loan_id"],
    "mart.figure_uncertainties": ["period", "level", "subject", "container"],
}  # fmt: skip


def book(more: list[Landed]) -> Computed:
    return work_out(make_book(PROJECTS, LOANS, ENTRIES, readings=READINGS, more=more), KNOWN_AT)


@pytest.fixture(scope="module")
def alone() -> Computed:
    return book([])


def test_unrelated_projects_loans_and_senders_change_no_figure_of_the_others(alone: Computed) -> None:
    beside = book(UNRELATED)
    for name, key in FIGURES.items():
        rows, others = alone.marts[name], beside.marts[name]
        if name == "mart.figure_uncertainties":
            rows = rows.filter(pl.col("level") == "project")
        same = others.join(rows.select(key), on=key, how="semi", nulls_equal=True).sort(key)
        told = pl.exclude("is_confirmed_to_period_end")  # the same sender's newer entries confirm its older ones
        assert same.select(told).equals(rows.sort(key).select(told)), name


def test_a_project_with_a_figure_of_its_own_has_it_from_its_commissioning(alone: Computed) -> None:
    """365 t a year from 1 January 2024, whatever the first day of the book: 91 t in a first quarter of 91 days."""
    months = alone.marts["mart.project_months"].filter(project_id="P1").sort("month_start_date")
    assert months["month_start_date"][0] == dt.date(2024, 1, 1)
    (first,) = rows_of(alone, "2025Q1")
    assert (first["status"], first["emission_reductions_tco2e"]) == ("reported", pytest.approx(90.0))


def rows_of(computed: Computed, period: str) -> list[Row]:
    rows = computed.marts["mart.attributed_reductions"]
    return rows.filter(period=period, basis="period_end", loan_id="L1").to_dicts()
