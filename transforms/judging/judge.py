"""The project months as they may be published: implausible ones are withheld, with the reason."""

from typing import Final, NamedTuple

import polars as pl

from schemas.between.activity import CompleteReading, OperatingMonth
from schemas.between.deliveries import ReleasedMonth
from schemas.between.ground import UnitConversion
from schemas.between.judging import CheckedFigure, FigureOutside, Finding, HeldMonth, PeerMonth, PlantMonth
from schemas.between.outcomes import ProjectRealisation
from schemas.between.projects import BuiltCapacity, ForestArea, HeatCapacity, ReportedItem
from schemas.contract import DataFrame, conform, stacked, unchecked
from schemas.deliveries import Loan, Project
from schemas.marts import BalanceChange, ProjectMonth, WithheldFigure
from schemas.reference import Bound, Parameter
from transforms.activity.heat_balance import heat_balance
from transforms.activity.project_months import KEY, TERMS, WITHHELD, MonthsOfProjects
from transforms.ground.bounds import bounds_of
from transforms.ground.sentences import Sentences
from transforms.judging.companions import (
    beside_peers,
    beside_the_other_meter,
    meters_beside_meters,
    peer_findings,
    plant_months,
    plants_beside_peers,
    ratios_of_pairs,
    shifted,
)
from transforms.judging.findings import Checks, outside
from transforms.judging.investments import (
    investment_of_project,
    investment_per_capacity,
    lent_over_invested,
    sheet_of_project,
)
from transforms.judging.levels import (
    capacity_findings,
    design_findings,
    flow_findings,
    heat_findings,
    lamp_findings,
    use_of_heat_capacity,
)
from transforms.judging.series import monthly_series
from transforms.judging.shapes import (
    after_a_gap,
    beside_the_others,
    beside_the_same_month,
    in_full_season,
    runs,
    steep_runs,
    with_usual,
)
from transforms.judging.terms import project_over_baseline
from transforms.judging.withheld_figures import explained, withheld_figures
from transforms.judging.years import Yuan, year_findings
from transforms.methods.catalog import EDITIONS

SUPPLY: Final = ("solar", "wind", "hydro")
OF_MONEY: Final = (
    "balance_over_debt",
    "few_tonnes_per_investment",
    "investment_of_project",
    "investment_per_capacity",
    "lent_over_invested",
    "sheet_over_investment",
)
"""The checks of an investment: a question about it makes no question about a reading worse."""


class Subject(NamedTuple):
    """What is judged. months: as worked out; projects, loans: the accepted rows; peers: of the whole book."""

    months: DataFrame[ProjectMonth]
    operating: DataFrame[OperatingMonth]
    complete: DataFrame[CompleteReading]
    items: DataFrame[ReportedItem]
    projects: DataFrame[Project]
    parameters: DataFrame[Parameter]
    realisation: DataFrame[ProjectRealisation]
    areas: DataFrame[ForestArea]
    units: DataFrame[UnitConversion]
    heat_capacities: DataFrame[HeatCapacity]
    capacities: DataFrame[BuiltCapacity]
    loans: DataFrame[Loan]
    changes: DataFrame[BalanceChange]
    peers: DataFrame[PeerMonth]


class Judged(NamedTuple):
    """What was found, released or not; held: the months that are not released."""

    findings: DataFrame[Finding]
    figures: DataFrame[WithheldFigure]
    held: DataFrame[HeldMonth]


def judge(  # noqa: PLR0913, PLR0917 - what is judged, by which limits, in which words
    subject: Subject,
    bounds: DataFrame[Bound],
    checks: Checks,
    released: DataFrame[ReleasedMonth],
    sentences: Sentences,
    names: Sentences,
) -> Judged:
    """Return what is withheld of the months and why; names: of figures."""
    seen = _with_family(outside(_looked_at(subject, bounds), bounds), checks)
    first = held_months(seen)
    left = subject.months.join(first, on=KEY, how="anti").join(released.select(KEY), on=KEY, how="anti")
    areas = subject.areas
    rates = bounds_of(bounds, "yuan_per_unit").select("method_or_scope", "implausible_above")
    yuan = Yuan(_limits(bounds, "fewest")["yuan_of_investment"], dict(rates.iter_rows()))
    of_years = outside(
        stacked(
            [
                year_findings(left, subject.projects, subject.realisation, areas, yuan),
                lent_over_invested(left, subject.projects, subject.loans, subject.changes),
                investment_per_capacity(left, subject.projects, _with_land(subject.capacities, areas)),
                investment_of_project(left, subject.projects),
                sheet_of_project(left, subject.projects, subject.loans, subject.changes),
            ]
        ),
        bounds,
    )
    findings = stacked([seen, _with_family(of_years, checks)]).sort(*KEY, "check_id", "figure", "value")
    why = explained(findings, checks, sentences, names)
    figures = withheld_figures(subject.months, why, held_months(findings), released)
    held = unchecked(figures.filter(~pl.col("is_released")).select(KEY), HeldMonth)
    return Judged(findings, figures, held)


