"""The file published before, as an input: its figures, where this run may compare with them."""

import datetime as dt
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from flows.home.settings import Home
from flows.warehouse.reading import of_this_program, read_existing, read_tables
from schemas.catalog import TABLES
from schemas.contract import DataFrame, conform, unchecked
from schemas.errors import EnvironmentFailure
from schemas.runs import Restatement, StateTotal
from transforms.answers.restatement_causes import READ_TABLES
from transforms.answers.restatements import FIGURES

UNREADABLE: Final = (EnvironmentFailure, pl.exceptions.PolarsError, ValueError)
"""What a file raises that another program wrote or cut."""

THEIRS: Final = "project_id IN (SELECT unnest($projects))"
THEIR_LOANS: Final = f"{THEIRS} OR loan_id IN (SELECT unnest($loans))"
OF_PROJECTS: Final = {
    **{name: THEIRS for name in (*FIGURES, *READ_TABLES) if "project_id" in TABLES[name].columns()},
    "core.loans": THEIR_LOANS,
    "core.ledger": f"loan_id IN (SELECT loan_id FROM core.loans WHERE {THEIR_LOANS})",  # noqa: S608 - of constants
}
"""The SQL condition on the rows of each compared table that are about given projects; of loans also others given."""


@dataclass(frozen=True)
class Predecessor:
    """What of the published file this run may compare with: up to when it knows, its totals, what it restates, its

    projects. moment is None where there is no such file, it knows more than this run may, or `problem` says why it is
    unreadable.
    """

    path: Path
    moment: dt.datetime | None = None
    totals: DataFrame[StateTotal] = field(default_factory=StateTotal.empty_frame)
    restated: DataFrame[Restatement] = field(default_factory=Restatement.empty_frame)
    projects: frozenset[str] = frozenset()
    problem: str | None = None

    def figures(self, projects: Collection[str]) -> dict[str, pl.DataFrame]:
        """Return its tables of figures, the rows of these projects."""
        return self._tables([*FIGURES], projects)

    def read_by(self, projects: Collection[str], loans: Collection[str]) -> dict[str, pl.DataFrame]:
        """Return what figures of these projects were worked out from; loans: more of them, wherever they belonged."""
        return self._tables(READ_TABLES, projects, loans)

    def _tables(
        self, names: Sequence[str], projects: Collection[str], loans: Collection[str] = ()
    ) -> dict[str, pl.DataFrame]:
        """The tables; one of an older program may lack some, or columns of them."""
        if self.moment is None:
            return {}
        found = read_existing(self.path, names, OF_PROJECTS, {"projects": list(projects), "loans": list(loans)})
        return {name: _typed(name, frame) for name, frame in found.items() if _is_complete(name, frame)}


def predecessor(home: Home, known_at: dt.datetime) -> Predecessor:
    """Return what the run compares with; a file that cannot be read keeps no night from its end."""
    path = home.warehouse
    if not os.path.lexists(path):
        return Predecessor(path)
    try:
        found = _read(path)
    except UNREADABLE as error:
        return Predecessor(path, problem=compared_with_none(error))
    return found if found.moment and found.moment <= known_at else Predecessor(path)


def compared_with_none(error: Exception) -> str:
    """Return the sentence about a file that turned out to be unreadable."""
    return f"{str(error).splitlines()[0]}: this night was compared with none before it"


def _read(path: Path) -> Predecessor:
    """Read what every run compares with; figures follow, a set of projects at a time."""
    read = read_tables(path, "ops.runs", "ops.state_totals")
    found = read_existing(path, ["ops.restatements", "core.projects"])
    return Predecessor(
        path,
        moment=read["ops.runs"]["known_at"].item(),
        totals=read["ops.state_totals"].filter(pl.col("candidate_value").is_not_null()),
        restated=_carried(found.get("ops.restatements", Restatement.empty_frame())),
        projects=frozenset(found["core.projects"]["project_id"]) if "core.projects" in found else frozenset(),
    )


def _carried(restated: pl.DataFrame) -> DataFrame[Restatement]:
    """What the file restates goes on from file to file, of an older program's with the words that it has."""
    in_words = restated if "cause_zh" in restated.columns else restated.with_columns(cause_zh="cause")
    return unchecked(of_this_program("ops.restatements", in_words), Restatement)


def _is_complete(name: str, frame: pl.DataFrame) -> bool:
    return name.startswith("core.") or set(TABLES[name].columns()) <= set(frame.columns)


def _typed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    if set(TABLES[name].columns()) <= set(frame.columns):
        return conform(frame, TABLES[name])
    return frame.select(
        pl.col(column).cast(dtype) for column, dtype in TABLES[name].polars_schema().items() if column in frame.columns
    )
