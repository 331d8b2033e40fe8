"""The kinds of projects of a made-up book: what a project of each reads in a month, and what it states of itself.

Amounts are those of a plant of size 1 in one month; they keep the proportions of a plant that could exist.
"""

from dataclasses import dataclass
from typing import Final

ALL_YEAR: Final = tuple(range(1, 13))
YES: Final = (1.0, "ratio")
JIANGXI: Final = "江西"


@dataclass(frozen=True)
class Metric:
    """What is read: name, unit, the amount of a month, and the months of the year in which it is read."""

    name: str
    unit: str
    amount: float
    months: tuple[int, ...] = ALL_YEAR


@dataclass(frozen=True)
class Kind:
    """A kind of project. parameters: parameter_id to value and unit; item_parameters: of an item, by `<id>/<item>`.

    yearly: a parameter that changes on 1 January, by its values of the three years; province: where it lies, if its
    factors are on file for one place only; technology: how it makes power.
    """

    method: str
    metrics: tuple[Metric, ...] = ()
    parameters: tuple[tuple[str, float, str], ...] = ()
    item_parameters: tuple[tuple[str, str, float, str], ...] = ()
    yearly: tuple[str, str, tuple[float, float, float]] | None = None
    province: str = ""
    technology: str = ""


def _heat(*more: Metric) -> tuple[Metric, ...]:
    return (Metric("heat_delivered", "GJ", 8000), Metric("electricity_consumed", "MWh", 70), *more)


GAS: Final = Metric("natural_gas_consumed", "10^4Nm3", 23)
COAL: Final = Metric("bituminous_coal_consumed", "t", 900)
SENT_OUT: Final = Metric("heat_sent_out", "GJ", 8300)
POWER: Final = Metric("power_generated", "MWh", 1100)
DISMANTLED: Final = ("replaced_boilers_dismantled", 1.0, "ratio")
NO_POWER: Final = ("heat_source_is_chp", 0.0, "ratio")
OLD_BOILER: Final = ("baseline_boiler_efficiency", 0.65, "ratio")
OWN_GRID: Final = ("grid_ef", "tCO2/MWh", (0.58, 0.56, 0.54))
SUPPLIED: Final = (Metric("electricity_supplied", "MWh", 2400),)
FIR: Final = Metric("standing_volume_change_chinese_fir", "m3", 65)
PINE: Final = Metric("standing_volume_change_masson_pine", "m3", 40)
FOREST_AREA: Final = Metric("forest_area_time", "ha*yr", 12)
AFFORESTATION_FACTS: Final = (
    "planting_is_not_excluded", "land_not_forest_for_three_years", "land_title_is_clear",
    "smallest_parcel_is_large_enough", "land_is_not_wetland", "clearing_kept_within_limits",
    "soil_disturbance_kept_within_limits",
)  # fmt: skip

