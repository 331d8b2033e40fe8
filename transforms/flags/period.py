"""What a reader must know of the figures of one period: what they rest on and how far that reaches."""

import datetime as dt

import polars as pl

from schemas.between.attribution import Attributed
from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame, stacked
from schemas.deliveries import Loan, Project
from schemas.marts import LoanConfirmation
from transforms.attribution.claims import who_is_over
from transforms.attribution.holdings import Holdings
from transforms.attribution.project_reductions import month_parts
from transforms.ground.calendar import Period
from transforms.ground.flag_rows import flags


def window_flags(rows: DataFrame[Attributed], holdings: Holdings, period: Period) -> DataFrame[FlagFacts]:
    """Return the flags of attributed rows over a period: shares above 1, negative reductions, spread readings."""
    negative = (
        rows.filter(pl.col("emission_reductions_tco2e") < 0)
        .group_by("project_id")
        .agg(pl.col("emission_reductions_tco2e").first().round(2), pl.col("attributed_reductions_tco2e").sum().round(2))
    )
    inside = (pl.col("month_start_date") <= period.last) & (pl.col("operating_to_date") >= period.first)
    months = holdings.months
    cut = month_parts(holdings, (period,)).filter("is_cut").join(rows, on="project_id", how="semi")
    spread = months.filter(pl.col("is_spread") & inside).join(rows, on="project_id", how="semi")
    return stacked(
        [
            flags(
                who_is_over(rows), "share_above_1", "project_id", "lenders", together=pl.col("together_ratio").round(6)
            ),
            flags(
                negative,
                "negative_reduction",
                "project_id",
                "emission_reductions_tco2e",
                "attributed_reductions_tco2e",
            ),
            flags(spread.unique("project_id", maintain_order=True), "spread_reading", "project_id"),
            flags(
                cut.unique("project_id", maintain_order=True),
                "spread_reading",
                "project_id",
                wording="spread_reading_beyond",
                first_day=pl.lit(str(period.first)),
                last_day=pl.lit(str(period.last)),
            ),
        ]
    )


def exchange_flags(rows: DataFrame[Attributed], holdings: Holdings) -> DataFrame[FlagFacts]:
    """Return, for each foreign currency in attributed rows, the trading days of the rates that converted it."""
    dated = (
        rows.filter(pl.col("exchange_rate_date").is_not_null())
        .join(holdings.loans.select("loan_id", "currency"), on="loan_id")
        .join(holdings.projects.select("project_id", "investment_currency"), on="project_id")
    )
    foreign = pl.when(pl.col("currency") != "CNY").then("currency").otherwise("investment_currency")
    days = dated.group_by(currency=foreign).agg(days=pl.col("exchange_rate_date").unique().sort().cast(pl.String))
    listed = days.with_columns(pl.col("days").list.join(", "))
    return flags(listed, "exchange_rate_used", "currency", "days")


def promise_flags(rows: DataFrame[Attributed], projects: DataFrame[Project]) -> DataFrame[FlagFacts]:
    """Return what a reader must know of attributed rows of a rule that counts promises per year.

    projects: the book's projects.
    """
    silent = projects.filter(pl.col("reported_annual_reduction_tco2").is_null()).select("project_id")
    without = rows.join(silent, on="project_id", how="semi")
    measured = pl.col("status") == "measured"
    lacking = pl.col("emission_reductions_tco2e").is_null() & (pl.col("status") == "blocked_missing_parameter")
    return stacked(
        [
            flags(without.filter(measured), "promise_from_formula", "project_id"),
            flags(without.filter(lacking), "missing_promise", "project_id"),
        ]
    )


def unconfirmed_flags(
    loans: DataFrame[Loan | Attributed], confirmations: DataFrame[LoanConfirmation], last: dt.date
) -> DataFrame[FlagFacts]:
    """Return a flag a lender with loans that nobody has confirmed up to the day.

    loans: those that a figure rests on.
    """
    behind = (
        loans.select("loan_id", "lender")
        .unique()
        .join(confirmations, on="loan_id")
        .filter(pl.col("confirmed_to_date") < last)
    )
    lenders = behind.group_by("lender").agg(count=pl.len(), first=pl.col("confirmed_to_date").min()).sort("lender")
    return flags(lenders, "not_confirmed_to_period_end", "lender", "count", "first", period_end=pl.lit(str(last)))
