"""A unit that an XLSX states outside its cells is read with them, or the sheet is refused: never yuan for 万元."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.errors import UnreadableDelivery
from tests.forms import LOAN, LOAN_HEADER, accept_file, make_sheet_of
from tests.makers import KNOWN_AT, reference
from tests.properties.fuzz import land_bytes
from tests.xls import make_xls
from transforms.deliveries.book.book import assemble

Write = Callable[[Any, Any], None]

OF_THE_SHEET: Final[dict[str, Write]] = {
    "page header": lambda _, sheet: sheet.set_header('&L&"宋体,常规"&10绿色贷款&R单位：万元'),
    "page footer": lambda _, sheet: sheet.set_footer("&C金额单位：人民币万元"),
    "text box": lambda _, sheet: sheet.insert_textbox("M1", "单位：万元"),
    "title of the document": lambda book, _: book.set_properties({"title": "绿色贷款台账（单位：万元）"}),
}
OF_A_CELL: Final[dict[str, Write]] = {
    "comment": lambda _, sheet: sheet.write_comment("E1", "单位：万元"),
    "comment in passing": lambda _, sheet: sheet.write_comment("E1", "金额按万元填报"),
    "message of an input check": lambda _, sheet: sheet.data_validation(
        "E2:E9",
        {"validate": "decimal", "criteria": ">", "value": 0, "input_title": "填报说明", "input_message": "单位：万元"},
    ),
}


def workbook(write: Write | None, amount: str = "合同金额") -> bytes:
    """A loan of 500, and what is written outside the cells."""
    header = [amount if name == "合同金额" else name for name in LOAN_HEADER]
    return make_sheet_of([header, LOAN], change=write)


def amounts(content: bytes) -> list[float]:
    return [float(amount) for amount in accept_file(content, "loans.xlsx").rows["contract_amount"]]


@pytest.mark.parametrize("write", OF_THE_SHEET.values(), ids=OF_THE_SHEET.keys())
def test_a_unit_stated_of_the_whole_sheet_counts_for_its_amounts(write: Write) -> None:
    """500 万元 are 5,000,000 yuan."""
    assert amounts(workbook(write)) == [5_000_000]


def test_the_page_header_of_an_xls_counts_likewise() -> None:
    content = make_xls([LOAN_HEADER, [str(cell or "") for cell in LOAN]], page_header='&L&"宋体,常规"&10单位：万元&P')
    assert [float(amount) for amount in accept_file(content, "loans.xls").rows["contract_amount"]] == [5_000_000]


@pytest.mark.parametrize("write", OF_A_CELL.values(), ids=OF_A_CELL.keys())
def test_a_unit_that_hangs_on_a_cell_and_on_no_column_is_a_doubt(write: Write) -> None:
    with pytest.raises(UnreadableDelivery, match="doubt"):
        amounts(workbook(write))
    assert amounts(workbook(write, "合同金额(万元)")) == [5_000_000]


@pytest.mark.parametrize("comment", ["此笔为元", "该金额按元填报", "this one is in yuan"])
def test_a_comment_on_one_amount_in_another_unit_is_a_doubt_that_names_its_cell(comment: str) -> None:
    content = workbook(lambda _, sheet: sheet.write_comment("E2", comment), "合同金额(万元)")
    with pytest.raises(UnreadableDelivery, match=f"the comment on E2: {comment}"):
        amounts(content)
    assert amounts(workbook(lambda _, sheet: sheet.write_comment("E2", comment))) == [500]


def test_a_comment_speaks_of_its_own_column_first() -> None:
    """The guaranteed amount is in yuan and says so; the contract's amount is in 万元."""
    rows = [[*LOAN_HEADER, "担保金额(元)"], [*LOAN, 900]]
    rows[0][LOAN_HEADER.index("合同金额")] = "合同金额(万元)"
    comment = make_sheet_of(rows, change=lambda _, sheet: sheet.write_comment("K2", "此数为元"))
    assert amounts(comment) == [5_000_000]
    other = make_sheet_of(rows, change=lambda _, sheet: sheet.write_comment("E2", "此数为元"))
    with pytest.raises(UnreadableDelivery, match="the comment on E2"):
        amounts(other)


def test_margins_without_a_unit_change_nothing() -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.set_header("&L江州银行&C第 &P 页&R2025-12-31")
        sheet.write_comment("E1", "单笔500万元以上须附合同")
        book.set_properties({"title": "贷款台账", "comments": "按月填报"})

    assert amounts(workbook(write)) == amounts(workbook(None)) == [500]


def test_a_column_of_units_that_was_read_is_not_called_unknown(tmp_path: Path) -> None:
    """金额单位 states 万元 of every row; the same file under 单位 with companies in it is asked about."""
    flagged = {
        name: assemble(
            land_bytes("loans.xlsx", make_sheet_of([[*LOAN_HEADER, name], [*LOAN, word]]), tmp_path, number=number),
            reference(),
            KNOWN_AT,
        )
        .flags["code"]
        .to_list()
        for number, (name, word) in enumerate([("金额单位", "万元"), ("单位", "某某公司")], start=1)
    }
    assert "unit_beside_table" in flagged["金额单位"]
    assert ["unknown_header" in codes for codes in flagged.values()] == [False, True]
