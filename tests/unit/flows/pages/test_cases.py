"""A worked case is one month of one project: what it states is its own, the rest is on file."""

import datetime as dt

import pytest

from flows.pages.cases import Case, cases_of, work_out
from flows.pages.printed_cases import WorkedCase
from tests.makers import reference

OWN_FACTOR = ("grid_cm_ef", "project", 0.5)
NO_RESERVOIR = ("reservoir_ef", "project", 0.0)


def plant(**named: object) -> Case:
    """A plant that supplied 1,000 MWh in a month, against a grid of 0.5 t/MWh."""
    fields = {"readings": {"electricity_supplied": 1000}, "parameters": (OWN_FACTOR, NO_RESERVOIR), "expected": {}}
    return Case(**{"method": "grid_renewable", "title_en": "A plant.", "title_zh": "电站。", **fields, **named})  # type: ignore[arg-type]


def tonnes(case: Case) -> float | None:
    value: float | None = work_out(case, reference()).months["emission_reductions_tco2e"].item()
    return value


def test_a_case_states_its_own_factors() -> None:
    """1,000 MWh x 0.5 t/MWh."""
    assert tonnes(plant()) == pytest.approx(500.0)


def test_what_a_case_does_not_state_is_that_of_its_province_and_month() -> None:
    """Wind in Jiangxi, on the grid of Central China: 1,000 MWh x (0.75 x 0.8587 + 0.25 x 0.2854) t/MWh."""
    case = plant(parameters=(NO_RESERVOIR,), technology="wind", month_start_date=dt.date(2025, 3, 1))
    assert tonnes(case) == pytest.approx(715.375)


def test_a_month_that_lacks_a_factor_is_named_with_what_it_lacks() -> None:
    """A case of a method's page has to come to a figure."""
    with pytest.raises(ValueError, match=r"cases.toml of grid_renewable, 'A plant.': .* not on file: grid_cm_ef of "):
        WorkedCase(plant(parameters=(NO_RESERVOIR,), technology=None), reference())


def test_a_printed_case_has_what_went_in_and_each_line_with_its_figures() -> None:
    text = WorkedCase(plant(), reference()).printed()
    assert text.startswith("**A plant.** (January 2025, CN-JX)\n")
    assert "| `electricity_supplied` | 1,000 | MWh | reading |" in text
    assert "| `grid_cm_ef` | 0.5 | tCO2/MWh | the project |" in text
    assert "1,000 × 0.5" in text


def test_the_cases_of_a_method_are_in_the_order_of_its_file() -> None:
    cases = cases_of("grid_renewable")
    assert {case.method for case in cases} == {"grid_renewable"}
    assert all(case.title_en.endswith(".") for case in cases)
