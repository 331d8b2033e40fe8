"""Published removals of forests, taken through the program from two surveys."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl
import pytest

from tests.golden.cases import Case, golden
from tests.makers import (
    Row,
    land,
    make_book,
    make_entry,
    make_parameter,
    make_project,
    make_stratum,
    reference,
    work_out,
)

KNOWN_AT: Final = dt.datetime(2031, 6, 30, tzinfo=dt.UTC)


def tonnes_in_a_cubic_metre(species: str) -> float:
    """D x BEF x (1 + R) x CF x 44/12 from our own reference rows."""
    rows = reference().parameters.filter(scope=species)
    value = {row["parameter_id"]: row["value"] for row in rows.to_dicts()}
    stem = value["wood_density"] * value["biomass_expansion"] * (1 + value["root_shoot"])
    return float(stem * value["carbon_fraction"] * 44 / 12)


def removals(method: str, total: float, area: tuple[str, str], days: Sequence[str], own: Row) -> pl.DataFrame:
    """The months of a pine forest that grew from nothing to what holds the total, between two surveys."""
    volume = total / tonnes_in_a_cubic_metre("masson_pine")
    pines = {"species": "马尾松", "area": area[0], "area_unit": area[1]}
    strata = [make_stratum(**pines, survey_date=on, volume=size) for on, size in zip(days, (0, volume), strict=True)]
    book = make_book(
        [make_project(method=method, commissioning_date=days[0], reported_annual_reduction_tco2=None)],
        entries=[make_entry(value_date=days[0])],
        parameters=[{**own, "valid_from": "2000-01-01", "valid_to": "2099-12-31"}],
        more=[land("forest_strata", strata)],
        known_at=KNOWN_AT,
    )
    return work_out(book, KNOWN_AT).marts["mart.removal_months"].filter(status="measured")


@golden("G05")
def test_the_forest_of_guangxi_takes_up_the_tonnes_of_its_document_year_by_year(case: Case) -> None:
    """Thirty years by days: 773,842 t in all, 25,795 t a year. Its methodology knows no deduction."""
    total, years = case["inputs"]["total"]["value"], case["inputs"]["years"]["value"]
    none = make_parameter(parameter_id="non_permanence_deduction", value="0", unit="ratio")
    months = removals("afforestation", total, ("3008.8", "ha"), ("2000-12-31", "2030-12-31"), none)
    assert months.height == 12 * years
    assert months["removals_tco2e"].sum() == pytest.approx(total, rel=1e-9)
    assert round(months["removals_tco2e"].sum() / years) == case["expected"]["annual"]["value"]
    of_a_year = months.filter(pl.col("month_start_date").dt.year() == 2025)["removals_tco2e"].sum()
    assert of_a_year == pytest.approx(total * 365 / 10_957)


@golden("G06")
def test_a_mu_of_chongyi_takes_up_half_a_tonne_a_year(case: Case) -> None:
    """38,520.5 mu, ten years, 192,363.45 t beyond the baseline: 0.499 t per mu and year, which is plausible."""
    inputs = {name: given["value"] for name, given in case["inputs"].items()}
    above_baseline = make_parameter(parameter_id="baseline_removal_rate", value="0", unit="tCO2/(ha*yr)")
    area, days = (str(inputs["area_mu"]), "mu"), ("2014-12-31", "2024-12-31")
    months = removals("forest_stock_change", inputs["total"], area, days, above_baseline)
    per_mu_year = months["removals_tco2e"].sum() / (inputs["area_mu"] * inputs["years"])
    assert round(per_mu_year, 3) == case["expected"]["per_mu_year"]["value"]
    assert months.height == 12 * inputs["years"]
