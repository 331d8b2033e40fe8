"""A tonne is claimed once: who is over is named, and money that changes hands leaves no gap and no double holder."""

import re
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest

from schemas.runs import Flag
from tests.makers import (
    YEAR_2025,
    Row,
    book_flags,
    make_book,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_reading,
    make_reversal,
    make_year,
    work_out,
)
from transforms.answers.figures import figures
from transforms.attribution.claims import claim_flags

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
KNOWS_2026: Final = make_entry(loan_id="L1", value_date="2026-01-02", amount="0.01")
TWO_LENDERS: Final = [make_loan(), make_loan(loan_id="L2", lender="乙银行")]
OVERFINANCED: Final = [make_entry(amount="800.00"), make_entry(loan_id="L2", amount="700.00")]
SOLAR: Final = {"method": "grid_renewable", "realisation_type": "Solar", "commissioning_date": "2025-01-01"}
REFINANCING: Final = [make_loan(), make_loan(loan_id="L2", loan_type="refinance", refinances_loan_id="L1")]

CLAIMS: Final[dict[str, tuple[str, dict[str, list[Row]], str]]] = {
    "claimed_beyond_one": (
        "P1",
        {"loans": TWO_LENDERS, "entries": OVERFINANCED},
        "sum to 1.5, 0.5 too much; scaled to 1: 乙银行 0.7 -> 0.466667; 甲银行 0.8 -> 0.533333",
    ),
    "two_facility_fields": (
        "P1",
        {
            "loans": [make_loan(crf_field="clean_energy"), make_loan(loan_id="L2", crf_field="energy_saving")],
            "entries": [make_entry(), make_entry(loan_id="L2", amount="1.00")],
        },
        "clean_energy, energy_saving",
    ),
    "same_money_two_loans": (
        "P1",
        {"loans": [make_loan(), make_loan(loan_id="L2")], "entries": [make_entry(), make_entry(loan_id="L2")]},
        "甲银行 paid out 500.00 CNY on 2025-01-01 under several loans (L1, L2)",
    ),
    "rate_and_stock": (
        "P1",
        {
            "projects": [make_project(**SOLAR)],
            "loans": [make_loan(crf_field="clean_energy")],
            "readings": [make_reading(period_end="2025-03-31")],
        },
        "the same tonnes, never to be added",
    ),
    "transfer_without_counterpart": (
        "P1",
        {"entries": [make_entry(), make_entry(event="TRANSFER_OUT", amount="200.00", value_date="2025-05-05")]},
        "on 2025-05-05 200.00 CNY left by transfer and 0.00 arrived",
    ),
    "refinancing_dates_differ": (
        "L2",
        {
            "loans": REFINANCING,
            "entries": [
                make_entry(value_date="2024-01-01"),
                make_entry(value_date="2025-07-05", event="REPAYMENT"),
                make_entry(loan_id="L2", value_date="2025-06-30"),
            ],
        },
        "repaid on 2025-07-05: both count for 5 days",
    ),
}


def standing(**rows: Any) -> pl.DataFrame:
    return work_out(make_book(**rows)).flags


@pytest.mark.parametrize("code", list(CLAIMS))
def test_each_claim_is_flagged_once_with_its_subject_and_a_sentence_in_both_languages(code: str) -> None:
    subject, rows, words = CLAIMS[code]
    (flag,) = standing(**rows).filter(code=code).to_dicts()
    assert flag["subject"] == subject
    assert words in flag["message"]
    assert CHINESE.search(flag["message_zh"])


def test_a_plain_book_claims_nothing_twice() -> None:
    marts = work_out(make_book()).marts
    attributed, above = marts["mart.attributed_reductions"], marts["mart.shares_above_one"]
    assert claim_flags(make_holdings(), attributed, above).is_empty()


def test_each_lender_is_shown_by_how_much_it_is_over_and_in_what_money() -> None:
    """800 and 700 lent of 1,000: 0.8 -> 8/15 gives up 4/15, a third of its money; 0.7 -> 7/15 gives up 3.5/15 of 1,000.

    800 x (1 - 1/1.5) = 266.67; 700 x (1 - 1/1.5) = 233.33; together 500.00, what was lent too much.
    """
    marts = work_out(make_book(loans=TWO_LENDERS, entries=[*OVERFINANCED, KNOWS_2026])).marts
    rows = marts["mart.shares_above_one"].filter(period="2025", basis="period_end").sort("lender").to_dicts()
    assert [row["excess_ratio"] for row in rows] == pytest.approx([3.5 / 15, 4 / 15])
    assert [row["excess_cny"] for row in rows] == [Decimal("233.33"), Decimal("266.67")]
    assert {row["project_raw_ratio"] for row in rows} == {1.5}


def test_two_lenders_that_pay_the_same_amount_on_one_day_are_a_syndicate_and_no_double_booking() -> None:
    flags = standing(loans=TWO_LENDERS, entries=[make_entry(), make_entry(loan_id="L2")])
    assert "same_money_two_loans" not in flags["code"].to_list()


def test_a_payment_booked_on_the_wrong_loan_and_reversed_is_not_a_double_booking() -> None:
    wrong = make_entry(loan_id="L2")
    entries = [make_entry(), wrong, make_reversal(wrong)]
    flags = standing(loans=[make_loan(), make_loan(loan_id="L2")], entries=entries)
    assert "same_money_two_loans" not in flags["code"].to_list()


def test_what_leaves_one_holder_and_arrives_at_two_others_on_that_day_is_whole() -> None:
    loans = [*TWO_LENDERS, make_loan(loan_id="L3", lender="丙银行")]
    entries = [
        make_entry(),
        make_entry(event="TRANSFER_OUT", value_date="2025-05-05"),
        make_entry(loan_id="L2", event="TRANSFER_IN", value_date="2025-05-05", amount="300.00"),
        make_entry(loan_id="L3", event="TRANSFER_IN", value_date="2025-05-05", amount="200.00"),
    ]
    assert "transfer_without_counterpart" not in standing(loans=loans, entries=entries)["code"].to_list()


@pytest.mark.parametrize(
    ("repaid", "words"),
    [
        ("2025-06-30", None),
        ("2025-06-25", "repaid on 2025-06-25: nobody holds the money for 5 days"),
        (None, "it is not repaid: both count"),
    ],
)
def test_a_refinancing_is_held_to_the_day_on_which_the_old_loan_is_repaid(
    repaid: str | None, words: str | None
) -> None:
    entries = [make_entry(value_date="2024-01-01"), make_entry(loan_id="L2", value_date="2025-06-30")]
    if repaid:
        entries.append(make_entry(value_date=repaid, event="REPAYMENT"))
    messages = standing(loans=REFINANCING, entries=entries).filter(code="refinancing_dates_differ")["message"].to_list()
    assert len(messages) == (words is not None)
    assert all(str(words) in message for message in messages)


def test_flags_that_compare_tables_are_not_about_a_figure_of_one_period() -> None:
    held = make_holdings(months=make_year([10.0] * 12))
    flag = {"code": "rate_and_stock", "subject": "P1", "message": "a sentence", "message_zh": "一句话"}
    answer = figures(
        held, book_flags(pl.DataFrame([flag], schema=Flag.polars_schema())), YEAR_2025, "period_end", "portfolio"
    )
    assert answer["flags"] == []
