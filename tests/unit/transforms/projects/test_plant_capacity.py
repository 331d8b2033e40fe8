"""No project does more than it can: readings beyond its bounds are refused with what would be possible.

Every case is a project of its own in one book, so that the table below costs one assembly.
"""

from functools import cache
from typing import Any, Final, NamedTuple

import pytest

from tests.makers import make_book, make_project, make_reading, reference, typed
from transforms.deliveries.book.book import Book
from transforms.deliveries.checks.strata import impossible_stocks
from transforms.methods.catalog import METHODS

POWER, SOLAR_ROOF, STEAM = "grid_renewable", "rooftop_pv", "steam_heating"
JANUARY: Final = ("2025-01-01", "2025-01-31")
JANUARY_OF_20_MW = 20 * 24 * 31
JANUARY_OF_10_T_PER_HOUR: Final = 10 * 2.5 * 24 * 31 * 1.2
"""In GJ: 1 t/h is 2.5 GJ/h, and boilers may run a fifth above what the file states."""


class Case(NamedTuple):
    """A project, its readings as (metric, value, unit, days), and the rule that refuses each of them, in order."""

    method: str
    capacity: tuple[str | None, str | None]
    readings: list[tuple[str, float, str, tuple[str, str]]]
    rules: list[str]


def power(mwh: float, capacity: tuple[str | None, str | None], *rules: str, days: tuple[str, str] = JANUARY) -> Case:
    return Case(POWER, capacity, [("electricity_supplied", mwh, "MWh", days)], list(rules))


def one(
    method: str, capacity: tuple[str | None, str | None], metric: str, reading: tuple[float, str], *rules: str
) -> Case:
    return Case(method, capacity, [(metric, *reading, JANUARY)], list(rules))


def roof(self_used: float, exported: float, *rules: str, exported_days: tuple[str, str] = JANUARY) -> Case:
    readings = [
        ("electricity_self_used", self_used, "MWh", JANUARY),
        ("electricity_exported", exported, "MWh", exported_days),
    ]
    return Case(SOLAR_ROOF, ("20", "MW"), readings, list(rules))


