"""Grids of text -> one table's cells: headers under titles, total rows apart, ragged lines named."""

import json
import time

import pytest

from schemas.errors import UnreadableDelivery
from tests.makers import reference
from transforms.deliveries.tables.split import Grid, split_grid, table_of

HEADER = ["贷款编号", "项目编号", "贷款银行", "币种", "合同金额（万元）"]
LOAN = ["L-1", "P-1", "工商银行", "CNY", "100"]


def make_grid(*rows: list[str], sheet: str | None = None, is_padded: bool = False) -> Grid:
    return Grid("loans.csv", list(rows), list(range(1, len(rows) + 1)), sheet=sheet, is_padded=is_padded)


def test_the_header_is_found_under_title_rows_and_rows_keep_their_own_numbers() -> None:
    cells = split_grid(make_grid(["2025年贷款表"], ["单位:万元", ""], HEADER, LOAN), "loans", reference().aliases)
    assert cells.header == HEADER
    assert cells.cells["source_row"].to_list() == [4]


@pytest.mark.parametrize("word", ["合计", " 合 计 ", "小计", "总计:", "Total", "SUBTOTAL"])
def test_a_total_row_is_not_a_row(word: str) -> None:
    cells = split_grid(make_grid(HEADER, LOAN, [word, "", "", "", "100"]), "loans", reference().aliases)
    assert cells.cells.height == 1
    assert cells.totals["source_row"].to_list() == [3]


def test_a_loan_whose_borrower_is_called_total_stays_a_row() -> None:
    cells = split_grid(make_grid(HEADER, ["L-1", "合计", "工商银行", "CNY", "1"]), "loans", reference().aliases)
    assert cells.cells.height == 1
    assert cells.totals.is_empty()


def test_a_row_that_begins_with_a_project_called_total_stays_a_row() -> None:
    turned = [["贷款银行", "贷款编号", "项目编号", "币种"], ["Total", "001", "P-1", "CNY"], ["Total", "1", "", ""]]
    cells = split_grid(make_grid(*turned), "loans", reference().aliases)
    assert cells.cells["source_row"].to_list() == [2]
    assert cells.totals["source_row"].to_list() == [3]


def test_a_total_row_with_counts_under_the_ids_is_not_a_row() -> None:
    cells = split_grid(
        make_grid(["序号", *HEADER], ["1", *LOAN], ["合计", "1", "1", "", "", "100"]), "loans", reference().aliases
    )
    assert cells.totals["source_row"].to_list() == [3]


def test_empty_lines_are_not_rows() -> None:
    cells = split_grid(make_grid(HEADER, ["", " ", "", "", ""], LOAN), "loans", reference().aliases)
    assert cells.cells["source_row"].to_list() == [3]


def test_a_line_with_too_many_or_too_few_fields_is_named_and_kept_apart() -> None:
    cells = split_grid(make_grid(HEADER, [*LOAN, "extra"], LOAN[:3], LOAN), "loans", reference().aliases)
    assert cells.misshapen["source_row"].to_list() == [2, 3]
    assert cells.misshapen["reason"][0] == "6 fields under 5 headers"
    assert cells.cells.height == 1


def test_empty_fields_beyond_the_header_do_not_count() -> None:
    cells = split_grid(make_grid([*HEADER, "", ""], [*LOAN, "", ""]), "loans", reference().aliases)
    assert cells.misshapen.is_empty()


def test_a_workbook_fills_its_short_rows_itself() -> None:
    cells = split_grid(make_grid(HEADER, LOAN[:4], is_padded=True), "loans", reference().aliases)
    assert cells.misshapen.is_empty()


def test_two_columns_with_one_header_are_refused() -> None:
    with pytest.raises(UnreadableDelivery, match="same header"):
        split_grid(make_grid(["loan_id", "loan_id"], ["1", "2"]), "loans", reference().aliases)


def test_two_headers_that_differ_in_the_width_of_their_letters_are_one() -> None:
    with pytest.raises(UnreadableDelivery, match="the same header"):
        split_grid(make_grid(["合同金额（万元）", "合同金额(万元)"], ["1", "1"]), "loans", reference().aliases)


def test_a_grid_without_anything_is_refused() -> None:
    with pytest.raises(UnreadableDelivery, match="nothing"):
        split_grid(make_grid(), "loans", reference().aliases)


def test_a_sheet_is_named_by_itself_and_a_single_one_by_its_file() -> None:
    aliases = reference().aliases
    assert table_of(make_grid(HEADER, sheet="台账"), "night", aliases, is_alone=False) == "ledger"
    assert table_of(make_grid(HEADER, sheet="Sheet1"), "loans_2025", aliases, is_alone=True) == "loans"
    assert table_of(make_grid(HEADER, sheet="Sheet2"), "loans_2025", aliases, is_alone=False) is None


def test_a_sheet_as_wide_as_sheets_can_be_is_read_at_once() -> None:
    wide = [""] * 65_536
    rows = [[*row, *wide] for row in (["2025年贷款表"], HEADER, LOAN)]
    started = time.process_time()
    cells = split_grid(make_grid(*rows, is_padded=True), "loans", reference().aliases)
    assert time.process_time() - started < 2
    assert (cells.header[0], cells.cells.height) == ("贷款编号", 1)


def test_a_header_of_more_columns_than_any_table_has_is_refused() -> None:
    with pytest.raises(UnreadableDelivery, match="1,006 columns"):
        split_grid(make_grid([*HEADER, *map(str, range(1001))]), "loans", reference().aliases)


def test_a_ragged_line_keeps_its_cells_under_the_senders_headers() -> None:
    cells = split_grid(make_grid(HEADER, [*LOAN, "extra"], LOAN[:3]), "loans", reference().aliases)
    long, short = (json.loads(text) for text in cells.misshapen["row_text"])
    assert (long["贷款编号"], long["(field 6)"]) == ("L-1", "extra")
    assert (short["贷款银行"], short["币种"]) == ("工商银行", None)
