"""What a formula read is named down to the rows of files: the records of each month, and what each of them adds."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import pytest

from tests.makers import Row, book_as_known, land, make_book, make_parameter, make_project, make_reading, make_stratum
from tests.properties.seeded_faults import sample_book
from transforms.computation.prepared import Prepared

SOLAR: Final = {"method": "grid_renewable", "realisation_type": "Solar", "capacity": "1", "capacity_unit": "MW"}
OF_MONTH: Final = ["project_id", "month_start_date", "symbol", "metric"]


def uses_of(*readings: Row, project: Mapping[str, Any] = SOLAR, **more: Any) -> pl.DataFrame:
    book = make_book([make_project(**project)], readings=list(readings), **more)
    return book_as_known(book).uses


def in_turn(uses: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return (
        uses.sort("month_start_date", "part_from_date")
        .with_columns(pl.col(pl.Date).cast(pl.String))
        .select(columns)
        .rows()
    )


def test_a_reading_of_two_months_counts_with_its_days_in_each() -> None:
    """290 MWh from 16 January to 13 February are 160 MWh in the 16 days of January and 130 in the 13 of February."""
    uses = uses_of(
        make_reading(value="90", period_end="2025-01-15"),
        make_reading(value="290", period_start="2025-01-16", period_end="2025-02-13"),
        make_reading(value="150", period_start="2025-02-14", period_end="2025-02-28"),
    )
    columns = ("month_start_date", "part_from_date", "part_to_date", "part_value", "value", "spread_by")
    assert in_turn(uses, *columns) == [
        ("2025-01-01", "2025-01-01", "2025-01-15", 90.0, 250.0, None),
        ("2025-01-01", "2025-01-16", "2025-01-31", 160.0, 250.0, "days"),
        ("2025-02-01", "2025-02-01", "2025-02-13", 130.0, 280.0, "days"),
        ("2025-02-01", "2025-02-14", "2025-02-28", 150.0, 280.0, None),
    ]


def test_of_the_month_in_which_a_project_begins_only_the_days_of_operation_count() -> None:
    """100 MWh of January, of which operation began on the 22nd: 10 of 31 days."""
    uses = uses_of(make_reading(value="100"), project={**SOLAR, "commissioning_date": "2025-01-22"})
    assert in_turn(uses, "part_from_date", "part_to_date") == [("2025-01-22", "2025-01-31")]
    assert uses["part_value"].item() == pytest.approx(100 * 10 / 31, rel=1e-12)


def test_a_use_names_its_file_its_line_its_unit_and_the_symbol_of_the_formula() -> None:
    use = uses_of(make_reading()).row(0, named=True)
    assert (use["symbol"], use["metric"], use["unit"]) == ("electricity_supplied_mwh", "electricity_supplied", "MWh")
    assert (use["source_row"], use["source"]) == (2, "meter")
    assert "operating" in use["source_file"]


def test_a_month_without_a_figure_has_no_uses() -> None:
    """Of January 20 days are read: nothing is filled in, and nothing was used."""
    assert uses_of(make_reading(period_end="2025-01-20")).is_empty()


def test_what_two_surveys_amount_to_is_made_of_the_strata_of_both() -> None:
    """200 m3 grew to 566 over the 366 days of 2024: 31 m3 in January, 47.94 of the later survey less 16.94."""
    strata = [make_stratum(survey_date="2023-12-31"), make_stratum(volume="566")]
    project = {"method": "forest_stock_change", "reported_annual_reduction_tco2": None}
    rate = make_parameter(parameter_id="baseline_removal_rate", value="0", unit="tCO2/ha/yr")
    book = make_book([make_project(**project)], parameters=[rate], more=[land("forest_strata", strata)])
    uses = book_as_known(book).uses.filter(pl.col("symbol") == "volume_change_m3")
    january = uses.filter(pl.col("month_start_date") == pl.date(2024, 1, 1)).sort("source_row")
    assert january["source_row"].to_list() == [2, 3]
    assert january["part_value"].to_list() == pytest.approx([-200 * 31 / 366, 566 * 31 / 366], rel=1e-12)
    assert january["value"].unique().item() == pytest.approx(31.0, rel=1e-12)


def the_sample() -> Prepared:
    return book_as_known(sample_book())


def test_the_parts_of_every_symbol_of_the_sample_book_add_up_to_its_value() -> None:
    uses = the_sample().uses
    added = uses.group_by(OF_MONTH).agg(
        pl.col("part_value").sum(), pl.col("value").first(), pl.col("value").n_unique().alias("count")
    )
    assert added.height > 900
    assert added["count"].unique().to_list() == [1]
    assert added["part_value"].to_list() == pytest.approx(added["value"].to_list(), rel=1e-9, abs=1e-9)


def test_every_reading_that_a_formula_of_the_sample_book_took_has_its_uses() -> None:
    prepared = the_sample()
    taken = {
        (*row, symbol)
        for one in prepared.worked_out.evaluated
        for symbol in one.method.readings
        for row in one.frame.filter(pl.col(symbol).is_not_null()).select("project_id", "month_start_date").rows()
    }
    assert len(taken) > 500
    assert taken <= set(prepared.uses.select("project_id", "month_start_date", "symbol").rows())


def test_every_use_of_the_sample_book_is_of_a_row_that_counts_or_of_days_that_need_none() -> None:
    prepared = the_sample()
    rows = pl.concat(
        [prepared.tables[name].select("source_file", "source_row") for name in ("operating", "forest_strata")]
    )
    unnamed = prepared.uses.filter(pl.col("source_file").is_null())
    named = prepared.uses.filter(pl.col("source_file").is_not_null())
    assert unnamed["source"].unique().to_list() == ["out_of_season"]
    assert named.join(rows, on=["source_file", "source_row"], how="anti").is_empty()
