"""Each project's reduction over a period, or as promised per year, with the reason where there is none."""

from functools import lru_cache
from typing import Final

import polars as pl

from transforms.calendar import PERIOD_COLUMNS, Period, Periods, days_between, period_table
from transforms.holdings import REMEMBERED, Holdings
from transforms.profiles import Rule

WITHHELD: Final = "withheld_implausible"
BLOCKING_MONTHS: Final = ["blocked_missing_reading", "blocked_missing_parameter"]


def reductions(book: Holdings, periods: Periods, rule: Rule) -> pl.DataFrame:
    """Return each project's reduction as the rule takes it, for every period:

    period, project_id, emission_reductions_tco2e, er_status.
    """
    table = period_table(periods)
    rows = promised_reductions(book).join(table, how="cross") if rule.is_annual else reductions_within(book, periods)
    known = book.projects.select("project_id", "commissioning_date", "is_mandated_baseline")
    told = rows.join(known, on="project_id", how="left", maintain_order="left")
    begun = (pl.col("commissioning_date") <= pl.col("period_to_date")).fill_null(False)
    if rule.is_annual and rule.is_operating_only:
        idle = ~begun & (pl.col("er_status") != "not_estimated")
        told = told.with_columns(
            er_status=pl.when(idle).then(pl.lit("under_construction")).otherwise("er_status"),
            emission_reductions_tco2e=pl.when(~idle).then("emission_reductions_tco2e"),
        )
    if rule.mandated_baseline == "zero":  # what must end anyway is avoided by the rule, not by the loan
        avoided = pl.col("emission_reductions_tco2e")
        ordered = pl.col("is_mandated_baseline").fill_null(False) & (avoided > 0)
        told = told.with_columns(emission_reductions_tco2e=pl.when(ordered).then(0.0).otherwise(avoided))
    return told.select("period", "project_id", "er_status", "emission_reductions_tco2e")


def period_reductions(book: Holdings, period: Period) -> pl.DataFrame:
    """Return each project's ER over the period and its status: project_id, emission_reductions_tco2e, er_status."""
    return reductions_within(book, (period,)).drop(PERIOD_COLUMNS)


@lru_cache(maxsize=REMEMBERED)
def reductions_within(book: Holdings, periods: Periods) -> pl.DataFrame:
    """Return each project's ER over every period and its status: PERIOD_COLUMNS and those of period_reductions.

    Every day of operation in the period must be covered; a partly covered month counts by its days.
    """
    table = period_table(periods)
    first, last = pl.col("period_from_date"), pl.col("period_to_date")
    parts = month_parts(book.months, periods)
    missing = pl.col("status").is_in(BLOCKING_MONTHS)
    summed = parts.group_by("period", "project_id").agg(
        pl.col("part_tco2e").sum(),
        covered_days=pl.col("part_days").filter(pl.col("part_tco2e").is_not_null()).sum(),
        lacks_reading=(pl.col("status") == BLOCKING_MONTHS[0]).any(), lacks_any=missing.any(),
        is_outside=(pl.col("status") == "refused").any(), is_withheld=(pl.col("status") == WITHHELD).any(),
    )  # fmt: skip
    refused = book.refused_readings.join(table, how="cross").filter(
        (pl.col("first_date") <= last) & (pl.col("last_date") >= first)
    ).select("period", "project_id", has_refused=pl.lit(True)).unique()  # fmt: skip
    key = ["period", "project_id"]
    rows = table.join(book.projects.select("project_id", "method", "commissioning_date"), how="cross").join(
        summed, on=key, how="left", maintain_order="left"
    ).join(refused, on=key, how="left", maintain_order="left")  # fmt: skip
    needed = days_between(pl.max_horizontal("commissioning_date", first), last)
    kind = pl.col("method").replace_strict(book.kinds, return_dtype=pl.String)
    status = (
        pl.when(kind == "none").then(pl.lit("not_estimated"))
        .when(pl.col("commissioning_date").is_null() | (needed == 0)).then(pl.lit("under_construction"))
        .when(needed == pl.col("covered_days")).then(
            pl.when(kind == "reported").then(pl.lit("reported")).otherwise(pl.lit("measured")))
        .when(pl.col("has_refused") | pl.col("is_outside")).then(pl.lit("refused"))
        .when("is_withheld").then(pl.lit(WITHHELD))
        .when(pl.col("lacks_any") & ~pl.col("lacks_reading")).then(pl.lit("blocked_missing_parameter"))
        .otherwise(pl.lit("blocked_missing_reading"))
    )  # fmt: skip
    has_figure = pl.col("er_status").is_in(["measured", "reported"])
    return rows.with_columns(er_status=status).select(
        *PERIOD_COLUMNS, "project_id", "er_status", emission_reductions_tco2e=pl.when(has_figure).then("part_tco2e")
    )


def month_parts(months: pl.DataFrame, periods: Periods) -> pl.DataFrame:
    """Return the project months that meet each period, with part_days, part_tco2e (the ER of the days inside it)

    and part_project_tco2e (the PE likewise).
    """
    first = pl.max_horizontal("operating_from_date", "period_from_date")
    last = pl.min_horizontal("operating_to_date", "period_to_date")
    whole = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    parts = months.join(period_table(periods), how="cross").with_columns(
        part_days=days_between(first, last), whole_days=whole
    )
    reduction = pl.col("emission_reductions_tco2e")
    is_whole = pl.col("part_days") == pl.col("whole_days")
    return parts.filter(pl.col("part_days") > 0).with_columns(
        part_tco2e=pl.when(is_whole).then(reduction).otherwise(
            reduction * (pl.col("part_days") / pl.col("whole_days"))
        ),
        part_project_tco2e=pl.col("project_emissions_tco2e") * (pl.col("part_days") / pl.col("whole_days")),
    ).sort("period", "project_id", "month_start_date")  # fmt: skip


def promised_reductions(book: Holdings) -> pl.DataFrame:
    """Return each project's promised annual reduction: project_id, emission_reductions_tco2e (per year), er_status."""
    kind = pl.col("method").replace_strict(book.kinds, return_dtype=pl.String)
    promise = pl.col("reported_annual_reduction_tco2")
    status = (
        pl.when(kind == "none").then(pl.lit("not_estimated"))
        .when(promise.is_null()).then(pl.lit("blocked_missing_parameter"))
        .otherwise(pl.lit("promised"))
    )  # fmt: skip
    return book.projects.with_columns(er_status=status).select(
        "project_id", "er_status", emission_reductions_tco2e=pl.when(pl.col("er_status") == "promised").then(promise)
    )
