"""Why what loans may claim differs between two states: causes that add up, in whatever order they are taken."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, permutations, product
from math import fsum
from typing import Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.words.bases import BALANCE_BASES
from tests.makers import make_entry, make_loan, make_project, make_rate
from tests.properties.draws import tried_on
from tests.unit.transforms.bridge.worlds import QUARTER, World, holdings, state
from transforms.attribution.profiles import PLAIN, Rule
from transforms.attribution.shares import attribute
from transforms.bridge.bridge import bridge
from transforms.bridge.state import State
from transforms.ground.calendar import quarter

MARCH: Final = dt.date(2025, 3, 1)
MARCH_ALONE: Final = World(records=({}, {}, {"r3": 100.0}))
Moved = dict[tuple[str, str], float]


def moved(before: State, after: State) -> Moved:
    """Loan and cause (of a factor the parameter) to tonnes."""
    rows = bridge(before, after).to_dicts()
    return {(row["loan_id"], row["parameter_id"] or row["cause"]): row["difference_tco2e"] for row in rows}


def claimed(of: State) -> dict[str, float]:
    rows = attribute(of.holdings, of.period, of.rule).drop_nulls("attributed_reductions_tco2e")
    return dict(rows.select("loan_id", "attributed_reductions_tco2e").iter_rows())


def test_a_replaced_factor_a_correction_a_repayment_and_a_new_loan_by_hand() -> None:
    """March alone has a figure, 1,000 yuan are invested; all by the mean of before and after.

    before   100 MWh x 0.8 t/MWh = 80 t, L1 owes 500: 80 x 0.5 = 40 t
    after    120 MWh x 0.6 t/MWh = 72 t, L1 owes 400: 72 x 0.4 = 28.8 t; L2 owes 300: 72 x 0.3 = 21.6 t
    L1: correction  20 MWh x (0.8 + 0.6) / 2 = 14 t;    x (0.5 + 0.4) / 2 =  6.3 t
        factor     -0.2 x (100 + 120) / 2    = -22 t;   x 0.45            = -9.9 t
        repaid     -0.1 x (80 + 72) / 2                                   = -7.6 t;   6.3 - 9.9 - 7.6 = 28.8 - 40
    L2 is new: all of its 21.6 t are money lent.
    """
    after = World(({}, {}, {"r3": 120.0}), 0.6, {"L1": 500, "L2": 300}, {"L1": 100})
    assert moved(state(MARCH_ALONE), state(after)) == pytest.approx(
        {
            ("L1", "corrections"): 6.3,
            ("L1", "grid_cm_ef"): -9.9,
            ("L1", "money_repaid"): -7.6,
            ("L2", "money_lent"): 21.6,
        },
        abs=1e-12,
    )


@pytest.mark.parametrize(
    ("cause", "after"),
    [
        ("corrections", replace(MARCH_ALONE, records=({}, {}, {"r3": 130.0}))),
        ("activity", replace(MARCH_ALONE, records=({}, {}, {"r3": 100.0, "r4": 30.0}))),
        ("grid_cm_ef", replace(MARCH_ALONE, factor=0.5)),
        ("money_lent", replace(MARCH_ALONE, lent={"L1": 700})),
        ("money_repaid", replace(MARCH_ALONE, repaid={"L1": 70})),
        ("investment", replace(MARCH_ALONE, invested=1250)),
    ],
)
def test_what_alone_changed_has_the_whole_difference(cause: str, after: World) -> None:
    before, later = state(MARCH_ALONE), state(after)
    difference = claimed(later)["L1"] - claimed(before)["L1"]
    assert moved(before, later) == {("L1", cause): difference}


def test_an_entry_that_was_corrected_is_a_correction_and_no_lending() -> None:
    """80 t: from 500 to 700 of 1,000 are 16 t."""
    before, after = (replace(MARCH_ALONE, lent={"L1": yuan}, has_amounts_in_ids=False) for yuan in (500, 700))
    assert moved(state(before), state(after)) == pytest.approx({("L1", "corrections"): 16.0})


def test_states_that_are_alike_have_no_row() -> None:
    assert bridge(state(World()), state(World())).is_empty()


worlds = st.builds(
    World,
    records=st.tuples(
        *[st.builds(dict, r=st.sampled_from([0.0, 50.0, 100.0, -20.0]), n=st.sampled_from([0.0, 7.5]))] * 3
    ),
    factor=st.sampled_from([0.5, 0.6, 0.8]),
    lent=st.builds(dict, L1=st.integers(100, 900), L2=st.integers(100, 900)),
    repaid=st.builds(dict, L1=st.integers(0, 100), L2=st.integers(0, 100)),
    invested=st.integers(500, 2000),
)


@given(before=worlds, after=worlds, basis=st.sampled_from(BALANCE_BASES))
@tried_on(15)
def test_the_causes_of_a_loan_add_up_to_its_difference(before: World, after: World, basis: str) -> None:
    one, other = state(before, basis=basis), state(after, basis=basis)
    rows, was, now = bridge(one, other), claimed(one), claimed(other)
    assert set(rows["cause"]) <= {"corrections", "factor", "money_lent", "money_repaid", "investment", "activity"}
    for loan in ("L1", "L2"):
        parts = rows.filter(loan_id=loan)["difference_tco2e"]
        assert fsum(parts) == pytest.approx(now[loan] - was[loan], abs=1e-12)


@given(before=worlds, after=worlds)
@tried_on(10)
def test_the_way_back_has_every_sign_turned(before: World, after: World) -> None:
    one, other = state(before), state(after)
    there, back = moved(one, other), moved(other, one)
    assert there == pytest.approx({key: -tonnes for key, tonnes in back.items()}, abs=1e-9)


CAUSES: Final = {
    "records": "corrections",
    "factor": "grid_cm_ef",
    "lent": "money_lent",
    "repaid": "money_repaid",
    "invested": "investment",
}
"""What a world is made of to its cause."""
NESTED: Final = (("lent", "repaid", "invested"), ("records", "factor"))


def orders() -> Iterator[tuple[str, ...]]:
    """Every order in which what moves the reduction, and what moves the shares, come one after the other."""
    for turns in permutations(NESTED):
        for inner in product(*(permutations(group) for group in turns)):
            yield tuple(chain.from_iterable(inner))


def means_over_orders(before: World, after: World, basis: str) -> Moved:
    """Each loan's difference by cause: what the program itself attributes in every mixture of both worlds."""

    def of(later: frozenset[str]) -> dict[str, float]:
        mixed = replace(before, **{name: getattr(after, name) for name in later})
        rows = attribute(holdings(mixed), QUARTER, basis)
        return dict(rows.select("loan_id", "attributed_reductions_tco2e").iter_rows())

    mixtures = {later: of(later) for size in range(6) for later in map(frozenset, combinations(CAUSES, size))}
    every, found = list(orders()), dict.fromkeys(product(("L1", "L2"), CAUSES.values()), 0.0)
    for order in every:
        for at, name in enumerate(order):
            earlier, later = mixtures[frozenset(order[:at])], mixtures[frozenset(order[: at + 1])]
            for loan in earlier:
                found[loan, CAUSES[name]] += (later[loan] - earlier[loan]) / len(every)
    return found


