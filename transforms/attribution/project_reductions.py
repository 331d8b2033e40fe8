"""Each project's reduction over a period, or as promised per year, with the reason where there is none."""

from functools import lru_cache

import polars as pl

from schemas.between.attribution import MonthInPeriod, PeriodReduction, ReductionInPeriod
from schemas.contract import DataFrame, unchecked
from transforms.attribution import roles
from transforms.attribution.holdings import REMEMBERED, Holdings
from transforms.attribution.profiles import Rule
from transforms.attribution.roles import project_roles
from transforms.attribution.statuses import (
    FACTS_OF_A_PERIOD,
    FACTS_OF_A_PROMISE,
    OF_A_PERIOD,
    OF_A_PROMISE,
    first_figure,
    first_status,
    months_facts,
)
from transforms.ground.calendar import PERIOD_COLUMNS, Period, Periods, days_between, period_table, year_to


def reductions(holdings: Holdings, periods: Periods, rule: Rule) -> pl.DataFrame:
    """Return each project's reduction as the rule takes it, for every period:

    period, project_id, emission_reductions_tco2e, er_status.
    """
    rows = _annual(holdings, periods, rule) if rule.is_annual else reductions_within(holdings, periods)
    ordered = project_roles(holdings).select("project_id", "is_mandated_baseline")
    dated = rows.join(ordered, on="project_id", how="left", maintain_order="left")
    ruled = dated.with_columns(is_zero_where_mandated=pl.lit(rule.mandated_baseline == "zero"))
    return ruled.select("period", "project_id", "er_status", emission_reductions_tco2e=roles.COUNTED_TONNES)


def _annual(holdings: Holdings, periods: Periods, rule: Rule) -> pl.DataFrame:
    """Return what each project promises for a year, or, where the rule has it so, what its formula came to instead.

    A project that has run for less than the twelve months up to a period's end has no annual figure of its formula.
    Source: guidance of 2013, as copied: where the feasibility study has not worked it out, by the guidance's formulas
    """
    begun = (pl.col("commissioning_date") <= pl.col("period_to_date")).fill_null(False)
    ran_a_year = (pl.col("commissioning_date") <= pl.col("year_from_date")).fill_null(False)
    promises = project_roles(holdings).join(period_table(periods), how="cross")
    formulas = _of_formulas(holdings, periods if rule.without_promise == "formula" else ())
    rows = promises.join(formulas, on=["period", "project_id"], how="left", maintain_order="left")
    reasons = rows.with_columns(
        promise_tco2e=pl.col("reported_annual_reduction_tco2"),
        is_operating_only=pl.lit(rule.is_operating_only),
        is_formula_instead=pl.lit(rule.without_promise == "formula"),
        has_begun=begun,
        ran_a_year=ran_a_year,
    ).with_columns(**FACTS_OF_A_PROMISE)
    return reasons.with_columns(
        er_status=first_status(OF_A_PROMISE), emission_reductions_tco2e=first_figure(OF_A_PROMISE)
    )


def _of_formulas(holdings: Holdings, periods: Periods) -> pl.DataFrame:
    """What each project's formula came to in the year up to each period's end."""
    years = tuple(year_to(period) for period in periods)
    return reductions_within(holdings, years).select(
        "period",
        "project_id",
        "er_status",
        year_from_date="period_from_date",
        formula_tco2e="emission_reductions_tco2e",
    )


def period_reductions(holdings: Holdings, period: Period) -> DataFrame[PeriodReduction]:
    """Return each project's ER over the period and its status."""
    return unchecked(reductions_within(holdings, (period,)).drop(PERIOD_COLUMNS), PeriodReduction)


