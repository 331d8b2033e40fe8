"""A table of months of which it is not sure what its cells are is refused whole: an outsider's cases and their kin."""

from collections.abc import Sequence
from typing import Final

import pytest

from schemas.errors import UnreadableDelivery
from tests.makers import reference
from tests.unit.transforms.deliveries.monthly.test_table import (
    HEADER,
    SUPPLY,
    TITLE,
    grid_of,
    read,
    readings,
    refusals,
    refused_whole,
)
from transforms.deliveries.headers.monthly_layout import monthly_layout
from transforms.deliveries.monthly.table import unfold

Rows = list[Sequence[str]]
SUPPLIED: Final = ["2025年上网电量统计表（单位：万千瓦时）"]
PLANT: Final = ["甲电站", "10.5", "20"]
MONTHS: Final = ["电站名称", "1月", "2月"]


def kind(word: str, header: str = "项目") -> Rows:
    """The title names supply, and a column says of what the line is."""
    return [SUPPLIED, ["电站名称", header, "1月", "2月"], ["甲电站", word, "10.5", "20"]]


@pytest.mark.parametrize(
    "rows",
    [
        kind("计划上网电量"),
        kind("上网电量同比增加"),
        kind("弃风电量"),
        kind("厂用电量"),
        kind("下网电量"),
        kind("计划", "类别"),
        kind("本年累计", "口径"),
        [TITLE, [*HEADER[:5], "类别"], [*SUPPLY[:5], "计划"]],
    ],
)
def test_a_column_that_says_of_what_a_line_is_in_other_words_is_a_doubt(rows: Rows) -> None:
    assert "a column says of what its lines are" in refused_whole(*rows)


def test_remarks_and_places_say_nothing_of_what_a_line_is() -> None:
    header = ["电站名称", "地区", "装机容量(MW)", "1月", "2月", "备注"]
    assert len(readings(read(SUPPLIED, header, ["甲电站", "九江市", "30", "10.5", "20", "2月含厂用电量抄表"]))) == 2


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        (
            [
                ["电站名称", "1月", "", "2月", ""],
                ["", "计划", "实际", "计划", "实际"],
                ["甲电站", "9", "10", "9", "20"],
            ],
            True,
        ),
        ([["电站名称", "1月", "", "2月", ""], ["甲电站", "9", "10", "9", "20"]], False),
        ([["电站名称", "1月", "2月"], ["", "累计", "累计"], ["甲电站", "9", "29"]], False),
    ],
)
def test_a_month_of_several_columns_is_a_doubt(rows: Rows, *, merged: bool) -> None:
    ranges = [(1, 1, 1, 2), (1, 3, 1, 4)] if merged else []
    assert "a second row of headers" in refused_whole(SUPPLIED, *rows, merged=ranges)


def test_a_row_of_units_under_the_months_is_not_a_second_header_and_not_read() -> None:
    found = read(["2025年上网电量"], MONTHS, ["", "万千瓦时", "万千瓦时"], PLANT)
    assert {rule for rule, _ in refusals(found)} == {"unit_in_doubt"}


@pytest.mark.parametrize(
    "title", ["2025年各月累计上网电量（单位：万千瓦时）", "2025 supply, YTD 上网电量（单位：MWh）"]
)
def test_sums_since_the_year_began_are_not_months(title: str) -> None:
    assert "sums since the year began" in refused_whole([title], MONTHS, PLANT)
    assert "sums since the year began" in refused_whole(SUPPLIED, MONTHS, PLANT, ["注：以上为各月累计值"])
    assert "sums since the year began" in refused_whole(SUPPLIED, MONTHS, PLANT, sheet="2025年累计")


@pytest.mark.parametrize(
    "between",
    [["2024年上网电量统计表"], ["2024年"], ["电站名称：乙风电场"], ["以下单位：MWh"], ["（单位：MWh）"]],
)
def test_what_is_stated_between_two_lines_is_of_a_second_table(between: list[str]) -> None:
    assert "as of a second table" in refused_whole(SUPPLIED, MONTHS, PLANT, between, MONTHS, ["乙电站", "1", "2"])


@pytest.mark.parametrize(
    "title",
    ["2021年绿色金融债券募投项目上网电量统计表", "依据2021年核准文件编制的上网电量表", "2021年投产项目上网电量"],
)
def test_the_year_of_something_else_is_not_a_year_of_the_readings(title: str) -> None:
    refusal = refused_whole([f"{title}（单位：万千瓦时）"], MONTHS, PLANT)
    assert "months of no year" in refusal
    assert readings(read([f"{title}（单位：万千瓦时）"], ["2025年"], MONTHS, PLANT))[0][1] == "2025-01-01"


@pytest.mark.parametrize("where", ["margins", "remarks"])
def test_another_unit_outside_the_cells_is_a_doubt(where: str) -> None:
    texts = [("the page header", "单位：MWh")]
    assert "another unit" in refused_whole(SUPPLIED, MONTHS, PLANT, **{where: texts})
    same = {where: [("the page header", "单位：万千瓦时")]}
    assert len(readings(read(SUPPLIED, MONTHS, PLANT, **same))) == 2


