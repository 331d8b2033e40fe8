"""The first order is enough for every project of the sample book but those with an input of wide uncertainty."""

import pytest

from tests.makers import book_as_known
from tests.properties.seeded_faults import sample_book
from transforms.uncertainty.monte_carlo import A_NIGHT, DRAWS, drawable, drawable_years, monte_carlo_checks
from transforms.uncertainty.sensitivities import inputs_of


@pytest.mark.parametrize("at_most", [A_NIGHT, pytest.param(None, marks=pytest.mark.proof)])
def test_the_first_order_is_enough_wherever_no_input_is_wide(at_most: int | None) -> None:
    known = book_as_known(sample_book())
    worked_out = known.worked_out
    parts, sentences = known.read.spread.parts, known.reference.sentences
    inputs = inputs_of(worked_out.evaluated, worked_out.months, parts, known.facts.parameters, sentences)
    years = [year.first.year for year in known.facts.years]
    known_years = drawable_years(worked_out.evaluated, inputs, years)
    narrow = monte_carlo_checks(drawable(known_years, worked_out.evaluated, inputs, at_most)).filter(draws_count=DRAWS)
    assert narrow.height > 0
    assert narrow["is_first_order_enough"].all()
