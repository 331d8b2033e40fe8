"""No published figure moves in silence: what it was and is, since when, and which row moved it."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest

from flows.reference.tables import printed_sentences
from schemas.catalog import TABLES
from schemas.contract import conform
from schemas.deliveries import LedgerEntry, OperatingRecord, Project
from schemas.disclosures import CrfDisclosure, CrfProject
from schemas.marts import AttributedReduction, ProjectMonth
from schemas.reference import Parameter, ParameterUse
from tests.makers import (
    Row,
    make_entry,
    make_loan,
    make_month,
    make_parameter,
    make_project,
    make_reading,
    typed,
    written,
)
from transforms.answers.restatements import (
    disclosed_otherwise,
    moved_figures,
    restatements,
    restatements_of_the_whole,
)
from transforms.flags.restated import restated_flags

Tables = dict[str, pl.DataFrame]
SENTENCES: Final = printed_sentences()
NIGHT: Final = dt.datetime(2026, 2, 2, tzinfo=dt.UTC)
PER_YEAR: Final = "attributed_annual_reductions_tco2e_per_year"


def months(*tonnes: float | None, **named: Any) -> Tables:
    rows = [
        make_month(month_start_date=dt.date(2025, number, 1), emission_reductions_tco2e=value, **named)
        for number, value in enumerate(tonnes, start=1)
    ]
    return {"mart.project_months": pl.DataFrame(rows, schema=ProjectMonth.polars_schema())}


def part(tonnes: float | None, **named: Any) -> Row:
    """What L1 of lender 甲银行 has of P1 in 2024 under PCAF."""
    return {
        "period": "2024",
        "period_from_date": dt.date(2024, 1, 1),
        "period_to_date": dt.date(2024, 12, 31),
        "loan_id": "L1",
        "project_id": "P1",
        "lender": "甲银行",
        "profile": "pcaf_avoided",
        "status": "reported",
        "attributed_reductions_tco2e": tonnes,
        "denominator": "equity_plus_debt",
        "is_small_exposure": False,
        "is_mandated_baseline": False,
        **named,
    }


def parts(*rows: Row) -> Tables:
    schema = AttributedReduction.polars_schema()
    return {"mart.attributed_reductions": pl.DataFrame(list(rows), schema=schema)}


def beside(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return restatements(moved_figures(before, after), before, after, NIGHT, SENTENCES)


def restated(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> list[Row]:
    return beside(before, after).to_dicts()


def test_a_month_that_moves_is_listed_with_what_it_was_and_is() -> None:
    (row,) = restated(months(100.0, 80.0), months(100.0, 90.0))
    assert (row["subject"], row["period"], row["before"], row["after"], row["since"]) == (
        "P1",
        "2025-02",
        80.0,
        90.0,
        NIGHT,
    )
    assert (row["container"], row["unit"], row["lender"]) == ("avoided_emissions", "tCO2e", None)


def test_a_figure_that_is_lost_is_restated_and_one_that_is_new_is_not() -> None:
    (row,) = restated(months(100.0, None), months(None, 90.0))
    assert (row["period"], row["before"], row["after"]) == ("2025-01", 100.0, None)


def test_a_project_that_is_gone_is_restated() -> None:
    assert [row["after"] for row in restated(months(100.0), months())] == [None]


def test_rounding_is_not_a_restatement() -> None:
    assert restated(months(100.0), months(100.0 + 1e-10)) == []


def test_a_month_that_was_not_over_only_grows() -> None:
    growing = months(40.0, operating_to_date=dt.date(2025, 1, 12))
    assert restated(growing, months(100.0)) == []


def test_the_parts_of_loans_are_listed_by_lender_and_rule() -> None:
    """Two loans of one lender, 300 + 400 = 700 t, then 300 + 575 = 875 t; the other lender's 10 t stay."""
    other = part(10.0, loan_id="L9", lender="乙银行")
    before = parts(part(300.0), part(400.0, loan_id="L2"), other)
    (row,) = restated(before, parts(part(300.0), part(575.0, loan_id="L2"), other))
    assert (row["lender"], row["profile"], row["before"], row["after"]) == ("甲银行", "pcaf_avoided", 700.0, 875.0)


