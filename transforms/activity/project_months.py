"""Readings x factors in force -> each project's month: BE, PE, LE and ER, or the reason why there is none."""

from typing import Final, NamedTuple

import polars as pl

from schemas.between.activity import CompleteReading, ConditionNotShown, OperatingMonth
from schemas.between.factors import FactorGap, FactorUse, RefusedFactor, RefusedFactorMonth
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, conform, stacked, unchecked, validated
from schemas.marts import ProjectMonth
from schemas.reference import Parameter, ParameterUse
from schemas.words.statuses import LACKS_READING, OF_A_MONTH
from transforms.activity.applicability import judge_conditions
from transforms.factors.parameters import Look, look_up, values_alone, with_item_scopes
from transforms.factors.refused import without_their_own_factor
from transforms.ground.calendar import days_between, days_in_year
from transforms.ground.cases import first_word
from transforms.methods.catalog import EDITIONS
from transforms.methods.engine.emission_reductions import EMISSION_REDUCTIONS, OWN_FIGURE
from transforms.methods.engine.method import Method, Part
from transforms.projects.forests import REPORTED, REPORTED_REMOVALS

KEY: Final = ["project_id", "month_start_date"]
WITHHELD: Final = "withheld_implausible"
"""The status of a month that nobody would believe (transforms.judging)."""
TERMS: Final = ["baseline_emissions_tco2e", "project_emissions_tco2e", "leakage_tco2e", "emission_reductions_tco2e"]


class Evaluated(NamedTuple):
    """What the terms of one edition of a method were worked out from.

    frame: KEY and every symbol, a row a month; parts: symbol of a part to its items (KEY, item, metric, the part's
    symbols); uses: every value looked up.
    """

    method: Method
    frame: pl.DataFrame
    parts: dict[str, pl.DataFrame]
    uses: DataFrame[FactorUse]


class MonthsOfProjects(NamedTuple):
    """The months; the factors used; what could not be looked up; conditions that were not shown to hold; where the

    project's own factor was refused; evaluated: one entry an edition in use.
    """

    months: DataFrame[ProjectMonth]
    uses: DataFrame[ParameterUse]
    gaps: DataFrame[FactorGap]
    conditions: DataFrame[ConditionNotShown]
    refused: DataFrame[RefusedFactorMonth]
    evaluated: tuple[Evaluated, ...] = ()


class Given(NamedTuple):
    """What the months of an edition are worked out from."""

    readings: DataFrame[CompleteReading]
    parameters: DataFrame[Parameter]
    items: DataFrame[ReportedItem]
    refused: DataFrame[RefusedFactor]


def project_months(
    months: DataFrame[OperatingMonth],
    readings: DataFrame[CompleteReading],
    parameters: DataFrame[Parameter],
    items: DataFrame[ReportedItem],
    refused: DataFrame[RefusedFactor] | None = None,
) -> MonthsOfProjects:
    """Return every operating month of the projects whose method is a formula or `reported`.

    months: with the edition of each (methods.editions); items: every item (fuel, species ...) that a project has ever
    reported; refused: rows of its own that would have been taken.
    """
    factors = RefusedFactor.empty_frame() if refused is None else refused
    parts = _by_edition(months, Given(readings, parameters, items, factors), look_up)
    return MonthsOfProjects(
        _months_of(parts),
        stacked([p.uses for p in parts]).sort(*KEY, "symbol", "scope"),
        stacked([p.gaps for p in parts]),
        stacked([p.conditions for p in parts]).sort("project_id", "condition"),
        stacked([p.refused for p in parts]).sort(*KEY, "parameter_id", "scope"),
        tuple(one for p in parts for one in p.evaluated),
    )


def months_alone(months: DataFrame[OperatingMonth], given: Given) -> DataFrame[ProjectMonth]:
    """Return the months of `project_months` without what is recorded beside them."""
    return _months_of(_by_edition(months, given, values_alone))


