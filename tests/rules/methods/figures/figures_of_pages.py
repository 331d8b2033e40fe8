"""Where each figure in the prose of the methods' pages is from, page by page, in the order in which it is written."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from flows.pages.cases import cases_of
from flows.pages.printed_cases import WorkedCase
from tests.makers import reference
from transforms.activity.forest_surveys import AREA_TOLERANCE
from transforms.activity.project_months import TERMS
from transforms.factors.derived_parameters import with_derived

GOLDEN: Final = json.loads((Path(__file__).parents[3] / "golden" / "cases.json").read_text(encoding="utf-8"))
REDUCTIONS: Final = TERMS[-1]

ARITHMETIC: Final = "what the sum or product that is written before it comes to"
STOCK: Final = "published: the standing timber of the county; this program works no tonnes out of one survey"
REMOVALS: Final = "published: projects of Jiangxi"
WARMING: Final = "published: IPCC's fifth report; on no file, a project states it"
CENTRES: Final = "published: the claim of two service centres"
TRIAL_GUIDE: Final = "published: the range of the trial guide"
PAIRS: Final = "published: pairs of tonnes and standard coal"
COAL_RATES: Final = "published: by coal rates that are not on file"
BOND_REPORT: Final = "published: a green bond report"
LOAN_NEWS: Final = "published: news of the loan"
PACKAGE: Final = "published: the efficiencies of an open package"
EXAMPLE: Final = "chosen for an example; what follows from it is worked out"
LITRES: Final = (5, 8)
"""Of diesel for a mu of rice."""


class Sourced(NamedTuple):
    """A figure as written, and the value that it is, or in words where it is from that no file of ours has."""

    written: str
    source: float | str


def factor(parameter_id: str, scope: str) -> float:
    """The value of a row on file, or worked out of others."""
    return float(_on_file().filter(parameter_id=parameter_id, scope=scope)["value"].unique().item())


def case(method: str, number: int, name: str) -> float:
    """What a worked case of a method is given, comes to, or has on the line of a sign."""
    worked = WorkedCase(cases_of(method)[number - 1], reference())
    stated = {parameter: value for parameter, _, value in worked.case.parameters}
    lines = {line.sign: line.result for line in worked.lines}
    return float({**stated, **worked.case.readings, **worked.case.expected, **lines}[name])


def golden(case_id: str, part: str, name: str) -> float:
    """A figure of a published case."""
    (found,) = [one for one in GOLDEN if one["id"] == case_id]
    return float(found[part][name]["value"])


def bound(bound_id: str, limit: str) -> float:
    """A limit of a row of the bounds."""
    return float(reference().bounds.filter(bound_id=bound_id)[limit].item())


def carbon(species: str) -> float:
    """The CO2 of a cubic metre of standing volume."""
    density, expansion, roots, fraction = (
        factor(name, species) for name in ("wood_density", "biomass_expansion", "root_shoot", "carbon_fraction")
    )
    return density * expansion * (1 + roots) * fraction * 44 / 12


@cache
def sources() -> Mapping[str, Sequence[Sourced]]:
    """Every figure of every page that has any."""
    return {page: [Sourced(*one) for one in figures] for page, figures in _pages().items()}


@cache
def _on_file() -> Any:
    return with_derived(reference().parameters)


def _pages() -> dict[str, list[tuple[str, float | str]]]:
    enthalpy, plausible = 1000 * factor("reference_enthalpy", "all"), reference().plausibility["forest_removals_per_mu"]
    litre = 1000 * factor("diesel_density", "all") / 1000 * factor("fuel_ncv", "diesel") * factor("fuel_ef", "diesel")
    boiler = factor("fuel_ef", "bituminous_coal") / factor("heat_ef", "all")
    beyond = bound("stated_figure.forest_land.reported_removals", "impossible_above")
    county = [
        ("10,000", "a unit of volume"),
        ("11.05", STOCK),
        ("12", 11.05 * round(carbon("masson_pine"), 2)),
        ("25", 11.05 * round(carbon("hard_broadleaf"), 2)),
        ("1", 100 * AREA_TOLERANCE),
    ]
    return {
        "afforestation": [
            ("773,842", golden("G05", "inputs", "total")),
            ("25,795", golden("G05", "expected", "annual")),
            *county,
            ("0.30", REMOVALS),
            ("0.50", REMOVALS),
        ],
        "air_source_heat_pump": [
            ("1,300", WARMING),
            ("3,170", WARMING),
            ("1,923.5", (677 + 3170) / 2),
            ("23", bound("electricity_per_heat.air_source_heat_pump", "implausible_below")),
            ("400", bound("electricity_per_heat.air_source_heat_pump", "implausible_above")),
        ],
        "bamboo": [("68.48", factor("biomass_per_area", "bamboo"))],
        "electric_farm_machinery": [
            ("20", 100 * factor("grid_loss", "all")),
            ("2.60", litre),
            ("13", LITRES[0] * litre),
            ("21", LITRES[1] * litre),
            ("8,680", CENTRES),
            ("200,000", CENTRES),
            ("43.4", 8680 * 1000 / 200_000),
        ],
        "fertilizer_n2o": [
            ("46", "published: the nitrogen of urea, in per cent"),
            ("0.0026", TRIAL_GUIDE),
            ("0.022", TRIAL_GUIDE),
            ("0.016", factor("n2o_direct_ef", "ipcc_2019_synthetic_wet")),
            ("0.010", factor("n2o_direct_ef", "ipcc_2019_general")),
        ],
        "forest_stock_change": [
            ("40", 100 * factor("reading_uncertainty", "survey")),
            ("5", "judged: the remark of parameters.csv on reading_uncertainty of survey"),
            ("1.19", carbon("chinese_fir")),
            ("1.12", carbon("masson_pine")),
            ("1.62", carbon("slash_pine")),
            ("2.30", carbon("hard_broadleaf")),
            ("1.61", carbon("soft_broadleaf")),
            ("1.52", carbon("conifer_mix")),
            ("1.65", carbon("broadleaf_mix")),
            ("1.83", carbon("conifer_broadleaf_mix")),
            ("38,520.5", golden("G06", "inputs", "area_mu")),
            ("192,363.45", golden("G06", "inputs", "total")),
            ("0.499", golden("G06", "expected", "per_mu_year")),
            *county,
            ("0.65", "published: public code that is wrong"),
        ],
        "fuel_combustion": _fuel_combustion(),
        "grid_renewable": _grid_renewable(),
        "grid_renewable_coal_rate": [
            ("0.80", COAL_RATES),
            ("0.84", COAL_RATES),
            ("0.57", factor("grid_cm_ef", "Central/hydro")),
            ("0.72", factor("grid_cm_ef", "Central/wind")),
            ("2.46", factor("tce_ef", "green_credit")),
            ("2.66", factor("tce_ef", "coal")),
            ("2.46", factor("tce_ef", "green_credit")),
            ("2.28", PAIRS),
            ("2.52", PAIRS),
            ("259,900", BOND_REPORT),
            ("105,500", BOND_REPORT),
        ],
        "manure_biogas": [
            ("21.0", "a version of AMS-III.D"),
            ("0.94", factor("manure_uncertainty_correction", "all")),
            ("72,371", "published: a poultry farm in Shandong"),
            ("0.5", factor("methane_destruction", "methane_flared")),
            ("21.0", "a version of AMS-III.D"),
        ],
        "none": [("1,710.2", EXAMPLE), ("0.3", EXAMPLE), ("513.06", ARITHMETIC), ("0.3", EXAMPLE)],
        "reported": [
            ("3,660", EXAMPLE),
            ("210", 3660 * 21 / 366),
            ("310", 3660 * 31 / 366),
            ("310.85", 3660 * 31 / 365),
            ("3,660", EXAMPLE),
        ],
        "reported_removals": [
            ("0.1", plausible["lower"]),
            ("0.7", plausible["upper"]),
            ("60", beyond),
            ("4", beyond / 15),
            ("365", EXAMPLE),
            ("0.73", 365 / 500),
            ("0.7", plausible["upper"]),
            ("182.5", 365 / 2),
        ],
        "rice_methane": [
            ("0.71", case("rice_methane", 1, "baseline_water_scaling")),
            ("0.55", case("rice_methane", 1, "project_water_scaling")),
            ("1.0", "flooded without a break, by the definition of the scaling"),
            ("1.0", "flooded without a break, by the definition of the scaling"),
            ("215.5", 1000 * factor("rice_methane_ef", "single_rice")),
            ("211.4", 1000 * factor("rice_methane_ef", "early_rice")),
            ("224.0", 1000 * factor("rice_methane_ef", "late_rice")),
        ],
        "steam_heating": [
            ("83.74", enthalpy),
            ("0.05", factor("min_specific_energy_improvement", "all")),
            ("83.74", enthalpy),
            ("6", 100 * (case("steam_heating", 5, REDUCTIONS) / case("steam_heating", 1, REDUCTIONS) - 1)),
            ("83.74", enthalpy),
        ],
        "steam_heating_chp_efficiency": [
            ("103.245", case("steam_heating_chp_efficiency", 2, "PE_heat")),
            ("0.3", PACKAGE),
            ("0.5", PACKAGE),
            ("0.80", factor("chp_reference_heat_efficiency", "all")),
            ("0.35", factor("chp_reference_power_efficiency", "all")),
        ],
        "steam_heating_default_factor": [
            ("0.11", factor("heat_ef", "all")),
            ("81", 100 * boiler),
            ("83.74", enthalpy),
        ],
        "steam_heating_standard_coal": [
            ("34.12", 1000 * factor("heat_standard_coal", "all")),
            ("2.46", factor("tce_ef", "green_credit")),
            ("2.28", PAIRS),
            ("2.52", PAIRS),
            ("2.66", factor("tce_ef", "coal")),
            ("29.3076", factor("standard_coal_heat", "all")),
        ],
        "transition_intensity": [
            ("1,296", LOAN_NEWS),
            ("22", LOAN_NEWS),
            ("1,296", LOAN_NEWS),
            ("0.22", LOAN_NEWS),
            ("5,890.9", ARITHMETIC),
            ("100,000", golden("G13", "inputs", "e0")),
            ("50,000", golden("G13", "inputs", "e1")),
            ("20,000", golden("G13", "expected", "interpolated_eer")),
            ("1,296", LOAN_NEWS),
            ("22", LOAN_NEWS),
        ],
        "waste_heat_recovery": [
            ("85", 100 * factor("benchmark_boiler_efficiency", "all")),
            ("0.5", EXAMPLE),
            ("85", 100 * factor("baseline_boiler_efficiency", "cdm_tool09_new_coal")),
        ],
        "wastewater_treatment": [
            *_wastewater("septic", ("0.6", "0.3", "0.001008")),
            *_wastewater("anaerobic", ("0.6", "0.9", "0.003024")),
            *_wastewater("aerobic", ("0.6", "0.05", "0.000168")),
            *_wastewater("industrial_anaerobic", ("0.25", "0.9", "0.003150")),
            ("0.5", factor("methane_destruction", "all")),
        ],
    }


def _fuel_combustion() -> list[tuple[str, float | str]]:
    coal, gas, other = "bituminous_coal", "natural_gas", factor("fuel_ncv", "bituminous_coal@ndrc_guide")
    return [
        ("3.67", "44/12, as it is not rounded"),
        *_fuel(coal, "19.57", "26.1", "0.93", "0.089001", "1.7417"),
        *_fuel("lignite", "11.9", "28", "0.96", "0.098560", "1.1729"),
        *_fuel("diesel", "42.652", "20.2", "0.98", "0.072585", "3.0959"),
        *_fuel("fuel_oil", "41.816", "21.1", "0.98", "0.075819", "3.1705"),
        *_fuel("lng", "51.498", "15.3", "0.98", "0.054978", "2.8313"),
        *_fuel("lpg", "50.179", "17.2", "0.98", "0.061805", "3.1013"),
        *_fuel(gas, "389.31", "15.3", "0.99", "0.055539", "21.6219"),
        *_fuel("blast_furnace_gas", "33", "70.8", "0.99", "0.257004", "8.4811"),
        *_fuel("coke_oven_gas", "179.81", "13.58", "0.99", "0.049295", "8.8638"),
        ("0", factor("fuel_ef", "biomass")),
        ("0", factor("fuel_ef", "biomass")),
        ("100", EXAMPLE),
        ("19.57", factor("fuel_ncv", coal)),
        ("1,957", ARITHMETIC),
        ("0.93", factor("fuel_oxidation", coal)),
        ("0.089001", ARITHMETIC),
        ("1,957", ARITHMETIC),
        ("0.089001", factor("fuel_ef", coal)),
        ("174.17", ARITHMETIC),
        ("389.31", factor("fuel_ncv", gas)),
        ("0.055539", factor("fuel_ef", gas)),
        ("5,621.69", ARITHMETIC),
        ("16", 100 * (1 - factor("fuel_ncv", coal) / other)),
    ]


def _fuel(fuel: str, *written: str) -> list[tuple[str, float]]:
    """A line of the table of fuels."""
    heat, carbon_content, oxidised, emitted = (
        factor(name, fuel) for name in ("fuel_ncv", "fuel_carbon_content", "fuel_oxidation", "fuel_ef")
    )
    values = (heat, 1000 * carbon_content, oxidised, emitted, heat * emitted)
    return list(zip(written, values, strict=True))


def _grid_renewable() -> list[tuple[str, float | str]]:
    return [
        ("0.75", factor("om_weight", "wind")),
        ("0.25", factor("bm_weight", "wind")),
        ("0.5", factor("om_weight", "hydro")),
        ("0.5", factor("bm_weight", "hydro")),
        ("0.090", "published: CDM, from memory: the factor of a reservoir"),
        *_margins("North", "0.9419", "0.4819", "0.826900", "0.71190"),
        *_margins("Northeast", "1.0826", "0.2399", "0.871925", "0.66125"),
        *_margins("East", "0.7921", "0.3870", "0.690825", "0.58955"),
        *_margins("Central", "0.8587", "0.2854", "0.715375", "0.57205"),
        *_margins("Northwest", "0.8922", "0.4407", "0.779325", "0.66645"),
        *_margins("South", "0.8042", "0.2135", "0.656525", "0.50885"),
    ]


def _margins(region: str, *written: str) -> list[tuple[str, float]]:
    """A line of the table of grids."""
    values = (
        factor("grid_om_ef", region),
        factor("grid_bm_ef", region),
        factor("grid_cm_ef", f"{region}/wind"),
        factor("grid_cm_ef", f"{region}/hydro"),
    )
    return list(zip(written, values, strict=True))


def _wastewater(treatment: str, written: Sequence[str]) -> list[tuple[str, float]]:
    """A line of the table of treatments."""
    values = (
        factor("methane_capacity", treatment),
        factor("methane_correction", treatment),
        golden("G26", "expected", treatment),
    )
    return list(zip(written, values, strict=True))
