"""The formulas of the made-up book as an analyst would write them down: arithmetic that Python and SQL both read.

What is here was copied from the method pages by hand; nothing of the program is used. `readings`: symbol to metric;
`optional`: readings that count as nothing for a project that never had any; `factors`: symbol to the places where a
value is looked for, in order, the first that has any row deciding. A place is a parameter_id and a scope: `own` (the
project's), `own/<item>`, `province`, `region_technology`, `technology`, or a literal one.
"""

from dataclasses import dataclass, field
from typing import Final

Places = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Formula:
    """One method's terms, in tonnes of CO2 equivalent a month."""

    baseline: str
    project: str
    leakage: str
    readings: dict[str, str]
    factors: dict[str, Places]
    optional: dict[str, str] = field(default_factory=dict)
    one_of: bool = False
    """Whether one of the optional readings must be there."""


SEASONS: Final = {
    "single_rice_area": (5, 6, 7, 8, 9, 10),
    "early_rice_area": (4, 5, 6, 7),
    "late_rice_area": (8, 9, 10, 11),
    "straw_not_burned": (5, 6, 7, 8, 9, 10, 11, 12),
    "straw_returned_to_paddies": (5, 6, 7, 8, 9, 10, 11, 12),
}
"""Months in which these are read; in the others nothing is to be read, and the value is 0."""
REMOVALS: Final = ("afforestation", "bamboo", "forest_stock_change", "reported_removals")
"""Their tonnes are not avoided emissions: loans have no share of them here."""
REPORTED: Final = ("reported", "reported_removals")

GRID: Final[Places] = (("grid_ef", "own"), ("grid_ef", "province"))
MARGIN: Final[Places] = (("grid_cm_ef", "own"), ("grid_cm_ef", "region_technology"))
_FUELS: Final = ("natural_gas", "bituminous_coal", "lpg", "diesel")
FUELS: Final = {fuel: f"{fuel}_consumed" for fuel in _FUELS}
FUEL_FACTORS: Final[dict[str, Places]] = {
    name: ((parameter, fuel),)
    for fuel in _FUELS
    for name, parameter in ((f"{fuel}_ncv", "fuel_ncv"), (f"{fuel}_ef", "fuel_ef"))
}
BURNED: Final = "(" + " + ".join(f"{fuel} * {fuel}_ncv * {fuel}_ef" for fuel in _FUELS) + ")"
FUEL_HEAT: Final = "(" + " + ".join(f"{fuel} * {fuel}_ncv" for fuel in _FUELS) + ")"
COAL: Final[Places] = (("baseline_fuel_ef", "own"), ("coal_ef", "own"), ("fuel_ef", "bituminous_coal"))
BOILER: Final[dict[str, Places]] = {"eta": (("baseline_boiler_efficiency", "own"),), "coal_ef": COAL}
HEAT: Final = {"heat": "heat_delivered", "power": "electricity_consumed"}


def _combined(share: str, beside: dict[str, str], factors: dict[str, Places]) -> Formula:
    return Formula(
        "heat / eta * coal_ef",
        f"({share}) * {BURNED} + power * grid",
        "0.0 * heat",
        {**HEAT, "sent": "heat_sent_out", **beside},
        {**BOILER, "grid": GRID, **FUEL_FACTORS, **factors},
        FUELS,
        one_of=True,
    )


def _own_or(parameter_id: str, scope: str = "all") -> Places:
    return ((parameter_id, "own"), (parameter_id, scope))


def _of(parameter_id: str, scope: str = "all") -> Places:
    return ((parameter_id, scope),)


GENERATED: Final = {"generated": "power_generated"}
RICE: Final = ("single_rice", "early_rice", "late_rice")
RICE_METHANE: Final = "(" + " + ".join(f"{rice} * {rice}_ef" for rice in RICE) + ") * before_season * organic"
SPECIES: Final = ("chinese_fir", "masson_pine")
SPECIES_FACTORS: Final[dict[str, Places]] = {
    f"{one}_{short}": ((parameter, f"own/{one}"), (parameter, one))
    for one in SPECIES
    for short, parameter in (
        ("wood", "wood_density"),
        ("bef", "biomass_expansion"),
        ("root", "root_shoot"),
        ("carbon", "carbon_fraction"),
    )
}
GROWTH: Final = (
    "("
    + " + ".join(f"{one} * {one}_wood * {one}_bef * (1.0 + {one}_root) * {one}_carbon * to_co2" for one in SPECIES)
    + ")"
)
VOLUMES: Final = {one: f"standing_volume_change_{one}" for one in SPECIES}
TO_CO2: Final = _of("carbon_to_co2")
STEAM: Final = Formula(
    "heat / eta * coal_ef",
    f"{BURNED} + power * grid",
    "0.0 * heat",
    HEAT,
    {**BOILER, "grid": GRID, **FUEL_FACTORS},
    FUELS,
    one_of=True,
)
LEAK: Final = "swine * solids * treated * capacity * density * gwp * leak"

