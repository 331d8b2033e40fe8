"""The day that a list states of itself orders lists that came together."""

import datetime as dt

import pytest

from transforms.deliveries.headers.stated_facts import day_of_list


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("截至日期：2025年1月31日", "2025-01-31"), ("2025年2月还款明细", "2025-02-28"),
        ("还款明细_2025-03", "2025-03-31"),
        ("2025年1-3月还款明细", "2025-03-31"), ("还款202504", "2025-04-30"), ("还款20250415", "2025-04-15"),
        ("2025年第二季度还款", "2025-06-30"), ("2025Q3", "2025-09-30"), ("贷款台账(2025年末)", "2025-12-31"),
        ("2025年11月30日至2025年12月15日", "2025-12-15"), ("填报日期：2025-02-05", "2025-02-05"),
        ("2025年1月至2025年2月", "2025-02-28"), ("2025年还款明细", None), ("还款1", None), ("1月", None),
        ("2024—2025年还款明细", None), ("00361202300012001", None),
    ],
)  # fmt: skip
def test_a_list_is_of_the_last_day_that_its_title_or_name_speaks_of(text: str, day: str | None) -> None:
    assert day_of_list([[("line 1", text)]]) == (day and dt.date.fromisoformat(day))


def test_a_title_goes_before_a_name_and_when_it_was_filled_in_comes_last() -> None:
    titles = [("line 1", "2025年1月还款明细"), ("line 2", "填报日期：2025-03-05")]
    assert day_of_list([titles, [("the name", "还款2025-02")]]) == dt.date(2025, 1, 31)
    assert day_of_list([titles[1:], [("the name", "还款2025-02")]]) == dt.date(2025, 2, 28)
