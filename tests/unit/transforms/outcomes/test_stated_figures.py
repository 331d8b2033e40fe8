"""A promise or a project's own figure is withheld where its capacity or its land cannot give it."""

import pytest

from tests.makers import Row, make_book, make_project, reference, typed, work_out
from tests.twin import Twin
from transforms.attribution.profiles import rules_of
from transforms.attribution.shares import attribute
from transforms.ground.calendar import year
from transforms.outcomes.stated_figures import impossible_figures
from transforms.projects.forests import forest_areas
from transforms.projects.outputs import stated_bounds
from transforms.projects.scopes import project_scopes

SUN = {"method": "grid_renewable", "realisation_type": "Solar PV"}


def impossible(*projects: Row) -> list[Row]:
    known, stated = reference(), typed("projects", list(projects))
    areas = forest_areas(typed("forest_strata", []), stated, known.conversions)
    scopes, built = project_scopes(stated, known, known.parameters), stated_bounds(stated, known)
    return impossible_figures(stated, scopes, areas, built, known).to_dicts()


@pytest.mark.parametrize(
    ("size", "unit", "most", "project"),
    [
        ("10", "MW", 149_328, SUN),  # x 8,784 h x 1.7 t/MWh
        ("10000", "kW", 149_328, SUN),
        ("10", "MW", 149_328, {"method": "reported", "realisation_type": "Wind"}),
        ("10", "MW", 149_328, {"method": "none", "realisation_type": "Hydro"}),
        ("10", "t/h", 52_704, {"method": "steam_heating"}),  # x 2.5 GJ x 8,784 h x 0.24 t/GJ
        ("7", "MW", 53_125.632, {"method": "steam_heating"}),  # x 3.6 GJ x 8,784 h x 0.24 t/GJ
        ("91.25", "亩", 365, {"method": "reported_removals"}),  # / 15 ha x 60 t/ha
        ("91.25", "亩", 365, {"method": "forest_stock_change"}),
        ("100", "ha", 6_000, {"method": "rice_methane"}),
        ("1000", "头", 18_300, {"method": "manure_biogas"}),  # x 366 days x 0.05 t
        ("1000", "吨/日", 183_000, {"method": "wastewater_treatment"}),  # m3 x 366 days x 0.5 t
    ],
)
def test_the_most_that_a_capacity_can_give_in_its_longest_year(size: str, unit: str, most: float, project: Row) -> None:
    """One in a thousand below it is believed, one above is not."""
    sized = {"capacity": size, "capacity_unit": unit, **project}
    assert impossible(make_project(**sized, reported_annual_reduction_tco2=f"{most * 0.999:.2f}")) == []
    (found,) = impossible(make_project(**sized, reported_annual_reduction_tco2=f"{most * 1.001:.2f}"))
    assert found["highest_possible_tco2"] == pytest.approx(most)


@pytest.mark.parametrize(
    "project",
    [
        {"capacity": None, **SUN},
        {"capacity": "10", "capacity_unit": "MW", "method": "reported", "realisation_type": "Methane avoidance"},
        {"capacity": "10", "capacity_unit": "台", **SUN},
    ],
)
def test_without_a_capacity_or_a_kind_that_has_a_bound_nothing_is_withheld(project: Row) -> None:
    """A landfill's 10 MW may well avoid 300,000 t of methane: what it burns, not its power, decides."""
    assert impossible(make_project(**project, reported_annual_reduction_tco2="99999999")) == []


def test_an_impossible_figure_counts_nowhere_and_a_person_is_asked() -> None:
    """42 million tonnes a year of a 10 MW roof, sent as `reported`: no month, no promise, no tonne on any basis."""
    roof = make_project(
        realisation_type="Solar PV", capacity="10", capacity_unit="MW", reported_annual_reduction_tco2="42900000"
    )
    computed = work_out(make_book([roof]))
    months = computed.marts["mart.project_months"]
    assert set(months["status"]) == {"withheld_implausible"}
    assert months["emission_reductions_tco2e"].null_count() == months.height
    twin = Twin(computed.holdings)
    for rule in ("period_end", "daily_average", *rules_of(reference().profiles)):
        rows = {(row["status"], row["attributed_reductions_tco2e"]) for row in twin.check(year(2025), rule)}
        assert rows <= {("withheld_implausible", None)}, rule
    assert {row["status"] for row in twin.check(year(2025), "nfra_green_finance")} == {"withheld_implausible"}
    (outcome,) = computed.marts["mart.project_outcomes"].filter(calendar_year=2025).to_dicts()
    assert outcome["promised_reductions_tco2e"] is None
    (flag,) = computed.flags.filter(code="impossible_annual_reduction").to_dicts()
    assert "42900000.0 t a year of 10.0 MW" in flag["message"]
    assert "可能为" in flag["message_zh"]


def test_a_promise_of_a_measured_project_is_withheld_and_its_measured_months_stay() -> None:
    promised = make_project(**SUN, capacity="10", capacity_unit="MW", reported_annual_reduction_tco2="149400")
    holdings = work_out(make_book([promised])).holdings
    (row,) = attribute(holdings, year(2025), rules_of(reference().profiles)["nfra_green_finance"]).to_dicts()
    assert row["status"] == "withheld_implausible"
    (row,) = attribute(holdings, year(2025), "period_end").to_dicts()
    assert row["status"] == "blocked_missing_reading"
