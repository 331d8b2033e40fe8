"""A factor, rate or price that cannot be is refused on acceptance, with what would be plausible and the likely slip."""

from typing import Any, Final

import polars as pl

from tests.makers import make_book, make_loan, make_parameter, make_project, make_rate, make_reading, reference, typed
from transforms.deliveries.checks.parameter_bands import parameters_outside_band
from transforms.ground.units import convert_parameters

NOBODY: Final = pl.DataFrame(schema={"project_id": pl.String, "item": pl.String})


def refusals(parameter: dict[str, Any], *metrics: str) -> list[dict[str, Any]]:
    readings = [make_reading(metric=metric, value="1", unit=unit) for metric, unit in map(str.split, metrics)]
    return make_book(readings=readings, parameters=[make_parameter(**parameter)]).rejected.to_dicts()


def found_among(factors: list[tuple[str, str, str, str]]) -> pl.DataFrame:
    """Findings of the rows, each of a project that reports nothing."""
    rows = typed("parameters", [make_parameter(**stated(*one)) for one in factors])
    converted, _ = convert_parameters(rows, reference().parameter_kinds, reference().conversions)
    return parameters_outside_band(converted, NOBODY, reference())


def stated(parameter_id: str, scope: str, value: str, unit: str) -> dict[str, Any]:
    return {"parameter_id": parameter_id, "scope": scope, "value": value, "unit": unit}


INSIDE: Final = [
    ("fuel_ncv", "P1/bituminous_coal", "14", "GJ/t"), ("fuel_ncv", "P1/bituminous_coal", "34", "GJ/t"),
    ("fuel_ncv", "P1/bituminous_coal", "5000", "kcal/kg"), ("fuel_ncv", "P1/lignite", "8", "GJ/t"),
    ("fuel_ncv", "P1/diesel", "40", "GJ/t"), ("fuel_ncv", "P1/lng", "54", "GJ/t"),
    ("fuel_ncv", "P1/natural_gas", "280", "GJ/10^4Nm3"), ("fuel_ncv", "P1/natural_gas", "35.6", "MJ/Nm3"),
    ("fuel_ncv", "P1/blast_furnace_gas", "33", "GJ/10^4Nm3"), ("fuel_ncv", "P1", "14.2", "GJ/t"),
    ("fuel_ef", "P1/bituminous_coal", "0.126", "tCO2/GJ"), ("fuel_ef", "P1/blast_furnace_gas", "0.26", "tCO2/GJ"),
    ("fuel_ef", "P1/biomass", "0", "tCO2/GJ"), ("fuel_ef", "P1", "0", "tCO2/GJ"),
    ("volatile_solids", "P1/swine", "0.3", "kg/head/day"), ("volatile_solids", "P1/dairy_cattle", "5", "kg/head/day"),
    ("baseline_fuel_per_area", "P1/tractor", "25", "L/ha"), ("baseline_fuel_per_area", "P1/spray_drone", "1", "L/ha"),
    ("replaced_lamp_power", "P1/street_lamp", "250", "W"), ("new_lamp_power", "P1/street_lamp", "0.1", "kW"),
    ("water_energy", "P1", "0.46", "kWh/m3"), ("water_energy", "P1", "8.5", "kWh/m3"),
    ("steam_enthalpy", "P1", "2.5", "GJ/t"), ("steam_enthalpy", "P1", "2777.1", "kJ/kg"),
    ("grid_ef", "P1", "0.5", "tCO2/MWh"), ("grid_ef", "P1", "0", "tCO2/MWh"), ("grid_ef", "P1", "0.011", "tCO2/MWh"),
    ("grid_cm_ef", "P1", "0.8", "tCO2/MWh"), ("baseline_nitrogen_rate", "P1", "12", "kgN/mu"),
    ("organic_load", "P1/septic", "200", "mg/L"), ("organic_load", "P1/industrial_anaerobic", "20", "g/L"),
]  # fmt: skip
"""Parameter, scope, value and unit as a project may state them."""


