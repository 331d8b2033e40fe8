"""A plant's year with months as columns: one reading a cell, or refused with the cell's name; nothing is guessed."""

from collections.abc import Sequence
from typing import Any, Final

import pytest

from schemas.errors import UnreadableDelivery
from tests.makers import reference, sentences_of
from transforms.deliveries.headers.monthly_layout import monthly_layout
from transforms.deliveries.monthly.table import Unfolded, unfold
from transforms.deliveries.sheets.grid import Grid

TITLE: Final = ["2025年发电量统计表（单位：万千瓦时）"]
HEADER: Final = ["序号", "电站名称", "项目", "1月", "2月", "合计"]
SUPPLY: Final = ["1", "甲电站", "上网电量", "10.5", "20", "30.5"]
DRAWN: Final = ["", "甲电站", "下网电量", "0.5", "0", "0.5"]


def grid_of(*rows: Sequence[str], sheet: str = "表1", name: str = "统计表.xlsx", **more: Any) -> Grid:
    listed = [list(row) for row in rows]
    return Grid(name, listed, list(range(1, len(rows) + 1)), sheet, is_padded=True, **more)


def read(*rows: Sequence[str], **named: Any) -> Unfolded:
    grid = grid_of(*rows, **named)
    layout = monthly_layout(grid, reference().aliases)
    assert layout is not None
    return unfold(grid, layout, reference().aliases)


def readings(found: Unfolded) -> list[tuple[str, ...]]:
    return found.cells.select("指标", "开始日期", "结束日期", "数值", "单位", "单元格").rows()


def refusals(found: Unfolded) -> list[tuple[str, str]]:
    return found.marks.select("rule", "source_cells").rows()


def refused_whole(*rows: Sequence[str], **named: Any) -> str:
    with pytest.raises(UnreadableDelivery) as error:
        read(*rows, **named)
    return str(error.value)


def test_each_cell_under_a_month_is_a_reading_of_that_whole_month() -> None:
    found = read(TITLE, HEADER, SUPPLY)
    assert readings(found) == [
        ("上网电量", "2025-01-01", "2025-01-31", "10.5", "万千瓦时", "D3 10.5"),
        ("上网电量", "2025-02-01", "2025-02-28", "20", "万千瓦时", "E3 20"),
    ]
    assert found.cells["电站名称"].to_list() == ["甲电站", "甲电站"]
    assert found.lines == [3]
    assert found.recognised_by == (
        "columns 电站名称, 项目, 1月 to 2月; not read: 序号; year 2025 (line 1); unit 万千瓦时"
    )


def test_a_february_of_a_leap_year_has_29_days() -> None:
    assert [row[2] for row in readings(read(["2024年（单位：MWh）"], HEADER, SUPPLY))] == ["2024-01-31", "2024-02-29"]


def test_supply_is_taken_net_of_what_the_same_plant_drew() -> None:
    """10.5 - 0.5 = 10.0 and 20 - 0 = 20; the line of what was drawn is not a reading of its own."""
    found = read(TITLE, HEADER, SUPPLY, DRAWN)
    assert [row[3] for row in readings(found)] == ["10.0", "20"]
    assert readings(found)[0][5] == "D3 10.5 - D4 0.5"
    assert "上网电量 net of 下网电量" in found.recognised_by


@pytest.mark.parametrize("drawn", ["", "—", "待抄", "-0.5"])
def test_supply_without_what_was_drawn_is_refused_and_never_taken_whole(drawn: str) -> None:
    found = read(TITLE, HEADER, SUPPLY, ["", "甲电站", "下网电量", drawn, "0", ""])
    assert refusals(found) == [("drawn_power", f"D3 10.5 - D4 {drawn or '(empty)'}")]


def test_another_plants_draw_is_not_taken_off() -> None:
    found = read(TITLE, HEADER, SUPPLY, ["", "乙电站", "下网电量", "0.5", "0", "0.5"])
    assert [row[3] for row in readings(found)][:2] == ["10.5", "20"]
    assert refusals(found) == [("unknown_reading", "D4 ...")]


@pytest.mark.parametrize("word", ["—", "-", "", "无", "/", "N/A"])
def test_a_word_for_nothing_is_a_missing_reading_and_never_0(word: str) -> None:
    assert [row[1] for row in readings(read(TITLE, HEADER, ["1", "甲电站", "上网电量", word, "20", "20"]))] == [
        "2025-02-01"
    ]


def test_a_0_is_a_reading_of_0() -> None:
    assert [row[3] for row in readings(read(TITLE, HEADER, ["1", "甲电站", "上网电量", "0", "20", "20"]))] == [
        "0",
        "20",
    ]


