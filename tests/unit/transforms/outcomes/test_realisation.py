"""What projects of a kind delivered: the right row of the registers for each project, or none."""

from typing import Any

import pytest

from tests.makers import Row, kinds_of, make_holdings, make_month, make_project, make_year, reference
from transforms.outcomes.promised_expected_measured import project_outcomes


def kind(**project: Any) -> Row:
    (row,) = kinds_of(make_holdings(projects=[make_project(**project)])).to_dicts()
    return row


def outcome(months: list[Row], **project: Any) -> Row:
    book = make_holdings(projects=[make_project(**project)], months=months)
    (row,) = project_outcomes(book, [2025], kinds_of(book)).to_dicts()
    return row


@pytest.mark.parametrize(
    ("stated", "used", "scope", "projects", "median"),
    [
        ("Wind", "Wind", "CN", 446, 0.868),
        ("wind", "Wind", "CN", 446, 0.868),
        ("风电", "Wind", "CN", 446, 0.868),
        ("光伏", "Solar", "CN", 17, 0.96),
        ("Solar PV", "Solar PV", "all", 73, 0.966),
        ("Manure", "Manure", "all", 84, 0.385),
        ("畜禽粪污", "Manure", "all", 84, 0.385),
        ("EE Industry", "EE Industry", "all", 34, 0.819),
    ],
)
def test_a_project_in_china_is_compared_with_its_kind_and_with_china_where_the_registers_list_it_apart(
    stated: str, used: str, scope: str, projects: int, median: float
) -> None:
    row = kind(realisation_type=stated)
    assert (row["realisation_type_used"], row["realisation_scope"]) == (used, scope)
    assert (row["realisation_projects_count"], row["median_ratio"]) == (projects, median)


def test_a_project_elsewhere_is_not_compared_with_china() -> None:
    row = kind(realisation_type="Wind", province_or_country="Kenya")
    assert (row["realisation_scope"], row["realisation_projects_count"], row["median_ratio"]) == ("all", 694, 0.856)


def test_a_method_that_means_one_kind_stands_in_where_the_project_states_none() -> None:
    assert kind(method="industrial_energy_saving")["realisation_type_used"] == "EE Industry"
    assert kind(method="industrial_energy_saving", realisation_type="Cement")["realisation_type_used"] == "Cement"


@pytest.mark.parametrize("stated", [None, "Perpetuum"])
def test_an_unknown_kind_expects_nothing(stated: str | None) -> None:
    row = outcome(make_year([20.0] * 12), realisation_type=stated)
    assert row["promised_reductions_tco2e"] == 365.0
    assert (row["expected_median_tco2e"], row["expected_p10_tco2e"], row["expected_p90_tco2e"]) == (None, None, None)
    assert (row["realisation_type_used"], row["realisation_projects_count"]) == (None, None)


def test_expected_is_the_promise_times_what_the_kind_delivered() -> None:
    """365 t promised for the year: wind in China delivered 0.868 at the median, 0.605 and 1.033 at the ends."""
    row = outcome(make_year([20.0] * 12), method="grid_renewable", realisation_type="Wind")
    assert row["expected_median_tco2e"] == pytest.approx(365 * 0.868)
    assert row["expected_p10_tco2e"] == pytest.approx(365 * 0.605)
    assert row["expected_p90_tco2e"] == pytest.approx(365 * 1.033)


def test_the_gap_is_measured_minus_promised_over_the_same_days() -> None:
    """240 t measured of 365 promised: 125 t short."""
    row = outcome(make_year([20.0] * 12), method="grid_renewable", realisation_type="Wind")
    assert row["measured_minus_promised_tco2e"] == pytest.approx(240 - 365)


def test_without_a_measurement_there_is_an_expectation_and_no_gap() -> None:
    row = outcome([make_month()], method="grid_renewable", realisation_type="Wind")
    assert row["measured_minus_promised_tco2e"] is None
    assert row["expected_median_tco2e"] == pytest.approx(365 * 0.868)


def test_a_promise_to_emit_more_keeps_its_range_in_order() -> None:
    row = outcome([], realisation_type="Wind", reported_annual_reduction_tco2="-365")
    assert row["expected_p10_tco2e"] < row["expected_median_tco2e"] < row["expected_p90_tco2e"] < 0


def test_every_distribution_runs_upwards_and_every_alias_names_one() -> None:
    known = reference()
    quantiles = known.realisation.select("p10_ratio", "p25_ratio", "median_ratio", "p75_ratio", "p90_ratio").rows()
    assert all(list(row) == sorted(row) for row in quantiles)
    names = {*known.realisation["realisation_type"], *known.realisation["realisation_subtype"].drop_nulls()}
    assert set(known.realisation_types) <= names
    spellings = [s.lower() for n, entry in known.realisation_types.items() for s in (n, *entry["aliases"])]
    assert sorted(spellings) == sorted(set(spellings))
    defaults = {m["realisation_type"] for m in known.methods.values() if "realisation_type" in m}
    assert defaults <= names
