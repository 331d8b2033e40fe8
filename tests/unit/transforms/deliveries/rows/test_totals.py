"""A sender's own totals beside the rows that they total, to the cent."""

import pytest

from schemas.errors import UnreadableDelivery
from tests.makers import reference, sentences_of
from transforms.deliveries.headers.columns import read_headers
from transforms.deliveries.rows.raw_table import RawTable
from transforms.deliveries.rows.totals import differing_totals
from transforms.deliveries.tables.bodies import is_total
from transforms.deliveries.tables.split import Grid, split_grid
from transforms.ground.flag_rows import Notice

HEADER = ["流水号", "贷款编号", "起息日", "记账时间", "交易类型", "金额(万元)", "币种", "冲正流水号"]


def entry(number: int, amount: str) -> list[str]:
    return [f"E-{number}", "L-1", "2025-01-01", "2025-01-01", "DISBURSEMENT", amount, "CNY", ""]


def total(word: str, amount: str) -> list[str]:
    return [word, "", "", "", "", amount, "", ""]


def notices(*rows: list[str]) -> list[Notice]:
    aliases = reference().aliases
    grid = Grid("ledger.csv", [HEADER, *rows], list(range(1, len(rows) + 2)))
    split = split_grid(grid, "ledger", aliases)
    raw = RawTable("d", "ledger.csv", "ledger", split.cells, split.misshapen, split.totals)
    headers, _ = read_headers("ledger", split.header, aliases)
    return differing_totals(raw, headers)


def sentences(*rows: list[str]) -> list[str]:
    return [english for english, _ in sentences_of(*notices(*rows))]


def test_totals_that_agree_say_nothing() -> None:
    rows = [
        entry(1, "1.5"),
        entry(2, "2"),
        total("小计", "3.5"),
        entry(3, "4"),
        total("小计", "4"),
        total("合计", "7.5"),
    ]
    assert sentences(*rows) == []


def test_a_total_that_differs_is_flagged_with_its_line_and_the_difference_in_yuan() -> None:
    (sentence,) = sentences(entry(1, "1.5"), entry(2, "2"), total("合计", "3.4999"))
    assert "line 4" in sentence
    assert "34999.00" in sentence
    assert "35000.00" in sentence
    assert "difference -1.00" in sentence


def test_a_subtotal_sums_the_rows_since_the_one_before_it() -> None:
    (sentence,) = sentences(entry(1, "1"), total("小计", "1"), entry(2, "2"), total("小计", "3"), total("合计", "3"))
    assert "line 5" in sentence
    assert "difference 10000.00" in sentence


def test_a_total_of_a_part_sums_the_rows_since_the_last_or_all_and_a_running_one_is_not_compared() -> None:
    rows = [
        entry(1, "1"),
        total("2024年合计", "1"),
        entry(2, "2"),
        total("东湖支行小计", "3"),
        total("2025年合计", "2"),
        total("本年累计", "99"),
    ]
    assert sentences(*rows, total("总计", "3")) == []
    (sentence,) = sentences(entry(1, "1"), total("2025年合计", "2"))
    assert "line 3 ('2025年合计') states 20000.00" in sentence


@pytest.mark.parametrize(
    "word", ["合计", "2025年合计", "2025年1月小计", "本年累计", "东湖支行小计", "全年合计：", "Total"]
)
def test_a_row_that_begins_so_is_a_total(word: str) -> None:
    assert is_total([word, "", "5"], [1])


@pytest.mark.parametrize("word", ["会计", "合计科技公司", "2025年", "E-1", "小计算机厂"])
def test_a_row_that_begins_otherwise_is_none(word: str) -> None:
    assert not is_total([word, "", "5"], [1])


def test_a_total_without_an_amount_is_flagged_and_not_passed_over() -> None:
    (sentence,) = sentences(entry(1, "1"), total("合计", "#REF!"))
    assert sentence == "line 3 ('合计') states #REF! in 金额(万元): no amount to check against"
    assert sentences(entry(1, "1"), total("合计", "")) == []
    assert sentences(entry(1, "1"), total("", "合计")) == []


def test_the_chinese_sentence_of_a_total_holds_no_english() -> None:
    rows = [entry(1, "1.5"), total("合计", "1"), total("总计", "#REF!")]
    assert [chinese for _, chinese in sentences_of(*notices(*rows))] == [
        "第3行（“合计”）的“金额(万元)”为 10000.00，其上明细合计 15000.00，相差 -5000.00",
        "第4行（“总计”）的“金额(万元)”为“#REF!”，不是金额，无法与明细核对",
    ]


@pytest.mark.parametrize(
    ("title", "is_plan"), [("2025年还款计划表", True), ("还款台账", False), ("编制部门：计划部", False)]
)
def test_entries_under_the_title_of_a_plan_were_not_booked(title: str, *, is_plan: bool) -> None:
    grid = Grid("ledger.xlsx", [[title], HEADER, entry(1, "1")], [1, 2, 3], "台账", is_padded=True)
    if is_plan:
        with pytest.raises(UnreadableDelivery, match="speaks of a plan"):
            split_grid(grid, "ledger", reference().aliases)
    else:
        assert split_grid(grid, "ledger", reference().aliases).cells.height == 1
