"""A cell is read exactly as written, or it has no value at all."""

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contract import INSTANT_DTYPE, MONEY_DTYPE
from transforms.deliveries.text.cells import read_cell, tidy


def read(text: str | None, dtype: Any, scale: int = 1) -> Any:
    return pl.select(read_cell(pl.lit(text, pl.String), dtype, scale)).item()


def test_a_date_is_read_as_the_day_it_names() -> None:
    assert read("2025-06-30", pl.Date()) == dt.date(2025, 6, 30)


def test_midnight_after_a_date_adds_nothing_to_it() -> None:
    assert read("2025-06-30 00:00:00", pl.Date()) == dt.date(2025, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2025/6/30",
        "2025.06.30",
        "2025年6月30日",
        "20250630",
        "45838",
        "45838.0",
        "２０２５-０６-３０",
        "2025-6-30 0:00",
    ],
)
def test_a_day_is_read_in_each_way_that_banks_and_spreadsheets_write_it(text: str) -> None:
    assert read(text, pl.Date()) == dt.date(2025, 6, 30)


def test_a_column_of_many_spellings_is_read_cell_by_cell() -> None:
    dates = ["2025-06-30", None, "2025/6/30", "2025-02-30", "", "45838", "1949-12-31", "2025/6/30"]
    moments = ["2025-06-30T09:00:00+08:00", None, "2025-06-30 09:00", "2025-06-30T25:00:00+08:00", "45838.5", "x"]
    for texts, dtype in ((dates, pl.Date()), (moments, INSTANT_DTYPE)):
        column = pl.DataFrame({"text": texts}).select(read_cell(pl.col("text"), dtype)).to_series()
        assert column.to_list() == [read(text, dtype) for text in texts]


@pytest.mark.parametrize(
    "text", ["2025-02-30", "30/06/2025", "6/30/2025", "45838.5", "99999", "4583", "2025-06-30 09:00", "0225-06-30"]
)
def test_what_is_not_a_calendar_day_is_not_a_date(text: str) -> None:
    assert read(text, pl.Date()) is None


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-06-30T09:00:00+08:00", "2025-06-30T01:00:00"),
        ("2025-06-30T09:00:00+0800", "2025-06-30T01:00:00"),
        ("2025-06-30T09:00:00Z", "2025-06-30T09:00:00"),
        ("2025-06-30T09:00-03:30", "2025-06-30T12:30:00"),
        ("2025-06-30 09:00:00.5+08:00", "2025-06-30T01:00:00.500000"),
    ],
)
def test_a_moment_with_a_zone_is_that_moment_in_utc(text: str, utc: str) -> None:
    assert read(text, INSTANT_DTYPE) == dt.datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-06-30T09:00:00", "2025-06-30T01:00:00"),
        ("2025-06-30 09:00", "2025-06-30T01:00:00"),
        ("2025-06-30", "2025-06-29T16:00:00"),
        ("20250630090510", "2025-06-30T01:05:10"),
        ("2025/6/30 9:05", "2025-06-30T01:05:00"),
        ("45838", "2025-06-29T16:00:00"),
        ("45838.375", "2025-06-30T01:00:00"),
        ("45838.3785879630", "2025-06-30T01:05:10"),
        ("４５８３８", "2025-06-29T16:00:00"),
    ],
)
def test_a_moment_without_a_zone_is_beijing_time(text: str, utc: str) -> None:
    assert read(text, INSTANT_DTYPE) == dt.datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    "text", ["2025-06-30T25:00:00", "yesterday", "1751245200", "2025-06-30T09:00:00 CST", "20250630096010", "99999.5"]
)
def test_what_names_no_moment_is_not_an_instant(text: str) -> None:
    assert read(text, INSTANT_DTYPE) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1500000.00", "1500000.00"),
        ("1,500,000.5", "1500000.50"),
        ("0.07", "0.07"),
        ("12", "12.00"),
        ("-3.10", "-3.10"),
        ("+3.10", "3.10"),
        ("100.000", "100.00"),
        ("999999999999999.99", "999999999999999.99"),
    ],
)
def test_money_is_exact_to_the_fen(text: str, amount: str) -> None:
    assert read(text, MONEY_DTYPE) == Decimal(amount)


@pytest.mark.parametrize("text", ["1.005", "NaN", "inf", "-inf", "1e6", "1,50,000", "12 yuan", "1.2.3", "9" * 16])
def test_what_is_not_an_amount_with_at_most_two_decimals_is_not_money(text: str) -> None:
    assert read(text, MONEY_DTYPE) is None


def test_ten_thousands_of_yuan_keep_every_fen() -> None:
    assert read("1234.567891", MONEY_DTYPE, 10_000) == Decimal("12345678.91")


def test_a_seventh_decimal_of_ten_thousand_yuan_would_be_less_than_a_fen_and_is_refused() -> None:
    assert read("1234.5678912", MONEY_DTYPE, 10_000) is None


def test_hundred_millions_of_yuan_keep_every_fen() -> None:
    assert read("1.1234567891", MONEY_DTYPE, 100_000_000) == Decimal("112345678.91")


@given(st.integers(min_value=0, max_value=10**15))
def test_every_amount_in_fen_comes_back_the_same_through_ten_thousands(fen: int) -> None:
    amount = Decimal(fen).scaleb(-2)
    assert read(f"{amount.scaleb(-4):f}", MONEY_DTYPE, 10_000) == amount


@pytest.mark.parametrize(
    ("text", "value"), [("1234.5", 1234.5), ("1,234.5", 1234.5), ("-0.5", -0.5), ("1.5e3", 1500.0)]
)
def test_a_number_is_read_with_or_without_thousands_separators(text: str, value: float) -> None:
    assert read(text, pl.Float64()) == value


@pytest.mark.parametrize("text", ["NaN", "nan", "inf", "-Infinity", "1e999", "1,2345", "0x10", "12%", "一百"])
def test_what_is_not_a_finite_number_is_refused(text: str) -> None:
    assert read(text, pl.Float64()) is None


@pytest.mark.parametrize(("text", "value"), [("2", 2), ("2.0", 2), ("2.5", None), ("-1", None), ("two", None)])
def test_a_whole_number_has_no_fraction_and_no_sign(text: str, value: int | None) -> None:
    assert read(text, pl.Int64()) == value


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("是", True), ("0", False), ("否", False), ("maybe", None)]
)
def test_true_and_false_are_read_in_both_languages(text: str, value: bool | None) -> None:
    assert read(text, pl.Boolean()) is value


@pytest.mark.parametrize("dtype", [pl.Date(), INSTANT_DTYPE, MONEY_DTYPE, pl.Float64(), pl.Int64(), pl.Boolean()])
def test_an_empty_cell_is_not_a_value_and_never_a_zero(dtype: Any) -> None:
    assert read(None, dtype) is None


def test_blanks_around_a_cell_do_not_count_and_a_blank_cell_is_empty() -> None:
    cells = pl.DataFrame({"cell": ["  12 ", "   ", "", "\t7\n"]})
    assert cells.select(tidy("cell")).to_series().to_list() == ["12", None, None, "7"]
