"""A verified reduction of a period is a figure of its own standing: beside ours, never in it."""

from typing import Any, Final

import pytest

from tests.makers import (
    Row,
    WorkedOut,
    land,
    make_book,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    make_verified,
    typed,
    work_out,
)
from transforms.outcomes.verified import verified_twice

SOLAR: Final = make_project(method="grid_renewable", realisation_type="Solar")
FACTORS: Final = [
    make_parameter(),
    make_parameter(parameter_id="reservoir_ef", value="0"),
]
QUARTER: Final = [
    make_reading(period_start=f"2025-{month}-01", period_end=f"2025-{month}-{last}")
    for month, last in (("01", "31"), ("02", "28"), ("03", "31"))
]


def computed(*verified: Row, project: Row = SOLAR, **more: Any) -> WorkedOut:
    tables = {"parameters": FACTORS, "readings": QUARTER, **more}
    return work_out(make_book([project], more=[land("verified_reductions", verified)], **tables))


def beside(*verified: Row, **more: Any) -> Row:
    (row,) = computed(*verified, **more).marts["mart.verified_reductions"].to_dicts()
    return row


def test_it_is_shown_beside_the_measured_figure_of_the_same_days() -> None:
    """3 x 100 MWh x 0.8 = 240 t measured; 90 t verified: 150 t less."""
    row = beside(make_verified())
    assert (row["verified_reduction_tco2e"], row["status"]) == (90.0, "measured")
    assert row["emission_reductions_tco2e"] == pytest.approx(240.0)
    assert row["verified_minus_own_tco2e"] == pytest.approx(-150.0)
    assert (row["verified_by"], row["verification_document"]) == ("某核查机构", "核证报告 1 号")


def test_it_changes_no_figure_of_ours() -> None:
    plain, with_it = computed(), computed(make_verified())
    for name in ("mart.project_months", "mart.attributed_reductions", "mart.project_outcomes", "mart.issued_credits"):
        assert plain.marts[name].equals(with_it.marts[name]), name


def test_days_of_which_there_is_no_figure_here_leave_the_verified_one_alone() -> None:
    row = beside(make_verified(period_end="2025-06-30"))
    assert (row["emission_reductions_tco2e"], row["verified_minus_own_tco2e"]) == (None, None)
    assert row["status"] == "blocked_missing_reading"


def test_a_projects_own_annual_figure_is_not_a_measurement_beside_it() -> None:
    """365 t a year: 90 t in 90 days, reported."""
    row = beside(make_verified(), project=make_project())
    assert (row["status"], row["verified_minus_own_tco2e"]) == ("reported", pytest.approx(0.0))


def test_a_forests_verified_removal_is_set_beside_its_removals() -> None:
    forest = make_project(method="forest_stock_change")
    row = beside(make_verified(), project=forest, loans=[make_loan()], parameters=[], readings=[])
    assert row["container"] == "removals"


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"project_id": "P9"}, "project_id"),
        ({"period_end": "2024-12-31"}, "period_ends_after_start"),
        ({"verification_document": ""}, "verification_document"),
        ({"verified_reduction_tco2e": ""}, "verified_reduction"),
    ],
)
def test_what_no_verifier_answers_for_is_refused(row: Row, rule: str) -> None:
    (refused,) = make_book(more=[land("verified_reductions", [make_verified(**row)])]).rejected.to_dicts()
    assert rule in f"{refused['rule']} {refused['column']}"


def test_days_verified_twice_are_flagged_and_periods_that_follow_each_other_are_not() -> None:
    again = make_verified(period_start="2025-03-31", period_end="2025-06-30", credit_scheme="CDM")
    (flag,) = verified_twice(typed("verified_reductions", [make_verified(), again])).to_dicts()
    assert (flag["code"], flag["subject"]) == ("verified_twice", "P1")
    after = make_verified(period_start="2025-04-01", period_end="2025-06-30", credit_scheme="CDM")
    assert verified_twice(typed("verified_reductions", [make_verified(), after])).is_empty()
