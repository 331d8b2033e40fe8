"""Published worked examples of other programs and standards, taken through our formulas."""

from typing import Any

import pytest

from tests.golden.cases import Case, golden
from tests.makers import (
    Row,
    make_entry,
    make_holdings,
    make_loan,
    make_parameter,
    make_project,
    make_year,
    work_out_january,
)
from transforms.ground.calendar import quarter
from transforms.outcomes.promised_expected_measured import financed_emissions


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


def heated(delivered: float, efficiency: float, coal_ef: float, project: Row) -> Row:
    """One month through the steam heating formula: the heat that the users got, the old boilers, the new plant."""
    parameters = [
        own("baseline_boiler_efficiency", efficiency),
        own("coal_ef", coal_ef),
        own("fuel_ncv", 1, "natural_gas"),
        own("fuel_ef", project["ef_tco2_per_gj"], "natural_gas"),
        own("grid_ef", project["grid_ef"], "CN-JX"),
    ]
    readings = {
        "heat_delivered": delivered,
        "natural_gas_consumed": project["fuel_use_gj"],
        "electricity_consumed": project["aux_mwh"],
    }
    return work_out_january("steam_heating", readings, parameters).months.to_dicts()[0]


@golden("V01")
@pytest.mark.parametrize("facility", ["A", "B"])
def test_a_central_plant_whose_pumps_outweigh_its_saving_comes_out_negative(case: Case, facility: str) -> None:
    """The old boilers' fuel is their heat over their efficiency: Q / eta x EF with eta = heat made / fuel used.

    The example's leakage is subtracted here: our formula's leakage is zero (replaced boilers are scrapped).
    """
    inputs, expected = case["inputs"][facility], case["expected"][facility]
    months = [
        heated(old["useful_output_gj"], old["useful_output_gj"] / old["fuel_use_gj"], old["ef_tco2_per_gj"], new)
        for old, new in zip(inputs["baseline"], inputs["project"], strict=True)
    ]
    baseline, project, reduction = (
        sum(month[term] for month in months)
        for term in ("baseline_emissions_tco2e", "project_emissions_tco2e", "emission_reductions_tco2e")
    )
    assert baseline == pytest.approx(expected["baseline_emissions_tco2e"])
    assert project == pytest.approx(expected["project_central_tco2e"] + expected["project_auxiliary_tco2e"])
    assert reduction - inputs["leakage_tco2e"] == pytest.approx(expected["emission_reductions_tco2e"])
    assert reduction < 0


@golden("V01")
@pytest.mark.parametrize("facility", ["A", "B"])
def test_the_baseline_is_that_of_the_heat_really_delivered(case: Case, facility: str) -> None:
    """The example keeps the old year's fuel; scaled to the new plant's heat the baseline is smaller still."""
    inputs, expected = case["inputs"][facility], case["expected"][facility]
    old_fuel = sum(row["fuel_use_gj"] for row in inputs["baseline"])
    old_heat = sum(row["useful_output_gj"] for row in inputs["baseline"])
    old_ef = sum(row["fuel_use_gj"] * row["ef_tco2_per_gj"] for row in inputs["baseline"]) / old_fuel
    delivered = sum(row["useful_output_gj"] for row in inputs["project"])
    month = heated(delivered, old_heat / old_fuel, old_ef, inputs["project"][0])
    assert month["baseline_emissions_tco2e"] == pytest.approx(expected["output_normalised_baseline_tco2e"])


@golden("V02")
def test_fuel_that_was_burned_is_not_divided_by_the_efficiency_again(case: Case) -> None:
    inputs = case["inputs"]
    parameters = [
        own("baseline_boiler_efficiency", inputs["eff"]),
        own("coal_ef", 0.1),
        own("grid_ef", 0.5, "CN-JX"),
        own("fuel_ncv", inputs["ncv_gj"], "natural_gas"),
        own("fuel_ef", inputs["ef_t_per_gj"], "natural_gas"),
    ]
    readings: dict[str, Any] = {
        "heat_delivered": 0.0,
        "natural_gas_consumed": tuple(inputs["fuel"]),
        "electricity_consumed": 0.0,
    }
    month = work_out_january("steam_heating", readings, parameters).months.to_dicts()[0]
    assert month["project_emissions_tco2e"] == pytest.approx(case["expected"]["right_t"])
    assert month["project_emissions_tco2e"] != pytest.approx(case["expected"]["wrong_t"])


@golden("V03")
@pytest.mark.parametrize("scope", ["scope1", "scope2"])
def test_financed_emissions_of_three_projects_add_up_as_in_the_standard(case: Case, scope: str) -> None:
    """Each project's emissions of the quarter x its attribution factor, 1,000 yuan of investment each."""
    projects, loans, entries, months = [], [], [], []
    for number, given in enumerate(case["inputs"]):
        project_id, loan_id = f"P{number}", f"L{number}"
        projects.append(make_project(project_id=project_id, method="grid_renewable"))
        loans.append(make_loan(loan_id=loan_id, project_id=project_id))
        entries.append(make_entry(loan_id=loan_id, amount=f"{1000 * given['attribution']:.2f}"))
        months += make_year([0.0] * 3, project_id=project_id, project_emissions_tco2e=given[scope] / 3)
    rows = financed_emissions(make_holdings(projects, loans, entries, months), [quarter(2025, 1)])
    assert rows["financed_emissions_tco2e"].sum() == pytest.approx(case["expected"][scope])
