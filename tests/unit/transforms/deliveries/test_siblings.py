"""Sheets of one workbook: where one states 万元 and another states nothing, the other is a doubt and never yuan."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
import pytest

from flows.landing.reading import Part, read_sheets
from flows.landing.receptions import Reception
from tests.forms import LOAN_HEADER, make_loan_row
from tests.makers import KNOWN_AT, LANDED_AT, reference
from transforms.deliveries.book.book import Book, assemble
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.sheets.grid import Grid

Rows = Sequence[Sequence[object]]

PROJECTS: Final = [
    ["项目名称", "项目类别", "项目总投资", "投产日期", "建设地点"],
    ["甲风电场", "风电", 36000, "2024-06-30", "江西省"],
]
IN_WAN: Final = [["绿色项目清单"], ["", "", "单位：万元"], *PROJECTS]
NOTES: Final = [
    ["借据号", "项目名称", "放款日期", "贷款金额", "贷款余额"],
    ["001", "甲风电场", "2024-01-10", 3000, 2700],
]
LOANS: Final = [["贷款机构：江州银行"], *NOTES]
REPAID: Final = [["借据号", "还款日期", "还款本金"], ["001", "2025-01-10", 300]]


def landed(sheets: Mapping[str, Rows]) -> list[Landed]:
    grids = [grid_of(name, rows) for name, rows in sheets.items()]
    reception = Reception("年报.xlsx", "", "0" * 64, 1, LANDED_AT.isoformat(), 1)
    return read_sheets(grids, Part(reception, "d1", "年报.xlsx"), reference().aliases)


def read(sheets: Mapping[str, Rows]) -> Book:
    return assemble(landed(sheets), reference(), KNOWN_AT)


def grid_of(sheet: str, rows: Rows) -> Grid:
    texts = [[str(cell) for cell in row] for row in rows]
    width = max(map(len, texts))
    padded = [[*row, *[""] * (width - len(row))] for row in texts]
    return Grid("年报.xlsx", padded, list(range(1, len(rows) + 1)), sheet, is_padded=True)


def refused(sheets: Mapping[str, Rows]) -> dict[str, str]:
    """The reason why each sheet is refused whole."""
    return {read.source_file.partition("#")[2]: read.reason for read in landed(sheets) if read.reason}


def amounts(book: Book, table: str, column: str) -> list[float]:
    return book.tables[table][column].cast(pl.Float64).to_list()


@pytest.mark.parametrize("sheet", [LOANS, REPAID, [LOAN_HEADER, make_loan_row()]], ids=["list", "repayments", "table"])
def test_amounts_without_a_unit_beside_a_sheet_in_wan_are_a_doubt(sheet: Rows) -> None:
    """3000 are 30,000,000 yuan or 3,000."""
    (reason,) = [why for name, why in refused({"项目": IN_WAN, "贷款明细": sheet}).items() if name == "贷款明细"]
    assert "another sheet of its workbook states a unit of money, and this sheet states none" in reason
    assert "sheet 项目, cell C2: 单位:万元" in reason
    assert ("line 2: 300" if sheet is REPAID else "line 3: 3000" if sheet is LOANS else "line 2: 500") in reason
    assert "state the unit on this sheet too, as in 单位：元 above its header" in reason


IN_A_HEADER: Final = [["项目名称", "项目类别", "项目总投资(亿元)", "投产日期", "建设地点"], *PROJECTS[1:]]
IN_UNITS: Final = [PROJECTS[0], ["", "", "千元", "", ""], *PROJECTS[1:]]
BELOW: Final = [*PROJECTS, ["注：金额单位为万元"]]
IN_PASSING: Final = [["本表金额按万元填报"], *PROJECTS]
BY_ROW: Final = [[*PROJECTS[0], "金额单位"], [*PROJECTS[1], "万元"]]
OF_A_SUMMARY: Final = [["支行", "笔数", "余额(万元)"], ["东湖支行", 3, 4700], ["西湖支行", 2, 900]]


@pytest.mark.parametrize("sibling", [IN_A_HEADER, IN_UNITS, BELOW, IN_PASSING, BY_ROW, OF_A_SUMMARY])
def test_wherever_the_other_sheet_states_its_unit(sibling: Rows) -> None:
    assert "states a unit of money" in refused({"甲": sibling, "贷款明细": LOANS})["贷款明细"]


def test_a_unit_in_the_name_of_the_other_sheet_counts_too() -> None:
    reason = refused({"项目(万元)": PROJECTS, "贷款明细": LOANS})["贷款明细"]
    assert "sheet 项目(万元), its name: 项目(万元)" in reason


OWN: Final = {"合同金额": "合同金额_yuan", "项目编号": "项目名称"}


@pytest.mark.parametrize(
    ("sheet", "yuan"),
    [
        ([["单位：元"], *LOANS], 3000),
        ([["单位：万元"], *LOANS], 30_000_000),
        ([LOANS[0], [*NOTES[0][:3], "贷款金额(元)", "贷款余额"], *NOTES[1:]], 3000),
        ([[OWN.get(name, name) for name in LOAN_HEADER], make_loan_row(项目编号="甲风电场")], 500),
        ([*LOANS, ["注：金额单位：元"]], 3000),
    ],
)
def test_a_sheet_that_states_its_own_unit_is_read_in_it(sheet: Rows, yuan: int) -> None:
    assert amounts(read({"项目": IN_WAN, "贷款明细": sheet}), "loans", "contract_amount") == [yuan]


def test_a_cover_states_the_unit_of_every_sheet() -> None:
    book = read({"封面": [["金额单位：万元"]], "项目": IN_A_HEADER, "贷款明细": LOANS})
    assert amounts(book, "loans", "contract_amount") == [30_000_000]
    assert amounts(book, "projects", "total_investment") == [36000 * 100_000_000]


NO_AMOUNT: Final = [["借据号", "还款日期", "还款本金"], ["001", "2025-01-10", "—"]]
IN_YUAN: Final = [["单位：元"], *PROJECTS]
OF_OUTPUT: Final = [["万元产值能耗统计表"], ["企业", "单耗(吨标煤/万元)"], ["甲", 0.3], ["乙", 0.4]]
PLANT: Final = [["2025年上网电量（单位：万千瓦时）"], ["电站名称", "1月", "2月"], ["甲风电场", 90, 80]]


@pytest.mark.parametrize(
    ("sibling", "sheet"), [(IN_WAN, NO_AMOUNT), (IN_YUAN, LOANS), (OF_OUTPUT, LOANS), (PLANT, LOANS), (PROJECTS, LOANS)]
)
def test_where_no_amount_may_be_another_no_sheet_is_refused_for_it(sibling: Rows, sheet: Rows) -> None:
    assert not [why for why in refused({"项目": sibling, "贷款明细": sheet}).values() if "unit of money" in why]


def test_readings_keep_the_unit_that_their_own_sheet_states() -> None:
    """A plant's sheet without a unit is refused line by line, whatever other sheets state."""
    without = [["2025年上网电量"], *PLANT[1:]]
    book = read({"项目": PROJECTS, "一厂": PLANT, "二厂": without})
    rules = book.rejected.filter(pl.col("source_file").str.ends_with("二厂"))["rule"].to_list()
    assert rules == ["unit_in_doubt"]
