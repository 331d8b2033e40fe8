"""Counties' balance sheets and ecological product value; aquaculture, scenic areas, reservoirs, standing volume."""

from decimal import Decimal
from typing import Final

import pytest

from schemas.registers.marts import CountyEcologicalValue, NaturalResourceBalance
from tests.makers import (
    Row,
    WorkedOut,
    land,
    make_book,
    make_county_value,
    make_project,
    make_reading,
    make_sheet,
    make_stratum,
    work_out,
)


def computed(table: str, *rows: Row) -> WorkedOut:
    book = make_book(more=[land(table, rows)])
    assert book.rejected.is_empty(), book.rejected["reason"].to_list()
    return work_out(book)


# --- natural resources ---


def sheets(*rows: Row) -> list[Row]:
    found: list[Row] = computed("natural_resources", *rows).marts["mart.natural_resources"].to_dicts()
    return found


def test_a_sheet_that_adds_up_is_balanced() -> None:
    """1,000 + 50 - 20 = 1,030."""
    (row,) = sheets(make_sheet())
    assert (row["computed_closing"], row["closing_difference"], row["balance_status"]) == (1030.0, 0.0, "balanced")
    assert (row["continuity_status"], row["county_name"]) == ("first", "资溪县")


def test_a_closing_that_does_not_follow_is_kept_as_stated_and_flagged() -> None:
    """1,025 - 1,030 = -5."""
    (row,) = sheets(make_sheet(closing="1025"))
    assert (row["closing"], row["closing_difference"], row["balance_status"]) == (1025.0, -5.0, "differs")


def test_an_opening_continues_the_last_closing_or_is_flagged() -> None:
    """2025 opens with 1,030; 2026 opens with 1,100 after a closing of 1,030 + 0 - 0: 70 from nowhere."""
    still = {"additions": "0", "losses": "0"}
    rows = sheets(
        make_sheet(),
        make_sheet(calendar_year="2025", opening="1030", closing="1030", **still),
        make_sheet(calendar_year="2026", opening="1100", closing="1100", **still),
    )
    assert [(row["continuity_status"], row["opening_difference"]) for row in rows] == [
        ("first", None),
        ("continues", 0.0),
        ("differs", 70.0),
    ]


def test_a_year_that_is_missing_leaves_nothing_to_continue() -> None:
    rows = sheets(make_sheet(), make_sheet(calendar_year="2026"))
    assert [row["continuity_status"] for row in rows] == ["first", "first"]


def test_sheets_in_other_units_of_area_and_volume_are_compared_in_mu_and_m3() -> None:
    """1,030 mu = 0.103 万亩 = 68.666... ha; 2015 万m3 = 20,150,000 m3."""
    wan = make_sheet(calendar_year="2025", opening="0.103", additions="0", losses="0", closing="0.103", unit="万亩")
    assert [(row["unit"], row["continuity_status"]) for row in sheets(make_sheet(), wan)] == [
        ("mu", "first"),
        ("mu", "continues"),
    ]
    (timber,) = sheets(make_sheet(resource_class="standing_timber", closing="2015", unit="万m3"))
    assert (timber["closing"], timber["unit"]) == (20_150_000.0, "m3")


def test_a_binary_fraction_is_not_a_difference() -> None:
    """0.1 + 0.2 - 0 is 0.30000000000000004 to a machine."""
    (row,) = sheets(make_sheet(opening="0.1", additions="0.2", losses="0", closing="0.3"))
    assert row["balance_status"] == "balanced"


def test_a_stock_alone_is_incomplete_and_a_missing_change_is_not_zero() -> None:
    (row,) = sheets(make_sheet(opening=None, additions=None, losses=None))
    assert (row["balance_status"], row["computed_closing"], row["closing"]) == ("incomplete", None, 1030.0)
    (other,) = sheets(make_sheet(additions=None, closing="980"))
    assert (other["balance_status"], other["computed_closing"]) == ("incomplete", None)


def test_a_unit_that_is_neither_area_nor_volume_stays_as_sent() -> None:
    (row,) = sheets(make_sheet(resource_class="wild_birds", unit="只"))
    assert (row["unit"], row["closing"], row["balance_status"]) == ("只", 1030.0, "balanced")


# --- ecological product value ---


def values(*rows: Row) -> list[Row]:
    found = computed("ecological_product_values", *rows).marts["mart.ecological_product_value"]
    listed: list[Row] = found.to_dicts()
    return listed


def test_the_value_grows_over_the_year_before_on_the_same_basis() -> None:
    """103 / 100 - 1 = 0.03."""
    rows = values(make_county_value(), make_county_value(calendar_year="2025", ecological_product_value_cny="103.00"))
    assert rows[0]["value_growth_ratio"] is None
    assert rows[1]["value_growth_ratio"] == pytest.approx(0.03)


