"""Where a refused row lies in its sender's own file."""

import json
from typing import Any

import pytest

from flows.published.answers.checked.places import Place, letters, place_of
from tests.makers import reference

ALIASES = reference().aliases


def refused(cells: dict[str, str | None], **named: Any) -> dict[str, Any]:
    row = {"table": "loans", "source_row": 7, "column": None, "value": None}
    return {**row, "row_text": json.dumps(cells), **named}


@pytest.mark.parametrize(("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_a_column_has_the_letters_of_a_spreadsheet(column: int, name: str) -> None:
    assert letters(column) == name


def test_the_column_that_is_wrong_is_found_by_its_header_in_the_senders_words() -> None:
    row = refused({"(column 1)": "", "贷款编号": "1", "合同金额（万元）": "x"}, column="contract_amount", value="x")
    assert place_of(row, ALIASES) == Place(7, [3], "C7", "合同金额（万元）")


def test_a_header_of_the_senders_own_is_found_by_the_value_where_one_cell_has_it() -> None:
    row = refused({"贷款编号": "1", "放款额": "x", "余额": "2"}, column="amount", value="x", table="ledger")
    assert place_of(row, ALIASES) == Place(7, [2], "B7", "放款额")


def test_a_row_that_is_wrong_as_a_whole_has_every_cell_that_is_filled() -> None:
    assert place_of(refused({"贷款编号": "1", "项目编号": None, "币种": "CNY"}), ALIASES) == Place(7, [1, 3])


def test_a_reading_under_a_month_is_the_cell_of_that_month() -> None:
    row = refused({"电站名称": "甲", "单元格": "AB12 980.4"}, table="operating", column="project_id", value="甲")
    assert place_of(row, ALIASES) == Place(12, [28], "AB12", None, "AB12 980.4")
