"""What a project emits beside what it would have emitted: a slip of unit in one of the two makes the other's ruin."""

from typing import Final

import polars as pl

from schemas.between.judging import CheckedFigure
from schemas.contract import DataFrame
from schemas.marts import ProjectMonth
from transforms.judging.findings import checked

OF_A_YEAR: Final = ("building_retrofit", "fertilizer_n2o")
"""Methods whose use and baseline meet over a year only: bills of other months, crops of their seasons."""


def project_over_baseline(months: DataFrame[ProjectMonth]) -> DataFrame[CheckedFigure]:
    """Return the check project_over_baseline of the measured months: PE / BE of the month, or of its year.

    months: ProjectMonth. A month without a baseline is ignored. The kind is the method; those without a row of
    data/reference/bounds.csv are not looked at.
    """
    measured = months.filter(pl.col("status") == "measured").with_columns(
        met=pl.when(pl.col("method").is_in(OF_A_YEAR))
        .then(pl.col("month_start_date").dt.truncate("1y"))
        .otherwise("month_start_date")
    )
    used, before = (
        pl.col(f"{term}_emissions_tco2e").sum().over("project_id", "met") for term in ("project", "baseline")
    )
    both = measured.with_columns(used=used, before=before).filter(pl.col("before") > 0)
    return checked(
        both,
        "project_over_baseline",
        figure=pl.lit("project_emissions"),
        kind="method",
        value=pl.col("used") / pl.col("before"),
        numbers=pl.format("{} t / {} t", pl.col("used").round(2), pl.col("before").round(2)),
    )
