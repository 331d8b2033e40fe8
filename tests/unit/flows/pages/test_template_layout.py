"""The template of a delivery shows what is read: headers, needs, drop-downs, and how many lines a text takes."""

import tomllib
from functools import cache

import pytest

from flows.pages.template_layout import Column, Layout, Sheet, layout, lines_of
from flows.pages.templates import WORDS
from schemas.deliveries import DELIVERIES, EVENT_EFFECTS, WORKED_OUT_COLUMNS
from tests.makers import reference


@cache
def plan() -> Layout:
    return layout(reference(), tomllib.loads(WORDS.read_text(encoding="utf-8")))


def sheet(table: str) -> Sheet:
    return plan().sheets[list(DELIVERIES).index(table)]


def column(table: str, name: str) -> Column:
    return next(one for one in sheet(table).columns if one.name == name)


@pytest.mark.parametrize(
    ("cells", "lines"),
    [(["12345678"], 1), (["123456789"], 2), (["一二三四"], 1), (["一二三四五"], 2), (["", "1"], 1)],
)
def test_a_chinese_character_takes_two_columns_and_two_are_left_free(cells: list[str], lines: int) -> None:
    """Of 10 columns 8 are written in: 8 letters or 4 characters."""
    assert lines_of(cells, [10] * len(cells)) == lines


def test_each_table_has_a_sheet_with_its_columns_but_for_those_that_are_worked_out() -> None:
    for table, contract in DELIVERIES.items():
        delivered = [name for name in contract.columns() if name not in WORKED_OUT_COLUMNS]
        assert [one.name for one in sheet(table).columns] == delivered, table


def test_a_header_of_the_template_is_one_that_is_read() -> None:
    for table in DELIVERIES:
        for one in sheet(table).columns:
            assert reference().aliases.columns[table][one.header] == one.name


def test_what_must_be_filled_in_says_so() -> None:
    assert column("loans", "loan_id").need == "必填 required"
    assert column("ledger", "amount").need.startswith("必填 required（删除报文除外")
    assert column("projects", "commissioning_date").need == "可空 may be empty"


def test_a_closed_list_offers_what_is_accepted_and_nothing_else() -> None:
    events = column("ledger", "event").choices
    assert events is not None
    assert (events.values, events.is_closed) == (tuple(EVENT_EFFECTS), True)


def test_a_list_that_several_columns_have_is_written_once() -> None:
    assert column("loans", "currency").choices == column("ledger", "currency").choices
    assert len(plan().lists) == len(set(plan().lists))
