"""What a row of each table must agree with outside itself: known methods, fields, projects, loans and units."""

from collections.abc import Callable
from typing import Final

import polars as pl

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


def _check_projects(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    placed = references.with_provinces(rows, assembly.reference.regions)
    methods = assembly.reference.methods
    unknown = references.known_method(placed, methods)
    other = references.known_edition(placed, editions_of(methods)).join(unknown, on="at", how="anti")
    return assembly.refuse(placed, pl.concat([unknown, other]), "projects")


def _check_loans(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    named = with_ids(rows, assembly.current["projects"], assembly.registered["projects"])
    rows = assembly.refuse(named.rows, named.found, "loans")
    rows, unknown_fields = references.known_crf_field(rows, assembly.reference.crf_fields)
    unknown = references.known_key(rows, "project_id", assembly.current["projects"]["project_id"], table="projects")
    rates = loan_rates_outside_band(rows, assembly.reference.bounds, assembly.reference.slips)
    return assembly.refuse(rows, pl.concat([unknown, unknown_fields, rates]), "loans")


def _check_ledger(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    loans = assembly.current["loans"]
    unknown = references.known_key(rows, "loan_id", loans["loan_id"], table="loans")
    return assembly.refuse(rows, pl.concat([unknown, references.loan_currency(rows, loans)]), "ledger")


def _check_operating(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    reference, projects = assembly.reference, assembly.current["projects"]
    table = reference.conversions
    named = with_ids(rows, projects, assembly.registered["projects"])
    rows = assembly.refuse(named.rows, pl.concat([named.found, unfinished_periods(named.rows)]), "operating")
    sent = rows.drop("delivered_metric", "delivered_value", "delivered_unit")
    converted, found = units.convert_readings(sent, units.metric_table(reference.metrics), table)
    unknown = references.known_key(converted, "project_id", projects["project_id"], table="projects")
    impossible = impossible_alone(converted, projects, reference)
    assembly.implausible.append(impossible.refused)
    return assembly.refuse(converted, pl.concat([unknown, found, impossible.found]), "operating")


def possible_readings(current: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    """Return the readings that count without those that cannot all be true; what is refused is noted."""
    if current.height <= 1:  # nothing stands beside it
        return current
    reference, projects = assembly.reference, assembly.current["projects"]
    together = impossible_together(current, projects, reference)
    assembly.implausible.append(together.refused)
    left = assembly.refuse(current, together.found, "operating")
    return assembly.refuse(left, impossible_beside(left, projects, reference), "operating")


def _check_parameters(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    reference = assembly.reference
    converted, found = units.convert_parameters(rows, reference.parameter_kinds, reference.conversions)
    items = reported_items(assembly.current["operating"], reference.metrics)
    outside = parameters_outside_band(converted, items.select("project_id", "item"), reference)
    wider = found.join(outside, on=["at", "rule"], how="anti", maintain_order="left")
    misspelt = references.misspelt_scope(converted, assembly.current["projects"]["project_id"])
    return assembly.refuse(converted, pl.concat([misspelt, outside, wider]), "parameters")


def _check_rates(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    found = prices_outside_band(rows, assembly.reference.bounds, assembly.reference.slips)
    return assembly.refuse(rows, found, "fx")


def _nothing_to_look_up(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:  # noqa: ARG001
    return rows


def _check_forest_strata(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    known = assembly.current["projects"]["project_id"]
    unknown = references.known_key(rows, "project_id", known, table="projects")
    return assembly.refuse(rows, pl.concat([unknown, impossible_stocks(rows, assembly.reference)]), "forest_strata")


def _check_forest_rights(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    """A right may come from no loan of the book; a loan that it names must be known."""
    known = assembly.current["loans"]["loan_id"]
    return assembly.refuse(rows, references.known_key(rows, "loan_id", known, table="loans"), "forest_rights")


def _check_releases(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    known = assembly.current["projects"]["project_id"]
    return assembly.refuse(rows, references.known_key(rows, "project_id", known, table="projects"), "releases")


def _check_verified_reductions(rows: pl.DataFrame, assembly: Assembly) -> pl.DataFrame:
    known = assembly.current["projects"]["project_id"]
    unknown = references.known_key(rows, "project_id", known, table="projects")
    return assembly.refuse(rows, unknown, "verified_reductions")


CHECKS: Final[dict[str, Callable[[pl.DataFrame, Assembly], pl.DataFrame]]] = {
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
