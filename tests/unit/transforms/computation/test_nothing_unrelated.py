"""Nothing depends on what does not concern it: an unrelated project, loan or sender changes no figure of the others."""

import datetime as dt
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.makers import (
    KNOWN_AT,
    Row,
    WorkedOut,
    land,
    make_book,
    make_entry,
    make_loan,
    make_project,
    make_reading,
    work_out,
)
from transforms.deliveries.rows.assembly import Landed

SOLAR: Final = make_project(
    project_id="S", method="grid_renewable", realisation_type="Solar", commissioning_date="2025-02-01"
)
PROJECTS: Final = [make_project(commissioning_date="2024-01-01"), SOLAR]
LOANS: Final = [make_loan(), make_loan(loan_id="LS", project_id="S")]
ENTRIES: Final = [make_entry(value_date="2025-03-01"), make_entry(loan_id="LS", value_date="2025-03-01")]
READINGS: Final = [make_reading(project_id="S", period_start="2025-02-01", period_end="2025-12-31", value="900")]
MONTHS: Final = st.dates(dt.date(2015, 1, 1), dt.date(2026, 6, 1)).map(lambda day: day.replace(day=1))
PROVINCES: Final = ("内蒙古", "海南", "Atlantis")
"""Not the plants' own: what is in their province is their company (month_over_peers)."""


def _surveys(project_id: str) -> list[Row]:
    """5,000 m3 of fir on 100 ha in 2015, 9,000 ten years later."""
    stratum = {"stratum": "1", "species": "杉木", "area": "100", "area_unit": "ha", "volume_unit": "m3"}
    return [
        {"project_id": project_id, **stratum, "survey_date": day, "volume": volume}
        for day, volume in (("2015-06-30", "5000"), ("2025-06-30", "9000"))
    ]


@st.composite
def strangers(draw: st.DrawFn) -> list[Landed]:
    """Projects, loans, entries, readings, surveys, rates and counts of others: of the same sender or of another."""
    numbers = range(draw(st.integers(1, 3)))
    sender = draw(st.sampled_from(["sender", "another"]))
    lenders = ["甲银行", "乙银行"] if sender == "sender" else ["乙银行"]  # a lender's loans are stated by one sender
    tables: dict[str, list[Row]] = {name: [] for name in ("projects", "loans", "ledger", "operating", "forest_strata")}
    for number in numbers:
        name, start = f"U{number}", draw(MONTHS)
        method = draw(st.sampled_from(["reported", "none", "grid_renewable", "forest_stock_change", "rice_methane"]))
        tables["projects"].append(
            make_project(
                project_id=name,
                method=method,
                province_or_country=draw(st.sampled_from(PROVINCES)),
                commissioning_date=draw(st.sampled_from([start.isoformat(), None])),
                total_investment=draw(st.sampled_from(["1000.00", "900000000.00", None])),
                realisation_type="Solar" if method == "grid_renewable" else None,
                reported_annual_reduction_tco2=draw(st.sampled_from(["365", "9999999", None])),
            )
        )
        currency = draw(st.sampled_from(["CNY", "USD"]))
        lent = {"loan_id": f"UL{number}", "currency": currency}
        tables["loans"].append(
            make_loan(
                **lent,
                project_id=name,
                lender=draw(st.sampled_from(lenders)),
                loan_type=draw(st.sampled_from(["new", "working_capital"])),
            )
        )
        tables["ledger"].append(make_entry(**lent, value_date=draw(MONTHS).isoformat(), amount="70000.00"))
        if method == "grid_renewable":
            last = (start + dt.timedelta(days=draw(st.integers(0, 500)))).isoformat()
            tables["operating"].append(make_reading(project_id=name, period_start=start.isoformat(), period_end=last))
        if method == "forest_stock_change":
            tables["forest_strata"] += _surveys(name)
    return [land(table, rows, number=7, sender=sender) for table, rows in tables.items() if rows]


LONG: Final = 60
FIGURES: Final = {
    "mart.project_months": ["project_id", "month_start_date"],
    "mart.attributed_reductions": ["period", "basis", "profile", "loan_id"],
    "mart.attributed_annual_reductions": ["period", "loan_id"],
    "mart.project_outcomes": ["project_id", "calendar_year"],
    "mart.financed_emissions": ["period", "loan_id"],
    "mart.figure_uncertainties": ["period", "level", "subject", "container"],
    "mart.monte_carlo_checks": ["project_id", "calendar_year"],
}


def book(more: list[Landed]) -> WorkedOut:
    return work_out(make_book(PROJECTS, LOANS, ENTRIES, readings=READINGS, more=more), KNOWN_AT)


@pytest.fixture(scope="module")
def alone() -> WorkedOut:
    return book([])


@pytest.mark.parametrize("count", [3, pytest.param(LONG, marks=pytest.mark.proof)])
def test_adding_or_deleting_what_is_unrelated_changes_no_figure_of_the_others(alone: WorkedOut, count: int) -> None:
    """Read from the left it is added, from the right deleted."""

    @given(others=strangers())
    @settings(max_examples=count, derandomize=count < LONG)
    def holds(others: list[Landed]) -> None:
        beside = book(others)
        for name, key in FIGURES.items():
            rows, among = alone.marts[name], beside.marts[name]
            if name == "mart.figure_uncertainties":
                rows = rows.filter(pl.col("level") == "project")
            same = among.join(rows.select(key), on=key, how="semi", nulls_equal=True).sort(key)
            kept = pl.exclude("is_confirmed_to_period_end")  # the same sender's newer entries confirm its older ones
            assert same.select(kept).equals(rows.sort(key).select(kept)), name

    holds()


def test_a_project_with_a_figure_of_its_own_has_it_from_its_commissioning(alone: WorkedOut) -> None:
    """365 t a year from 1 January 2024, whatever the first day of the book: 91 t in a first quarter of 91 days."""
    months = alone.marts["mart.project_months"].filter(project_id="P1").sort("month_start_date")
    assert months["month_start_date"][0] == dt.date(2024, 1, 1)
    (first,) = rows_of(alone, "2025Q1")
    assert (first["status"], first["emission_reductions_tco2e"]) == ("reported", pytest.approx(90.0))


def rows_of(computed: WorkedOut, period: str) -> list[Row]:
    rows = computed.marts["mart.attributed_reductions"]
    return rows.filter(period=period, basis="period_end", loan_id="L1").to_dicts()