@pytest.mark.parametrize("header", ["2025-01", "2025年1月", "202501", "2025-01-01"])
def test_a_month_may_state_its_own_year(header: str) -> None:
    found = read(["单位：MWh"], ["电站名称", "项目", header, "2024-12"], ["甲电站", "发电量", "1", "2"])
    assert sorted(row[1] for row in readings(found)) == ["2024-12-01", "2025-01-01"]


def test_a_column_of_years_goes_with_its_line() -> None:
    lines = [["甲", year, "发电量", value, ""] for year, value in (("2023", "1"), ("2024年", "2"), ("不详", "3"))]
    found = read(["单位：MWh"], ["电站", "年度", "项目", "1月", "2月"], *lines)
    assert [row[1] for row in readings(found)] == ["2023-01-01", "2024-01-01", ""]
    assert refusals(found) == [("year_of_months", "D5 3")]


@pytest.mark.parametrize(
    ("title", "sheet", "name"),
    [
        (["单位：MWh"], "2025年", "a.xlsx"),
        (["单位：MWh"], "表1", "发电量_2025.xlsx"),
        (["2025年度 单位：MWh"], "表1", "a.xlsx"),
    ],
)
def test_the_year_is_read_from_the_title_or_the_name_of_sheet_or_file(title: list[str], sheet: str, name: str) -> None:
    assert {row[1][:4] for row in readings(read(title, HEADER, SUPPLY, sheet=sheet, name=name))} == {"2025"}


def test_months_without_any_year_are_refused() -> None:
    assert "months of no year" in refused_whole(["单位：MWh", "填报日期：2026.1.6"], HEADER, SUPPLY)


def test_two_different_years_are_refused_with_the_place_of_each() -> None:
    reason = refused_whole(TITLE, HEADER, SUPPLY, sheet="2024年")
    assert "line 1: 2025; the name 2024年: 2024" in reason


@pytest.mark.parametrize("title", ["2025年发电量", "2025年（单位：万吨）", "2025年（单位：MWh） 单位：万千瓦时"])
def test_a_line_whose_unit_is_not_stated_once_is_refused_with_its_days(title: str) -> None:
    found = read([title], HEADER, SUPPLY)
    assert refusals(found) == [("unit_in_doubt", "D3 ...")]
    assert found.cells.select("开始日期", "结束日期").row(0) == ("2025-01-01", "2025-02-28")


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (["电站", "项目", "单位", "1月", "2月"], ["甲", "发电量", "MWh", "1", "2"]),
        (["电站", "项目", "1月", "2月"], ["甲", "发电量（MWh）", "1", "2"]),
    ],
)
def test_a_lines_own_unit_goes_before_the_one_beside_the_table(header: list[str], line: list[str]) -> None:
    assert {row[4] for row in readings(read(TITLE, header, line))} == {"MWh"}


def test_who_filled_the_form_in_is_not_a_unit() -> None:
    """填报单位 is the company."""
    found = read(["2025年", "填报单位：MWh能源公司"], HEADER, SUPPLY)
    assert refusals(found) == [("unit_in_doubt", "D3 ...")]


def test_merged_names_are_carried_down_and_merged_readings_are_refused() -> None:
    rows = [TITLE, HEADER, SUPPLY, ["", "", "发电量", "11", "", "21"]]
    found = read(*rows, merged=[(2, 1, 3, 1), (3, 3, 3, 4)])
    assert set(found.cells["电站名称"]) == {"甲电站"}
    assert refusals(found) == [("merged_amount", "D4 11")]


def test_a_line_without_a_name_is_not_given_the_one_above() -> None:
    assert read(TITLE, HEADER, SUPPLY, ["", "", "发电量", "11", "", ""]).cells["电站名称"].to_list() == [
        "甲电站",
        "甲电站",
        "",
    ]


def test_total_lines_are_checked_and_are_not_plants() -> None:
    other = ["2", "乙电站", "上网电量", "1", "2", "3"]
    found = read(
        TITLE, HEADER, SUPPLY, other, ["合计", "", "上网电量", "11.5", "23", "34.5"], ["3", "公司合计", "", "", "", ""]
    )
    assert found.total_row_count == 1
    assert set(found.cells["电站名称"]) == {"甲电站", "乙电站"}
    assert [english for english, _ in sentences_of(*found.notices)] == [
        "统计表.xlsx#表1 line 5 (合计 上网电量): 2月 states 23, its parts sum to 22: difference 1"
    ]
    ((_, chinese),) = sentences_of(*found.notices)
    assert chinese == "统计表.xlsx#表1 第5行（合计 上网电量）：“2月”为 23，其明细合计 22，相差 1"


