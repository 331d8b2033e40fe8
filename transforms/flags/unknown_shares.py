"""Where one lender's part of a project is not known, so that no lender of the project has a figure."""

import dataclasses
from typing import Final

import polars as pl

from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame, stacked
from transforms.attribution.exposures import exposures, overdrawn_loans
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN
from transforms.attribution.roles import IS_PROJECT_FINANCE
from transforms.ground.calendar import Periods, period_table
from transforms.ground.flag_rows import flags, no_flags
from transforms.money.exchange import HOME_CURRENCY, rates_on

CODES: Final = ("missing_exchange_rate", "co_lender_overdrawn")


def unknown_shares(holdings: Holdings, periods: Periods) -> DataFrame[FlagFacts]:
    """Return flags by project: currency and days without a rate, and overdrawn loans."""
    if not periods or holdings.changes.is_empty():
        return no_flags()
    return stacked([_without_a_rate(holdings, periods), _overdrawn(holdings, periods)])


def _project_loans(holdings: Holdings) -> pl.DataFrame:
    """Return the loans that count by rule: loan_id, project_id, currency and investment_currency."""
    loans = holdings.loans.filter(IS_PROJECT_FINANCE).select("loan_id", "project_id", "currency")
    return loans.join(holdings.projects.select("project_id", "investment_currency"), on="project_id")


def _without_a_rate(holdings: Holdings, periods: Periods) -> DataFrame[FlagFacts]:
    abroad = _project_loans(holdings).filter(pl.col("currency") != pl.col("investment_currency"))
    parties = [abroad, abroad.with_columns(currency="investment_currency")]
    needed = pl.concat(parties).filter(pl.col("currency") != HOME_CURRENCY)
    changes = holdings.changes.join(needed, on="loan_id", how="semi").filter(
        pl.col("value_date") <= max(p.last for p in periods)
    )
    held = exposures(dataclasses.replace(holdings, changes=changes), periods, PLAIN["daily_average"])
    ends = held.filter(pl.col("exposure_fen") != 0).join(period_table(periods), on="period")
    at_ends = needed.join(ends.select("loan_id", date="period_to_date").unique(), on="loan_id")
    flows = changes.filter(pl.col("disbursed_amount") != 0).select("loan_id", date="flow_date").unique()
    paid = abroad.filter(pl.col("currency") != HOME_CURRENCY).join(flows, on="loan_id")
    days = pl.concat([at_ends, paid]).select("project_id", "loan_id", "currency", "date").unique()
    lacking = rates_on(days, holdings.fx, holdings.fx_max_age_days).filter(pl.col("rate_to_cny").is_null())
    dated = lacking.group_by("project_id", "currency").agg(
        days=pl.col("date").unique().sort().cast(pl.String).str.join(", "),
        loans=pl.col("loan_id").unique().sort().str.join(", "),
    )
    return flags(
        dated,
        "missing_exchange_rate",
        "project_id",
        "currency",
        "days",
        "loans",
        home_currency=pl.lit(HOME_CURRENCY),
        max_age_days=pl.lit(holdings.fx_max_age_days),
    )


def _overdrawn(holdings: Holdings, periods: Periods) -> DataFrame[FlagFacts]:
    last = max(p.last for p in periods)
    loans = _project_loans(holdings)
    over = overdrawn_loans(holdings.changes).filter(pl.col("overdrawn_date") <= last).join(loans, on="loan_id")
    shared = loans.group_by("project_id").len().filter(pl.col("len") > 1)
    overdrawn = (
        over.join(shared, on="project_id", how="semi")
        .group_by("project_id")
        .agg(loans=pl.format("{} ({})", "loan_id", "overdrawn_date").sort().str.join(", "))
    )
    return flags(overdrawn, "co_lender_overdrawn", "project_id", "loans")
