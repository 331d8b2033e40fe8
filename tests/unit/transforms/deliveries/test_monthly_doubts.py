"""A table of months of which it is not sure what its cells are is refused whole: an outsider's cases and their kin."""

from collections.abc import Sequence
from typing import Final

import pytest

from tests.unit.transforms.deliveries.test_monthly import HEADER, SUPPLY, TITLE, read, readings, refusals, refused_whole

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
        kind("计划上网电量"), kind("上网电量同比增加"), kind("弃风电量"), kind("厂用电量"), kind("下网电量"),
        kind("计划", "类别"), kind("本年累计", "口径"),
        [TITLE, [*HEADER[:5], "类别"], [*SUPPLY[:5], "计划"]],
    ],
)  # fmt: skip
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


def test_a_row_of_units_under_the_months_is_no_second_header_and_not_read() -> None:
    found = read(["2025年上网电量"], MONTHS, ["", "万千瓦时", "万千瓦时"], PLANT)
    assert {rule for rule, _ in refusals(found)} == {"unit_in_doubt"}


@pytest.mark.parametrize(
    "title", ["2025年各月累计上网电量（单位：万千瓦时）", "2025 supply, YTD 上网电量（单位：MWh）"]
)
def test_sums_since_the_year_began_are_no_months(title: str) -> None:
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
def test_the_year_of_something_else_is_no_year_of_the_readings(title: str) -> None:
    told = refused_whole([f"{title}（单位：万千瓦时）"], MONTHS, PLANT)
    assert "months of no year" in told
    assert readings(read([f"{title}（单位：万千瓦时）"], ["2025年"], MONTHS, PLANT))[0][1] == "2025-01-01"


@pytest.mark.parametrize("where", ["margins", "remarks"])
def test_another_unit_outside_the_cells_is_a_doubt(where: str) -> None:
    said = [("a comment", "单位：MWh")]
    assert "another unit" in refused_whole(SUPPLIED, MONTHS, PLANT, **{where: said})
    same = {where: [("a comment", "单位：万千瓦时")]}
    assert len(readings(read(SUPPLIED, MONTHS, PLANT, **same))) == 2
