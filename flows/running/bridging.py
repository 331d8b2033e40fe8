"""Why tonnes moved since the file published before: of the quarters that moved, a set of projects at a time."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from flows.gates.predecessor import NOT_WORKED_OUT, Predecessor
from flows.warehouse.candidate import Building
from flows.warehouse.holdings import OF_PROJECTS, OF_STATES, holdings_in
from flows.warehouse.reading import UNREADABLE
from schemas.between.bridge import TouchedQuarter
from schemas.catalog import TABLES, Published
from schemas.contract import DataFrame, conform
from schemas.marts import BridgeNight
from transforms.bridge.marts import RULE, bridge_nights, stacked_nights
from transforms.bridge.state import State, item_kinds
from transforms.ground.calendar import named_quarter

PROJECTS_AT_ONCE: Final = 2_000


class Bridged(NamedTuple):
    """The rows of mart.bridge_nights, and why they could not be worked out."""

    rows: DataFrame[BridgeNight]
    problem: str | None = None


def bridged_nights(
    before: Predecessor,
    made: Building,
    touched: DataFrame[TouchedQuarter],
    known_at: dt.datetime,
    metrics: Mapping[str, Mapping[str, Any]],
) -> Bridged:
    """Return why the quarters that were touched have other tonnes than in the file published before.

    A night that moved nothing has the bridge of the night before: what was run again changes nothing.
    """
    if touched.is_empty() or not before.has_states:
        return Bridged(before.bridged)
    kinds = item_kinds(metrics)
    try:
        return Bridged(_of_all(before, made, touched, known_at, kinds))
    except UNREADABLE as error:
        return Bridged(before.bridged, f"{str(error).splitlines()[0]}: {NOT_WORKED_OUT}")


def _of_all(
    before: Predecessor,
    made: Building,
    touched: DataFrame[TouchedQuarter],
    known_at: dt.datetime,
    kinds: Mapping[str, str],
) -> DataFrame[BridgeNight]:
    parts = [part for projects in _sets_of(touched) for part in _of_projects(before, made, projects, known_at, kinds)]
    return stacked_nights(parts)


def _sets_of(touched: DataFrame[TouchedQuarter]) -> Iterator[DataFrame[TouchedQuarter]]:
    projects = touched.select("project_id").unique().sort("project_id")
    for part in projects.iter_slices(PROJECTS_AT_ONCE):
        yield touched.join(part, on="project_id", how="semi")


def _of_projects(
    before: Predecessor,
    made: Building,
    touched: DataFrame[TouchedQuarter],
    known_at: dt.datetime,
    kinds: Mapping[str, str],
) -> Iterator[DataFrame[BridgeNight]]:
    projects = touched["project_id"].unique().sort().to_list()
    was, now = before.read_of_states(projects), _read_now(made, projects)
    books = [(holdings_in(read), read["mart.reading_uses"], read["mart.parameter_uses"]) for read in (was, now)]
    for name in touched["period"].unique().sort():
        earlier, later = (State(*book, named_quarter(name), RULE, kinds) for book in books)
        rows = bridge_nights(earlier, later, before.moment or known_at, known_at)
        yield rows.join(touched, on=["project_id", "period"], how="semi")


def _read_now(made: Building, projects: list[str]) -> Published:
    rows = {name: made.rows(name, OF_PROJECTS.get(name, "true"), {"projects": projects}) for name in OF_STATES}
    return cast("Published", {name: conform(frame, TABLES[name]) for name, frame in rows.items()})
