"""`greenloan check`: what a night would make of files, without a night and without a trace in the home."""

import csv
import datetime as dt
import hashlib
import io
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from flows.home.settings import home as home_at
from flows.published.answers.checked.dry import dry_run
from flows.published.answers.checked.printed import table_name
from flows.published.answers.checked.words import WORDS
from flows.reference.tables import read_reference
from flows.running.pipeline import land_deliveries, read_book
from schemas.deliveries import DELIVERIES
from tests.forms import LOAN_HEADER, make_loan_row
from tests.integration.program import SAMPLE_BOOK, Home
from tests.makers import Row, make_entry, make_loan, make_parameter, make_project, make_reading, reference
from transforms.ground.sentences import PLACE

BANK: Final = "工商银行"
LONG_ID: Final = "003612023000700019"
REGISTER: Final = {
    "projects": [
        make_project(
            project_id="P1",
            method="grid_renewable",
            total_investment="2000000.00",
            capacity="10",
            capacity_unit="MW",
            reported_annual_reduction_tco2=None,
        )
    ],
    "loans": [make_loan(loan_id="001", project_id="P1", lender=BANK, contract_amount="1000000.00")],
    "ledger": [make_entry(entry_id="E1", loan_id="001", amount="500000.00")],
    "operating": [
        make_reading(record_id=f"R{month}", project_id="P1", period_start=f"2025-{month:02}-01", period_end=last)
        for month, last in enumerate(["2025-01-31", "2025-02-28", "2025-03-31"], start=1)
    ],
    "parameters": [make_parameter(scope="P1", source="一封信")],
}
"""A plant whose readings reach the end of a quarter, with one loan."""