def _months_of(parts: list[MonthsOfProjects]) -> DataFrame[ProjectMonth]:
    return conform(stacked([p.months for p in parts]), ProjectMonth).sort(KEY)


def _by_edition(months: DataFrame[OperatingMonth], given: Given, look: Look) -> list[MonthsOfProjects]:
    parts = [_reported(months.filter(pl.col("method").is_in([REPORTED, REPORTED_REMOVALS])))]
    for (name, edition), method in EDITIONS.items():
        own = months.filter(pl.col("method") == name, pl.col("method_edition") == edition)
        if own.height:
            parts.append(_computed(own, method, given, look))
    return parts


def _reported(months: pl.DataFrame) -> MonthsOfProjects:
    """The project's own annual figure, by days of operation over the days of the year."""
    dated = months.with_columns(
        operating_days=days_between(pl.col("operating_from_date"), pl.col("operating_to_date")),
        year_days=days_in_year(pl.col("month_start_date")),
    )
    has_figure = pl.col("reported_annual_reduction_tco2").is_not_null()
    nothing = pl.lit(None, pl.Float64)
    rows = dated.with_columns(
        emission_reductions_tco2e=OWN_FIGURE,
        baseline_emissions_tco2e=nothing,
        project_emissions_tco2e=nothing,
        leakage_tco2e=nothing,
        is_spread=pl.lit(False),
        status=pl.when(has_figure).then(pl.lit("reported")).otherwise(pl.lit("blocked_missing_parameter")),
    )
    return MonthsOfProjects(
        unchecked(rows.select(ProjectMonth.columns()), ProjectMonth),
        ParameterUse.empty_frame(),
        FactorGap.empty_frame(),
        ConditionNotShown.empty_frame(),
        RefusedFactorMonth.empty_frame(),
    )


def _computed(months: DataFrame[OperatingMonth], method: Method, given: Given, look: Look) -> MonthsOfProjects:
    readings, parameters, items, factors = given
    found = look(months, method.parameters, parameters)
    kinds = items.filter(pl.col("kind").is_in(list(method.part_kinds)))
    own = readings.filter(pl.col("metric").is_in([*method.readings.values(), *kinds["metric"].unique()]))
    frame, uses, gaps = _with_readings(found.values, method, own), [found.uses], [found.gaps]
    parts: dict[str, pl.DataFrame] = {}
    for part in method.parts:
        frame, parts[part.symbol], part_uses, part_gaps = _with_part(frame, part, own, given, look)
        uses, gaps = [*uses, part_uses], [*gaps, part_gaps]
    validated(frame.select(method.contract.columns()), method.contract, lazy=True)
    judged = judge_conditions(frame, method.conditions, parameters)
    refused = without_their_own_factor(months, method, factors, parameters)
    rows = _with_status(terms_of(_marked(judged.frame, refused), method), method)
    computed = rows.filter(pl.col("status") == "measured").select(KEY)
    looked_up = pl.concat([FactorUse.empty_frame(), *uses], how="diagonal")
    used = conform(looked_up.join(computed, on=KEY, how="semi"), FactorUse)
    return MonthsOfProjects(
        unchecked(rows.select(ProjectMonth.columns()), ProjectMonth),
        conform(used, ParameterUse),
        unchecked(pl.concat([FactorGap.empty_frame(), *gaps], how="diagonal"), FactorGap),
        judged.conditions,
        refused,
        (Evaluated(method, frame.join(computed, on=KEY, how="semi"), parts, used),),
    )


