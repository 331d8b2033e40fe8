"""A month's readings beside what the plant can do: its capacity, its fuel, the hours of the night, its design."""

from typing import Final

import polars as pl

from schemas.between.activity import CompleteReading, HeatBalance, OperatingMonth
from schemas.between.ground import UnitConversion
from schemas.between.judging import CheckedFigure
from schemas.between.projects import HeatCapacity, ReportedItem
from schemas.contract import DataFrame, stacked
from schemas.deliveries import Project
from schemas.reference import Bound
from transforms.ground.calendar import days_between
from transforms.ground.units import in_unit
from transforms.judging.findings import checked, over
from transforms.judging.series import ALL_POWER, POWER
from transforms.methods.catalog import HEAT_SOURCES
from transforms.projects.plant_capacity import HOURS_PER_DAY, capacity_mw

BURNING: Final = ("boiler", "combined")
LAMPS: Final = ("street_lamp_hours", "indoor_lamp_hours", "tunnel_lamp_hours", "industrial_lamp_hours")
DESIGNED: Final = {"MWh": (*POWER[:1], ALL_POWER), "t": ("steam_delivered",), "GJ": ("heat_delivered",)}
"""Unit of a design value to the readings that it is about."""

KWH_PER_MWH: Final = 1_000
MONTHS_OF_YEAR: Final = 12
IN_A_ROW: Final = 3
"""Months over which fuel bought is fuel burned."""


def capacity_findings(
    series: pl.DataFrame, projects: DataFrame[Project], units: DataFrame[UnitConversion], bounds: DataFrame[Bound]
) -> DataFrame[CheckedFigure]:
    """Return the checks capacity_factor_of_month and full_load_hours (of whole calendar years) of power plants."""
    power = series.filter(pl.col("metric").is_in([*POWER[:1], ALL_POWER])).join(
        capacity_mw(projects, units), on="project_id"
    )
    monthly = checked(
        power,
        "capacity_factor_of_month",
        figure="metric",
        kind="technology",
        value=pl.col("daily") / (pl.col("capacity_mw") * HOURS_PER_DAY),
        numbers=pl.format("{} MWh, {} MW", pl.col("value").round(2), "capacity_mw"),
    )
    placed = pl.format("{}/{}", "technology", "province_code")
    own = bounds.filter(pl.col("check_id") == "full_load_hours")["method_or_scope"]
    hours = checked(
        _of_whole_years(power, pl.col("capacity_mw").first()),
        "full_load_hours",
        figure="metric",
        kind=pl.when(placed.is_in(own.implode())).then(placed).otherwise("technology"),
        value=pl.col("year_value") / pl.col("per"),
        numbers=pl.format("{} MWh / {} MW", pl.col("year_value").round(1), "per"),
    )
    return stacked([monthly, hours])


def _of_whole_years(rows: pl.DataFrame, per: pl.Expr) -> pl.DataFrame:
    """The months of calendar years that are read from end to end, with year_value (their sum) and per."""
    year = ["project_id", "metric", "year"]
    dated = rows.with_columns(year=pl.col("month_start_date").dt.year())
    whole = (
        dated.group_by(year)
        .agg(year_value=pl.col("value").sum(), count=pl.len(), per=per)
        .filter(pl.col("count") == MONTHS_OF_YEAR)
    )
    return dated.join(whole, on=year)


def design_findings(
    series: pl.DataFrame, projects: DataFrame[Project], units: DataFrame[UnitConversion]
) -> DataFrame[CheckedFigure]:
    """Return the check year_over_design: a whole year's output over the appraised annual output."""
    parts = [CheckedFigure.empty_frame()]
    for unit, metrics in DESIGNED.items():
        designed = projects.select(
            "project_id", design=in_unit("design_annual_value", "design_unit", unit, units)
        ).filter(pl.col("design") > 0)
        own = series.filter(pl.col("metric").is_in(metrics)).join(designed, on="project_id")
        parts.append(
            checked(
                _of_whole_years(own, pl.col("design").first()),
                "year_over_design",
                figure="metric",
                kind="kind",
                value=pl.col("year_value") / pl.col("per"),
                numbers=pl.format("{} / {}", pl.col("year_value").round(1), pl.col("per").round(1)),
            )
        )
    return stacked(parts)


