"""Manure biogas: ER = GWP x D x sum of N x VS x MS x B0 x (UF x MCF - leak) - E x EF_grid."""

from typing import Any

import pytest

from tests.makers import Row, make_parameter, on_file, work_out_january
from transforms.methods.manure_biogas import METHOD
from transforms.project_months import MonthsOfProjects

FACTORS = [
    *on_file("volatile_solids", "manure_methane_capacity", "methane_density", "manure_uncertainty_correction",
             "digester_leakage", "gwp_ch4"),
    make_parameter(parameter_id="grid_ef", scope="CN-JX", value="0.5836"),
]  # fmt: skip
LAGOON = make_parameter(parameter_id="methane_conversion_factor", value="0.7")
ALL_OF_IT = make_parameter(parameter_id="manure_treated_share", value="1")
WITHOUT_AIR = make_parameter(parameter_id="manure_stored_without_air", value="1")
OWN = (LAGOON, ALL_OF_IT, WITHOUT_AIR)
MONTH = {"swine_head_days": 310_000.0, "electricity_consumed": 10.0}
POTENTIAL_M3 = 310_000 * 0.3 / 1_000 * 0.29 * 1_000


def work_out(readings: dict[str, Any], *parameters: Row) -> MonthsOfProjects:
    return work_out_january("manure_biogas", readings, [*FACTORS, *parameters])


def january(readings: dict[str, Any], *parameters: Row) -> Row:
    row: Row = work_out(readings, *parameters).months.to_dicts()[0]
    return row


def reduction(readings: dict[str, Any], *parameters: Row) -> float:
    return float(january(readings, *parameters)["emission_reductions_tco2e"])


def test_ten_thousand_pigs_in_january_avoid_276_tonnes() -> None:
    """93 t of volatile solids x 290 m3 = 26,970 m3; x 0.7 x 0.94 x 0.00067 x 28 = 332.92; leak 50.60; grid 5.84."""
    month = january(MONTH, *OWN)
    assert pytest.approx(26_970.0) == POTENTIAL_M3
    assert month["baseline_emissions_tco2e"] == pytest.approx(POTENTIAL_M3 * 0.7 * 0.94 * 0.00067 * 28)
    assert month["project_emissions_tco2e"] == pytest.approx(POTENTIAL_M3 * 0.10 * 0.00067 * 28 + 10 * 0.5836)
    assert month["emission_reductions_tco2e"] == pytest.approx(276.5, abs=0.1)


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
    assert "AMS-III.D" in worked_out.conditions["clause"].item()


@pytest.mark.parametrize("missing", list(MONTH))
def test_without_animals_or_power_there_is_no_figure(missing: str) -> None:
    month = january({name: value for name, value in MONTH.items() if name != missing}, *OWN)
    assert (month["status"], month["emission_reductions_tco2e"]) == ("blocked_missing_reading", None)


@pytest.mark.parametrize("left_out", [LAGOON, ALL_OF_IT])
def test_without_the_storage_of_before_there_is_no_figure(left_out: Row) -> None:
    assert january(MONTH, *(row for row in OWN if row is not left_out))["status"] == "blocked_missing_parameter"


def test_power_that_the_biogas_makes_is_no_part_of_this_method() -> None:
    assert "electricity_supplied" not in METHOD.readings.values()


def test_twice_the_herd_is_twice_the_reduction_and_two_parts_are_the_whole() -> None:
    whole = reduction(MONTH, *OWN)
    assert reduction({name: 2 * value for name, value in MONTH.items()}, *OWN) == pytest.approx(2 * whole)
    parts = {name: (0.4 * value, 0.6 * value) for name, value in MONTH.items()}
    assert reduction(parts, *OWN) == pytest.approx(whole)
