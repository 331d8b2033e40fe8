"""A series beside itself: a month beside the others, runs that rise like a register, runs that do not move."""

from typing import Final

import polars as pl

from schemas.between.judging import CheckedFigure
from schemas.contract import DataFrame, stacked
from transforms.judging.findings import checked
from transforms.judging.series import KEY

WITHIN_MONTHS: Final = 12
YEAR_MONTHS: Final = 12
COLD_MONTHS: Final = (11, 12, 1, 2, 3)
"""The months in which space is heated everywhere that it is: the others have no usual month beside them."""

AT_REST: Final = 0.1
"""What a plant at rest draws from the grid, at most, over what it usually gives."""

FEW_DIGITS: Final = 2
"""A reading of so few digits is a round figure and may well come again."""


def with_usual(series: pl.DataFrame, fewest: float) -> pl.DataFrame:
    """Return the series with usual: the median per day of the other months within a year, where `fewest` are read."""
    months = in_full_season(series).select(*KEY, "number", "daily")
    others = months.join(months, on=KEY, suffix="_other").filter(
        (pl.col("number") != pl.col("number_other"))
        & ((pl.col("number") - pl.col("number_other")).abs() <= WITHIN_MONTHS)
    )
    usual = others.group_by(*KEY, "number").agg(usual=pl.when(pl.len() >= fewest).then(pl.col("daily_other").median()))
    return series.join(usual, on=[*KEY, "number"], how="left", maintain_order="left")


