"""Five rules of the field on the sample book: the table, the macro and the command line say the same of each loan."""

import json
import math
from typing import Any, Final

import pytest

from tests.integration.program import Home

PROFILES: Final = ["nfra_green_finance", "pboc_crf", "pboc_carbon_accounting", "pcaf_avoided", "icma_pro_rata"]
ANNUAL: Final = {"nfra_green_finance", "pboc_crf", "icma_pro_rata"}
PERIODS: Final = {
    "2025": ("2025-01-01", "2025-12-31"),
    "2024H1": ("2024-01-01", "2024-06-30"),
    "2025Q2": ("2025-04-01", "2025-06-30"),
}


def same(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-9)


def answered(home: Home, profile: str, *days: str, by: str = "loan") -> dict[str, Any]:
    first, last = days
    answer = home.ask("figures", "--from", first, "--to", last, "--profile", profile, "--by", by, "--format", "json")
    assert answer.code == 0, answer.err
    return dict(json.loads(answer.out))


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("profile", PROFILES)
def test_table_macro_and_command_line_agree_loan_by_loan(sample_home: Home, profile: str, period: str) -> None:
    days = PERIODS[period]
    answer = answered(sample_home, profile, *days)
    stored = sample_home.rows("FROM mart.attributed_reductions WHERE period = ? AND profile = ?", period, profile)
    macro = {r["loan_id"]: r for r in sample_home.rows("FROM mart.attributed_by_profile(?, ?, ?)", *days, profile)}
    answers = {row["loan_id"]: row for row in answer["rows"]}
    assert answers.keys() == macro.keys() == {row["loan_id"] for row in stored}
    own = "attributed_annual_reductions_tco2e_per_year" if profile in ANNUAL else "attributed_reductions_tco2e"
    other = "attributed_reductions_tco2e" if profile in ANNUAL else "attributed_annual_reductions_tco2e_per_year"
    for row in stored:
        loan = row["loan_id"]
        assert answers[loan]["status"] == macro[loan]["status"] == row["status"], loan
        assert same(row[own], answers[loan]["attributed_reductions_tco2e"]), loan
        assert same(row[own], macro[loan][own]), loan
        assert row[other] is None
        assert macro[loan][other] is None
        assert same(row["attribution_factor_ratio"], macro[loan]["attribution_factor_ratio"]), loan
        assert row["denominator"] == macro[loan]["denominator"]


def test_the_facilitys_profile_of_a_year_is_its_disclosure_of_that_year(sample_home: Home) -> None:
    answer = answered(sample_home, "pboc_crf", *PERIODS["2025"], by="portfolio")
    (row,) = sample_home.rows(
        "FROM mart.disclosure_crf d WHERE period = '2025Q4' AND lender = '*' AND crf_field = 'total' "
        "AND d.\"window\" = 'year_to_date'"
    )
    assert answer["rows"][0]["attributed_reductions_tco2e"] == pytest.approx(
        row["attributed_annual_reductions_tco2e_per_year"], rel=1e-12
    )
    assert (answer["profile"], answer["basis"], answer["quantity"]) == ("pboc_crf", "disbursed", "promised_annual")
    assert answer["flags"][0]["code"] == "annual_rate"


def test_a_mandated_baseline_counts_under_the_regulators_rule_and_is_zero_under_pcaf(sample_home: Home) -> None:
    rows = sample_home.rows(
        "SELECT profile, sum(attributed_reductions_tco2e) AS tonnes, sum(attributed_annual_reductions_tco2e_per_year) "
        "AS rate FROM mart.attributed_reductions WHERE period = '2025' AND is_mandated_baseline "
        "AND profile IS NOT NULL GROUP BY profile"
    )
    by_profile = {row["profile"]: row for row in rows}
    assert by_profile["pcaf_avoided"]["tonnes"] == 0.0
    assert by_profile["nfra_green_finance"]["rate"] > 0
    assert by_profile["pboc_carbon_accounting"]["tonnes"] > 0
    assert sample_home.rows("FROM ops.flags WHERE code = 'mandated_baseline' AND subject = 'P-GX-BOILER'")


def test_an_unknown_profile_is_wrong_usage_and_the_known_ones_are_named(sample_home: Home) -> None:
    answer = sample_home.ask("figures", "--from", "2025-01-01", "--to", "2025-12-31", "--profile", "pcaf")
    assert answer.code == 2
    assert "pcaf_avoided" in answer.err


def test_pcafs_scores_are_shown_beside_their_coverage(sample_home: Home) -> None:
    (row,) = sample_home.rows("FROM mart.data_quality_totals WHERE period = '2025' AND lender = '*'")
    assert 1 <= row["weighted_avoided_emissions_score"] <= 3
    assert 1 <= row["weighted_project_finance_score"] <= 5
    assert 0 < row["coverage_ratio"] < 1


def test_every_gate_on_claims_and_windows_saw_nothing_wrong(sample_home: Home) -> None:
    gates = {row["gate"]: row["is_passed"] for row in sample_home.rows("FROM ops.gate_results")}
    assert gates["a_tonne_is_claimed_once"]
    assert gates["disclosure_windows_grow"]
