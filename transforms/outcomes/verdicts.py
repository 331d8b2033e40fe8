"""Is each figure what such a figure looks like? A verdict with the evidence, by the bounds of plausibility.toml.

A figure outside its bounds is kept and flagged: the check asks a question and does not know the answer. Only what
physics forbids is refused, as a row (transforms/projects/plant_capacity.py).
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.between.activity import CompleteReading, YearlyReading
from schemas.between.deliveries import RefusedValue
from schemas.between.ground import UnitConversion
from schemas.between.projects import ForestArea, ProjectScope, ReportedItem
from schemas.contract import DataFrame, conform, unchecked
from schemas.deliveries import ForestStratum, Project
from schemas.marts import AttributedAnnualReduction, Plausibility, ProjectOutcome
from schemas.reference import Parameter
from transforms.activity.heat_balance import heat_balance
from transforms.ground.sentences import Fact, Sentences, in_both
from transforms.projects.forests import forest_areas
from transforms.projects.plant_capacity import HOURS_PER_DAY, capacity_mw

Checks = Mapping[str, Mapping[str, Any]]
STATED: Final = {"boiler_efficiency": "baseline_boiler_efficiency", "steam_enthalpy": "steam_enthalpy"}
"""Parameters of a project that have a check of their own."""

OUTSIDE: Final = {"refuse": "refused", "flag": "flagged"}
"""Action of a check, and the verdict of a figure outside its bounds."""

PERIOD: Final = ("period", "period_from_date", "period_to_date")
FOREST_METHODS: Final = ("forest_stock_change", "afforestation", "bamboo", "reported_removals")
YUAN_IN_10000: Final = 10_000


class Figures(NamedTuple):
    """What is looked at; refused: of the whole book."""

    projects: DataFrame[Project]
    scopes: DataFrame[ProjectScope]
    yearly: DataFrame[YearlyReading]
    complete: DataFrame[CompleteReading]
    items: DataFrame[ReportedItem]
    outcomes: DataFrame[ProjectOutcome]
    annual: DataFrame[AttributedAnnualReduction]
    parameters: DataFrame[Parameter]
    strata: DataFrame[ForestStratum]
    refused: DataFrame[RefusedValue]


def plausibility_verdicts(
    figures: Figures, checks: Checks, units: DataFrame[UnitConversion], sentences: Sentences
) -> DataFrame[Plausibility]:
    """Return schemas.marts.Plausibility: a row a project, check and period for which the figures are there."""
    rows = [
        _capacity_factors(figures, units),
        _refused(figures),
        _pv_hours(figures, checks["pv_full_load_hours"], units),
        _efficiencies(figures, sentences["heat_of_months"]),
        *(_stated(figures, check, name) for check, name in STATED.items()),
        _co2_per_tce(figures),
        _tonnes_per_10000_yuan(figures),
        _removals_per_mu(figures, units),
    ]
    judged = _judged(pl.concat(rows, how="diagonal"), checks, sentences)
    return unchecked(
        judged.sort("project_id", "check_id", "period", "period_from_date", "figure", "value"), Plausibility
    )


def per_area(tonnes_a_year: pl.DataFrame, areas: DataFrame[ForestArea]) -> pl.DataFrame:
    """Return the check forest_removals_per_mu of tonnes a year over areas.

    tonnes_a_year: project_id, figure, tonnes, and the period where it is of one; areas: project_id, area_mu.
    """
    return (
        tonnes_a_year.join(areas, on="project_id")
        .filter(pl.col("area_mu") > 0)
        .select(
            "project_id",
            "figure",
            *(name for name in PERIOD if name in tonnes_a_year.columns),
            check_id=pl.lit("forest_removals_per_mu"),
            value=pl.col("tonnes") / pl.col("area_mu"),
            numbers=pl.format("{} t / {} mu", pl.col("tonnes").round(2), pl.col("area_mu").round(2)),
        )
        .drop_nulls("value")
    )


def _judged(rows: pl.DataFrame, checks: Checks, sentences: Sentences) -> pl.DataFrame:
    names = ["unit", "action", "evidence", "title_en", "title_zh", "reason_en", "reason_zh"]
    bounds = pl.DataFrame(
        [
            {
                "check_id": check_id,
                "lower_value": float(check["lower"]),
                "upper_value": float(check["upper"]),
                **{name: check[name] for name in names},
            }
            for check_id, check in checks.items()
        ]
    )
    known = rows.join(bounds, on="check_id", maintain_order="left")
    is_inside = pl.col("value").is_between("lower_value", "upper_value")
    outside = pl.col("action").replace_strict(OUTSIDE, return_dtype=pl.String)
    outcome = pl.when(is_inside).then(pl.lit("plausible")).otherwise(outside)
    evidence, evidence_zh = beside_limits(
        sentences["figure_beside_bounds"],
        figure="figure",
        numbers=("numbers", pl.coalesce("numbers_zh", "numbers")),
        lower="lower_value",
        upper="upper_value",
    )
    judged = known.with_columns(
        verdict=outcome, parameter_status="evidence", evidence=evidence, evidence_zh=evidence_zh
    )
    return conform(judged, Plausibility)


def beside_limits(sentence: Mapping[str, Any], **facts: Fact) -> tuple[pl.Expr, pl.Expr]:
    """Return the sentence (en, zh) of a value beside its limits; rows have value, unit, and their check's words."""
    words = {"title": ("title_en", "title_zh"), "reason": ("reason_en", "reason_zh")}
    return in_both(sentence, value=pl.col("value").round(4), unit="unit", **words, **facts)


