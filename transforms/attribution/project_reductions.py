"""Each project's reduction over a period, or as promised per year, with the reason where there is none."""

from functools import lru_cache
from typing import Final

import polars as pl

from schemas.between import MonthInPeriod, PeriodReduction, ReductionInPeriod
from schemas.contract import DataFrame, unchecked
from transforms.activity.project_months import WITHHELD
from transforms.attribution.holdings import REMEMBERED, Holdings
from transforms.attribution.profiles import Rule
from transforms.attribution.statuses import OF_A_PERIOD, OF_A_PROMISE, WITH_A_FIGURE, first_reason
from transforms.ground.calendar import PERIOD_COLUMNS, Period, Periods, days_between, period_table, year_to

BLOCKING_MONTHS: Final = ["blocked_missing_reading", "blocked_missing_parameter"]


def reductions(holdings: Holdings, periods: Periods, rule: Rule) -> pl.DataFrame:
    """Return each project's reduction as the rule takes it, for every period:

    period, project_id, emission_reductions_tco2e, er_status.
    """
    rows = _annual(holdings, periods, rule) if rule.is_annual else reductions_within(holdings, periods)
    known = holdings.projects.select("project_id", "is_mandated_baseline")
    dated = rows.join(known, on="project_id", how="left", maintain_order="left")
    if rule.mandated_baseline == "zero":  # what must end anyway is avoided by the rule, not by the loan
        avoided = pl.col("emission_reductions_tco2e")
        ordered = pl.col("is_mandated_baseline").fill_null(False) & (avoided > 0)
        dated = dated.with_columns(emission_reductions_tco2e=pl.when(ordered).then(0.0).otherwise(avoided))
    return dated.select("period", "project_id", "er_status", "emission_reductions_tco2e")


def _annual(holdings: Holdings, periods: Periods, rule: Rule) -> pl.DataFrame:
    """Return what each project promises for a year, or, where the rule has it so, what its formula came to instead.

    A project that has run for less than the twelve months up to a period's end has no annual figure of its formula.
    Source: guidance of 2013, as copied: where the feasibility study has not worked it out, by the guidance's formulas
    """
    begun = (pl.col("commissioning_date") <= pl.col("period_to_date")).fill_null(False)
    ran_a_year = (pl.col("commissioning_date") <= pl.col("year_from_date")).fill_null(False)
    promises = _promises(holdings).join(period_table(periods), how="cross")
    formulas = _of_formulas(holdings, periods if rule.without_promise == "formula" else ())
    rows = promises.join(formulas, on=["period", "project_id"], how="left", maintain_order="left")
    reasons = rows.with_columns(
        is_idle=pl.lit(rule.is_operating_only) & ~begun, takes_formula=~pl.col("has_promise") & ran_a_year
    )
    status = first_reason(OF_A_PROMISE, otherwise=pl.lit("blocked_missing_parameter"))
    return reasons.with_columns(er_status=status).with_columns(
        emission_reductions_tco2e=pl.when(pl.col("er_status") == "promised")
        .then("promise")
        .when("takes_formula")
        .then("formula_tco2e")
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


def _promises(holdings: Holdings) -> pl.DataFrame:
    kind = pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String)
    return holdings.projects.select(
        "project_id",
        "commissioning_date",
        promise="reported_annual_reduction_tco2",
        has_no_formula=kind == "none",
        has_promise=pl.col("reported_annual_reduction_tco2").is_not_null(),
        is_impossible=pl.col("project_id").is_in(holdings.impossible["project_id"].implode()),
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
    missing = pl.col("status").is_in(BLOCKING_MONTHS)
    summed = parts.group_by("period", "project_id").agg(
        pl.col("part_tco2e").sum(),
        covered_days=pl.col("part_days").filter(pl.col("part_tco2e").is_not_null()).sum(),
        lacks_reading=(pl.col("status") == BLOCKING_MONTHS[0]).any(),
        lacks_any=missing.any(),
        is_outside=(pl.col("status") == "refused").any(),
        is_withheld=(pl.col("status") == WITHHELD).any(),
    )
    key = ["period", "project_id"]
    rows = table.join(holdings.projects.select("project_id", "method", "commissioning_date"), how="cross").join(
        summed, on=key, how="left", maintain_order="left"
    )
    needed = days_between(pl.max_horizontal("commissioning_date", first), last)
    kind = pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String)
    reasons = rows.with_columns(
        has_no_formula=kind == "none",
        is_not_running=pl.col("commissioning_date").is_null() | (needed == 0),
        is_complete=needed == pl.col("covered_days"),
        is_complete_report=(needed == pl.col("covered_days")) & (kind == "reported"),
        lacks_parameter_only=pl.col("lacks_any") & ~pl.col("lacks_reading"),
    )
    status = first_reason(OF_A_PERIOD, otherwise=pl.lit("blocked_missing_reading"))
    has_figure = pl.col("er_status").is_in(WITH_A_FIGURE)
    figures = reasons.with_columns(er_status=status).select(
        *PERIOD_COLUMNS, "project_id", "er_status", emission_reductions_tco2e=pl.when(has_figure).then("part_tco2e")
    )
    return unchecked(figures, ReductionInPeriod)


def month_parts(holdings: Holdings, periods: Periods) -> DataFrame[MonthInPeriod]:
    """Return what of each project month lies in each period, a row a month, or a row a piece of one that is cut."""
    whole = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    met = (
        holdings.months.join(period_table(periods), how="cross")
        .with_columns(part_days=_days_met("operating_from_date", "operating_to_date"), whole_days=whole)
        .filter(pl.col("part_days") > 0)
    )
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
