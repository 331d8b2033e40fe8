"""Why a row was refused is written in Chinese too: what is wrong, under the sender's names, and what to do."""

import polars as pl

from tests.makers import make_book, make_entry, make_loan, make_project


def reasons(book_rows: pl.DataFrame) -> list[tuple[str, str]]:
    return book_rows.select("reason", "reason_zh").rows()


def test_a_cell_is_named_by_its_chinese_header_and_shown_as_sent() -> None:
    book = make_book([make_project()], [make_loan()], [make_entry(amount="five")])
    assert reasons(book.rejected) == [
        (
            "amount 'five' is not an amount with at most two decimals and 15 digits before; write it as 1500000.00",
            "“金额”填写为“five”，不是有效金额：最多两位小数、整数部分十五位，例如 1500000.00",
        )
    ]


def test_every_rule_that_a_row_breaks_is_named_in_both_languages() -> None:
    book = make_book([make_project()], [make_loan()], [make_entry(amount="five", event="GIFT")])
    ((english, chinese),) = reasons(book.rejected)
    assert english.count("; event must be one of") == 1
    assert chinese.endswith("；“交易类型”填写为“GIFT”，不在可填内容之内：可填内容见报送模板")


def test_a_file_that_cannot_be_read_says_why_and_what_to_do() -> None:
    book = make_book([make_project()], [make_loan()], [{"loan_id": "L1"}])
    ((rule, chinese),) = book.rejected.select("rule", "reason_zh").rows()
    assert rule == "unreadable_file"
    assert chinese.startswith("整份未读取，其中各行均未计入：缺少列 value_date, event, amount, currency")
    assert chinese.endswith("：请补上，可为空的单元格可以留空")
