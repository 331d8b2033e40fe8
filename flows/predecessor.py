"""The file published before, as an input: what it said, where this run may compare with it."""

import datetime as dt
from collections.abc import Collection, Mapping

import polars as pl

from flows import warehouse
from flows.settings import Home
from schemas.catalog import TABLES
from schemas.contract import conform
from schemas.runs import Restatement, StateTotal
from transforms.flags.restated import restated_flags
from transforms.restatement_causes import READ_TABLES
from transforms.restatements import FIGURES, moved_figures, restatements


def published_moment(home: Home, known_at: dt.datetime) -> dt.datetime | None:
    """Return up to when the published file knows; None where there is none, or it knows more than this run may."""
    if not home.warehouse.exists():
        return None
    moment: dt.datetime = warehouse.read_table(home.warehouse, "ops.runs")["known_at"].item()
    return moment if moment <= known_at else None


def published_totals(home: Home, known_at: dt.datetime) -> pl.DataFrame:
    """Return the totals of the published file; none where this run compares with nothing."""
    if published_moment(home, known_at) is None:
        return StateTotal.empty_frame()
    return warehouse.read_table(home.warehouse, "ops.state_totals").filter(pl.col("candidate_value").is_not_null())


def restated(home: Home, tables: Mapping[str, pl.DataFrame], known_at: dt.datetime) -> pl.DataFrame:
    """Return schemas.runs.Restatement of the candidate's tables beside the published file; none without one."""
    if published_moment(home, known_at) is None:
        return Restatement.empty_frame()
    before = _before(home, [*FIGURES, "ops.restatements"])
    if not moved_figures(before, tables).is_empty():
        before |= _before(home, READ_TABLES)
    return restatements(before, tables, known_at)


def with_restatements(home: Home, tables: Mapping[str, pl.DataFrame], known_at: dt.datetime) -> dict[str, pl.DataFrame]:
    """Return the restatements and the flags, theirs among them."""
    rows = restated(home, tables, known_at)
    flags = pl.concat([tables["ops.flags"], restated_flags(rows)])
    return {"ops.restatements": rows, "ops.flags": flags.unique().sort(flags.columns)}


def _before(home: Home, names: Collection[str]) -> dict[str, pl.DataFrame]:
    """The published tables; a file of an older program may lack some, or columns of them."""
    found = warehouse.read_existing(home.warehouse, names)
    return {name: _typed(name, frame) for name, frame in found.items() if _is_complete(name, frame)}


def _is_complete(name: str, frame: pl.DataFrame) -> bool:
    return name.startswith("core.") or set(TABLES[name].columns()) <= set(frame.columns)


def _typed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    if set(TABLES[name].columns()) <= set(frame.columns):
        return conform(frame, TABLES[name])
    return frame.select(
        pl.col(column).cast(dtype) for column, dtype in TABLES[name].polars_schema().items() if column in frame.columns
    )
