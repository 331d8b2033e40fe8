"""One night among bad rows and broken files: each is refused with its reason, and everything else goes on."""

import csv
import io
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import polars as pl
import pytest

from tests.integration.program import DATA, H07, Home

HEADERS: Final = {
    "projects": "project_id,project_name,method,province_or_country,commissioning_date,total_investment,"
    "investment_currency,capacity,capacity_unit,design_annual_value,design_unit,reported_annual_reduction_tco2",
    "loans": "loan_id,project_id,lender,currency,contract_amount,sign_date,maturity_date,annual_rate_pct,loan_type,"
    "refinances_loan_id,crf_field",
    "ledger": "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id",
    "operating": "record_id,project_id,period_start,period_end,metric,value,unit,reported_at,version",
}
PROJECT: Final = "{},光伏,grid_renewable,江西,2023-01-01,100000000,CNY,10,MW,,,"
LOAN: Final = "{},P-BAD,某行,CNY,50000000,2023-01-01,2033-01-01,3,new,,"
ENTRY: Final = "{},L-BAD,2024-03-01,2024-03-01T09:00:00,DISBURSEMENT,1000000,CNY,"
READING: Final = "{},P-BAD,2025-{month}-01,2025-{month}-28,electricity_supplied,900,MWh,2026-01-05T00:00:00,1"
FORMULA: Final = "@cmd|' /C calc'!A0"


class BadRows(NamedTuple):
    """A file's rows, and the refusals (line, column, value) that they must bring about, all by one rule."""

    table: str
    rows: list[str]
    rule: str
    refused: list[tuple[int, str | None, str | None]]
    words: str


def _reading(name: str, month: str) -> str:
    return READING.format(name, month=month)


BAD_ROWS: Final = {
    "unknown_project": BadRows(
        "loans",
        [LOAN.format("L-X1"), LOAN.format("L-X2").replace("P-BAD", "P-NOWHERE")],
        "unknown_project_id",
        [(3, "project_id", "P-NOWHERE")],
        "is in no accepted row of projects",
    ),
    "unknown_loan": BadRows(
        "ledger",
        [ENTRY.format("E-X1").replace("L-BAD", "L-NOWHERE")],
        "unknown_loan_id",
        [(2, "loan_id", "L-NOWHERE")],
        "is in no accepted row of loans",
    ),
    "bad_date": BadRows(
        "ledger",
        [ENTRY.format("E-X2"), ENTRY.format("E-X3").replace("2024-03-01,", "2024-02-30,")],
        "not_a_date",
        [(3, "value_date", "2024-02-30")],
        "is not a date",
    ),
    "bad_date_below_a_cell_of_two_lines": BadRows(
        "projects",
        [
            PROJECT.format("P-X1").replace("光伏", '"光伏\n二期"'),
            PROJECT.format("P-X2").replace("2023-01-01", "01/02/2023"),
        ],
        "not_a_date",
        [(4, "commissioning_date", "01/02/2023")],
        "is not a date",
    ),
    "nan": BadRows(
        "operating",
        [_reading("R-X1", "01").replace("900", "NaN")],
        "reading_is_complete",
        [(2, "value", "NaN")],
        "'NaN' says that there is none",
    ),
    "infinity": BadRows(
        "operating",
        [_reading("R-X2", "02").replace("900", "inf")],
        "not_a_number",
        [(2, "value", "inf")],
        "is not a number that can be read exactly",
    ),
    "infinity_by_exponent": BadRows(
        "operating",
        [_reading("R-X3", "03").replace("900", "9e999")],
        "not_a_number",
        [(2, "value", "9e999")],
        "is not a number that can be read exactly",
    ),
    "three_decimals": BadRows(
        "ledger",
        [ENTRY.format("E-X4").replace("1000000", "1000000.125")],
        "not_money",
        [(2, "amount", "1000000.125")],
        "at most two decimals",
    ),
    "negative_amount": BadRows(
        "ledger",
        [ENTRY.format("E-X5").replace("1000000", "-1000000")],
        "greater_than",
        [(2, "amount", "-1000000")],
        "must be greater than 0",
    ),
    "unit_that_does_not_fit": BadRows(
        "operating",
        [_reading("R-X4", "04").replace("MWh", "t")],
        "unit_does_not_fit",
        [(2, "unit", "t")],
        "taken in MWh",
    ),
    "capacity_factor_above_1": BadRows(
        "operating",
        [_reading("R-X5", "05").replace("900", "900000")],
        "capacity_factor_above_1",
        [(2, "value", "900000.0")],
        "check the unit",
    ),
    "overlapping_readings": BadRows(
        "operating",
        [_reading("R-X6", "06"), _reading("R-X7", "06").replace("-28,", "-30,"), _reading("R-X8", "07")],
        "overlapping_period",
        [(2, "period_start", "2025-06-01"), (3, "period_start", "2025-06-01")],
        "R-X6, R-X7",
    ),
    "conflicting_rows": BadRows(
        "ledger",
        [ENTRY.format("E-X6"), ENTRY.format("E-X7"), ENTRY.format("E-X7").replace("1000000", "2000000")],
        "conflicting_rows",
        [(3, "loan_id", "L-BAD"), (4, "loan_id", "L-BAD")],
        "entry_id E-X7",
    ),
    "ragged_line": BadRows(
        "ledger",
        [ENTRY.format("E-X8"), ENTRY.format("E-X9") + ",too,many", ENTRY.format("E-X10")],
        "number_of_fields",
        [(3, None, None)],
        "10 fields under 8 headers",
    ),
    "wrong_currency": BadRows(
        "ledger",
        [ENTRY.format("E-X11").replace("CNY", "USD")],
        "currency_of_loan",
        [(2, "currency", "USD")],
        "its loan L-BAD in CNY",
    ),
    "no_currency_code": BadRows(
        "ledger", [ENTRY.format("E-X12").replace("CNY", "Cn")], "str_matches", [(2, "currency", "Cn")], "must look like"
    ),
    "unknown_method": BadRows(
        "projects",
        [PROJECT.format("P-X3").replace("grid_renewable", "grid_renewables")],
        "unknown_method",
        [(2, "method", "grid_renewables")],
        "nearest: grid_renewable",
    ),
    "unknown_crf_field": BadRows(
        "loans",
        [LOAN.format("L-X3") + "清洁能量"],
        "unknown_crf_field",
        [(2, "crf_field", "清洁能量")],
        "known: 清洁能源",
    ),
    "reversal_of_nothing": BadRows(
        "ledger",
        [ENTRY.format("E-X13").replace("DISBURSEMENT", "REVERSAL") + "E-NOWHERE"],
        "reversal_of_entry",
        [(2, "reverses_entry_id", "E-NOWHERE")],
        "names no booked entry",
    ),
}


