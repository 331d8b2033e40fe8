"""The worked table of docs/attribution.md is what the program says of that book."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.makers import Row, make_entry, make_holdings, make_loan, make_project, make_year, reference, window
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN, rules_of
from transforms.attribution.shares import attribute

PAGE: Final = (Path(__file__).resolve().parents[4] / "docs" / "attribution.md").read_text(encoding="utf-8")
ROW: Final = re.compile(
    r"^\| `(\w+)` \| ([AB]) \| .+ \| (\d+) \| ([\d.]+) \| ([\d,]+)( a year)? \| ([\d,.]+) \|$", re.M
)
TABLE: Final = ROW.findall(PAGE)
RULES: Final = {**PLAIN, **rules_of(reference().profiles)}
MEASURED: Final = [2000.0, 1800.0, 2600.0, 3000.0, 3400.0, 3600.0, 3800.0, 3700.0, 3200.0, 2600.0, 2100.0, 1900.0]


def book_of_the_page() -> Holdings:
    project = make_project(
        total_investment="300000000.00",
        total_equity="90000000.00",
        total_debt="160000000.00",
        reported_annual_reduction_tco2="34000",
        method="grid_renewable",
    )
    loans = [make_loan(loan_id="A"), make_loan(loan_id="B", lender="乙银行", crf_field="clean_energy")]
    entries = [
        make_entry(loan_id="A", value_date="2020-01-15", amount="120000000.00"),
        make_entry(loan_id="A", value_date="2023-07-01", amount="60000000.00", event="PREPAYMENT"),
        make_entry(loan_id="B", value_date="2023-10-10", amount="30000000.00"),
    ]
    return make_holdings([project], loans, entries, make_year(MEASURED, 2023))


BOOK: Final = book_of_the_page()


def number(text: str) -> float:
    return float(text.replace(",", ""))


def computed(rule: str) -> dict[str, Row]:
    rows = attribute(BOOK, window("2023-01-01", "2023-12-31"), RULES[rule]).to_dicts()
    return {row["loan_id"]: row for row in rows}


@pytest.mark.parametrize("line", TABLE, ids=[f"{line[0]} {line[1]}" for line in TABLE])
def test_a_line_of_the_page_is_what_the_program_works_out(line: tuple[str, ...]) -> None:
    rule, loan, _, factor, reduction, per_year, tonnes = line
    row = computed(rule)[loan]
    assert f"{row['attribution_factor_ratio']:.6f}" == factor
    assert row["emission_reductions_tco2e"] == pytest.approx(number(reduction))
    assert f"{row['attributed_reductions_tco2e']:.2f}" == f"{number(tonnes):.2f}"
    assert bool(per_year) == RULES[rule].is_annual


def test_the_page_has_a_line_for_every_loan_under_every_rule() -> None:
    assert {(line[0], line[1]) for line in TABLE} == {(rule, loan) for rule in RULES for loan in computed(rule)}


def test_the_page_names_the_denominator_of_every_rule() -> None:
    for rule, _, over, *_ in TABLE:
        assert over == ("250" if rule == "pcaf_avoided" else "300"), rule
