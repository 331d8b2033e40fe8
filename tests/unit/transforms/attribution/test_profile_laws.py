"""What no rule may change: splitting, order, currency, scale, a project without loans; and nobody claims beyond all."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers import (
    YEAR_2025,
    Row,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_rate,
    make_year,
    reference,
)
from tests.properties.draws import tried_on
from transforms.answers.summaries import summarise
from transforms.attribution import shares as attribution
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN, rules_of
from transforms.attribution.shares import attribute, attribute_each
from transforms.ground.calendar import PERIOD_COLUMNS, Period, book_periods

RULES: Final = {**PLAIN, **rules_of(reference().profiles)}
each_rule = pytest.mark.parametrize("rule", RULES)
FIELD: Final = {"crf_field": "clean_energy"}
SHEET: Final = {"total_equity": "210.00", "total_debt": "630.00"}
MONTHS: Final = make_year([float(number) for number in range(1, 13)])
ENTRIES: Final = [make_entry(amount="630.00"), make_entry(value_date="2025-08-10", amount="210.00", event="REPAYMENT")]
PLAIN_BOOK: Final[dict[str, Any]] = {
    "projects": [make_project(**SHEET, total_investment="1050.00")],
    "loans": [make_loan(**FIELD)],
    "entries": ENTRIES,
    "months": MONTHS,
}


def total(rule: str, **changed: Any) -> float:
    rows = attribute(make_holdings(**{**PLAIN_BOOK, **changed}), YEAR_2025, RULES[rule])
    return math.fsum(rows["attributed_reductions_tco2e"].drop_nulls())


def scaled(entries: list[Row], factor: Decimal, **named: Any) -> list[Row]:
    return [{**entry, **named, "amount": str(Decimal(entry["amount"]) * factor)} for entry in entries]


@each_rule
def test_splitting_a_loan_changes_no_total(rule: str) -> None:
    third, rest = Decimal(1) / 3, Decimal(2) / 3
    parts = [*scaled(ENTRIES, third.quantize(Decimal("1E-20"))), *scaled(ENTRIES, rest.quantize(Decimal("1E-20")))]
    split = [
        {**entry, "amount": f"{Decimal(entry['amount']):.2f}", "loan_id": loan, "entry_id": f"{loan}/{number}"}
        for number, (entry, loan) in enumerate(zip(parts, ("L1", "L1", "L2", "L2"), strict=True))
    ]
    loans = [make_loan(**FIELD), make_loan(loan_id="L2", lender="乙银行", **FIELD)]
    assert total(rule, loans=loans, entries=split) == pytest.approx(total(rule), rel=1e-12)


@each_rule
def test_the_order_of_the_rows_changes_nothing_at_all(rule: str) -> None:
    loans = [make_loan(**FIELD), make_loan(loan_id="L2", **FIELD)]
    entries = [*ENTRIES, make_entry(loan_id="L2", amount="700.00")]
    forth, back = (
        make_holdings(PLAIN_BOOK["projects"], loans[::step], entries[::step], MONTHS[::step]) for step in (1, -1)
    )
    assert attribute(forth, YEAR_2025, RULES[rule]).equals(attribute(back, YEAR_2025, RULES[rule]))


@pytest.mark.parametrize("rows_at_once", [1, 10_000])
@each_rule
def test_a_period_has_the_same_figures_alone_and_among_others(
    rule: str, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over-financed for a while, overdrawn at last, readings until September only, periods within each other."""
    monkeypatch.setattr(attribution, "ROWS_AT_ONCE", rows_at_once)
    loans = [make_loan(**FIELD), make_loan(loan_id="L2", **FIELD), make_loan(loan_id="L3", currency="USD", **FIELD)]
    entries = [
        *ENTRIES,
        make_entry(loan_id="L2", value_date="2025-03-01", amount="700.00"),
        make_entry(loan_id="L2", value_date="2025-11-05", amount="800.00", event="REPAYMENT"),
        make_entry(loan_id="L3", value_date="2025-05-20", amount="10.00"),
    ]
    rates = [make_rate(date=day) for day in ("2025-05-20", "2025-06-30", "2025-09-30")]
    book = make_holdings(PLAIN_BOOK["projects"], loans, entries, MONTHS[:9], rates=rates)
    periods = [*book_periods(dt.date(2024, 12, 1), dt.date(2025, 12, 31)), window_from(3, 200)]
    together = attribute_each(book, periods, RULES[rule])
    for period in periods:
        alone = attribute(book, period, RULES[rule])
        assert together.filter(period=period.name).drop(PERIOD_COLUMNS).equals(alone), period.name
    assert together.height > len(periods)
    assert attribute_each(book, [], RULES[rule]).is_empty()


@each_rule
def test_a_book_kept_in_another_currency_claims_the_same_tonnes(rule: str) -> None:
    """At 7 yuan a dollar all along: loans in dollars, and then the investment and the balance sheet in dollars too."""
    rates = [make_rate(date=day) for day in ("2025-01-01", "2025-08-10", "2025-12-31")]
    dollars = {
        "loans": [make_loan(currency="USD", **FIELD)],
        "rates": rates,
        "entries": scaled(ENTRIES, Decimal(1) / 7, currency="USD"),
    }
    dollars["entries"] = [{**e, "amount": f"{Decimal(e['amount']):.2f}"} for e in dollars["entries"]]
    sheet = {"total_investment": "150.00", "total_equity": "30.00", "total_debt": "90.00"}
    everything = {**dollars, "projects": [make_project(investment_currency="USD", **sheet)]}
    assert total(rule, **dollars) == pytest.approx(total(rule), rel=1e-12)
    assert total(rule, **everything) == pytest.approx(total(rule), rel=1e-12)


