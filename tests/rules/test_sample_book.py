"""Every row of the sample book says whether it is published or made up."""

import csv
from collections import Counter
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from schemas.deliveries import DELIVERIES
from tests.makers import reference
from transforms.deliveries.headers.columns import announced_table, known_headers

SAMPLES: Final = Path(__file__).resolve().parents[2] / "data" / "samples"
ROW_KEYS: Final = {
    "projects": "{project_id}", "loans": "{loan_id}", "ledger": "{entry_id}", "operating": "{record_id} v{version}",
    "parameters": "{parameter_id} {scope}", "fx": "{date} {base}",
    "forest_strata": "{project_id} {stratum} {survey_date}", "control_totals": "{lender} {date} {currency}",
    "releases": "{project_id} {period}",
    "verified_reductions": "{project_id} {credit_scheme} {period_start}",
    "products": "{lender} {product_code}", "guarantors": "{guarantor} {date}", "forest_rights": "{acquisition_id}",
    "natural_resources": "{county_code} {calendar_year} {resource_class}",
    "ecological_product_values": "{county_code} {calendar_year} {accounting_basis}",
    "published_statistics": "{statistic} {area_code} {as_of_date}",
}  # fmt: skip
"""How notes.csv names a row of each table."""


def notes() -> list[dict[str, str]]:
    with (SAMPLES / "notes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def delivered() -> list[tuple[str, dict[str, str]]]:
    """Table and row, by contract names, of everything in the sample book."""
    found = []
    for path in sorted((SAMPLES / "deliveries").rglob("*.*")):
        table = announced_table(path.stem, reference().aliases)
        assert table, path
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
        names = {header.delivered: header.column for header in known_headers(table, frame.columns, reference().aliases)}
        assert set(names) == set(frame.columns), path
        text = frame.select(pl.col(name).cast(pl.String).fill_null("").alias(column) for name, column in names.items())
        found += [(table, row) for row in text.to_dicts()]
    return found


def test_every_delivered_row_has_one_line_in_the_notes_and_no_line_is_about_nothing() -> None:
    rows = Counter((table, ROW_KEYS[table].format_map(row).strip()) for table, row in delivered())
    lines = Counter((note["table"], note["row_key"]) for note in notes())
    assert rows - lines == Counter()
    assert lines - rows == Counter()


def test_a_published_row_names_the_columns_that_are_published() -> None:
    for note in notes():
        assert note["provenance"] in {"published", "illustrative"}, note
        columns = [name for name in note["published_columns"].split("|") if name]
        assert set(columns) <= set(DELIVERIES[note["table"]].columns()), note
        assert bool(columns) == (note["provenance"] == "published"), note


def test_every_place_of_the_book_has_its_name() -> None:
    places = {row.get("county_code") or row.get("area_code") for _, row in delivered()} - {None, ""}
    counties = reference().counties["county_code"]
    assert counties.is_unique().all()
    assert places <= set(counties)


@pytest.mark.parametrize(
    ("table", "key", "column", "figure"),
    [
        ("published_statistics", "green_loan_balance 361100 2025-06-30", "value", "118490000000"),
        ("published_statistics", "green_loan_balance_growth 361100 2025-06-30", "value", "28.34"),
        ("published_statistics", "ecological_credit_products 361028", "value", "30"),
        ("published_statistics", "ecological_credit_products_forestry 361028", "value", "14"),
        ("forest_rights", "ZX-2024-ALL", "area", "267300"),
        ("guarantors", "资溪林业融资担保公司（示例） 2023-12-31", "fund_amount", "50000000.00"),
        ("natural_resources", "361028 2024 forest_land", "closing", "1676000"),
        ("ecological_product_values", "361028 2024 projected", "ecological_product_value_cny", "4866800"),
        ("operating", "HFRESERVOIR-2025-water_surface v1", "value", "6326"),
        ("operating", "HFRESERVOIR-2025-residents_served v1", "value", "120000"),
        ("operating", "HFRESERVOIR-2025-aquaculture_output_growth v1", "value", "40"),
    ],
)
def test_the_published_facts_are_kept_as_published_and_are_marked(
    table: str, key: str, column: str, figure: str
) -> None:
    """Two published reports on green finance in Jiangxi (2025) and news on the same projects."""
    (row,) = [row for name, row in delivered() if name == table and ROW_KEYS[table].format_map(row).strip() == key]
    (note,) = [note for note in notes() if (note["table"], note["row_key"]) == (table, key)]
    assert row[column] == figure
    assert column in note["published_columns"].split("|")
