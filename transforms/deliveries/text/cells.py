"""Delivered text -> typed cells. A cell that cannot be read becomes null and is named as a failure.

Full-width digits, thousands separators and the ways in which Chinese banks write a date are read; nothing is guessed.
A sign that only looks like a digit (①, ², ½) is none.
"""

import datetime as dt
import math
from collections.abc import Callable
from typing import Final

import polars as pl

from schemas.contract import INSTANT_DTYPE, MONEY_DTYPE
from transforms.deliveries.text.folding import folded, like, rewritten
from transforms.deliveries.text.formulas import HELD, HELD_PART, LIVE, SIGNS

LARGEST_MONEY_DIGITS: Final = 15
"""Digits before the decimal point above which an amount is taken for a mistake."""

EARLIEST_YEAR, LATEST_YEAR = 1950, 2150

FAILURES: Final = {
    pl.Date: ("not_a_date", "is not a date; write it as 2025-06-30"),
    pl.Datetime: (
        "not_an_instant",
        "is not a moment; write it as 2025-06-30T09:00:00+08:00 (without zone: Beijing time)",
    ),
    pl.Decimal: (
        "not_money",
        "is not an amount with at most two decimals and 15 digits before; write it as 1500000.00",
    ),
    pl.Float64: ("not_a_number", "is not a number that can be read exactly; write it as 1234.5"),
    pl.Int64: ("not_a_whole_number", "is not a whole number"),
    pl.Boolean: ("not_true_or_false", "is neither true nor false"),
}
"""Type to the rule that an unreadable cell breaks and the words for the sender."""

_UNTIDY: Final = r"^$|^[\s'=]|\s$"
_NUMBER: Final = r"^[+-]?([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?$"
_SIGNED_ZERO: Final = r"^-[0.,]*0[0.,]*$"
_SOME_DIGIT: Final = r"^[+-]?[0.,]*[1-9]"
SMALLEST: Final = 1e-300
"""Nearer to zero a float loses digits, and then becomes zero."""

_PLAIN_NUMBER: Final = r"^[0-9]{1,15}(\.[0-9]{1,6})?$"
_PLAIN_DATE: Final = r"^\d{4}-\d{2}-\d{2}$"
_PLAIN_INSTANT: Final = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$"
_DATE: Final = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?$"
_COMPACT_DATE: Final = r"^(\d{4})(\d{2})(\d{2})$"
_EXCEL_SERIAL: Final = r"^(\d{5})(?:\.0+)?$"
_EXCEL_MOMENT: Final = r"^(\d{5})(\.\d+)?$"
_COMPACT_MOMENT: Final = r"^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$"
SECONDS_A_DAY: Final = 86_400
EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar (its 29 February 1900 never was, so serials from March 1900 on fit)."""

_LOCAL_INSTANT: Final = r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?$"
_ZONED_INSTANT: Final = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)$"


def tidy(column: str) -> pl.Expr:
    """Return the text without blanks around it; an empty cell is null.

    An apostrophe before what a spreadsheet would take for a formula or number keeps it a text and is not part of it,
    and neither is the formula ="00123", with which a CSV keeps an id from becoming a number.
    """
    return rewritten(pl.col(column), like(_UNTIDY), _tidied)


def _tidied(text: pl.Expr) -> pl.Expr:
    sent = text.str.strip_chars()
    is_held = sent.str.contains(HELD) & ~sent.str.contains(LIVE)
    parts = sent.str.strip_prefix("'").str.replace_all(HELD_PART, "$1$2")
    stripped = pl.when(is_held).then(parts).otherwise(sent).str.replace(rf"^'([{SIGNS}]|\d+$)", "$1")
    stripped = stripped.str.replace(r'^="([^"]*)"$', "$1").str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def read_cell(text: pl.Expr, dtype: pl.DataType, scale: int = 1) -> pl.Expr:
    """Return the text as the type, null where it cannot be read; money is multiplied by the header's scale."""
    readers = {
        pl.Date: _date,
        pl.Datetime: _instant,
        pl.Int64: _whole,
        pl.Boolean: _truth,
    }
    plain = folded(text).str.strip_chars()
    if isinstance(dtype, pl.Decimal):
        return _money(plain, scale)
    if dtype == pl.Float64:
        return _number(plain) * scale
    reader = readers.get(dtype.base_type())
    return reader(plain) if reader else text


