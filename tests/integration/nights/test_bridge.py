"""What a night publishes of why tonnes moved: since the night before, and between the newest two quarters."""

import json
from collections.abc import Callable
from math import fsum
from typing import Any, Final

import duckdb
import pytest

from tests.integration.hostile.test_kill import FACILITY_LOAN, FACILITY_MONEY
from tests.integration.program import H07, Home

CHANGES: Final = {
    "parameters_2.csv": "parameter_id,scope,value,unit,valid_from,valid_to,source\n"
    "grid_cm_ef,P-PP,0.4,tCO2/MWh,2023-01-01,2023-12-31,synthetic\n",
    "operating_2.csv": "record_id,project_id,period_start,period_end,metric,value,unit,reported_at,version\n"
    "O1,P-PP,2023-01-01,2023-01-31,electricity_supplied,4100,MWh,2024-02-10T00:00:00,2\n",
    "loans_2.csv": "loan_id,project_id,lender,currency,contract_amount,sign_date,maturity_date,annual_rate_pct,"
    "loan_type,refinances_loan_id\n"
    "L-PP-02,P-PP,他行,CNY,30000000,2023-01-01,2035-01-10,4.2,new,\n",
    "ledger_2.csv": "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n"
    "E9,L-PP-02,2023-01-02,2023-01-02T00:00:00,DISBURSEMENT,30000000,CNY,\n",
}
"""A replaced factor, a corrected reading, and a new loan of another lender."""


def deliver(home: Home, files: dict[str, str]) -> None:
    for name, content in files.items():
        home.deliver(name, content)


@pytest.fixture(scope="module")
def two_nights(new_home: Callable[[str], Home]) -> Home:
    home = new_home("two_nights")
    home.deliver_case(H07)
    home.nightly()
    before = home.rows("FROM mart.attributed_reductions WHERE basis = 'monthly_matched'")
    (home.root / "before.json").write_text(json.dumps(claimed(before)), encoding="utf-8")
    deliver(home, CHANGES)
    home.nightly("--accept", "sums")
    return home


def claimed(rows: list[dict[str, Any]]) -> dict[str, float]:
    """By quarter."""
    sums: dict[str, float] = {}
    for row in rows:
        if "Q" in row["period"]:
            sums[row["period"]] = sums.get(row["period"], 0.0) + (row["attributed_reductions_tco2e"] or 0.0)
    return sums


def test_every_cause_of_the_first_quarter_is_that_of_a_hand_calculation(two_nights: Home) -> None:
    """12,800 MWh at 0.5, then 12,900 at 0.4; the first loan has 120 of 300 million, the new one 30.

    correction  100 x (0.5 + 0.4) / 2 x 0.4 = 18 t
    factor      -0.1 x (12,800 + 12,900) / 2 x 0.4 = -514 t
    new loan    12,900 x 0.4 x 0.1 = 516 t
    """
    rows = two_nights.rows("FROM mart.bridge_nights WHERE period = '2023Q1'")
    found = {(row["lender"], row["cause"], row["parameter_id"]): row["difference_tco2e"] for row in rows}
    assert found == pytest.approx(
        {
            ("本行", "corrections", None): 18.0,
            ("本行", "factor", "grid_cm_ef"): -514.0,
            ("他行", "money_lent", None): 516.0,
        }
    )


def test_the_bridge_closes_to_the_last_hundredth_in_every_quarter(two_nights: Home) -> None:
    before = json.loads((two_nights.root / "before.json").read_text("utf-8"))
    after = claimed(two_nights.rows("FROM mart.attributed_reductions WHERE basis = 'monthly_matched'"))
    rows = two_nights.rows("FROM mart.bridge_nights")
    differences = {quarter: after[quarter] - before.get(quarter, 0.0) for quarter in after}
    assert {row["period"] for row in rows} >= {quarter for quarter, tonnes in differences.items() if tonnes}
    for quarter, tonnes in differences.items():
        parts = fsum(row["difference_tco2e"] for row in rows if row["period"] == quarter)
        assert parts == pytest.approx(tonnes, abs=1e-9)


def test_a_night_that_moves_nothing_has_the_bridge_of_the_night_before(two_nights: Home, home: Home) -> None:
    two_nights.copied_to(home)
    before = home.rows("FROM mart.bridge_nights")
    home.nightly()
    assert home.rows("FROM mart.bridge_nights") == before


def test_the_first_night_has_no_night_before_it(worked_home: Home) -> None:
    assert worked_home.rows("FROM mart.bridge_nights") == []


def test_a_file_of_an_older_program_has_no_bridge_and_the_night_says_so(worked_home: Home, home: Home) -> None:
    worked_home.copied_to(home)
    home.warehouse.chmod(0o600)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("DROP TABLE mart.reading_uses")
    deliver(home, CHANGES)
    night = home.nightly("--accept", "sums")
    assert "mart.reading_uses: why tonnes moved since is not worked out" in night.err
    assert home.rows("FROM mart.bridge_nights") == []