KINDS: Final = (
    Kind("steam_heating", _heat(GAS), (DISMANTLED, NO_POWER, OLD_BOILER), yearly=OWN_GRID),
    Kind("grid_renewable", SUPPLIED, technology="solar"),
    Kind("steam_heating_waste_heat", _heat(), (DISMANTLED, OLD_BOILER)),
    Kind("grid_renewable", SUPPLIED, technology="wind"),
    Kind(
        "steam_heating_chp_heat_ratio",
        _heat(SENT_OUT, COAL, Metric("boiler_steam_heat", "GJ", 14500)),
        (DISMANTLED, OLD_BOILER),
    ),
    Kind("rooftop_pv", (Metric("electricity_self_used", "MWh", 90), Metric("electricity_exported", "MWh", 40))),
    Kind("steam_heating_chp_efficiency", _heat(SENT_OUT, COAL, POWER), (DISMANTLED, OLD_BOILER)),
    Kind("grid_renewable", SUPPLIED, (("power_density", 6.0, "W/m2"),), technology="hydro"),
    Kind("steam_heating_chp_energy", _heat(SENT_OUT, COAL, POWER), (DISMANTLED, OLD_BOILER), yearly=OWN_GRID),
    Kind(
        "grid_renewable_coal_rate",
        SUPPLIED,
        yearly=("supply_coal_rate", "tce/MWh", (0.3017, 0.3008, 0.2999)),
        technology="wind",
    ),
    Kind("steam_heating_default_factor", _heat(GAS), (DISMANTLED, NO_POWER)),
    Kind("reported"),
    Kind(
        "steam_heating_standard_coal",
        (Metric("heat_delivered", "GJ", 8000),),
        (
            DISMANTLED,
            NO_POWER,
            OLD_BOILER,
            ("project_boiler_efficiency", 0.9, "ratio"),
            ("network_efficiency", 0.95, "ratio"),
        ),
    ),
    Kind(
        "waste_heat_recovery",
        (
            Metric("power_generated", "MWh", 1500),
            Metric("recovered_heat", "GJ", 2000),
            Metric("electricity_consumed", "MWh", 90),
        ),
        (
            ("waste_energy_cap", 1.0, "ratio"),
            ("waste_energy_share", 0.95, "ratio"),
            ("waste_energy_was_vented", *YES),
            ("grid_cm_ef", 0.65, "tCO2/MWh"),
        ),
    ),
    Kind(
        "air_source_heat_pump",
        (
            Metric("heat_delivered", "GJ", 8000),
            Metric("electricity_consumed", "MWh", 800),
            Metric("bituminous_coal_consumed", "t", 5),
            Metric("refrigerant_refilled", "t", 0.01),
        ),
        (
            DISMANTLED,
            OLD_BOILER,
            ("refrigerant_leaves_ozone_alone", *YES),
            ("refrigerant_gwp", 677.0, "tCO2e/t"),
        ),
    ),
    Kind("rooftop_pv", (Metric("electricity_self_used", "MWh", 60), Metric("electricity_exported", "MWh", 80))),
    Kind(
        "fuel_switch",
        (GAS, Metric("lpg_consumed", "t", 8), Metric("electricity_consumed", "MWh", 70)),
    ),
    Kind("grid_renewable", SUPPLIED, technology="solar"),
    Kind(
        "electric_farm_machinery",
        (
            Metric("harvested_area", "ha", 400),
            Metric("electricity_consumed", "MWh", 6),
            Metric("diesel_consumed", "t", 0.4),
        ),
        (("machine_is_electric", *YES),),
        (("baseline_fuel_per_area", "combine_harvester", 0.03, "m3/ha"),),
    ),
    Kind(
        "fertilizer_n2o",
        (Metric("fertilised_area", "ha", 300), Metric("nitrogen_applied", "tN", 45)),
        (("baseline_nitrogen_rate", 0.18, "tN/ha"),),
        province=JIANGXI,
    ),
    Kind(
        "rice_methane",
        (Metric("single_rice_area", "ha", 150, (5, 6, 7, 8, 9, 10)),),
        (
            ("baseline_water_scaling", 0.71, "ratio"),
            ("project_water_scaling", 0.55, "ratio"),
            ("rice_n2o_increase", 0.0002, "t/ha"),
        ),
    ),
    Kind(
        "rice_methane",
        (Metric("early_rice_area", "ha", 150, (4, 5, 6, 7)), Metric("late_rice_area", "ha", 150, (8, 9, 10, 11))),
        (
            ("baseline_water_scaling", 0.71, "ratio"),
            ("project_water_scaling", 0.6, "ratio"),
            ("rice_n2o_increase", 0.0003, "t/ha"),
        ),
    ),
    Kind(
        "manure_biogas",
        (
            Metric("swine_head_days", "head*day", 300_000),
            Metric("electricity_consumed", "MWh", 10),
            Metric("methane_to_energy", "m3", 11_000),
        ),
        (
            ("methane_conversion_factor", 0.7, "ratio"),
            ("manure_treated_share", 1.0, "ratio"),
            ("manure_stored_without_air", *YES),
        ),
    ),
    Kind(
        "straw_utilization",
        (
            Metric("straw_not_burned", "t", 500, (5, 6, 7, 8, 9, 10, 11, 12)),
            Metric("straw_returned_to_paddies", "t", 100, (5, 6, 7, 8, 9, 10, 11, 12)),
        ),
        (("paddy_ch4_of_straw", 0.01, "t/t"),),
    ),
    Kind("afforestation", (FIR, PINE, FOREST_AREA), tuple((fact, *YES) for fact in AFFORESTATION_FACTS)),
    Kind(
        "bamboo",
        (Metric("bamboo_biomass_change", "t", 40), Metric("baseline_bamboo_biomass_change", "t", 15)),
    ),
    Kind("forest_stock_change", (FIR, FOREST_AREA), (("baseline_removal_rate", 2.5, "tCO2/(ha*yr)"),)),
    Kind("reported"),
    Kind("reported_removals"),
    Kind("none"),
)
"""A project's kind is its number modulo how many there are, so that the smallest book has them all."""
