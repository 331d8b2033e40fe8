"""What two states of a book attribute, beside each other."""

import pytest

from tests.makers import YEAR_2025, Row, make_entry, make_holdings, make_loan, make_project, make_year
from transforms.answers.preview import figures_beside
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN


def holdings(tonnes: float | None = 100.0) -> Holdings:
    """Two lenders with 60 and 30 of an investment of 300, and twelve months alike; None: no month has a figure."""
    loans = [make_loan(lender="A"), make_loan(loan_id="L2", lender="B")]
    entries = [make_entry(amount="60"), make_entry(loan_id="L2", amount="30")]
    months = make_year([tonnes] * 12)
    return make_holdings([make_project(total_investment="300")], loans, entries, months)


def rows(before: Holdings, after: Holdings) -> dict[str, Row]:
    return {one["subject"]: one for one in figures_beside(before, after, YEAR_2025, PLAIN["period_end"])}


def test_lenders_and_the_project_are_beside_each_other_and_add_up_to_the_book() -> None:
    """1,200 t before and 900 after: 60 / 300 and 30 / 300 of each."""
    found = rows(holdings(), holdings(75.0))
    tonnes = {subject: (one["published_tco2e"], one["previewed_tco2e"]) for subject, one in found.items()}
    assert tonnes["A"] == pytest.approx((240.0, 180.0))
    assert tonnes["B"] == pytest.approx((120.0, 90.0))
    assert tonnes["P1"] == tonnes[""] == pytest.approx((360.0, 270.0))
    assert found["A"]["difference_tco2e"] == pytest.approx(-60.0)
    assert [one["level"] for one in found.values()] == ["portfolio", "lender", "lender", "project"]


def test_what_differs_in_its_last_digits_alone_has_not_moved() -> None:
    assert not any(one["is_moved"] for one in rows(holdings(), holdings(100.0 + 1e-11)).values())
    assert all(one["is_moved"] for one in rows(holdings(), holdings(100.0 + 1e-5)).values())


def test_a_withheld_project_has_no_figure_before_and_after() -> None:
    found = rows(holdings(None), holdings(None))
    assert {one["published_tco2e"] for one in found.values()} == {None}
    assert not any(one["is_moved"] for one in found.values())
    assert all(one["is_moved"] and one["difference_tco2e"] is None for one in rows(holdings(None), holdings()).values())