TOO_MUCH: Final = "capacity_factor_above_1"
FULL: Final = ("20", "MW")
CASES: Final = {
    "every hour of January at full load": power(14_880, FULL),
    "a tenth of a megawatt hour more": power(14_880.1, FULL, TOO_MUCH),
    "in kW": power(14_880.1, ("20000", "kW"), TOO_MUCH),
    "in kW, possible": power(14_880, ("20000", "kW")),
    "in 万千瓦": power(14_880.1, ("2", "万千瓦"), TOO_MUCH),
    "in MWp": power(14_880.1, ("20", "MWp"), TOO_MUCH),
    "in 兆瓦": power(14_880.1, ("20", "兆瓦"), TOO_MUCH),
    "in full-width letters with blanks": power(14_880.1, ("20", " ＭＷ"), TOO_MUCH),
    "without a capacity": power(1e6, (None, None)),
    "a capacity of nothing": power(1e6, ("0", "MW")),
    "a boiler's capacity": power(1e6, ("75", "t/h")),
    "a leap February": power(20 * 24 * 29, FULL, days=("2024-02-01", "2024-02-29")),
    "a leap day's power in another February": power(20 * 24 * 29, FULL, TOO_MUCH, days=("2025-02-01", "2025-02-28")),
    "a whole year": power(20 * 8760, FULL, days=("2025-01-01", "2025-12-31")),
    "a whole year and an hour": power(20 * 8761, FULL, TOO_MUCH, days=("2025-01-01", "2025-12-31")),
    "ten days": power(20 * 24 * 10.1, FULL, TOO_MUCH, days=("2025-01-01", "2025-01-10")),
    "a little of its own use": power(-200, FULL),
    "a sign turned round": power(-3_000, FULL, TOO_MUCH),
    "a roof whose parts and sum are possible": roof(7_440, 7_440),
    "a roof of which one part is impossible": roof(14_881, 100, TOO_MUCH),
    "a roof whose sum alone is impossible": roof(8_000, 7_000, TOO_MUCH, TOO_MUCH),
    "a roof whose quarter holds an impossible month": roof(
        8_000, 7_000 + 20 * 24 * 59, TOO_MUCH, TOO_MUCH, exported_days=("2025-01-01", "2025-03-31")
    ),
    "power of a project that reports a promise": one(
        "reported", FULL, "electricity_supplied", (14_881, "MWh"), TOO_MUCH
    ),
    "waste heat to power": one("waste_heat_recovery", ("10", "MW"), "power_generated", (7_440.1, "MWh"), TOO_MUCH),
    "power of a combined plant": one(
        "steam_heating_chp_energy", ("10", "MW"), "power_generated", (7_441, "MWh"), TOO_MUCH
    ),
    "heat of a combined plant whose megawatts are electric": one(
        "steam_heating_chp_energy", ("10", "MW"), "heat_sent_out", (900_000, "GJ")
    ),
    "heat of boilers": one(STEAM, ("10", "t/h"), "heat_delivered", (JANUARY_OF_10_T_PER_HOUR, "GJ")),
    "more heat than boilers make": one(
        STEAM, ("10", "t/h"), "heat_delivered", (JANUARY_OF_10_T_PER_HOUR + 1, "GJ"), "heat_over_capacity"
    ),
    "more steam than boilers make": one(STEAM, ("10", "蒸吨"), "steam_delivered", (8_929, "t"), "heat_over_capacity"),
    "steam of boilers": one(STEAM, ("10", "蒸吨/小时"), "steam_delivered", (8_928, "t")),
    "steam of boilers in MW": one(STEAM, ("7", "MW"), "steam_delivered", (9_100, "t"), "heat_over_capacity"),
    "heat in GJ/h": one(STEAM, ("25", "GJ/h"), "heat_delivered", (22_321, "GJ"), "heat_over_capacity"),
    "heat in MWth": one(
        "steam_heating_waste_heat", ("7", "MWth"), "heat_delivered", (22_500, "GJ"), "heat_over_capacity"
    ),
    "coal in kilograms under tonnes": one(
        STEAM, ("20", "t/h"), "bituminous_coal_consumed", (1_500_000, "t"), "fuel_over_capacity"
    ),
    "coal": one(STEAM, ("20", "t/h"), "bituminous_coal_consumed", (1_500, "t")),
    "lamps lit all month": one("led_lighting", (None, None), "street_lamp_hours", (744, "h")),
    "lamps lit longer than the month": one(
        "led_lighting", (None, None), "street_lamp_hours", (330_000, "h"), "hours_over_period"
    ),
    "indoor lamps lit longer than the month": one(
        "led_lighting", ("900", "盏"), "indoor_lamp_hours", (745, "小时"), "hours_over_period"
    ),
    "a crop on more land than there is": one(
        "rice_methane", ("1500", "mu"), "single_rice_area", (1_500, "ha"), "area_over_land"
    ),
    "a crop": one("rice_methane", ("1500", "亩"), "single_rice_area", (100, "ha")),
    "three crops fertilised": one("fertilizer_n2o", ("100", "ha"), "fertilised_area", (300, "ha")),
    "mu fertilised as hectares": one(
        "fertilizer_n2o", ("100", "公顷"), "fertilised_area", (1_500, "ha"), "area_over_land"
    ),
    "square metres ploughed as hectares": one(
        "electric_farm_machinery", ("100", "ha"), "ploughed_area", (1e6, "ha"), "area_over_land"
    ),
    "pigs on their places": one("manure_biogas", ("5000", "头"), "swine_head_days", (155_000, "head*day")),
    "head-days of a year in a month": one(
        "manure_biogas", ("5000", "头"), "swine_head_days", (1_825_000, "head*day"), "head_days_over_places"
    ),
    "waste water of ten thousand": one(
        "wastewater_treatment", ("2", "万吨/日"), "septic_wastewater_treated", (620_000, "m3")
    ),
    "waste water in litres": one(
        "wastewater_treatment", ("2", "万吨/日"), "septic_wastewater_treated", (6.2e8, "m3"), "flow_over_capacity"
    ),
    "water lost": one("water_saving", ("2", "万吨/日"), "water_saved", (-1_000, "m3")),
    "straw in kilograms": one(
        "straw_utilization", ("3", "万吨/年"), "straw_not_burned", (2.5e6, "t"), "output_over_capacity"
    ),
    "heat that no fuel holds": Case(
        STEAM,
        (None, None),
        [
            ("heat_delivered", 20_000, "GJ", JANUARY),
            ("bituminous_coal_consumed", 100, "t", JANUARY),
            ("electricity_consumed", 50, "MWh", JANUARY),
        ],
        ["heat_over_fuel_heat"] * 3,
    ),
    "heat and the pumps' power before the fuel has come": Case(
        "steam_heating",
        (None, None),
        [("heat_delivered", 10_000, "GJ", JANUARY), ("electricity_consumed", 50, "MWh", JANUARY)],
        [],
    ),
    "heat by a heat pump, no fuel": Case(
        "steam_heating",
        (None, None),
        [
            ("heat_delivered", 10_000, "GJ", JANUARY),
            ("natural_gas_consumed", 0, "10^4Nm3", JANUARY),
            ("electricity_consumed", 900, "MWh", JANUARY),
        ],
        [],
    ),
    "heat of nothing": Case(
        "steam_heating",
        (None, None),
        [
            ("heat_delivered", 10_000, "GJ", JANUARY),
            ("natural_gas_consumed", 0, "10^4Nm3", JANUARY),
            ("electricity_consumed", 50, "MWh", JANUARY),
        ],
        ["heat_over_fuel_heat"] * 3,
    ),
    "heat that its fuel holds": Case(
        STEAM,
        (None, None),
        [("heat_delivered", 20_000, "GJ", JANUARY), ("bituminous_coal_consumed", 1_200, "t", JANUARY)],
        [],
    ),
    "heat of which one fuel is still missing": Case(
        STEAM,
        (None, None),
        [
            ("heat_delivered", 20_000, "GJ", JANUARY),
            ("diesel_consumed", 1, "t", JANUARY),
            ("bituminous_coal_consumed", 900, "t", ("2025-02-01", "2025-02-28")),
        ],
        [],
    ),
    "a heat pump": Case(
        STEAM,
        (None, None),
        [("heat_delivered", 20_000, "GJ", JANUARY), ("electricity_consumed", 1_400, "MWh", JANUARY)],
        [],
    ),
    "heat that heat pumps draw from mild air": Case(
        "air_source_heat_pump",
        (None, None),
        [
            ("heat_delivered", 4_300, "GJ", JANUARY),
            ("bituminous_coal_consumed", 0, "t", JANUARY),
            ("electricity_consumed", 100, "MWh", JANUARY),
        ],
        [],
    ),
    "more than twelve times their electricity": Case(
        "air_source_heat_pump",
        (None, None),
        [
            ("heat_delivered", 4_330, "GJ", JANUARY),
            ("bituminous_coal_consumed", 0, "t", JANUARY),
            ("electricity_consumed", 100, "MWh", JANUARY),
        ],
        ["heat_over_energy_bought"] * 3,
    ),
    "heat of pumps that rest while coal burns": Case(
        "air_source_heat_pump",
        (None, None),
        [
            ("heat_delivered", 4_330, "GJ", JANUARY),
            ("bituminous_coal_consumed", 300, "t", JANUARY),
            ("electricity_consumed", 10, "MWh", JANUARY),
        ],
        [],
    ),
    "nitrogen as if fields were snow": Case(
        "fertilizer_n2o",
        (None, None),
        [("nitrogen_applied", 300, "tN", JANUARY), ("fertilised_area", 100, "ha", JANUARY)],
        ["nitrogen_per_area"] * 2,
    ),
    "a stock taken for a change": Case(
        "forest_stock_change",
        (None, None),
        [("standing_volume_change_chinese_fir", 90_000, "m3", JANUARY), ("forest_area_time", 1_000, "ha*yr", JANUARY)],
        ["stock_change_per_area"] * 2,
    ),
    "a forest that grew": Case(
        "forest_stock_change",
        (None, None),
        [("standing_volume_change_chinese_fir", 9_000, "m3", JANUARY), ("forest_area_time", 1_000, "ha*yr", JANUARY)],
        [],
    ),
}


