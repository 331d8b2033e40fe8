"""A reason of a status is a condition of Polars; the macro is printed from it, so that what changes changes in both."""

import polars as pl
import pytest

from flows.warehouse.macros import attribution_macros
from tests.makers import YEAR_2025, make_entry, make_holdings, make_loan, make_project, make_year
from tests.twin import Twin
from transforms.attribution import roles, statuses
from transforms.methods.engine.render import sql
from transforms.methods.engine.tree import read_back

FACTS = [
    *statuses.FACTS_OF_A_PERIOD.values(),
    *statuses.FACTS_OF_A_PROMISE.values(),
    *statuses.FACTS_OF_A_SHARE.values(),
    roles.COUNTS,
    roles.MAY_COUNT,
]


@pytest.mark.parametrize("fact", FACTS, ids=str)
def test_each_reason_is_in_the_macro_as_polars_has_it(fact: pl.Expr) -> None:
    assert f"{sql(read_back(fact))} AS " in attribution_macros()


def test_a_reason_that_changes_is_another_one_in_polars_and_in_the_macro(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(statuses.FACTS_OF_A_SHARE, "lacks_denominator", pl.col("has_investment"))
    holdings = make_holdings(
        projects=[make_project()], loans=[make_loan()], entries=[make_entry()], months=make_year([10.0] * 12)
    )
    (row,) = Twin(holdings).check(YEAR_2025, "period_end")
    assert row["status"] == "blocked_no_denominator"
