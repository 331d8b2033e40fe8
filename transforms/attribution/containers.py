"""The containers that never mix: avoided emissions, removals, reductions against an own base year.

A method's tonnes belong to one container (data/reference/methods.toml); months, shares and totals of the others have
tables and columns of their own. Financed emissions and issued credits are apart as well (outcomes).
"""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from schemas.contract import DataFrame, conform
from schemas.marts import (
    AttributedOwnBaseYearReduction,
    AttributedReduction,
    AttributedRemoval,
    OwnBaseYearMonth,
    ProjectMonth,
    RemovalMonth,
)
from schemas.words.bases import BALANCE_BASES
from schemas.words.containers import OWN_BASE_YEAR, REMOVALS
from transforms.attribution.confirmations import with_confirmation
from transforms.attribution.holdings import Holdings
from transforms.attribution.shares import attribute_each
from transforms.ground.calendar import Period

SHARED: Final = (
    "period", "period_from_date", "period_to_date", "basis", "loan_id", "project_id", "lender", "balance_cny",
    "emission_reductions_tco2e", "attribution_factor_raw_ratio", "attribution_factor_ratio",
    "attributed_reductions_tco2e", "status",
)  # fmt: skip
"""The columns of an attributed row in every container."""
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


def months_in(
    container: str, months: DataFrame[ProjectMonth], containers: Mapping[str, str]
) -> DataFrame[ProjectMonth]:
    """Return the container's project months."""
    return months.filter(pl.col("method").replace_strict(containers, return_dtype=pl.String) == container)


def removal_months(months: DataFrame[ProjectMonth], containers: Mapping[str, str]) -> DataFrame[RemovalMonth]:
    """Return the months of removals, in their own columns."""
    turned = months_in(REMOVALS, months, containers).with_columns(-pl.col(list(TURNED)))
    return conform(turned.rename({**TURNED, "emission_reductions_tco2e": "removals_tco2e"}), RemovalMonth)


def own_base_year_months(months: DataFrame[ProjectMonth], containers: Mapping[str, str]) -> DataFrame[OwnBaseYearMonth]:
    """Return the months against an own base year, in their own columns."""
    names = {
        "baseline_emissions_tco2e": "own_base_year_emissions_tco2e",
        "emission_reductions_tco2e": "own_base_year_reductions_tco2e",
    }
    return conform(months_in(OWN_BASE_YEAR, months, containers).rename(names), OwnBaseYearMonth)


def attributed_removals(holdings: Holdings, periods: list[Period]) -> DataFrame[AttributedRemoval]:
    """Return schemas.marts.AttributedRemoval for each period and balance basis; `holdings` sees removals only."""
    names = {"emission_reductions_tco2e": "removals_tco2e", "attributed_reductions_tco2e": "attributed_removals_tco2e"}
    return conform(_rows(holdings, periods).rename(names), AttributedRemoval)


def attributed_own_base_year_reductions(
    holdings: Holdings, periods: list[Period]
) -> DataFrame[AttributedOwnBaseYearReduction]:
    """Return schemas.marts.AttributedOwnBaseYearReduction; `holdings` sees reductions against an own base year only."""
    names = {
        "emission_reductions_tco2e": "own_base_year_reductions_tco2e",
        "attributed_reductions_tco2e": "attributed_own_base_year_reductions_tco2e",
    }
    return conform(_rows(holdings, periods).rename(names), AttributedOwnBaseYearReduction)


def _rows(holdings: Holdings, periods: list[Period]) -> pl.DataFrame:
    """The loans whose projects the container is about, in every period that they reach into and on every basis."""
    own = _own(holdings)
    bases = BALANCE_BASES if own.changes.height else []
    named = [attribute_each(own, periods, basis).with_columns(basis=pl.lit(basis)) for basis in bases]
    schema = {name: AttributedReduction.polars_schema()[name] for name in SHARED}
    typed = [rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items()) for rows in named]
    return with_confirmation(pl.concat([pl.DataFrame(schema=schema), *typed]), holdings.confirmations)


def within(container: str, holdings: Holdings, containers: Mapping[str, str]) -> Holdings:
    """Return the book with the container's projects alone; containers: method to container."""
    own = pl.col("method").replace_strict(containers, return_dtype=pl.String) == container
    return dataclasses.replace(holdings, projects=holdings.projects.filter(own))


def _own(holdings: Holdings) -> Holdings:
    methods = [method for method, kind in holdings.kinds.items() if kind != "none"]
    projects = holdings.projects.filter(pl.col("method").is_in(methods))
    loans = holdings.loans.join(projects, on="project_id", how="semi", maintain_order="left")
    changes = holdings.changes.join(loans, on="loan_id", how="semi", maintain_order="left")
    return dataclasses.replace(holdings, projects=projects, loans=loans, changes=changes)


def has_figures(holdings: Holdings) -> bool:
    """Return whether a project has figures in the container that is seen."""
    kinds = holdings.projects["method"].replace_strict(holdings.kinds, return_dtype=pl.String)
    return bool((kinds != "none").any())
