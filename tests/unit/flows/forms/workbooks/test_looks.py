"""What an XLSX shows of a cell beside its number: a unit in its format, a stroke through it."""

from typing import Any, Final

import pytest
import xlsxwriter

from tests.forms import LOAN_HEADER, accept_file, make_loan_row, make_sheet_of

AMOUNT: Final = LOAN_HEADER.index("合同金额")
READING_HEADER: Final = [
    "record_id",
    "project_id",
    "period_start",
    "period_end",
    "metric",
    "value",
    "unit",
    "reported_at",
    "version",
]
READING: Final = ["R1", "P1", "2025-01-01", "2025-01-31", "electricity_supplied", 980.4, "MWh", "2025-02-03", 1]


def refusals(content: bytes, table: str = "loans") -> list[tuple[str, str]]:
    return accept_file(content, f"{table}.xlsx", table).rejected.select("rule", "column").rows()


def loan_shown(code: str, header: str = "合同金额") -> bytes:
    named = [header if name == "合同金额" else name for name in LOAN_HEADER]
    return make_sheet_of([named, make_loan_row()], formats={(1, AMOUNT): code})


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("合同金额(万元)", '0.00"元"'),
        ("合同金额", '0.00"万元"'),
        ("合同金额", "0.00万元"),
        ("合同金额(万元)", '0"千元"'),
    ],
)
def test_an_amount_that_its_format_shows_in_another_unit_is_refused(header: str, code: str) -> None:
    assert refusals(loan_shown(code, header)) == [("number_format", "contract_amount")]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("合同金额(万元)", '#,##0.00"万元"'),
        ("合同金额", '0.00"元"'),
        ("合同金额", '"人民币"0.00'),
        ("合同金额", '0.00"整"'),
    ],
)
def test_an_amount_shown_in_its_own_unit_is_read(header: str, code: str) -> None:
    assert refusals(loan_shown(code, header)) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('0.00"MWh"', []),
        ('0.00"兆瓦时"', []),
        ('0.00"kWh"', [("number_format", "value")]),
        ('0.00"万千瓦时"', [("number_format", "value")]),
    ],
)
def test_a_reading_is_in_the_unit_of_its_row_and_no_other(code: str, found: list[tuple[str, str]]) -> None:
    content = make_sheet_of([READING_HEADER, READING], formats={(1, 5): code})
    assert refusals(content, "operating") == found


def struck(column: int, text: Any) -> bytes:
    def change(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write(1, column, text, book.add_format({"font_strikeout": True}))

    return make_sheet_of([LOAN_HEADER, make_loan_row(), make_loan_row(贷款编号="L2")], change=change)


@pytest.mark.parametrize(("column", "text", "name"), [(AMOUNT, 500, "contract_amount"), (0, "L1", "loan_id")])
def test_a_cell_that_is_struck_through_counts_no_longer_and_refuses_its_row(column: int, text: Any, name: str) -> None:
    assert refusals(struck(column, text)) == [("struck_through", name)]


def test_a_text_of_which_a_part_is_struck_through_is_refused_and_never_both_parts_together() -> None:
    """300 struck through before 500 is not 300500."""

    def change(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_rich_string(1, AMOUNT, book.add_format({"font_strikeout": True}), "300", book.add_format(), "500")

    content = make_sheet_of([LOAN_HEADER, make_loan_row()], change=change)
    assert refusals(content) == [("struck_through", "contract_amount")]


def test_an_empty_cell_with_a_stroke_is_empty() -> None:
    assert refusals(struck(LOAN_HEADER.index("被再融资贷款编号"), None)) == []
