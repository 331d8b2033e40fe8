"""Facts have dates: what a second night says of the past is known by its date, and the published file says so."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest

from flows.gates.comparisons import comparisons
from flows.gates.judged import Gate
from flows.gates.seen import observed
from flows.home.settings import home as home_of
from flows.running import pipeline
from flows.running.run_record import RunRecord
from flows.warehouse import candidate
from schemas.errors import EnvironmentFailure
from tests.integration.chinese import english_words
from tests.integration.program import Home
from tests.makers import Row, make_entry, make_loan, make_parameter, make_project, reference

NIGHTS: Final = [dt.datetime(2026, 2, number, tzinfo=dt.UTC) for number in (1, 2)]


def as_csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def night(home: Home, known_at: dt.datetime, **tables: Sequence[Row]) -> None:
    """Land the tables, build the candidate and put it in its place, without gates and documents."""
    place, moment = home_of(home.root), known_at.isoformat()
    for table, rows in tables.items():
        home.deliver(f"bank/{table}_{known_at.day}.csv", as_csv(rows))
    pipeline.land_deliveries(place, known_at)
    built = pipeline.build_candidate(place, RunRecord(f"run-{known_at.day}", moment, moment, str(place.inbox)))
    candidate.publish(built.candidate, place.warehouse)


def statement(equity: int, debt: int, on: str | None) -> Row:
    """The trial's project: 100 million of investment, 1,000 t a year since 2023."""
    return make_project(
        commissioning_date="2023-01-01",
        total_investment="100000000.00",
        reported_annual_reduction_tco2="1000",
        total_equity=f"{equity}000000.00",
        total_debt=f"{debt}000000.00",
        balance_sheet_date=on,
    )


@pytest.fixture(scope="module")
def two_nights(new_home: Callable[[str], Home]) -> Home:
    """Equity 30 and debt 70 million at first; a night later 60 and 20, dated the end of 2025, and a late repayment.

    On the second night another sender states a factor of all and a project that is not its own.
    """
    home = new_home("two_nights")
    lent = make_entry(value_date="2023-01-01", amount="70000000.00")
    repaid = [
        make_entry(value_date="2025-12-20", event="REPAYMENT", amount="50000000.00"),
        make_entry(value_date="2026-01-02", event="REPAYMENT", amount="1000000.00"),
    ]
    loans = [make_loan(contract_amount="70000000.00", sign_date="2023-01-01")]
    night(home, NIGHTS[0], projects=[statement(30, 70, None)], loans=loans, ledger=[lent, *repaid])
    home.deliver("other/parameters.csv", as_csv([make_parameter(parameter_id="grid_om_ef", scope="Central")]))
    home.deliver("other/projects.csv", as_csv([statement(1, 1, None)]))
    late = make_entry(value_date="2025-12-31", event="REPAYMENT", amount="10000000.00")
    night(home, NIGHTS[1], projects=[statement(60, 20, "2025-12-31")], ledger=[late])
    return home


def tonnes(rows: list[dict[str, Any]]) -> list[float]:
    return [row["attributed_reductions_tco2e"] for row in rows]


@pytest.mark.parametrize(("year", "expected"), [(2023, 700.0), (2024, 700.0), (2025, 125.0)])
def test_each_year_takes_the_balance_sheet_in_force_at_its_end(two_nights: Home, year: int, expected: float) -> None:
    """2024: 1,000 t x 70 / (30 + 70); 2025: 1,000 t x (70 - 60) / (60 + 20). Table and macro say the same."""
    stored = two_nights.rows("FROM mart.attributed_reductions WHERE period = ? AND profile = 'pcaf_avoided'", str(year))
    days = (f"{year}-01-01", f"{year}-12-31")
    macro = two_nights.rows("FROM mart.attributed_by_profile(?, ?, 'pcaf_avoided')", *days)
    assert tonnes(stored) == pytest.approx([expected])
    assert tonnes(macro) == pytest.approx([expected])