def test_tonnes_per_year_keep_their_unit() -> None:
    promised = {"status": "promised", "profile": "icma_pro_rata"}
    before, after = (parts(part(None, **promised, **{PER_YEAR: value})) for value in (5.0, 6.0))
    (row,) = restated(before, after)
    assert (row["unit"], row["before"], row["after"]) == ("tCO2e/yr", 5.0, 6.0)


def placed(frame: pl.DataFrame, contract: Any, file: str) -> pl.DataFrame:
    worked_out = {name: pl.col(name.removeprefix("delivered_")) for name in contract.columns() if "delivered_" in name}
    return conform(frame.with_columns(delivery_id=pl.lit("d"), source_file=pl.lit(file), **worked_out), contract)


def book(file: str = "bank/first.csv", **tables: Row) -> Tables:
    """core tables of one row each, from one file; no forest, no rate, no factor."""
    contracts = {"projects": Project, "ledger": LedgerEntry, "operating": OperatingRecord}
    rows = {"projects": make_project(), "ledger": make_entry(), "operating": make_reading(), **tables}
    core = {f"core.{name}": placed(typed(name, [rows[name]]), of, file) for name, of in contracts.items()}
    empty = ("core.forest_strata", "core.fx", "core.parameters", "mart.parameter_uses")
    return {
        **{name: TABLES[name].empty_frame() for name in empty},
        **core,
        "core.loans": typed("loans", [make_loan()]),
    }


def cause(before: Tables, after: Tables) -> str:
    (row,) = restated({**months(80.0), **before}, {**months(90.0), **after})
    return str(row["cause"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"projects": make_project(total_investment="900.00")},
            "projects: bank/later.csv line 2 (total_investment 1000.00 -> 900.00)",
        ),
        (
            {"projects": make_project(commissioning_date="2020-02-01", method="none")},
            "projects: bank/later.csv line 2 (method reported -> none, commissioning_date 2020-01-01 -> 2020-02-01)",
        ),
        ({"ledger": make_entry(amount="501.00")}, "ledger: bank/later.csv line 2"),
        ({"operating": make_reading(value="101")}, "operating: bank/later.csv line 2"),
    ],
)
def test_the_cause_names_the_rows_that_changed(change: dict[str, Row], words: str) -> None:
    later = {name: book("bank/later.csv", **change)[f"core.{name}"] for name in change}
    after = {**book(), **{f"core.{name}": frame for name, frame in later.items()}}
    assert cause(book(), after) == words


def test_a_row_that_no_longer_counts_is_a_cause() -> None:
    after = {**book(), "core.operating": book()["core.operating"].clear()}
    assert cause(book(), after) == "operating: no longer counts: bank/first.csv line 2"


def test_the_same_rows_from_another_file_are_not_a_cause() -> None:
    assert cause(book(), book("bank/again.csv")).startswith("no delivered row")


def test_beside_a_file_that_lacks_a_table_a_cause_in_it_is_not_known_whatever_else_is_found() -> None:
    before = {name: rows for name, rows in book().items() if name != "core.forest_strata"}
    unknown = "a cause in core.forest_strata is not known: the file published before lacks something that would show it"
    assert cause(before, book()) == unknown
    later = book("bank/later.csv", operating=make_reading(value="101"))
    assert cause(before, later) == f"operating: bank/later.csv line 2; {unknown}"


def test_without_the_loans_an_entry_is_of_no_known_project() -> None:
    before = {name: rows for name, rows in book().items() if name != "core.loans"}
    assert cause(before, book(ledger=make_entry(amount="501.00"))).startswith(
        "a cause in core.loans, core.ledger, core.fx is not known"
    )