def test_a_factor_inside_the_band_of_its_item_is_accepted() -> None:
    assert [INSIDE[at] for at in found_among(INSIDE)["at"]] == []


OUTSIDE: Final = [
    ("fuel_ncv", "P1/bituminous_coal", "5", "GJ/t"), ("fuel_ncv", "P1/bituminous_coal", "293", "GJ/t"),
    ("fuel_ncv", "P1/diesel", "20", "GJ/t"), ("fuel_ncv", "P1/diesel", "389", "GJ/t"),
    ("fuel_ncv", "P1/lng", "389", "GJ/t"), ("fuel_ncv", "P1/natural_gas", "38.9", "GJ/10^4Nm3"),
    ("fuel_ncv", "P1/blast_furnace_gas", "330", "GJ/10^4Nm3"), ("fuel_ncv", "P1", "0", "GJ/t"),
    ("fuel_ef", "P1/bituminous_coal", "0.26", "tCO2/GJ"), ("fuel_ef", "P1/natural_gas", "0.0056", "tCO2/GJ"),
    ("fuel_carbon_content", "P1/bituminous_coal", "0.095", "tC/GJ"), ("fuel_oxidation", "P1/diesel", "0.098", "ratio"),
    ("volatile_solids", "P1/poultry", "0.3", "kg/head/day"), ("volatile_solids", "P1/swine", "5", "kg/head/day"),
    ("baseline_fuel_per_area", "P1/tractor", "180", "L/ha"), ("baseline_fuel_per_area", "P1/tractor", "2", "L/ha"),
    ("replaced_lamp_power", "P1/street_lamp", "5", "kW"), ("new_lamp_power", "P1/street_lamp", "0", "W"),
    ("water_energy", "P1", "15", "kWh/m3"), ("water_energy", "P1", "0.0003", "kWh/m3"),
    ("steam_enthalpy", "P1", "0.6", "GJ/t"), ("steam_enthalpy", "P1", "2257", "kJ/kg"),
    ("grid_ef", "P1", "0.0005", "tCO2/MWh"), ("grid_ef", "P1", "1.5", "tCO2/MWh"),
    ("grid_cm_ef", "P1", "0", "tCO2/MWh"), ("baseline_nitrogen_rate", "P1", "0.001", "tN/ha"),
    ("organic_load", "P1/septic", "0.1", "t/m3"), ("baseline_boiler_efficiency", "P1", "0.31", "ratio"),
    ("rice_methane_ef", "P1/single_rice", "0.9", "t/ha"), ("heat_ef", "P1", "0.25", "tCO2/GJ"),
]  # fmt: skip
"""The same outside the band, too low and too high."""


def test_a_factor_outside_the_band_of_its_item_is_refused_at_both_ends() -> None:
    found = found_among(OUTSIDE)
    assert [factor for at, factor in enumerate(OUTSIDE) if at not in found["at"]] == []
    assert found["reason"].str.contains("is plausible").all()


def test_the_only_fuel_that_a_project_reports_decides_the_band_of_its_own_factor() -> None:
    own = stated("fuel_ncv", "P1", "45", "GJ/t")
    assert refusals(own, "lpg_consumed t") == []
    (row,) = refusals(own, "bituminous_coal_consumed t")
    assert "fuel_ncv of bituminous_coal = 45 GJ/t" in row["reason"]
    assert refusals(own, "lpg_consumed t", "bituminous_coal_consumed t") == []


def test_the_refusal_names_the_band_in_the_unit_of_the_trade_and_the_likely_slip() -> None:
    (row,) = refusals(stated("replaced_lamp_power", "P1/street_lamp", "250", "kW"))
    assert "replaced_lamp_power = 250000 W cannot be believed: 8 to 1200 W is plausible" in row["reason"]
    assert "250 W would be: it may be in a unit a thousandth as large" in row["reason"]