def _marked(frame: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Months whose own factor was refused lie outside as those of a broken condition do."""
    marks = refused.select(KEY).unique().with_columns(was_refused=pl.lit(True))
    joined = frame.join(marks, on=KEY, how="left", maintain_order="left")
    return joined.with_columns(is_outside=pl.col("is_outside") | pl.col("was_refused").fill_null(False))


def terms_of(frame: pl.DataFrame, method: Method) -> pl.DataFrame:
    """Return the frame with the method's terms, what they leave, and is_undefined.

    Where a ratio has no value (fuel was burned and nothing came out of the plant) the month is undefined: the term
    is null.
    """
    terms = {
        "baseline_emissions_tco2e": method.baseline,
        "project_emissions_tco2e": method.project,
        "leakage_tco2e": method.leakage,
    }
    worked_out = frame.with_columns(**terms)
    is_finite = {term: pl.col(term).is_finite().fill_null(True) for term in terms}
    defined = worked_out.with_columns(
        *(pl.when(is_finite[term]).then(term).alias(term) for term in terms),
        is_undefined=~pl.all_horizontal(is_finite.values()),
    )
    return defined.with_columns(emission_reductions_tco2e=EMISSION_REDUCTIONS)


def _with_readings(frame: pl.DataFrame, method: Method, readings: pl.DataFrame) -> pl.DataFrame:
    spread = readings.filter(pl.col("is_spread")).select(KEY).unique().with_columns(is_spread=pl.lit(True))
    for symbol, metric in method.readings.items():
        column = readings.filter(pl.col("metric") == metric).select(*KEY, pl.col("value").alias(symbol))
        frame = frame.join(column, on=KEY, how="left", maintain_order="left")
    marked = frame.join(spread, on=KEY, how="left", maintain_order="left")
    return marked.with_columns(pl.col("is_spread").fill_null(False))


def _with_part(
    frame: pl.DataFrame, part: Part, readings: pl.DataFrame, given: Given, look: Look
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Add the part's sum and whether a reading of its kind is missing; return also its items, uses and gaps."""
    own = with_item_scopes(given.items.filter(pl.col("kind") == part.kind))
    scopes = ["province_code", "grid_region", "technology", "region_technology"]
    grid = frame.select(*KEY, "operating_from_date", "operating_to_date", *scopes).join(own, on="project_id")
    found = look(grid, part.parameters, given.parameters)
    reading = readings.select(*KEY, "metric", pl.col("value").alias(part.reading))
    values = found.values.join(reading, on=[*KEY, "metric"], how="left").with_columns(amount=part.amount)
    complete = pl.when(pl.col("amount").null_count() == 0).then(pl.col("amount").sum())
    lacking = _lacking(part.kind)
    total = values.group_by(KEY).agg(
        complete.alias(part.symbol), (pl.col(part.reading).null_count() > 0).alias(f"{lacking}_new")
    )
    joined = frame.join(total, on=KEY, how="left", maintain_order="left")
    known = _where_nothing_was_ever_reported(part)
    return joined.with_columns(known).drop(f"{lacking}_new"), values, found.uses, found.gaps


def _where_nothing_was_ever_reported(part: Part) -> list[pl.Expr]:
    """The part's sum and whether a reading of its kind is missing, also for projects without any item of the kind."""
    lacking = _lacking(part.kind)
    missing = pl.col(f"{lacking}_new")
    total = pl.when(missing.is_null()).then(pl.lit(part.absent, pl.Float64)).otherwise(pl.col(part.symbol))
    return [total.alias(part.symbol), missing.fill_null(part.absent is None).alias(lacking)]


def _lacking(kind: str) -> str:
    return f"lacks_{kind}"


def _with_status(terms: pl.DataFrame, method: Method) -> pl.DataFrame:
    """A month without a figure says what is missing; outside the method's conditions there is none at all."""
    lacking = (
        [pl.all_horizontal(pl.col(symbol).is_null() for symbol in group) for group in method.reading_groups]
        + [pl.col(_lacking(kind)) for kind in method.part_kinds]
        + [pl.col("is_undefined")]
    )
    has_figure = pl.col("emission_reductions_tco2e").is_not_null() & ~pl.col("is_outside")
    holds = {"refused": pl.col("is_outside"), "measured": has_figure, LACKS_READING: pl.any_horizontal(lacking)}
    status = first_word(OF_A_MONTH, holds)
    return terms.with_columns(pl.when(has_figure).then(pl.col(TERMS)), status=status)
