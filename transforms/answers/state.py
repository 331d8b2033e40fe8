"""Volumes and sums of a candidate, and the same of the file published before it: what the gates compare."""

import polars as pl

from schemas.catalog import Published, frames_of
from schemas.contract import DataFrame, unchecked
from schemas.marts import AttributedReduction, LoanMonth
from schemas.runs import StateTotal


def state_totals(tables: Published, published: DataFrame[StateTotal]) -> DataFrame[StateTotal]:
    """Return schemas.runs.StateTotal; `published` is the same table of the file published before (may be empty)."""
    rows = [*_volumes(tables), *_money(tables["mart.loan_months"]), *_tonnes(tables["mart.attributed_reductions"])]
    before = dict(published.select("measure", "candidate_value").iter_rows())
    seen = {row["measure"] for row in rows}
    gone = [
        {"measure": name, "candidate_value": None, "unit": unit}
        for name, unit in published.select("measure", "unit").iter_rows()
        if name not in seen
    ]
    complete = [{**row, "published_value": before.get(str(row["measure"]))} for row in [*rows, *gone]]
    return unchecked(pl.DataFrame(complete, schema=StateTotal.polars_schema()), StateTotal)


def _volumes(tables: Published) -> list[dict[str, object]]:
    return [
        {"measure": f"rows of {name}", "candidate_value": float(frame.height), "unit": "rows"}
        for name, frame in frames_of(tables).items()
        if name.startswith("core.")
    ]


def _money(months: DataFrame[LoanMonth]) -> list[dict[str, object]]:
    """Closing balances by year end; a year in which a rate is missing has no sum."""
    ends = (
        months.filter(pl.col("month_end_date").dt.month() == 12)
        .group_by(pl.col("month_end_date").dt.year())
        .agg(pl.when(pl.col("closing_balance_cny").null_count() == 0).then(pl.col("closing_balance_cny").sum()))
    )
    return [
        {
            "measure": f"balance at the end of {year}",
            "candidate_value": None if cny is None else float(cny),
            "unit": "CNY",
        }
        for year, cny in ends.sort("month_end_date").iter_rows()
    ]


def _tonnes(attributed: DataFrame[AttributedReduction]) -> list[dict[str, object]]:
    years = (
        attributed.filter((pl.col("period").str.len_chars() == len("2025")) & pl.col("basis").is_not_null())
        .group_by("period", "basis")
        .agg(pl.col("attributed_reductions_tco2e").sum())
    )
    return [
        {"measure": f"attributed reductions of {period} by {basis}", "candidate_value": tonnes, "unit": "tCO2e"}
        for period, basis, tonnes in years.sort("period", "basis").iter_rows()
    ]
