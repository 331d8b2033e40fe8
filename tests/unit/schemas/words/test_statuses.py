"""A status comes with a number or says why there is none, and a summary ranks them all."""

from schemas.words.bases import AVERAGE_BASES, BASES, MATCHED_BASES
from schemas.words.statuses import SEVERITY, STATUSES, WITH_A_FIGURE


def test_each_status_has_one_place_in_the_order_of_a_summary() -> None:
    assert sorted(SEVERITY) == sorted(STATUSES)
    assert len(set(STATUSES)) == len(STATUSES)


def test_a_summary_names_figures_first_and_the_least_certain_of_them_before_the_others() -> None:
    assert SEVERITY[: len(WITH_A_FIGURE)] == ["promised", "reported", "measured"]
    assert SEVERITY[-2:] == ["under_construction", "not_estimated"]


def test_a_basis_that_averages_is_matched_month_by_month_or_sets_a_mean_against_the_days() -> None:
    assert (AVERAGE_BASES, MATCHED_BASES) == (["daily_average", "month_end_average"], ["monthly_matched"])
    assert {*AVERAGE_BASES, *MATCHED_BASES} < set(BASES)