def test_what_moved_since_the_last_publication_is_listed_and_nothing_before_its_date(two_nights: Home) -> None:
    """2025 under PCAF: 1,000 t x 20 / 100 = 200 t, then 1,000 t x 10 / 80 = 125 t."""
    rows = two_nights.rows("FROM ops.restatements")
    assert min(row["period_to_date"] for row in rows) == dt.date(2025, 12, 31)
    under = [row for row in rows if (row["period"], row["profile"]) == ("2025", "pcaf_avoided")]
    (year,) = [row for row in under if row["unit"] == "tCO2e"]
    (share,) = [row for row in under if row["unit"] == "ratio"]
    assert (share["before"], share["after"]) == (pytest.approx(20 / 100), pytest.approx(10 / 80))
    values = [year[name] for name in ("subject", "lender", "before", "after", "since")]
    assert values == ["P1", "甲银行", pytest.approx(200.0), pytest.approx(125.0), NIGHTS[1]]
    assert year["cause"].startswith("projects: bank/projects_2.csv line 2 (total_equity 30000000.00 -> 60000000.00, ")
    assert year["cause"].endswith("; ledger: bank/ledger_2.csv line 2")


def test_the_project_is_flagged_restated_and_status_lists_it(two_nights: Home) -> None:
    (flag,) = two_nights.rows("FROM ops.flags WHERE code = 'restated'")
    assert flag["subject"] == "P1"
    assert "2025 pcaf_avoided 200.0 -> 125.0 t" in flag["message"]
    assert f"restated    P1: {flag['message']}" in two_nights.ask("status").out


def test_another_senders_rows_are_refused_and_the_night_goes_on(two_nights: Home) -> None:
    rows = two_nights.rows("FROM ops.rejected_rows ORDER BY source_file")
    assert [(row["source_file"], row["rule"]) for row in rows] == [
        ("other/parameters.csv", "shared_scope"),
        ("other/projects.csv", "another_senders_row"),
    ]


def observed_by(home: Home, gate: Gate, lang: str) -> str:
    """What a gate says that it saw of the published file."""
    found = [{name: str(cell) for name, cell in row.items() if cell is not None} for row in home.rows(gate.wrong)]
    return observed(found, len(found), reference().sentences, lang)


def test_a_gate_names_the_rows_and_senders_behind_a_change(two_nights: Home) -> None:
    all_rows = {"max_refused_ratio": 0, "min_refused_rows": 1}
    strict = {"refusals": all_rows, "volumes": {"max_drop_ratio": -1}, "sums": {"max_change_ratio": 0}}
    reasons, chinese = (
        {gate.name: observed_by(two_nights, gate, lang) for gate in comparisons(strict, NIGHTS[0])}
        for lang in ("en", "zh")
    )
    assert "other/parameters.csv: 1 of 1 row(s) refused: 1 x shared_scope in line(s) 2" in reasons["refusals"]
    assert "ledger: bank/ledger_2.csv line 2 (P1)" in reasons["sums"]
    assert "other/projects.csv another_senders_row x 1" in reasons["volumes"]
    assert "other/projects.csv (0 rows accepted, 1 refused)" in reasons["volumes"]
    assert "other/parameters.csv：共 1 行，拒收 1 行：shared_scope 共 1 行（第 2 行），如：" in chinese["refusals"]
    assert "台账：bank/ledger_2.csv 第 2 行（P1）" in chinese["sums"]
    assert "other/projects.csv（接受 0 行，拒收 1 行）" in chinese["volumes"]
    assert [words for text in chinese.values() if (words := english_words(text))] == []


def test_a_table_that_is_edited_while_a_night_computes_refuses_the_night(
    new_home: Callable[[str], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snapshot would name another table than the figures rest on."""
    files = pipeline.reference_files()
    worked_out = pipeline.write_marts

    def edited_meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(pipeline, "reference_files", lambda: files[1:])
        return worked_out(*given)

    monkeypatch.setattr(pipeline, "write_marts", edited_meanwhile)
    home = new_home("edited_meanwhile")
    with pytest.raises(EnvironmentFailure, match="changed while the night computed"):
        night(home, dt.datetime(2026, 2, 1, tzinfo=dt.UTC), projects=[make_project()])
    assert not home.warehouse.exists()


def test_a_file_of_which_nothing_was_read_is_named_once_by_the_night_that_landed_it(
    new_home: Callable[[str], Home], capsys: pytest.CaptureFixture[str]
) -> None:
    home = new_home("refused_whole")
    home.deliver("bank/loans_1.xlsx", "neither a workbook nor anything else")
    night(home, NIGHTS[0], projects=[make_project()])
    assert capsys.readouterr().err.count("refused whole bank/loans_1.xlsx: ") == 1
    night(home, NIGHTS[1], projects=[make_project()])
    assert "refused whole" not in capsys.readouterr().err
