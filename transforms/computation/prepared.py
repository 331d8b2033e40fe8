"""What every group of marts is made from, worked out once: factors, positions, months of projects, periods."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from schemas.between.activity import CompleteReading, FirstDay, MonthlyPart, OperatingMonth
from schemas.between.outcomes import ProjectRealisation
from schemas.between.projects import ForestArea, ProjectScope, ReportedItem, StatedBound
from schemas.contract import DataFrame, stacked, unchecked
from schemas.deliveries import Accepted, DeliveredParameter, OperatingRecord, Project
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
from transforms.attribution.confirmations import loan_confirmations
from transforms.attribution.containers import kinds_in
from transforms.attribution.holdings import Holdings
from transforms.deliveries.book.book import Book
from transforms.factors.derived_parameters import with_derived
from transforms.factors.parameters import book_parameters, with_kind_uncertainty
from transforms.factors.refused import refused_factors, with_refused_readings
from transforms.ground.calendar import Period, beijing_date, book_periods
from transforms.ground.reference import Reference, facility_fields
from transforms.judging.judge import Judged, Subject, judge, published_months
from transforms.methods.catalog import EDITIONS
from transforms.methods.editions import editions_of, with_editions
from transforms.money.exchange import max_age_days
from transforms.money.positions import balance_changes
from transforms.money.reconciliation import Reconciled, reconcile
from transforms.outcomes.realisation import project_realisation
from transforms.outcomes.stated_figures import impossible_figures, withheld
from transforms.projects.forests import forest_areas
from transforms.projects.items import reported_items
from transforms.projects.outputs import heat_capacities, own_capacities, stated_bounds
from transforms.projects.scopes import project_scopes


class Readings(NamedTuple):
    """What became of the readings: months of operation, their parts by month, the complete months, the items read,

    and the days that need none (activity.seasons.idle_parts).
    """

    months: DataFrame[OperatingMonth]
    spread: Spread
    complete: DataFrame[CompleteReading]
    items: DataFrame[ReportedItem]
    idle: DataFrame[MonthlyPart]


@dataclass(frozen=True)
class Prepared:
    """What every group of marts is made from. impossible: ImpossibleFigure; seen: the holdings by container."""

    book: Book
    reference: Reference
    until: dt.date
    parameters: DataFrame[Parameter]
    scopes: DataFrame[ProjectScope]
    changes: DataFrame[BalanceChange]
    surveyed: Surveyed
    impossible: DataFrame[ImpossibleFigure]
    read: Readings
    worked_out: MonthsOfProjects
    judged: Judged
    realisation: DataFrame[ProjectRealisation]
    seen: Mapping[str, Holdings]
    periods: list[Period]
    reconciled: Reconciled

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

    @property
    def reaches_to(self) -> dt.date:
        """The day on which the newest row that counts was booked or reported; without any, the day known at."""
        as_of = data_as_of(self.tables)
        return beijing_date(as_of) if as_of else self.until

    @property
    def years(self) -> list[Period]:
        """The complete calendar years."""
        return [period for period in self.periods if period.name == str(period.first.year)]

    @property
    def quarters(self) -> list[Period]:
        """The complete quarters."""
        return [period for period in self.periods if "Q" in period.name]


def prepare(book: Book, reference: Reference, until: dt.date) -> Prepared:
    """Return what the book amounts to before any mart is made, as known on the day."""
    tables = book.tables
    parameters = _parameters(tables["parameters"], reference)
    changes = balance_changes(tables["ledger"]).filter(pl.col("value_date") <= until)
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
    reconciled = reconcile(tables["control_totals"], changes, tables["loans"])
    confirmed = loan_confirmations(tables, reconciled.totals, until)
    pieces = month_pieces(_divided(book, read, readings), given, worked_out.months)
    complete = completeness(read.months, read.spread, read.items, EDITIONS.values(), read.idle)
    made = _holdings(book, worked_out.months, changes, parameters, reference)
    holdings = replace(made, pieces=pieces, confirmations=confirmed, impossible=impossible, completeness=complete)
    return Prepared(
        book=book,
        reference=reference,
        until=until,
        parameters=parameters,
        scopes=scopes,
        changes=changes,
        surveyed=surveyed,
        impossible=impossible,
        read=read,
        worked_out=worked_out,
        judged=judged,
        realisation=realisation,
        seen={container: _seen_as(container, holdings, reference) for container in CONTAINERS},
        periods=_periods(tables, until),
        reconciled=reconciled,
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


def _parameters(delivered: DataFrame[DeliveredParameter], reference: Reference) -> DataFrame[Parameter]:
    """Return the factors in force (schemas.reference.Parameter) with what follows from them."""
    if delivered.is_empty():
        return _reference_parameters(reference)
    given = book_parameters(reference.parameters, delivered)
    return with_derived(with_kind_uncertainty(given, reference.parameter_kinds))


@lru_cache(maxsize=1)
def _reference_parameters(reference: Reference) -> DataFrame[Parameter]:
    return with_derived(with_kind_uncertainty(reference.parameters, reference.parameter_kinds))


def data_as_of(tables: Accepted) -> dt.datetime | None:
    """Return when the newest row that counts was booked or reported."""
    newest = [tables["ledger"]["booked_at"].max(), tables["operating"]["reported_at"].max()]
    return max((moment for moment in newest if isinstance(moment, dt.datetime)), default=None)


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


def _first_day(tables: Accepted) -> dt.date | None:
    days = [tables["ledger"]["value_date"].min(), tables["operating"]["period_start"].min()]
    return min((day for day in days if isinstance(day, dt.date)), default=None)


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


def _periods(tables: Accepted, until: dt.date) -> list[Period]:
    """The quarters, halves and years since the first day of the book whose last day has passed, whatever was sent."""
    first = _first_day(tables)
    return book_periods(first, until - dt.timedelta(days=1)) if first else []


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
