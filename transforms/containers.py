"""The containers that never mix: avoided emissions, removals, reductions against an own base year.

A method's tonnes belong to one container (data/reference/methods.toml); months, shares and totals of the others have
tables and columns of their own. Financed emissions and issued credits are apart as well (outcomes).
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.contract import conform
from schemas.marts import (
    BASES,
    AttributedOwnBaseYearReduction,
    AttributedRemoval,
    OwnBaseYearMonth,
    ProjectMonth,
    RemovalMonth,
)
from transforms.attribution import Holdings, attribute
from transforms.calendar import Period

AVOIDED, REMOVALS, OWN_BASE_YEAR = "avoided_emissions", "removals", "own_base_year"
BALANCE_BASES: Final = [basis for basis in BASES if basis != "disbursed"]
TURNED: Final = {
    "baseline_emissions_tco2e": "baseline_removals_tco2e",
    "project_emissions_tco2e": "project_removals_tco2e",
}
"""A removal is an emission below zero: the terms of BE - PE - LE change their sign with their name."""


def kinds_in(container: str, methods: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return each method's kind as the container sees it: a method of another container has no figure in it.

    methods: method, kind, container.
    """
    return {method: kind if of == container else "none" for method, kind, of in methods}


def months_in(container: str, months: pl.DataFrame, containers: dict[str, str]) -> pl.DataFrame:
    """Return the container's project months, in its own columns."""
    own = months.filter(pl.col("method").replace_strict(containers, return_dtype=pl.String) == container)
    if container == REMOVALS:
        turned = own.with_columns(-pl.col(list(TURNED))).rename(
            {**TURNED, "emission_reductions_tco2e": "removals_tco2e"}
        )
        return conform(turned, RemovalMonth)
    if container == OWN_BASE_YEAR:
        names = {"baseline_emissions_tco2e": "own_base_year_emissions_tco2e",
                 "emission_reductions_tco2e": "own_base_year_reductions_tco2e"}  # fmt: skip
        return conform(own.rename(names), OwnBaseYearMonth)
    return conform(own, ProjectMonth)


def attributed_removals(book: Holdings, periods: list[Period]) -> pl.DataFrame:
    """Return schemas.marts.AttributedRemoval for each period and balance basis; `book` sees removals only."""
    names = {"emission_reductions_tco2e": "removals_tco2e", "attributed_reductions_tco2e": "attributed_removals_tco2e"}
    parts = [_rows(book, period, basis).rename(names) for period in periods for basis in BALANCE_BASES]
    return conform(pl.concat(parts), AttributedRemoval) if parts else AttributedRemoval.empty_frame()


def attributed_own_base_year_reductions(book: Holdings, periods: list[Period]) -> pl.DataFrame:
    """Return schemas.marts.AttributedOwnBaseYearReduction; `book` sees reductions against an own base year only."""
    names = {"emission_reductions_tco2e": "own_base_year_reductions_tco2e",
             "attributed_reductions_tco2e": "attributed_own_base_year_reductions_tco2e"}  # fmt: skip
    parts = [_rows(book, period, basis).rename(names) for period in periods for basis in BALANCE_BASES]
    contract = AttributedOwnBaseYearReduction
    return conform(pl.concat(parts), contract) if parts else contract.empty_frame()


def _rows(book: Holdings, period: Period, basis: str) -> pl.DataFrame:
    """The loans whose projects the container is about, in one period."""
    named = {"period": period.name, "period_from_date": period.first, "period_to_date": period.last, "basis": basis}
    own = [method for method, kind in book.kinds.items() if kind != "none"]
    projects = book.projects.filter(pl.col("method").is_in(own))
    rows = attribute(book, period, basis).join(projects, on="project_id", how="semi")
    return rows.with_columns(pl.lit(value).alias(name) for name, value in named.items())
