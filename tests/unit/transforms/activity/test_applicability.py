"""A methodology's condition holds, is broken, or is open because nobody stated the fact."""

from typing import Any

import polars as pl
import pytest

from tests.makers import Row, make_parameter, reference, work_out_january, written
from transforms.activity.project_months import MonthsOfProjects
from transforms.flags.projects import applicability_flags

OWN_FACTORS = [make_parameter(value="0.8"), make_parameter(parameter_id="reservoir_ef", value="0")]
THRESHOLD = make_parameter(parameter_id="hydro_power_density_lower", scope="hydro", value="4")


def january(*parameters: Row, **month: Any) -> MonthsOfProjects:
    stated = [*OWN_FACTORS, THRESHOLD, *parameters]
    return work_out_january("grid_renewable", {"electricity_supplied": 1000.0}, stated, **month)


def density(value: float) -> Row:
    return make_parameter(parameter_id="power_density", value=value)


def verdicts(worked_out: MonthsOfProjects) -> list[tuple[str, str]]:
    return worked_out.conditions.select("condition", "verdict").rows()


def test_a_reservoir_at_the_threshold_is_refused_whatever_its_factors_say() -> None:
    """Eligible is above 4 W/m2; 4 is not above 4."""
    worked_out = january(density(4.0), technology="hydro")
    (month,) = worked_out.months.to_dicts()
    assert (month["status"], month["emission_reductions_tco2e"], month["baseline_emissions_tco2e"]) == (
        "refused",
        None,
        None,
    )
    assert verdicts(worked_out) == [("reservoir_power_density", "broken")]


def test_a_reservoir_above_the_threshold_is_measured_and_nothing_is_listed() -> None:
    """ER = 1,000 MWh x 0.8 = 800 t."""
    worked_out = january(density(4.1), technology="hydro")
    assert worked_out.months["emission_reductions_tco2e"].to_list() == pytest.approx([800.0])
    assert verdicts(worked_out) == []


def test_a_fact_that_nobody_stated_refuses_nothing_and_is_listed() -> None:
    worked_out = january(technology="hydro")
    assert worked_out.months["status"].to_list() == ["measured"]
    assert verdicts(worked_out) == [("reservoir_power_density", "not_stated")]


def test_a_condition_about_other_projects_is_silent() -> None:
    assert verdicts(january(density(1.0), technology="solar")) == []


def test_a_refusal_names_the_clause_and_what_was_stated() -> None:
    broken = january(density(3.0), technology="hydro").conditions
    (flag,) = written(applicability_flags(broken, reference().conditions)).to_dicts()
    assert flag["code"] == "outside_conditions"
    for message, clause in ((flag["message"], "reservoirs (from memory)"), (flag["message_zh"], "适用条件：水库")):
        assert "ACM0002" in message
        assert clause in message
        assert "power_density = 3.0, lowest_power_density = 4.0" in message


def test_a_refused_month_has_used_no_parameter() -> None:
    assert january(density(3.0), technology="hydro").uses.filter(pl.col("project_id") == "P1").is_empty()
