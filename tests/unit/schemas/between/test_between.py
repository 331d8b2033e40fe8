"""What crosses from stage to stage follows its contract: types, columns and what may be empty."""

import datetime as dt
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import polars as pl
import pytest

import transforms
from schemas.between.activity import (
    CompleteReading,
    ConditionNotShown,
    MonthlyPart,
    OperatingMonth,
    SurveyFinding,
    TakenMetric,
    WelcomeKind,
    YearlyReading,
)
from schemas.between.attribution import (
    Attributed,
    AttributedInPeriod,
    LoanShare,
    MonthInPeriod,
    PeriodReduction,
    ReductionInPeriod,
)
from schemas.between.bridge import TouchedQuarter
from schemas.between.deliveries import OutdatedRelease, RefusedValue, ReleasedMonth
from schemas.between.factors import Derivation, Edition, FactorGap, FactorUse, ItemScope, RefusedFactorMonth
from schemas.between.ground import County, FieldOnFile, FlagFacts, MetricSpelling, PeriodDays, Region, UnitConversion
from schemas.between.judging import Finding, HeldMonth
from schemas.between.money import LoanBalance, RateAtDisbursement, RatedDisbursement, RateOfDay
from schemas.between.outcomes import (
    DrawableYear,
    InputContribution,
    InputName,
    ProjectRealisation,
    UncataloguedLoan,
    UncertainInput,
)
from schemas.between.projects import (
    BoundedMetric,
    BoundSpelling,
    BuiltCapacity,
    ForestArea,
    HeatCapacity,
    PowerCapacity,
    ProjectScope,
    ReportedItem,
    StatedBound,
)
from schemas.between.sums import FactorInUse, FigurePart
from schemas.contract import Contract, validated
from schemas.deliveries import OperatingRecord
from schemas.marts import LoanConfirmation, LoanMonth, OverdrawnLoan, ProjectMonth
from tests.makers import KNOWN_AT, YEAR_2025, book_as_known, make_book, make_project, make_reading, reference
from transforms.activity.taken import kinds_welcome, metrics_taken
from transforms.activity.yearly import yearly_readings
from transforms.attribution.exposures import overdrawn_loans
from transforms.attribution.project_reductions import month_parts, period_reductions, reductions_within
from transforms.attribution.shares import attribute, attribute_each, loan_shares
from transforms.bridge.marts import touched_quarters
from transforms.computation.compute import compute
from transforms.computation.prepared import Prepared
from transforms.factors.derived_parameters import derivations
from transforms.factors.parameters import with_item_scopes
from transforms.flags.factors import factors_in_use
from transforms.flags.period import unconfirmed_flags
from transforms.ground.calendar import period_table
from transforms.ground.units import metric_table
from transforms.methods.catalog import EDITIONS
from transforms.methods.editions import editions_of
from transforms.money.exchange import rates_at
from transforms.money.lending_rates import rated_lending, rates_at_disbursement
from transforms.money.outstanding import loans_with_a_balance
from transforms.money.positions import loan_months
from transforms.projects.forests import forest_areas
from transforms.projects.outputs import (
    bounded_metrics,
    heat_capacities,
    own_capacities,
    spellings_of_bounds,
    stated_bounds,
)
from transforms.projects.plant_capacity import capacity_mw
from transforms.registers.product_catalogue import products_not_in_catalogue
from transforms.uncertainty.monte_carlo import drawable_years
from transforms.uncertainty.ranges import contributions, figure_parts
from transforms.uncertainty.sensitivities import inputs_of


def a_book_with_a_gap() -> Prepared:
    """A plant that runs all of January on its meter, and one of a method whose factors nobody has stated."""
    readings = [make_reading(period_start="2025-01-01", period_end="2025-01-31")]
    projects = [make_project(), make_project(project_id="P2", method="steam_heating")]
    return book_as_known(make_book(projects, readings=readings))


