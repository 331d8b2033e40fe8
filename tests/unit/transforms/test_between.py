"""What crosses from stage to stage follows its contract: types, columns and what may be empty."""

import datetime as dt
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import polars as pl
import pytest

import transforms
from schemas import between
from schemas.contract import Contract, validated
from schemas.deliveries import OperatingRecord
from schemas.marts import LoanConfirmation, LoanMonth, OverdrawnLoan, ProjectMonth
from tests.makers import KNOWN_AT, YEAR_2025, book_as_known, make_book, make_project, make_reading, reference
from transforms.activity.taken import kinds_welcome, metrics_taken
from transforms.activity.yearly import yearly_readings
from transforms.attribution.exposures import overdrawn_loans
from transforms.attribution.project_reductions import month_parts, period_reductions, reductions_within
from transforms.attribution.shares import attribute, attribute_each, loan_shares
from transforms.computation.compute import compute
from transforms.computation.prepared import Prepared
from transforms.factors.derived_parameters import derivations
from transforms.factors.parameters import with_item_scopes
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
from transforms.uncertainty.sensitivities import inputs_of


def a_book_with_a_gap() -> Prepared:
    """A plant that runs all of January on its meter, and one of a method whose factors nobody has stated."""
    readings = [make_reading(period_start="2025-01-01", period_end="2025-01-31")]
    projects = [make_project(), make_project(project_id="P2", method="steam_heating")]
    return book_as_known(make_book(projects, readings=readings))


def between_the_stages(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    known, tables, read, worked_out = prepared.reference, prepared.tables, prepared.read, prepared.worked_out
    yield known.counties, between.County
    yield known.regions, between.Region
    yield known.crf_fields, between.FieldOnFile
    yield known.conversions, between.UnitConversion
    yield metric_table(known.metrics), between.MetricSpelling
    yield period_table(prepared.periods), between.PeriodDays
    yield editions_of(known.methods), between.Edition
    yield derivations(prepared.parameters), between.Derivation
    yield prepared.scopes, between.ProjectScope
    yield read.months, between.OperatingMonth
    yield read.spread.parts, between.MonthlyPart
    yield read.spread.unspread, between.MonthlyPart
    yield read.idle, between.MonthlyPart
    yield read.complete, between.CompleteReading
    yield read.items, between.ReportedItem
    yield with_item_scopes(read.items), between.ItemScope
    yield metrics_taken(read.months, read.items, EDITIONS.values()), between.TakenMetric
    yield kinds_welcome(EDITIONS.values()), between.WelcomeKind
    yield yearly_readings(read.spread.parts, tables["projects"], [2025]), between.YearlyReading
    for evaluated in worked_out.evaluated:
        yield evaluated.uses, between.FactorUse
    yield worked_out.months, ProjectMonth
    yield worked_out.gaps, between.FactorGap
    yield worked_out.conditions, between.ConditionNotShown
    yield worked_out.refused, between.RefusedFactorMonth
    yield from of_judgement(prepared)
    yield prepared.realisation, between.ProjectRealisation
    yield from of_bounds(prepared)
    yield from of_money(prepared)
    yield from of_attribution(prepared)
    yield forest_areas(tables["forest_strata"], tables["projects"], known.conversions), between.ForestArea
    yield attribute_each(prepared.holdings, [YEAR_2025], "period_end"), between.AttributedInPeriod
    yield (
        inputs_of(worked_out.evaluated, worked_out.months, read.spread.parts, prepared.parameters),
        between.UncertainInput,
    )
    yield unconfirmed_flags(tables["loans"], LoanConfirmation.empty_frame(), dt.date(2025, 12, 31)), between.FlagFacts


def of_attribution(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    yield overdrawn_loans(prepared.changes), OverdrawnLoan
    yield attribute(prepared.holdings, YEAR_2025, "period_end"), between.Attributed
    yield loan_shares(prepared.holdings, YEAR_2025, "period_end"), between.LoanShare
    yield period_reductions(prepared.holdings, YEAR_2025), between.PeriodReduction
    yield reductions_within(prepared.holdings, (YEAR_2025,)), between.ReductionInPeriod
    yield month_parts(prepared.holdings, (YEAR_2025,)), between.MonthInPeriod


def of_judgement(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    yield prepared.surveyed.readings, OperatingRecord
    yield prepared.surveyed.findings, between.SurveyFinding
    yield prepared.book.implausible, between.RefusedValue
    yield prepared.book.released.in_force, between.ReleasedMonth
    yield prepared.book.released.outdated, between.OutdatedRelease
    yield prepared.judged.findings, between.Finding
    yield prepared.judged.held, between.HeldMonth


def of_bounds(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    known, projects = prepared.reference, prepared.tables["projects"]
    stated = stated_bounds(projects, known)
    yield stated, between.StatedBound
    yield bounded_metrics(known), between.BoundedMetric
    yield spellings_of_bounds(known.outputs["bounds"]), between.BoundSpelling
    yield heat_capacities(projects, stated, known), between.HeatCapacity
    yield own_capacities(projects, stated, known), between.BuiltCapacity
    yield capacity_mw(projects, known.conversions), between.PowerCapacity


def of_money(prepared: Prepared) -> Iterator[tuple[pl.DataFrame, type[Contract]]]:
    holdings, tables = prepared.holdings, prepared.tables
    months = loan_months(prepared.changes, tables["loans"], prepared.until)
    rated = rated_lending(prepared.changes, holdings.loan_rates, holdings.fx, holdings.fx_max_age_days)
    yield months, LoanMonth
    yield loans_with_a_balance(months, dt.date(2025, 12, 31)), between.LoanBalance
    yield rated, between.RatedDisbursement
    yield rates_at_disbursement(rated), between.RateAtDisbursement
    yield rates_at(dt.date(2025, 12, 31), pl.Series(["CNY", "USD"]), holdings.fx, 10), between.RateOfDay
    yield products_not_in_catalogue(tables["products"], tables["loans"]), between.UncataloguedLoan


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
