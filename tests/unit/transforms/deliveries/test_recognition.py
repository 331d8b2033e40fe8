"""Whole workbooks of a bank and a plant: each sheet is recognised by its columns, each line counted.

Nothing in them may be taken for another value (tests/integration/data/whole_forms).
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest
import xlsxwriter

from flows.landing.files import landed_path
from flows.landing.reading import read_landed
from flows.landing.receptions import Reception
from tests.integration.program import DATA
from tests.makers import KNOWN_AT, LANDED_AT, make_loan, reference
from transforms.deliveries.book.book import Book, assemble

FORMS = DATA / "whole_forms"


def book_of(files: Iterable[Path], landing: Path) -> Book:
    received = [landed(path, landing, number) for number, path in enumerate(files, start=1)]
    return assemble(read_landed(received, landing, reference().aliases), reference(), KNOWN_AT)


def landed(path: Path, landing: Path, number: int) -> Reception:
    content = path.read_bytes()
    reception = Reception(
        path.name, "", hashlib.sha256(content).hexdigest(), len(content), LANDED_AT.isoformat(), number
    )
    landed_path(reception, landing).parent.mkdir(exist_ok=True)
    landed_path(reception, landing).write_bytes(content)
    return reception


def sent(text: str, folder: Path) -> list[Path]:
    (folder / "loans.csv").write_text(text, encoding="utf-8")
    return [folder / "loans.csv"]


def accounts(book: Book) -> dict[str, tuple[int | None, ...]]:
    columns = ["source_file", "rows_in_count", "rows_accepted_count", "rows_refused_count"]
    return {name.partition("#")[2]: tuple(counts) for name, *counts in book.deliveries.select(columns).iter_rows()}


def test_a_citys_bank_delivers_23_rows_and_two_are_refused(tmp_path: Path) -> None:
    """8 notes, 10 repayments and 5 projects; titles, total rows, notes and the cover are not rows."""
    book = book_of((FORMS / "city_bank").iterdir(), tmp_path)
    assert accounts(book) == {"贷款台账": (8, 7, 1), "还款明细": (10, 9, 1), "绿色项目清单": (5, 5, 0)}
    assert {table: rows.height for table, rows in book.tables.items() if rows.height} == {
        "projects": 5,
        "loans": 7,
        "ledger": 16,
    }


def test_a_plants_wide_table_whose_plants_nobody_registered_delivers_9_lines_and_no_reading(tmp_path: Path) -> None:
    """Three lines only state what was drawn, which is taken off the supply; they hold no reading of their own."""
    book = book_of((FORMS / "power_wide").iterdir(), tmp_path)
    assert accounts(book) == {"2025年": (9, 3, 6)}
    assert set(book.rejected["rule"]) == {"project_by_name"}
    assert book.tables["operating"].is_empty()


def loans_sheet(*loan_ids: str) -> list[list[str]]:
    rows = [make_loan(loan_id=loan_id) for loan_id in loan_ids]
    return [list(rows[0]), *([cell or "" for cell in row.values()] for row in rows)]


def workbook(folder: Path, sheets: dict[str, list[list[str]]]) -> list[Path]:
    with xlsxwriter.Workbook(folder / "年报.xlsx") as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return [folder / "年报.xlsx"]


def tables_of(files: Iterable[Path], landing: Path) -> dict[str, str | None]:
    rows = book_of(files, landing).deliveries.select("source_file", "delivered_table").iter_rows()
    return {name.partition("#")[2]: table for name, table in rows}


def test_columns_name_the_table_of_a_sheet_whose_name_does_not(tmp_path: Path) -> None:
    book = book_of(workbook(tmp_path, {"明细": loans_sheet("L1", "L2"), "填表人": [["张三"]]}), tmp_path)
    (delivery,) = book.deliveries.to_dicts()
    assert (delivery["source_file"], delivery["delivered_table"]) == ("年报.xlsx#明细", "loans")
    assert delivery["recognised_by"].startswith("columns loan_id, project_id, lender, currency")


def test_a_sheet_without_a_unit_beside_one_in_wan_is_refused_and_counts_its_rows(tmp_path: Path) -> None:
    """Whether its 500 are yuan or 万元 nobody can know; the other sheet is read."""
    projects = [
        ["项目名称", "项目类别", "总投资(万元)", "投产日期", "省份"],
        ["甲", "风电", "900", "2024-01-01", "江西"],
    ]
    book = book_of(workbook(tmp_path, {"项目": projects, "贷款": loans_sheet("L1")}), tmp_path)
    assert accounts(book) == {"项目": (1, 1, 0), "贷款": (1, 0, 1)}
    assert "sheet 项目, cell C1: 总投资(万元)" in book.rejected["reason"].item()


@pytest.mark.parametrize("name", ["贷款", "存档"])
def test_columns_decide_nothing_where_another_sheet_is_that_table_too(tmp_path: Path, name: str) -> None:
    """A copy or an older state of the loans is none of them."""
    sheets = {name: loans_sheet("L1"), "备份": loans_sheet("L1", "L2")}
    assert tables_of(workbook(tmp_path, sheets), tmp_path)["备份"] is None


def test_a_few_columns_are_not_evidence(tmp_path: Path) -> None:
    assert (
        tables_of(workbook(tmp_path, {"甲": [["贷款机构", "日期", "余额"]], "乙": [["x", "y"]]}), tmp_path)["甲"]
        is None
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("loan_id,loan_id\nL1,1\nL2,2\n", 2),  # two columns of one header
        ("loan_id,lender\nL1,甲\nL2,乙\n合计,\n", 2),  # columns missing
        ("单位：百万,\nloan_id,合同金额\nL1,5\n", 1),  # a unit in doubt
        ('loan_id,lender\nL1,"甲\n', None),  # a quotation mark that is never closed: nobody knows
        ("", 0),
    ],
)
def test_a_file_refused_whole_counts_its_rows_where_they_can_be_known(
    tmp_path: Path, text: str, count: int | None
) -> None:
    (row,) = book_of(sent(text, tmp_path), tmp_path).deliveries.to_dicts()
    assert (row["rows_in_count"], row["rows_accepted_count"], row["rows_refused_count"]) == (count, 0, count)
    assert row["delivery_status"] == "refused"


def test_what_was_understood_of_a_form_is_a_flag_on_its_file(tmp_path: Path) -> None:
    header = list(make_loan())
    title = ["单位：万元", *[""] * (len(header) - 1)]
    row = ["" if cell is None else str(cell) for cell in make_loan().values()]
    text = "\n".join(",".join(line) for line in (title, header, row)) + "\n"
    (flag,) = book_of(sent(text, tmp_path), tmp_path).flags.filter(code="unit_beside_table").to_dicts()
    assert flag["subject"] == "loans.csv"
    assert flag["message"].startswith("line 1 states '单位:万元': contract_amount, guaranteed_amount in 万元")
    assert flag["message_zh"].startswith("第1行注明“单位:万元”")
