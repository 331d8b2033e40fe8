"""Who counts, and what a basis counts, is decided once: change it there and Polars and SQL change alike.

One book has every kind of loan and project: new, refinancing, working capital, under the facility, overdrawn, dollars;
metered, reported without a promise, ordered to end anyway, idle.
"""

from collections.abc import Callable
from typing import Any, Final

import duckdb
import polars as pl
import pytest

from schemas.contract import DataFrame
from schemas.marts import BalanceChange
from schemas.words.bases import BASES, MEANINGS, Basis
from tests.makers import (
    YEAR_2025,
    Row,
    attributed,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_rate,
    make_year,
    window,
)
from tests.makers import reference as reference_tables
from tests.twin import Twin
from transforms.attribution import exposures, project_reductions, roles, shares
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import rules_of
from transforms.attribution.roles import loan_roles, project_roles
from transforms.ground.calendar import day_number, month_number
from transforms.money.balances import balances_before

PROJECTS: Final = [
    make_project(is_mandated_baseline=True, method="grid_renewable"),
    make_project(project_id="P2", reported_annual_reduction_tco2=None),
    make_project(project_id="P3", method="grid_renewable", commissioning_date=None),
    make_project(project_id="P4", method="none"),
]
LOANS: Final = [
    make_loan(),
    make_loan(loan_id="L2", loan_type="refinance", crf_field="clean_energy"),
    make_loan(loan_id="L3", loan_type="working_capital", crf_field="clean_energy"),
    make_loan(loan_id="L4", crf_field="clean_energy"),
    make_loan(loan_id="L5", project_id="P2", currency="USD"),
    make_loan(loan_id="L6", project_id="P2", lender="乙银行"),
    make_loan(loan_id="L7", project_id="P3"),
    make_loan(loan_id="L8", project_id="P4"),
    make_loan(loan_id="L9", project_id="P3", crf_field="clean_energy"),
]
ENTRIES: Final = [
    make_entry(amount="300.00"),
    make_entry(value_date="2025-02-11", amount="100.00", event="REPAYMENT"),
    make_entry(loan_id="L2", value_date="2025-03-05", amount="400.00"),
    make_entry(loan_id="L3", amount="200.00"),
    make_entry(loan_id="L4", value_date="2025-02-20", amount="800.00"),
    make_entry(loan_id="L5", value_date="2024-12-31", amount="20.00", currency="USD"),
    make_entry(loan_id="L5", value_date="2025-02-28", amount="10.00", currency="USD"),
    make_entry(loan_id="L5", value_date="2025-03-04", amount="10.00", currency="USD"),
    make_entry(loan_id="L6", value_date="2024-05-01", amount="500.00"),
    make_entry(loan_id="L7", amount="50.00"),
    make_entry(loan_id="L8", amount="50.00"),
    make_entry(loan_id="L9", amount="50.00"),
    make_entry(loan_id="L9", value_date="2025-06-01", amount="60.00", event="REPAYMENT"),
]
DAYS: Final = ("2024-12-31", "2025-02-28", "2025-12-31")
PERIODS: Final = (YEAR_2025, window("2025-01-15", "2025-02-28"))
RULES: Final = (*BASES, *rules_of(reference_tables().profiles))


def book(**changed: Any) -> Holdings:
    """1,000 yuan invested in each project; each month of 2024 has 5 t, January 2025 has 1 t, December 12 t."""
    months = [
        *make_year([5.0] * 12, 2024),
        *make_year([float(number) for number in range(1, 13)]),
        *make_year([2.0] * 12, 2024, project_id="P2"),
        *make_year([3.0] * 12, project_id="P2"),
    ]
    given: dict[str, Any] = {"projects": PROJECTS, "loans": LOANS, "entries": ENTRIES, "months": months}
    return make_holdings(**given | changed, rates=[make_rate(date=day) for day in DAYS])


def answers(twin: Twin, *rules: str) -> dict[tuple[str, str, str], Row]:
    """What Polars and SQL both answer, by period, rule and loan; fails where they differ."""
    asked = [(period, rule) for period in PERIODS for rule in rules or RULES]
    return {(period.name, rule, row["loan_id"]): row for period, rule in asked for row in twin.check(period, rule)}


def shared_in_the_year(rule: str) -> dict[str, float | None]:
    """Each loan's share of 2025, as both have it."""
    return {row["loan_id"]: row["attribution_factor_ratio"] for row in Twin(book()).check(YEAR_2025, rule)}


def test_polars_and_sql_agree_over_every_kind_of_loan_and_project() -> None:
    rows = answers(Twin(book()))
    assert {row["status"] for row in rows.values()} == {
        "measured",
        "reported",
        "promised",
        "not_estimated",
        "under_construction",
        "refused",
        "blocked_missing_parameter",
    }
    assert rows[YEAR_2025.name, "pcaf_avoided", "L1"]["emission_reductions_tco2e"] == 0.0  # ordered to end anyway
    assert rows[YEAR_2025.name, "nfra_green_finance", "L6"]["emission_reductions_tco2e"] == 36.0  # 12 x 3 t, no promise
    assert {loan for _, rule, loan in rows if rule == "pboc_crf"} == {"L4", "L9"}


def test_the_roles_of_loans_and_projects_can_be_read() -> None:
    """Working capital finances nothing, refinancing lends nothing new, and neither is under the facility."""
    columns = ["is_project_finance", "is_new_lending", "is_under_facility"]
    lent = loan_roles(book().loans).select(columns).rows()[:4]
    assert lent == [(True, True, False), (True, False, False), (False, True, False), (True, True, True)]
    projects = project_roles(book()).select("has_no_formula", "is_reported", "is_mandated_baseline").rows()
    assert projects == [(False, False, True), (False, True, False), (False, False, False), (True, False, False)]