def _of_year(column: str = "calendar_year") -> dict[str, pl.Expr]:
    return {
        "period": pl.col(column).cast(pl.String),
        "period_from_date": pl.date(pl.col(column), 1, 1),
        "period_to_date": pl.date(pl.col(column), 12, 31),
    }


def _supplied(figures: Figures, units: DataFrame[UnitConversion]) -> pl.DataFrame:
    years = figures.yearly.filter(pl.col("is_complete") & (pl.col("metric") == "electricity_supplied"))
    return years.join(capacity_mw(figures.projects, units), on="project_id")


def _capacity_factors(figures: Figures, units: DataFrame[UnitConversion]) -> pl.DataFrame:
    hours = pl.col("operating_days") * HOURS_PER_DAY
    return _supplied(figures, units).select(
        "project_id",
        check_id=pl.lit("capacity_factor"),
        figure=pl.lit("delivered"),
        **_of_year(),
        value=pl.col("value") / (pl.col("capacity_mw") * hours),
        numbers=pl.format("{} MWh / ({} MW x {} h)", pl.col("value").round(3), "capacity_mw", hours),
    )


def _refused(figures: Figures) -> pl.DataFrame:
    return figures.refused.select(
        "project_id",
        "value",
        check_id=pl.lit("capacity_factor"),
        figure=pl.lit("delivered"),
        period_from_date="period_start",
        period_to_date="period_end",
        numbers=pl.format("{} .. {}", "period_start", "period_end"),
    )


def _pv_hours(figures: Figures, check: Mapping[str, Any], units: DataFrame[UnitConversion]) -> pl.DataFrame:
    placed = figures.scopes.filter(technology=check["technology"], province_code=check["province_code"])
    is_whole_year = pl.col("operating_days") >= (pl.date(pl.col("calendar_year"), 12, 31).dt.ordinal_day())
    whole = _supplied(figures, units).filter(is_whole_year).join(placed, on="project_id", how="semi")
    return whole.select(
        "project_id",
        check_id=pl.lit("pv_full_load_hours"),
        figure=pl.lit("delivered"),
        **_of_year(),
        value=pl.col("value") / pl.col("capacity_mw"),
        numbers=pl.format("{} MWh / {} MW", pl.col("value").round(3), "capacity_mw"),
    )


