"""Readings x factors in force -> each project's month: BE, PE, LE and ER, or the reason why there is none."""

from typing import Final, NamedTuple

import polars as pl

from schemas.contract import conform
from schemas.marts import ProjectMonth
from schemas.reference import ParameterUse
from transforms.balance import EMISSION_REDUCTIONS
from transforms.calendar import days_between, days_in_year
from transforms.fuel_combustion import FUEL_COMBUSTION
from transforms.fuel_combustion import PARAMETERS as FUEL_PARAMETERS
from transforms.method import Method
from transforms.methods import METHODS
from transforms.parameters import look_up

KEY: Final = ["project_id", "month_start_date"]
TERMS: Final = ["baseline_emissions_tco2e", "project_emissions_tco2e", "leakage_tco2e", "emission_reductions_tco2e"]


class MonthsOfProjects(NamedTuple):
    """months: schemas.marts.ProjectMonth; uses: schemas.reference.ParameterUse; gaps: what could not be looked up."""

    months: pl.DataFrame
    uses: pl.DataFrame
    gaps: pl.DataFrame


def project_months(
    months: pl.DataFrame, readings: pl.DataFrame, parameters: pl.DataFrame, fuels: pl.DataFrame
) -> MonthsOfProjects:
    """Return every operating month of the projects whose method is a formula or `reported`.

    months: transforms.operating.operating_months; readings: operating_readings; fuels: project_id, fuel, metric.
    """
    parts = [_reported(months.filter(pl.col("method") == "reported"))]
    for method in METHODS.values():
        own = months.filter(pl.col("method") == method.name)
        if own.height:
            parts.append(_computed(own, method, readings, parameters, fuels))
    return MonthsOfProjects(
        conform(pl.concat([p.months for p in parts]), ProjectMonth).sort(KEY),
        pl.concat([p.uses for p in parts]).sort(*KEY, "symbol", "scope"),
        pl.concat([p.gaps for p in parts], how="diagonal"),
    )


def _reported(months: pl.DataFrame) -> MonthsOfProjects:
    """The project's own annual figure, by days of operation over the days of the year."""
    days = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    reported = pl.col("reported_annual_reduction_tco2") * (days / days_in_year(pl.col("month_start_date")))
    has_figure = pl.col("reported_annual_reduction_tco2").is_not_null()
    nothing = pl.lit(None, pl.Float64)
    rows = months.with_columns(
        emission_reductions_tco2e=reported, baseline_emissions_tco2e=nothing, project_emissions_tco2e=nothing,
        leakage_tco2e=nothing, is_spread=pl.lit(False),
        status=pl.when(has_figure).then(pl.lit("reported")).otherwise(pl.lit("blocked_missing_parameter")),
    )  # fmt: skip
    no_gaps = pl.DataFrame(schema={"project_id": pl.String, "month_start_date": pl.Date, "symbol": pl.String})
    return MonthsOfProjects(rows.select(ProjectMonth.columns()), ParameterUse.empty_frame(), no_gaps)


def _computed(
    months: pl.DataFrame, method: Method, readings: pl.DataFrame, parameters: pl.DataFrame, fuels: pl.DataFrame
) -> MonthsOfProjects:
    found = look_up(months, method.parameters, parameters)
    taken = [*method.readings.values(), *(fuels["metric"].unique() if method.burns_fuel else [])]
    own = readings.filter(pl.col("metric").is_in(taken))
    frame, uses, gaps = _with_readings(found.values, method, own), [found.uses], [found.gaps]
    if method.burns_fuel:
        frame, fuel_uses, fuel_gaps = _with_fuels(frame, own, parameters, fuels)
        uses, gaps = [*uses, fuel_uses], [*gaps, fuel_gaps]
    method.contract.validate(frame.select(method.contract.columns()), lazy=True)
    terms = frame.with_columns(
        baseline_emissions_tco2e=method.baseline, project_emissions_tco2e=method.project, leakage_tco2e=method.leakage
    ).with_columns(emission_reductions_tco2e=EMISSION_REDUCTIONS)
    rows = _with_status(terms, method)
    computed = rows.filter(pl.col("status") == "measured").select(KEY)
    used = conform(pl.concat(uses, how="diagonal").join(computed, on=KEY, how="semi"), ParameterUse)
    return MonthsOfProjects(rows.select(ProjectMonth.columns()), used, pl.concat(gaps, how="diagonal"))


def _with_readings(frame: pl.DataFrame, method: Method, readings: pl.DataFrame) -> pl.DataFrame:
    spread = readings.filter(pl.col("is_spread")).select(KEY).unique().with_columns(is_spread=pl.lit(True))
    for symbol, metric in method.readings.items():
        column = readings.filter(pl.col("metric") == metric).select(*KEY, pl.col("value").alias(symbol))
        frame = frame.join(column, on=KEY, how="left", maintain_order="left")
    marked = frame.join(spread, on=KEY, how="left", maintain_order="left")
    return marked.with_columns(pl.col("is_spread").fill_null(False))


def _with_fuels(
    frame: pl.DataFrame, readings: pl.DataFrame, parameters: pl.DataFrame, fuels: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Add fuel_combustion_tco2. The fuels that a project has ever reported are those that each month must report."""
    burned = fuels.with_columns(
        project_fuel=pl.col("project_id") + "/" + pl.col("fuel"),
        project_of_one_fuel=pl.when(pl.len().over("project_id") == 1).then("project_id"),
    )
    grid = frame.select(*KEY, "operating_from_date", "operating_to_date").join(burned, on="project_id")
    found = look_up(grid, FUEL_PARAMETERS, parameters)
    values = found.values.join(
        readings.select(*KEY, "metric", fuel_consumed_fuel_unit="value"), on=[*KEY, "metric"], how="left"
    )
    complete = pl.when(pl.col("fuel_tco2").null_count() == 0).then(pl.col("fuel_tco2").sum())
    total = (
        values.with_columns(fuel_tco2=FUEL_COMBUSTION)
        .group_by(KEY)
        .agg(fuel_combustion_tco2=complete, fuel_readings_missing=pl.col("fuel_consumed_fuel_unit").null_count() > 0)
    )
    return frame.join(total, on=KEY, how="left", maintain_order="left"), found.uses, found.gaps


def _with_status(terms: pl.DataFrame, method: Method) -> pl.DataFrame:
    """A month without a figure says whether a reading or a parameter is missing; a partial formula gives no term."""
    lacking = [
        pl.all_horizontal(pl.col(symbol).is_null() for symbol in group)
        for group in method.reading_groups
        if group != ("fuel_combustion_tco2",)
    ]
    if method.burns_fuel:
        lacking.append(pl.col("fuel_readings_missing").fill_null(True))
    has_figure = pl.col("emission_reductions_tco2e").is_not_null()
    status = (
        pl.when(has_figure).then(pl.lit("measured"))
        .when(pl.any_horizontal(lacking)).then(pl.lit("blocked_missing_reading"))
        .otherwise(pl.lit("blocked_missing_parameter"))
    )  # fmt: skip
    return terms.with_columns(pl.when(has_figure).then(pl.col(TERMS)), status=status)
