"""What every group of marts is made from, worked out once: factors, positions, months of projects, periods."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import polars as pl

from schemas.between.activity import CompleteReading, FirstDay, MonthlyPart, OperatingMonth
from schemas.between.outcomes import LentInWindow, ProjectRealisation, UncertainInput
from schemas.between.projects import ForestArea, ProjectScope, ReportedItem, StatedBound
from schemas.contract import DataFrame, stacked, unchecked
from schemas.deliveries import Accepted, OperatingRecord, Project
from schemas.marts import (
    BalanceChange,
    Completeness,
    ImpossibleFigure,
    LoanConfirmation,
    ProjectMonth,
    ProjectMonthPart,
)
from schemas.reference import Parameter
from schemas.runs import RefusedReading
from schemas.words.containers import AVOIDED, CONTAINERS
from transforms.activity.completeness import completeness
from transforms.activity.forest_surveys import Surveyed, forest_surveys
from transforms.activity.month_pieces import Divided, month_pieces
from transforms.activity.operating import operating_months, operating_readings
from transforms.activity.project_months import Given, MonthsOfProjects, project_months
from transforms.activity.seasons import idle_parts
from transforms.activity.spreading import Spread, spread_readings
from transforms.attribution.containers import kinds_in
from transforms.attribution.holdings import Holdings
from transforms.computation.facts import Facts, changes_known
from transforms.deliveries.book.book import Book
from transforms.factors.refused import refused_factors, with_refused_readings
from transforms.ground.reference import Reference, facility_fields
from transforms.judging.judge import Judged, Subject, judge, published_months
from transforms.methods.catalog import EDITIONS
from transforms.methods.editions import editions_of, with_editions
from transforms.money.exchange import max_age_days
from transforms.outcomes.disclosure_crf import lent_by_window
from transforms.outcomes.realisation import project_realisation
from transforms.outcomes.stated_figures import impossible_figures, withheld
from transforms.projects.forests import forest_areas
from transforms.projects.items import reported_items
from transforms.projects.outputs import heat_capacities, own_capacities, stated_bounds
from transforms.projects.scopes import project_scopes
from transforms.uncertainty.ranges import RangeSums, contributions, range_sums
from transforms.uncertainty.sensitivities import inputs_of


class Readings(NamedTuple):
    """What became of the readings: months of operation, their parts by month, the complete months, the items read,

    and the days that need none (activity.seasons.idle_parts).
    """

    months: DataFrame[OperatingMonth]
    spread: Spread
    complete: DataFrame[CompleteReading]
    items: DataFrame[ReportedItem]
    idle: DataFrame[MonthlyPart]


class Uncertain(NamedTuple):
    """Every input of every month with a figure, and what the projects add to the ranges."""

    inputs: DataFrame[UncertainInput]
    sums: RangeSums


@dataclass(frozen=True)
class Prepared:
    """What every group of marts is made from. impossible: ImpossibleFigure; seen: the holdings by container."""

    book: Book
    reference: Reference
    facts: Facts
    scopes: DataFrame[ProjectScope]
    changes: DataFrame[BalanceChange]
    surveyed: Surveyed
    impossible: DataFrame[ImpossibleFigure]
    read: Readings
    worked_out: MonthsOfProjects
    judged: Judged
    realisation: DataFrame[ProjectRealisation]
    seen: Mapping[str, Holdings]

    @property
    def tables(self) -> Accepted:
        """The accepted rows, by table."""
        return self.book.tables

    @property
    def readings(self) -> DataFrame[OperatingRecord]:
        """The accepted readings, and what forest surveys amount to."""
        return stacked([self.tables["operating"], self.surveyed.readings])

    @property
    def holdings(self) -> Holdings:
        """What attribution of avoided emissions reads."""
        return self.seen[AVOIDED]

    @cached_property
    def uncertain(self) -> Uncertain:
        """What the figures are uncertain by."""
        spread, worked_out, sentences = self.read.spread.parts, self.worked_out, self.reference.sentences
        inputs = inputs_of(worked_out.evaluated, worked_out.months, spread, self.facts.parameters, sentences)
        contributed = contributions(inputs, self.facts.periods)
        return Uncertain(inputs, range_sums(self.seen, contributed, self.facts.periods))

    @cached_property
    def lent(self) -> DataFrame[LentInWindow]:
        """What the loans under the facility lent by the windows of each quarter."""
        return lent_by_window(self.holdings, self.facts.quarters, self.facts.starts)


def prepare(book: Book, reference: Reference, facts: Facts) -> Prepared:
    """Return what the book, or a bucket of its projects, amounts to before any mart is made."""
    tables, parameters, until = book.tables, facts.parameters, facts.until
    changes = changes_known(tables, until)
    scopes = project_scopes(tables["projects"], reference, parameters)
    strata, projects, units = tables["forest_strata"], tables["projects"], reference.conversions
    surveyed = forest_surveys(strata, projects, reference.metrics, units, until)
    readings = stacked([tables["operating"], surveyed.readings])
    months = _operating(book, readings, scopes, reference, until)
    read = _readings(months, readings, parameters, reference)
    refused = refused_factors(book.refused_parameters, tables["parameters"], projects, read.items)
    areas, built = forest_areas(strata, projects, units), stated_bounds(projects, reference)
    impossible = impossible_figures(projects, scopes, areas, built, reference)
    given = Given(read.complete, parameters, read.items, refused)
    as_read = _with_reasons(project_months(read.months, *given), book, impossible)
    realisation = _realisation(projects, scopes, reference)
    judged = _judged(book, as_read, read, parameters, realisation, changes, areas, built, reference)
    worked_out = published_months(as_read, judged)
    pieces = month_pieces(_divided(book, read, readings), given, worked_out.months)
    complete = completeness(read.months, read.spread, read.items, EDITIONS.values(), read.idle)
    made = _holdings(book, worked_out.months, changes, parameters, reference)
    holdings = replace(
        made, pieces=pieces, confirmations=facts.confirmations, impossible=impossible, completeness=complete
    )
    return Prepared(
        book=book,
        reference=reference,
        facts=facts,
        scopes=scopes,
        changes=changes,
        surveyed=surveyed,
        impossible=impossible,
        read=read,
        worked_out=worked_out,
        judged=judged,
        realisation=realisation,
        seen={container: _seen_as(container, holdings, reference) for container in CONTAINERS},
    )


def _with_reasons(computed: MonthsOfProjects, book: Book, impossible: DataFrame[ImpossibleFigure]) -> MonthsOfProjects:
    """The months, those without a figure with its reason: a reading was refused, the project's own figure cannot be."""
    with_gaps = with_refused_readings(computed.months, book.refused_readings)
    return computed._replace(months=withheld(with_gaps, impossible))