@lru_cache(maxsize=REMEMBERED)
def reductions_within(holdings: Holdings, periods: Periods) -> DataFrame[ReductionInPeriod]:
    """Return each project's ER over every period and its status.

    Every day of operation in the period must be covered; a month that the period cuts counts by its readings inside.
    """
    table = period_table(periods)
    first, last = pl.col("period_from_date"), pl.col("period_to_date")
    parts = month_parts(holdings, periods)
    summed = parts.group_by("period", "project_id").agg(
        pl.col("part_tco2e").sum(),
        covered_days=pl.col("part_days").filter(pl.col("part_tco2e").is_not_null()).sum(),
        **months_facts(),
    )
    key = ["period", "project_id"]
    rows = table.join(project_roles(holdings), how="cross").join(summed, on=key, how="left", maintain_order="left")
    needed = days_between(pl.max_horizontal("commissioning_date", first), last)
    reasons = rows.with_columns(
        is_not_running=pl.col("commissioning_date").is_null() | (needed == 0),
        is_complete=needed == pl.col("covered_days"),
    ).with_columns(**FACTS_OF_A_PERIOD)
    figures = reasons.select(
        *PERIOD_COLUMNS,
        "project_id",
        er_status=first_status(OF_A_PERIOD),
        emission_reductions_tco2e=first_figure(OF_A_PERIOD),
    )
    return unchecked(figures, ReductionInPeriod)


@lru_cache(maxsize=REMEMBERED)
def month_parts(holdings: Holdings, periods: Periods) -> DataFrame[MonthInPeriod]:
    """Return what of each project month lies in each period, a row a month, or a row a piece of one that is cut."""
    whole = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    started = pl.col("month_start_date")
    calendar = (  # a few dates: of each month the periods that it meets
        holdings.months.select(started.unique())
        .join(period_table(periods), how="cross")
        .filter((started <= pl.col("period_to_date")) & (started.dt.month_end() >= pl.col("period_from_date")))
    )
    dated = holdings.months.join(calendar, on="month_start_date").with_columns(
        part_days=_days_met("operating_from_date", "operating_to_date"), whole_days=whole
    )
    met = dated.filter(pl.col("part_days") > 0)
    is_whole = pl.col("part_days") == pl.col("whole_days")
    divided = _pieces_of(holdings, met.filter(~is_whole))
    undivided = met.join(divided, on=["period", "project_id", "month_start_date"], how="anti").with_columns(
        is_cut=~is_whole & (pl.col("status") != "reported")
    )
    rows = pl.concat([undivided, divided], how="diagonal").select(
        "period",
        "project_id",
        "month_start_date",
        "method",
        "status",
        "part_days",
        part_tco2e=_of_days("emission_reductions_tco2e"),
        part_project_tco2e=_of_days("project_emissions_tco2e"),
        is_cut="is_cut",
    )
    return unchecked(rows.sort("period", "project_id", "month_start_date"), MonthInPeriod)


def _pieces_of(holdings: Holdings, cut: pl.DataFrame) -> pl.DataFrame:
    """Return the pieces of the months that the period cuts, where their readings divide them."""
    edges = cut.select("period", "project_id", "month_start_date", "period_from_date", "period_to_date")
    beyond = (pl.col("readings_from_date") < pl.col("period_from_date")) | (
        pl.col("readings_to_date") > pl.col("period_to_date")
    )
    return (
        edges.join(holdings.pieces, on=["project_id", "month_start_date"])
        .with_columns(
            part_days=_days_met("part_from_date", "part_to_date"),
            whole_days=days_between(pl.col("part_from_date"), pl.col("part_to_date")),
            is_cut=beyond.fill_null(False),
        )
        .filter(pl.col("part_days") > 0)
    )


def _days_met(first: str, last: str) -> pl.Expr:
    return days_between(pl.max_horizontal(first, "period_from_date"), pl.min_horizontal(last, "period_to_date"))


def _of_days(tonnes: str) -> pl.Expr:
    share = pl.col("part_days") / pl.col("whole_days")
    return pl.when(pl.col("part_days") == pl.col("whole_days")).then(tonnes).otherwise(pl.col(tonnes) * share)