@cache
def book() -> Book:
    """All cases in one book: project and records are named by the case."""
    projects = [
        make_project(project_id=name, method=case.method, capacity=case.capacity[0], capacity_unit=case.capacity[1])
        for name, case in CASES.items()
    ]
    readings = [
        make_reading(project_id=name, metric=metric, value=value, unit=unit, period_start=first, period_end=last)
        for name, case in CASES.items()
        for metric, value, unit, (first, last) in case.readings
    ]
    return make_book(projects=projects, readings=readings)


def refusals(name: str) -> list[dict[str, Any]]:
    return [row for row in book().rejected.to_dicts() if f'"project_id":"{name}"' in row["row_text"]]


def reason(name: str) -> str:
    return str(refusals(name)[0]["reason"])


@pytest.mark.parametrize("name", list(CASES))
def test_only_what_is_impossible_is_refused(name: str) -> None:
    assert [row["rule"] for row in refusals(name)] == CASES[name].rules


def test_the_refusal_names_what_is_possible_and_which_unit_was_likely_meant() -> None:
    """A 9.8 MW roof has 9.8 x 24 x 31 = 7,291.2 MWh in January; 42,902 is 5.88 times that, in kWh 42.9 MWh."""
    reasons = make_book(
        projects=[make_project(method=SOLAR_ROOF, capacity="9.8", capacity_unit="MW")],
        readings=[make_reading(metric="electricity_self_used", value="42902")],
    ).rejected["reason"][0]
    assert reasons == (
        "42902 MWh of electricity_self_used from 9.8 MW in 31 days is 5.88 of what full use gives; at most 7291.2 MWh "
        "is possible: check the unit (MWh): was kWh meant? 42.902 MWh would be plausible"
    )


