"""The drawing of inputs: which projects a night draws, and that the choice moves no figure."""

import polars as pl

from tests.makers import book_as_known, make_book, make_loan, make_project
from tests.unit.transforms.uncertainty.test_ranges import SOLAR, own_factors, quarter_of
from transforms.uncertainty.monte_carlo import A_NIGHT, drawable, drawable_years, monte_carlo_checks
from transforms.uncertainty.sensitivities import inputs_of

YEARS = [2025]


def drawn(*names: str, at_most: int | None = A_NIGHT, wide: tuple[str, ...] = ()) -> pl.DataFrame:
    """The drawings of like plants, each with a meter and a factor of its own, known to 5 % or (wide) to 30 %."""
    known = book_as_known(
        make_book(
            [make_project(project_id=name, **SOLAR) for name in names],
            [make_loan(project_id=names[0])],
            parameters=[row for name in names for row in own_factors(name, uncertainty="30" if name in wide else "5")],
            readings=[row for name in names for row in quarter_of(name)],
        )
    )
    worked_out = known.worked_out
    parts, sentences = known.read.spread.parts, known.reference.sentences
    inputs = inputs_of(worked_out.evaluated, worked_out.months, parts, known.facts.parameters, sentences)
    known_years = drawable_years(worked_out.evaluated, inputs, YEARS)
    return monte_carlo_checks(drawable(known_years, worked_out.evaluated, inputs, at_most))


SIX = ("P1", "P2", "P3", "P4", "P5", "P6")


def test_a_night_draws_a_few_projects_of_a_method_and_their_rows_are_those_of_the_whole_drawing() -> None:
    night, whole = drawn(*SIX), drawn(*SIX, at_most=None)
    assert (night.height, whole["project_id"].to_list()) == (A_NIGHT, list(SIX))
    assert night.equals(whole.filter(pl.col("project_id").is_in(night["project_id"].implode())))


def test_a_project_more_takes_at_most_one_place_and_moves_no_figure() -> None:
    before, after = drawn(*SIX), drawn(*SIX, "P7")
    kept = before.join(after, on="project_id", how="semi")
    assert kept.height >= A_NIGHT - 1
    assert kept.equals(after.join(before, on="project_id", how="semi"))


def test_plants_with_a_wide_input_are_drawn_more_often_and_take_no_place_of_the_others() -> None:
    wide = ("W1", "W2", "W3", "W4", "W5")
    alone, beside = drawn(*SIX), drawn(*SIX, *wide, wide=wide)
    assert beside.group_by("draws_count").len().sort("draws_count").rows() == [(1_000, A_NIGHT), (4_000, A_NIGHT)]
    assert alone.equals(beside.filter(draws_count=1_000))