def _quickly(
    text: pl.Expr,
    plain: str,
    spell: Callable[[pl.Expr], pl.Expr],
    long: Callable[[pl.Expr], pl.Expr],
    dtype: pl.DataType,
) -> pl.Expr:
    """Return what the long way reads; the plain spelling, which most cells have, needs a hundredth of its time.

    Both read the plain spelling alike. Cells of any other one are read the long way, each text once.
    """

    def read(cells: pl.Series) -> pl.Series:
        cell = pl.col(cells.name)
        quick = cells.to_frame().select(spell(pl.when(cell.str.contains(plain)).then(cell)).cast(dtype)).to_series()
        if quick.null_count() == cells.null_count():
            return quick
        others = cells.filter(quick.is_null()).drop_nulls().unique()
        slow = others.to_frame().select(long(cell).cast(dtype)).to_series()
        return quick.fill_null(cells.replace_strict(others, slow, default=None, return_dtype=dtype))

    return text.map_batches(read, return_dtype=dtype, is_elementwise=True)


def _date(text: pl.Expr) -> pl.Expr:
    return _quickly(text, _PLAIN_DATE, _plain_date, _any_date, pl.Date())


def _plain_date(text: pl.Expr) -> pl.Expr:
    return _in_our_time(text.str.to_date("%Y-%m-%d", strict=False))


def _any_date(text: pl.Expr) -> pl.Expr:
    day = pl.coalesce(_spelled(text, _DATE), _spelled(text, _COMPACT_DATE), _serial(text))
    return _in_our_time(day)


def _in_our_time(moment: pl.Expr) -> pl.Expr:
    return pl.when(moment.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(moment)


def _spelled(text: pl.Expr, pattern: str) -> pl.Expr:
    parts = text.str.extract_groups(pattern).struct
    spelled = pl.format("{}-{}-{}", parts[0], parts[1].str.zfill(2), parts[2].str.zfill(2))
    return spelled.str.to_date("%Y-%m-%d", strict=False)


def _serial(text: pl.Expr) -> pl.Expr:
    days = text.str.extract(_EXCEL_SERIAL).cast(pl.Int32, strict=False)
    return pl.lit(EXCEL_EPOCH) + pl.duration(days=days)


def _instant(text: pl.Expr) -> pl.Expr:
    return _quickly(text, _PLAIN_INSTANT, _plain_instant, _any_instant, INSTANT_DTYPE)


def _plain_instant(text: pl.Expr) -> pl.Expr:
    return _in_our_time(text.str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_zone="UTC", strict=False))


def _any_instant(text: pl.Expr) -> pl.Expr:
    """A moment without a zone is Beijing time: the senders are Chinese banks."""
    text = text.str.replace(_COMPACT_MOMENT, "$1-$2-$3 $4:$5:$6")
    dashed = text.str.replace(r"^(\d{4})[/年.](\d{1,2})[/月.](\d{1,2})日?", "$1-$2-$3").str.replace(
        r"^(\d{4})(\d{2})(\d{2})(?:$|[ T])", "$1-$2-$3 "
    )
    text = dashed.str.replace(r"^(\d{4})-(\d)-", "$1-0$2-").str.replace(r"^(\d{4}-\d{2})-(\d)( |T|$)", "$1-0$2$3")
    text = text.str.strip_chars().str.replace(r"[ T](\d):", " 0$1:")
    text = text.str.replace(r"(:\d{2}(?:\.\d+)?)([+-]\d{2})$", "$1$2:00")
    padded = text.str.replace(" ", "T", literal=True).str.replace("Z", "+00:00", literal=True)
    local = pl.when(text.str.contains(_LOCAL_INSTANT)).then(_complete(padded) + "+08:00")
    zoned = pl.when(text.str.contains(_ZONED_INSTANT)).then(
        _complete(padded.str.extract(r"^(.*)[+-]\d{2}:?\d{2}$")) + padded.str.extract(r"([+-]\d{2}:?\d{2})$")
    )
    moment = pl.coalesce(local, zoned, _serial_moment(text)).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%.f%z", time_zone="UTC", strict=False
    )
    return _in_our_time(moment)


