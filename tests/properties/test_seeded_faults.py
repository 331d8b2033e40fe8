"""What is impossible to believe is withheld, and what the weather does is not."""

import pytest

from tests.properties.seeded_faults import printed, tally


def test_of_some_sixty_faults_most_are_withheld_and_hardly_a_clean_year() -> None:
    found = tally(60, seed=5)
    assert found.caught_ratio >= 0.8, printed(found)
    assert found.wrong_per_100 <= 4, printed(found)


@pytest.mark.proof
def test_of_a_thousand_faults_nine_in_ten_are_withheld_and_at_most_two_years_in_a_hundred_wrongly() -> None:
    found = tally(1000, seed=20261129)
    assert found.caught_ratio >= 0.9, printed(found)
    assert found.wrong_per_100 <= 2, printed(found)