def test_a_sum_that_is_impossible_names_its_records_and_both_are_refused() -> None:
    words = reason("a roof whose sum alone is impossible")
    assert "are 15000 MWh from 20.0 MW in 31 days; at most 14880 MWh is possible together" in words
    assert "electricity_self_used/2025-01-01" in words
    assert "electricity_exported/2025-01-01" in words


def test_hours_of_all_lamps_added_are_suspected() -> None:
    assert "at most 744 hours is possible: hours are per lamp" in reason("lamps lit longer than the month")


def test_the_days_of_refused_readings_and_their_capacity_factor_are_kept_for_the_figure() -> None:
    name = "a tenth of a megawatt hour more"
    assert [str(day) for day in book().refused_readings.filter(project_id=name).row(0)[1:]] == [
        "2025-01-01",
        "2025-01-31",
    ]
    (kept,) = book().implausible.filter(project_id=name).to_dicts()
    assert kept["value"] == pytest.approx(14_880.1 / JANUARY_OF_20_MW)


def test_every_method_says_what_bounds_its_readings_or_why_nothing_does() -> None:
    outputs = reference().outputs
    assert {*outputs["methods"], *outputs["unbounded"]} == {*METHODS, "reported", "reported_removals", "none"}
    assert not set(outputs["methods"]) & set(outputs["unbounded"])


@pytest.mark.parametrize(("species", "area", "unit", "volume", "rules"), [
    ("杉木", "100", "ha", "110000", []), ("杉木", "100", "ha", "110001", ["stock_per_area"]),
    ("马尾松", "1500", "亩", "90001", ["stock_per_area"]), ("马尾松", "1500", "亩", "90000", []),
    ("some tree", "10", "ha", "11001", ["stock_per_area"]), ("杉木", "0", "ha", "5", ["stock_per_area"]),
    ("杉木", None, None, "5", []), ("杉木", "0", "ha", "0", []),
])  # fmt: skip
def test_a_stock_that_no_hectare_carries_is_refused(
    species: str, area: str | None, unit: str | None, volume: str, rules: list[str]
) -> None:
    row = {
        "project_id": "P1",
        "stratum": "1",
        "species": species,
        "area": area,
        "area_unit": unit,
        "survey_date": "2025-01-01",
        "volume": volume,
        "volume_unit": "m3",
    }
    assert impossible_stocks(typed("forest_strata", [row]), reference())["rule"].to_list() == rules


def test_every_bound_and_ratio_has_its_limits() -> None:
    outputs, bounds = reference().outputs, reference().bounds
    used = {bound["check_id"] for bound in outputs["bounds"].values()} | set(outputs["ratios"])
    assert used <= set(bounds["check_id"])