def test_every_factor_on_file_lies_inside_its_band() -> None:
    """The published rows are believed: a band that refuses one of them is wrong, or the row is."""
    rows = reference().parameters
    found = parameters_outside_band(rows, NOBODY, reference())
    assert rows.with_row_index("at").join(found, on="at").select("parameter_id", "scope", "value").rows() == []


def test_every_band_is_of_a_known_kind_and_its_unit_converts() -> None:
    table, kinds = reference().conversions, reference().parameter_kinds
    for row in reference().bounds.filter(check_id="parameter_band").to_dicts():
        unit = kinds[row["method_or_scope"]]["unit"]
        assert table.filter(canonical_unit=unit, spelling=row["unit"].lower()).height == 1, row["bound_id"]


ASKED: Final = [("1", "CNY"), ("3.85", "CNY"), ("12", "CNY"), ("0.5", "EUR"), ("5.3", "USD"), ("0.3", "JPY")]
NEVER_ASKED: Final = [
    ("0", "CNY", "0.6 to 14 % is plausible"),
    ("0.0385", "CNY", "3.85 % would be: a share may have been sent for per cent"),
    ("0.5", "CNY", "0.6 to 14 % is plausible"),
    ("385", "CNY", "3.85 % would be: per cent, basis points"),
    ("38.5", "CNY", "3.85 % would be: a decimal point may have moved"),
    ("-3.85", "CNY", "0.6 to 14 % is plausible"),
    ("0.053", "USD", "5.3 % would be: a share"),
    ("0.0385", "JPY", "3.85 % would be: a share"),
]


def test_a_rate_that_no_bank_asks_is_refused_with_the_likely_slip_and_any_other_is_accepted() -> None:
    rates = [(rate, currency) for rate, currency, _ in NEVER_ASKED] + ASKED
    loans = [
        make_loan(loan_id=f"L{number}", annual_rate_pct=rate, currency=currency)
        for number, (rate, currency) in enumerate(rates)
    ]
    rejected = make_book([make_project()], loans, []).rejected.sort("source_row").to_dicts()
    assert {(row["rule"], row["column"]) for row in rejected} == {("rate_out_of_band", "annual_rate_pct")}
    assert len(rejected) == len(NEVER_ASKED)
    for row, (rate, _, words) in zip(rejected, NEVER_ASKED, strict=True):
        assert words in row["reason"], rate


QUOTED: Final = [
    ("USD", "CNY", "7.1884"),
    ("HKD", "CNY", "0.926"),
    ("CNY", "USD", "0.139"),
    ("JPY", "CNY", "0.046"),
    ("USD", "JPY", "157"),
    ("EUR", "USD", "1.08"),
    ("KRW", "CNY", "0.0049"),
    ("XAU", "CNY", "600"),
]
MISQUOTED: Final = [
    ("USD", "CNY", "718.84"),
    ("JPY", "CNY", "4.6"),
    ("CNY", "USD", "7.1884"),
    ("USD", "EUR", "92"),
    ("HKD", "CNY", "92.6"),
    ("CNY", "JPY", "0.046"),
    ("EUR", "USD", "108"),
    ("GBP", "CNY", "0.11"),
]


def test_a_price_far_from_what_the_currencies_are_worth_is_refused_and_any_other_is_accepted() -> None:
    rates = [make_rate(base=base, quote=quote, rate=rate) for base, quote, rate in MISQUOTED]
    rates += [make_rate(base=base, quote=quote, rate=rate, date="2024-12-30") for base, quote, rate in QUOTED]
    rejected = make_book(rates=rates).rejected.sort("source_row")
    assert set(rejected["rule"]) == {"rate_out_of_band"}
    assert rejected["source_row"].to_list() == list(range(2, 2 + len(MISQUOTED)))
    assert "7.1884 CNY would be: per cent, basis points or the price of 100 units" in rejected["reason"][0]