@given(before=worlds, after=worlds, basis=st.sampled_from(["monthly_matched", "daily_average"]))
@tried_on(5)
def test_it_is_the_mean_over_all_orders_of_what_the_program_itself_attributes(
    before: World, after: World, basis: str
) -> None:
    """Shares that pass 1 together are scaled in the mixtures too."""
    found = moved(state(before, basis=basis), state(after, basis=basis))
    expected = means_over_orders(before, after, basis)
    assert {key: found.get(key, 0.0) for key in expected} == pytest.approx(expected, abs=1e-9)
    assert set(found) <= set(expected)


def test_months_of_two_periods_are_set_beside_each_other_by_their_place() -> None:
    """January beside April: 500 of 1,000 of 10 MWh more at 0.8, then the same twice."""
    second = quarter(2025, 2)
    before, after = World(), World(records=({"r4": 110.0}, {"r5": 100.0}, {"r6": 100.0}))
    assert moved(state(before), state(after, second)) == pytest.approx({("L1", "activity"): 4.0})


def test_an_exchange_rate_that_moved_is_currency() -> None:
    """1,000 yuan are invested and 50 dollars lent: at 7 yuan 0.35 of 80 t, at 8 yuan 0.4; March ends at one of them."""
    loan, entry = make_loan(currency="USD"), make_entry(amount="50.00", currency="USD")
    books = [
        state(MARCH_ALONE, loans=[loan], entries=[entry], rates=[make_rate(date="2025-03-31", rate=rate)])
        for rate in ("7.0", "8.0")
    ]
    assert moved(*books) == pytest.approx({("L1", "currency"): 4.0})


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("blocked_missing_reading", "data_quality"),
        ("withheld_implausible", "data_quality"),
        ("refused", "data_quality"),
    ],
)
def test_a_month_that_has_no_figure_any_more_takes_its_tonnes_whole(status: str, cause: str) -> None:
    before = state(World(lent={"L1": 500}))
    after = state(World(lent={"L1": 700}))
    months = after.holdings.months.with_columns(
        emission_reductions_tco2e=pl.lit(None, pl.Float64), status=pl.lit(status)
    )
    blocked = replace(after, holdings=replace(after.holdings, months=months))
    assert moved(before, blocked) == pytest.approx({("L1", cause): -120.0})
    assert moved(blocked, before) == pytest.approx({("L1", cause): 120.0})


