"""Expected emission reductions between a base year and a target year."""

import pytest

from transforms.outcomes.expected_reductions import expected_emission_reduction


def test_two_fifths_of_the_way_two_fifths_of_the_reduction_are_expected() -> None:
    """PCAF (2025), expected emission reductions: 100,000 t in 2025, 50,000 t in 2030; 20,000 t less by 2027."""
    assert expected_emission_reduction(100_000, 50_000, 2025, 2030, 2027) == 20_000


def test_nothing_is_expected_in_the_base_year_and_all_in_the_target_year() -> None:
    assert expected_emission_reduction(100_000, 50_000, 2025, 2030, 2025) == 0
    assert expected_emission_reduction(100_000, 50_000, 2025, 2030, 2030) == 50_000


def test_a_plan_that_lets_emissions_grow_expects_less_than_nothing() -> None:
    assert expected_emission_reduction(100_000, 120_000, 2025, 2027, 2026) == -10_000


@pytest.mark.parametrize("year", [2024, 2031])
def test_nothing_is_extrapolated(year: int) -> None:
    with pytest.raises(ValueError, match="outside the plan"):
        expected_emission_reduction(100_000, 50_000, 2025, 2030, year)


def test_a_plan_needs_a_later_year() -> None:
    with pytest.raises(ValueError, match="does not lie after"):
        expected_emission_reduction(100_000, 50_000, 2030, 2030, 2030)
