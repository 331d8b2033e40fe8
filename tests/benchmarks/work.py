"""The fixed work, whoever does it: accepted rows as Parquet -> loan months, project months and attributed reductions.

The rule is the daily average balance over the total investment, the shares of a project capped at 1, for every quarter
and year. A form of the work takes the folder of accepted rows and returns three tables:

loan_months          loan_id, month_start_date, opening_fen, closing_fen, average_balance, disbursed_fen, repaid_fen
project_months       project_id, month_start_date, the three terms and what they leave, of the months with a figure
attributed           period, loan_id, the project's reductions, the raw and the used share, and their product, for
                     every loan with a balance or an entry in the period
"""

import calendar
import datetime as dt
from typing import Final

import polars as pl

FIRST_DAY: Final = dt.date(2023, 1, 1)
LAST_DAY: Final = dt.date(2025, 12, 31)
LOAN_MONTHS, PROJECT_MONTHS, ATTRIBUTED = "loan_months", "project_months", "attributed"
Done = dict[str, pl.DataFrame]
KEYS: Final = {
    LOAN_MONTHS: ["loan_id", "month_start_date"],
    PROJECT_MONTHS: ["project_id", "month_start_date"],
    ATTRIBUTED: ["period", "loan_id"],
}
LAST: Final = LAST_DAY.isoformat()
YEARS: Final = range(FIRST_DAY.year, LAST_DAY.year + 1)
TOLERANCE: Final = 1e-9


def _last_of(year: int, month: int) -> str:
    return dt.date(year, month, calendar.monthrange(year, month)[1]).isoformat()


PERIODS: Final[tuple[tuple[str, str, str], ...]] = (
    *((f"{y}Q{q}", f"{y}-{3 * q - 2:02}-01", _last_of(y, 3 * q)) for y in YEARS for q in (1, 2, 3, 4)),
    *((f"{y}", f"{y}-01-01", f"{y}-12-31") for y in YEARS),
)
"""Name, first and last day of every quarter and year of the book."""


def differences(done: Done, other: Done) -> list[str]:
    """Return where the tables differ by more than the tolerance, relative to the larger; none where they agree."""
    return [text for table, key in KEYS.items() for text in _differences(table, done[table], other[table], key)]


def _differences(table: str, one: pl.DataFrame, other: pl.DataFrame, key: list[str]) -> list[str]:
    if one.height != other.height:
        return [f"{table}: {one.height} rows and {other.height}"]
    text = [
        pl.col(name).cast(pl.String) if "id" in name or name == "period" else pl.col(name).cast(pl.Date) for name in key
    ]
    values = [name for name in one.columns if name not in key]
    left, right = (
        rows.select(*text, pl.col(values).cast(pl.Float64).fill_nan(None)).sort(key) for rows in (one, other)
    )
    if not left.select(key).equals(right.select(key)):
        return [f"{table}: rows of other {', '.join(key)}"]
    return [text for name in values if (text := _differs(table, name, left[name], right[name]))]


def _differs(table: str, name: str, one: pl.Series, other: pl.Series) -> str:
    if not one.is_null().equals(other.is_null()):
        return f"{table}.{name}: {(one.is_null() != other.is_null()).sum()} rows are empty in one alone"
    scale = pl.select(pl.max_horizontal(one.abs(), other.abs(), 1e-6)).to_series()
    worst = ((one - other).abs() / scale).max()
    return f"{table}.{name}: differs by {worst}" if worst is not None and float(worst) > TOLERANCE else ""  # type: ignore[arg-type]
