"""The parts that documents of every kind print alike."""

import datetime as dt

import polars as pl

from reports import numbers
from reports.codes import Column
from reports.house.lines import AS_SENT, attachments, code_list, day, method_line, printable_rows
from reports.house.printed import MethodNote


def test_a_row_is_printable_and_keeps_what_was_sent_for_its_code() -> None:
    (row,) = printable_rows(pl.DataFrame({"name": ["\U0001f33e麦田"], "value": [1.5]}))
    assert row[AS_SENT]["name"] == "\U0001f33e麦田"
    assert row["name"] != row[AS_SENT]["name"]
    assert row["value"] == 1.5


def test_a_day_that_is_not_known_is_a_dash() -> None:
    assert (day(dt.date(2025, 12, 31)), day(None)) == ("2025-12-31", "—")


def test_an_attached_table_has_every_row_unrounded_behind_a_byte_order_mark() -> None:
    (one,) = attachments(factors=pl.DataFrame({"value": [0.30000000000000004]}))
    assert (one.name, one.text) == ("factors.csv", "\ufeffvalue\n0.30000000000000004\n")


def test_a_method_is_in_the_documents_language() -> None:
    note = MethodNote("m", "供汽", "Steam", "ER = A", "边界", "boundary", "2025", "修订", "revised")
    assert [method_line(note, lang).title for lang in ("zh", "en")] == ["供汽", "Steam"]
    assert method_line(note, "en").edition_title == "revised"


def test_a_list_of_codes_names_its_columns_by_their_letters() -> None:
    columns = {"count": Column("A", "", numbers.count), "tonnes": Column("C", "tCO2e")}
    made = code_list("rows", columns, [("合计", "K3F-9XW-TPM")], {"count": "项目数", "tonnes": "吨"})
    assert made.columns == (("A", "项目数"), ("C", "吨"))
    assert made.rows == (("合计", "K3F-9XW-TPM"),)


def test_a_column_writes_a_range_and_drops_the_sign_where_it_has_none() -> None:
    assert Column("A", "tCO2e").written([1.005, -2.0]) == "1.01 – -2.00"
    assert Column("A", "tCO2e", has_sign=False).written([-2.0]) == "2.00"
    assert Column("A", "tCO2e").written([None]) == "—"
