"""What holds for every book: splitting, reordering and doubling change no total; nobody claims more than all."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.words.bases import BASES
from tests.makers import (
    YEAR_2025,
    attributed,
    make_entry,
    make_holdings,
    make_loan,
    make_project,
    make_year,
)
from tests.properties.draws import tried_on
from transforms.attribution.holdings import Holdings
from transforms.attribution.shares import attribute
from transforms.ground.calendar import Period

TWO_LENDERS: Final = [make_loan(), make_loan(loan_id="L2", lender="乙银行")]
OVERFINANCED: Final = [make_entry(amount="800.00"), make_entry(loan_id="L2", amount="700.00")]


def totals(holdings: Holdings, basis: str) -> dict[str, float]:
    """Attributed tonnes by project."""
    summed: dict[str, float] = {}
    for row in attributed(holdings, YEAR_2025, basis).values():
        summed[row["project_id"]] = summed.get(row["project_id"], 0.0) + (row["attributed_reductions_tco2e"] or 0.0)
    return summed


PLAIN: Final[dict[str, Any]] = {
    "entries": [make_entry(amount="600.00"), make_entry(value_date="2025-08-10", amount="200.00", event="REPAYMENT")],
    "months": make_year([float(number) for number in range(1, 13)]),
}


@pytest.mark.parametrize("basis", BASES)
def test_splitting_a_loan_changes_no_total(basis: str) -> None:
    split = [
        make_entry(amount="450.00"),
        make_entry(loan_id="L2", amount="150.00"),
        make_entry(value_date="2025-08-10", amount="150.00", event="REPAYMENT"),
        make_entry(loan_id="L2", value_date="2025-08-10", amount="50.00", event="REPAYMENT"),
    ]
    whole, parts = make_holdings(**PLAIN), make_holdings(**{**PLAIN, "entries": split}, loans=TWO_LENDERS)
    assert totals(parts, basis) == pytest.approx(totals(whole, basis), rel=1e-12)


@pytest.mark.parametrize("basis", BASES)
def test_the_order_of_the_rows_changes_nothing_at_all(basis: str) -> None:
    entries = [*OVERFINANCED, *PLAIN["entries"][1:]]
    forth = make_holdings(loans=TWO_LENDERS, entries=entries, months=PLAIN["months"])
    back = make_holdings(loans=TWO_LENDERS[::-1], entries=entries[::-1], months=PLAIN["months"][::-1])
    assert attribute(forth, YEAR_2025, basis).equals(attribute(back, YEAR_2025, basis))


@pytest.mark.parametrize("basis", BASES)
def test_doubling_every_loan_and_the_investment_changes_no_tonne(basis: str) -> None:
    doubled = [{**entry, "amount": str(2 * Decimal(entry["amount"]))} for entry in PLAIN["entries"]]
    project = make_project(total_investment="2000.00")
    twice = make_holdings(projects=[project], **{**PLAIN, "entries": doubled})
    assert totals(twice, basis) == pytest.approx(totals(make_holdings(**PLAIN), basis), rel=1e-12)


@pytest.mark.parametrize("basis", BASES)
def test_a_project_without_loans_changes_nothing(basis: str) -> None:
    months = [*PLAIN["months"], *make_year([99.0] * 12, project_id="P2")]
    more = make_holdings(projects=[make_project(), make_project(project_id="P2")], **{**PLAIN, "months": months})
    assert attribute(more, YEAR_2025, basis).equals(attribute(make_holdings(**PLAIN), YEAR_2025, basis))


@st.composite
def books(draw: st.DrawFn) -> Holdings:
    """Two projects, up to four loans that lend and repay part of it, and twelve months of reductions of one sign."""
    loans = [make_loan(loan_id=f"L{n}", project_id=f"P{1 + n % 2}") for n in range(draw(st.integers(1, 4)))]
    entries = []
    for loan in loans:
        lent, repaid = draw(st.integers(1, 10**9)), draw(st.integers(0, 100))
        days = sorted(draw(st.tuples(st.integers(0, 700), st.integers(0, 700))))
        dates = [str(dt.date(2024, 6, 1) + dt.timedelta(days=n)) for n in days]
        known = {"loan_id": loan["loan_id"]}
        entries.append(make_entry(**known, value_date=dates[0], amount=Decimal(lent).scaleb(-2)))
        if back := lent * repaid // 100:
            entries.append(make_entry(**known, value_date=dates[1], amount=Decimal(back).scaleb(-2), event="REPAYMENT"))
    sign = draw(st.sampled_from([1.0, -1.0]))
    tonnes = [sign * value for value in draw(st.lists(st.floats(0, 1e6), min_size=12, max_size=12))]
    months = [*make_year(tonnes), *make_year(tonnes[::-1], project_id="P2")]
    projects = [make_project(total_investment=draw(st.integers(1, 10**7))), make_project(project_id="P2")]
    return make_holdings(projects, loans, entries, months)


@tried_on(8)
@given(books(), st.integers(0, 364), st.integers(0, 364))
def test_a_projects_loans_claim_its_reduction_times_their_shares_and_never_more_than_all_of_it(
    holdings: Holdings, one: int, other: int
) -> None:
    first, last = sorted((one, other))
    period = Period("any", *(dt.date(2025, 1, 1) + dt.timedelta(days=n) for n in (first, last)))
    for basis in BASES:
        rows = list(attributed(holdings, period, basis).values())
        for project in ("P1", "P2"):
            own = [row for row in rows if row["project_id"] == project and row["attribution_factor_ratio"] is not None]
            shares = sum(row["attribution_factor_ratio"] for row in own)
            claimed = sum(row["attributed_reductions_tco2e"] for row in own)
            whole = own[0]["emission_reductions_tco2e"] if own else 0.0
            assert shares <= 1 + 1e-9, basis
            assert claimed == pytest.approx(whole * shares, rel=1e-9, abs=1e-9), basis