def _file(table: str, *rows: str) -> bytes:
    return "\n".join([HEADERS[table], *rows, ""]).encode()


def _parquet(table: str) -> bytes:
    buffer = io.BytesIO()
    pl.read_csv(_file(table, ENTRY.format("E-Y1"))).write_parquet(buffer)
    return buffer.getvalue()


class Broken(NamedTuple):
    """A file that cannot be read, the table it announces, and a word of the reason."""

    name: str
    content: bytes
    table: str
    words: str


BROKEN: Final = {
    "bytes_that_are_not_text": Broken("ledger.csv", _file("ledger") + b"E-Y1,\xff\xfe,\x81", "ledger", "UTF-8"),
    "empty": Broken("ledger.csv", b"", "ledger", "the file is empty"),
    "truncated_parquet": Broken("ledger.parquet", _parquet("ledger")[:-40], "ledger", "the file is damaged"),
    "text_named_parquet": Broken(
        "ledger.parquet", _file("ledger", ENTRY.format("E-Y2")), "ledger", "not a readable Parquet"
    ),
    "unknown_table": Broken("weather.csv", b"day,sun\n2025-01-01,5\n", "unknown", "announces no table"),
    "unknown_ending": Broken("ledger.docx", b"PK\x03\x04", "ledger", "not a form that can be read"),
    "missing_column": Broken(
        "ledger.csv", _file("ledger", ENTRY.format("E-Y3")).replace(b"amount", b"sum"), "ledger", "amount is missing"
    ),
    "header_twice": Broken(
        "ledger.csv",
        _file("ledger", ENTRY.format("E-Y4")).replace(b"booked_at", b"value_date"),
        "ledger",
        "same header",
    ),
    "header_twice_in_two_languages": Broken(
        "ledger.csv",
        _file("ledger", ENTRY.format("E-Y5")).replace(b"reverses_entry_id", "金额".encode()),
        "ledger",
        "amount is there more than once",
    ),
    "nul_bytes": Broken("ledger.csv", _file("ledger", ENTRY.format("E-Y6\0")), "ledger", ""),
    "endless_cell": Broken("ledger.csv", _file("ledger", ENTRY.format("E" * 200_000)), "ledger", "field larger than"),
}


@pytest.fixture(scope="module")
def bad_night(new_home: Callable[[str], Home]) -> Home:
    """A worked case, a small good book beside it, and every bad row and broken file; one night.

    It ends with 0 once a person lets the refusals through: most rows of the small book's sender are bad.
    """
    home = new_home("bad")
    for path in (DATA / H07).glob("*.csv"):
        home.deliver(f"bank/{path.name}", path.read_bytes())
    home.deliver("good/projects.csv", _file("projects", PROJECT.format("P-BAD")))
    loans = [LOAN.format("L-BAD"), LOAN.format("L-FORMULA").replace("某行", FORMULA)]
    home.deliver("good/loans.csv", _file("loans", *loans))
    entries = [ENTRY.format("E-1"), ENTRY.format("E-2").replace("L-BAD", "L-FORMULA")]
    home.deliver("good/ledger.csv", _file("ledger", *entries))
    home.deliver("good/operating.csv", _file("operating", _reading("R-1", "12")))
    for name, case in BAD_ROWS.items():
        home.deliver(f"good/{name}/{case.table}.csv", _file(case.table, *case.rows))
    for name, file in BROKEN.items():
        home.deliver(f"{name}/{file.name}", file.content)
    home.nightly("--accept", "refusals")
    return home


