"""The rules of the field side by side: one book, five profiles, each worked by hand."""

from decimal import Decimal
from typing import Any, Final

import pytest

from schemas.words.bases import BASES
from tests.makers import (
    YEAR_2025,
    Row,
    land,
    make_book,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_rate,
    make_year,
    reference,
    window,
    work_out,
)
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN, rules_of
from transforms.attribution.shares import attribute
from transforms.ground.calendar import Period
from transforms.outcomes.disclosure_crf import FACILITY

RULES: Final = rules_of(reference().profiles)
MONTHS: Final = make_year([10.0] * 12)
SHEET: Final = {"total_equity": "300.00", "total_debt": "500.00"}


def by_loan(name: str, holdings: Holdings, period: Period = YEAR_2025) -> dict[str, Row]:
    return {row["loan_id"]: row for row in attribute(holdings, period, RULES[name]).to_dicts()}


def tonnes(name: str, period: Period = YEAR_2025, **book: Any) -> float | None:
    (row,) = by_loan(name, make_holdings(**{"months": MONTHS, **book}), period).values()
    value: float | None = row["attributed_reductions_tco2e"]
    return value


def test_the_five_profiles_of_the_field_are_there_by_name() -> None:
    assert set(RULES) == {"nfra_green_finance", "pboc_crf", "pboc_carbon_accounting", "pcaf_avoided", "icma_pro_rata"}


def test_the_disclosure_of_the_facility_is_worked_out_by_its_profile() -> None:
    assert RULES["pboc_crf"] == FACILITY


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nfra_green_finance", 146.0),
        ("pboc_crf", 365.0),
        ("pboc_carbon_accounting", 108.0),
        ("pcaf_avoided", 60.0),
        ("icma_pro_rata", 146.0),
    ],
)
def test_one_loan_under_each_profile(name: str, expected: float) -> None:
    """1,000 yuan lent on 1 January under the facility, 600 repaid on 1 November; investment 1,000, equity + debt 800.

    The project promises 365 t a year; its meters show 10 t a month, 120 t in the year.
    regulator   400 / 1,000 x 365 = 146 t a year      facility   1,000 / 1,000 x 365 = 365 t a year
    guide       (10 x 1,000 + 2 x 400) / 12 = 900; 0.9 x 120 = 108 t
    PCAF        400 / 800 x 120 = 60 t                ICMA       400 / 1,000 x 365 = 146 t a year
    """
    loan = make_loan(crf_field="clean_energy")
    entries = [
        make_entry(value_date="2025-01-01", amount="1000.00"),
        make_entry(value_date="2025-11-01", amount="600.00", event="REPAYMENT"),
    ]
    assert tonnes(name, projects=[make_project(**SHEET)], loans=[loan], entries=entries) == pytest.approx(expected)


LATER: Final = make_project(commissioning_date="2026-02-01")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("nfra_green_finance", "under_construction"),
        ("pboc_crf", "promised"),
        ("pboc_carbon_accounting", "under_construction"),
        ("pcaf_avoided", "under_construction"),
        ("icma_pro_rata", "promised"),
    ],
)
def test_a_project_under_construction_counts_only_where_the_rule_looks_ahead(name: str, status: str) -> None:
    book = make_holdings(projects=[LATER], loans=[make_loan(crf_field="clean_energy")])
    row = by_loan(name, book)["L1"]
    assert row["status"] == status
    assert (row["attributed_reductions_tco2e"] is None) == (status == "under_construction")


@pytest.mark.parametrize("name", [name for name in RULES if name != "pcaf_avoided"])
def test_a_baseline_that_must_end_anyway_counts_under_every_rule_but_pcaf(name: str) -> None:
    ordered = [make_project(is_mandated_baseline="true")]
    loans = [make_loan(crf_field="clean_energy")]
    assert (tonnes(name, projects=ordered, loans=loans) or 0.0) > 0.0
    row = by_loan("pcaf_avoided", make_holdings(projects=ordered, months=MONTHS))["L1"]
    assert (row["status"], row["emission_reductions_tco2e"], row["attributed_reductions_tco2e"]) == ("reported", 0, 0)