def factor(value: float) -> Tables:
    """A factor of the grid that P1 used in January, and one that nobody used."""
    rows = typed("parameters", [make_parameter(parameter_id="grid_om_ef", scope="Central"), make_parameter(scope="X")])
    table = conform(rows.with_columns(value=pl.lit(value), parameter_status=pl.lit("delivered")), Parameter)
    of_no_item = dict.fromkeys(("kind", "item"), pl.lit(None, pl.String))
    use = table.filter(scope="Central").with_columns(
        project_id=pl.lit("P1"), month_start_date=dt.date(2025, 1, 1), symbol=pl.lit("ef"), **of_no_item
    )
    return {"core.parameters": table, "mart.parameter_uses": conform(use, ParameterUse)}


def test_a_factor_that_the_project_used_is_a_cause_with_both_values() -> None:
    words = "parameters: grid_om_ef of Central 0.7 -> 0.8 (a letter of the project)"
    assert cause({**book(), **factor(0.7)}, {**book(), **factor(0.8)}) == words


def test_money_and_shares_of_a_lenders_part_are_restated_beside_its_tonnes() -> None:
    """500 of 1,000 yuan, then 400: two figures of the same part, in no container."""
    half, less = (
        parts(part(10.0, balance_cny=Decimal(money), attribution_factor_ratio=share))
        for money, share in (("500.00", 0.5), ("400.00", 0.4))
    )
    rows = restated({**half, **book()}, {**less, **book()})
    assert [(row["figure_name"], row["unit"], row["before"], row["after"], row["container"]) for row in rows] == [
        ("attribution_factor_ratio", "ratio", 0.5, 0.4, None),
        ("balance_cny", "CNY", 500.0, 400.0, None),
    ]


def test_a_flag_lists_tonnes_alone() -> None:
    half, less = (parts(part(10.0, balance_cny=Decimal(money))) for money in ("500.00", "400.00"))
    assert restated_flags(beside({**half, **book()}, {**less, **book()})).is_empty()


def disclosed(money: str, project: str = "P1", **named: Any) -> Row:
    """What the disclosure of a quarter lists of a project."""
    return {
        "period": "2025Q4",
        "lender": "甲银行",
        "project_id": project,
        "crf_field": "clean_energy",
        "method": "grid_renewable",
        "disbursed_cny": Decimal(money),
        "status": "promised",
        **named,
    }


def projects_of(*rows: Row) -> Tables:
    return {"mart.disclosure_crf_projects": pl.DataFrame(list(rows), schema=CrfProject.polars_schema())}


def field(money: str, count: int, rate: float) -> Tables:
    """The quarter's sums of a field of the facility."""
    row = {
        "period": "2025Q4",
        "lender": "甲银行",
        "crf_field": "clean_energy",
        "window": "quarter",
        "window_to_date": dt.date(2025, 12, 31),
        "project_count": count,
        "disbursed_cny": Decimal(money),
        "weighted_rate_pct": rate,
    }
    return {"mart.disclosure_crf": pl.DataFrame([row], schema=CrfDisclosure.polars_schema())}


def test_what_a_disclosure_prints_of_a_project_is_restated_with_the_quarters_days() -> None:
    (row,) = restated({**projects_of(disclosed("100.00")), **book()}, {**projects_of(disclosed("90.00")), **book()})
    assert (row["subject"], row["figure_name"], row["unit"]) == ("P1", "disbursed_cny", "CNY")
    assert (row["before"], row["after"]) == (100.0, 90.0)
    assert (row["period_from_date"], row["period_to_date"]) == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))


