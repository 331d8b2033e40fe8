"""Pledges, guarantees, stocks, values and physical indicators never become tonnes of CO2."""

import tomllib
from pathlib import Path
from typing import Final

import pytest

from schemas.catalog import TABLES
from tests.makers import reference
from transforms.methods.catalog import EDITIONS

CHECKOUT: Final = Path(__file__).resolve().parents[2]
WITHOUT_TONNES: Final = [
    name for name, contract in TABLES.items() if contract.__module__.startswith("schemas.registers.")
]
PHYSICAL_TABLES: Final = ("aquaculture", "scenic_areas", "reservoirs")
CARBON: Final = ("co2", "carbon", "碳")


def test_the_tables_around_the_loans_are_these() -> None:
    assert {
        "mart.product_catalogue",
        "mart.guarantees",
        "mart.forest_rights",
        "mart.natural_resources",
        "mart.ecological_product_value",
        "mart.standing_volume",
        *(f"mart.{name}" for name in PHYSICAL_TABLES),
    } <= set(WITHOUT_TONNES)


@pytest.mark.parametrize("table", WITHOUT_TONNES)
def test_none_of_them_has_a_column_of_tonnes(table: str) -> None:
    columns = TABLES[table].columns()
    assert not [name for name in columns if name.endswith(("_t", "_tce")) or "co2" in name or "reduction" in name]


def test_no_physical_indicator_is_stated_in_carbon() -> None:
    for name, entry in reference().physical_indicators.items():
        assert not any(word in entry["unit"].lower() for word in CARBON), name


def test_every_physical_indicator_has_a_table_a_unit_and_a_title_in_both_languages() -> None:
    for name, entry in reference().physical_indicators.items():
        assert entry["table"] in PHYSICAL_TABLES, name
        assert all(entry[key] for key in ("unit", "title_zh", "title_en")), name


def test_no_physical_indicator_is_a_reading_of_a_formula() -> None:
    with (CHECKOUT / "data" / "reference" / "metrics.toml").open("rb") as file:
        metrics = tomllib.load(file)
    read = {metric for method in EDITIONS.values() for metric in method.readings.values()}
    taken = [
        name.lower()
        for key, metric in metrics.items()
        for name in (key, *metric.get("aliases", ()))
        if key in read or "item" in metric
    ]
    named = [
        name.lower()
        for key, entry in reference().physical_indicators.items()
        for name in (key, *entry.get("aliases", ()))
    ]
    assert len(named) == len(set(named))
    assert not set(named) & set(taken)