def test_under_pcaf_a_mandated_project_that_emits_more_stays_negative() -> None:
    """-10 t a month at 500 / 1,000: -60 t; a rule that ends the baseline cannot make that better."""
    ordered = [make_project(is_mandated_baseline="true")]
    assert tonnes("pcaf_avoided", projects=ordered, months=make_year([-10.0] * 12)) == pytest.approx(-60.0)


@pytest.mark.parametrize(
    ("sheet", "denominator", "expected"),
    [
        ({"total_equity": "300.00", "total_debt": "500.00"}, "equity_plus_debt", 500 / 800 * 120),
        ({"total_equity": "-50.00", "total_debt": "625.00"}, "equity_plus_debt", 500 / 625 * 120),
        ({"total_equity": "300.00"}, "value_at_origination", 500 / 1000 * 120),
        ({"total_equity": "0.00", "total_debt": "0.00"}, "value_at_origination", 500 / 1000 * 120),
        ({}, "value_at_origination", 500 / 1000 * 120),
    ],
)
def test_pcaf_sets_the_loan_against_equity_and_debt_or_the_value_at_origination(
    sheet: dict[str, str], denominator: str, expected: float
) -> None:
    """Negative equity counts as 0, so that all is attributed to debt; a sheet of nothing does not count."""
    row = by_loan("pcaf_avoided", make_holdings(projects=[make_project(**sheet)], months=MONTHS))["L1"]
    assert row["denominator"] == denominator
    assert row["attributed_reductions_tco2e"] == pytest.approx(expected)


def test_the_value_at_origination_stays_frozen_when_the_investment_is_settled_higher() -> None:
    """500 of 1,000 at first, of 1,250 as settled: PCAF keeps 0.5, the regulator's rule takes 0.4."""
    settled = land("projects", [make_project(total_investment="1250.00")], number=7)
    held = work_out(make_book(more=[settled])).holdings
    rows = {
        name: by_loan(name, held)["L1"]["attribution_factor_ratio"] for name in ("pcaf_avoided", "nfra_green_finance")
    }
    assert rows == {"pcaf_avoided": 0.5, "nfra_green_finance": 0.4}


def test_the_first_investment_is_the_first_that_says_anything() -> None:
    empty, stated = make_project(total_investment="0"), make_project(total_investment="800.00")
    book = make_book([empty], more=[land("projects", [stated], number=7)])
    assert book.first_investments.rows() == [("P1", Decimal("800.00"), "CNY")]


def test_a_profile_without_any_denominator_has_no_figure() -> None:
    row = by_loan("pcaf_avoided", make_holdings(projects=[make_project(total_investment=None)], months=MONTHS))["L1"]
    assert (row["status"], row["attributed_reductions_tco2e"]) == ("blocked_no_denominator", None)


def test_the_facilitys_profile_is_about_money_newly_lent_under_a_field() -> None:
    """Of four loans only the first is: no field, a refinancing and working capital are not. All the lent money is in
    the divisor: 800 + 700 of 1,000, so that the first loan's 0.8 counts as 0.8 / 1.5.
    """
    loans = [
        make_loan(crf_field="clean_energy"),
        make_loan(loan_id="L2"),
        make_loan(loan_id="L3", crf_field="clean_energy", loan_type="refinance", refinances_loan_id="L1"),
        make_loan(loan_id="L4", crf_field="clean_energy", loan_type="working_capital"),
    ]
    entries = [
        make_entry(amount="800.00"),
        make_entry(loan_id="L2", amount="700.00"),
        make_entry(loan_id="L3"),
        make_entry(loan_id="L4"),
    ]
    rows = by_loan("pboc_crf", make_holdings(loans=loans, entries=entries))
    assert list(rows) == ["L1"]
    assert rows["L1"]["attributed_reductions_tco2e"] == pytest.approx(0.8 / 1.5 * 365)