def _serial_moment(text: pl.Expr) -> pl.Expr:
    """A spreadsheet's day number with its fraction of a day, to the second, as Beijing time."""
    parts = text.str.extract_groups(_EXCEL_MOMENT).struct
    seconds = (parts[1].fill_null("0").cast(pl.Float64, strict=False) * SECONDS_A_DAY).round().cast(pl.Int64)
    day = pl.lit(EXCEL_EPOCH).cast(pl.Datetime("us")) + pl.duration(days=parts[0].cast(pl.Int32, strict=False))
    return (day + pl.duration(seconds=seconds)).dt.to_string("%Y-%m-%dT%H:%M:%S+08:00")


def _complete(text: pl.Expr) -> pl.Expr:
    """Add the time parts that were left out."""
    return (
        pl.when(text.str.len_chars() == len("2025-06-30"))
        .then(text + "T00:00:00")
        .when(text.str.len_chars() == len("2025-06-30T09:00"))
        .then(text + ":00")
        .otherwise(text)
    )


def _money(text: pl.Expr, scale: int) -> pl.Expr:
    """Exact: no float is involved, so 10,000-yuan amounts keep every fen."""
    power = round(math.log10(scale))
    digits, decimals = LARGEST_MONEY_DIGITS - power, 2 + power

    def exact(plain: pl.Expr) -> pl.Expr:
        return plain.cast(pl.Decimal(38, decimals), strict=False) * pl.lit(scale).cast(pl.Decimal(38, 0))

    def any_money(text: pl.Expr) -> pl.Expr:
        plain = text.str.replace_all(",", "", literal=True).str.replace(r"(\.\d*?)0+$", "$1").str.replace(r"\.$", "")
        readable = (
            text.str.contains(_NUMBER)
            & ~text.str.contains(_SIGNED_ZERO)
            & plain.str.contains(rf"^[+-]?\d{{1,{digits}}}(\.\d{{1,{decimals}}})?$")
        )
        return exact(pl.when(readable).then(plain))

    return _quickly(text, rf"^[0-9]{{1,{digits}}}(\.[0-9]{{1,{decimals}}})?$", exact, any_money, MONEY_DTYPE)


def _number(text: pl.Expr) -> pl.Expr:
    return _quickly(text, _PLAIN_NUMBER, _plain_number, _any_number, pl.Float64())


def _plain_number(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Float64, strict=False)


def _any_number(text: pl.Expr) -> pl.Expr:
    number = pl.when(text.str.contains(_NUMBER)).then(text.str.replace_all(",", "", literal=True))
    value = number.cast(pl.Float64, strict=False)
    is_lost = (value.abs() < SMALLEST) & (text.str.contains(_SOME_DIGIT) | text.str.contains(_SIGNED_ZERO))
    return pl.when(value.is_finite() & ~is_lost).then(value)


def _whole(text: pl.Expr) -> pl.Expr:
    return (
        pl.when(text.str.contains(r"^\d{1,9}(\.0+)?$")).then(text.str.extract(r"^(\d+)")).cast(pl.Int64, strict=False)
    )


def _truth(text: pl.Expr) -> pl.Expr:
    word = text.str.to_lowercase()
    return (
        pl.when(word.is_in(["true", "t", "1", "yes", "y", "是"]))
        .then(True)
        .when(word.is_in(["false", "f", "0", "no", "n", "否"]))
        .then(False)
    )
