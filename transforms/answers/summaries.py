"""Attributed rows by loan, project, lender or portfolio, with the coverage beside every total."""

from typing import Final

import polars as pl

from schemas.contract import MONEY_DTYPE
from schemas.words.statuses import SEVERITY, WITH_A_FIGURE
from transforms.attribution.coverage import coverage_ratio

BY: Final = {
    "portfolio": [],
    "lender": ["lender"],
    "project": ["project_id"],
    "loan": ["loan_id", "project_id", "lender"],
}
COVERAGE: Final = coverage_ratio(pl.col("balance_cny"), pl.col("has_figure"))


def summarise(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return a row a key: emission_reductions_tco2e, attribution_factor_ratio, attributed_reductions_tco2e,

    balance_cny, status (or the count of each), coverage_ratio. Each project's reduction counts once; only rows with a
    figure are summed.
    """
    keys = BY[by]
    keyed = rows.with_columns(_portfolio=pl.lit("portfolio"), has_figure=pl.col("status").is_in(WITH_A_FIGURE))
    group = keys or ["_portfolio"]
    loans = (
        keyed.group_by(group, maintain_order=True)
        .agg(_sum_or_null("attributed_reductions_tco2e"), _money_or_null("balance_cny"), coverage_ratio=COVERAGE)
        .join(_statuses(keyed, group), on=group, how="left", maintain_order="left")
    )
    once = keyed.filter("has_figure").unique([*group, "project_id"], keep="first", maintain_order=True)
    projects = once.group_by(group, maintain_order=True).agg(pl.col("emission_reductions_tco2e").sum())
    joined = loans.join(projects, on=group, how="left", maintain_order="left")
    joined = joined if by != "loan" else _keep_loan_values(joined, rows)
    factor = pl.col("attributed_reductions_tco2e") / pl.when(pl.col("emission_reductions_tco2e") != 0).then(
        pl.col("emission_reductions_tco2e")
    )
    named = joined if by == "loan" else joined.with_columns(attribution_factor_ratio=factor)
    return named.select(
        *keys,
        "emission_reductions_tco2e",
        "attribution_factor_ratio",
        "attributed_reductions_tco2e",
        "balance_cny",
        "status",
        "coverage_ratio",
    ).sort(keys or ["status"])


def coverage(rows: pl.DataFrame) -> float | None:
    """Return the part of the rows' money that has a figure (attribution.coverage); None where it is not known."""
    marked = rows.with_columns(has_figure=pl.col("status").is_in(WITH_A_FIGURE))
    value: float | None = marked.select(COVERAGE).item()
    return value


def _statuses(keyed: pl.DataFrame, group: list[str]) -> pl.DataFrame:
    """Return for each group its one status, or how many of its rows have which: `12 measured, 3 refused`."""
    rank = pl.col("status").replace_strict(SEVERITY, list(range(len(SEVERITY))), default=len(SEVERITY))
    counted = keyed.group_by(*group, "status").len().sort(rank, "status")
    listed = pl.format("{} {}", "len", "status").str.join(", ")
    alone = pl.col("status").first()
    return counted.group_by(group, maintain_order=True).agg(status=pl.when(pl.len() == 1).then(alone).otherwise(listed))


def _sum_or_null(column: str) -> pl.Expr:
    return pl.when(pl.col("has_figure").any()).then(pl.col(column).sum()).alias(column)


def _money_or_null(column: str) -> pl.Expr:
    total = pl.col(column).sum().cast(MONEY_DTYPE)
    return pl.when(pl.col(column).null_count() == 0).then(total).alias(column)


def _keep_loan_values(summary: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """A loan's row shows its project's reduction even where the loan itself has no figure."""
    own = rows.select("loan_id", "emission_reductions_tco2e", "attribution_factor_ratio")
    return summary.drop("emission_reductions_tco2e").join(own, on="loan_id", how="left", maintain_order="left")