def test_a_projection_is_never_compared_with_an_account() -> None:
    later = make_county_value(calendar_year="2025", accounting_basis="projected")
    assert [row["value_growth_ratio"] for row in values(make_county_value(), later)] == [None, None]


def test_48_668_billion_yuan_under_a_header_in_wan_yuan_stay_exact() -> None:
    """4,866,800 x 10,000 yuan, the value projected for Zixi county in 2024."""
    row = make_county_value(accounting_basis="projected")
    row["生态产品总值(万元)"] = "4866800"
    del row["ecological_product_value_cny"]
    (found,) = values(row)
    assert found["ecological_product_value_cny"] == Decimal("48668000000.00")


@pytest.mark.parametrize("contract", [NaturalResourceBalance, CountyEcologicalValue])
def test_neither_has_a_column_of_tonnes(contract: type[NaturalResourceBalance] | type[CountyEcologicalValue]) -> None:
    assert not [name for name in contract.columns() if name.endswith(("_t", "_tce")) or "tco2" in name]


# --- readings with a table of their own ---

RESERVOIR: Final = {"period_start": "2025-01-01", "period_end": "2025-12-31"}


def physical(*readings: Row) -> dict[str, list[Row]]:
    project = make_project(method="none", project_name="横峰水库", county_code="361125")
    marts = work_out(make_book(projects=[project], readings=readings)).marts
    return {name: marts[f"mart.{name}"].to_dicts() for name in ("aquaculture", "scenic_areas", "reservoirs")}


def test_the_reservoir_of_hengfeng_has_its_people_and_its_water_and_aquaculture_its_growth() -> None:
    """Published: 120,000 residents better served, 6,326 mu of water, aquaculture output value +40 %."""
    found = physical(
        make_reading(metric="residents_served", value="120000", unit="人", **RESERVOIR),
        make_reading(metric="water_surface", value="6326", unit="mu", **RESERVOIR),
        make_reading(metric="aquaculture_output_growth", value="40", unit="%", **RESERVOIR),
    )
    assert [(row["indicator"], row["value"], row["unit"]) for row in found["reservoirs"]] == [
        ("residents_served", 120_000.0, "人"),
        ("water_surface", 6_326.0, "mu"),
    ]
    (grown,) = found["aquaculture"]
    assert (grown["indicator"], grown["value"], grown["unit"]) == ("aquaculture_output_growth", 40.0, "%")
    assert (grown["project_name"], grown["county_name"]) == ("横峰水库", "横峰县")
    assert found["scenic_areas"] == []


def test_a_chinese_name_and_another_unit_are_the_same_indicator() -> None:
    """2 ha x 15 = 30 mu."""
    (row,) = physical(make_reading(metric="水面面积", value="2", unit="公顷"))["reservoirs"]
    assert (row["indicator"], row["value"], row["unit"]) == ("water_surface", 30.0, "mu")


def test_a_reading_of_a_formula_or_of_no_table_is_in_none_of_them() -> None:
    found = physical(make_reading(), make_reading(metric="drones", value="1000", unit="架"))
    assert set(map(len, found.values())) == {0}


# --- standing volume ---


def volumes(*rows: Row) -> list[Row]:
    found: list[Row] = computed("forest_strata", *rows).marts["mart.standing_volume"].to_dicts()
    return found


def test_each_survey_of_a_stratum_is_a_stock_in_m3_with_its_area_in_mu_and_hectares() -> None:
    """30 mu / 15 = 2 ha; 0.025 万m3 = 250 m3. The two surveys are listed side by side and are not added."""
    rows = volumes(make_stratum(), make_stratum(survey_date="2025-12-31", volume="0.025", volume_unit="万m3"))
    assert [row["standing_volume_m3"] for row in rows] == [200.0, 250.0]
    assert (rows[0]["area_mu"], rows[0]["area_ha"]) == (30.0, pytest.approx(2.0))


def test_a_stratum_without_a_volume_has_none() -> None:
    """Bamboo has no stem volume: empty, not 0, and nothing is amiss."""
    worked_out = computed("forest_strata", make_stratum(species="毛竹", volume=None, volume_unit=None))
    assert worked_out.marts["mart.standing_volume"]["standing_volume_m3"].to_list() == [None]
    assert "stratum_unit_not_known" not in worked_out.flags["code"].to_list()


def test_a_volume_in_tonnes_is_not_a_volume() -> None:
    (row,) = volumes(make_stratum(volume_unit="t"))
    assert (row["standing_volume_m3"], row["area_mu"]) == (None, 30.0)