@each_rule
def test_doubling_every_loan_and_the_project_changes_no_tonne(rule: str) -> None:
    sheet = {"total_investment": "2100.00", "total_equity": "420.00", "total_debt": "1260.00"}
    doubled = {"projects": [make_project(**sheet)], "entries": scaled(ENTRIES, Decimal(2))}
    assert total(rule, **doubled) == pytest.approx(total(rule), rel=1e-12)


@each_rule
def test_a_project_of_zero_tonnes_changes_no_total(rule: str) -> None:
    idle = make_project(project_id="P2", reported_annual_reduction_tco2="0")
    more = {
        "projects": [*PLAIN_BOOK["projects"], idle],
        "loans": [*PLAIN_BOOK["loans"], make_loan(loan_id="L2", project_id="P2", **FIELD)],
        "entries": [*ENTRIES, make_entry(loan_id="L2")],
        "months": [*MONTHS, *make_year([0.0] * 12, project_id="P2")],
    }
    assert total(rule, **more) == total(rule)


@st.composite
def books(draw: st.DrawFn) -> Holdings:
    """Two projects with a balance sheet or without, up to five loans of three lenders that lend, repay, hand over."""
    loans, entries = [], []
    for number in range(draw(st.integers(1, 5))):
        loan = {"loan_id": f"L{number}"}
        loans.append(
            make_loan(
                **loan,
                project_id=f"P{1 + number % 2}",
                lender=f"{draw(st.integers(1, 3))}号银行",
                crf_field=draw(st.sampled_from([None, "clean_energy", "green_upgrade"])),
                loan_type=draw(st.sampled_from(["new", "new", "refinance", "working_capital"])),
            )
        )
        lent, part = draw(st.integers(100, 10**9)), draw(st.integers(0, 100))
        days = sorted(draw(st.tuples(st.integers(0, 700), st.integers(0, 700))))
        dates = [str(dt.date(2024, 6, 1) + dt.timedelta(days=n)) for n in days]
        entries.append(make_entry(**loan, value_date=dates[0], amount=Decimal(lent).scaleb(-2)))
        if back := lent * part // 100:
            event = draw(st.sampled_from(["REPAYMENT", "PREPAYMENT", "WRITE_OFF", "TRANSFER_OUT"]))
            entries.append(make_entry(**loan, value_date=dates[1], amount=Decimal(back).scaleb(-2), event=event))
    sheets = [
        {
            "total_investment": draw(st.integers(1, 10**7)),
            "total_equity": draw(st.integers(-100, 10**6)),
            "total_debt": draw(st.one_of(st.none(), st.integers(0, 10**6))),
        }
        for _ in range(2)
    ]
    projects = [make_project(project_id=f"P{n}", **sheet) for n, sheet in enumerate(sheets, 1)]
    tonnes = draw(st.lists(st.floats(-1e6, 1e6), min_size=12, max_size=12))
    months = [*make_year(tonnes), *make_year(tonnes[::-1], project_id="P2")]
    return make_holdings(projects, loans, entries, months)


def window_from(one: int, other: int) -> Period:
    first, last = sorted((one, other))
    return Period("any", *(dt.date(2025, 1, 1) + dt.timedelta(days=n) for n in (first, last)))


@tried_on(5)
@given(books(), st.integers(0, 364), st.integers(0, 364))
def test_the_tonnes_of_loans_projects_lenders_and_the_portfolio_are_the_same_tonnes(
    holdings: Holdings, one: int, other: int
) -> None:
    for name, rule in RULES.items():
        rows = attribute(holdings, window_from(one, other), rule)
        whole = math.fsum(rows["attributed_reductions_tco2e"].drop_nulls())
        for by in ("loan", "project", "lender", "portfolio"):
            summed = summarise(rows, by)["attributed_reductions_tco2e"].drop_nulls()
            assert math.fsum(summed) == pytest.approx(whole, rel=1e-9, abs=1e-9), (name, by)


@tried_on(5)
@given(books(), st.lists(st.integers(0, 699), min_size=1, max_size=3))
def test_on_no_day_do_the_lenders_of_a_project_hold_more_than_all_of_it(holdings: Holdings, drawn: list[int]) -> None:
    """On days drawn at random and on every day on which money moves."""
    random_days = {dt.date(2024, 6, 1) + dt.timedelta(days=n) for n in drawn}
    days = [Period(str(day), day, day) for day in sorted(random_days | set(holdings.changes["value_date"]))]
    for name in ("period_end", "disbursed", "pcaf_avoided"):
        rows = attribute_each(holdings, days, RULES[name])
        together = rows.group_by("period", "project_id").agg(pl.col("attribution_factor_ratio").sum())
        assert together.filter(pl.col("attribution_factor_ratio") > 1 + 1e-9).to_dicts() == [], name