def _refusals(home: Home, source_file: str) -> list[dict[str, Any]]:
    return home.rows("FROM ops.rejected_rows WHERE source_file = ? ORDER BY source_row", source_file)


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_refused_by_its_line_its_rule_and_its_cell(bad_night: Home, name: str) -> None:
    case = BAD_ROWS[name]
    seen = _refusals(bad_night, f"good/{name}/{case.table}.csv")
    assert [(row["source_row"], row["column"], row["value"]) for row in seen] == case.refused
    for row in seen:
        assert (row["table"], row["rule"]) == (case.table, case.rule)
        assert case.words in row["reason"]


@pytest.mark.parametrize("name", BAD_ROWS)
def test_the_other_rows_of_the_file_are_accepted(bad_night: Home, name: str) -> None:
    case = BAD_ROWS[name]
    delivery = bad_night.rows("FROM ops.deliveries WHERE source_file = ?", f"good/{name}/{case.table}.csv")[0]
    counts = (delivery["rows_in_count"], delivery["rows_accepted_count"], delivery["rows_refused_count"])
    assert counts == (len(case.rows), len(case.rows) - len(case.refused), len(case.refused))
    assert delivery["delivery_status"] == "read"


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_is_refused_whole_with_the_reason(bad_night: Home, name: str) -> None:
    source_file = f"{name}/{BROKEN[name].name}"
    delivery = bad_night.rows("FROM ops.deliveries WHERE source_file = ?", source_file)[0]
    assert (delivery["delivery_status"], delivery["rows_accepted_count"]) == ("refused", 0)
    assert BROKEN[name].words in delivery["reason"]
    assert "to do:" in delivery["reason"]
    (row,) = _refusals(bad_night, source_file)
    assert (row["table"], row["source_row"], row["rule"]) == (BROKEN[name].table, None, "unreadable_file")
    assert row["reason"] == delivery["reason"]


def test_every_row_of_every_readable_file_is_accounted_for(bad_night: Home) -> None:
    lost = bad_night.rows(
        "FROM ops.deliveries WHERE delivery_status = 'read' "
        "AND rows_in_count <> rows_accepted_count + rows_refused_count"
    )
    assert lost == []
    files = bad_night.rows("SELECT source_file FROM ops.deliveries")
    assert len(files) == len(
        [path for path in bad_night.inbox.rglob("*") if path.is_file() and ".refused." not in path.name]
    )


def test_the_rest_of_the_book_is_as_if_nothing_had_happened(bad_night: Home, worked_home: Home) -> None:
    for basis in ("daily_average", "disbursed"):
        here = bad_night.figures("2023-01-01", "2023-12-31", basis)["rows"]
        elsewhere = worked_home.figures("2023-01-01", "2023-12-31", basis)["rows"]
        assert len(elsewhere) == 1
        assert [row for row in here if row["project_id"] != "P-BAD"] == elsewhere


def test_a_refused_reading_leaves_no_figure_and_says_so(bad_night: Home) -> None:
    rows = bad_night.figures("2025-05-01", "2025-05-28", "daily_average", "project")["rows"]
    may = next(row for row in rows if row["project_id"] == "P-BAD")
    assert (may["status"], may["attributed_reductions_tco2e"]) == ("refused", None)


def test_cells_that_look_like_formulas_come_out_inert(bad_night: Home) -> None:
    period = ["--from", "2025-01-01", "--to", "2025-12-31", "--basis", "period_end", "--by"]
    for by in ("lender", "loan"):
        answer = bad_night.ask("figures", *period, by, "--format", "csv")
        cells = [cell for row in csv.reader(io.StringIO(answer.out)) for cell in row]
        assert f"'{FORMULA}" in cells
        assert FORMULA not in cells


def test_status_names_the_files_whose_rows_were_refused(bad_night: Home) -> None:
    answer = bad_night.ask("status")
    assert "1 x not_a_date in good/bad_date/ledger.csv" in answer.out
    assert "2 x conflicting_rows in good/conflicting_rows/ledger.csv" in answer.out
    assert "1 x unreadable_file in empty/ledger.csv" in answer.out
    assert "1 refused row(s) of good/bad_date/ledger.csv wait for corrected ones" in answer.out
