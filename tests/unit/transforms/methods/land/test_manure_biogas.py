"""Manure biogas: what is so beside its worked cases."""

from typing import Any

import polars as pl
import pytest

from tests.makers import (
    PART,
    REPORTED,
    Row,
    clauses,
    make_operating_month,
    make_parameter,
    make_part,
    on_file,
    parameter_table,
    reference,
    work_out_january,
)
from transforms.activity.operating import operating_readings
from transforms.activity.project_months import MonthsOfProjects, project_months
from transforms.methods.land.manure_biogas.formula import METHOD
from transforms.projects.items import reported_items

FACTORS = [
    *on_file(
        "volatile_solids",
        "manure_methane_capacity",
        "methane_density",
        "manure_uncertainty_correction",
        "digester_leakage",
        "gwp_ch4",
        "methane_destruction",
    ),
    make_parameter(parameter_id="grid_ef", scope="CN-JX", value="0.5836"),
]
LAGOON = make_parameter(parameter_id="methane_conversion_factor", value="0.7")
ALL_OF_IT = make_parameter(parameter_id="manure_treated_share", value="1")
WITHOUT_AIR = make_parameter(parameter_id="manure_stored_without_air", value="1")
OWN = (LAGOON, ALL_OF_IT, WITHOUT_AIR)
MONTH = {"swine_head_days": 310_000.0, "electricity_consumed": 10.0}


def work_out(readings: dict[str, Any], *parameters: Row) -> MonthsOfProjects:
    return work_out_january("manure_biogas", readings, [*FACTORS, *parameters])


def january(readings: dict[str, Any], *parameters: Row) -> Row:
    row: Row = work_out(readings, *parameters).months.to_dicts()[0]
    return row


def reduction(readings: dict[str, Any], *parameters: Row) -> float:
    return float(january(readings, *parameters)["emission_reductions_tco2e"])


def test_a_digester_that_leaks_more_than_the_dry_storage_let_out_is_negative() -> None:
    dry = make_parameter(parameter_id="methane_conversion_factor", value="0.02")
    assert reduction(MONTH, dry, ALL_OF_IT, WITHOUT_AIR) < 0


def test_animals_of_two_kinds_add_up() -> None:
    idle = {"electricity_consumed": 0.0}
    herds = {"swine_head_days": 310_000.0, "dairy_cattle_head_days": 3_100.0}
    both = reduction({**herds, **idle}, *OWN)
    assert both == pytest.approx(sum(reduction({name: days, **idle}, *OWN) for name, days in herds.items()))


def test_manure_that_had_air_before_is_refused() -> None:
    aerated = make_parameter(parameter_id="manure_stored_without_air", value="0")
    worked_out = work_out(MONTH, LAGOON, ALL_OF_IT, aerated)
    assert worked_out.months["status"].to_list() == ["refused"]
    assert "AMS-III.D" in clauses(worked_out.conditions)[0]


@pytest.mark.parametrize("missing", list(MONTH))
def test_without_animals_or_power_there_is_no_figure(missing: str) -> None:
    month = january({name: value for name, value in MONTH.items() if name != missing}, *OWN)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("left_out", [LAGOON, ALL_OF_IT])
def test_without_the_storage_of_before_there_is_no_figure(left_out: Row) -> None:
    assert january(MONTH, *(row for row in OWN if row is not left_out))["status"] == "blocked_missing_parameter"


@pytest.mark.parametrize(
    ("metered", "burned_t"),
    [
        ({"methane_to_energy": 10_000.0}, 6.7),
        ({"methane_flared": 10_000.0}, 3.35),
        ({"methane_to_energy": 10_000.0, "methane_flared": 2_000.0}, 7.37),
        ({"methane_recovered": 5.0}, 5.0),
        ({"methane_to_energy": 10_000.0, "methane_recovered": 5.0}, 5.0),
    ],
)
def test_no_more_is_avoided_than_the_methane_that_was_metered_and_burned(
    metered: dict[str, float], burned_t: float
) -> None:
    """MD - PE_power: 10,000 m3 x 0.00067 = 6.7 t, whole in an engine, half in a flare; x 28 - 10 x 0.5836."""
    assert reduction({**MONTH, **metered}, *OWN) == pytest.approx(burned_t * 28 - 5.836)


def test_more_methane_than_the_formula_makes_changes_nothing() -> None:
    """20,000 m3 x 0.00067 x 28 = 375 t, above the 332.92 - 50.60 of the formula and its leak."""
    assert reduction({**MONTH, "methane_to_energy": 20_000.0}, *OWN) == pytest.approx(reduction(MONTH, *OWN))


def test_a_digester_that_burned_nothing_has_its_power_against_it() -> None:
    assert reduction({**MONTH, "methane_to_energy": 0.0}, *OWN) == pytest.approx(-5.836)


def test_a_meter_that_was_once_reported_is_asked_for_every_month() -> None:
    months = pl.DataFrame([make_operating_month(method="manure_biogas")], schema_overrides=REPORTED)
    parts = pl.DataFrame([make_part(metric=metric, value=value) for metric, value in MONTH.items()], schema=PART)
    elsewhen = parts.with_columns(metric=pl.lit("methane_flared"))
    items = reported_items(pl.concat([parts, elsewhen]), reference().metrics)
    factors = parameter_table([*FACTORS, *OWN])
    worked_out = project_months(months, operating_readings(parts, months), factors, items)
    assert worked_out.months["status"].to_list() == ["blocked_missing_reading"]


def test_the_own_efficiency_of_a_flare_goes_before_the_default() -> None:
    """6.7 t x 0.9 x 28 - 5.836 = 163.0 t."""
    enclosed = make_parameter(parameter_id="methane_destruction", scope="P1/methane_flared", value="0.9")
    assert reduction({**MONTH, "methane_flared": 10_000.0}, *OWN, enclosed) == pytest.approx(6.7 * 0.9 * 28 - 5.836)


def test_power_that_the_biogas_makes_is_not_part_of_this_method() -> None:
    assert "electricity_supplied" not in METHOD.readings.values()


def test_twice_the_herd_is_twice_the_reduction_and_two_parts_are_the_whole() -> None:
    whole = reduction(MONTH, *OWN)
    assert reduction({name: 2 * value for name, value in MONTH.items()}, *OWN) == pytest.approx(2 * whole)
    parts = {name: (0.4 * value, 0.6 * value) for name, value in MONTH.items()}
    assert reduction(parts, *OWN) == pytest.approx(whole)
