"""The bank, the day and the currency that a list states once: one and the same, or none."""

import datetime as dt

import pytest

from tests.makers import reference
from transforms.deliveries.headers.stated_facts import currency_of, day_of_balances, day_of_list, lender_of


def near(*texts: str) -> list[tuple[str, str]]:
    return [(f"line {at}", text) for at, text in enumerate(texts, start=1)]


def lender(*texts: str) -> str | None:
    return lender_of(near(*texts), reference().aliases.lists["lender_labels"])


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["江州银行股份有限公司绿色贷款台账"], "江州银行股份有限公司"),
        (["填报机构：江州银行股份有限公司公司业务部"], "江州银行股份有限公司"),
        (["附件1：2025年江州银行绿色贷款台账", "填报单位：江州银行股份有限公司"], "江州银行股份有限公司"),
        (["贷款机构： 江州农村信用合作联社"], "江州农村信用合作联社"),
        (["江州银行股份有限公司洪塘支行"], "江州银行股份有限公司洪塘支行"),
        (["江州银行绿色贷款台账（单位：万元）"], "江州银行"),
        (["2025年江州银行绿色贷款台账【单位：万元】（截至：2025年12月31日）"], "江州银行"),
    ],
)
def test_the_bank_that_filled_the_form_in_is_the_lender(texts: list[str], name: str) -> None:
    assert lender(*texts) == name


@pytest.mark.parametrize(
    "texts",
    [
        ["绿色贷款台账"], ["填报机构：江州银行", "编制单位：浔州银行"], ["注：与浔州银行的银团贷款不在此列"],
        ["担保机构：浔州银行"], ["注：与浔州银行的银团贷款（单位：万元）"], ["担保机构：浔州银行（单位：万元）"],
        ["绿色贷款台账（填报机构：江州银行）"],
        ["江州银行股份有限公司", "江州银行股份有限公司洪塘支行"],
    ],
)  # fmt: skip
def test_no_bank_and_two_banks_give_no_lender(texts: list[str]) -> None:
    assert lender(*texts) is None


@pytest.mark.parametrize(
    "text",
    ["截至日期：2025年12月31日", "贷款余额为截至2025年12月31日本金余额", "台账(2025年末)", "数据日期：2025-12-31"],
)
def test_the_day_of_the_balances_is_read(text: str) -> None:
    assert day_of_balances(near(text)) == dt.date(2025, 12, 31)


@pytest.mark.parametrize(
    "texts", [["填报日期：2026年1月8日"], ["截至2025年6月30日", "截至2025年12月31日"], ["截至2025年13月1日"]]
)
def test_another_day_two_days_and_no_day_state_nothing(texts: list[str]) -> None:
    assert day_of_balances(near(*texts)) is None


@pytest.mark.parametrize(
    ("texts", "currency"),
    [(["单位：万元"], "CNY"), ([], "CNY"), (["单位：万美元"], "USD"), (["币种：美元", "单位：人民币万元"], None)],
)
def test_yuan_are_meant_where_nothing_else_is_stated(texts: list[str], currency: str | None) -> None:
    assert currency_of(near(*texts), reference().aliases.beside) == currency


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
