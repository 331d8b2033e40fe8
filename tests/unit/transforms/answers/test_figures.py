"""Figures of any period, in the shape that the command line's contract promises."""

import datetime as dt
import json
from typing import Any

import polars as pl
import pytest

from schemas.runs import Flag
from tests.makers import YEAR_2025, Row, book_flags, make_entry, make_holdings, make_loan, make_project, make_year
from transforms.answers.figures import figures

CONTRACT_ROW = {
    "emission_reductions_tco2e",
    "attribution_factor_ratio",
    "attributed_reductions_tco2e",
    "balance_cny",
    "status",
    "flags",
}


def answer(
    basis: str = "period_end", by: str = "portfolio", standing: list[Row] | None = None, **book: Any
) -> dict[str, Any]:
    tables = {"months": make_year([10.0] * 12), **book}
    flags = pl.DataFrame(standing or [], schema=Flag.polars_schema())
    return figures(make_holdings(**tables), book_flags(flags), YEAR_2025, basis, by)


def flag(code: str, subject: str = "P1") -> Row:
    return {"code": code, "subject": subject, "message": "a sentence", "message_zh": "一句话"}


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("portfolio", {"portfolio"}),
        ("lender", {"lender"}),
        ("project", {"project_id"}),
        ("loan", {"loan_id", "project_id", "lender"}),
    ],
)
def test_the_answer_has_the_keys_of_the_contract(by: str, keys: set[str]) -> None:
    answered = answer(by=by)
    assert {"from", "to", "basis", "rows", "coverage_ratio", "flags"} <= answered.keys()
    assert (answered["from"], answered["to"], answered["basis"]) == ("2025-01-01", "2025-12-31", "period_end")
    for row in answered["rows"]:
        assert keys | CONTRACT_ROW <= row.keys()


def test_the_answer_is_json_without_nan_or_decimals_in_disguise() -> None:
    answered = answer(projects=[make_project(total_investment=None)])
    again = json.loads(json.dumps(answered, allow_nan=False))
    assert again["rows"][0]["attributed_reductions_tco2e"] is None
    assert again["rows"][0]["balance_cny"] == 500.0


def test_a_flag_has_a_code_a_subject_and_a_message() -> None:
    answered = answer(entries=[make_entry(amount="1250.00")])
    (line,) = answered["flags"]
    assert line.keys() >= {"code", "subject", "message"}
    assert (line["code"], line["subject"]) == ("share_above_1", "P1")
    assert answered["rows"][0]["flags"] == ["share_above_1"]


def test_a_row_carries_only_the_flags_of_its_own_projects_and_loans() -> None:
    answered = answer(
        by="project",
        projects=[make_project(), make_project(project_id="P2")],
        loans=[make_loan(), make_loan(loan_id="L2", project_id="P2")],
        entries=[make_entry(), make_entry(loan_id="L2")],
        standing=[flag("mandated_baseline", "P2")],
    )
    assert [row["flags"] for row in answered["rows"]] == [[], ["mandated_baseline", "missing_reading"]]


def test_a_standing_flag_of_a_project_without_loans_is_left_out() -> None:
    assert answer(standing=[flag("mandated_baseline", "P9")])["flags"] == []


def test_a_reading_missing_in_other_months_is_not_a_flag_of_a_complete_figure() -> None:
    assert answer(standing=[flag("missing_reading")])["flags"] == []
    project = make_project(method="grid_renewable")
    blocked = answer(standing=[flag("missing_reading")], projects=[project], months=make_year([10.0] * 11))
    assert [line["code"] for line in blocked["flags"]] == ["missing_reading"]


def test_tonnes_a_year_say_that_they_must_not_be_added() -> None:
    codes = [line["code"] for line in answer("disbursed")["flags"]]
    assert codes == ["annual_rate"]


def test_a_period_without_loans_has_no_rows_and_no_coverage() -> None:
    answered = answer(entries=[make_entry(value_date="2026-01-01")])
    assert (answered["rows"], answered["coverage_ratio"]) == ([], None)


@pytest.mark.parametrize(
    ("basis", "is_flagged"), [("daily_average", True), ("month_end_average", True), ("period_end", False)]
)
def test_money_lent_before_the_plant_ran_is_flagged_beside_an_average(basis: str, is_flagged: bool) -> None:
    """Lent on 1 January, running from 2 March: 60 of 365 days; the standing flag of the year is not listed twice."""
    given = answer(
        basis,
        "loan",
        standing=[flag("balance_before_operation", "L1")],
        projects=[make_project(method="grid_renewable", commissioning_date="2025-03-02")],
        months=[
            {**month, "operating_from_date": max(month["operating_from_date"], dt.date(2025, 3, 2))}
            for month in make_year([10.0] * 12)[2:]
        ],
    )
    words = [line["message"] for line in given["flags"] if line["code"] == "balance_before_operation"]
    assert given["rows"][0]["status"] == "measured"
    assert ("balance_before_operation" in given["rows"][0]["flags"]) is is_flagged
    assert len(words) == is_flagged
    assert not is_flagged or "counts 60 of 365 days before the plant ran" in words[0]


def test_a_plant_that_ran_before_the_period_or_a_loan_drawn_later_changes_no_average() -> None:
    late = make_entry(value_date="2025-03-02")
    begun = make_project(method="grid_renewable", commissioning_date="2025-03-02")
    for book in ({}, {"entries": [late], "projects": [begun]}):
        codes = {line["code"] for line in answer("daily_average", **book)["flags"]}
        assert "balance_before_operation" not in codes


def test_each_loan_of_a_crowd_has_its_own_flags_and_those_of_its_project() -> None:
    loans = [make_loan(loan_id=f"L{n}", project_id=f"P{n % 2}", lender="银行") for n in range(6)]
    projects = [make_project(project_id=f"P{n}") for n in range(2)]
    entries = [make_entry(loan_id=f"L{n}", entry_id=f"E{n}", amount="100.00") for n in range(6)]
    months = [{**month, "project_id": f"P{n}"} for n in range(2) for month in make_year([10.0] * 12)]
    standing = [flag("overdrawn", "L3"), flag("derived_factor", "P0")]
    book = {"loans": loans, "projects": projects, "entries": entries, "months": months, "standing": standing}
    by_loan = {
        row["loan_id"]: set(row["flags"]) & {"overdrawn", "derived_factor"} for row in answer(by="loan", **book)["rows"]
    }
    assert by_loan == {
        f"L{n}": ({"derived_factor"} if n % 2 == 0 else {"overdrawn"} if n == 3 else set()) for n in range(6)
    }
    (lender,) = answer(by="lender", **book)["rows"]
    assert (lender["project_count"], sum(lender["statuses"].values())) == (2, 6)
    assert {"overdrawn", "derived_factor"} <= set(lender["flags"])