def test_the_newest_two_quarters_are_bridged_every_night_as_the_command_bridges_them(sample_home: Home) -> None:
    rows = sample_home.rows("FROM mart.bridge_quarters")
    answer = sample_home.ask("compare", "2025Q3", "2025Q4", "--format", "json").json
    assert {(row["from_period"], row["to_period"], row["basis"]) for row in rows} == {
        ("2025Q3", "2025Q4", "monthly_matched")
    }
    for one in answer["causes"]:
        own = (one["cause"], one["parameter_id"])
        parts = fsum(row["difference_tco2e"] for row in rows if (row["cause"], row["parameter_id"]) == own)
        assert parts == pytest.approx(one["tco2e"], abs=1e-9)
    assert fsum(row["difference_tco2e"] for row in rows) == pytest.approx(answer["difference_tco2e"], abs=1e-9)


@pytest.fixture(scope="module")
def two_editions(new_home: Callable[[str], Home]) -> Home:
    """The same with a loan under the facility: each night prints an edition, from factors and readings of its own."""
    home = new_home("two_editions")
    home.deliver_case(H07)
    deliver(home, {"loans_facility.csv": FACILITY_LOAN, "ledger_facility.csv": FACILITY_MONEY})
    home.nightly()
    (home.root / "first.json").write_text(json.dumps(quarter_of(home)), encoding="utf-8")
    deliver(home, {name.replace("_2", "_3"): text.replace("L-PP-02", "L-PP-03") for name, text in CHANGES.items()})
    home.nightly("--accept", "sums")
    return home


def quarter_of(home: Home) -> float:
    """What the loans may claim of the printed quarter."""
    rows = home.rows(
        "FROM mart.attributed_reductions WHERE basis = 'monthly_matched' AND period = ?", printed_quarter(home)
    )
    return fsum(row["attributed_reductions_tco2e"] or 0.0 for row in rows)


def printed_quarter(home: Home) -> str:
    return str(home.rows("SELECT max(period) AS period FROM ops.editions")[0]["period"])


def test_two_editions_are_bridged_by_the_factors_and_readings_that_each_was_printed_from(two_editions: Home) -> None:
    document = f"crf/{printed_quarter(two_editions)}/crf_{printed_quarter(two_editions)}_all-lenders_zh"
    answer = two_editions.ask("compare", f"{document}/1", f"{document}/2", "--format", "json").json
    assert answer["from_tco2e"] == pytest.approx(json.loads((two_editions.root / "first.json").read_text("utf-8")))
    assert answer["to_tco2e"] == pytest.approx(quarter_of(two_editions))
    assert {"factor", "money_lent"} <= {one["cause"] for one in answer["causes"]}
    assert fsum(one["tco2e"] for one in answer["causes"]) == pytest.approx(answer["difference_tco2e"], abs=1e-9)
    night = two_editions.rows("FROM mart.bridge_nights WHERE period = ?", printed_quarter(two_editions))
    assert fsum(row["difference_tco2e"] for row in night) == pytest.approx(answer["difference_tco2e"], abs=1e-9)


def test_a_lenders_edition_is_about_its_own_loans(two_editions: Home) -> None:
    document = f"crf/{printed_quarter(two_editions)}/crf_{printed_quarter(two_editions)}_本行_en"
    answer = two_editions.ask("compare", f"{document}/1", f"{document}/2", "--by", "lender", "--format", "json").json
    assert [one["subject"] for one in answer["subjects"]] == ["本行"]
    assert "money_lent" not in {one["cause"] for one in answer["causes"]}


def test_a_state_of_an_edition_that_is_damaged_or_not_kept_is_refused(two_editions: Home, home: Home) -> None:
    two_editions.copied_to(home)
    document = f"crf/{printed_quarter(home)}/crf_{printed_quarter(home)}_all-lenders_zh"
    states = home.root / "disclosures" / "states"
    unknown = home.ask("compare", f"{document}/1", f"{document}/9")
    assert (unknown.code, "available: 1, 2" in unknown.err) == (2, True)
    for table in (states / "tables").iterdir():
        table.write_bytes(table.read_bytes()[:-1])
    damaged = home.ask("compare", f"{document}/1", f"{document}/2")
    assert (damaged.code, "the kept state of snapshot" in damaged.err) == (3, True)
    for record in states.glob("*.json"):
        record.unlink()
    lost = home.ask("compare", f"{document}/1", f"{document}/2")
    assert (lost.code, "nothing is kept of the snapshot" in lost.err, "name the moment" in lost.err) == (2, True, True)
