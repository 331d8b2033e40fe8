"""Steam heating: what is so beside its worked cases."""

from typing import Any, Final

import pytest

from tests.makers import Row, clauses, make_parameter, reference, work_out_january, written
from transforms.flags.projects import applicability_flags

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
READINGS: Final = {"heat_delivered": 1000.0, "natural_gas_consumed": 2.0, "electricity_consumed": 10.0}


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


PARAMETERS: Final = {
    "efficiency": own("baseline_boiler_efficiency", 0.8),
    "coal": own("coal_ef", 0.1),
    "heat of gas": own("fuel_ncv", 400, "natural_gas"),
    "carbon of gas": own("fuel_ef", 0.05, "natural_gas"),
    "grid": own("grid_ef", 0.5, "CN-JX"),
}
STEAM: Final = [own("steam_enthalpy", 2.8), own("reference_enthalpy", 0.3, "all")]


def january(
    readings: dict[str, float] = READINGS, *, without: str = "", more: list[Row] | None = None, **month: Any
) -> Row:
    parameters = [row for name, row in PARAMETERS.items() if name != without] + (more or [])
    return work_out_january("steam_heating", readings, parameters, **month).months.to_dicts()[0]


def test_steam_counts_by_its_enthalpy_above_the_feed_water() -> None:
    """Q = 400 t x (2.8 - 0.3) GJ/t = 1,000 GJ: the same month as above."""
    readings = {"steam_delivered": 400.0, "natural_gas_consumed": 2.0, "electricity_consumed": 10.0}
    assert january(readings, more=STEAM)["emission_reductions_tco2e"] == pytest.approx(80.0)


def test_heat_that_was_metered_goes_before_heat_worked_out_from_steam() -> None:
    month = january({**READINGS, "steam_delivered": 9999.0}, more=STEAM)
    assert month["emission_reductions_tco2e"] == pytest.approx(80.0)


def test_every_fuel_that_is_burned_counts() -> None:
    """A tonne of diesel at 42 GJ/t and 0.07 tCO2/GJ emits 2.94 t more."""
    diesel = [own("fuel_ncv", 42, "diesel"), own("fuel_ef", 0.07, "diesel")]
    month = january({**READINGS, "diesel_consumed": 1.0}, more=diesel)
    assert month["project_emissions_tco2e"] == pytest.approx(45.0 + 2.94)


def test_a_plant_that_burns_more_than_it_replaces_has_a_negative_reduction() -> None:
    """PE = 10 x 400 x 0.05 + 5 = 205 against 125: -80."""
    assert january({**READINGS, "natural_gas_consumed": 10.0})["emission_reductions_tco2e"] == pytest.approx(-80.0)


@pytest.mark.parametrize("missing", list(READINGS))
def test_without_a_reading_there_is_no_figure(missing: str) -> None:
    month = january({metric: value for metric, value in READINGS.items() if metric != missing})
    assert month["status"] == "blocked_missing_reading"
    assert [month[term] for term in TERMS] == [None] * 4


@pytest.mark.parametrize("missing", list(PARAMETERS))
def test_without_a_factor_there_is_no_figure(missing: str) -> None:
    month = january(without=missing)
    assert month["status"] == "blocked_missing_parameter"
    assert [month[term] for term in TERMS] == [None] * 4


def test_steam_without_its_enthalpy_is_not_heat() -> None:
    readings = {"steam_delivered": 400.0, "natural_gas_consumed": 2.0, "electricity_consumed": 10.0}
    assert january(readings)["status"] == "blocked_missing_parameter"


def test_a_fuel_reported_as_zero_is_reported() -> None:
    assert january({**READINGS, "natural_gas_consumed": 0.0})["emission_reductions_tco2e"] == pytest.approx(120.0)


def test_a_measured_heat_value_of_the_projects_fuel_goes_before_the_default() -> None:
    """At 500 GJ per 10^4 Nm3 the gas emits 2 x 500 x 0.05 = 50 instead of 40."""
    month = january(more=[own("fuel_ncv", 500, "P1/natural_gas")])
    assert month["project_emissions_tco2e"] == pytest.approx(55.0)


