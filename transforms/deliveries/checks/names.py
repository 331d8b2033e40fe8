"""Projects named by their name: exactly one project must be called so, and one of the sender's own comes first."""

from typing import Generic, NamedTuple

import polars as pl

from schemas.between.deliveries import Registration
from schemas.between.ground import BrokenRule
from schemas.contract import D, DataFrame, like
from schemas.deliveries import Project
from transforms.deliveries.text.folding import plain_cell
from transforms.ground.refusals import findings, no_findings


class Named(NamedTuple, Generic[D]):
    """Rows with the ids of the projects that they name, and findings for names of none or of several."""

    rows: DataFrame[D]
    found: DataFrame[BrokenRule]


def with_ids(rows: DataFrame[D], projects: DataFrame[Project], registered: DataFrame[Registration]) -> Named[D]:
    """Return the rows (is_named: project_id holds a name; sender) with ids. registered: who registered which id."""
    if not rows["is_named"].any():
        return Named(rows, no_findings())
    called = projects.select("project_id", called=plain_cell("project_name")).join(
        registered.select("project_id", registrar="sender"), on="project_id", how="left"
    )
    wanted = rows.filter("is_named").select("sender", called=plain_cell("project_id")).unique()
    fitting = wanted.join(called.drop_nulls("called"), on="called", how="left")
    is_own = pl.col("registrar").eq_missing(pl.col("sender")) & pl.col("project_id").is_not_null()
    matched = (
        fitting.group_by("sender", "called")
        .agg(
            own=pl.col("project_id").filter(is_own).unique().sort(),
            every=pl.col("project_id").drop_nulls().unique().sort(),
        )
        .with_columns(meant=pl.when(pl.col("own").list.len() > 0).then("own").otherwise("every"), is_named=pl.lit(True))
    )
    beside = rows.with_columns(called=plain_cell("project_id")).join(
        matched, on=["sender", "called", "is_named"], how="left", maintain_order="left"
    )
    one = pl.when(pl.col("meant").list.len() == 1).then(pl.col("meant").list.first())
    resolved = beside.with_columns(project_id=pl.coalesce(one, "project_id")).select(rows.columns)
    count = pl.col("meant").list.len()
    none = pl.format(
        "no accepted project is called '{}'; write it as it is registered, or add the column project_id (项目编号)",
        "project_id",
    )
    several = pl.format(
        "{} projects are called '{}' ({}); add the column project_id (项目编号)",
        count,
        "project_id",
        pl.col("meant").list.join(", "),
    )
    reason = pl.when(count == 0).then(none).otherwise(several)
    found = findings(beside, (count != 1).fill_null(False), rule="project_by_name", column="project_id", reason=reason)
    return Named(like(resolved, rows), found)
