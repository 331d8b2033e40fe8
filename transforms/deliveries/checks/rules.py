"""What a row of each table must agree with outside itself: known methods, fields, projects, loans and units."""

from collections.abc import Callable
from typing import Any, Final

from schemas.contract import D, DataFrame, Delivered, stacked
from schemas.deliveries import (
    DeliveredParameter,
    ExchangeRate,
    ForestStratum,
    LedgerEntry,
    Loan,
    OperatingRecord,
    Project,
    Release,
    VerifiedPeriod,
)
from schemas.registers.delivered import ForestRight
from transforms.deliveries.checks import references
from transforms.deliveries.checks.names import with_ids
from transforms.deliveries.checks.parameter_bands import parameters_outside_band
from transforms.deliveries.checks.possible import impossible_alone, impossible_together
from transforms.deliveries.checks.rate_bands import loan_rates_outside_band, prices_outside_band
from transforms.deliveries.checks.side_by_side import impossible_beside
from transforms.deliveries.checks.strata import impossible_stocks
from transforms.deliveries.rows.assembly import Assembly
from transforms.deliveries.rows.derived import unfinished_periods
from transforms.ground import units
from transforms.methods.editions import editions_of
from transforms.projects.items import reported_items


def _check_projects(rows: DataFrame[Project], assembly: Assembly) -> DataFrame[Project]:
    placed = references.with_provinces(rows, assembly.reference.regions)
    methods = assembly.reference.methods
    unknown = references.known_method(placed, methods)
    other = references.known_edition(placed, editions_of(methods)).join(unknown, on="at", how="anti")
    return assembly.refuse(placed, stacked([unknown, other]), "projects")


def _check_loans(rows: DataFrame[Loan], assembly: Assembly) -> DataFrame[Loan]:
    named = with_ids(rows, assembly.current["projects"], assembly.registered["projects"])
    rows = assembly.refuse(named.rows, named.found, "loans")
    rows, unknown_fields = references.known_crf_field(rows, assembly.reference.crf_fields)
    unknown = references.known_key(rows, "project_id", assembly.current["projects"]["project_id"], table="projects")
    rates = loan_rates_outside_band(rows, assembly.reference.bounds, assembly.reference.slips)
    return assembly.refuse(rows, stacked([unknown, unknown_fields, rates]), "loans")


def _check_ledger(rows: DataFrame[LedgerEntry], assembly: Assembly) -> DataFrame[LedgerEntry]:
    loans = assembly.current["loans"]
    unknown = references.known_key(rows, "loan_id", loans["loan_id"], table="loans")
    return assembly.refuse(rows, stacked([unknown, references.loan_currency(rows, loans)]), "ledger")


def _check_operating(rows: DataFrame[OperatingRecord], assembly: Assembly) -> DataFrame[OperatingRecord]:
    reference, projects = assembly.reference, assembly.current["projects"]
    table = reference.conversions
    named = with_ids(rows, projects, assembly.registered["projects"])
    rows = assembly.refuse(named.rows, stacked([named.found, unfinished_periods(named.rows)]), "operating")
    converted, found = units.convert_readings(rows, units.metric_table(reference.metrics), table)
    unknown = references.known_key(converted, "project_id", projects["project_id"], table="projects")
    impossible = impossible_alone(converted, projects, reference)
    assembly.implausible.append(impossible.refused)
    return assembly.refuse(converted, stacked([unknown, found, impossible.found]), "operating")


def possible_readings(current: DataFrame[OperatingRecord], assembly: Assembly) -> DataFrame[OperatingRecord]:
    """Return the readings that count without those that cannot all be true; what is refused is noted."""
    if current.height <= 1:  # there is nothing beside it
        return current
    reference, projects = assembly.reference, assembly.current["projects"]
    together = impossible_together(current, projects, reference)
    assembly.implausible.append(together.refused)
    left = assembly.refuse(current, together.found, "operating")
    return assembly.refuse(left, impossible_beside(left, projects, reference), "operating")


def _check_parameters(rows: DataFrame[DeliveredParameter], assembly: Assembly) -> DataFrame[DeliveredParameter]:
    reference = assembly.reference
    converted, found = units.convert_parameters(rows, reference.parameter_kinds, reference.conversions)
    items = reported_items(assembly.current["operating"], reference.metrics)
    outside = parameters_outside_band(converted, items, reference)
    wider = found.join(outside, on=["at", "rule"], how="anti", maintain_order="left")
    misspelt = references.misspelt_scope(converted, assembly.current["projects"]["project_id"])
    return assembly.refuse(converted, stacked([misspelt, outside, wider]), "parameters")


def _check_rates(rows: DataFrame[ExchangeRate], assembly: Assembly) -> DataFrame[ExchangeRate]:
    found = prices_outside_band(rows, assembly.reference.bounds, assembly.reference.slips)
    return assembly.refuse(rows, found, "fx")


def _nothing_to_look_up(rows: DataFrame[D], assembly: Assembly) -> DataFrame[D]:  # noqa: ARG001
    return rows


def _check_forest_strata(rows: DataFrame[ForestStratum], assembly: Assembly) -> DataFrame[ForestStratum]:
    known = assembly.current["projects"]["project_id"]
    unknown = references.known_key(rows, "project_id", known, table="projects")
    return assembly.refuse(rows, stacked([unknown, impossible_stocks(rows, assembly.reference)]), "forest_strata")


def _check_forest_rights(rows: DataFrame[ForestRight], assembly: Assembly) -> DataFrame[ForestRight]:
    """A right may come from no loan of the book; a loan that it names must be known."""
    known = assembly.current["loans"]["loan_id"]
    return assembly.refuse(rows, references.known_key(rows, "loan_id", known, table="loans"), "forest_rights")


def _check_releases(rows: DataFrame[Release], assembly: Assembly) -> DataFrame[Release]:
    known = assembly.current["projects"]["project_id"]
    return assembly.refuse(rows, references.known_key(rows, "project_id", known, table="projects"), "releases")


def _check_verified_reductions(rows: DataFrame[VerifiedPeriod], assembly: Assembly) -> DataFrame[VerifiedPeriod]:
    known = assembly.current["projects"]["project_id"]
    unknown = references.known_key(rows, "project_id", known, table="projects")
    return assembly.refuse(rows, unknown, "verified_reductions")


CHECKS: Final[dict[str, Callable[[DataFrame[Any], Assembly], DataFrame[Delivered]]]] = {
    "projects": _check_projects,
    "loans": _check_loans,
    "ledger": _check_ledger,
    "operating": _check_operating,
    "parameters": _check_parameters,
    "fx": _check_rates,
    "forest_strata": _check_forest_strata,
    "control_totals": _nothing_to_look_up,
    "releases": _check_releases,
    "verified_reductions": _check_verified_reductions,
    "products": _nothing_to_look_up,
    "guarantors": _nothing_to_look_up,
    "forest_rights": _check_forest_rights,
    "natural_resources": _nothing_to_look_up,
    "ecological_product_values": _nothing_to_look_up,
    "published_statistics": _nothing_to_look_up,
}
