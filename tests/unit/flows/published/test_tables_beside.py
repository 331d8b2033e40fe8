"""The tables behind a document: as they are in its CSV files, in a workbook whose texts are texts."""

import io
from typing import Any

import openpyxl
import pytest

from flows.published.tables_beside import tables_beside
from reports.documents import Attachment

CSV = (
    "\ufeffproject_id,disbursed_cny,project_count,note\n"
    "00123,1160.50,3,=1+1\n"
    "2025-01,,0,007\n"
    "A,12345678901234567.89,1,https://example.org\n"
)


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_each_table_lies_there_as_csv_and_all_in_one_workbook() -> None:
    beside = tables_beside("crf_2025Q4_x_zh", [Attachment("table.csv", CSV), Attachment("flags.csv", "\ufeffcode\n")])
    assert list(beside) == ["crf_2025Q4_x_zh_table.csv", "crf_2025Q4_x_zh_flags.csv", "crf_2025Q4_x_zh_tables.xlsx"]
    assert beside["crf_2025Q4_x_zh_table.csv"] == CSV.encode()
    assert list(cells(beside["crf_2025Q4_x_zh_tables.xlsx"])) == ["table", "flags"]


def test_numbers_are_numbers_and_ids_codes_formulas_and_addresses_are_texts() -> None:
    sheet = cells(tables_beside("x", [Attachment("table.csv", CSV)])["x_tables.xlsx"])["table"]
    assert sheet[0] == ["project_id", "disbursed_cny", "project_count", "note"]
    assert sheet[1:] == [
        ["00123", 1160.5, 3, "=1+1"],
        ["2025-01", None, 0, "007"],
        ["A", "12345678901234567.89", 1, "https://example.org"],
    ]


def test_the_same_tables_give_the_same_bytes() -> None:
    tables = [Attachment("table.csv", CSV)]
    assert tables_beside("x", tables) == tables_beside("x", tables)


def test_a_document_without_tables_has_nothing_beside_it() -> None:
    assert tables_beside("x", []) == {}


def test_tonnes_and_ratios_are_numbers_with_all_their_digits() -> None:
    """An unrounded figure has up to 17 digits; a cell keeps 16. Money beyond 15 digits is a text: it is exact."""
    table = "\ufefftonnes_tco2e,share_ratio,lent_cny\n14610.256410256412,0.6325301204819277,1234567890123456.78\n"
    ((tonnes, share, money),) = cells(tables_beside("x", [Attachment("t.csv", table)])["x_tables.xlsx"])["t"][1:]
    assert tonnes == pytest.approx(14610.256410256412, rel=1e-15)
    assert share == pytest.approx(0.6325301204819277, rel=1e-15)
    assert money == "1234567890123456.78"


def test_a_table_that_no_sheet_can_hold_whole_is_in_its_csv_alone() -> None:
    """A cell holds 32,767 characters, a sheet 1,048,576 rows: nothing is cut."""
    long = Attachment("flags.csv", f"\ufeffmessage\n{'x' * 32_768}\n")
    many = Attachment("rows.csv", "\ufeffa\n" + "1\n" * 1_048_576)
    beside = tables_beside("x", [Attachment("table.csv", CSV), long, many])
    assert list(cells(beside["x_tables.xlsx"])) == ["table"]
    assert beside["x_flags.csv"] == long.text.encode()
    assert list(tables_beside("x", [long])) == ["x_flags.csv"]
