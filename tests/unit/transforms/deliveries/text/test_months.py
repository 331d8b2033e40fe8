"""Months and years as forms write them."""

import pytest

from transforms.deliveries.text.months import Month, month_of, years_in


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1月", Month(1)),
        ("０１月", Month(1)),
        ("12月份", Month(12)),
        ("十二月", Month(12)),
        ("二月份", Month(2)),
        ("2025年1月", Month(1, 2025)),
        ("2025 年 1 月", Month(1, 2025)),
        ("2025-01", Month(1, 2025)),
        ("2025/1", Month(1, 2025)),
        ("2025.12", Month(12, 2025)),
        ("202511", Month(11, 2025)),
        ("2025-03-01", Month(3, 2025)),
        ("Jan", Month(1)),
        ("September", Month(9)),
        ("Sept.", Month(9)),
        ("Jan-2025", Month(1, 2025)),
        ("2025 Jan", Month(1, 2025)),
    ],
)
def test_a_month_is_read_however_it_is_written(text: str, month: Month) -> None:
    assert month_of(text) == month


@pytest.mark.parametrize(
    "text", ["13月", "0月", "2025-13", "合计", "1", "2025", "2025年", "1-3月", "月", "Janitor", "25年1月"]
)
def test_what_names_no_month_is_none(text: str) -> None:
    assert month_of(text) is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("赣北新能源有限公司2025年发电量统计表", {2025}), ("2025 年度", {2025}), ("二〇二五年度", {2025}),
        ("发电量_2025", {2025}),
        ("2025发电量", {2025}), ("统计表(2025)", {2025}), ("2025年1-12月", {2025}), ("2024—2025年", {2024, 2025}),
        ("2025-01", {2025}), ("Generation 2025 (MWh)", {2025}),
    ],
)  # fmt: skip
def test_a_year_is_read_from_a_title_or_a_name(text: str, years: set[int]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize(
    "text",
    [
        "填报日期：2026.1.6",
        "填报时间：2026年",
        "截至2025年12月31日",
        "统计表20260106",
        "装机2000千瓦",
        "2000kW光伏",
        "2000户屋顶",
        "总投资2,025年",
        "统一社会信用代码：2025",
        "项目2030MW",
    ],
)
def test_a_day_a_number_and_a_quantity_are_not_years(text: str) -> None:
    assert years_in(text) == set()