def test_a_sum_of_projects_is_restated_with_those_that_are_listed_otherwise_a_new_one_too() -> None:
    """P1 lent 10 less, and P2 is listed for the first time: the field has 190 of two projects, at another rate."""
    before = {**projects_of(disclosed("100.00")), **field("100.00", 1, 2.5)}
    after = {**projects_of(disclosed("90.00"), disclosed("100.00", "P2")), **field("190.00", 2, 2.6)}
    otherwise = disclosed_otherwise(before, after)
    of_sums = moved_figures({"mart.disclosure_crf": before["mart.disclosure_crf"]}, after)
    rows = restatements_of_the_whole(of_sums, otherwise, NIGHT, SENTENCES).to_dicts()
    assert [(row["figure_name"], row["unit"], row["before"], row["after"]) for row in rows] == [
        ("quarter/disbursed_cny", "CNY", 100.0, 190.0),
        ("quarter/project_count", "count", 1.0, 2.0),
        ("quarter/weighted_rate_pct", "%", 2.5, 2.6),
    ]
    assert {(row["subject"], row["cause"], row["cause_zh"]) for row in rows} == {
        ("clean_energy", "the projects P1, P2 are listed otherwise", "所列项目 P1、P2 有变动")
    }


def test_a_cause_names_five_projects_and_how_many_more() -> None:
    names = [f"P{number}" for number in range(1, 9)]
    before, after = (projects_of(*(disclosed(money, name) for name in names)) for money in ("100.00", "90.00"))
    of_sums = moved_figures(field("800.00", 8, 2.5), field("720.00", 8, 2.5))
    (row,) = restatements_of_the_whole(of_sums, disclosed_otherwise(before, after), NIGHT, SENTENCES).to_dicts()
    assert row["cause"] == "the projects P1, P2, P3, P4, P5 and 3 more are listed otherwise"


def test_a_sum_that_moves_while_no_project_does_is_the_programs() -> None:
    of_sums = moved_figures(field("100.00", 1, 2.5), field("100.00", 1, 2.6))
    (row,) = restatements_of_the_whole(of_sums, disclosed_otherwise({}, {}), NIGHT, SENTENCES).to_dicts()
    assert row["cause"].startswith("no delivered row")


def test_the_first_statement_of_a_sum_does_not_count_as_a_restatement() -> None:
    nothing = {"mart.disclosure_crf": pl.DataFrame(schema=CrfDisclosure.polars_schema())}
    assert moved_figures(nothing, field("100.00", 1, 2.5)).is_empty()


def test_the_flag_lists_the_months_in_both_languages() -> None:
    rows = beside({**months(80.0, 50.0), **book()}, {**months(90.0, None), **book()})
    (flag,) = written(restated_flags(rows)).to_dicts()
    assert (flag["code"], flag["subject"]) == ("restated", "P1")
    assert "2025-02 50.0 -> - t; 2025-01 80.0 -> 90.0 t" in flag["message"]
    assert "自 2026-02-02 起重述 2 个已公布数字" in flag["message_zh"]


def test_a_small_change_is_shown_with_the_digits_in_which_it_differs() -> None:
    rows = beside({**months(3000.0, 80.0), **book()}, {**months(3000.0004, 80.004), **book()})
    (flag,) = written(restated_flags(rows)).to_dicts()
    assert "2025-02 80.0 -> 80.004 t; 2025-01 3000.0 -> 3000.0004 t" in flag["message"]


def test_the_flag_names_the_year_and_not_its_quarters_again() -> None:
    """A year with its quarters; of another year one half with its quarter, and a quarter of the other half."""
    days = {
        "2024": ("2024-01-01", "2024-12-31"), "2024Q4": ("2024-10-01", "2024-12-31"),
        "2025H1": ("2025-01-01", "2025-06-30"), "2025Q2": ("2025-04-01", "2025-06-30"),
        "2025Q3": ("2025-07-01", "2025-09-30"),
    }  # fmt: skip
    spans = {
        period: {"period_from_date": dt.date.fromisoformat(first), "period_to_date": dt.date.fromisoformat(last)}
        for period, (first, last) in days.items()
    }
    before, after = (
        parts(*(part(value, period=period, **span) for period, span in spans.items())) for value in (7.0, 8.0)
    )
    (flag,) = written(restated_flags(beside(before, after))).to_dicts()
    listed = [one.split()[0] for one in flag["message"].split(": ")[1].split("; ")[:-1]]
    assert listed == ["2025Q3", "2025H1", "2024"]