FORMULAS: Final[dict[str, Formula]] = {
    "steam_heating": STEAM,
    "steam_heating_waste_heat": Formula(
        "heat / eta * coal_ef", "power * grid", "0.0 * heat", HEAT, {**BOILER, "grid": GRID}
    ),
    "steam_heating_chp_heat_ratio": _combined("sent / boiler_heat", {"boiler_heat": "boiler_steam_heat"}, {}),
    "steam_heating_chp_efficiency": _combined(
        "sent / (sent + generated * mwh * (eta_heat / eta_power))",
        GENERATED,
        {
            "mwh": _of("mwh_in_gj"),
            "eta_heat": _own_or("chp_reference_heat_efficiency"),
            "eta_power": _own_or("chp_reference_power_efficiency"),
        },
    ),
    "steam_heating_chp_energy": _combined("sent / (sent + generated * mwh)", GENERATED, {"mwh": _of("mwh_in_gj")}),
    "steam_heating_default_factor": Formula(
        "heat * heat_ef",
        f"{BURNED} + power * grid",
        "0.0 * heat",
        HEAT,
        {"heat_ef": _own_or("heat_ef"), "grid": GRID, **FUEL_FACTORS},
        FUELS,
        one_of=True,
    ),
    "steam_heating_standard_coal": Formula(
        "heat * tce_heat / eta * tce",
        "heat * tce_heat / (eta_plant * eta_net) * tce",
        "0.0 * heat",
        {"heat": "heat_delivered"},
        {
            "tce_heat": _of("heat_standard_coal"),
            "eta": _of("baseline_boiler_efficiency", "own"),
            "eta_plant": _of("project_boiler_efficiency", "own"),
            "eta_net": _of("network_efficiency", "own"),
            "tce": _own_or("tce_ef", "green_credit"),
        },
    ),
    "air_source_heat_pump": Formula(
        "heat / eta * coal_ef",
        f"power * grid + {BURNED}",
        "refilled * refrigerant",
        {**HEAT, "refilled": "refrigerant_refilled"},
        {**BOILER, "grid": GRID, "refrigerant": _of("refrigerant_gwp", "own"), **FUEL_FACTORS},
        FUELS,
        one_of=True,
    ),
    "fuel_switch": Formula(
        f"{FUEL_HEAT} * gain * replaced_ef",
        f"{BURNED} + power * grid",
        f"{FUEL_HEAT} * upstream * gwp",
        {"power": "electricity_consumed"},
        {
            "gain": _own_or("efficiency_gain"),
            "replaced_ef": (("baseline_fuel_ef", "own"), ("fuel_ef", "bituminous_coal")),
            "grid": GRID,
            "gwp": _of("gwp_ch4"),
            "upstream": _own_or("upstream_methane_leak"),
            **FUEL_FACTORS,
        },
        FUELS,
        one_of=True,
    ),
    "grid_renewable": Formula(
        "supplied * margin",
        "not_below_zero(supplied) * reservoir",
        "0.0 * supplied",
        {"supplied": "electricity_supplied"},
        {"margin": MARGIN, "reservoir": (("reservoir_ef", "own"), ("reservoir_ef", "technology"))},
    ),
    "grid_renewable_coal_rate": Formula(
        "supplied * rate * tce",
        "0.0 * supplied",
        "0.0 * supplied",
        {"supplied": "electricity_supplied"},
        {"rate": _own_or("supply_coal_rate"), "tce": _own_or("tce_ef", "green_credit")},
    ),
    "rooftop_pv": Formula(
        "used * self_margin + exported * margin",
        "0.0 * used",
        "0.0 * used",
        {"used": "electricity_self_used", "exported": "electricity_exported"},
        {"self_margin": (("self_use_ef", "own"), *MARGIN), "margin": MARGIN},
    ),
    "waste_heat_recovery": Formula(
        "cap * waste * (generated * margin + recovered / eta * replaced_ef)",
        "power * margin",
        "0.0 * power",
        {**GENERATED, "recovered": "recovered_heat", "power": "electricity_consumed"},
        {
            "cap": _of("waste_energy_cap", "own"),
            "waste": _of("waste_energy_share", "own"),
            "margin": MARGIN,
            "eta": (("baseline_boiler_efficiency", "own"), ("benchmark_boiler_efficiency", "all")),
            "replaced_ef": (("baseline_fuel_ef", "own"), ("fuel_ef", "bituminous_coal")),
        },
    ),
    "electric_farm_machinery": Formula(
        "harvested * litres * diesel_density * diesel_ncv * diesel_ef",
        f"{BURNED} + power / (1.0 - loss) * grid",
        "0.0 * power",
        {"harvested": "harvested_area", "power": "electricity_consumed"},
        {
            "litres": _of("baseline_fuel_per_area", "own/combine_harvester"),
            "diesel_density": _own_or("diesel_density"),
            "loss": (("grid_loss", "own"), ("grid_loss", "province"), ("grid_loss", "all")),
            "grid": GRID,
            **FUEL_FACTORS,
        },
        FUELS,
        one_of=True,
    ),
    "fertilizer_n2o": Formula(
        "area * rate * (direct + vol * vol_ef + leached * leached_ef) * n2o * gwp",
        "nitrogen * (direct + vol * vol_ef + leached * leached_ef) * n2o * gwp",
        "0.0 * area",
        {"area": "fertilised_area", "nitrogen": "nitrogen_applied"},
        {
            "rate": _of("baseline_nitrogen_rate", "own"),
            "direct": _own_or("n2o_direct_ef", "province"),
            "vol": _own_or("nitrogen_volatilised"),
            "vol_ef": _of("n2o_volatilised_ef"),
            "leached": _own_or("nitrogen_leached"),
            "leached_ef": _of("n2o_leached_ef"),
            "n2o": _of("n2o_n_to_n2o"),
            "gwp": _of("gwp_n2o"),
        },
    ),
    "rice_methane": Formula(
        f"{RICE_METHANE} * water_before * gwp_ch4",
        f"{RICE_METHANE} * water_now * gwp_ch4",
        "(single_rice + early_rice + late_rice) * more_n2o * gwp_n2o",
        {},
        {
            **{f"{rice}_ef": (("rice_methane_ef", f"own/{rice}"), ("rice_methane_ef", rice)) for rice in RICE},
            "before_season": _own_or("preseason_water_scaling"),
            "organic": _own_or("organic_amendment_scaling"),
            "water_before": _of("baseline_water_scaling", "own"),
            "water_now": _of("project_water_scaling", "own"),
            "more_n2o": _of("rice_n2o_increase", "own"),
            "gwp_ch4": _of("gwp_ch4"),
            "gwp_n2o": _of("gwp_n2o"),
        },
        {rice: f"{rice}_area" for rice in RICE},
        one_of=True,
    ),
    "manure_biogas": Formula(
        "at_most(swine * solids * treated * capacity * conversion * density * gwp * uncertain,"
        f" burned * density * destroyed * gwp + {LEAK})",
        f"{LEAK} + power * grid",
        "0.0 * power",
        {"swine": "swine_head_days", "power": "electricity_consumed", "burned": "methane_to_energy"},
        {
            "solids": (("volatile_solids", "own/swine"), ("volatile_solids", "swine")),
            "treated": (("manure_treated_share", "own/swine"), ("manure_treated_share", "own")),
            "capacity": (("manure_methane_capacity", "own/swine"), ("manure_methane_capacity", "swine")),
            "conversion": (("methane_conversion_factor", "own/swine"), ("methane_conversion_factor", "own")),
            "density": _of("methane_density"),
            "destroyed": (("methane_destruction", "own"), ("methane_destruction", "methane_to_energy")),
            "gwp": _of("gwp_ch4"),
            "uncertain": _of("manure_uncertainty_correction"),
            "leak": _own_or("digester_leakage"),
            "grid": GRID,
        },
    ),
    "straw_utilization": Formula(
        "straw * burned * (ch4 * gwp_ch4 + n2o * gwp_n2o)",
        "0.0 * straw",
        "returned * paddy * gwp_ch4",
        {"straw": "straw_not_burned", "returned": "straw_returned_to_paddies"},
        {
            "burned": _of("straw_combustion"),
            "ch4": _of("straw_ch4_ef"),
            "n2o": _of("straw_n2o_ef"),
            "paddy": _of("paddy_ch4_of_straw", "own"),
            "gwp_ch4": _of("gwp_ch4"),
            "gwp_n2o": _of("gwp_n2o"),
        },
    ),
    "afforestation": Formula(
        "0.0 - area_time * before",
        f"0.0 - {GROWTH}",
        f"not_below_zero({GROWTH} - area_time * before) * deduction",
        {"area_time": "forest_area_time"},
        {
            "before": _own_or("baseline_removal_rate", "afforestation"),
            "deduction": _own_or("non_permanence_deduction"),
            "to_co2": TO_CO2,
            **SPECIES_FACTORS,
        },
        VOLUMES,
        one_of=True,
    ),
    "forest_stock_change": Formula(
        "0.0 - area_time * before",
        f"0.0 - {GROWTH}",
        "0.0 * area_time",
        {"area_time": "forest_area_time"},
        {"before": _of("baseline_removal_rate", "own"), "to_co2": TO_CO2, **SPECIES_FACTORS},
        VOLUMES,
        one_of=True,
    ),
    "bamboo": Formula(
        "0.0 - biomass_before * carbon * to_co2",
        "0.0 - biomass * carbon * to_co2",
        "0.0 * biomass",
        {"biomass": "bamboo_biomass_change", "biomass_before": "baseline_bamboo_biomass_change"},
        {"carbon": _own_or("carbon_fraction", "bamboo"), "to_co2": TO_CO2},
    ),
}