def heat_findings(
    series: pl.DataFrame, balance: DataFrame[HeatBalance], months: DataFrame[OperatingMonth]
) -> DataFrame[CheckedFigure]:
    """Return the checks heat_over_fuel_of_month, heat_over_fuel_of_three_months (of boilers) and electricity_per_heat.

    A plant that makes its heat by electricity has no fuel to be compared with: those are left out.
    """
    methods = months.select("project_id", "method").unique()
    used = series.filter(pl.col("metric") == "electricity_consumed").select(
        "project_id", "month_start_date", electricity_mwh="value"
    )
    known = balance.join(methods, on="project_id").join(used, on=["project_id", "month_start_date"], how="left")
    source = pl.col("method").replace_strict(HEAT_SOURCES, default=None, return_dtype=pl.String)
    burning = known.with_columns(source=source).filter(pl.col("source").is_in(BURNING), pl.col("fuel_gj") > 0)
    fired = checked(
        burning,
        "heat_over_fuel_of_month",
        figure=over("heat", "fuel_heat"),
        kind="source",
        value=pl.col("heat_gj") / pl.col("fuel_gj"),
        numbers=pl.format("{} GJ / {} GJ", pl.col("heat_gj").round(1), pl.col("fuel_gj").round(1)),
    )
    per_heat = checked(
        known.filter((pl.col("heat_gj") > 0) & pl.col("electricity_mwh").is_not_null()),
        "electricity_per_heat",
        figure=over("electricity", "heat"),
        kind="method",
        value=pl.col("electricity_mwh") * KWH_PER_MWH / pl.col("heat_gj"),
        numbers=pl.format("{} MWh / {} GJ", pl.col("electricity_mwh").round(2), pl.col("heat_gj").round(1)),
    )
    return stacked([fired, _of_three_months(burning.filter(source="boiler")), per_heat])


def _of_three_months(burning: pl.DataFrame) -> DataFrame[CheckedFigure]:
    """Each month with the worst of the three months in a row in which it is: stocks of fuel even out over them."""
    first, number = pl.col("month_start_date"), pl.col("month_start_date").dt.year() * MONTHS_OF_YEAR
    ordered = burning.sort("project_id", first).with_columns(number=number + first.dt.month())
    heat, fuel = (pl.col(name).rolling_sum(IN_A_ROW).over("project_id") for name in ("heat_gj", "fuel_gj"))
    is_whole = pl.col("number") - pl.col("number").shift(IN_A_ROW - 1).over("project_id") == IN_A_ROW - 1
    windows = ordered.with_columns(heat=pl.when(is_whole).then(heat), fuel=pl.when(is_whole).then(fuel))
    seen = pl.concat(
        [windows.with_columns(pl.col("heat", "fuel").shift(-later).over("project_id")) for later in range(IN_A_ROW)]
    )
    rated = seen.drop_nulls("heat").with_columns(value=pl.col("heat") / pl.col("fuel"))
    worst = rated.sort("value", descending=True).unique(
        ["project_id", "month_start_date"], keep="first", maintain_order=True
    )
    return checked(
        worst.sort("project_id", "month_start_date"),
        "heat_over_fuel_of_three_months",
        figure=over("heat", "fuel_heat"),
        kind=pl.lit("boiler"),
        value="value",
        numbers=pl.format("{} GJ / {} GJ", pl.col("heat").round(1), pl.col("fuel").round(1)),
    )


def use_of_heat_capacity(series: pl.DataFrame, capacities: DataFrame[HeatCapacity]) -> DataFrame[CheckedFigure]:
    """Return the check heat_over_capacity_of_month; capacities: projects.outputs.heat_capacities."""
    return checked(
        series.join(capacities, on=["project_id", "metric"]),
        "heat_over_capacity_of_month",
        figure="metric",
        kind=pl.lit("*"),
        value=pl.col("daily") / pl.col("most_per_day"),
        numbers=pl.format("{}, {}", pl.col("value").round(1), "capacity_text"),
    )


def flow_findings(series: pl.DataFrame, items: DataFrame[ReportedItem]) -> DataFrame[CheckedFigure]:
    """Return the check electricity_per_flow; items: project_id, kind, item, metric."""
    treated = items.filter(pl.col("kind") == "treated_wastewater").select("project_id", "metric").unique()
    month = ["project_id", "month_start_date"]
    flow = series.join(treated, on=["project_id", "metric"], how="semi").group_by(month).agg(m3=pl.col("value").sum())
    used = series.filter(pl.col("metric") == "electricity_consumed").select(*month, "value")
    return checked(
        used.join(flow.filter(pl.col("m3") > 0), on=month),
        "electricity_per_flow",
        figure=over("electricity", "flow"),
        kind=pl.lit("*"),
        value=pl.col("value") * KWH_PER_MWH / pl.col("m3"),
        numbers=pl.format("{} MWh / {} m3", pl.col("value").round(3), pl.col("m3").round(1)),
    )


def lamp_findings(complete: DataFrame[CompleteReading], months: DataFrame[OperatingMonth]) -> DataFrame[CheckedFigure]:
    """Return the check lamp_hours_a_day; complete: activity.operating.operating_readings."""
    days = days_between(pl.col("operating_from_date"), pl.col("operating_to_date"))
    lit = complete.filter(pl.col("metric").is_in(LAMPS)).join(
        months.select("project_id", "month_start_date", days=days), on=["project_id", "month_start_date"]
    )
    return checked(
        lit,
        "lamp_hours_a_day",
        figure="metric",
        kind="metric",
        value=pl.col("value") / pl.col("days"),
        numbers=pl.format("{} h / {}", pl.col("value").round(1), "days"),
    )
