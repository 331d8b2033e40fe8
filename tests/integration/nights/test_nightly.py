"""A night on the sample book, and what analysts and operations see the morning after."""

import csv
import io
import math
import re
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import pytest

from schemas.catalog import TABLES
from tests.integration.program import SAMPLE_BOOK, Answer, Home, end_group

BASES = ["period_end", "daily_average", "month_end_average", "monthly_matched", "disbursed"]
BY = {
    "portfolio": {"portfolio"},
    "lender": {"lender"},
    "project": {"project_id"},
    "loan": {"loan_id", "project_id", "lender"},
}
CONTRACT = {
    "emission_reductions_tco2e",
    "attribution_factor_ratio",
    "attributed_reductions_tco2e",
    "balance_cny",
    "status",
    "flags",
}
EXTRAS = {"project_count", "coverage_ratio", "statuses"}
PROGRESS = re.compile(r"^\d\d:\d\d:\d\d  \S")


class Window(NamedTuple):
    """A period to ask for."""

    first: str
    last: str


YEAR_2025, QUARTER = Window("2025-01-01", "2025-12-31"), Window("2025-10-01", "2025-12-31")
WINDOWS = {
    "2025": YEAR_2025,
    "2024": Window("2024-01-01", "2024-12-31"),
    "2025Q4": QUARTER,
    "2025Q2": Window("2025-04-01", "2025-06-30"),
    "mid_month": Window("2025-03-10", "2025-09-19"),
    "across_the_leap_day": Window("2023-11-20", "2024-03-05"),
    "the_day_of_a_prepayment": Window("2025-05-15", "2025-05-15"),
    "one_day": Window("2024-07-16", "2024-07-16"),
    "between_an_entry_and_its_reversal": Window("2025-10-21", "2025-10-31"),
}
each_window = pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS.keys())
each_basis = pytest.mark.parametrize("basis", BASES)


@cache
def _asked(home: Home, window: Window, basis: str, by: str = "loan") -> dict[str, Any]:
    return home.figures(*window, basis, by)


def _by_loan(home: Home, window: Window, basis: str) -> dict[str, dict[str, Any]]:
    return {row["loan_id"]: row for row in _asked(home, window, basis)["rows"]}


def _as_float(money: Decimal | None) -> float | None:
    return None if money is None else float(money)


def _same(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-9)


# --- what a night leaves behind ---


def test_the_night_answers_with_the_warehouse_and_its_documents_and_prints_its_progress_apart(
    sample_home: Home,
) -> None:
    out = (sample_home.root / "nightly.out").read_text(encoding="utf-8").splitlines()
    err = (sample_home.root / "nightly.err").read_text(encoding="utf-8").splitlines()
    assert out[0].split() == ["warehouse", str(sample_home.warehouse)]
    assert {line.split()[0] for line in out[1:]} == {"report"}
    assert err
    assert [line for line in err if not PROGRESS.match(line)] == []
    stages = ["greenloan nightly", "landed", "read", "built", "judged", "published", "wrote"]
    assert [line.split("  ", 1)[1].startswith(stage) for line, stage in zip(err, stages, strict=True)] == [True] * 7


def test_every_table_of_the_catalog_is_there_and_explained(sample_home: Home) -> None:
    tables = sample_home.rows("SELECT schema_name || '.' || table_name AS name, comment FROM duckdb_tables()")
    assert {table["name"] for table in tables} == set(TABLES)
    assert [table["name"] for table in tables if not table["comment"]] == []


