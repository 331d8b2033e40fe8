"""A missing promise is called that; under the regulator's rule the formula's measured year takes its place."""

from typing import Any, Final

import pytest

from tests.makers import Row, book_flags, make_holdings, make_project, make_year, reference
from tests.twin import Twin
from transforms.answers.figures import profile_figures
from transforms.attribution.holdings import Holdings
from transforms.ground.calendar import Period, quarter, year

REGULATOR: Final = "nfra_green_finance"
PROFILES: Final = {row["profile"]: row for row in reference().profiles.to_dicts()}


def held(tonnes: list[float | None], **project: Any) -> Holdings:
    """500 of 1,000 yuan lent to a metered project that promised nothing."""
    fields = {"method": "grid_renewable", "commissioning_date": "2024-01-01", "reported_annual_reduction_tco2": None}
    return make_holdings([make_project(**fields | project)], months=[*make_year([5.0] * 12, 2024), *make_year(tonnes)])


def annual(holdings: Holdings, period: Period, profile: str = REGULATOR) -> Row:
    (row,) = Twin(holdings).check(period, profile)
    return row


def test_the_measured_year_stands_in_for_the_promise() -> None:
    """12 months of 10 t: 120 t a year, half of it the loan's; to the end of June 6 x 5 t + 6 x 10 t."""
    book = held([10.0] * 12)
    row = annual(book, year(2025))
    assert (row["status"], row["attributed_reductions_tco2e"]) == ("measured", 60.0)
    assert annual(book, quarter(2025, 2))["emission_reductions_tco2e"] == 90.0


@pytest.mark.parametrize("profile", ["icma_pro_rata", "pboc_crf"])
def test_other_rules_that_count_promises_stay_without_a_figure(profile: str) -> None:
    rows = Twin(held([10.0] * 12)).check(year(2025), profile)
    assert {row["status"] for row in rows} <= {"blocked_missing_parameter"}


def test_a_promise_that_was_made_counts_whatever_was_measured() -> None:
    row = annual(held([10.0] * 12, reported_annual_reduction_tco2="365"), year(2025))
    assert (row["status"], row["emission_reductions_tco2e"]) == ("promised", 365.0)


def test_a_year_that_is_not_read_through_has_the_formulas_reason_and_no_figure() -> None:
    assert annual(held([10.0] * 11 + [None]), year(2025))["status"] == "blocked_missing_reading"


def test_less_than_a_year_of_operation_gives_no_annual_figure() -> None:
    row = annual(held([10.0] * 12, commissioning_date="2025-02-01"), year(2025))
    assert (row["status"], row["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


def codes(holdings: Holdings, profile: str) -> set[str]:
    answer = profile_figures(holdings, book_flags(), year(2025), PROFILES[profile], "loan")
    return {flag["code"] for flag in answer["flags"] if flag["subject"] == "P1"}


def test_the_answer_says_what_is_taken_in_its_place_or_what_is_missing() -> None:
    assert codes(held([10.0] * 12), REGULATOR) == {"promise_from_formula"}
    assert codes(held([10.0] * 12), "icma_pro_rata") == {"missing_promise"}
