"""Heat from combined heat and power, by each rule that shares the fuel out: what is so beside the worked cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.makers import Row, make_parameter, work_out_january

TERMS: Final = [
    "baseline_emissions_tco2e",
    "project_emissions_tco2e",
    "leakage_tco2e",
    "emission_reductions_tco2e",
]
BURNED_TCO2: Final = 10 * 400 * 0.05
"""Gas x its heat x its carbon: the plant's 200 t."""


def own(parameter_id: str, value: float, scope: str = "P1") -> Row:
    return make_parameter(parameter_id=parameter_id, scope=scope, value=value)


def readings(**beside: float) -> dict[str, float]:
    """A month of a combined plant, with the reading by which its fuel is shared out."""
    return {
        "heat_delivered": 1000.0,
        "heat_sent_out": 1080.0,
        **beside,
        "electricity_consumed": 10.0,
        "natural_gas_consumed": 10.0,
    }


OF_ALL: Final = {
    "efficiency": own("baseline_boiler_efficiency", 0.8),
    "fuel before": own("baseline_fuel_ef", 0.1),
    "heat of gas": own("fuel_ncv", 400, "natural_gas"),
    "carbon of gas": own("fuel_ef", 0.05, "natural_gas"),
    "grid": own("grid_ef", 0.5, "CN-JX"),
}
ENERGY: Final = {"megawatt hour": own("mwh_in_gj", 3.6, "all")}
EFFICIENCIES: Final = {
    "boiler": own("chp_reference_heat_efficiency", 0.8, "all"),
    "power plant": own("chp_reference_power_efficiency", 0.4, "all"),
}


@dataclass(frozen=True)
class Plant:
    """A rule with its readings and factors.

    power_share: the part of the fuel that power carries; for_heat, at_rest: the reading by which fuel is shared out
    where all of it is burned for heat, and where nothing was made.
    """

    method: str
    readings: Mapping[str, float]
    factors: Mapping[str, Row]
    power_share: float
    for_heat: Mapping[str, float]
    at_rest: Mapping[str, float]

    def january(
        self, change: Mapping[str, Any] | None = None, *, without: str = "", more: list[Row] | None = None
    ) -> Row:
        """The month of January; change: other readings, None where one is missing."""
        changed = {**self.readings, **(change or {})}
        read = {metric: value for metric, value in changed.items() if value is not None}
        parameters = [row for name, row in {**OF_ALL, **self.factors}.items() if name != without] + (more or [])
        return work_out_january(self.method, read, parameters).months.to_dicts()[0]

    def times(self, factor: float) -> Row:
        """January with every reading times the factor."""
        return self.january({metric: factor * value for metric, value in self.readings.items()})


NO_POWER: Final = {"power_generated": 0.0}
BY_ENERGY: Final = Plant(
    "steam_heating_chp_energy", readings(power_generated=100.0), ENERGY, 360 / (1080 + 360), NO_POWER, NO_POWER
)
BY_EFFICIENCY: Final = Plant(
    "steam_heating_chp_efficiency",
    readings(power_generated=100.0),
    {**ENERGY, **EFFICIENCIES},
    (360 / 0.4) / (1080 / 0.8 + 360 / 0.4),
    NO_POWER,
    NO_POWER,
)
BY_HEAT_RATIO: Final = Plant(
    "steam_heating_chp_heat_ratio",
    readings(boiler_steam_heat=1800.0),
    {},
    (1800 - 1080) / 1800,
    {"boiler_steam_heat": 1080.0},
    {"boiler_steam_heat": 0.0},
)
PLANTS: Final = [BY_ENERGY, BY_EFFICIENCY, BY_HEAT_RATIO]

each = pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.method)


def each_with(named: Callable[[Plant], Mapping[str, object]]) -> pytest.MarkDecorator:
    pairs = [pytest.param(plant, name, id=f"{plant.method}-{name}") for plant in PLANTS for name in named(plant)]
    return pytest.mark.parametrize(("plant", "missing"), pairs)


@each
def test_the_fuel_that_heat_does_not_carry_power_does(plant: Plant) -> None:
    """No tonne leaves both: by energy heat has 150 t and power 50 t, by the two other rules 120 t and 80 t."""
    heat = plant.january({"electricity_consumed": 0.0})["project_emissions_tco2e"]
    assert heat + plant.power_share * BURNED_TCO2 == pytest.approx(BURNED_TCO2)


@each
def test_a_plant_without_power_burns_all_its_fuel_for_heat(plant: Plant) -> None:
    """PE = 200 + 10 x 0.5 = 205."""
    assert plant.january(plant.for_heat)["project_emissions_tco2e"] == pytest.approx(205.0)


@each_with(lambda plant: plant.readings)
def test_without_a_reading_there_is_no_figure(plant: Plant, missing: str) -> None:
    month = plant.january({missing: None})
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@each_with(lambda plant: {**OF_ALL, **plant.factors})
def test_without_a_factor_there_is_no_figure(plant: Plant, missing: str) -> None:
    month = plant.january(without=missing)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_parameter", None)


@each
def test_fuel_that_made_neither_heat_nor_power_cannot_be_shared_out(plant: Plant) -> None:
    month = plant.january({"heat_delivered": 0.0, "heat_sent_out": 0.0, **plant.at_rest})
    assert (month["status"], month["project_emissions_tco2e"]) == ("blocked_missing_reading", None)


@each
def test_a_month_in_which_nothing_ran_is_a_measured_zero(plant: Plant) -> None:
    month = plant.times(0)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("measured", 0.0)


@each
def test_boilers_that_run_on_elsewhere_refuse_the_project(plant: Plant) -> None:
    assert plant.january(more=[own("replaced_boilers_dismantled", 0)])["status"] == "refused"


@each
def test_twice_of_everything_is_twice_every_term(plant: Plant) -> None:
    once, twice = plant.times(1), plant.times(2)
    assert [twice[term] for term in TERMS] == pytest.approx([2 * once[term] for term in TERMS], abs=1e-9)


@each
def test_two_parts_of_a_month_at_one_ratio_add_up_to_the_whole(plant: Plant) -> None:
    whole, *parts = (plant.times(part) for part in (1, 0.3, 0.7))
    for term in TERMS:
        assert sum(part[term] for part in parts) == pytest.approx(whole[term], abs=1e-9)


def test_a_plants_own_reference_efficiencies_go_before_the_defaults() -> None:
    """With 0.8 and 0.8 the share is that of energy, 0.75: PE = 155; more than the baseline, ER = -30."""
    month = BY_EFFICIENCY.january(more=[own("chp_reference_power_efficiency", 0.8)])
    assert month["project_emissions_tco2e"] == pytest.approx(155.0)
    assert month["emission_reductions_tco2e"] == pytest.approx(-30.0)


def test_a_plant_that_burns_more_for_its_heat_than_it_replaces_has_a_negative_reduction() -> None:
    """PE = 0.6 x 20 x 400 x 0.05 + 5 = 245 against 125: -120."""
    month = BY_HEAT_RATIO.january({"natural_gas_consumed": 20.0})
    assert month["emission_reductions_tco2e"] == pytest.approx(-120.0)


def test_heat_sent_out_of_boilers_that_made_no_steam_gives_no_ratio() -> None:
    assert BY_HEAT_RATIO.january({"boiler_steam_heat": 0.0})["status"] == "blocked_missing_reading"