def test_every_column_is_explained(sample_home: Home) -> None:
    columns = sample_home.rows(
        "SELECT schema_name || '.' || table_name AS name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    )
    found = {name: [c["column_name"] for c in columns if c["name"] == name] for name in TABLES}
    assert found == {name: contract.columns() for name, contract in TABLES.items()}
    assert [(c["name"], c["column_name"]) for c in columns if not c["comment"]] == []


def test_every_row_in_is_accepted_or_refused(sample_home: Home) -> None:
    deliveries = sample_home.rows("FROM ops.deliveries")
    lines = {
        path.relative_to(SAMPLE_BOOK).as_posix(): len(list(csv.DictReader(path.read_text("utf-8-sig").splitlines())))
        for path in SAMPLE_BOOK.rglob("*.csv")
    }
    assert {d["source_file"]: d["rows_in_count"] for d in deliveries}.items() >= lines.items()
    for delivery in deliveries:
        assert delivery["rows_in_count"] == delivery["rows_accepted_count"] + delivery["rows_refused_count"]
    assert sum(d["rows_refused_count"] for d in deliveries) == len(sample_home.rows("FROM ops.rejected_rows"))


def test_every_gate_of_the_night_has_passed(sample_home: Home) -> None:
    assert {row["is_passed"] for row in sample_home.rows("FROM ops.gate_results")} == {True}


def test_the_run_record_says_what_was_published(sample_home: Home) -> None:
    record, run = sample_home.last_record(), sample_home.rows("FROM ops.runs")[0]
    assert (record["outcome"], record["snapshot_id"]) == ("published", run["snapshot_id"])
    assert set(record["stages"]) == {"land", "build", "judge", "publish", "report"}


# --- the deliberate cases of the sample book ---


@pytest.mark.parametrize(
    ("loan", "status"),
    [
        ("L-ICBC-16", "blocked_no_denominator"),  # no total investment
        ("L-BOC-13", "blocked_no_denominator"),  # total investment 0
        ("L-BOC-08", "under_construction"),
        ("L-CCB-12", "under_construction"),
        ("L-ICBC-15", "under_construction"),
        ("L-BOC-06", "blocked_missing_reading"),  # no reading for 2025-08
        ("L-BOC-01", "not_estimated"),  # method none
        ("L-CCB-01", "not_estimated"),  # method none
        ("L-BOC-10", "measured"),  # retrofit
        ("L-CCB-16", "measured"),  # roof
        ("L-ICBC-13", "not_estimated"),  # forest, guaranteed
        ("L-BOC-12", "not_estimated"),  # working capital
        ("L-BOC-11", "reported"),  # the project's own figure
        ("L-ICBC-14", "reported"),
        ("L-ICBC-01", "measured"),
        ("L-BOC-03", "measured"),  # negative
        ("L-BOC-09", "measured"),  # USD
    ],
)
def test_a_deliberate_case_has_its_status(sample_home: Home, loan: str, status: str) -> None:
    row = _by_loan(sample_home, YEAR_2025, "daily_average")[loan]
    assert row["status"] == status
    has_figure = status in {"measured", "reported"}
    assert (row["attributed_reductions_tco2e"] is not None) == has_figure
    assert (row["attribution_factor_ratio"] is not None) == has_figure
    assert row["balance_cny"] > 0


def test_the_flagship_is_measured_near_its_promise_and_not_equal_to_it(sample_home: Home) -> None:
    rows = _asked(sample_home, YEAR_2025, "daily_average", "project")["rows"]
    measured = next(row for row in rows if row["project_id"] == "P-YG-STEAM")["emission_reductions_tco2e"]
    assert measured == pytest.approx(80_251.34, abs=0.005)
    assert measured != pytest.approx(80_000, abs=1)


def test_a_plant_worse_than_its_baseline_stays_negative(sample_home: Home) -> None:
    loans = _by_loan(sample_home, YEAR_2025, "daily_average")
    assert loans["L-BOC-03"]["emission_reductions_tco2e"] == pytest.approx(-7_666.19, abs=0.005)
    assert loans["L-BOC-03"]["attributed_reductions_tco2e"] < 0
    assert loans["L-CCB-02"]["attributed_reductions_tco2e"] < 0


def test_a_missing_month_blocks_the_periods_that_need_it_and_no_other(sample_home: Home) -> None:
    assert _by_loan(sample_home, QUARTER, "daily_average")["L-BOC-06"]["status"] == "measured"
    august = _by_loan(sample_home, Window("2025-08-01", "2025-08-31"), "daily_average")["L-BOC-06"]
    assert (august["status"], august["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


def test_loans_above_the_investment_are_scaled_to_one_and_the_raw_shares_kept(sample_home: Home) -> None:
    rows = sample_home.rows(
        "FROM mart.attributed_reductions WHERE project_id = 'P-DX-PV' AND period = '2025' AND basis = 'period_end'"
    )
    assert {row["loan_id"] for row in rows} == {"L-ICBC-03", "L-CCB-04"}
    assert sum(row["attribution_factor_raw_ratio"] for row in rows) == pytest.approx(55 / 54, rel=1e-12)
    assert sum(row["attribution_factor_ratio"] for row in rows) == pytest.approx(1, rel=1e-12)
    answer = _asked(sample_home, YEAR_2025, "period_end")
    assert ("share_above_1", "P-DX-PV") in {(flag["code"], flag["subject"]) for flag in answer["flags"]}


def test_a_prepaid_loan_has_no_claim_left_at_the_quarters_end(sample_home: Home) -> None:
    quarter = Window("2025-04-01", "2025-06-30")
    ended = _by_loan(sample_home, quarter, "period_end")["L-CCB-07"]
    average = _by_loan(sample_home, quarter, "daily_average")["L-CCB-07"]
    assert (ended["balance_cny"], ended["attributed_reductions_tco2e"]) == (0, 0)
    assert average["balance_cny"] > 0
    day = _by_loan(sample_home, Window("2025-05-15", "2025-05-15"), "daily_average")["L-CCB-07"]
    assert day["balance_cny"] == 0


def test_a_dollar_loan_takes_the_rate_on_file_at_the_periods_end(sample_home: Home) -> None:
    loan = sample_home.rows(
        "SELECT sum(balance_change_amount)::DOUBLE AS usd, any_value(currency) AS currency FROM mart.balance_changes "
        "WHERE loan_id = 'L-BOC-09' AND value_date <= '2025-12-31'"
    )[0]
    rate = sample_home.rows(
        "SELECT arg_max(rate, date) AS rate FROM core.fx WHERE base = 'USD' AND date <= '2025-12-31'"
    )
    row = _by_loan(sample_home, YEAR_2025, "period_end")["L-BOC-09"]
    assert loan["currency"] == "USD"
    assert row["balance_cny"] == pytest.approx(loan["usd"] * rate[0]["rate"], abs=0.01)
    assert row["attribution_factor_ratio"] == pytest.approx(row["balance_cny"] / 560_000_000, rel=1e-9)


def test_a_reversed_disbursement_was_never_lent(sample_home: Home) -> None:
    lent = sample_home.rows(
        "SELECT sum(disbursed_amount) AS lent FROM mart.balance_changes "
        "WHERE loan_id = 'L-ICBC-14' AND value_date BETWEEN '2025-10-01' AND '2025-12-31'"
    )[0]["lent"]
    assert lent == 1_200_000
    since_the_mistake = _by_loan(sample_home, WINDOWS["between_an_entry_and_its_reversal"], "disbursed")  # 12 million
    assert since_the_mistake["L-ICBC-14"]["balance_cny"] == 1_200_000


def test_a_transfer_moves_the_claim_from_one_lender_to_the_other(sample_home: Home) -> None:
    before = _by_loan(sample_home, Window("2025-03-30", "2025-03-30"), "period_end")
    after = _by_loan(sample_home, Window("2025-03-31", "2025-03-31"), "period_end")
    assert before["L-CCB-08"]["balance_cny"] - after["L-CCB-08"]["balance_cny"] == 50_000_000
    assert after["L-ICBC-08"]["balance_cny"] - before.get("L-ICBC-08", {"balance_cny": 0})["balance_cny"] == 50_000_000


def test_the_facility_loans_of_the_last_quarter_are_seven_projects_and_81_million_yuan(sample_home: Home) -> None:
    row = sample_home.rows(
        "FROM mart.disclosure_crf "
        "WHERE period = '2025Q4' AND lender = '*' AND crf_field = 'total' AND \"window\" = 'quarter'"
    )[0]
    assert (row["project_count"], row["disbursed_cny"]) == (7, 81_100_000)


# --- figures: two doors, one answer ---


@each_window
@each_basis
def test_command_line_and_macro_agree_loan_by_loan(sample_home: Home, window: Window, basis: str) -> None:
    answers = _by_loan(sample_home, window, basis)
    seen = {row["loan_id"]: row for row in sample_home.rows("FROM mart.attributed(?, ?, ?)", *window, basis)}
    assert answers.keys() == seen.keys()
    for loan, row in answers.items():
        assert row["status"] == seen[loan]["status"], loan
        assert row["balance_cny"] == _as_float(seen[loan]["balance_cny"]), loan
        for column in ("emission_reductions_tco2e", "attribution_factor_ratio", "attributed_reductions_tco2e"):
            assert _same(row[column], seen[loan][column]), (loan, column)


@pytest.mark.parametrize("period", ["2024", "2025", "2025Q2", "2025Q4"])
@pytest.mark.parametrize("basis", BASES[:-1])
def test_the_stored_attribution_of_a_period_is_that_of_both_doors(sample_home: Home, period: str, basis: str) -> None:
    answers = _by_loan(sample_home, WINDOWS[period], basis)
    stored = sample_home.rows("FROM mart.attributed_reductions WHERE period = ? AND basis = ?", period, basis)
    assert answers.keys() == {row["loan_id"] for row in stored}
    for row in stored:
        answer = answers[row["loan_id"]]
        assert (row["status"], _as_float(row["balance_cny"])) == (answer["status"], answer["balance_cny"])
        for column in ("emission_reductions_tco2e", "attribution_factor_ratio", "attributed_reductions_tco2e"):
            assert _same(answer[column], row[column]), (row["loan_id"], column)


@pytest.mark.parametrize("period", ["2024", "2025", "2025Q2", "2025Q4"])
def test_the_stored_annual_reductions_are_those_of_both_doors(sample_home: Home, period: str) -> None:
    answers = {
        loan: row for loan, row in _by_loan(sample_home, WINDOWS[period], "disbursed").items() if row["balance_cny"]
    }
    stored = sample_home.rows("FROM mart.attributed_annual_reductions WHERE period = ? AND disbursed_cny <> 0", period)
    assert answers.keys() == {row["loan_id"] for row in stored}
    for row in stored:
        answer = answers[row["loan_id"]]
        assert (row["status"], _as_float(row["disbursed_cny"])) == (answer["status"], answer["balance_cny"])
        assert _same(answer["attributed_reductions_tco2e"], row["attributed_annual_reductions_tco2e_per_year"])


@each_basis
@pytest.mark.parametrize("by", BY)
def test_figures_json_has_the_keys_of_the_contract(sample_home: Home, basis: str, by: str) -> None:
    answer = _asked(sample_home, QUARTER, basis, by)
    assert list(answer) == ["from", "to", "basis", "rows", "coverage_ratio", "flags"]
    assert (answer["from"], answer["to"], answer["basis"]) == (*QUARTER, basis)
    assert answer["rows"]
    for row in answer["rows"]:
        assert set(row) - EXTRAS == CONTRACT | BY[by]
        assert isinstance(row["flags"], list)
    for flag in answer["flags"]:
        assert set(flag) == {"code", "subject", "message"}
    assert 0 < answer["coverage_ratio"] < 1


@each_basis
@pytest.mark.parametrize("by", ["portfolio", "lender", "project"])
def test_every_summary_adds_up_to_its_loans(sample_home: Home, basis: str, by: str) -> None:
    loans = _asked(sample_home, QUARTER, basis)["rows"]
    summary = _asked(sample_home, QUARTER, basis, by)["rows"]
    for column in ("attributed_reductions_tco2e", "balance_cny"):
        whole = math.fsum(row[column] or 0 for row in loans)
        assert math.fsum(row[column] or 0 for row in summary) == pytest.approx(whole, rel=1e-12)


def test_each_projects_reduction_counts_once_in_the_portfolio(sample_home: Home) -> None:
    projects = _asked(sample_home, YEAR_2025, "daily_average", "project")["rows"]
    portfolio = _asked(sample_home, YEAR_2025, "daily_average", "portfolio")["rows"][0]
    counted = [row for row in projects if row["attributed_reductions_tco2e"] is not None]
    whole = math.fsum(row["emission_reductions_tco2e"] for row in counted)
    assert portfolio["emission_reductions_tco2e"] == pytest.approx(whole, rel=1e-12)


def test_figures_as_csv_hold_the_numbers_of_the_json(sample_home: Home) -> None:
    answer = sample_home.ask(
        "figures",
        "--from",
        QUARTER.first,
        "--to",
        QUARTER.last,
        "--basis",
        "daily_average",
        "--by",
        "loan",
        "--format",
        "csv",
    )
    rows = {row["loan_id"]: row for row in csv.DictReader(io.StringIO(answer.out))}
    for loan, row in _by_loan(sample_home, QUARTER, "daily_average").items():
        printed = rows[loan]["attributed_reductions_tco2e"]
        assert (float(printed) if printed else None) == row["attributed_reductions_tco2e"]
        assert rows[loan]["status"] == row["status"]


def test_figures_as_a_table_name_the_basis_the_coverage_and_the_flags(sample_home: Home) -> None:
    answer = sample_home.ask("figures", "--from", QUARTER.first, "--to", QUARTER.last, "--basis", "period_end")
    assert answer.code == 0
    assert "basis period_end" in answer.out
    assert re.search(r"coverage \d+\.\d\d% of the balance", answer.out)
    assert "share_above_1  P-DX-PV" in answer.out


def test_an_entry_booked_later_than_known_at_does_not_count(sample_home: Home) -> None:
    june = ("2025-06-30", "2025-06-30", "period_end", "loan")
    then = {r["loan_id"]: r for r in sample_home.figures(*june, "--known-at", "2025-06-30")["rows"]}
    today = {r["loan_id"]: r for r in sample_home.figures(*june)["rows"]}
    repaid = sample_home.rows(
        "SELECT amount FROM core.ledger "
        "WHERE loan_id = 'L-BOC-05' AND value_date = '2025-06-20' AND event = 'REPAYMENT'"
    )[0]["amount"]
    assert then["L-BOC-05"]["balance_cny"] - today["L-BOC-05"]["balance_cny"] == float(repaid) > 0


# --- the command line itself ---


FIGURES = ["figures", "--from", "2025-01-01", "--to", "2025-03-31", "--basis", "period_end"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["figures", "--from", "2025-02-30", "--to", "2025-03-31", "--basis", "period_end"],
        ["figures", "--from", "2025-04-01", "--to", "2025-03-31", "--basis", "period_end"],
        ["figures", "--from", "2025-01-01", "--to", "2099-12-31", "--basis", "period_end"],
        ["figures", "--from", "2025-01-01", "--to", "2025-03-31", "--basis", "average"],
        ["figures", "--from", "2025-01-01", "--to", "2025-03-31"],
        [*FIGURES, "--by", "branch"],
        [*FIGURES, "--known-at", "yesterday"],
        [*FIGURES, "--known-at", "2999-01-01"],
        ["nightly", "--known-at", "2999-01-01T00:00:00+08:00"],
        ["disclose", "--report", "crf", "--period", "2025Q4", "--lender", "无此银行"],
        ["disclose", "--report", "crf", "--period", "2025Q5"],
        ["disclose", "--report", "crf", "--period", "2019Q1"],
        ["foretell"],
        [],
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_wrong_usage_exits_2_and_answers_nothing(sample_home: Home, arguments: list[str]) -> None:
    answer = sample_home.ask(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.strip()


@pytest.mark.parametrize(
    "arguments", [FIGURES, ["disclose", "--report", "crf", "--period", "2025Q4"]], ids=["figures", "disclose"]
)
def test_without_a_warehouse_a_question_exits_3_and_says_what_to_do(home: Home, arguments: list[str]) -> None:
    answer = home.ask(*arguments)
    assert (answer.code, answer.out) == (3, "")
    parts = ["there is no published warehouse yet", "where:", "available:", "to do:     run: greenloan nightly"]
    positions = [answer.err.find(part) for part in parts]
    assert -1 not in positions
    assert positions == sorted(positions)
    assert "Traceback" not in answer.err


def test_status_shows_the_rows_the_balance_by_status_and_whether_anybody_is_needed(sample_home: Home) -> None:
    answer, structured = sample_home.ask("status"), sample_home.ask("status", "--format", "json").json
    assert answer.code == 0
    waiting = {need for need in structured["needs_a_person"] if "project(s) without a figure in 2025Q4" in need}
    assert waiting
    assert all(f"  - {need}" in answer.out for need in waiting)
    by_status = {row["status"]: row["loan_count"] for row in structured["published"]["balance_by_status"]}
    open_loans = [r for r in _asked(sample_home, QUARTER, "period_end")["rows"] if r["balance_cny"]]
    assert by_status == Counter(row["status"] for row in open_loans)


def test_status_of_a_home_without_runs_says_how_to_begin(home: Home) -> None:
    answer = home.ask("status")
    assert answer.code == 0
    assert "no run yet: greenloan nightly" in answer.out


COMMANDS: dict[str, Callable[[], list[str]]] = {
    "nightly": lambda: ["nightly", "--inbox", str(SAMPLE_BOOK)],
    "figures": lambda: FIGURES,
    "disclose": lambda: ["disclose", "--report", "crf", "--period", "2025Q4"],
    "status": lambda: ["status"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_first_word_comes_within_two_seconds(home: Home, command: str) -> None:
    started = time.monotonic()
    process = home.start(*COMMANDS[command]())
    assert process.stderr is not None
    first = process.stderr.readline()
    seconds = time.monotonic() - started
    end_group(process)
    assert PROGRESS.match(first), first
    assert seconds < 2 + 4, f"the first line came after {seconds:.1f} s (4 s of these allow for a busy machine)"


def test_a_question_asked_in_a_process_of_its_own_answers_json_and_nothing_else(sample_home: Home) -> None:
    answer: Answer = sample_home.run(*FIGURES, "--by", "lender", "--format", "json")
    assert answer.code == 0
    assert answer.json == sample_home.figures("2025-01-01", "2025-03-31", "period_end", "lender")
    assert [line for line in answer.err.splitlines() if not PROGRESS.match(line)] == []
