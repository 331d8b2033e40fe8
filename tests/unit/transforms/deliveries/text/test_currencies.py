"""Words for a currency are read as its code, in any table."""

from typing import Final

import pytest

from tests.forms import LOAN_HEADER, accept_cells, make_loan_row
from tests.makers import Row, accept_rows, make_entry, make_loan, make_project, make_rate, reference
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.tables.split import split_grid

CODES: Final = {
    "人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "rmb": "CNY", "￥": "CNY", "¥": "CNY", "元": "CNY", "cny": "CNY",
    "美元": "USD", "美金": "USD", "US$": "USD", "usd": "USD", "欧元": "EUR", "日元": "JPY", "港元": "HKD",
    "港币": "HKD", "英镑": "GBP", " 美元 ": "USD",
}  # fmt: skip


def test_a_word_for_a_currency_is_its_code() -> None:
    accepted = accept_rows("loans", [make_loan(loan_id=f"L{at}", currency=word) for at, word in enumerate(CODES)])
    assert accepted.rejected.is_empty()
    assert accepted.rows["currency"].to_list() == list(CODES.values())


def test_a_refused_row_keeps_its_word_for_a_currency() -> None:
    refused = accept_rows("loans", [make_loan(currency="rmb", contract_amount="five")]).rejected
    assert '"rmb"' in refused["row_text"].item()


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("ledger", make_entry(currency="美元"), "currency"),
        ("fx", make_rate(base="美元"), "base"),
        ("projects", make_project(investment_currency="美元"), "investment_currency"),
    ],
)
def test_the_words_are_read_in_each_table(table: str, row: Row, column: str) -> None:
    assert accept_rows(table, [row]).rows[column].to_list() == ["USD"]


@pytest.mark.parametrize("word", ["外币", "美元/人民币", "$", "币"])
def test_a_word_that_says_no_one_currency_is_refused(word: str) -> None:
    assert accept_rows("loans", [make_loan(currency=word)]).rejected["column"].to_list() == ["currency"]


def test_a_word_agrees_with_what_is_stated_beside_the_table() -> None:
    loans = [[str(cell or "") for cell in make_loan_row(币种=word)] for word in ("人民币", "美元")]
    rows = [["币种：人民币"], LOAN_HEADER, *loans]
    split = split_grid(Grid("a.xlsx", rows, [1, 2, 3, 4], "贷款", is_padded=True), "loans", reference().aliases)
    assert accept_cells(split, "loans").rejected.select("source_row", "rule").rows() == [(4, "currency_beside_table")]