def test_a_unit_in_a_margin_alone_is_the_tables() -> None:
    margins = [("the page header", "赣北能源  单位：万千瓦时")]
    assert {row[4] for row in readings(read(["2025年上网电量统计表"], MONTHS, PLANT, margins=margins))} == {"万千瓦时"}
    two = [("the page header", "单位：万千瓦时"), ("a text box", "单位：MWh")]
    assert "state one unit in the title" in refused_whole(["2025年上网电量统计表"], MONTHS, PLANT, margins=two)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('0.00"MWh"', [("number_format", "B3 10.5")]),
        ('#,##0"万元"', [("number_format", "B3 10.5")]),
        ('0.00"万千瓦时"', []),
        ('0.00"万kWh"', []),
        ('0.0"台"', []),
    ],
)
def test_a_format_that_shows_another_unit_refuses_its_cell(code: str, found: list[tuple[str, str]]) -> None:
    kind = "worded" if "万" in code else "named"
    assert refusals(read(SUPPLIED, MONTHS, PLANT, notes={(2, 1): (kind, code)})) == found


REMARKED: Final = ["电站名称", "11月", "12月", "备注"]


@pytest.mark.parametrize(
    ("remark", "cells"),
    [
        ("11月、12月为预估数", ["B3 10.5", "C3 20"]), ("12月为预估数", ["C3 20"]), ("12月暂估", ["C3 20"]),
        ("11-12月均为估算", ["B3 10.5", "C3 20"]), ("含估读", ["B3 10.5", "C3 20"]), ("12月系计划数", ["C3 20"]),
        ("第四季度预计", ["B3 10.5", "C3 20"]), ("12月计划检修3天", []), ("11月预计12月恢复", []), ("不含预估", []),
    ],
)  # fmt: skip
def test_what_a_remark_calls_an_estimate_or_a_plan_is_not_a_measurement(remark: str, cells: list[str]) -> None:
    found = read(SUPPLIED, REMARKED, ["甲电站", "10.5", "20", remark])
    assert refusals(found) == [("not_measured", cell) for cell in cells]


def test_so_is_what_a_line_below_a_comment_or_the_months_header_calls_so() -> None:
    """A comment on a reading says it of that one alone."""
    header = ["电站名称", "11月", "12月"]
    below = read(SUPPLIED, header, PLANT, ["乙电站", "1", "2"], ["注：12月为预估数"])
    comment = read(SUPPLIED, header, PLANT, remarks=[("the comment on C3", "暂估")])
    named = read(SUPPLIED, ["电站名称", "11月", "12月(预估)"], PLANT)
    assert refusals(below) == [("not_measured", "C3 20"), ("not_measured", "C4 2")]
    assert refusals(comment) == refusals(named) == [("not_measured", "C3 20")]


def test_a_unit_behind_some_months_is_not_the_unit_of_the_others() -> None:
    """MWh behind January, 万千瓦时 in the title: of February either is meant."""
    assert {rule for rule, _ in refusals(read(SUPPLIED, ["电站名称", "1月(MWh)", "2月"], PLANT))} == {"unit_in_doubt"}


@pytest.mark.parametrize("title", ["2025年发电量计划表", "2026年度发电计划", "发电预算（2025年）"])
def test_a_plan_on_the_cover_or_in_a_margin_is_a_plan_of_its_tables(title: str) -> None:
    words = "it speaks of a plan"
    assert words in refused_whole(SUPPLIED, MONTHS, PLANT, margins=[("a text box", title)])
    grid = grid_of(SUPPLIED, MONTHS, PLANT)
    layout = monthly_layout(grid, reference().aliases)
    assert layout is not None
    with pytest.raises(UnreadableDelivery, match=words):
        unfold(grid, layout, reference().aliases, [("sheet 封面, line 1", title)])
    for harmless in ("编制部门：计划部", "12月计划检修", "本表不含计划数，按月填报"):
        assert unfold(grid, layout, reference().aliases, [("sheet 封面, line 2", harmless)]).marks.is_empty()


@pytest.mark.parametrize("cell", [(2, 0), (2, 1)])
def test_a_name_or_reading_that_is_struck_through_counts_no_longer(cell: tuple[int, int]) -> None:
    found = read(SUPPLIED, MONTHS, PLANT, notes={cell: ("struck", "struck through")})
    assert refusals(found) == [("struck_through", "B3 ..." if cell == (2, 0) else "B3 10.5")]


@pytest.mark.parametrize(
    "title", ["上网电量及自用电量", "上网电量及厂用电量", "下网电量、上网电量", "上网电量和利用小时数"]
)
def test_a_title_of_two_readings_is_not_one_of_the_first(title: str) -> None:
    assert "no single title says of what" in refused_whole([f"2025年{title}（单位：万千瓦时）"], MONTHS, PLANT)
