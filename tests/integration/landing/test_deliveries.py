"""Deliveries as banks send them: every form gives the same figures, refused rows come back, corrections restate."""

import csv
import io
import json
import os
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import xlsxwriter

from tests.integration.program import PROGRAM, Home, clean_environment, made_once
from tests.makers import Row, make_entry, make_loan, make_parameter, make_project, make_reading, reference

JANUARY: Final = ("2025-01-01", "2025-01-31")
QUARTER: Final = ("2025-01-01", "2025-03-31")
BEFORE: Final = "2025-03-01T00:00:00+08:00"
HEAVY_BYTES: Final = 1_500_000_000

PROJECTS: Final = [
    make_project(project_id="P1", project_name="集中供热", total_investment="1000000.00"),
    make_project(
        project_id="P2",
        project_name="屋顶光伏",
        method="grid_renewable",
        total_investment="2000000.00",
        capacity="10",
        capacity_unit="MW",
        reported_annual_reduction_tco2=None,
    ),
]
LOANS: Final = [
    make_loan(loan_id="001", project_id="P1", lender="工商银行"),
    make_loan(loan_id="002", project_id="P2", lender="工商银行", contract_amount="1500000.01"),
    make_loan(loan_id="003", project_id="P2", lender="农业银行𠮷野支行"),
]
LEDGER: Final = [
    make_entry(entry_id="E1", loan_id="001", amount="500000.00"),
    make_entry(entry_id="E2", loan_id="002", amount="1234567.89"),
    make_entry(entry_id="E3", loan_id="002", amount="0.01", value_date="2025-02-10"),
    make_entry(entry_id="E4", loan_id="003", amount="99999.99"),
    make_entry(entry_id="E5", loan_id="002", amount="100000.00", value_date="2025-02-15", event="REPAYMENT"),
]
OPERATING: Final = [
    make_reading(record_id=f"R{n}", project_id="P2", period_start=f"2025-{n:02}-01", period_end=last, value=f"{n}00.5")
    for n, last in enumerate(["2025-01-31", "2025-02-28", "2025-03-31"], start=1)
]
PARAMETERS: Final = [make_parameter(scope="P2", source="一封信")]
BOOK: Final = {"projects": PROJECTS, "loans": LOANS, "ledger": LEDGER, "operating": OPERATING, "parameters": PARAMETERS}

Table = list[list[str]]


def table_of(rows: list[Row]) -> Table:
    """The rows under the contract's own headers."""
    return [list(rows[0]), *(["" if cell is None else str(cell) for cell in row.values()] for row in rows)]


def as_sent(table: str, rows: list[Row]) -> Table:
    """The rows under Chinese headers, money in 万元, so that no fen is lost."""
    spelled = {column: header for header, column in reversed(reference().aliases.columns[table].items())}
    wan = {"total_investment", "contract_amount", "amount"} & set(rows[0])
    header = [f"{spelled[name]}（万元）" if name in wan else spelled.get(name, name) for name in rows[0]]
    scaled = [{name: _in_wan(cell) if name in wan else cell for name, cell in row.items()} for row in rows]
    return [header, *table_of(scaled)[1:]]


def _in_wan(amount: str | None) -> str | None:
    return None if amount is None else f"{Decimal(amount).scaleb(-4):f}"


