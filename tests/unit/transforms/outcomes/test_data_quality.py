"""PCAF's rungs: how a figure was made decides its score, and the outstanding amount weighs it."""

from typing import Any, Final

import polars as pl
import pytest

from schemas.marts import DataQuality
from tests.makers import (
    Row,
    land,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    work_out,
)
from transforms.outcomes.data_quality import data_quality_totals, quality_sums

KNOWS_2026: Final = [make_entry(), make_entry(value_date="2026-01-02", amount="0.01")]
SOLAR: Final = {"method": "grid_renewable", "realisation_type": "Solar", "commissioning_date": "2025-12-01"}


def quality(period: str = "2025", **book: Any) -> Row:
    marts = work_out(make_book(**{"entries": KNOWS_2026, **book})).marts
    (row,) = marts["mart.data_quality"].filter(period=period).to_dicts()
    return row


def december(**named: Any) -> Row:
    return make_reading(period_start="2025-12-01", period_end="2025-12-31", **named)


@pytest.mark.parametrize(
    ("book", "evidence", "option", "scores"),
    [
        ({"projects": [make_project(verified_by="某核查公司")]}, "verified_reported", "1a", (1, 1)),
        ({}, "reported", "1b", (2, 2)),
        (
            {"projects": [make_project(**SOLAR)], "readings": [december()], "parameters": [make_parameter()]},
            "energy_activity",
            "2a",
            (2, 2),
        ),
        (
            {
                "projects": [make_project(**SOLAR)],
                "readings": [december(source="estimate")],
                "parameters": [make_parameter()],
            },
            "estimated_activity",
            "2b",
            (3, 3),
        ),
        ({"projects": [make_project(method="none")]}, None, None, (None, None)),
        ({"projects": [make_project(**SOLAR)]}, None, None, (None, None)),
    ],
)
def test_a_figure_is_on_the_rung_of_how_it_was_made(
    book: dict[str, list[Row]], evidence: str | None, option: str | None, scores: tuple[int | None, int | None]
) -> None:
    """Verified and unverified reports, metered energy, an estimate instead of a meter; no figure, no score."""
    row = quality(**book)
    assert (row["evidence"], row["pcaf_option"]) == (evidence, option)
    assert (row["project_finance_score"], row["avoided_emissions_score"]) == scores


def test_an_estimate_in_another_year_does_not_lower_the_score() -> None:
    early = make_reading(
        source="estimate",
        metric="people_served",
        unit="人",
        period_start="2024-01-01",
        period_end="2024-12-31",
        value="5",
    )
    row = quality(projects=[make_project(**SOLAR)], readings=[early, december()], parameters=[make_parameter()])
    assert row["evidence"] == "energy_activity"


def test_scores_are_weighted_by_the_outstanding_amount_of_the_loans_that_have_one() -> None:
    """300 yuan at score 1, 100 at score 2 and 100 without a figure: (300 + 200) / 400 = 1.25, 80 % covered."""
    projects = [
        make_project(verified_by="某核查公司"),
        make_project(project_id="P2"),
        make_project(project_id="P3", method="none"),
    ]
    loans = [
        make_loan(),
        make_loan(loan_id="L2", project_id="P2", lender="乙银行"),
        make_loan(loan_id="L3", project_id="P3"),
    ]
    amounts = {"L1": "300.00", "L2": "100.00", "L3": "100.00"}
    entries = [make_entry(loan_id=loan, amount=amount) for loan, amount in amounts.items()]
    known = land("ledger", [make_entry(loan_id="L1", value_date="2026-01-02", amount="1.00")], number=5)
    totals = work_out(make_book(projects, loans, entries, more=[known])).marts["mart.data_quality_totals"]
    rows = {row["lender"]: row for row in totals.filter(period="2025").to_dicts()}
    assert rows["*"]["weighted_avoided_emissions_score"] == pytest.approx(1.25)
    assert rows["*"]["coverage_ratio"] == pytest.approx(0.8)
    assert rows["乙银行"]["weighted_project_finance_score"] == 2.0


def test_a_book_without_scores_has_no_weighted_score() -> None:
    row = {
        **dict.fromkeys(DataQuality.columns()),
        "period": "2025",
        "loan_id": "L1",
        "project_id": "P1",
        "lender": "甲银行",
        "balance_cny": None,
        "status": "not_estimated",
        "is_mandated_baseline": False,
    }
    totals = data_quality_totals(quality_sums(pl.DataFrame([row], schema=DataQuality.polars_schema())))
    assert totals["weighted_project_finance_score"].to_list() == [None, None]
