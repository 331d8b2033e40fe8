"""Every standing flag of a book."""

from collections.abc import Collection, Mapping

import polars as pl

from transforms.attribution.holdings import Holdings
from transforms.flags.forests import survey_flags
from transforms.flags.ledger import ledger_flags
from transforms.flags.loans import loan_flags
from transforms.flags.missing_readings import missing_readings
from transforms.flags.projects import (
    applicability_flags,
    claimed_twice,
    container_flags,
    implausible_figures,
    mixed_baselines,
    project_flags,
    same_names,
    undated_balance_sheets,
    unknown_kinds,
)
from transforms.flags.readings import (
    early_readings,
    missing_parameters,
    refused_parameters,
    unknown_metrics,
    unknown_parameters,
    unmetered_limits,
    unread_scopes,
    unspread_readings,
)
from transforms.flags.technologies import technologies_not_stated
from transforms.methods.engine.method import Method


def book_flags(  # noqa: PLR0913 - each argument is a table that some flag is about
    holdings: Holdings,
    *,
    readings: pl.DataFrame,
    parameters: pl.DataFrame,
    scopes: pl.DataFrame,
    items: pl.DataFrame,
    gaps: pl.DataFrame,
    refused: pl.DataFrame,
    conditions: pl.DataFrame,
    unspread: pl.DataFrame,
    realisation: pl.DataFrame,
    verdicts: pl.DataFrame,
    credits_issued: pl.DataFrame,
    methods: Collection[Method],
    kinds: Collection[str],
    metrics: Collection[str],
    technologies: Collection[str],
    surveys: pl.DataFrame,
    containers: Mapping[str, str],
    known_scopes: Collection[str],
) -> pl.DataFrame:
    """Return every standing flag of the book (ground.flag_rows.FACTS)."""
    parts = [
        project_flags(holdings, scopes),
        technologies_not_stated(holdings, scopes, technologies, parameters),
        *container_flags(holdings.projects, containers),
        same_names(holdings.projects),
        undated_balance_sheets(holdings),
        mixed_baselines(holdings),
        loan_flags(holdings),
        ledger_flags(holdings),
        early_readings(holdings, readings),
        missing_readings(holdings, readings, methods),
        missing_parameters(holdings, gaps),
        refused_parameters(refused),
        unmetered_limits(holdings, items, methods),
        unknown_parameters(parameters, kinds),
        unread_scopes(parameters, holdings.projects, known_scopes),
        unknown_metrics(holdings, readings, metrics),
        applicability_flags(conditions),
        unspread_readings(unspread),
        unknown_kinds(holdings, realisation),
        implausible_figures(verdicts),
        claimed_twice(holdings, credits_issued),
        survey_flags(surveys),
    ]
    return pl.concat(parts)
