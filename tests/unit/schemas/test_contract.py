"""A table either follows its contract to the letter or does not pass for one."""

import datetime as dt
from decimal import Decimal
from typing import Final

import pandera.errors
import polars as pl
import pytest

from schemas.contract import INSTANT_DTYPE, MONEY_DTYPE, conform, validated
from schemas.deliveries import DELIVERIES, EVENT_EFFECTS, OPTIONAL_COLUMNS, WORKED_OUT_COLUMNS, LedgerEntry, Loan
from schemas.marts import AttributedReduction, BalanceChange
from schemas.reference import Source
from schemas.words.bases import BASES
from schemas.words.statuses import STATUSES
from tests.makers import Row, accept_rows, make_entry, make_loan, make_project, make_reading, reference, typed


def make_total(**named: object) -> Row:
    """One loan of 500 yuan at the end of 2025."""
    return {
        "lender": "甲银行",
        "date": "2025-12-31",
        "number_of_loans": "1",
        "balance": "500.00",
        "currency": "CNY",
        **named,
    }


def rules(table: str, **row: object) -> list[str]:
    maker = {
        "projects": make_project,
        "loans": make_loan,
        "ledger": make_entry,
        "operating": make_reading,
        "control_totals": make_total,
    }[table]
    return accept_rows(table, [maker(**row)]).rejected["rule"].to_list()


def test_a_contract_describes_each_of_its_columns() -> None:
    assert list(LedgerEntry.describe()) == LedgerEntry.columns()
    assert LedgerEntry.describe()["amount"] == "Amount in currency, always positive; the event gives the sign."


def test_a_contract_describes_its_table_in_a_sentence() -> None:
    assert Loan.sentence() == "The loans, one row a loan, as accepted."


def test_an_empty_table_follows_its_contract() -> None:
    for contract in DELIVERIES.values():
        contract.validate(contract.empty_frame(), lazy=True)


def test_money_is_exact_decimal_and_moments_are_utc() -> None:
    types = LedgerEntry.polars_schema()
    assert (types["amount"], types["booked_at"]) == (MONEY_DTYPE, INSTANT_DTYPE)


def test_an_unexpected_column_is_an_error() -> None:
    rows = typed("ledger", [make_entry()])
    with pytest.raises(pandera.errors.SchemaError):
        LedgerEntry.validate(rows.with_columns(weather=pl.lit(1)))
    LedgerEntry.validate(rows)


