"""Every standing flag of projects and loans, whichever others the book has."""

from collections.abc import Collection, Mapping

from schemas.between.activity import ConditionNotShown, MonthlyPart, SurveyFinding
from schemas.between.factors import FactorGap, RefusedFactorMonth
from schemas.between.ground import FlagFacts
from schemas.between.outcomes import ProjectRealisation
from schemas.between.projects import ProjectScope, ReportedItem
from schemas.contract import DataFrame, stacked
from schemas.deliveries import OperatingRecord
from schemas.marts import IssuedCredit, Plausibility
from schemas.reference import Parameter
from transforms.attribution.holdings import Holdings
from transforms.flags.factors import (
    missing_parameters,
    refused_parameters,
    technologies_not_stated,
)
from transforms.flags.loans import ledger_flags, loan_flags
from transforms.flags.missing_readings import missing_readings
from transforms.flags.projects import (
    applicability_flags,
    claimed_twice,
    container_flags,
    implausible_figures,
    mixed_baselines,
    project_flags,
    undated_balance_sheets,
    unknown_kinds,
)
from transforms.flags.readings import early_readings, survey_flags, unknown_metrics, unmetered_limits, unspread_readings
from transforms.ground.sentences import Sentences
from transforms.methods.engine.method import Method


def book_flags(  # noqa: PLR0913 - each argument is a table that some flag is about
    holdings: Holdings,
    *,
    readings: DataFrame[OperatingRecord],
    parameters: DataFrame[Parameter],
    scopes: DataFrame[ProjectScope],
    items: DataFrame[ReportedItem],
    gaps: DataFrame[FactorGap],
    refused: DataFrame[RefusedFactorMonth],
    conditions: DataFrame[ConditionNotShown],
    condition_sentences: Sentences,
    unspread: DataFrame[MonthlyPart],
    realisation: DataFrame[ProjectRealisation],
    verdicts: DataFrame[Plausibility],
    credits_issued: DataFrame[IssuedCredit],
    methods: Collection[Method],
    metrics: Collection[str],
    technologies: Collection[str],
    surveys: DataFrame[SurveyFinding],
    containers: Mapping[str, str],
    reading_names: Mapping[str, str],
    words: Sentences,
) -> DataFrame[FlagFacts]:
    """Return every standing flag of the projects."""
    parts = [
        project_flags(holdings, scopes),
        technologies_not_stated(holdings, scopes, technologies, parameters),
        *container_flags(holdings.projects, containers),
        undated_balance_sheets(holdings),
        mixed_baselines(holdings),
        loan_flags(holdings),
        ledger_flags(holdings),
        early_readings(holdings, readings),
        missing_readings(holdings, readings, methods, reading_names, words),
        missing_parameters(holdings, gaps),
        refused_parameters(refused),
        unmetered_limits(holdings, items, methods),
        unknown_metrics(holdings, readings, metrics),
        applicability_flags(conditions, condition_sentences),
        unspread_readings(unspread, reading_names),
        unknown_kinds(holdings, realisation),
        implausible_figures(verdicts),
        claimed_twice(holdings, credits_issued, reading_names),
        survey_flags(surveys),
    ]
    return stacked(parts)
