"""A forest that states its own figure removes carbon: not an avoided emission, whatever method it was sent under."""

from typing import Any, Final

import pytest

from tests.makers import make_book, make_project, make_reading, make_stratum, reference, typed, work_out
from transforms.projects.forests import forest_areas, with_forests_apart

STRATA: Final = [make_stratum()]


def method_taken(strata: Any = (), **project: Any) -> str:
    projects = typed("projects", [make_project(**project)])
    taken = with_forests_apart(projects, typed("forest_strata", strata), reference().methods)
    return str(taken["method"].item())


@pytest.mark.parametrize(
    "kind", ["Afforestation", "reforestation", "造林", " 林业碳汇 ", "森林经营", "竹林", "Forestry"]
)
def test_a_forest_kind_is_a_removal(kind: str) -> None:
    assert method_taken(realisation_type=kind) == "reported_removals"


@pytest.mark.parametrize(
    "name", ["资溪县造林碳汇项目", "某林场森林经营项目", "Yugan Afforestation Phase II", "毛竹林竹林经营"]
)
def test_a_forest_by_name_is_a_removal_where_no_kind_is_stated(name: str) -> None:
    assert method_taken(project_name=name) == "reported_removals"
    assert method_taken(project_name=name, realisation_type="Biomass Energy") == "reported"


def test_a_project_that_delivers_strata_is_a_forest() -> None:
    assert method_taken(STRATA) == "reported_removals"


@pytest.mark.parametrize(
    "project",
    [
        {},
        {"project_name": "农林废弃物发电项目"},
        {"realisation_type": "Biomass Energy"},
        {"project_name": "森林旅游公路路灯"},
    ],
)
def test_what_is_not_a_forest_stays_with_the_avoided_emissions(project: dict[str, Any]) -> None:
    assert method_taken(**project) == "reported"


def test_another_method_is_left_as_it_was_sent() -> None:
    assert method_taken(STRATA, method="none") == "none"


@pytest.mark.parametrize(
    ("capacity", "unit", "area_mu"),
    [("300", "亩", 300.0), ("2", "公顷", 30.0), ("0.5", "万亩", 5000.0), ("5", "MW", None)],
)
def test_a_forest_without_strata_has_the_area_of_its_capacity(capacity: str, unit: str, area_mu: float | None) -> None:
    projects = typed("projects", [make_project(capacity=capacity, capacity_unit=unit)])
    found = forest_areas(typed("forest_strata", []), projects, reference().conversions)["area_mu"].to_list()
    assert found == ([] if area_mu is None else [pytest.approx(area_mu)])


def test_strata_go_before_a_stated_area_and_an_unknown_unit_gives_none() -> None:
    projects = typed("projects", [make_project(capacity="300", capacity_unit="mu")])
    areas = [
        forest_areas(typed("forest_strata", [make_stratum(area_unit=unit)]), projects, reference().conversions)
        for unit in ("mu", "football fields")
    ]
    assert [found["area_mu"].to_list() for found in areas] == [[30.0], []]


def test_a_forest_sent_as_reported_is_with_the_removals_and_is_held_against_its_area() -> None:
    """365 t a year on 500 mu are 0.73 t per mu, above 0.7; its months, shares and totals are removals."""
    wood = make_project(
        realisation_type="造林", capacity="500", capacity_unit="亩", reported_annual_reduction_tco2="365"
    )
    served = make_reading(metric="residents_served", unit="人", period_end="2025-12-31")
    book = make_book([wood], readings=[served])
    assert [flag["subject"] for flag in book.flags.to_dicts() if flag["code"] == "forest_sent_as_reported"] == ["P1"]
    marts = work_out(book).marts
    removed = marts["mart.attributed_removals"].filter(period="2025", basis="period_end")
    assert removed.select("removals_tco2e", "attributed_removals_tco2e", "status").rows() == [
        (pytest.approx(365.0), pytest.approx(182.5), "reported")
    ]
    assert marts["mart.project_months"].is_empty()
    avoided = marts["mart.attributed_reductions"].filter(period="2025")["attributed_reductions_tco2e"]
    assert avoided.null_count() == avoided.len()
    lent_for = marts["mart.attributed_annual_reductions"]["attributed_annual_reductions_tco2e_per_year"]
    assert lent_for.null_count() == lent_for.len()
    per_mu = marts["mart.plausibility"].filter(check_id="forest_removals_per_mu")
    assert per_mu.select("figure", "value", "verdict").rows() == [("promised", pytest.approx(0.73), "flagged")]
