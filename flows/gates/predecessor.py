"""The file published before, as an input: its figures, where this run may compare with them."""

import datetime as dt
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, cast

import polars as pl

from flows.home.settings import Home
from flows.warehouse.connection import connect
from flows.warehouse.holdings import OF_PROJECTS as OF_STATES_OF_PROJECTS
from flows.warehouse.holdings import OF_STATES
from flows.warehouse.reading import UNREADABLE, Columns, columns_of, lacking, read_existing, rows_of
from schemas.catalog import TABLES, Published
from schemas.contract import DataFrame, conform, unchecked
from schemas.marts import BridgeNight
from schemas.runs import Restatement, StateTotal
from transforms.answers.restatement_causes import CAUSE_COLUMNS, searched
from transforms.answers.restatements import COMPARED_BY, FIGURES, MONTHS, OF_THE_WHOLE, PARTS, compared, unit_of

MOMENT: Final = {"ops.runs": ["known_at"]}
TOTALS: Final = {"ops.state_totals": ["measure", "candidate_value", "unit"]}
ADDED: Final = {"cause_zh", "figure_name"}
HISTORY: Final = {"ops.restatements": [name for name in Restatement.columns() if name not in ADDED]}
"""Older programs wrote causes in English alone, and tonnes alone."""

NOT_WORKED_OUT: Final = "why tonnes moved since is not worked out"
BRIDGED: Final = {"mart.bridge_nights": BridgeNight.columns()}
STATES: Final = {name: TABLES[name].columns() for name in OF_STATES}
PROJECTS: Final = {"core.projects": ["project_id"]}
COMPARED: Final = {table: [*columns, *{**FIGURES, **OF_THE_WHOLE}[table]] for table, columns in COMPARED_BY.items()}

READ: Final[Sequence[tuple[Mapping[str, Sequence[str]], str]]] = (
    (COMPARED, "figures of this were compared with none before them"),
    (PROJECTS, "figures of projects that are gone were compared with none"),
    (HISTORY, "what was restated before this night is not carried on"),
    (CAUSE_COLUMNS, "whether a cause of what moved lies there is not known"),
    (TOTALS, "volumes and sums were compared with none before them"),
    (STATES, NOT_WORKED_OUT),
    (BRIDGED, "why tonnes moved before this night is not carried on"),
)
"""Columns that the run reads of the file, and what it goes on without where they are not there."""

NOT_CARRIED: Final = ", and what it restated is not carried on"

THEIRS: Final = "project_id IN (SELECT unnest($projects))"
THEIR_LOANS: Final = f"{THEIRS} OR loan_id IN (SELECT unnest($loans))"
OF_PROJECTS: Final = {
    **{name: THEIRS for name in (*FIGURES, *CAUSE_COLUMNS) if "project_id" in TABLES[name].columns()},
    "core.loans": THEIR_LOANS,
    "core.ledger": f"loan_id IN (SELECT loan_id FROM core.loans WHERE {THEIR_LOANS})",  # noqa: S608 - of constants
}
"""The SQL condition on the rows of each compared table that are about given projects; of loans also others given."""


@dataclass(frozen=True)
class Predecessor:
    """What of the published file this run may compare with: up to when it knows, its columns, its totals, what it

    restates, its projects. moment is None where there is no such file, it knows more than this run may, or `problem`
    says why it cannot be compared with; what it restates may be there all the same.
    """

    path: Path
    moment: dt.datetime | None = None
    held: Columns = field(default_factory=dict)
    totals: DataFrame[StateTotal] = field(default_factory=StateTotal.empty_frame)
    restated: DataFrame[Restatement] = field(default_factory=Restatement.empty_frame)
    bridged: DataFrame[BridgeNight] = field(default_factory=BridgeNight.empty_frame)
    projects: frozenset[str] = frozenset()
    problem: str | None = None

    @property
    def gaps(self) -> list[str]:
        """What it lacks that this run reads, and what the run goes on without."""
        if self.moment is None:
            return []
        named = [(lacking(self.held, columns), consequence) for columns, consequence in READ]
        return [f"it lacks {', '.join(missing)}: {consequence}" for missing, consequence in named if missing]

    @property
    def totalled_at(self) -> dt.datetime | None:
        """Up to when it knows, where it has totals to compare with."""
        return None if lacking(self.held, TOTALS) else self.moment

    @property
    def has_states(self) -> bool:
        """True where it has all that its tonnes were worked out from."""
        return self.moment is not None and not lacking(self.held, STATES)

    def read_of_states(self, projects: Collection[str]) -> Published:
        """Return what the tonnes of these projects were worked out from."""
        found = read_existing(self.path, OF_STATES, OF_STATES_OF_PROJECTS, {"projects": list(projects)})
        return cast("Published", {name: conform(frame, TABLES[name]) for name, frame in found.items()})

    def figures(self, projects: Collection[str]) -> dict[str, pl.DataFrame]:
        """Return its tables of figures, the rows of these projects."""
        return self._tables([name for name in compared(self.held) if name in FIGURES], projects)

    def figures_of_the_whole(self) -> dict[str, pl.DataFrame]:
        """Return its tables of figures that add projects up."""
        return self._tables([name for name in compared(self.held) if name in OF_THE_WHOLE], ())

    def read_by(self, projects: Collection[str], loans: Collection[str]) -> dict[str, pl.DataFrame]:
        """Return what figures of these projects were worked out from; loans: more of them, wherever they belonged."""
        return self._tables(searched(self.held), projects, loans)

    def _tables(
        self, names: Sequence[str], projects: Collection[str], loans: Collection[str] = ()
    ) -> dict[str, pl.DataFrame]:
        if self.moment is None:
            return {}
        found = read_existing(self.path, names, OF_PROJECTS, {"projects": list(projects), "loans": list(loans)})
        return {name: _typed(name, frame) for name, frame in found.items()}


