"""Electric farm machinery: what is so beside its worked cases."""

from typing import Final

import pytest

from tests.makers import Row, clauses, make_parameter, reference, work_out_january
from transforms.activity.project_months import MonthsOfProjects
from transforms.factors.derived_parameters import with_derived

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {"harvested_area": 1000.0, "electricity_consumed": 12.0, "diesel_consumed": 0.0}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "litres": own("baseline_fuel_per_area", 0.030),
    "density": own("diesel_density", 0.84, "all"),
    "heat of diesel": own("fuel_ncv", 40, "diesel"),
    "carbon of diesel": own("fuel_ef", 0.075, "diesel"),
    "grid": own("grid_ef", 0.6, "CN-JX"),
    "losses": own("grid_loss", 0.2, "all"),
}
ELECTRIC, NOT_ELECTRIC = own("machine_is_electric", 1), own("machine_is_electric", 0)
MEASURED, NOT_MEASURED = (own("litres_measured_before_and_after", value) for value in (1, 0))


def worked_out(
    readings: dict[str, float] = READINGS, *, without: str = "", more: tuple[Row, ...] = (ELECTRIC,)
) -> MonthsOfProjects:
    parameters = [row for name, row in PARAMETERS.items() if name != without]
    return work_out_january("electric_farm_machinery", readings, [*parameters, *more])


def january(readings: dict[str, float] = READINGS, *, without: str = "", more: tuple[Row, ...] = (ELECTRIC,)) -> Row:
    return worked_out(readings, without=without, more=more).months.to_dicts()[0]


def test_drones_and_harvesters_add_up() -> None:
    """500 ha sprayed at 2 L/ha: 0.84 t of diesel, 2.52 t CO2 more."""
    litres = (
        own("baseline_fuel_per_area", 0.030, "P1/combine_harvester"),
        own("baseline_fuel_per_area", 0.002, "P1/spray_drone"),
    )
    month = january({**READINGS, "sprayed_area": 500.0}, without="litres", more=(*litres, ELECTRIC))
    assert month["baseline_emissions_tco2e"] == pytest.approx(75.6 + 2.52)


def test_a_fleet_charged_by_a_generator_that_burns_more_than_it_saves_is_negative() -> None:
    """30 t of diesel x 3 = 90 t beside 9 t for charging: 75.6 - 99 = -23.4."""
    assert january({**READINGS, "diesel_consumed": 30.0})["emission_reductions_tco2e"] == pytest.approx(-23.4)


@pytest.mark.parametrize("missing", list(READINGS))
def test_without_a_reading_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("missing", list(PARAMETERS))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    assert january(without=missing)["status"] == "blocked_missing_parameter"


def test_a_stronger_diesel_harvester_is_not_a_reduction_by_itself() -> None:
    refused = worked_out(more=(NOT_ELECTRIC, NOT_MEASURED))
    assert refused.months["status"].to_list() == ["refused"]
    assert refused.conditions["verdict"].to_list() == ["broken"]
    assert "AMS-III.C" in clauses(refused.conditions)[0]


def test_a_diesel_harvester_counts_by_the_litres_measured_before_and_after() -> None:
    """20 t of diesel burned now: 75.6 - 60 = 15.6."""
    readings = {**READINGS, "electricity_consumed": 0.0, "diesel_consumed": 20.0}
    assert january(readings, more=(NOT_ELECTRIC, MEASURED))["emission_reductions_tco2e"] == pytest.approx(15.6)


def test_machines_of_which_nobody_stated_whether_they_are_electric_are_listed() -> None:
    computed = worked_out(more=())
    assert computed.months["status"].to_list() == ["measured"]
    assert computed.conditions["verdict"].to_list() == ["not_stated"]


def test_twice_the_work_is_twice_every_term() -> None:
    once, twice = january(), january({metric: 2 * value for metric, value in READINGS.items()})
    assert [twice[term] for term in TERMS] == pytest.approx([2 * once[term] for term in TERMS])


def test_two_parts_of_a_month_add_up_to_the_whole() -> None:
    parts = [january({metric: part * value for metric, value in READINGS.items()}) for part in (0.3, 0.7)]
    for term in TERMS:
        assert sum(part[term] for part in parts) == pytest.approx(january()[term])


def test_a_litre_of_diesel_is_2_60_kilograms_as_published() -> None:
    """Provincial guide (2025): 3.0959 tCO2 per tonne of diesel; x 0.84 kg/L = 2.60 kg per litre."""
    rows = with_derived(reference().parameters)
    density, heat, carbon = (
        rows.filter(parameter_id=name, scope=scope)["value"].item()
        for name, scope in (("diesel_density", "all"), ("fuel_ncv", "diesel"), ("fuel_ef", "diesel"))
    )
    assert heat * carbon == pytest.approx(3.0959, abs=5e-5)
    assert round(density * heat * carbon, 2) == 2.60