def test_a_project_that_began_or_ended_between_the_states_is_its_tonnes() -> None:
    """300 MWh at 0.8, half of it: 120 t."""
    running = state(World())
    building = state(
        World(), projects=[make_project(method="grid_renewable", commissioning_date="2026-01-01")], months=[]
    )
    gone = state(World(), projects=[], loans=[], entries=[], months=[])
    for other in (building, gone):
        assert moved(other, running) == pytest.approx({("L1", "new_projects"): 120.0})
        assert moved(running, other) == pytest.approx({("L1", "ended_projects"): -120.0})


def test_an_investment_that_is_not_known_any_more_is_investment() -> None:
    unknown = state(World(), projects=[make_project(method="grid_renewable", total_investment="0.00")])
    assert moved(state(World()), unknown) == pytest.approx({("L1", "investment"): -120.0})


def test_a_figure_that_the_formulas_of_today_do_not_come_to_is_the_programs() -> None:
    """The file says 90 t where 100 MWh at 0.8 are 80: what read it was another program; its 5 t of L1 are method."""
    before = state(MARCH_ALONE)
    months = before.holdings.months.with_columns(
        pl.when(pl.col("month_start_date") == MARCH).then(90.0).otherwise(0.0).alias("emission_reductions_tco2e")
    )
    older = replace(before, holdings=replace(before.holdings, months=months))
    found = moved(older, state(replace(MARCH_ALONE, factor=0.9)))
    assert found == pytest.approx({("L1", "grid_cm_ef"): 5.0, ("L1", "method"): -5.0})


def test_what_must_end_anyway_is_the_rule_where_a_rule_counts_it_as_nothing() -> None:
    rule = Rule("period_end", mandated_baseline="zero")
    ordered = make_project(method="grid_renewable", is_mandated_baseline="true")
    before, after = replace(state(World()), rule=rule), replace(state(World(), projects=[ordered]), rule=rule)
    assert moved(before, after) == pytest.approx({("L1", "attribution_rule"): -120.0})


def test_another_rule_over_the_same_book_is_the_rule() -> None:
    """600 of 1,000 are lent for 89 days and 300 on the last: of 240 t 72 by that day, and by the daily average more."""
    repaid = make_entry(amount="300.00", event="REPAYMENT", value_date="2025-03-31")
    entries = [make_entry(amount="600.00"), repaid]
    by_day, by_end = (
        replace(state(World(), entries=entries), rule=PLAIN[basis]) for basis in ("daily_average", "period_end")
    )
    assert moved(by_day, by_end) == pytest.approx(
        {("L1", "attribution_rule"): 72.0 - 240 * (600 * 89 + 300) / 90 / 1000}
    )


def test_the_order_of_rows_and_other_projects_move_nothing() -> None:
    before, after = state(World()), state(World(({}, {}, {"r3": 120.0}), 0.6, {"L1": 500, "L2": 300}, {"L1": 100}))

    def turned(one: State) -> State:
        rows = {name: getattr(one.holdings, name).reverse() for name in ("loans", "projects", "changes", "months")}
        return replace(
            one, holdings=replace(one.holdings, **rows), readings=one.readings.reverse(), factors=one.factors.reverse()
        )

    other = [make_project(project_id="P2", method="grid_renewable"), make_loan(loan_id="L9", project_id="P2")]
    beside = state(
        World(),
        projects=[other[0], make_project(method="grid_renewable")],
        loans=[other[1], make_loan()],
        entries=[
            make_entry(entry_id="L1/DISBURSEMENT/500", value_date="2025-01-02"),
            make_entry(loan_id="L9", entry_id="9"),
        ],
    )
    assert moved(turned(before), turned(after)) == moved(before, after)
    assert moved(beside, after) == moved(before, after)
