"""Foreign money in yuan: the last trading day's rate, or none; never 1."""

import polars as pl
import pytest

from tests.makers import Row, day, make_rate, typed
from transforms.money.exchange import rates_at, rates_on


def dollar_on(date: str, rates: list[Row]) -> float | None:
    value: float | None = rates_at(day(date), pl.Series(["USD"]), typed("fx", rates), 10)["rate_to_cny"].item()
    return value


FRIDAY = make_rate(date="2024-12-27", rate="7.25")


def test_the_rate_of_the_day_counts_if_the_day_was_traded() -> None:
    assert dollar_on("2024-12-27", [FRIDAY, make_rate(date="2024-12-26", rate="7.20")]) == 7.25


def test_on_a_sunday_the_rate_of_friday_counts() -> None:
    assert dollar_on("2024-12-29", [FRIDAY]) == 7.25


def test_a_rate_of_the_following_day_does_not_count_however_near() -> None:
    assert dollar_on("2024-12-26", [FRIDAY]) is None


def test_ten_days_are_near_enough_and_eleven_are_not() -> None:
    assert dollar_on("2025-01-06", [FRIDAY]) == 7.25
    assert dollar_on("2025-01-07", [FRIDAY]) is None


def test_a_currency_without_any_rate_has_no_rate_and_not_1() -> None:
    assert dollar_on("2024-12-29", [make_rate(base="EUR")]) is None


def test_a_rate_against_another_currency_than_the_yuan_is_of_no_use() -> None:
    assert dollar_on("2024-12-29", [make_rate(quote="EUR", date="2024-12-27")]) is None


def test_the_yuan_is_worth_one_yuan_on_any_day() -> None:
    assert rates_at(day("2030-01-01"), pl.Series(["CNY", None]), typed("fx", []), 10).rows() == [("CNY", 1.0)]


def test_each_day_takes_its_own_rate() -> None:
    days = pl.DataFrame(
        {"currency": ["USD", "USD", "CNY"], "date": [day("2024-12-31"), day("2024-12-27"), day("2024-12-27")]}
    )
    rates = typed("fx", [FRIDAY, make_rate(date="2024-12-31", rate="7.30")])
    rows = rates_on(days, rates, 10).sort("date", "currency").select("currency", "rate_to_cny").rows()
    assert rows == [("CNY", 1.0), ("USD", 7.25), ("USD", pytest.approx(7.3))]