BROKEN: Final = {
    "a_float_for_money": pl.col("contract_amount").cast(pl.Float64),
    "an_empty_cell_that_must_be_filled": pl.lit(None, pl.String).alias("lender"),
    "an_empty_text": pl.lit("").alias("loan_id"),
    "a_negative_amount": pl.lit(-1).cast(MONEY_DTYPE).alias("contract_amount"),
    "a_word_that_is_not_listed": pl.lit("gift").alias("loan_type"),
    "a_text_of_another_shape": pl.lit("yuan").alias("currency"),
    "two_cells_that_contradict": pl.col("sign_date").dt.offset_by("30y"),
    "an_unexpected_column": pl.lit(1).alias("weather"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_each_way_to_break_a_contract_is_seen_in_one_row_of_three(broken: pl.Expr) -> None:
    sound = typed("loans", [make_loan(loan_id=name) for name in ("L1", "L2", "L3")]).select(Loan.columns())
    assert validated(sound, Loan) is sound
    rows = pl.concat([sound.head(2), sound.tail(1).with_columns(broken)], how="diagonal_relaxed")
    with pytest.raises(pandera.errors.SchemaError):
        validated(rows, Loan)
    with pytest.raises(pandera.errors.SchemaErrors):
        validated(rows, Loan, lazy=True)


def test_no_two_sources_have_one_id() -> None:
    rows = reference().sources
    with pytest.raises(pandera.errors.SchemaError):
        validated(pl.concat([rows, rows.head(1)]), Source)


def test_a_float_is_not_taken_for_money() -> None:
    rows = typed("ledger", [make_entry()]).with_columns(pl.col("amount").cast(pl.Float64))
    with pytest.raises(pandera.errors.SchemaError):
        LedgerEntry.validate(rows)


def test_a_computed_table_is_brought_into_the_order_and_types_of_its_contract() -> None:
    row = {
        "event": "DISBURSEMENT",
        "loan_id": "L1",
        "entry_id": "E1",
        "value_date": dt.date(2025, 1, 1),
        "currency": "CNY",
        "balance_change_amount": Decimal("1.5"),
        "disbursed_amount": 1,
        "repaid_amount": 0,
        "spare": None,
        "flow_date": dt.date(2025, 1, 1),
    }
    frame = conform(pl.DataFrame([row]), BalanceChange)
    assert frame.columns == BalanceChange.columns()
    assert frame["balance_change_amount"].to_list() == [Decimal("1.50")]
    BalanceChange.validate(frame)


def test_a_computed_table_that_lacks_a_column_does_not_pass() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        conform(pl.DataFrame({"loan_id": ["L1"]}), BalanceChange)


def test_a_status_that_nobody_knows_is_not_a_status() -> None:
    (row,) = [dict.fromkeys(AttributedReduction.columns())]
    fields = {
        **row,
        "period": "2025",
        "period_from_date": dt.date(2025, 1, 1),
        "period_to_date": dt.date(2025, 12, 31),
        "basis": BASES[0],
        "loan_id": "L1",
        "project_id": "P1",
        "lender": "甲银行",
        "denominator": "total_investment",
        "is_small_exposure": False,
        "is_mandated_baseline": False,
        "is_confirmed_to_period_end": True,
    }
    good, bad = ({**fields, "status": status} for status in (STATUSES[0], "guessed"))
    types = AttributedReduction.polars_schema()
    AttributedReduction.validate(pl.DataFrame([good], schema=types))
    with pytest.raises(pandera.errors.SchemaError):
        AttributedReduction.validate(pl.DataFrame([bad], schema=types))


@pytest.mark.parametrize(
    ("table", "row", "rule"),
    [
        ("projects", {"project_id": None}, "not_nullable"),
        ("projects", {"total_investment": "-1.00"}, "greater_than_or_equal_to"),
        ("projects", {"investment_currency": "thaler"}, "str_matches"),
        ("projects", {"investment_currency": None}, "investment_needs_currency"),
        ("projects", {"library_status": "maybe"}, "isin"),
        ("projects", {"lifetime_years": "0"}, "greater_than"),
        ("loans", {"loan_type": "gift"}, "isin"),
        ("loans", {"maturity_date": "2019-11-30"}, "maturity_after_signing"),
        ("ledger", {"amount": "0.00"}, "greater_than"),
        ("ledger", {"value_date": None, "booked_at": "2025-01-01"}, "entry_is_complete"),
        ("ledger", {"event": "DISBURSEMENT", "reverses_entry_id": "E0"}, "reversal_names_entry"),
        ("ledger", {"message": "again"}, "isin"),
        ("operating", {"period_start": "2025-02-01"}, "period_ends_after_start"),
        ("operating", {"source": "hearsay"}, "isin"),
        ("control_totals", {"number_of_loans": None, "balance": None}, "total_states_something"),
    ],
)
def test_each_rule_of_a_row_is_kept(table: str, row: dict[str, object], rule: str) -> None:
    assert rules(table, **row) == [rule]


def test_a_period_of_a_single_day_is_a_period() -> None:
    assert rules("operating", period_start="2025-01-31") == []


def test_a_loan_may_mature_on_the_day_of_its_signing_and_without_dates_nothing_is_compared() -> None:
    assert rules("loans", maturity_date="2019-12-01") == []
    assert rules("loans", maturity_date=None) == []


def test_optional_and_worked_out_columns_are_columns_of_their_contract() -> None:
    for table, contract in DELIVERIES.items():
        assert OPTIONAL_COLUMNS[table] <= set(contract.columns())
    assert {name for contract in DELIVERIES.values() for name in contract.columns()} >= WORKED_OUT_COLUMNS


def test_every_event_of_the_ledger_has_its_sign() -> None:
    assert EVENT_EFFECTS == {
        "DISBURSEMENT": 1,
        "TRANSFER_IN": 1,
        "REPAYMENT": -1,
        "PREPAYMENT": -1,
        "WRITE_OFF": -1,
        "TRANSFER_OUT": -1,
        "REVERSAL": 0,
    }
