"""Rounding and printing of figures, as arithmetic a reviewer can redo."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from reports import numbers


@pytest.mark.parametrize(
    ("cny", "printed"),
    [
        ("128450000.00", "12,845.00"),
        ("49.99", "0.00"),
        ("50.00", "0.01"),
        ("150.00", "0.02"),
        ("12345678901234567890123456789012.50", "1,234,567,890,123,456,789,012,345,678.90"),
        ("-128450050.00", "-12,845.01"),
    ],
)
def test_money_is_printed_in_wan_half_up(cny: str, printed: str) -> None:
    assert numbers.money_wan(Decimal(cny)) == printed


@pytest.mark.parametrize(
    ("amount", "printed"),
    [(0.125, "0.13"), (2.675, "2.68"), (1.005, "1.01"), (0.135, "0.14"), (1234567.891, "1,234,567.89"), (1e21, None)],
)
def test_a_tie_in_the_printed_digits_goes_up_although_its_binary_float_lies_below(
    amount: float, printed: str | None
) -> None:
    assert numbers.tonnes(amount) == (printed or "1,000,000,000,000,000,000,000.00")


def test_a_negative_tie_goes_away_from_zero_and_keeps_a_plain_hyphen() -> None:
    assert numbers.tonnes(-312.455) == "-312.46"
    assert numbers.headline_tonnes(-0.5) == "-1"


def test_nothing_is_printed_as_minus_zero() -> None:
    assert numbers.tonnes(-0.004) == "0.00"
    assert numbers.headline_tonnes(-0.0) == "0"


def test_a_missing_figure_is_a_dash_and_never_a_zero() -> None:
    printers: list[Callable[[None], str]] = [
        numbers.money_wan,
        numbers.rate,
        numbers.tonnes,
        numbers.headline_tonnes,
        numbers.per_cent,
        numbers.factor,
        numbers.count,
    ]
    assert {printer(None) for printer in printers} == {"—"}
    assert numbers.tonnes(0.0) == "0.00"


def test_a_figure_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="nan is not a figure"):
        numbers.tonnes(float("nan"))


def test_a_rate_has_two_decimals_and_a_headline_none() -> None:
    assert numbers.rate(3.125) == "3.13"
    assert numbers.headline_tonnes(66742.5) == "66,743"


def test_a_share_is_printed_as_per_cent() -> None:
    assert numbers.per_cent(0.24358974359) == "24.36%"
    assert numbers.per_cent(0.28005) == "28.01%"
    assert numbers.per_cent(1.0) == "100.00%"


@pytest.mark.parametrize(
    ("value", "printed"), [(0.5836, "0.5836"), (25.0, "25"), (1e-05, "0.00001"), (56.1, "56.1"), (26_344.0, "26344")]
)
def test_a_factor_keeps_the_digits_it_was_published_with(value: float, printed: str) -> None:
    assert numbers.factor(value) == printed


def test_a_count_has_thousands_separators() -> None:
    assert numbers.count(48211) == "48,211"


@pytest.mark.parametrize("printed", [numbers.tonnes(-1234567.891), numbers.money_wan(Decimal("-98765432.10"))])
def test_a_printed_number_can_be_parsed_back(printed: str) -> None:
    assert Decimal(printed.replace(",", "")) < 0
