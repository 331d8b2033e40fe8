"""What crosses from stage to stage follows its contract: types, columns and what may be empty."""

import datetime as dt
from collections.abc import Iterator

import polars as pl

from schemas import between
from schemas.contract import Contract, validated
from schemas.deliveries import OperatingRecord
from schemas.marts import LoanConfirmation, ProjectMonth
from tests.makers import YEAR_2025, book_as_known, make_book, make_project, make_reading
from transforms.attribution.shares import attribute_each
from transforms.computation.prepared import Prepared
from transforms.flags.period import unconfirmed_flags
from transforms.projects.forests import forest_areas
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
    yield prepared.scopes, between.ProjectScope
    yield read.months, between.OperatingMonth
    yield read.spread.parts, between.MonthlyPart
    yield read.spread.unspread, between.MonthlyPart
    yield read.idle, between.MonthlyPart
    yield read.complete, between.CompleteReading
    yield read.items, between.ReportedItem
    yield worked_out.months, ProjectMonth
    yield worked_out.gaps, between.FactorGap
    yield worked_out.conditions, between.ConditionNotShown
    yield worked_out.refused, between.RefusedFactorMonth
    yield prepared.surveyed.readings, OperatingRecord
    yield prepared.surveyed.findings, between.SurveyFinding
    yield prepared.book.implausible, between.RefusedValue
    yield prepared.book.released.in_force, between.ReleasedMonth
    yield prepared.book.released.outdated, between.OutdatedRelease
    yield prepared.judged.findings, between.Finding
    yield prepared.judged.held, between.HeldMonth
    yield prepared.realisation, between.ProjectRealisation
    yield forest_areas(tables["forest_strata"], tables["projects"], known.conversions), between.ForestArea
    yield attribute_each(prepared.holdings, [YEAR_2025], "period_end"), between.AttributedInPeriod
    yield (
        inputs_of(worked_out.evaluated, worked_out.months, read.spread.parts, prepared.parameters),
        between.UncertainInput,
    )
    yield unconfirmed_flags(tables["loans"], LoanConfirmation.empty_frame(), dt.date(2025, 12, 31)), between.FlagFacts


def test_what_crosses_from_stage_to_stage_follows_its_contract() -> None:
    prepared = a_book_with_a_gap()
    assert prepared.read.complete.height
    assert prepared.worked_out.gaps.height
    for frame, contract in between_the_stages(prepared):
        validated(frame, contract, lazy=True)


def test_an_empty_book_follows_them_too() -> None:
    for frame, contract in between_the_stages(book_as_known(make_book([], [], []))):
        validated(frame, contract, lazy=True)
