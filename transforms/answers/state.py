"""Volumes and sums of a candidate, and the same of the file published before it: what the gates compare."""

from collections.abc import Mapping

import polars as pl

from schemas.between.sums import AttributedSum, ClosingSum
from schemas.contract import DataFrame, unchecked
from schemas.runs import StateTotal
from transforms.outcomes.yearly_sums import whole_cny


def state_totals(
    tables: Mapping[str, pl.DataFrame],
    closing: DataFrame[ClosingSum],
    attributed: DataFrame[AttributedSum],
    published: DataFrame[StateTotal],
) -> DataFrame[StateTotal]:
    """Return schemas.runs.StateTotal of the tables' volumes and of the sums of the book.

    published: the same table of the file published before (may be empty).
    """
    rows = [*_volumes(tables), *_money(closing), *_tonnes(attributed)]
    before = dict(published.select("measure", "candidate_value").iter_rows())
    seen = {row["measure"] for row in rows}
    gone = [
        {"measure": name, "candidate_value": None, "unit": unit}
        for name, unit in published.select("measure", "unit").iter_rows()
        if name not in seen
    ]
    complete = [{**row, "published_value": before.get(str(row["measure"]))} for row in [*rows, *gone]]
    return unchecked(pl.DataFrame(complete, schema=StateTotal.polars_schema()), StateTotal)


def _volumes(tables: Mapping[str, pl.DataFrame]) -> list[dict[str, object]]:
    return [
        {"measure": f"rows of {name}", "candidate_value": float(frame.height), "unit": "rows"}
        for name, frame in tables.items()
        if name.startswith("core.")
    ]


def _money(closing: DataFrame[ClosingSum]) -> list[dict[str, object]]:
    ends = closing.group_by("calendar_year").agg(whole_cny()).sort("calendar_year")
    return [
        {
            "measure": f"balance at the end of {year}",
            "candidate_value": None if cny is None else float(cny),
            "unit": "CNY",
        }
        for year, cny in ends.iter_rows()
    ]


def _tonnes(attributed: DataFrame[AttributedSum]) -> list[dict[str, object]]:
    years = attributed.group_by("period", "basis").agg(pl.col("attributed_reductions_tco2e").sum())
    return [
        {"measure": f"attributed reductions of {period} by {basis}", "candidate_value": tonnes, "unit": "tCO2e"}
        for period, basis, tonnes in years.sort("period", "basis").iter_rows()
    ]