def test_twice_the_heat_is_twice_the_baseline_and_nothing_else() -> None:
    once, twice = january(), january({**READINGS, "heat_delivered": 2000.0})
    assert twice["baseline_emissions_tco2e"] == pytest.approx(2 * once["baseline_emissions_tco2e"])
    assert twice["project_emissions_tco2e"] == once["project_emissions_tco2e"]


def test_twice_of_everything_is_twice_every_term() -> None:
    once, twice = january(), january({metric: 2 * value for metric, value in READINGS.items()})
    assert [twice[term] for term in TERMS] == pytest.approx([2 * once[term] for term in TERMS])


def test_two_parts_of_a_month_add_up_to_the_whole() -> None:
    parts = [january({metric: part * value for metric, value in READINGS.items()}) for part in (0.3, 0.7)]
    for term in TERMS:
        assert sum(part[term] for part in parts) == pytest.approx(january()[term])


def test_the_efficiency_enters_once_and_only_in_the_baseline() -> None:
    """Half the efficiency is twice the baseline, not four times; the project's own fuel is not touched."""
    good = january()
    bad = january(without="efficiency", more=[own("baseline_boiler_efficiency", 0.4)])
    assert bad["baseline_emissions_tco2e"] == pytest.approx(2 * good["baseline_emissions_tco2e"])
    assert bad["project_emissions_tco2e"] == good["project_emissions_tco2e"]


def test_a_plant_that_burns_biomass_counts_its_fossil_auxiliaries_and_its_electricity() -> None:
    """Biogenic CO2 is 0: PE = 0 + 1 t of diesel x 42 x 0.07 + 10 x 0.5 = 7.94; ER = 125 - 7.94 = 117.06."""
    wood = [own("fuel_ncv", 15, "P1/biomass"), own("fuel_ef", 0, "biomass")]
    diesel = [own("fuel_ncv", 42, "diesel"), own("fuel_ef", 0.07, "diesel")]
    readings = {
        "heat_delivered": 1000.0,
        "biomass_consumed": 80.0,
        "diesel_consumed": 1.0,
        "electricity_consumed": 10.0,
    }
    assert january(readings, more=[*wood, *diesel])["emission_reductions_tco2e"] == pytest.approx(117.06)


def test_boilers_that_burned_gas_have_a_gas_baseline() -> None:
    """1,000 / 0.8 x 0.0555 = 69.375, less than coal's 125; the fuel of before overrides the measured coal."""
    month = january(more=[own("baseline_fuel_ef", 0.0555)])
    assert month["baseline_emissions_tco2e"] == pytest.approx(69.375)


@pytest.mark.parametrize(
    ("fact", "inside", "outside"),
    [
        ("replaced_boilers_dismantled", 1, 0),
        ("heat_source_is_chp", 0, 1),
        ("is_single_central_unit", 1, 0),
        ("specific_energy_improvement", 0.05, 0.049),
    ],
)
def test_a_project_outside_the_conditions_is_refused(fact: str, inside: float, outside: float) -> None:
    threshold = own("min_specific_energy_improvement", 0.05, "all")
    assert january(more=[threshold, own(fact, inside)])["status"] == "measured"
    month = january(more=[threshold, own(fact, outside)])
    assert month["status"] == "refused"
    assert [month[term] for term in TERMS] == [None] * 4


def test_a_combined_plant_reads_which_methods_share_out_its_fuel() -> None:
    parameters = [*PARAMETERS.values(), own("heat_source_is_chp", 1)]
    conditions = work_out_january("steam_heating", READINGS, parameters).conditions.filter(
        condition="heat_source_is_chp"
    )
    assert "AM0056" in clauses(conditions)[0]
    (flag,) = written(applicability_flags(conditions, reference().conditions)).to_dicts()
    assert "steam_heating_chp_heat_ratio" in flag["message"]


def test_only_the_two_facts_that_every_project_has_are_asked_for() -> None:
    conditions = work_out_january("steam_heating", READINGS, list(PARAMETERS.values())).conditions
    assert conditions.select("condition", "verdict").rows() == [
        ("heat_source_is_chp", "not_stated"),
        ("replaced_boilers_dismantled", "not_stated"),
    ]
