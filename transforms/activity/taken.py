"""Which readings the formula of each project takes, edition by edition."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.between import ReportedItem
from schemas.contract import DataFrame
from transforms.methods.engine.method import Method

EDITION: Final = ["method", "method_edition"]
TAKEN: Final = ["project_id", "method_edition", "metric"]


def metrics_taken(months: pl.DataFrame, items: DataFrame[ReportedItem], methods: Iterable[Method]) -> pl.DataFrame:
    """Return TAKEN: the metrics that enter the formula of the editions that a project's months take.

    months: with project_id, method and method_edition; items: project_id, kind, item, metric.
    """
    every = tuple(methods)
    single = _by_edition("metric", [(one, metric) for one in every for metric in one.readings.values()])
    kinds = _by_edition("kind", [(one, kind) for one in every for kind in one.part_kinds])
    projects = months.select("project_id", *EDITION).unique()
    parts = projects.join(kinds, on=EDITION).join(items, on=["project_id", "kind"])
    return pl.concat([part.select(TAKEN) for part in (projects.join(single, on=EDITION), parts)]).unique()


def kinds_welcome(methods: Iterable[Method]) -> pl.DataFrame:
    """Return method, method_edition and kind: the items that an edition takes where they are metered."""
    return _by_edition("kind", [(one, kind) for one in methods for kind in one.welcome_kinds])


def _by_edition(what: str, rows: Iterable[tuple[Method, str]]) -> pl.DataFrame:
    named = [(one.name, one.edition, taken) for one, taken in rows]
    return pl.DataFrame(named, schema=dict.fromkeys((*EDITION, what), pl.String), orient="row")
