"""A transition loan's tonnes are against the borrower's own base year: no avoided figure holds them."""

from functools import cache
from typing import Final

import polars as pl
import pytest

from tests.makers import (
    Row,
    WorkedOut,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    work_out,
)

CHEMICAL: Final = {
    "project_id": "P-CHEM",
    "method": "transition_intensity",
    "commissioning_date": "2025-01-01",
    "reported_annual_reduction_tco2": None,
}
SOLAR: Final = {
    "project_id": "P-PV",
    "method": "grid_renewable",
    "realisation_type": "Solar",
    "commissioning_date": "2025-01-01",
    "reported_annual_reduction_tco2": None,
}
YEAR: Final = {"period_start": "2025-01-01", "period_end": "2025-12-31"}


@cache
def book() -> WorkedOut:
    """The plant's 10,000 t at 0.5 tCO2e/t would be 5,000 t; it emits 3,704. Half of each investment is lent."""
    readings: list[Row] = [
        make_reading(project_id="P-CHEM", metric="product_output", value="10000", unit="t", **YEAR),
        make_reading(project_id="P-CHEM", metric="own_emissions", value="3704", unit="tCO2e", **YEAR),
        make_reading(project_id="P-PV", value="1000", **YEAR),
    ]
    return work_out(
        make_book(
            [make_project(**CHEMICAL), make_project(**SOLAR)],
            [make_loan(loan_id="L-CHEM", project_id="P-CHEM"), make_loan(loan_id="L-PV", project_id="P-PV")],
            [make_entry(loan_id="L-CHEM"), make_entry(loan_id="L-PV")],
            readings=readings,
            parameters=[
                make_parameter(scope="P-PV"),
                make_parameter(parameter_id="base_year_intensity", scope="P-CHEM", value="0.5", unit="tCO2e/t"),
            ],
        )
    )


def of_2025(table: str, basis: str = "period_end") -> pl.DataFrame:
    return book().marts[table].filter(period="2025", basis=basis)


def test_its_months_are_in_a_table_of_their_own() -> None:
    """5,000 - 3,704 = 1,296 t over the year."""
    months = book().marts["mart.own_base_year_months"]
    assert set(months["project_id"]) == {"P-CHEM"}
    assert months["own_base_year_reductions_tco2e"].sum() == pytest.approx(1296.0)
    assert set(book().marts["mart.project_months"]["project_id"]) == {"P-PV"}


def test_its_loan_has_its_part_of_them() -> None:
    """500 of 1,000 yuan: 648 t."""
    (row,) = of_2025("mart.attributed_own_base_year_reductions").to_dicts()
    assert row["loan_id"] == "L-CHEM"
    assert row["attributed_own_base_year_reductions_tco2e"] == pytest.approx(648.0)


def test_no_avoided_total_holds_them() -> None:
    """The solar plant's 1,000 MWh x 0.8 x 1/2 = 400 t are all."""
    rows = of_2025("mart.attributed_reductions")
    assert rows["attributed_reductions_tco2e"].sum() == pytest.approx(400.0)
    (chemical,) = rows.filter(loan_id="L-CHEM").to_dicts()
    assert (chemical["status"], chemical["attributed_reductions_tco2e"]) == ("not_estimated", None)