def test_money_lent_before_its_field_belonged_to_the_facility_does_not_count_and_its_repayment_breaks_nothing() -> None:
    """300 lent in 2025 and 200 in February 2026 under a field of 2026-01-15; 400 repaid: only the 200 were lent under
    it, and a balance of 100 is not an overdraft.
    """
    entries = [
        make_entry(value_date="2025-06-01", amount="300.00"),
        make_entry(value_date="2026-02-01", amount="200.00"),
        make_entry(value_date="2026-03-01", amount="400.00", event="REPAYMENT"),
    ]
    book = make_holdings(loans=[make_loan(crf_field="green_upgrade")], entries=entries)
    row = by_loan("pboc_crf", book, window("2025-01-01", "2026-03-31"))["L1"]
    assert (row["status"], row["balance_cny"]) == ("promised", Decimal("200.00"))
    assert row["attributed_reductions_tco2e"] == pytest.approx(0.2 * 365)


def published(**book: Any) -> list[Row]:
    """The rows of 2025 of a book that knows of 2026."""
    entries = [make_entry(), make_entry(value_date="2026-01-02", amount="1.00")]
    marts = work_out(make_book(**{"projects": [make_project(**SHEET)], "entries": entries, **book})).marts
    return marts["mart.attributed_reductions"].filter(period="2025").to_dicts()


def test_each_loan_has_one_row_a_period_and_basis_and_one_a_period_and_profile() -> None:
    rows = published()
    named = [(row["basis"], row["profile"]) for row in rows]
    assert sorted(basis for basis, profile in named if profile is None) == sorted(set(BASES) - {"disbursed"})
    assert sorted(profile for basis, profile in named if basis is None) == sorted({*RULES} - {"pboc_crf"})
    assert all((basis is None) != (profile is None) for basis, profile in named)


def test_quarters_halves_and_years_are_periods_of_the_book() -> None:
    rows = work_out(make_book(entries=[make_entry(), make_entry(value_date="2026-01-02", amount="1.00")])).marts
    names = set(rows["mart.attributed_reductions"]["period"])
    assert names == {"2025Q1", "2025Q2", "2025Q3", "2025Q4", "2025H1", "2025H2", "2025", "2026Q1"}


def test_tonnes_per_year_and_tonnes_of_the_period_never_share_a_column() -> None:
    for row in published():
        rule = RULES.get(row["profile"], PLAIN["period_end"])
        of_period, per_year = row["attributed_reductions_tco2e"], row["attributed_annual_reductions_tco2e_per_year"]
        assert (of_period is None, per_year is None) == (rule.is_annual, not rule.is_annual)


def test_a_small_exposure_is_marked_under_the_rule_that_lets_it_out_and_kept() -> None:
    """500 yuan are below the guide's 5 million; the figure is kept all the same."""
    small = {row["profile"]: row for row in published() if row["is_small_exposure"]}
    assert list(small) == ["pboc_carbon_accounting"]
    assert small["pboc_carbon_accounting"]["attributed_reductions_tco2e"] == pytest.approx(0.5 * 365)


def test_a_guarantee_is_a_memo_in_yuan_and_changes_no_figure() -> None:
    """100 dollars guaranteed at 7 yuan: 700 beside every figure and in none."""
    rate = make_rate(date="2025-12-31")
    plain, with_guarantee = (
        make_holdings(
            loans=[make_loan(currency="USD", **named)],
            rates=[rate],
            months=MONTHS,
            entries=[make_entry(currency="USD", amount="50.00")],
        )
        for named in ({}, {"guarantor": "某担保公司", "guaranteed_amount": "100.00"})
    )
    for name in ("pcaf_avoided", "nfra_green_finance"):
        free, memo = by_loan(name, plain)["L1"], by_loan(name, with_guarantee)["L1"]
        assert memo.pop("guaranteed_cny") == Decimal("700.00")
        assert free.pop("guaranteed_cny") is None
        assert free == memo


def test_every_row_says_of_which_day_its_exchange_rate_is() -> None:
    """Lent in dollars; the last trading day before the year's end is the 30th."""
    rate = make_rate(date="2025-12-30")
    book = make_holdings(
        loans=[make_loan(currency="USD")],
        rates=[rate],
        months=MONTHS,
        entries=[make_entry(currency="USD", amount="50.00")],
    )
    row = by_loan("pcaf_avoided", book)["L1"]
    assert (str(row["exchange_rate_date"]), row["balance_cny"]) == ("2025-12-30", Decimal("350.00"))
    assert by_loan("pcaf_avoided", make_holdings(months=MONTHS))["L1"]["exchange_rate_date"] is None
