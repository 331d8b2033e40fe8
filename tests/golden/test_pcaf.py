"""PCAF's own worked examples through our attribution: lines apart, scores weighted, equity and debt below the line."""

from typing import Final

import polars as pl
import pytest

from tests.golden.cases import Case, golden
from tests.makers import (
    YEAR_2025,
    Row,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_year,
    reference,
)
from transforms.attribution.profiles import rules_of
from transforms.attribution.shares import attribute
from transforms.outcomes.data_quality import score_sums, weighted_score

PCAF: Final = rules_of(reference().profiles)["pcaf_avoided"]
LINES: Final = ["s1", "s2", "s3", "removals", "retired", "generated"]


def attributed_sum(amounts: list[float], money: list[float], denominators: list[float]) -> float:
    """Sum over projects of amount x money / denominator, through the rule of PCAF."""
    projects, loans, entries, months = [], [], [], []
    for number, (amount, lent, over) in enumerate(zip(amounts, money, denominators, strict=True)):
        project_id, loan_id = f"P{number}", f"L{number}"
        sheet: Row = {"total_equity": f"{over / 4:.2f}", "total_debt": f"{over * 3 / 4:.2f}"}
        projects.append(make_project(project_id=project_id, method="grid_renewable", **sheet))
        loans.append(make_loan(loan_id=loan_id, project_id=project_id))
        entries.append(make_entry(loan_id=loan_id, amount=f"{lent:.2f}"))
        months += make_year([amount / 12] * 12, project_id=project_id)
    rows = attribute(make_holdings(projects, loans, entries, months), YEAR_2025, PCAF)
    return float(rows["attributed_reductions_tco2e"].sum())


@golden("G10")
@pytest.mark.parametrize("line", LINES)
def test_each_of_the_six_lines_is_attributed_by_itself_and_nothing_is_netted(case: Case, line: str) -> None:
    """Removals, credits retired and credits generated each keep their own sum beside scopes 1, 2 and 3."""
    inputs = case["inputs"]
    money = [1000 * factor for factor in inputs["af"]]
    assert attributed_sum(inputs[line], money, [1000.0] * 3) == pytest.approx(case["expected"][line], abs=1e-6)


@golden("G11")
@pytest.mark.parametrize(("lines", "expected"), [(6, "all"), (2, "oil_gas")])
def test_scores_are_weighted_by_the_outstanding_amount_as_in_the_box(case: Case, lines: int, expected: str) -> None:
    rows = pl.DataFrame(
        {
            "project_finance_score": case["inputs"]["score"][:lines],
            "balance_cny": case["inputs"]["outstanding"][:lines],
        }
    )
    weighted = rows.select(**score_sums("project_finance_score")).select(weighted_score("project_finance_score")).item()
    assert round(weighted, 2) == case["expected"][expected]


@golden("G12")
def test_the_market_value_adjustment_is_a_weighted_sum_of_denominators(case: Case) -> None:
    """Four investees of weights 0.4 to 0.1: intensity = sum of weight x emissions / EVIC, before and after.

    For a loan to a project the denominator is the project's own value, so no figure of ours uses the adjustment.
    """
    inputs, expected = case["inputs"], case["expected"]
    weights = [100.0 * weight for weight in inputs["w"]]
    before, after = ([100.0 * value for value in inputs[name]] for name in ("evic_b", "evic_t"))
    base, current = (attributed_sum(inputs["e"], weights, over) for over in (before, after))
    adjustment = attributed_sum(inputs["evic_b"], weights, after)
    assert round(base, 1) == expected["i_base"]
    assert round(current) == expected["i_curr"]
    assert round(adjustment, 3) == expected["adj"]
    assert round(base * adjustment, 1) == expected["base_adj"]
    assert round(current / adjustment, 1) == expected["curr_adj"]


@golden("V04")
def test_debt_of_half_the_balance_sheet_claims_half(case: Case) -> None:
    """50 of debt over 50 of equity + 50 of debt; if equity falls below 0 all of it belongs to the debt."""
    debt, equity = case["inputs"]["debt"], case["inputs"]["equity"]
    for sheet, share in ((equity, case["expected"]["attribution_to_debt"]), (-equity, 1.0)):
        project = make_project(total_equity=f"{sheet}.00", total_debt=f"{debt}.00")
        book = make_holdings([project], entries=[make_entry(amount=f"{debt}.00")], months=make_year([1.0] * 12))
        (row,) = attribute(book, YEAR_2025, PCAF).to_dicts()
        assert row["attribution_factor_ratio"] == share