def _efficiencies(figures: Figures, sentence: Mapping[str, Any]) -> pl.DataFrame:
    """Heat metered at the users over net heat of the fuel, over the months of a year in which both are read."""
    key = ["project_id", "month_start_date"]
    both = heat_balance(figures.complete, figures.items, figures.parameters, figures.projects)
    yearly = (
        both.sort(key)
        .group_by("project_id", calendar_year=pl.col("month_start_date").dt.year())
        .agg(pl.col("heat_gj", "fuel_gj").sum(), months=pl.len())
        .filter(pl.col("fuel_gj") > 0)
    )
    heat, fuel = pl.col("heat_gj").round(1), pl.col("fuel_gj").round(1)
    numbers, numbers_zh = in_both(sentence, heat=heat, fuel=fuel, months="months")
    return yearly.select(
        "project_id",
        check_id=pl.lit("heat_over_fuel_heat"),
        figure=pl.lit("delivered"),
        **_of_year(),
        value=pl.col("heat_gj") / pl.col("fuel_gj"),
        numbers=numbers,
        numbers_zh=numbers_zh,
    )


def _stated(figures: Figures, check_id: str, parameter_id: str) -> pl.DataFrame:
    own = figures.parameters.filter(pl.col("parameter_id") == parameter_id).filter(
        pl.col("scope").is_in(figures.projects["project_id"].implode())
    )
    return own.select(
        "value",
        project_id="scope",
        check_id=pl.lit(check_id),
        figure="parameter_id",
        period_from_date="valid_from",
        period_to_date="valid_to",
        numbers=pl.coalesce("locator", "source"),
    )


def _co2_per_tce(figures: Figures) -> pl.DataFrame:
    """Promised and measured tonnes over the standard coal that the project stated as saved in the same year."""
    saved = figures.yearly.filter(
        pl.col("is_complete") & (pl.col("metric") == "standard_coal_saved") & (pl.col("value") > 0)
    ).select("project_id", "calendar_year", tce="value")
    beside = saved.join(figures.outcomes, on=["project_id", "calendar_year"])
    return pl.concat(
        [
            beside.select(
                "project_id",
                check_id=pl.lit("co2_per_tce"),
                figure=pl.lit(figure),
                **_of_year(),
                value=pl.col(tonnes) / pl.col("tce"),
                numbers=pl.format("{} t / {} tce", pl.col(tonnes).round(2), pl.col("tce").round(2)),
            ).drop_nulls("value")
            for figure, tonnes in (("promised", "promised_reductions_tco2e"), ("measured", "measured_reductions_tco2e"))
        ]
    )


def _tonnes_per_10000_yuan(figures: Figures) -> pl.DataFrame:
    """Annual tonnes that the money newly lent in a year brings about, over that money."""
    lent = (
        figures.annual.filter(
            pl.col("period").str.len_chars() == len("2025"),
            pl.col("attributed_annual_reductions_tco2e_per_year").is_not_null(),
        )
        .group_by("project_id", "period", "period_from_date", "period_to_date")
        .agg(
            tonnes=pl.col("attributed_annual_reductions_tco2e_per_year").sum(),
            wan=pl.col("disbursed_cny").sum().cast(pl.Float64) / YUAN_IN_10000,
        )
    )
    return lent.filter(pl.col("wan") > 0).select(
        "project_id",
        "period",
        "period_from_date",
        "period_to_date",
        check_id=pl.lit("tonnes_per_10000_yuan"),
        figure=pl.lit("promised"),
        value=pl.col("tonnes") / pl.col("wan"),
        numbers=pl.format("{} t / {} 10^4 CNY", pl.col("tonnes").round(2), pl.col("wan").round(2)),
    )


def _removals_per_mu(figures: Figures, units: DataFrame[UnitConversion]) -> pl.DataFrame:
    """The promised and the measured removals of a forest project's year over its area."""
    forests = figures.projects.filter(pl.col("method").is_in(FOREST_METHODS))
    areas = forest_areas(figures.strata, forests, units)
    promised = forests.select("project_id", figure=pl.lit("promised"), tonnes="reported_annual_reduction_tco2")
    years = figures.outcomes.join(forests, on="project_id", how="semi").select(
        "project_id", **_of_year(), figure=pl.lit("measured"), tonnes="measured_reductions_tco2e"
    )
    return pl.concat([per_area(promised, areas), per_area(years, areas)], how="diagonal")
