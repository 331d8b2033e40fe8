"""The formulas that belong to no method are printed from the expressions that run, in both languages."""

from collections.abc import Callable
from typing import Final

import polars as pl
import pytest

from flows.published.kinds.formulas import printed_formulas
from reports.crf.words import WORDS
from schemas.reference import DENOMINATORS, REDUCTIONS
from schemas.words.bases import BASES
from tests.makers import make_entry, make_holdings, make_loan, make_project, make_year, window
from transforms.attribution import shares
from transforms.attribution.profiles import PLAIN, Rule
from transforms.attribution.shares import attribute
from transforms.methods.engine.render import Lang
from transforms.outcomes import promised_expected_measured as outcomes
from transforms.outcomes.disclosure_crf import FACILITY

BALANCE_SHEET: Final = Rule("period_end", denominator="equity_plus_debt")
ADDED: Final[dict[str, Callable[..., pl.Expr]]] = {
    "share_of": lambda money: money / shares.INVESTMENT + 9,
    "attributed": lambda tonnes, share: tonnes * share + 9,
}
"""Each function of the share rule, and a false one."""


@pytest.mark.parametrize(
    ("rule", "lang", "printed"),
    [
        (FACILITY, "zh", "贷款带动的减排量 = 项目承诺的全年减排量 × 窗口内发放金额 ÷ 项目总投资"),
        (
            FACILITY,
            "en",
            (
                "attributed reduction = the project's promised annual reduction × money disbursed in the window"
                " ÷ total investment"
            ),
        ),
        (BALANCE_SHEET, "zh", "贷款带动的减排量 = 项目期内实测减排量 × 期末余额 ÷ 项目资本金与债务合计"),
    ],
    ids=["zh", "en", "another rule"],
)
def test_a_share_is_printed_in_the_words_of_its_rule(rule: Rule, lang: Lang, printed: str) -> None:
    assert printed_formulas(rule, lang).share == printed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_of_a_rule_has_its_words_in_both_languages(lang: str) -> None:
    assert {*BASES, *DENOMINATORS, *REDUCTIONS} <= set(WORDS[lang].signs)


@pytest.mark.parametrize("name", ADDED)
def test_a_share_rule_that_changes_changes_the_tonnes_and_what_is_printed_of_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a project of 1,000 yuan lent: 6 of the year's 12 t."""
    before = tonnes_and_print()
    assert before[0] == 6.0
    monkeypatch.setattr(shares, name, ADDED[name])
    after = tonnes_and_print()
    assert after[0] != before[0]
    assert "9" in after[1]


def tonnes_and_print() -> tuple[float, str]:
    holdings = make_holdings(
        [make_project(total_investment="1000.00")],
        [make_loan()],
        [make_entry(value_date="2025-01-01", amount="500.00")],
        make_year([1.0] * 12),
    )
    row = attribute(holdings, window("2025-01-01", "2025-12-31"), "period_end").row(0, named=True)
    return row["attributed_reductions_tco2e"], printed_formulas(PLAIN["period_end"], "zh").share


def test_what_is_expected_changes_with_what_is_printed_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100 t promised 80 % are expected."""
    assert compared()["expected_median_tco2e"] == 80.0
    monkeypatch.setattr(outcomes, "expected", lambda ratio=outcomes.REALISED: outcomes.PROMISED * ratio + 9)
    assert compared()["expected_median_tco2e"] == 89.0
    assert "9" in printed_formulas(FACILITY, "en").expected


def test_a_gap_changes_with_what_is_printed_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100 t promised 70 t were measured."""
    assert compared()["measured_minus_promised_tco2e"] == -30.0
    monkeypatch.setattr(outcomes, "GAP", outcomes.GAP + 9)
    assert compared()["measured_minus_promised_tco2e"] == -21.0
    assert "9" in printed_formulas(FACILITY, "en").gap


def compared() -> dict[str, float]:
    row = {"promised_reductions_tco2e": 100.0, "measured_reductions_tco2e": 70.0}
    ratios = {"median_ratio": 0.8, "p10_ratio": 0.5, "p90_ratio": 1.0}
    return outcomes._compared(pl.DataFrame([row | ratios])).row(0, named=True)


def test_expected_and_gap_are_printed_in_both_languages() -> None:
    assert [printed_formulas(FACILITY, "zh").expected, printed_formulas(FACILITY, "zh").gap] == [
        "预期 = 承诺 × 实现率",
        "差额 = 实测 − 承诺",
    ]
    assert printed_formulas(FACILITY, "en").gap == "Gap = measured − promised"