def _realisation(
    projects: DataFrame[Project], scopes: DataFrame[ProjectScope], reference: Reference
) -> DataFrame[ProjectRealisation]:
    return project_realisation(projects, scopes, reference.realisation, reference.realisation_types, reference.methods)


def _divided(book: Book, read: Readings, readings: DataFrame[OperatingRecord]) -> Divided:
    return Divided(read.months, stacked([read.spread.parts, read.idle]), readings, book.refused_readings)


def _operating(
    book: Book,
    readings: DataFrame[OperatingRecord],
    scopes: DataFrame[ProjectScope],
    reference: Reference,
    until: dt.date,
) -> DataFrame[OperatingMonth]:
    """The months of operation, each with the edition of its method."""
    first_days = _first_days(book.tables, _from_their_years_first_day(readings, reference), book.refused_readings)
    running = operating_months(scopes, reference.regions, first_days, until)
    return with_editions(running, editions_of(reference.methods))


def _judged(  # noqa: PLR0913, PLR0917 - each argument is a table that is looked at
    book: Book,
    worked_out: MonthsOfProjects,
    read: Readings,
    parameters: DataFrame[Parameter],
    realisation: DataFrame[ProjectRealisation],
    changes: DataFrame[BalanceChange],
    areas: DataFrame[ForestArea],
    built: DataFrame[StatedBound],
    reference: Reference,
) -> Judged:
    projects = book.tables["projects"]
    subject = Subject(
        worked_out.months,
        read.months,
        read.complete,
        read.items,
        projects,
        parameters,
        realisation,
        areas,
        reference.conversions,
        heat_capacities(projects, built, reference),
        own_capacities(projects, built, reference),
        book.tables["loans"],
        changes,
    )
    return judge(
        subject,
        reference.bounds,
        reference.judgements,
        book.released.in_force,
        reference.sentences,
        reference.figure_names,
    )


