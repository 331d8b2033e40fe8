"""A book worked out once more has the tables of its night."""

import polars as pl
from polars.testing import assert_frame_equal

from schemas.catalog import frames_of
from tests.makers import KNOWN_AT, Row, make_book, make_loan, make_parameter, make_project, make_reading, reference
from transforms.computation.again import worked_out_again
from transforms.computation.compute import compute
from transforms.ground.calendar import beijing_date


def solar(project_id: str) -> Row:
    return make_project(
        project_id=project_id, project_name=project_id, method="grid_renewable", commissioning_date="2024-01-01"
    )


def test_marts_are_those_of_a_night_but_for_what_is_drawn() -> None:
    book = make_book(
        [solar("P1"), solar("P2")],
        [make_loan(), make_loan(loan_id="L2", project_id="P2")],
        readings=[make_reading(), make_reading(project_id="P2", value="70")],
        parameters=[make_parameter()],
    )
    night = compute(book, reference(), KNOWN_AT)
    names = set(night.marts) - {"mart.monte_carlo_checks"}
    again = frames_of(worked_out_again(book, reference(), beijing_date(KNOWN_AT), names))
    assert set(again) == {*names, "core.parameters"}
    assert again["mart.project_months"].filter(pl.col("emission_reductions_tco2e") == 80.0).height == 1
    assert_frame_equal(again["core.parameters"], night.facts.parameters)
    for name in names:
        assert_frame_equal(again[name], frames_of(night.marts)[name], check_row_order=False)