def in_full_season(series: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without the months between the seasons of what heats space."""
    month = (pl.col("number") - 1) % YEAR_MONTHS + 1
    return series.filter((pl.col("kind") != "space_heating") | month.is_in(COLD_MONTHS))


def is_at_rest(value: pl.Expr, usual: pl.Expr) -> pl.Expr:
    """Return whether a month is one in which nothing ran: a question of runs of them (zero_run), not of its size."""
    return (value <= 0) & (value >= -AT_REST * usual)


def _is_output() -> pl.Expr:
    return ~pl.col("metric").str.ends_with("_consumed") & (pl.col("metric") != "own_emissions")


def _makes_something() -> pl.Expr:
    """Nothing used in a month in which something was made is not a rest."""
    made = pl.col("value").filter(_is_output()).max().over("project_id", "number")
    return (made > 0).fill_null(False)


def beside_the_others(series: pl.DataFrame, check_id: str = "month_over_median") -> DataFrame[CheckedFigure]:
    """Return the check of a month over its usual one; series: with_usual."""
    rests = is_at_rest(pl.col("daily"), pl.col("usual")) & (_is_output() | ~_makes_something())
    known = series.filter((pl.col("usual") > 0) & ~rests)
    return checked(
        known,
        check_id,
        figure="metric",
        kind="kind",
        value=pl.col("daily") / pl.col("usual"),
        numbers=pl.format("{} / {}", pl.col("daily").round(4), pl.col("usual").round(4)),
    )


def after_a_gap(series: pl.DataFrame) -> DataFrame[CheckedFigure]:
    """Return the check after_a_gap: beside_the_others, of months before which one is missing."""
    gap = pl.col("number") - pl.col("number").shift(1).over(KEY) > 1
    return beside_the_others(series.filter(gap), "after_a_gap")


def beside_the_same_month(series: pl.DataFrame) -> DataFrame[CheckedFigure]:
    """Return the check month_over_same_month: only the odd one of the two is looked at."""
    known = series.filter((pl.col("usual") > 0) & (pl.col("daily") > 0)).with_columns(
        oddness=(pl.col("daily") / pl.col("usual")).log().abs()
    )
    pairs = pl.concat(
        [
            known.join(
                known.select(*KEY, pl.col("number") + step, other="daily", other_oddness="oddness"), on=[*KEY, "number"]
            )
            for step in (-YEAR_MONTHS, YEAR_MONTHS)
        ]
    ).filter(pl.col("oddness") > pl.col("other_oddness"))
    return checked(
        pairs,
        "month_over_same_month",
        figure="metric",
        kind="kind",
        value=pl.col("daily") / pl.col("other"),
        numbers=pl.format("{} / {}", pl.col("daily").round(4), pl.col("other").round(4)),
    )


def runs(series: pl.DataFrame) -> DataFrame[CheckedFigure]:
    """Return the checks rising_run, frozen_run and zero_run: how many readings in a row, for each month of the run.

    A meter stopped where it is usually above zero: start-up fuel, exports of a few months or a saving of another kind
    may be nothing for long. Of fuels, all of a plant together are nothing.
    """
    metered = series.filter(pl.col("kind") != "season").with_columns(read=_read())
    follows = pl.col("number") == pl.col("number").shift(1).over(KEY) + 1
    stopped = (pl.col("read") == 0) & (pl.col("read").shift(1).over(KEY) == 0)
    before = pl.col("value").shift(1).over(KEY)
    is_precise = pl.col("value").round_sig_figs(FEW_DIGITS) != pl.col("value")
    steps = metered.with_columns(
        rising_run=follows & (pl.col("value") > before) & (before > 0),
        frozen_run=follows & (pl.col("value") == before) & (pl.col("value") != 0) & is_precise,
        zero_run=follows & stopped & ((_is_fuel() & _ever_burned()) | _usually_runs()),
    )
    return stacked(_run(steps, check_id) for check_id in ("rising_run", "frozen_run", "zero_run"))


def _is_fuel() -> pl.Expr:
    return pl.col("metric").str.ends_with("_consumed") & (pl.col("metric") != "electricity_consumed")


def _ever_burned() -> pl.Expr:
    """Machines that run on electricity report their diesel as 0 for ever."""
    return pl.col("read").max().over(KEY) > 0


def _usually_runs() -> pl.Expr:
    return pl.col("value").median().over(KEY) > 0


def _read() -> pl.Expr:
    """The value; of a fuel that of all fuels of the plant in the month, of which only nothing is compared."""
    together = pl.col("value").filter(_is_fuel()).sum().over("project_id", "number")
    return pl.when(_is_fuel()).then(together).otherwise("value")


def _run(steps: pl.DataFrame, check_id: str) -> DataFrame[CheckedFigure]:
    numbered = steps.with_columns(run=(~pl.col(check_id).fill_null(False)).cum_sum().over(KEY))
    counted = numbered.with_columns(
        length=pl.len().over(*KEY, "run").cast(pl.Float64),
        first=pl.col("value").first().over(*KEY, "run"),
        last=pl.col("value").last().over(*KEY, "run"),
    ).filter(pl.col("length") > 1)
    return checked(counted, check_id, figure="metric", kind="kind", value="length", numbers=_ends())


def _ends() -> pl.Expr:
    return pl.format("{} .. {}", pl.col("first").round(4), pl.col("last").round(4))


def steep_runs(series: pl.DataFrame, limits: dict[str, float]) -> DataFrame[CheckedFigure]:
    """Return the check steep_run: last over first of runs as long as a register's, whose last is far above the usual.

    limits: months (fewest readings of such a run) and level (last over the usual month).
    """
    metered = series.filter(pl.col("kind") != "season")
    rises = (pl.col("number") == pl.col("number").shift(1).over(KEY) + 1) & (
        pl.col("value") > pl.col("value").shift(1).over(KEY)
    )
    numbered = metered.with_columns(run=(~rises.fill_null(False)).cum_sum().over(KEY))
    of_run = [*KEY, "run"]
    first, last = pl.col("value").first().over(of_run), pl.col("value").last().over(of_run)
    usual = pl.col("value").median().over(KEY)
    long = (pl.len().over(of_run) >= limits["months"]) & (first > 0) & (last >= limits["level"] * usual)
    steep = numbered.with_columns(first=first, last=last).filter(long)
    rise = pl.col("last") / pl.col("first")
    return checked(steep, "steep_run", figure="metric", kind="kind", value=rise, numbers=_ends())