def between_the_stages(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    known, tables, read, worked_out = prepared.reference, prepared.tables, prepared.read, prepared.worked_out
    yield known.counties, County
    yield known.regions, Region
    yield known.crf_fields, FieldOnFile
    yield known.conversions, UnitConversion
    yield metric_table(known.metrics), MetricSpelling
    yield period_table(prepared.facts.periods), PeriodDays
    yield editions_of(known.methods), Edition
    yield derivations(prepared.facts.parameters), Derivation
    yield prepared.scopes, ProjectScope
    yield read.months, OperatingMonth
    yield read.spread.parts, MonthlyPart
    yield read.spread.unspread, MonthlyPart
    yield read.idle, MonthlyPart
    yield read.complete, CompleteReading
    yield read.items, ReportedItem
    yield with_item_scopes(read.items), ItemScope
    yield metrics_taken(read.months, read.items, EDITIONS.values()), TakenMetric
    yield kinds_welcome(EDITIONS.values()), WelcomeKind
    yield yearly_readings(read.spread.parts, tables["projects"], [2025]), YearlyReading
    for evaluated in worked_out.evaluated:
        yield evaluated.uses, FactorUse
    yield worked_out.months, ProjectMonth
    yield worked_out.gaps, FactorGap
    yield worked_out.conditions, ConditionNotShown
    yield worked_out.refused, RefusedFactorMonth
    yield from of_judgement(prepared)
    yield prepared.realisation, ProjectRealisation
    yield from of_bounds(prepared)
    yield from of_money(prepared)
    yield from of_attribution(prepared)
    yield forest_areas(tables["forest_strata"], tables["projects"], known.conversions), ForestArea
    yield attribute_each(prepared.holdings, [YEAR_2025], "period_end"), AttributedInPeriod
    spread, factors = read.spread.parts, prepared.facts.parameters
    inputs = inputs_of(worked_out.evaluated, worked_out.months, spread, factors, known.sentences)
    yield inputs, UncertainInput
    contributed = contributions(inputs, [YEAR_2025])
    yield contributed.rows, InputContribution
    yield contributed.names, InputName
    yield figure_parts(prepared.seen, [YEAR_2025]), FigurePart
    yield drawable_years(worked_out.evaluated, inputs, [2025]), DrawableYear
    yield factors_in_use(worked_out.uses), FactorInUse
    yield unconfirmed_flags(tables["loans"], LoanConfirmation.empty_frame(), dt.date(2025, 12, 31)), FlagFacts


def of_attribution(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    yield overdrawn_loans(prepared.changes), OverdrawnLoan
    yield touched_quarters({}, {}, dt.date(2025, 12, 31)), TouchedQuarter
    yield attribute(prepared.holdings, YEAR_2025, "period_end"), Attributed
    yield loan_shares(prepared.holdings, YEAR_2025, "period_end"), LoanShare
    yield period_reductions(prepared.holdings, YEAR_2025), PeriodReduction
    yield reductions_within(prepared.holdings, (YEAR_2025,)), ReductionInPeriod
    yield month_parts(prepared.holdings, (YEAR_2025,)), MonthInPeriod


def of_judgement(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    yield prepared.surveyed.readings, OperatingRecord
    yield prepared.surveyed.findings, SurveyFinding
    yield prepared.book.implausible, RefusedValue
    yield prepared.book.released.in_force, ReleasedMonth
    yield prepared.book.released.outdated, OutdatedRelease
    yield prepared.judged.findings, Finding
    yield prepared.judged.held, HeldMonth


def of_bounds(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    known, projects = prepared.reference, prepared.tables["projects"]
    stated = stated_bounds(projects, known)
    yield stated, StatedBound
    yield bounded_metrics(known), BoundedMetric
    yield spellings_of_bounds(known.outputs["bounds"]), BoundSpelling
    yield heat_capacities(projects, stated, known), HeatCapacity
    yield own_capacities(projects, stated, known), BuiltCapacity
    yield capacity_mw(projects, known.conversions), PowerCapacity


def of_money(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    holdings, tables = prepared.holdings, prepared.tables
    months = loan_months(prepared.changes, tables["loans"], prepared.facts.until)
    rated = rated_lending(prepared.changes, holdings.loan_rates, holdings.fx, holdings.fx_max_age_days)
    yield months, LoanMonth
    yield loans_with_a_balance(months, dt.date(2025, 12, 31)), LoanBalance
    yield rated, RatedDisbursement
    yield rates_at_disbursement(rated), RateAtDisbursement
    yield rates_at(dt.date(2025, 12, 31), pl.Series(["CNY", "USD"]), holdings.fx, 10), RateOfDay
    yield products_not_in_catalogue(tables["products"], tables["loans"]), UncataloguedLoan


def test_what_crosses_from_stage_to_stage_follows_its_contract() -> None:
    prepared = a_book_with_a_gap()
    assert prepared.read.complete.height
    assert prepared.worked_out.gaps.height
    for frame, contract in between_the_stages(prepared):
        validated(frame, contract, lazy=True)


def test_an_empty_book_follows_them_too() -> None:
    for frame, contract in between_the_stages(book_as_known(make_book([], [], []))):
        validated(frame, contract, lazy=True)


def every_module() -> list[ModuleType]:
    return [importlib.import_module(found.name) for found in pkgutil.walk_packages(transforms.__path__, "transforms.")]


def test_what_a_stage_calls_a_table_of_a_contract_has_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """`unchecked` takes its caller's word; here the word is looked at wherever a whole computation gives it."""
    wrong = []

    def looked_at(frame: pl.DataFrame, contract: type[Contract]) -> pl.DataFrame:
        wanted = contract.polars_schema()
        differing = {name: frame.schema.get(name) for name in wanted if frame.schema.get(name) != wanted[name]}
        wrong.extend([(contract.__name__, differing)] if differing else [])
        return frame

    for module in every_module():
        if hasattr(module, "unchecked"):
            monkeypatch.setattr(module, "unchecked", looked_at)
    projects = [make_project(), make_project(project_id="P2", method="steam_heating")]
    book = make_book(projects, readings=[make_reading(period_start="2025-01-01", period_end="2025-01-31")])
    assert compute(book, reference(), KNOWN_AT).marts["mart.project_months"].height
    assert wrong == []
