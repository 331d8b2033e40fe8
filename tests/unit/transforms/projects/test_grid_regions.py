"""A province may leave one grid for another: each month takes the margins of the grid that it was on."""

import polars as pl
import pytest

from tests.makers import day, make_operating_month, make_parameter, parameter_table
from transforms.factors.derived_parameters import with_derived
from transforms.factors.parameters import Need, look_up
from transforms.projects.grid_regions import with_grid_regions


def sichuan(*grids: tuple[str, str, str]) -> pl.DataFrame:
    """Dates and grids made up for the test; the 2024 edition's own are not on file."""
    rows = [("CN-SC", grid, day(first), day(last)) for grid, first, last in grids]
    return pl.DataFrame(rows, schema=["province_code", "grid_region", "valid_from", "valid_to"], orient="row")


MOVED = sichuan(("Central", "2000-01-01", "2025-01-31"), ("Southwest", "2025-02-01", "2099-12-31"))


def month(number: int) -> dict[str, object]:
    first = day(f"2025-{number:02}-01")
    dates = {"month_start_date": first, "operating_from_date": first, "operating_to_date": day(f"2025-{number:02}-28")}
    return make_operating_month(province_code="CN-SC", margin_kind="solar", **dates)


def placed(regions: pl.DataFrame, *numbers: int) -> pl.DataFrame:
    rows = pl.DataFrame([month(number) for number in numbers]).drop("grid_region", "region_technology")
    return with_grid_regions(rows, regions)


def test_a_month_before_the_change_is_on_the_old_grid_and_one_after_it_on_the_new() -> None:
    months = placed(MOVED, 1, 2)
    assert months["grid_region"].to_list() == ["Central", "Southwest"]
    assert months["region_technology"].to_list() == ["Central/solar", "Southwest/solar"]


def test_a_month_in_which_the_grid_changes_is_on_none() -> None:
    regions = sichuan(("Central", "2000-01-01", "2025-02-14"), ("Southwest", "2025-02-15", "2099-12-31"))
    assert placed(regions, 1, 2, 3)["grid_region"].to_list() == ["Central", None, "Southwest"]


def test_each_month_takes_the_combined_margin_of_the_grid_that_it_was_on() -> None:
    """0.75 x 0.8 + 0.25 x 0.4 = 0.7 on the old grid, 0.75 x 0.6 + 0.25 x 0.2 = 0.5 on the new one."""
    rows = [
        make_parameter(parameter_id=parameter_id, scope=scope, value=value, unit=unit)
        for parameter_id, scope, value, unit in (
            ("grid_om_ef", "Central", "0.8", "tCO2/MWh"),
            ("grid_bm_ef", "Central", "0.4", "tCO2/MWh"),
            ("grid_om_ef", "Southwest", "0.6", "tCO2/MWh"),
            ("grid_bm_ef", "Southwest", "0.2", "tCO2/MWh"),
            ("om_weight", "solar", "0.75", "ratio"),
            ("bm_weight", "solar", "0.25", "ratio"),
        )
    ]
    margin = {"margin": Need.of(("grid_cm_ef", "region_technology"))}
    values = look_up(placed(MOVED, 1, 2), margin, with_derived(parameter_table(rows))).values
    assert values["margin"].to_list() == pytest.approx([0.7, 0.5])
