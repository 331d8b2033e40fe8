"""The only rounding in the project: how money, rates, tonnes, shares, factors and moments are printed."""

import datetime as dt
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

MISSING: Final = "—"
"""What is printed where there is no figure; a missing figure is never printed as 0."""

TONNES_PLACES: Final = 2
"""Decimals of tonnes in tables."""

BEIJING: Final = dt.timezone(dt.timedelta(hours=8))

_FEN_WIDE: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_WAN: Final = -4
_MILLION: Final = -6

FACTOR_DIGITS: Final = Context(prec=10, rounding=ROUND_HALF_UP)
"""More digits than any published factor has, fewer than a float's noise."""


def _exact(value: float) -> Decimal:
    """Return the shortest decimal that reads back as `value`: the digits a reader sees in the CSV."""
    exact = Decimal(repr(value))
    if not exact.is_finite():
        raise ValueError(f"{value} is not a figure: a figure that does not exist is None")
    return exact


def _fixed(value: Decimal, places: int) -> str:
    """Return `value` half up (ties away from zero) to `places`, thousands separated; never a negative zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_FEN_WIDE)
    return f"{rounded.copy_abs() if rounded.is_zero() else rounded:,f}"


def money_wan(cny: Decimal | None) -> str:
    """Return an amount in CNY as 万元 (CNY 10,000) with 2 decimals."""
    return MISSING if cny is None else _fixed(cny.scaleb(_WAN, context=_FEN_WIDE), 2)


def money_million(cny: Decimal | None) -> str:
    """Return an amount in CNY as millions with 2 decimals."""
    return MISSING if cny is None else _fixed(cny.scaleb(_MILLION, context=_FEN_WIDE), 2)


def rate(pct: float | None) -> str:
    """Return a rate in per cent with 2 decimals, without the sign %."""
    return MISSING if pct is None else _fixed(_exact(pct), 2)


def tonnes(amount: float | None) -> str:
    """Return tonnes with 2 decimals, as tables print them."""
    return MISSING if amount is None else _fixed(_exact(amount), TONNES_PLACES)


def signed_tonnes(amount: float) -> str:
    """Return tonnes as in tables, what is more than nothing with its sign too."""
    return f"+{tonnes(amount)}" if amount > 0 else tonnes(amount)


def headline_tonnes(amount: float | None) -> str:
    """Return whole tonnes, as headlines and charts print them."""
    return MISSING if amount is None else _fixed(_exact(amount), 0)


def per_cent(ratio: float | None) -> str:
    """Return a fraction (1 is the whole) as per cent with 2 decimals and the sign %."""
    return MISSING if ratio is None else f"{_fixed(_exact(ratio).scaleb(2), 2)}%"


def factor(value: float | None) -> str:
    """Return a factor as it was published; of a derived one the 10 leading digits. No exponent."""
    if value is None:
        return MISSING
    leading = FACTOR_DIGITS.create_decimal(_exact(value))
    return f"{leading.normalize() if leading else Decimal(0):f}"


def count(number: int | None) -> str:
    """Return a number of things, thousands separated."""
    return MISSING if number is None else f"{number:,}"


def read(printed: str) -> float | None:
    """Return the number that a printed text is; None where it is none, as a missing figure or a range."""
    try:
        return float(printed.replace(",", "").removesuffix("%"))
    except ValueError:
        return None


def moment(instant: dt.datetime | None) -> str:
    """Return a moment by the clock of Beijing, to the second."""
    return MISSING if instant is None else f"{instant.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
