"""What the gates compare: volumes and sums of this file beside those of the one before."""

from typing import Any, Final

import polars as pl
import pytest

from schemas.runs import StateTotal
from tests.makers import Row, make_book, make_entry, make_loan, work_out
from transforms.answers.state import state_totals
from transforms.outcomes.yearly_sums import attributed_sums, closing_sums

NOTHING: Final = StateTotal.empty_frame()


def totals(published: pl.DataFrame = NOTHING, **rows: Any) -> dict[str, Row]:
    book = make_book(**rows)
    core, marts = {f"core.{name}": frame for name, frame in book.tables.items()}, work_out(book).marts
    closing, tonnes = closing_sums(marts["mart.loan_months"]), attributed_sums(marts["mart.attributed_reductions"])
    return {row["measure"]: row for row in state_totals(core, closing, tonnes, published).to_dicts()}


def test_rows_of_every_core_table_are_counted() -> None:
    figures = totals(entries=[make_entry(), make_entry(value_date="2025-02-01")])
    assert figures["rows of core.ledger"]["candidate_value"] == 2.0
    assert figures["rows of core.fx"]["candidate_value"] == 0.0


def test_balances_are_summed_at_the_end_of_each_year() -> None:
    figures = totals(entries=[make_entry(), make_entry(value_date="2025-02-01", amount="200.00")])
    assert figures["balance at the end of 2025"]["candidate_value"] == 700.0


def test_a_year_with_a_missing_exchange_rate_has_no_sum() -> None:
    figures = totals(loans=[make_loan(currency="USD")], entries=[make_entry(currency="USD")])
    assert figures["balance at the end of 2025"]["candidate_value"] is None


def test_tonnes_are_summed_by_year_and_basis() -> None:
    """Half of 365 t in 2025; a booking in 2026 lets the year be over."""
    late = make_entry(value_date="2026-01-05", amount="1.00")
    figures = totals(entries=[make_entry(), late])
    assert figures["attributed reductions of 2025 by period_end"]["candidate_value"] == pytest.approx(182.5)


def test_the_value_published_before_is_shown_beside() -> None:
    before = pl.DataFrame(
        [{"measure": "rows of core.ledger", "candidate_value": 9.0, "unit": "rows"}], schema=StateTotal.polars_schema()
    )
    row = totals(before)["rows of core.ledger"]
    assert (row["candidate_value"], row["published_value"]) == (1.0, 9.0)


def test_a_measure_that_is_gone_is_shown_and_not_forgotten() -> None:
    before = pl.DataFrame(
        [{"measure": "balance at the end of 1999", "candidate_value": 5.0, "unit": "CNY"}],
        schema=StateTotal.polars_schema(),
    )
    row = totals(before)["balance at the end of 1999"]
    assert (row["candidate_value"], row["published_value"]) == (None, 5.0)
