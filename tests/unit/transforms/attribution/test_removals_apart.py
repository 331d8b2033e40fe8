"""Removals of a forest and avoided emissions of a solar plant, in one book and never in one total."""

import polars as pl
import pytest

from tests.makers import (
    Row,
    WorkedOut,
    land,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    make_stratum,
    work_out,
)

FIR_T_PER_M3 = 0.307 * 1.634 * (1 + 0.246) * 0.520 * 44 / 12


def forest_and_sun(later_volume: str = "366200", *, lost: bool = False) -> WorkedOut:
    """A solar plant with 100 MWh in 2024 and a forest surveyed at the ends of 2023 and 2024, a loan of half on each."""
    sun = make_project(project_id="SUN", method="grid_renewable", realisation_type="Solar")
    wood = make_project(project_id="WOOD", method="forest_stock_change", reported_annual_reduction_tco2=None)
    loans = [make_loan(loan_id=f"L-{name}", project_id=name) for name in ("SUN", "WOOD")]
    entries = [make_entry(loan_id=loan["loan_id"], value_date="2024-01-01") for loan in loans]
    of_wood = {"project_id": "WOOD", "area": "100000", "area_unit": "ha"}
    strata = [
        make_stratum(**of_wood, survey_date="2023-12-31", volume="200"),
        make_stratum(**of_wood, survey_date="2024-12-31", volume="0" if lost else later_volume),
    ]
    return work_out(
        make_book(
            [sun, wood],
            loans,
            entries,
            readings=[make_reading(project_id="SUN", period_start="2024-01-01", period_end="2024-12-31")],
            parameters=[
                make_parameter(scope="SUN", value="0.8"),
                make_parameter(parameter_id="baseline_removal_rate", scope="WOOD", value="0", unit="tCO2/(ha*yr)"),
            ],
            more=[land("forest_strata", strata)],
        )
    )


def of_year(marts: dict[str, pl.DataFrame], table: str) -> pl.DataFrame:
    return marts[table].filter(period="2024", basis="period_end")


def row_of(table: pl.DataFrame) -> Row:
    (row,) = table.to_dicts()
    return row


def test_the_year_of_the_forest_is_twelve_months_of_removals() -> None:
    """366 m3 a day for 366 days, on fir: (366,200 - 200) m3 x 1.1917 t."""
    months = forest_and_sun().marts["mart.removal_months"].filter(status="measured")
    assert months["project_id"].unique().to_list() == ["WOOD"]
    assert months.height == 12
    assert months["removals_tco2e"].sum() == pytest.approx(366_000 * FIR_T_PER_M3)
    january = months.filter(pl.col("month_start_date") == pl.date(2024, 1, 1))
    assert january["project_removals_tco2e"].item() == pytest.approx(31_000 * FIR_T_PER_M3)


def test_a_loan_to_a_forest_has_its_part_of_the_removals_and_no_avoided_tonne() -> None:
    marts = forest_and_sun().marts
    removed = row_of(of_year(marts, "mart.attributed_removals"))
    assert removed["loan_id"] == "L-WOOD"
    assert removed["attributed_removals_tco2e"] == pytest.approx(0.5 * 366_000 * FIR_T_PER_M3)
    avoided = of_year(marts, "mart.attributed_reductions")
    assert row_of(avoided.filter(loan_id="L-WOOD"))["attributed_reductions_tco2e"] is None
    assert avoided["attributed_reductions_tco2e"].sum() == pytest.approx(0.5 * 100 * 0.8)


def test_the_forest_is_in_no_table_of_avoided_emissions() -> None:
    marts = forest_and_sun().marts
    assert marts["mart.project_months"]["project_id"].unique().to_list() == ["SUN"]
    ranges = marts["mart.figure_uncertainties"].filter(period="2024", level="portfolio")
    figures = {row["container"]: row["figure_tco2e"] for row in ranges.to_dicts()}
    assert figures["avoided_emissions"] == pytest.approx(0.5 * 80.0)
    assert figures["removals"] == pytest.approx(0.5 * 366_000 * FIR_T_PER_M3)


def test_a_change_between_surveys_is_as_uncertain_as_surveys_are() -> None:
    """40 % of the survey's change beside 10, 15, 3 % of the factors and 20 % of R/(1 + R)."""
    ranges = forest_and_sun().marts["mart.figure_uncertainties"]
    forest = row_of(ranges.filter(period="2024", level="project", subject="WOOD", container="removals"))
    roots = 0.20 * 0.246 / 1.246
    expected = (0.40**2 + 0.10**2 + 0.15**2 + 0.03**2 + roots**2) ** 0.5
    assert forest["relative_uncertainty_ratio"] == pytest.approx(expected, rel=1e-6)


def test_a_forest_that_is_gone_is_a_loss_in_the_removals() -> None:
    removed = row_of(of_year(forest_and_sun(lost=True).marts, "mart.attributed_removals"))
    assert removed["attributed_removals_tco2e"] == pytest.approx(-0.5 * 200 * FIR_T_PER_M3)