def published_months(worked_out: MonthsOfProjects, judged: Judged) -> MonthsOfProjects:
    """Return the months as they may be published; what was evaluated for a withheld month moves no range either."""
    evaluated = (one._replace(frame=one.frame.join(judged.held, on=KEY, how="anti")) for one in worked_out.evaluated)
    return worked_out._replace(months=withheld(worked_out.months, judged.held), evaluated=tuple(evaluated))


def withheld(months: DataFrame[ProjectMonth], held: DataFrame[HeldMonth]) -> DataFrame[ProjectMonth]:
    """Return the months (ProjectMonth); those of `held` have the status and no tonnes."""
    marked = months.join(held.select(*KEY, is_held=pl.lit(True)), on=KEY, how="left", maintain_order="left")
    is_held = pl.col("is_held").fill_null(False)
    return conform(
        marked.with_columns(
            pl.when(~is_held).then(pl.col(TERMS)), status=pl.when(is_held).then(pl.lit(WITHHELD)).otherwise("status")
        ),
        ProjectMonth,
    )


def held_months(findings: DataFrame[Finding]) -> DataFrame[HeldMonth]:
    """Return KEY of the months that one implausible finding, or two questionable ones of two families, withhold."""
    loses = pl.col("is_below") & pl.col("kind").is_in(SUPPLY)  # a low supply loses tonnes: a question, no more
    is_of_money = pl.col("check_id").is_in(OF_MONEY)
    judged = findings.group_by(KEY).agg(
        is_implausible=(pl.col("verdict_level") == "implausible").any(),
        families=pl.col("family").filter(~loses & ~is_of_money).n_unique(),
    )
    return unchecked(
        judged.filter(pl.col("is_implausible") | (pl.col("families") > 1)).select(KEY).sort(KEY), HeldMonth
    )


def _with_land(capacities: DataFrame[BuiltCapacity], areas: DataFrame[ForestArea]) -> DataFrame[BuiltCapacity]:
    land = areas.filter(pl.col("area_mu") > 0).select(
        "project_id",
        bound=pl.lit("forest"),
        technology=pl.lit(None, pl.String),
        bound_size="area_mu",
        capacity_text=pl.format("{} mu", pl.col("area_mu").round(1)),
    )
    return stacked([capacities, unchecked(land, BuiltCapacity)])


def _with_family(findings: DataFrame[FigureOutside], checks: Checks) -> DataFrame[Finding]:
    families = {check_id: check["family"] for check_id, check in checks.items()}
    family = pl.col("check_id").replace_strict(families, return_dtype=pl.String)
    return unchecked(findings.with_columns(family=family), Finding)


def _looked_at(subject: Subject, bounds: DataFrame[Bound]) -> DataFrame[CheckedFigure]:
    """Return every figure that needs no sum over a year."""
    if subject.complete.is_empty():
        return CheckedFigure.empty_frame()
    fewest = _limits(bounds, "fewest")
    read = monthly_series(subject.complete, subject.operating, EDITIONS.values(), subject.items, subject.parameters)
    series = _with_usual(read, bounds)
    balance = heat_balance(subject.complete, subject.items, subject.parameters, subject.projects)
    ratios = ratios_of_pairs(in_full_season(series), balance)
    beside = beside_peers(series, subject.peers, fewest["peers"])
    companions = pl.concat([plants_beside_peers(beside), meters_beside_meters(ratios)])
    return stacked(
        [
            capacity_findings(read, subject.projects, subject.units, bounds),
            design_findings(read, subject.projects, subject.units),
            flow_findings(read, subject.items),
            heat_findings(read, balance, subject.operating),
            project_over_baseline(subject.months),
            use_of_heat_capacity(read, subject.heat_capacities),
            lamp_findings(subject.complete, subject.operating),
            beside_the_others(series),
            after_a_gap(series),
            beside_the_same_month(series),
            runs(series),
            steep_runs(series, _limits(bounds, "steep")),
            beside_the_other_meter(ratios, fewest["pairs"]),
            peer_findings(beside),
            shifted(companions, fewest["shifted_months"], fewest["misfit"]),
        ]
    )


def plants_made(
    complete: DataFrame[CompleteReading],
    operating: DataFrame[OperatingMonth],
    items: DataFrame[ReportedItem],
    parameters: DataFrame[Parameter],
    bounds: DataFrame[Bound],
) -> DataFrame[PlantMonth]:
    """Return schemas.between.judging.PlantMonth: what plants made that are judged beside each other."""
    read = monthly_series(complete, operating, EDITIONS.values(), items, parameters)
    return plant_months(_with_usual(read, bounds))


def _with_usual(read: pl.DataFrame, bounds: DataFrame[Bound]) -> pl.DataFrame:
    return with_usual(read.filter(~pl.col("is_spread")), _limits(bounds, "fewest")["other_months"])


def _limits(bounds: DataFrame[Bound], name: str) -> dict[str, float]:
    """The rows `judging_<name>`: what a check needs before it judges, by scope."""
    rows = bounds.filter(pl.col("check_id") == f"judging_{name}")
    return dict(rows.select("method_or_scope", "questionable_below").iter_rows())
