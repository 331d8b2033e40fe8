"""What was withheld, released, waits for a new release, or cannot be."""

from typing import Final

import polars as pl

from schemas.between.deliveries import OutdatedRelease
from schemas.between.ground import FlagFacts
from schemas.contract import DataFrame, stacked
from schemas.marts import ImpossibleFigure, WithheldFigure
from transforms.ground.flag_rows import flags

RELEASE: Final = ["released_by", "released_at"]
DATED: Final = ("first", "last")
MONTH: Final = pl.col("month_start_date")
SPAN: Final = [
    MONTH.dt.strftime("%Y-%m").unique().sort().str.join(", ").alias("months"),
    MONTH.min().alias("first"),
    MONTH.max().dt.month_end().alias("last"),
]
"""The months of a group of figures, the first day and the last."""
EVIDENCE: Final = [pl.col("evidence").first(), pl.col("evidence_zh").first()]


def withheld_flags(figures: DataFrame[WithheldFigure], outdated: DataFrame[OutdatedRelease]) -> DataFrame[FlagFacts]:
    """Return the flags of schemas.marts.WithheldFigure and of releases that are outdated."""
    return stacked([_held(figures), _released(figures), _outdated(outdated)])


def _held(figures: DataFrame[WithheldFigure]) -> DataFrame[FlagFacts]:
    held = figures.filter(~pl.col("is_released")).sort("month_start_date").group_by("project_id")
    tonnes = pl.col("withheld_reductions_tco2e").sum().round(2).alias("tonnes")
    return flags(
        held.agg(*SPAN, *EVIDENCE, tonnes),
        "withheld_implausible",
        "project_id",
        "months",
        "tonnes",
        dated=DATED,
        evidence=("evidence", "evidence_zh"),
    )


def _released(figures: DataFrame[WithheldFigure]) -> DataFrame[FlagFacts]:
    released = figures.filter("is_released").sort("month_start_date").group_by("project_id", "reason", *RELEASE)
    return flags(
        released.agg(*SPAN, *EVIDENCE),
        "released",
        "project_id",
        "months",
        "released_by",
        "reason",
        dated=DATED,
        released_at=pl.col("released_at").dt.date(),
        evidence=("evidence", "evidence_zh"),
    )


def _outdated(outdated: DataFrame[OutdatedRelease]) -> DataFrame[FlagFacts]:
    late = outdated.group_by("project_id", *RELEASE).agg(*SPAN, pl.col("newest_at").max().dt.date())
    return flags(
        late,
        "release_outdated",
        "project_id",
        "months",
        "released_by",
        "newest_at",
        dated=DATED,
        released_at=pl.col("released_at").dt.date(),
    )


def impossible_figure_flags(impossible: DataFrame[ImpossibleFigure]) -> DataFrame[FlagFacts]:
    """Return a flag a project whose own annual figure counts nowhere; impossible: schemas.marts.ImpossibleFigure."""
    return flags(impossible, "impossible_annual_reduction", "project_id", evidence=("evidence", "evidence_zh"))
