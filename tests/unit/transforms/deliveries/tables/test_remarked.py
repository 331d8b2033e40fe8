"""Remarks and comments beside the amounts of any table: another unit, an estimate, what was undone; or nothing."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
import pytest

from schemas.errors import UnreadableDelivery
from tests.makers import reference
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.tables.split import split_grid

READINGS: Final = ["record_id", "project_id", "metric", "period_start", "period_end", "value", "unit", "备注"]
LEDGER: Final = [
    "entry_id",
    "loan_id",
    "value_date",
    "booked_at",
    "event",
    "amount",
    "currency",
    "reverses_entry_id",
    "备注",
]

Marks = Mapping[str, str]


def reading(remark: str = "", unit: str = "MWh") -> list[str]:
    return ["R1", "P1", "electricity_supplied", "2025-01-01", "2025-01-31", "1015", unit, remark]


def entry(
    remark: str, number: str = "E1", reverses: str = "", event: str = "REPAYMENT", currency: str = "CNY"
) -> list[str]:
    return [number, "L1", "2025-01-10", "2025-01-10T09:00:00", event, "500.00", currency, reverses, remark]


def marks(
    table: str, rows: Sequence[list[str]], *, sheet: str | None = None, comments: Mapping[str, str] = {}
) -> pl.DataFrame:
    """The first row is the header."""
    remarks = [(f"the comment on {cell}", text) for cell, text in comments.items()]
    grid = Grid("a.csv", list(rows), list(range(1, len(rows) + 1)), sheet, remarks=remarks)
    return split_grid(grid, table, reference().aliases).marks


def rules(table: str, header: list[str], rows: Mapping[str, list[str]]) -> Marks:
    """Return by remark the rule that refuses its row."""
    found = dict(marks(table, [header, *rows.values()]).select("source_row", "rule").iter_rows())
    return {text: found[line] for line, text in enumerate(rows, start=2) if line in found}


OF_READINGS: Final = {
    "单位：万千瓦时": "unit_in_remark", "本月单位为万千瓦时": "unit_in_remark", "单位为千瓦时": "unit_in_remark",
    "以千度计": "unit_in_remark", "暂估数": "not_measured", "预估": "not_measured", "快报数": "not_measured",
    "未经审核": "not_measured", "待电网结算确认": "not_measured", "按上年同期计列": "not_measured",
    "预计": "not_measured", "作废": "called_void", "重复报送": "called_void", "误报": "called_void",
}  # fmt: skip
NOT_OF_READINGS: Final = [
    "检修3天，少发约20万千瓦时",
    "单位为MWh",
    "单位：兆瓦时",
    "计划检修",
    "预计12月恢复",
    "已冲正错误",
    "电网结算单",
    "已审核",
    "数据已核定",
    "误报已更正",
    "非暂估",
    "按吨计费",
    "含税电价0.4元",
]


def test_a_reading_is_refused_whose_remark_names_another_unit_an_estimate_or_a_mistake() -> None:
    """Each of them counted: 101.5 beside 单位：万千瓦时 as MWh, 暂估数 as measured, 作废 as though it held."""
    rows = {text: reading(text) for text in (*OF_READINGS, *NOT_OF_READINGS)}
    assert rules("operating", READINGS, rows) == OF_READINGS


OF_ENTRIES: Final = {
    "预计2026年3月放款": "not_done_yet", "资金在途": "not_done_yet", "未到账": "not_done_yet", "作废": "called_void",
    "已冲销": "called_void", "重复记账": "called_void", "此笔为万元": "unit_in_remark", "单位：万元": "unit_in_remark",
    "美元": "unit_in_remark",
}  # fmt: skip


def test_an_entry_of_any_ledger_is_refused_whose_remark_says_that_no_such_yuan_moved() -> None:
    harmless = ["正常", "按计划还款", "已到账", "单位：元", "含美元折算", "500万美元信用证项下"]
    rows = {text: entry(text, f"E{at}", event="DISBURSEMENT") for at, text in enumerate((*OF_ENTRIES, *harmless))}
    assert rules("ledger", LEDGER, rows) == OF_ENTRIES


def test_a_reversal_says_that_it_reverses_and_so_may_the_entry_that_it_reverses() -> None:
    rows = {
        "已冲正": entry("已冲正", "E1"),
        "冲正E1": entry("冲正E1", "E2", "E1"),
        "美元": entry("美元", "E3", currency="USD"),
    }
    assert rules("ledger", LEDGER, rows) == {}


def test_the_cell_of_the_remark_is_named() -> None:
    (reason,) = marks("operating", [READINGS, reading(), reading("暂估数")], sheet="运行数据")["reason"]
    assert reason.startswith("H3 says '暂估数'")


COMMENTS: Final = {
    "F3": ("单位：万千瓦时", "unit_in_remark"),
    "F4": ("暂估数，待结算", "not_measured"),
    "A5": ("作废", "called_void"),
    "F6": ("检修3天", None),
}


def test_a_comment_on_a_cell_says_it_of_its_row() -> None:
    rows = [READINGS, *(reading() for _ in range(5))]
    found = marks("operating", rows, sheet="运行数据", comments={cell: text for cell, (text, _) in COMMENTS.items()})
    wanted = [(int(cell[1:]), rule) for cell, (_, rule) in COMMENTS.items() if rule]
    assert found.select("source_row", "rule").rows() == wanted
    assert "the comment on F3" in found["reason"][0]


def test_a_comment_on_the_header_names_the_unit_of_every_row() -> None:
    rows = [READINGS, reading(), reading(unit="万千瓦时")]
    found = marks("operating", rows, sheet="运行数据", comments={"F1": "单位：万千瓦时", "C1": "单位：吨"})
    assert found.select("source_row", "rule").rows() == [(2, "unit_in_remark")]


def test_remarks_of_a_large_text_are_heard_too() -> None:
    sure = pl.DataFrame({str(at): [cell] * 3 for at, cell in enumerate(reading())}).with_columns(
        pl.Series("7", ["", "暂估数", "正常"]), line=pl.Series([2, 3, 4])
    )
    grid = Grid("a.csv", [READINGS], [1], below=sure)
    assert split_grid(grid, "operating", reference().aliases).marks["source_row"].to_list() == [3]


def test_a_comment_of_another_unit_of_money_still_refuses_the_sheet() -> None:
    rows = [LEDGER, entry("")]
    with pytest.raises(UnreadableDelivery, match="a comment leaves a doubt"):
        marks("ledger", rows, sheet="台账", comments={"F2": "单位：万元"})