def _readings(
    months: DataFrame[OperatingMonth],
    readings: DataFrame[OperatingRecord],
    parameters: DataFrame[Parameter],
    reference: Reference,
) -> Readings:
    spread, idle = (
        spread_readings(readings, parameters, reference.metrics),
        idle_parts(readings, months, parameters, reference.metrics),
    )
    complete = operating_readings(stacked([spread.parts, idle]), months)
    return Readings(months, spread, complete, reported_items(readings, reference.metrics), idle)


def _first_days(
    tables: Accepted, readings: DataFrame[OperatingRecord], refused: DataFrame[RefusedReading]
) -> DataFrame[FirstDay]:
    """Return the first day of each project's own readings, accepted or not, or entries."""
    loans = tables["loans"].select("loan_id", "project_id")
    begun = tables["ledger"].group_by("loan_id").agg(first_date=pl.col("value_date").min())
    dated = pl.concat(
        [
            readings.select("project_id", first_date="period_start"),
            refused.select("project_id", "first_date"),
            begun.join(loans, on="loan_id").select("project_id", "first_date"),
        ]
    )
    return unchecked(dated.group_by("project_id").agg(pl.col("first_date").min()), FirstDay)


def _from_their_years_first_day(
    readings: DataFrame[OperatingRecord], reference: Reference
) -> DataFrame[OperatingRecord]:
    """A reading of a season covers its whole year: outside the season there was nothing to read."""
    seasonal = [name for name, metric in reference.metrics.items() if "seasons" in metric]
    start = pl.when(pl.col("metric").is_in(seasonal)).then(pl.col("period_start").dt.truncate("1y"))
    return unchecked(readings.with_columns(period_start=start.otherwise("period_start")), OperatingRecord)


def _holdings(
    book: Book,
    months: DataFrame[ProjectMonth],
    changes: DataFrame[BalanceChange],
    parameters: DataFrame[Parameter],
    reference: Reference,
) -> Holdings:
    return Holdings(
        loans=book.tables["loans"],
        projects=book.tables["projects"],
        changes=changes,
        months=months,
        fx=book.tables["fx"],
        kinds=kinds_in(AVOIDED, _methods(reference)),
        fx_max_age_days=max_age_days(parameters),
        first_investments=book.first_investments,
        balance_sheets=book.balance_sheets,
        facility_fields=facility_fields(reference),
        loan_rates=book.loan_rates,
        confirmations=LoanConfirmation.empty_frame(),
        completeness=Completeness.empty_frame(),
        pieces=ProjectMonthPart.empty_frame(),
        impossible=ImpossibleFigure.empty_frame(),
    )


def _methods(reference: Reference) -> list[tuple[str, str, str]]:
    return [(name, method["kind"], method["container"]) for name, method in reference.methods.items()]


def _seen_as(container: str, holdings: Holdings, reference: Reference) -> Holdings:
    """The same holdings, of which only the container's methods have figures."""
    return replace(holdings, kinds=kinds_in(container, _methods(reference)))
