"""What every group of marts is made from, worked out once: factors, positions, months of projects, periods."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from schemas.between.outcomes import DrawableYear, LentInWindow, ProjectRealisation, UncertainInput
from schemas.between.projects import ForestArea, ProjectScope, StatedBound
from schemas.between.sums import FigurePart
from schemas.contract import DataFrame, stacked
from schemas.deliveries import Accepted, OperatingRecord, Project
from schemas.marts import (
    BalanceChange,
    Completeness,
    ImpossibleFigure,
    LoanConfirmation,
    ProjectMonth,
    ProjectMonthPart,
    ReadingUse,
)
from schemas.reference import Parameter
from schemas.words.containers import AVOIDED, CONTAINERS
from transforms.activity.completeness import completeness
from transforms.activity.forest_surveys import Surveyed
from transforms.activity.month_pieces import Divided, month_pieces
from transforms.activity.project_months import Given, MonthsOfProjects, project_months
from transforms.activity.reading_uses import reading_uses
from transforms.attribution.containers import kinds_in
from transforms.attribution.holdings import Holdings
from transforms.computation.facts import Facts, changes_known
from transforms.computation.readings import Readings, read_book
from transforms.deliveries.book.book import Book
from transforms.factors.refused import refused_factors, with_refused_readings
from transforms.ground.reference import Reference, facility_fields
from transforms.judging.judge import Judged, Subject, judge, published_months
from transforms.methods.catalog import EDITIONS
from transforms.money.exchange import max_age_days
from transforms.outcomes.disclosure_crf import lent_by_window
from transforms.outcomes.realisation import project_realisation
from transforms.outcomes.stated_figures import impossible_figures, withheld
from transforms.projects.forests import forest_areas
from transforms.projects.outputs import heat_capacities, own_capacities, stated_bounds
from transforms.projects.scopes import project_scopes
from transforms.uncertainty.monte_carlo import drawable_years
from transforms.uncertainty.ranges import Contributions, RangeSums, contributions, figure_parts, range_sums
from transforms.uncertainty.sensitivities import inputs_of


class Uncertain(NamedTuple):
    """Every input of every month with a figure, what it moves, and what the projects add to figures and ranges."""

    inputs: DataFrame[UncertainInput]
    contributed: Contributions
    figures: DataFrame[FigurePart]
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
    uses: DataFrame[ReadingUse]
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
        figures = figure_parts(self.seen, self.facts.periods)
        return Uncertain(inputs, contributed, figures, range_sums(figures, contributed, self.facts.periods))

    @cached_property
    def drawable_years(self) -> DataFrame[DrawableYear]:
        """The projects and years that may be drawn at random."""
        years = [year.first.year for year in self.facts.years]
        return drawable_years(self.worked_out.evaluated, self.uncertain.inputs, years)

    @cached_property
    def lent(self) -> DataFrame[LentInWindow]:
        """What the loans under the facility lent by the windows of each quarter."""
        return lent_by_window(self.holdings, self.facts.quarters, self.facts.starts)


def prepare(book: Book, reference: Reference, facts: Facts) -> Prepared:
    """Return what the book, or a bucket of its projects, amounts to before any mart is made."""
    tables, parameters = book.tables, facts.parameters
    changes = changes_known(tables, facts.until)
    scopes = project_scopes(tables["projects"], reference, parameters)
    strata, projects, units = tables["forest_strata"], tables["projects"], reference.conversions
    surveyed, readings, read = read_book(book, scopes, reference, parameters, facts.until)
    refused = refused_factors(book.refused_parameters, tables["parameters"], projects, read.items)
    areas, built = forest_areas(strata, projects, units), stated_bounds(projects, reference)
    impossible = impossible_figures(projects, scopes, areas, built, reference)
    given = Given(read.complete, parameters, read.items, refused)
    as_read = _with_reasons(project_months(read.months, *given), book, impossible)
    realisation = _realisation(projects, scopes, reference)
    judged = _judged(book, as_read, read, facts, realisation, changes, areas, built, reference)
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
        uses=reading_uses(as_read.evaluated, read.used, tables["operating"], surveyed.leaves, reference.metrics),
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


def _judged(  # noqa: PLR0913, PLR0917 - each argument is a table that is looked at
    book: Book,
    worked_out: MonthsOfProjects,
    read: Readings,
    facts: Facts,
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
        facts.parameters,
        realisation,
        areas,
        reference.conversions,
        heat_capacities(projects, built, reference),
        own_capacities(projects, built, reference),
        book.tables["loans"],
        changes,
        facts.peers,
    )
    return judge(
        subject,
        reference.bounds,
        reference.judgements,
        book.released.in_force,
        reference.sentences,
        reference.figure_names,
    )


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
