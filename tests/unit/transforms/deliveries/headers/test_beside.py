"""What a form states once beside its table holds for its amounts, or the file is refused with what leaves a doubt."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import pytest

from schemas.errors import UnreadableDelivery
from tests.forms import LOAN_HEADER, accept_cells, make_loan_row
from tests.makers import make_project, reference, sentences_of
from transforms.deliveries.tables.split import Cells, Grid, split_grid
from transforms.deliveries.text.statements import plain

WAN: Final = Decimal("5000000.00")
YUAN: Final = Decimal("500.00")


def texts(row: list[object]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in row]


def units_of(**named: str) -> list[object]:
    return [named.get(header, "") for header in LOAN_HEADER]


def split(
    above: list[list[str]],
    below: Sequence[list[str]] = (),
    *,
    header: list[str] = LOAN_HEADER,
    rows: list[list[object]] | None = None,
    sheet: str | None = "贷款",
    name: str = "book.xlsx",
    far: Sequence[tuple[str, str]] = (),
) -> Cells:
    table = [*above, header, *map(texts, rows or [make_loan_row()]), *below]
    grid = Grid(name, table, list(range(1, len(table) + 1)), sheet, is_padded=True)
    return split_grid(grid, "loans", reference().aliases, far)


def amounts(cells: Cells) -> list[Decimal | None]:
    accepted = accept_cells(cells, "loans")
    assert accepted.rejected.is_empty(), accepted.rejected["reason"].to_list()
    return accepted.rows["contract_amount"].to_list()


ABOVE = {
    "单位：万元": WAN,
    "（金额单位：万元）": WAN,
    "单位:元、吨": YUAN,
    "单位：万元、%": WAN,
    "金额单位：人民币万元": WAN,
    "单位: 人民币 元": YUAN,
    "2025年贷款台账（万元）": WAN,
    "万元": WAN,
    "Unit: 10k CNY": WAN,
    "Unit: RMB 10,000": WAN,
    "（单位：万千瓦时）": YUAN,
    "填报单位：元通公司": YUAN,
    "单笔500万元以上贷款": YUAN,
    "以万元为单位": WAN,
    "单位：千元": Decimal("500000.00"),
    "单位：亿元": Decimal("50000000000.00"),
    "(RMB million)": Decimal("500000000.00"),
    "单位：万元，币种：人民币": WAN,
    "【单位：万元】": WAN,
    "單位：萬元": WAN,
    "金额均为万元": WAN,
    "以人民币万元列示": WAN,
    "k CNY": Decimal("500000.00"),
    "Amounts in RMB thousands": Decimal("500000.00"),
    "单位：MN CNY": Decimal("500000000.00"),
    "Loans above RMB 5 million": YUAN,
    "单位：万元、吨二氧化碳/年": WAN,
    "币种：人民币 单位：万元": WAN,
    "单位：十万元": Decimal("50000000.00"),
}
"""A line above the header, and what 500 under it means in yuan."""


@pytest.mark.parametrize("line", ABOVE)
def test_a_unit_above_the_header_scales_its_amounts(line: str) -> None:
    assert amounts(split([["甲银行贷款清单"], ["填报机构：甲银行", "", line]])) == [ABOVE[line]]


@pytest.mark.parametrize(
    "line",
    [
        "单位：万元", "注：1.本表金额单位为万元。2.不含已结清借据。", "备注：表内金额均以万元为单位",
        "金额以万元为单位，利率以%为单位",
        "金额单位（万元）", "单位 万元", "注 金额单位为万元", "以上金额均为万元", "（金额：万元）",
    ],
)  # fmt: skip
def test_a_note_below_the_table_scales_its_amounts_and_is_not_a_row(line: str) -> None:
    cells = split([], [["合计", "", "", "", "500"], [line]])
    assert amounts(cells) == [WAN]
    assert cells.totals.height == 1


@pytest.mark.parametrize("line", ["RMB 10 thousand", "(CNY ten thousands)", "# amounts in 10,000 CNY"])
def test_ten_thousands_may_be_written_in_english_too(line: str) -> None:
    assert amounts(split([[line]])) == [WAN]


@pytest.mark.parametrize(("sheet", "name"), [("贷款(万元)", "book.xlsx"), ("贷款", "贷款（单位：万元）.xlsx")])
def test_a_unit_in_the_name_of_the_sheet_or_file_scales_its_amounts(sheet: str, name: str) -> None:
    assert amounts(split([], sheet=sheet, name=name)) == [WAN]


def test_a_row_of_units_under_the_header_scales_its_columns_and_is_not_a_row() -> None:
    units = units_of(合同金额="万元", 年利率="%")
    assert amounts(split([], rows=[units, make_loan_row()])) == [WAN]


@pytest.mark.parametrize("named", ["", "单位", "/", "计量单位"])
@pytest.mark.parametrize("between", [[], ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], [""] * 10])
def test_a_row_of_units_may_be_called_so_and_follow_the_numbers_of_the_columns(named: str, between: list[str]) -> None:
    rows: list[list[object]] = [list(between)] if between else []
    assert amounts(split([], rows=[*rows, units_of(贷款编号=named, 合同金额="万元"), make_loan_row()])) == [WAN]


@pytest.mark.parametrize(
    "units",
    [{"合同金额": "万"}, {"合同金额": "w"}, {"合同金额": "元", "年利率": "‰"}, {"合同金额": "元", "年利率": "bp"}],
)
def test_a_row_of_units_of_which_one_is_doubtful_refuses_the_file(units: dict[str, str]) -> None:
    with pytest.raises(UnreadableDelivery, match="leaves a doubt") as refusal:
        split([], rows=[units_of(**units), make_loan_row()])
    assert list(units)[-1] in refusal.value.available


def test_a_header_and_its_row_of_units_that_a_form_repeats_on_each_page_are_not_rows() -> None:
    units = units_of(合同金额="万元")
    rows = [units, make_loan_row(), LOAN_HEADER, units, make_loan_row(贷款编号="L2")]
    assert amounts(split([], rows=[list(row) for row in rows])) == [WAN, WAN]


def test_a_lone_currency_code_is_a_row_that_is_refused_and_no_remark() -> None:
    accepted = accept_cells(split([], rows=[make_loan_row(), units_of(币种="CNY")]), "loans")
    assert (accepted.rows.height, accepted.rejected.height) == (1, 1)


def test_tonnes_of_a_verified_period_are_scaled_as_those_of_a_promise() -> None:
    header = ["项目编号", "监测期开始", "监测期结束", "核证减排量", "核证机制"]
    rows = [["单位：万吨"], header, ["P1", "2025-01-01", "2025-12-31", "3", "CCER"]]
    grid = Grid("verified.csv", rows, [1, 2, 3], "核证减排量", is_padded=True)
    split = split_grid(grid, "verified_reductions", reference().aliases)
    assert split.header[3] == "核证减排量(万吨)"


def test_a_column_of_units_scales_the_amounts_beside_it_or_two_of_them_leave_a_doubt() -> None:
    header, row = [*LOAN_HEADER, "单位"], [*make_loan_row(), "万元"]
    assert amounts(split([], header=header, rows=[row])) == [WAN]
    with pytest.raises(UnreadableDelivery, match="leaves a doubt"):
        split([], header=header, rows=[row, [*make_loan_row(贷款编号="L2"), "元"]])


def test_a_unit_on_the_cover_holds_where_the_sheet_itself_states_none() -> None:
    cover = [("sheet 封面, line 3", "金额单位：万元")]
    assert amounts(split([], far=cover)) == [WAN]
    assert amounts(split([["单位：元"]], far=cover)) == [YUAN]
    assert amounts(split([], far=[("sheet 说明, line 2", "金额以万元为单位")])) == [WAN]
    assert amounts(split([], far=[("sheet 封面, line 4", "（万元）")])) == [WAN]
    assert amounts(split([], far=[("sheet 封面, line 4", "万元通机械有限公司")])) == [YUAN]
    assert amounts(split([], far=[("sheet 说明, line 5", "若以万元填写，请把表头改为合同金额(万元)")])) == [YUAN]


def test_a_headers_own_unit_wins_over_what_is_stated_of_all() -> None:
    header = ["合同金额(元)" if cell == "合同金额" else cell for cell in LOAN_HEADER]
    assert amounts(split([["单位：万元"]], header=header)) == [YUAN]


@pytest.mark.parametrize(
    "lines",
    [
        ["单位 : ￥10,000"],
        ["RMB 10 thousands of thousand"],
        ["金额口径：万"],
        ["数量级：10^4元"],
        ["# amounts in 10"],
        ["Currency: CNY, 10k"],
        ["单位：万元", "单位：元"],
        ["单位：百万"],
        ["余额不足万元的不填"],
        ["单位：万元", "注：金额单位为亿元"],
        ["单位：万元、‰"],
        ["单位：W"],
        ["单位：分"],
        ["in RMB millions"],
        ["單位：萬圓、元"],
    ],
)
def test_units_that_leave_a_doubt_refuse_the_file_and_are_named_with_their_lines(lines: list[str]) -> None:
    with pytest.raises(UnreadableDelivery, match="leaves a doubt") as refusal:
        split([[line] for line in lines])
    assert f"line {len(lines)}: {lines[-1].replace('：', ':')[:2]}" in refusal.value.available
    assert "合同金额" in refusal.value.remedy or "金额(万元)" in refusal.value.remedy


def test_a_row_of_units_that_contradicts_the_header_refuses_the_file() -> None:
    header = ["合同金额(元)" if cell == "合同金额" else cell for cell in LOAN_HEADER]
    units = units_of(合同金额="万元")
    with pytest.raises(UnreadableDelivery, match="leaves a doubt"):
        split([], header=header, rows=[units, make_loan_row()])


def test_what_was_scaled_is_listed_with_its_line_and_comes_back_under_its_unit() -> None:
    cells = split([["单位：万元"]])
    (notice,) = cells.notices
    assert (notice.code, sentences_of(notice)[0][0]) == (
        "unit_beside_table",
        "line 1 states '单位:万元': 合同金额 in 万元, each amount times 10,000",
    )
    assert "合同金额(万元)" in cells.cells.columns
    assert amounts(split([["单位：元"]])) == [YUAN]
    assert list(split([["单位：元"]]).notices) == []


@pytest.mark.parametrize("line", ["币种：美元", "单位：万美元", "币种：USD、EUR"])
def test_a_currency_beside_the_table_refuses_the_rows_that_contradict_it(line: str) -> None:
    accepted = accept_cells(split([[line]], rows=[make_loan_row(), make_loan_row(贷款编号="L2", 币种="USD")]), "loans")
    assert accepted.rows["loan_id"].to_list() == ["L2"]
    assert accepted.rejected.select("source_row", "rule", "column", "value").rows() == [
        (3, "currency_beside_table", "currency", "CNY")
    ]
    assert "line 1" in accepted.rejected["reason"][0]


def test_tonnes_beside_a_table_scale_the_promised_reduction_and_money_its_own() -> None:
    project = make_project(total_investment="500", reported_annual_reduction_tco2="2")
    columns = {"total_investment": "总投资", "reported_annual_reduction_tco2": "年减排量"}
    header = [columns.get(name, name) for name in project]
    rows = [["单位：万元、万吨二氧化碳"], header, texts(list(project.values()))]
    grid = Grid("projects.csv", rows, [1, 2, 3], "项目", is_padded=True)
    (row,) = accept_cells(split_grid(grid, "projects", reference().aliases), "projects").rows.to_dicts()
    assert (row["total_investment"], row["reported_annual_reduction_tco2"]) == (WAN, 20_000.0)


RATES = ["日期", "基准币种", "计价币种", "汇率", "来源"]


def split_rates(line: str, *, header: list[str] = RATES) -> Cells:
    rows = [[line, *[""] * 4], header, ["2025-01-01", "USD", "CNY", "716.25", "外汇局"]]
    return split_grid(Grid("fx.csv", rows, [1, 2, 3], "汇率", is_padded=True), "fx", reference().aliases)


@pytest.mark.parametrize(
    "line", ["单位：人民币/100外币", "人民币汇率中间价（每100外币）", "100外币兑人民币", "per 100 units"]
)
def test_a_line_above_rates_that_speaks_of_a_hundred_units_leaves_a_doubt_unless_the_header_does(line: str) -> None:
    with pytest.raises(UnreadableDelivery, match="speaks of 100 units") as refusal:
        split_rates(line)
    assert refusal.value.available == f"line 1: {line}"
    assert split_rates(line, header=["汇率(每100单位)" if cell == "汇率" else cell for cell in RATES]).cells.height == 1
    assert split_rates("2025年汇率表").cells.height == 1


def test_a_header_that_names_its_own_unit_says_nothing_of_the_other_columns() -> None:
    header, row = [*LOAN_HEADER, "余额(万元)", "担保情况 单位：万元"], [*make_loan_row(), "3", "1"]
    assert amounts(split([], header=header, rows=[row])) == [YUAN]
    assert amounts(split([], header=[*LOAN_HEADER, "单位：万元"])) == [WAN]


TWO_UNITS: Final = [
    ("单位：万元", "注：L1为美元贷款，金额为万美元。"), ("单位：万元", "注：L1为美元贷款。"),
    ("单位：万元", "注：其中第2笔金额为元"), ("单位：万元", "注：金额单位为万美元"),
    ("", "注：L1金额单位：万元"),
    ("", "备注：第1笔以万美元计"),
]  # fmt: skip


@pytest.mark.parametrize(("above", "below"), TWO_UNITS)
def test_a_unit_of_one_row_or_a_second_one_beside_the_stated_refuses_the_sheet(above: str, below: str) -> None:
    """The unit of one loan turned the whole list into 10,000 dollars."""
    with pytest.raises(UnreadableDelivery, match="in which unit") as refusal:
        split([[above]], [[below]], rows=[make_loan_row(), make_loan_row(贷款编号="L2")])
    assert plain(above) in refusal.value.available
    assert plain(below) in refusal.value.available


@pytest.mark.parametrize(
    "below",
    [
        "注：L1原币为美元，已按汇率折算为人民币。",
        "备注：本表不含美元贷款。",
        "注：L1金额单位为万元",
        "注：金额单位为人民币万元",
        "注：L1项目总投资500万美元",
    ],
)
def test_a_note_that_names_no_other_unit_leaves_the_stated_one(below: str) -> None:
    assert amounts(split([["单位：万元"]], [[below]])) == [WAN]


def test_a_day_or_the_only_rows_name_in_a_note_names_no_row_among_others() -> None:
    rows = [make_loan_row(贷款编号="12"), make_loan_row(贷款编号="31")]
    assert amounts(split([], [["注：截至2025年12月31日，金额单位为万元"]], rows=rows)) == [WAN, WAN]
    assert amounts(split([["L1号贷款（单位：万元）"]])) == [WAN]


def test_a_note_that_calls_the_only_loan_one_in_dollars_refuses_the_sheet() -> None:
    with pytest.raises(UnreadableDelivery, match="in which unit"):
        split([["单位：万元"]], [["注：L1为美元贷款。"]])