def text_of(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def workbook_of(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Every word is text, as a bank keeps its numbers of loans; amounts are numbers with two decimals."""
    with xlsxwriter.Workbook(path) as book:
        text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0.00"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        page.write_string(at, column, cell, text)
                    elif cell is not None:
                        page.write_number(at, column, cell, money)
    return path


def loan(loan_id: str = LONG_ID, **named: Any) -> list[Any]:
    return make_loan_row(**{"贷款编号": loan_id, "项目编号": "P1", "贷款机构": BANK, **named})


def digests(home: Home) -> dict[str, str]:
    return {
        str(path.relative_to(home.root)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in home.root.rglob("*")
    }


def marked_cells(page: Worksheet) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}


def filled_cells(page: Worksheet) -> set[str]:
    return {cell.coordinate for row in page.iter_rows() for cell in row if cell.fill.fill_type == "solid"}


@pytest.fixture
def landed_home(home: Home) -> Home:
    """The register and the loan of a bank are landed; no night was published."""
    for table, rows in REGISTER.items():
        home.deliver(f"icbc/{table}.csv", text_of(rows))
    land_deliveries(home_at(home.root), dt.datetime.now(dt.UTC))
    return home


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where a data officer keeps files before they are sent."""
    (tmp_path / "desk").mkdir()
    return tmp_path / "desk"


def damaged(content: str, seed: int) -> str:
    """Some cells of a delivery are what nobody can read, or another row's."""
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    header, *rows = list(csv.reader(io.StringIO(content)))
    for _ in range(8):
        row, column = chance.randrange(len(rows)), chance.randrange(len(header))
        rows[row][column] = chance.choice(["", "abc", "-1", "2025-02-30", "1,5", "未知", rows[0][column]])
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([header, *rows])
    return out.getvalue()


@pytest.mark.parametrize(("name", "seed"), [("loans", 1), ("loans", 2), ("ledger", 3)])
def test_the_rows_that_a_check_refuses_are_those_that_the_night_refuses(
    home: Home, desk: Path, name: str, seed: int
) -> None:
    """Of a bank of the sample book that sends a list again with cells that are wrong, beside the whole sample book."""
    place, tables = home_at(home.root), read_reference()
    for path in sorted(SAMPLE_BOOK.glob("*/*")):
        home.deliver(f"{path.parent.name}/{path.name}", path.read_bytes())
    land_deliveries(place, dt.datetime.now(dt.UTC))
    sender = "ccb_shangrao"
    content = damaged((SAMPLE_BOOK / sender / f"{name}.csv").read_text("utf-8-sig"), seed)
    (desk / f"{name}.csv").write_text(content, encoding="utf-8")

    with dry_run(place, [desk / f"{name}.csv"], sender, tables, dt.datetime.now(dt.UTC)) as run:
        checked = run.books.after
    home.deliver(f"{sender}/{name}.csv", content)
    now = dt.datetime.now(dt.UTC)
    land_deliveries(place, now)
    of_night = read_book(place, tables, now)

    assert checked.rejected.height >= 2
    assert checked.rejected.to_dicts() == of_night.rejected.to_dicts()
    of_check, of_file = (
        book.deliveries.drop("received_at").sort("delivery_id").to_dicts() for book in (checked, of_night)
    )  # listed by the second of reception, which the night's is a little later
    assert of_check == of_file
    assert (
        checked.tables["loans"]
        .drop("received_at", strict=False)
        .equals(of_night.tables["loans"].drop("received_at", strict=False))
    )
    assert checked.tables["ledger"].height == of_night.tables["ledger"].height


def test_a_check_leaves_the_home_as_it_was(landed_home: Home, desk: Path) -> None:
    before = digests(landed_home)
    workbook_of(desk / "loans.xlsx", {"贷款": [LOAN_HEADER, loan(合同金额="很多")]})
    assert landed_home.ask("check", str(desk / "loans.xlsx"), "--sender", "icbc").code == 1
    assert digests(landed_home) == before


def test_a_home_without_deliveries_stays_empty_and_has_no_book_yet(home: Home, desk: Path) -> None:
    for table, rows in REGISTER.items():
        (desk / f"{table}.csv").write_text(text_of(rows), encoding="utf-8")
    answer = home.ask("check", *(str(desk / f"{table}.csv") for table in REGISTER), "--format", "json")
    assert answer.code == 0, answer.out
    assert answer.json["figures"]["is_book_new"] is True
    (quarter,) = answer.json["figures"]["periods"]
    assert (quarter["period"], quarter["before_tco2e"]) == ("2025Q1", None)
    assert quarter["after_tco2e"] == pytest.approx(60)
    assert list(home.root.iterdir()) == []
    assert sorted(path.name for path in desk.iterdir()) == sorted(f"{table}.csv" for table in REGISTER)


def test_the_figures_of_a_check_are_those_that_the_night_publishes(landed_home: Home, desk: Path) -> None:
    """3 x 100 MWh x 0.8 t/MWh = 240 t; of 2,000,000 the bank lent 500,000, a quarter, and lends 250,000 more."""
    more = [*REGISTER["ledger"], make_entry(entry_id="E2", loan_id="001", amount="250000.00")]
    (desk / "ledger.csv").write_text(text_of(more), encoding="utf-8")
    answer = landed_home.ask("check", str(desk / "ledger.csv"), "--sender", "icbc", "--format", "json")
    (quarter,) = answer.json["figures"]["periods"]
    assert (quarter["before_tco2e"], quarter["after_tco2e"]) == (pytest.approx(60), pytest.approx(90))
    assert [row["project_id"] for row in quarter["projects"]] == ["P1"]

    landed_home.deliver("icbc/ledger.csv", text_of(more))
    landed_home.nightly()
    figures = landed_home.figures("2025-01-01", "2025-03-31", "monthly_matched", "portfolio")
    assert figures["rows"][0]["attributed_reductions_tco2e"] == pytest.approx(quarter["after_tco2e"], rel=1e-12)


HEADS: Final[dict[str, tuple[list[list[Any]], str]]] = {
    "at the top": ([LOAN_HEADER], "E3"),
    "under a title and an empty row": ([["绿色贷款清单"], [], LOAN_HEADER], "E5"),
    "over a row of units": ([LOAN_HEADER, ["", "", "", "", "元", "", "", "%"]], "E4"),
}


@pytest.mark.parametrize("where", HEADS)
def test_the_marked_cell_is_the_one_that_is_wrong_with_the_header(landed_home: Home, desk: Path, where: str) -> None:
    """The second loan's amount is a word; contract_amount is the fifth column, E."""
    head, cell = HEADS[where]
    workbook_of(desk / "loans.xlsx", {"贷款": [*head, loan(), loan("002", 合同金额="很多")]})
    answer = landed_home.ask("check", str(desk / "loans.xlsx"), "--sender", "icbc", "--format", "json")
    (refused,) = answer.json["files"][0]["parts"][0]["refused"]
    assert (refused["cell"], refused["value"]) == (cell, "很多")
    page = load_workbook(desk / "loans.checked.xlsx")["贷款"]
    marked = marked_cells(page)
    assert set(marked) == filled_cells(page) == {cell}
    assert marked[cell] == f"拒收原因：{refused['reason_zh']}"


def test_a_month_that_cannot_be_is_marked_under_its_month_with_what_was_written_there(
    landed_home: Home, desk: Path
) -> None:
    """10 MW make 7,440 MWh in the 744 hours of May at most; the sheet says 9,000.5 under 5月, in its third row."""
    months = [f"{month}月" for month in range(1, 13)]
    may = [None, None, None, 500, 9000.5, *[None] * 7]
    rows = [["2025年电量统计表"], ["项目编号", "指标", *months], ["P1", "上网电量（MWh）", *may]]
    workbook_of(desk / "发电量.xlsx", {"上网电量": rows})
    answer = landed_home.ask("check", str(desk / "发电量.xlsx"), "--sender", "icbc", "--format", "json").json
    (refused,) = answer["files"][0]["parts"][0]["refused"]
    assert (refused["cell"], refused["written"]) == ("G3", "G3 9000.5")
    assert set(marked_cells(load_workbook(desk / "发电量.checked.xlsx")["上网电量"])) == {"G3"}
    assert "G3 9000.5" in landed_home.ask("check", str(desk / "发电量.xlsx"), "--sender", "icbc").out


def test_a_line_of_a_list_of_loans_has_the_cells_marked_that_are_wrong(landed_home: Home, desk: Path) -> None:
    """A bank's own list, a loan with its drawing a line, under a title: the second loan is due before it was drawn."""
    header = ["借据号", "项目编号", "放款日期", "到期日期", "贷款金额", "贷款余额", "执行利率(%)"]
    good = ["00361202300012001", "P1", "2023-05-10", "2033-05-10", 3000, 3000, 3.85]
    bad = ["00361202300070001", "P1", "2023-09-15", "2013-09-14", 600, 600, 3.85]
    workbook_of(desk / "台账.xlsx", {"贷款台账": [["填报机构：工商银行", "单位：万元"], header, good, bad]})
    answer = landed_home.ask("check", str(desk / "台账.xlsx"), "--sender", "icbc", "--format", "json").json
    cells = {row["cell"] for part in answer["files"][0]["parts"] for row in part["refused"]}
    assert "D4" in cells
    assert all(cell.endswith("4") for cell in cells)
    assert set(marked_cells(load_workbook(desk / "台账.checked.xlsx")["贷款台账"])) == cells


def test_ids_formats_and_text_that_looks_like_a_formula_are_as_the_sender_wrote_them(
    landed_home: Home, desk: Path
) -> None:
    header = [*LOAN_HEADER, "备注"]
    rows = [[*loan("000000000000000002", 合同金额="很多"), "=1+1"], [*loan(LONG_ID), "@见附件"]]
    workbook_of(desk / "loans.xlsx", {"贷款": [header, *rows]})
    landed_home.ask("check", str(desk / "loans.xlsx"), "--sender", "icbc")
    page = load_workbook(desk / "loans.checked.xlsx")["贷款"]
    assert [(page.cell(row, 1).value, page.cell(row, 1).data_type) for row in (2, 3)] == [
        ("000000000000000002", "s"),
        (LONG_ID, "s"),
    ]
    note = page.cell(2, len(header))
    assert (note.value, note.data_type) == ("=1+1", "s")
    assert (page["E3"].value, page["E3"].number_format) == (500, "#,##0.00")
    assert page["A2"].number_format == "@"


def test_a_marked_copy_that_is_sent_back_is_read_as_the_file_itself(landed_home: Home, desk: Path) -> None:
    """The reasons on its cells, which speak of amounts and currencies, state nothing."""
    workbook_of(desk / "loans.xlsx", {"贷款": [LOAN_HEADER, loan(), loan("002", 合同金额="很多", 币种="人民")]})
    first = landed_home.ask("check", str(desk / "loans.xlsx"), "--sender", "icbc", "--format", "json").json
    (desk / "loans.xlsx").unlink()
    (desk / "loans.checked.xlsx").rename(desk / "loans.xlsx")
    again = landed_home.ask("check", str(desk / "loans.xlsx"), "--sender", "icbc", "--format", "json").json
    assert again["files"][0]["parts"] == first["files"][0]["parts"]


def test_each_sheet_is_answered_and_one_that_is_refused_whole_has_its_reason_in_its_first_cell(
    landed_home: Home, desk: Path
) -> None:
    sheets = {
        "贷款": [LOAN_HEADER, loan(), loan("002", 合同金额="很多")],
        "台账": [["流水号", "贷款编号"], ["E9", "001"], ["E10", "001"]],
    }
    workbook_of(desk / "六月.xlsx", sheets)
    answer = landed_home.ask("check", str(desk / "六月.xlsx"), "--sender", "icbc", "--format", "json").json
    counts = {part["part"]: (part["rows_in_count"], part["rows_refused_count"]) for part in answer["files"][0]["parts"]}
    assert counts == {"icbc/六月.xlsx#贷款": (2, 1), "icbc/六月.xlsx#台账": (2, 2)}
    book = load_workbook(desk / "六月.checked.xlsx")
    assert set(marked_cells(book["贷款"])) == {"E3"}
    (whole,) = marked_cells(book["台账"]).items()
    assert whole[0] == "A1"
    assert whole[1].startswith("拒收原因：")


def test_a_text_comes_back_whole_with_two_columns_of_reasons_that_a_night_passes_over(
    landed_home: Home, desk: Path
) -> None:
    rows = [
        make_loan(loan_id=LONG_ID, project_id="P1", lender=BANK),
        make_loan(loan_id="0002", project_id="P1", lender=BANK, contract_amount="many"),
    ]
    (desk / "loans.csv").write_text(text_of(rows), encoding="gb18030")
    answer = landed_home.ask("check", str(desk / "loans.csv"), "--sender", "icbc", "--lang", "zh")
    assert answer.code == 1
    header, first, second = csv.reader(io.StringIO((desk / "loans.checked.csv").read_text("gb18030")))
    assert header == [*rows[0], "拒收原因", "refused_because"]
    assert first[0] == LONG_ID
    assert first[-2:] == ["", ""]
    assert second[:1] == ["0002"]
    assert "many" in second[-1]
    corrected = (desk / "loans.checked.csv").read_text("gb18030").replace(",many,", ",100.00,")
    (desk / "loans.csv").write_text(corrected, encoding="gb18030")
    again = landed_home.ask("check", str(desk / "loans.csv"), "--sender", "icbc")
    assert again.code == 0, again.out


@pytest.mark.parametrize(("lang", "sees"), [(None, "单元格"), ("en", "cell E2")])
def test_the_answer_is_in_the_language_of_the_headers_unless_another_is_asked_for(
    landed_home: Home, desk: Path, lang: str | None, sees: str
) -> None:
    workbook_of(desk / "loans.xlsx", {"贷款": [LOAN_HEADER, loan(合同金额="很多")]})
    more = ["--lang", lang] if lang else []
    assert sees in landed_home.ask("check", str(desk / "loans.xlsx"), "--sender", "icbc", *more).out


def test_a_file_that_lies_in_the_inbox_has_the_sender_of_its_folder_and_no_copy_beside_it(landed_home: Home) -> None:
    path = landed_home.deliver("icbc/loans.csv", text_of([make_loan(loan_id="9", project_id="P9", lender=BANK)]))
    answer = landed_home.ask("check", str(path), "--format", "json")
    assert (answer.code, answer.json["sender"], answer.json["files"][0]["copies"]) == (1, "icbc", [])
    assert not (path.parent / "loans.checked.csv").exists()


def test_what_a_night_passes_over_is_not_clean(landed_home: Home, desk: Path) -> None:
    (desk / "real.csv").write_text(text_of(REGISTER["loans"]), encoding="utf-8")
    (desk / "loans.csv").symlink_to(desk / "real.csv")
    (desk / "ledger.csv.part").write_text(text_of(REGISTER["ledger"]), encoding="utf-8")
    answer = landed_home.ask("check", str(desk / "loans.csv"), str(desk / "ledger.csv.part"), "--lang", "zh")
    assert answer.code == 1
    assert "此为链接" in answer.out
    assert "尚未写完" in answer.out


WRONG: Final[dict[str, Callable[[Home, Path], list[str]]]] = {
    "no such file": lambda _, desk: [str(desk / "none.csv")],
    "a sender above the inbox": lambda _, desk: [str(desk / "loans.csv"), "--sender", "../icbc"],
    "a copy into the inbox": lambda home, desk: [str(desk / "loans.csv"), "--out", str(home.inbox)],
    "one name twice": lambda home, desk: [str(desk / "loans.csv"), str(home.inbox / "icbc" / "loans.csv")],
    "no file": lambda *_: [],
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_usage_has_its_exit_code(landed_home: Home, desk: Path, what: str) -> None:
    (desk / "loans.csv").write_text(text_of(REGISTER["loans"]), encoding="utf-8")
    arguments = WRONG[what](landed_home, desk)
    named = [] if what == "a sender above the inbox" else ["--sender", "icbc"]
    assert landed_home.ask("check", *arguments, *named).code == 2


def test_a_form_that_cannot_be_marked_has_the_list_of_its_refused_rows(landed_home: Home, desk: Path) -> None:
    rows = [make_loan(loan_id="0002", project_id="P1", lender=BANK, contract_amount="many")]
    pl.DataFrame(rows).write_parquet(desk / "loans.parquet")
    answer = landed_home.ask("check", str(desk / "loans.parquet"), "--sender", "icbc", "--format", "json").json
    (copy,) = answer["files"][0]["copies"]
    assert Path(copy).name == "loans.refused.csv"
    assert "0002" in Path(copy).read_text("utf-8-sig")


@pytest.mark.parametrize("table", DELIVERIES)
def test_a_table_has_a_chinese_name_in_a_chinese_answer(table: str) -> None:
    assert not table_name(table, "zh", reference().aliases).isascii()
    assert table_name(table, "en", reference().aliases) == table


@pytest.mark.parametrize("name", WORDS)
def test_a_sentence_of_a_check_has_the_same_places_in_both_languages(name: str) -> None:
    assert set(PLACE.findall(WORDS[name]["en"])) == set(PLACE.findall(WORDS[name]["zh"]))
