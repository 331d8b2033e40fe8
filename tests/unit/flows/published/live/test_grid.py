"""Sheets of formulas: heads in two languages, cells that name each other, and what a file cannot hold."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from flows.published.live import grid
from flows.published.live.grid import Book, Formula, Given, SheetFullError, call, chosen_of, text


def rates(book: Book) -> None:
    sheet = book.sheet("rates")
    first = sheet.write(currency="CNY", period="2025", rate=1.0)
    sheet.write(currency="USD", period="2025", rate=Given(Decimal("7.0288")), day=dt.date(2025, 12, 31))
    sheet.write(currency="EUR", period="2025", rate=Formula(call("IFNA", sheet.at("rate", first), 0)))
    sheet.write(currency="=1+1", period="2025", rate=None, day=dt.date(1899, 12, 31))


def written() -> bytes:
    with Book() as book:
        rates(book)
    return book.content


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_heads_are_in_both_languages_above_the_rows() -> None:
    cells = [[cell.value for cell in row] for row in opened(written())["rates"].iter_rows(min_row=4)]
    assert cells[:2] == [["币种", "期间", "汇率", "交易日"], ["currency", "period", "rate", "trading day"]]
    assert cells[2][:3] == ["CNY", "2025", 1]
    assert cells[3] == ["USD", "2025", 7.0288, dt.datetime.combine(dt.date(2025, 12, 31), dt.time())]


def test_a_formula_names_the_cell_of_another_row() -> None:
    assert opened(written())["rates"]["C8"].value == "=_xlfn.IFNA(rates!$C$6,0)"


def test_what_is_unknown_is_an_error_a_text_no_formula_and_a_day_that_no_spreadsheet_counts_a_text() -> None:
    sheet = opened(written())["rates"]
    assert [sheet[place].value for place in ("A9", "C9", "D9")] == ["=1+1", "=NA()", "1899-12-31"]
    assert [sheet[place].data_type for place in ("A9", "C9", "D9")] == ["s", "f", "s"]


def test_what_a_reader_may_change_is_open_and_all_else_locked() -> None:
    sheet = opened(written())["rates"]
    assert not sheet["C7"].protection.locked
    assert all(sheet[place].protection.locked for place in ("A7", "C6", "C8", "C9"))


def test_the_same_cells_give_the_same_bytes() -> None:
    assert written() == written()


def test_a_book_that_a_sheet_cannot_hold_is_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MOST_ROWS", 8)
    with pytest.raises(SheetFullError, match="rates"), Book() as book:
        rates(book)


def test_the_first_condition_that_holds_decides_and_an_unknown_one_does_not_hold() -> None:
    assert chosen_of([("A1", "1"), ("B1", "2")], "3") == "IF(IFNA(A1,FALSE),1,IF(IFNA(B1,FALSE),2,3))"


def test_a_quotation_mark_within_a_text_is_doubled() -> None:
    assert text('a "b"') == '"a ""b"""'


def test_a_row_of_prose_is_as_high_as_its_lines_and_a_chinese_sign_as_wide_as_two_letters() -> None:
    with Book() as book:
        sheet = book.sheet("start")
        for at, prose in enumerate(("a" * 80, "a" * 81, "因" * 41), start=6):
            sheet.prose(at, prose, "short")
    heights = opened(book.content)["start"].row_dimensions
    assert [heights[at].height for at in (7, 8)] == [30, 30]
    assert heights[6].height in {None, 15}