@pytest.mark.parametrize(
    ("decision", "rule", "loan"),
    [
        ("IS_PROJECT_FINANCE", "period_end", "L3"),
        ("IS_NEW_LENDING", "disbursed", "L2"),
        ("IS_UNDER_FACILITY", "pboc_crf", "L1"),
    ],
)
def test_who_counts_is_changed_in_one_place(
    decision: str, rule: str, loan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shared_in_the_year(rule)
    monkeypatch.setattr(roles, decision, pl.lit(True))
    assert loan in {loan for loan, ratio in shared_in_the_year(rule).items() if before.get(loan) != ratio}


def test_what_a_basis_counts_is_changed_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A daily average that averages over nothing is the balance of the last day."""
    monkeypatch.setitem(MEANINGS, "daily_average", Basis("balance", "none"))
    assert shared_in_the_year("daily_average") == shared_in_the_year("period_end")


def test_how_a_mean_is_formed_is_changed_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """L1 has 300 yuan up to 10 February 2025 and 200 from then on; of P1's 1,000 its lenders claim more than all."""
    before, others = (shared_in_the_year(rule) for rule in ("daily_average", "month_end_average"))
    monkeypatch.setitem(exposures.COUNTED, ("balance", "days"), exposures.COUNTED["balance", "month_ends"])
    assert shared_in_the_year("daily_average") == others != before


def test_what_was_lent_is_worked_out_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """L1 lent its 300 yuan on 1 January, L4 its 800 on 20 February: of what both lent up to then L1 has 300 / 1,100."""

    def shares_from_15_january() -> list[float]:
        own, macro = attributed(book(), PERIODS[1], "disbursed"), Twin(book()).rows(PERIODS[1], "disbursed")
        both = own["L1"], {row["loan_id"]: row for row in macro}["L1"]
        return [row["attribution_factor_ratio"] for row in both]

    assert shares_from_15_january() == [0.0, 0.0]
    monkeypatch.setitem(exposures.COUNTED, ("lent", "none"), pl.col("lent_fen"))
    assert shares_from_15_january() == pytest.approx([300 / 1100] * 2, rel=1e-12)


def test_what_is_left_of_an_ordered_reduction_is_changed_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 + 2 + ... + 12 t of 2025 are 0 under a rule that counts nothing that must end anyway."""
    monkeypatch.setattr(roles, "COUNTED_TONNES", roles.TONNES)
    (row,) = [row for row in Twin(book()).check(YEAR_2025, "pcaf_avoided") if row["loan_id"] == "L1"]
    assert row["emission_reductions_tco2e"] == 78.0


def test_what_is_divided_by_the_investment_is_changed_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of P2's 1,000 yuan L6 has 500 and L5 40 dollars, 280 yuan; counted twice they pass it and are scaled."""
    monkeypatch.setattr(shares, "over_investment", lambda money: money * 2 / pl.col("investment_fen"))
    assert shared_in_the_year("period_end")["L6"] == pytest.approx(1000 / 1560, rel=1e-12)
    answers(Twin(book()), "monthly_matched", "disbursed")


def test_how_shares_that_pass_1_are_scaled_is_changed_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """L1, L2 and L4 have 200, 400 and 800 yuan of P1's 1,000."""
    assert shared_in_the_year("period_end")["L4"] == pytest.approx(800 / 1400, rel=1e-12)
    monkeypatch.setattr(shares, "scaled", lambda raw, _: raw)
    assert shared_in_the_year("period_end")["L4"] == 0.8
    answers(Twin(book()), "monthly_matched", "disbursed")


def test_an_unknown_basis_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(duckdb.Error, match="basis must be period_end, daily_average"):
        Twin(book()).rows(YEAR_2025, "daily")


def one_less(original: Callable[..., pl.Expr]) -> Callable[..., pl.Expr]:
    return lambda *given: original(*given) - 1


def unscaled(raw: str, claimed: str, over: list[str]) -> pl.Expr:
    return pl.col(raw)


def a_month_late(changes: DataFrame[BalanceChange], days: pl.Series) -> pl.DataFrame:
    """The balances of a month before."""
    found = balances_before(changes, days.dt.offset_by("-1mo"))
    return found.with_columns(pl.col("before_date").dt.offset_by("1mo"))


SPELLED: Final = {
    "days of an average": (exposures, "day_number", one_less(month_number), "daily_average"),
    "the month-ends of an average": (exposures, "month_number", one_less(day_number), "month_end_average"),
    "the balance of a month's end": (shares, "balances_before", a_month_late, "monthly_matched"),
    "shares of all together": (shares, "_scaled", unscaled, "period_end"),
    "flows abroad": (exposures, "_complete_sum", lambda amounts: amounts.min(), "disbursed"),
    "nothing in any currency": (exposures, "_nothing_or", lambda column, _: pl.col(column), "period_end"),
    "days of a month that is cut": (project_reductions, "_of_days", pl.col, "period_end"),
    "the year of a promise": (project_reductions, "year_to", lambda period: period, "nfra_green_finance"),
}
"""What a period's cut and division need is written in both languages: module, function, another meaning, a rule."""


@pytest.mark.parametrize("meaning", SPELLED)
def test_what_sql_spells_as_well_is_seen_where_polars_alone_changes(
    meaning: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, other, rule = SPELLED[meaning]
    monkeypatch.setattr(module, name, other)
    with pytest.raises(AssertionError):
        answers(Twin(book()), rule)
