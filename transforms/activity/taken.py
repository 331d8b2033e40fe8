"""Which readings the formula of each project takes, edition by edition."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.between.activity import OperatingMonth, TakenMetric, WelcomeKind
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, unchecked
from transforms.methods.engine.method import Method

EDITION: Final = ["method", "method_edition"]
TAKEN: Final = ["project_id", "method_edition", "metric"]


def metrics_taken(
    months: DataFrame[OperatingMonth], items: DataFrame[ReportedItem], methods: Iterable[Method]
) -> DataFrame[TakenMetric]:
    """Return the metrics that enter the formula of the editions that a project's months take."""
    every = tuple(methods)
    single = _by_edition("metric", [(one, metric) for one in every for metric in one.readings.values()])
    kinds = _by_edition("kind", [(one, kind) for one in every for kind in one.part_kinds])
    projects = months.select("project_id", *EDITION).unique()
    parts = projects.join(kinds, on=EDITION).join(items, on=["project_id", "kind"])
    taken = pl.concat([part.select(TAKEN) for part in (projects.join(single, on=EDITION), parts)])
    return unchecked(taken.unique(), TakenMetric)


def kinds_welcome(methods: Iterable[Method]) -> DataFrame[WelcomeKind]:
    """Return the kinds of items that each edition takes where they are metered."""
    rows = _by_edition("kind", [(one, kind) for one in methods for kind in one.welcome_kinds])
    return unchecked(rows, WelcomeKind)


def _by_edition(what: str, rows: Iterable[tuple[Method, str]]) -> pl.DataFrame:
    named = [(one.name, one.edition, taken) for one, taken in rows]
    return pl.DataFrame(named, schema=dict.fromkeys((*EDITION, what), pl.String), orient="row")