def test_a_subtotal_sums_the_lines_since_the_one_before() -> None:
    lines = [["1", f"{n}站", "上网电量", n, "", n] for n in ("1", "2")]
    subtotals = [["", "风电小计", "上网电量", n, "", n] for n in ("1", "2")]
    total = ["", "合计", "上网电量", "3", "", "3"]
    assert read(TITLE, HEADER, lines[0], subtotals[0], lines[1], subtotals[1], total).notices == []


def test_a_sum_beside_the_months_that_differs_is_flagged_with_line_and_difference() -> None:
    found = read(TITLE, HEADER, [*SUPPLY[:5], "29.5"])
    assert [english for english, _ in sentences_of(*found.notices)] == [
        "统计表.xlsx#表1 line 3 (甲电站 上网电量): 合计 states 29.5, its parts sum to 30.5: difference -1.0"
    ]


def test_a_sum_is_compared_as_precisely_as_it_is_stated() -> None:
    assert read(TITLE, HEADER, ["1", "甲电站", "上网电量", "1.14", "2.21", "3.4"]).notices == []


def test_quarters_are_sums_too() -> None:
    header = ["电站", "项目", "1月", "2月", "3月", "一季度", "4月", "累计"]
    found = read(TITLE, header, ["甲", "发电量", "1", "2", "3", "7", "4", "10"])
    assert [english.partition(": ")[2] for english, _ in sentences_of(*found.notices)] == [
        "一季度 states 7, its parts sum to 6: difference 1"
    ]


def test_two_lines_of_one_reading_are_refused_and_not_one_of_them_taken() -> None:
    found = read(TITLE, HEADER, SUPPLY, SUPPLY)
    assert [rule for rule, _ in refusals(found)] == ["conflicting_rows", "conflicting_rows"]


def test_two_columns_of_one_month_are_refused() -> None:
    assert "two of its columns are one month" in refused_whole(
        TITLE, ["电站", "项目", "1月", "一月"], ["甲", "发电量", "1", "2"]
    )


def test_a_plan_is_not_a_measurement() -> None:
    assert "speaks of a plan" in refused_whole(["2026年发电量计划表（单位：MWh）"], HEADER, SUPPLY)


def test_the_reading_may_be_in_the_title_alone() -> None:
    found = read(["2025年上网电量统计表（单位：MWh）"], ["电站", "1月", "2月"], ["甲", "1", "2"])
    assert {row[0] for row in readings(found)} == {"上网电量"}


def test_a_table_of_no_reading_is_refused() -> None:
    assert "says of what" in refused_whole(["2025年统计表（单位：MWh）"], ["电站", "1月", "2月"], ["甲", "1", "2"])


def test_the_plant_may_be_above_its_own_table() -> None:
    found = read(["2025年", "电站名称：甲电站", "单位：MWh"], ["项目", "1月", "2月"], ["发电量", "1", "2"])
    assert set(found.cells["项目名称"]) == {"甲电站"}


def test_a_table_of_no_plant_is_refused() -> None:
    assert "of which plant" in refused_whole(TITLE, ["项目", "1月", "2月"], ["发电量", "1", "2"])


def test_a_readings_name_that_nobody_knows_is_refused_by_its_line() -> None:
    found = read(TITLE, HEADER, SUPPLY, ["", "甲电站", "利用小时", "100", "90", "190"])
    assert refusals(found) == [("unknown_reading", "D4 ...")]


def test_a_cell_whose_format_changes_it_is_refused_alone() -> None:
    found = read(TITLE, HEADER, SUPPLY, notes={(2, 3): ("scaled", '0.00,"万"')})
    assert refusals(found) == [("number_format", "D3 10.5")]


@pytest.mark.parametrize(
    "header",
    [["电站", "项目", "1月", "备注"], ["record_id", "period_start", "1月", "2月"], ["贷款编号", "合同金额"], []],
)
def test_what_has_no_months_for_columns_is_another_table(header: list[str]) -> None:
    assert monthly_layout(grid_of(header), reference().aliases) is None


@pytest.mark.parametrize(
    "row",
    [
        ["L1", "P1", "2025-01-01", "2039-12-01"],
        ["201205", "202501", "P1"],
        ["2025.01", "2025.02", "2025.04", "甲"],
        ["202501", "202502", "12"],
    ],
)
def test_a_row_of_days_and_numbers_is_not_a_header_of_months(row: list[str]) -> None:
    assert monthly_layout(grid_of(["a", "b", "c", "d"], row), reference().aliases) is None


def test_a_run_of_months_is_a_header_without_a_column_of_plants() -> None:
    found = read(["电站名称：甲电站 单位：MWh"], ["项目", "2024-12", "2025-01", "2025-02"], ["发电量", "1", "2", "3"])
    assert [row[1] for row in readings(found)] == ["2024-12-01", "2025-01-01", "2025-02-01"]
