"""The file published before, as an input: its figures, where this run may compare with them."""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from flows.home.settings import Home
from flows.reference.tables import flag_sentences, printed_sentences
from flows.warehouse.reading import read_existing, read_tables
from schemas.catalog import TABLES
from schemas.contract import DataFrame, conform
from schemas.errors import EnvironmentFailure
from schemas.runs import Restatement, StateTotal
from transforms.answers.restatement_causes import READ_TABLES
from transforms.answers.restatements import FIGURES, restatements
from transforms.flags.restated import restated_flags
from transforms.ground.flag_rows import with_sentences

COMPARED: Final = [*FIGURES, *READ_TABLES, "ops.restatements"]


@dataclass(frozen=True)
class Predecessor:
    """What of the published file this run may compare with: up to when it knows, its totals and its compared tables.

    moment is None where there is no such file, it knows more than this run may, or `problem` says why it is unreadable.
    """

    moment: dt.datetime | None = None
    totals: DataFrame[StateTotal] = field(default_factory=StateTotal.empty_frame)
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    problem: str | None = None


def predecessor(home: Home, known_at: dt.datetime) -> Predecessor:
    """Return what the run compares with; a file that cannot be read keeps no night from its end."""
    if not os.path.lexists(home.warehouse):
        return Predecessor()
    try:
        moment = _moment(home)
        return Predecessor(moment, _totals(home), _before(home)) if moment <= known_at else Predecessor()
    except (EnvironmentFailure, pl.exceptions.PolarsError, ValueError) as error:
        first = str(error).splitlines()[0]
        return Predecessor(problem=f"{first}: this night was compared with none before it")


def _moment(home: Home) -> dt.datetime:
    moment: dt.datetime = read_tables(home.warehouse, "ops.runs")["ops.runs"]["known_at"].item()
    return moment


def _totals(home: Home) -> DataFrame[StateTotal]:
    totals = read_tables(home.warehouse, "ops.state_totals")["ops.state_totals"]
    return totals.filter(pl.col("candidate_value").is_not_null())


def restated(before: Predecessor, tables: Mapping[str, pl.DataFrame], known_at: dt.datetime) -> DataFrame[Restatement]:
    """Return schemas.runs.Restatement of the candidate's tables beside the published file; none without one."""
    if before.moment is None:
        return Restatement.empty_frame()
    return restatements(dict(before.tables), tables, known_at, printed_sentences())


def with_restatements(
    before: Predecessor, tables: Mapping[str, pl.DataFrame], known_at: dt.datetime
) -> dict[str, pl.DataFrame]:
    """Return the restatements and the flags, theirs among them."""
    rows = restated(before, tables, known_at)
    flags = pl.concat([tables["ops.flags"], with_sentences(restated_flags(rows), flag_sentences())])
    return {"ops.restatements": rows, "ops.flags": flags.unique().sort(flags.columns)}


def _before(home: Home) -> dict[str, pl.DataFrame]:
    """The published tables that are compared; one of an older program may lack some, or columns of them."""
    found = read_existing(home.warehouse, COMPARED)
    return {name: _typed(name, frame) for name, frame in found.items() if _is_complete(name, frame)}


def _is_complete(name: str, frame: pl.DataFrame) -> bool:
    return name.startswith("core.") or set(TABLES[name].columns()) <= set(frame.columns)


def _typed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    if set(TABLES[name].columns()) <= set(frame.columns):
        return conform(frame, TABLES[name])
    return frame.select(
        pl.col(column).cast(dtype) for column, dtype in TABLES[name].polars_schema().items() if column in frame.columns
    )