def csv_text(table: Iterable[Iterable[str]], end: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(table)
    return out.getvalue()


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def workbook(sheets: dict[str, Table]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return content.getvalue()


def deliver_clean(home: Home, **changed: list[Row]) -> None:
    for table, rows in {**BOOK, **changed}.items():
        home.deliver(f"bank/{table}.csv", csv_text(table_of(rows)))


def numbers(home: Home, period: tuple[str, str], *more: str) -> dict[str, tuple[Any, ...]]:
    """What each loan may claim, by loan."""
    columns = ("attributed_reductions_tco2e", "attribution_factor_ratio", "balance_cny", "status")
    rows = home.figures(*period, "period_end", "loan", *more)["rows"]
    return {row["loan_id"]: tuple(row[name] for name in columns) for row in rows}


def keep(home: Home, name: str, value: object) -> None:
    (home.root / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")


def kept(home: Home, name: str) -> Any:
    return json.loads((home.root / f"{name}.json").read_text(encoding="utf-8"))


def as_kept(figures: dict[str, tuple[Any, ...]]) -> Any:
    return json.loads(json.dumps(figures))


def deliveries(home: Home, source_file: str) -> list[Row]:
    return home.rows("FROM ops.deliveries WHERE source_file = ? ORDER BY received_at, delivery_id", source_file)


# --- corrections ---


@pytest.fixture(scope="session")
def restated(shared_folder: Path) -> Home:
    """Clean files one night; the next night the same files, a changed one, the corrections of March, and a total."""

    def make(home: Home) -> None:
        deliver_clean(home)
        home.nightly()
        keep(home, "first_january", numbers(home, JANUARY))
        keep(home, "first_quarter", numbers(home, QUARTER))
        keep(home, "first_night", home.last_record()["known_at"])
        home.deliver("bank/loans.csv", csv_text(table_of([*LOANS[:2], {**LOANS[2], "lender": "农行"}])))
        second = {**OPERATING[0], "version": "2", "value": "80", "reported_at": "2025-03-10T09:00:00+08:00"}
        gone = {**OPERATING[1], "reported_at": "2025-03-15T09:00:00+08:00", "message": "delete"}
        home.deliver("bank/operating_march.csv", csv_text(table_of([second, gone])))
        less = {**LEDGER[0], "amount": "400000.00", "booked_at": "2025-03-12T09:00:00+08:00", "message": "correct"}
        unsaid = {**LEDGER[4], "booked_at": "2025-03-15T09:00:00+08:00", "message": "delete"}
        home.deliver("bank/ledger_march.csv", csv_text(table_of([less, unsaid])))
        totals = [["lender", "date", "number_of_loans", "balance"], ["工商银行", "2025-03-31", "2", "1634567.91"]]
        home.deliver("bank/control_totals.csv", csv_text(totals))
        let_through = ("--accept", "sums", "--accept", "volumes")
        published = home.warehouse.read_bytes()
        night = home.ask("nightly", *let_through)
        state = {"code": night.code, "err": night.err, "status": home.ask("status").out}
        keep(home, "kept_back", {**state, "is_unchanged": home.warehouse.read_bytes() == published})
        home.nightly(*let_through, "--accept", "control_totals")

    return made_once(shared_folder / "restated", make)


def test_a_corrected_reading_changes_its_month_as_known_now(restated: Home) -> None:
    (tonnes, *_), (before, *_) = numbers(restated, JANUARY)["003"], kept(restated, "first_january")["003"]
    assert before == pytest.approx(100.5 * 0.8 * 99999.99 / 2_000_000, rel=1e-12)
    assert tonnes == pytest.approx(80 * 0.8 * 99999.99 / 2_000_000, rel=1e-12)


def test_a_corrected_ledger_entry_changes_its_month_as_known_now(restated: Home) -> None:
    assert (numbers(restated, JANUARY)["001"][2], kept(restated, "first_january")["001"][2]) == (400_000.0, 500_000.0)


def test_what_was_known_before_the_corrections_stays_as_it_was(restated: Home) -> None:
    assert as_kept(numbers(restated, JANUARY, "--known-at", BEFORE)) == kept(restated, "first_january")


def test_the_first_night_is_rebuilt_exactly_although_the_corrections_say_that_they_are_older(restated: Home) -> None:
    """They were received after that night, so that night could not know them."""
    then = numbers(restated, QUARTER, "--known-at", kept(restated, "first_night"))
    assert as_kept(then) == kept(restated, "first_quarter")


def test_a_deleted_entry_and_a_deleted_reading_count_no_more(restated: Home) -> None:
    now, before = numbers(restated, QUARTER)["002"], kept(restated, "first_quarter")["002"]
    assert (before[2], now[2]) == (1_134_567.90, 1_234_567.90)
    assert (before[3], now[3], now[0]) == ("measured", "blocked_missing_reading", None)


def test_the_same_bytes_land_once_and_a_changed_file_is_a_new_version(restated: Home) -> None:
    assert len(deliveries(restated, "bank/ledger.csv")) == 1
    assert [one["delivery_status"] for one in deliveries(restated, "bank/loans.csv")] == ["read", "read"]
    lenders = restated.rows("SELECT lender FROM core.loans ORDER BY loan_id")
    assert [row["lender"] for row in lenders] == ["工商银行", "工商银行", "农行"]


def test_every_superseded_and_repeated_row_is_accounted_for(restated: Home) -> None:
    assert restated.rows("SELECT sum(rows_in_count) = sum(rows_accepted_count) AS is_whole FROM ops.deliveries") == [
        {"is_whole": True}
    ]
    (row,) = deliveries(restated, "bank/ledger_march.csv")
    assert (row["rows_in_count"], row["rows_superseded_count"]) == (2, 1)


# --- the forms of a real bank, and what comes back to it ---

FORMULA: Final = "@cmd|' /C calc'!A0"
MORE_LOAN: Final = make_loan(loan_id="004", project_id="P1", lender=FORMULA, sign_date="2025年13月1日")
LOST_LOAN: Final = make_loan(loan_id="005", project_id="P-NOWHERE", lender="建设银行")
BAD_ENTRY: Final = make_entry(entry_id="E9", loan_id="001", amount="1.005", value_date="2025-03-05")
BAD_READING: Final = make_reading(
    record_id="R9", project_id="P2", value="NaN", period_start="2025-04-01", period_end="2025-04-30"
)
OTHER_LOAN: Final = make_loan(loan_id="901", project_id="P1", lender="丙银行")


def deliver_as_a_bank(home: Home) -> None:
    """GB18030 with a title and a total, a workbook of several sheets, and a ZIP."""
    loans = as_sent("loans", LOANS)
    amount = loans[0].index("合同金额（万元）")
    total = ["合计", *("" for _ in loans[0][1:])]
    total[amount] = str(sum(Decimal(row[amount]) for row in loans[1:]))
    title = ["绿色贷款明细表（2025年一季度）"]
    home.deliver("bank/借据_2025Q1.csv", csv_text([title, *loans, total]).encode("gb18030"))
    sheets = {
        name: as_sent(table, BOOK[table])
        for name, table in {"项目": "projects", "参数": "parameters", "运行数据": "operating"}.items()
    }
    home.deliver("bank/上报.xlsx", workbook({"说明": [["请勿修改"]], **sheets}))
    ledger = csv_text(as_sent("ledger", LEDGER)).encode("gb18030")
    home.deliver("bank/日终.zip", packed({"2025/台账.csv": ledger}))


def list_of(home: Home, name: str) -> Path:
    return home.inbox / "bank" / f"{name}.refused.csv"


def in_its_encoding(path: Path) -> str:
    """The text of a list, which is in the encoding of what was delivered."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return path.read_text(encoding="gb18030")


@pytest.fixture(scope="session")
def bank(shared_folder: Path) -> Home:
    """A bank's folder with refused rows and a sender who is not done; the next night its corrections."""

    def make(home: Home) -> None:
        deliver_as_a_bank(home)
        home.deliver("bank/借据_补充.csv", csv_text(as_sent("loans", [MORE_LOAN, LOST_LOAN])).encode("gb18030"))
        home.deliver("bank/台账_补充.csv", csv_text(table_of([BAD_ENTRY])))
        home.deliver("bank/运行数据_补充.csv", csv_text(table_of([BAD_READING])))
        settings = '[senders."icbc"]\nend_marker = ".ok"\n\n[files]\nrefusals = "beside"\n'
        (home.root / "greenloan.toml").write_text(settings, encoding="utf-8")
        home.deliver("icbc/loans.csv", csv_text(table_of([OTHER_LOAN])))
        night = home.nightly("--accept", "refusals")
        keep(home, "quarter", numbers(home, QUARTER))
        keep(home, "err", night.err)
        keep(
            home,
            "lists",
            {path.name: in_its_encoding(path) for path in home.inbox.rglob("*.refused.csv")},
        )
        keep(home, "landed", [row["source_file"] for row in home.rows("SELECT source_file FROM ops.deliveries")])
        corrected = list_of(home, "借据_补充").read_bytes().decode("gb18030")
        corrected = corrected.replace("2025年13月1日", "2025年1月1日").replace("P-NOWHERE", "P1")
        home.deliver("bank/借据_补充.refused.csv", corrected.encode("gb18030"))
        home.deliver("bank/台账_补充.csv", csv_text(table_of([{**BAD_ENTRY, "amount": "1.00"}])))
        home.deliver("icbc/loans.csv.ok", "")
        home.nightly("--accept", "refusals", "--accept", "sums")

    return made_once(shared_folder / "bank", make)


def test_a_folder_as_a_bank_sends_it_gives_the_figures_of_clean_files(bank: Home, restated: Home) -> None:
    assert kept(bank, "quarter") == kept(restated, "first_quarter")


def test_the_total_row_of_the_register_agrees_with_its_rows_and_is_none(bank: Home) -> None:
    (row,) = deliveries(bank, "bank/借据_2025Q1.csv")
    assert (row["encoding"], row["rows_in_count"], row["rows_total_count"]) == ("gb18030", 3, 1)
    assert bank.rows("FROM ops.flags WHERE code = 'total_row_differs'") == []


def test_sheets_and_members_are_deliveries_of_their_own(bank: Home) -> None:
    landed = set(kept(bank, "landed"))
    assert {"bank/上报.xlsx#项目", "bank/上报.xlsx#运行数据", "bank/日终.zip/台账.csv"} <= landed
    assert not any("说明" in name for name in landed)


def test_refused_rows_come_back_in_the_senders_headers_and_encoding_with_formulas_inert(bank: Home) -> None:
    header, bad_day, lost = list(csv.reader(io.StringIO(kept(bank, "lists")["借据_补充.refused.csv"])))
    assert (header[0], header[4], *header[-2:]) == ("贷款编号", "合同金额（万元）", "拒收原因", "refused_because")
    assert (bad_day[0], bad_day[2], bad_day[4]) == ("004", f"'{FORMULA}", "10.000000")
    assert bad_day[-2] == "“签订日期”填写为“2025年13月1日”，不是有效日期：请写成 2025-06-30 的形式"
    assert "2025年13月1日" in bad_day[-1]
    assert "is in no accepted row of projects" in lost[-1]


def test_our_own_list_is_not_landed(bank: Home) -> None:
    assert "运行数据_补充.refused.csv" in kept(bank, "lists")
    assert list_of(bank, "运行数据_补充").exists()
    assert deliveries(bank, "bank/运行数据_补充.refused.csv") == []


def test_a_corrected_list_that_comes_back_is_landed_and_its_rows_are_accepted(bank: Home) -> None:
    (row,) = deliveries(bank, "bank/借据_补充.refused.csv")
    assert (row["rows_accepted_count"], row["rows_refused_count"]) == (2, 0)
    loans = bank.rows("SELECT loan_id, lender, contract_amount FROM core.loans WHERE loan_id IN ('004', '005')")
    assert [(loan["loan_id"], loan["lender"]) for loan in loans] == [("004", FORMULA), ("005", "建设银行")]
    assert {loan["contract_amount"] for loan in loans} == {Decimal("100000.00")}


def test_a_corrected_list_is_left_as_its_sender_wrote_it(bank: Home) -> None:
    assert "2025年1月1日" in list_of(bank, "借据_补充").read_bytes().decode("gb18030")


def test_the_list_of_a_delivery_that_is_whole_now_disappears(bank: Home) -> None:
    assert "台账_补充.refused.csv" in kept(bank, "lists")
    assert not list_of(bank, "台账_补充").exists()
    assert bank.rows("SELECT amount FROM core.ledger WHERE entry_id = 'E9'") == [{"amount": Decimal("1.00")}]


def test_a_file_without_its_end_marker_is_left_for_the_next_run(bank: Home) -> None:
    assert "left for the next run, it is not complete yet: icbc/loans.csv" in kept(bank, "err")
    assert "icbc/loans.csv" not in kept(bank, "landed")
    assert [row["delivery_status"] for row in deliveries(bank, "icbc/loans.csv")] == ["read"]
    assert deliveries(bank, "icbc/loans.csv.ok") == []


# --- control totals ---


def test_a_control_total_that_differs_by_a_cent_keeps_the_night_back_and_status_says_so(restated: Home) -> None:
    state = kept(restated, "kept_back")
    assert state["code"] == 1
    assert state["is_unchanged"]
    for text in ("control_totals", "0.01", "001 400000.00, 002 1234567.90", "--accept"):
        assert text in state["err"]
        assert text in state["status"]


def test_a_person_may_let_a_control_total_through_and_its_difference_stays_on_file_loan_by_loan(restated: Home) -> None:
    (total,) = restated.rows("FROM ops.reconciliation")
    assert (total["difference_balance"], total["difference_loan_count"]) == (Decimal("0.01"), 0)
    loans = restated.rows("SELECT loan_id, closing_balance FROM ops.reconciliation_loans ORDER BY loan_id")
    assert [tuple(loan.values()) for loan in loans] == [
        ("001", Decimal("400000.00")),
        ("002", Decimal("1234567.90")),
    ]
    gate = restated.rows("SELECT is_passed, is_accepted_by_hand FROM ops.gate_results WHERE gate = 'control_totals'")
    assert gate == [{"is_passed": False, "is_accepted_by_hand": True}]
    assert "0.01 in money; compare its list with ours: 001 400000.00" in restated.ask("status").out


# --- hostile files ---

LOAN_TABLE: Final = table_of(LOANS)
LOAN_TEXT: Final = csv_text(LOAN_TABLE)


def lone_corner() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("贷款")
        sheet.write(0, 0, "loan_id")
        sheet.write(1_048_575, 16_383, "x")
    return content.getvalue()


def damaged_inside() -> bytes:
    content = bytearray(packed({"loans.csv": (LOAN_TEXT * 50).encode()}))
    content[60:90] = bytes(30)
    return bytes(content)


def ring_of_sectors() -> bytes:
    """An XLS whose sector table points from a sector to itself, which a parser follows for ever."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + struct.pack("<128I", 0xFFFFFFFD, 1, *[0xFFFFFFFF] * 126) + bytes(512)


def parquet_bytes() -> bytes:
    content = io.BytesIO()
    pl.DataFrame(LOAN_TABLE[1:], schema=LOAN_TABLE[0], orient="row").write_parquet(content)
    return content.getvalue()


UNREADABLE: Final[dict[str, tuple[str, Callable[[], bytes], str]]] = {
    "bomb": ("night.zip", lambda: packed({"loans.csv": bytes(100 << 20)}), "unpacked"),
    "corner": ("loans.xlsx", lone_corner, "1,048,576 rows x 16,384 columns"),
    "truncated_book": ("loans.xlsx", lambda: workbook({"贷款": LOAN_TABLE})[:-200], "damaged"),
    "truncated_parquet": ("loans.parquet", lambda: parquet_bytes()[:-9], "the file is damaged"),
    "truncated_zip": ("night.zip", lambda: packed({"loans.csv": LOAN_TEXT.encode()})[:-30], "damaged"),
    "damaged_zip": ("night.zip", damaged_inside, "damaged"),
    "ring": ("loans.xls", ring_of_sectors, "not a readable workbook"),
    "endless_cell": ("loans.csv", lambda: LOAN_TEXT.encode() + b"x" * 10_000_000, "longer than"),
    "newlines": ("night.zip", lambda: packed({"loans.csv": b"\n" * 12_000_000}), "100 times its own bytes"),
    "short_lines": ("night.zip", lambda: packed({"loans.csv": (LOAN_TEXT + "1\n" * 120_000).encode()}), "of fields"),
    "hopeless": ("loans.csv", lambda: LOAN_TEXT.encode() + b"1,,,,,,,,,\n" * 20_000, "rows are refused"),
    "header_twice": ("loans.csv", lambda: LOAN_TEXT.replace("project_id", "loan_id").encode(), "same header"),
}
BAD_ROWS: Final = {
    "control_characters": (csv_text([LOAN_TABLE[0], ["\x1b[2J", *LOAN_TABLE[1][1:]]]), "strange_character"),
    "too_many_fields": (csv_text([LOAN_TABLE[0], [*LOAN_TABLE[1], "more"]]), "number_of_fields"),
    "too_few_fields": (csv_text([LOAN_TABLE[0], LOAN_TABLE[1][:-1]]), "number_of_fields"),
}


@pytest.fixture(scope="session")
def hostile(shared_folder: Path) -> Home:
    """The clean book among hostile files; one night, whose peak memory is kept."""

    def make(home: Home) -> None:
        deliver_clean(home)
        for folder, (name, content, _) in UNREADABLE.items():
            home.deliver(f"{folder}/{name}", content())
        for folder, (text, _) in BAD_ROWS.items():
            home.deliver(f"{folder}/loans.csv", text)
        tricks = {
            f"../../../{home.root.name}/evil/loans.csv": LOAN_TEXT.encode(),
            f"loans_{'x' * 300}.csv": b"loan_id\n1",
        }
        home.deliver("tricks/night.zip", packed(tricks))
        home.deliver("tricks/book.xlsx", packed(_with_sheet_name("贷款_" + "x" * 300)))
        keep(home, "peak", peak_of_a_night(home))

    return made_once(shared_folder / "hostile", make)


def _with_sheet_name(name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook({"sheet": [*LOAN_TABLE, ["bad", *LOAN_TABLE[1][1:]]]}))) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members["xl/workbook.xml"] = members["xl/workbook.xml"].replace(b'name="sheet"', f'name="{name}"'.encode())
    return members


def peak_of_a_night(home: Home) -> int:
    """Run a night that must succeed; return the most memory that it or a process of its own has held, in bytes."""
    log = home.root / "night.err"
    with log.open("w") as err:
        night = subprocess.Popen(
            [*PROGRAM, "nightly", "--accept", "refusals"],
            cwd=home.root,
            stdout=subprocess.DEVNULL,
            stderr=err,
            env=clean_environment(GREENLOAN_HOME=str(home.root)),
        )
        _, status, usage = os.wait4(night.pid, 0)
        night.returncode = os.waitstatus_to_exitcode(status)
    assert night.returncode == 0, log.read_text(encoding="utf-8")
    return usage.ru_maxrss * 1024


@pytest.mark.parametrize("folder", UNREADABLE)
def test_a_hostile_file_is_refused_whole_with_a_clear_reason(hostile: Home, folder: str) -> None:
    name, _, words = UNREADABLE[folder]
    (delivery,) = hostile.rows("FROM ops.deliveries WHERE sender_folder = ?", folder)
    assert delivery["source_file"].startswith(f"{folder}/{name}")
    assert delivery["delivery_status"] == "refused"
    assert words in delivery["reason"]
    assert "to do:" in delivery["reason"]


@pytest.mark.parametrize("folder", BAD_ROWS)
def test_a_hostile_row_is_refused_by_its_rule(hostile: Home, folder: str) -> None:
    rows = hostile.rows("FROM ops.rejected_rows WHERE source_file = ?", f"{folder}/loans.csv")
    assert [row["rule"] for row in rows] == [BAD_ROWS[folder][1]]


def test_the_other_files_go_on_as_if_nothing_had_happened(hostile: Home, restated: Home) -> None:
    rows = {loan: row for loan, row in as_kept(numbers(hostile, QUARTER)).items() if loan in {"001", "002", "003"}}
    assert rows == kept(restated, "first_quarter")


def test_names_inside_an_archive_lead_nowhere(hostile: Home) -> None:
    outside = [*hostile.root.parent.rglob("evil"), *hostile.root.rglob("evil")]
    assert outside == []
    (row,) = deliveries(hostile, "tricks/night.zip/loans.csv")
    assert row["rows_accepted_count"] == 3


def test_the_night_among_hostile_files_stays_small(hostile: Home) -> None:
    assert kept(hostile, "peak") < HEAVY_BYTES