def predecessor(home: Home, known_at: dt.datetime) -> Predecessor:
    """Return what the run compares with; a file that cannot be read keeps no night from its end."""
    path = home.warehouse
    if not os.path.lexists(path):
        return Predecessor(path)
    try:
        found = _read(path)
    except UNREADABLE as error:
        return Predecessor(path, problem=f"{compared_with_none(error)}{NOT_CARRIED}")
    if found.moment is None:  # it may know more than this run may: what it restates says by itself since when
        then = pl.col("since") <= known_at
        return replace(found, restated=found.restated.filter(then), bridged=found.bridged.filter(then))
    return found if found.moment <= known_at else Predecessor(path)


def compared_with_none(error: Exception | str) -> str:
    """Return the sentence about a file that turned out to be unreadable."""
    return f"{str(error).splitlines()[0]}: this night was compared with none before it"


def _read(path: Path) -> Predecessor:
    """Read what every run compares with; figures follow, a set of projects at a time."""
    with connect(path) as connection:
        held = columns_of(connection)
        whole = [name for one in (MOMENT, TOTALS, HISTORY, BRIDGED, PROJECTS) if not lacking(held, one) for name in one]
        read = {name: _typed(name, rows_of(connection, name, columns=held[name])) for name in whole}
    restated = _carried(read.get("ops.restatements", Restatement.empty_frame()))
    bridged = conform(read.get("mart.bridge_nights", BridgeNight.empty_frame()), BridgeNight)
    moments = read["ops.runs"]["known_at"].to_list() if "ops.runs" in read else []
    if len(moments) != 1 or moments[0] is None:
        without = NOT_CARRIED if lacking(held, HISTORY) else ""
        reason = "its ops.runs does not say up to when it knows"
        return Predecessor(path, restated=restated, bridged=bridged, problem=f"{compared_with_none(reason)}{without}")
    totals = read.get("ops.state_totals", StateTotal.empty_frame())
    return Predecessor(
        path,
        moment=moments[0],
        held=held,
        totals=unchecked(totals.filter(pl.col("candidate_value").is_not_null()), StateTotal),
        restated=restated,
        bridged=bridged,
        projects=frozenset(read["core.projects"]["project_id"]) if "core.projects" in read else frozenset(),
    )


def _carried(restated: pl.DataFrame) -> DataFrame[Restatement]:
    """What the file restates goes on from file to file, of an older program's with the words that it has."""
    in_words = restated if "cause_zh" in restated.columns else restated.with_columns(cause_zh="cause")
    named = in_words if "figure_name" in restated.columns else in_words.with_columns(figure_name=_figure_of_tonnes())
    return conform(named, Restatement)


def _figure_of_tonnes() -> pl.Expr:
    """The column that a row of an older program was of: tonnes of a month, which has no lender, or of loans' parts."""
    months = {f"month {container} {unit_of(figure)}": figure for container, figure in MONTHS.values()}
    parts = {f"part {container} {unit_of(figure)}": figure for _, container, figure in PARTS if container}
    level = pl.when(pl.col("lender").is_null()).then(pl.lit("month")).otherwise(pl.lit("part"))
    return pl.concat_str(level, "container", "unit", separator=" ").replace_strict(
        months | parts, default="not_recorded"
    )


def _typed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Its columns that this program has, too."""
    columns = TABLES[name].polars_schema().items()
    return frame.select(pl.col(column).cast(dtype) for column, dtype in columns if column in frame.columns)
