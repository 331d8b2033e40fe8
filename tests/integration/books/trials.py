"""Small books that went wrong somewhere: each night landed in turn, built and swapped in without the judge."""

import datetime as dt
import json
import math
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from flows.home.settings import home as place_of
from flows.running import pipeline
from flows.running.run_record import RunRecord
from flows.warehouse import candidate
from tests.integration.program import DATA, Home

TRIALS: Final = DATA / "trials"
FIRST_NIGHT: Final = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
KNOWN_AT: Final = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)


class Check(NamedTuple):
    """One line of a trial's expected.json."""

    trial: str
    says: str
    sql: str
    want: list[list[Any]] | None
    glob: str | None


def checks_of(trial: Path) -> list[Check]:
    """Return what must hold of a trial."""
    expected = json.loads((trial / "expected.json").read_text(encoding="utf-8"))
    return [Check(trial.name, c["says"], c["sql"], c.get("want"), c.get("glob")) for c in expected["checks"]]


def all_checks() -> list[Check]:
    """Return what must hold of every trial."""
    return [check for trial in sorted(TRIALS.iterdir()) if trial.is_dir() for check in checks_of(trial)]


def build_trial(home: Home, trial: Path) -> Home:
    """Return the home after the trial's nights, one day apart."""
    for number, night in enumerate(sorted(trial.glob("night_*"))):
        shutil.copytree(night, home.inbox, dirs_exist_ok=True)
        build_night(home, FIRST_NIGHT + dt.timedelta(days=number))
    return home


def build_night(home: Home, landed_at: dt.datetime, known_at: dt.datetime = KNOWN_AT) -> None:
    """Land what lies in the inbox, build the file and swap it in: a night without the judge and without documents."""
    place = place_of(home.root)
    record = RunRecord("trial", landed_at.isoformat(), known_at.isoformat(), str(place.inbox))
    pipeline.land_deliveries(place, landed_at)
    candidate.publish(pipeline.build_candidate(place, record).candidate, place.warehouse)


def same_rows(found: Iterable[Sequence[Any]], want: Sequence[Sequence[Any]]) -> bool:
    """True if the rows are equal, numbers to 1e-9."""
    rows = [list(row) for row in found]
    return len(rows) == len(want) and all(
        len(row) == len(other) and all(_same(a, b) for a, b in zip(row, other, strict=True))
        for row, other in zip(rows, want, strict=True)
    )


def _same(found: Any, want: Any) -> bool:
    if isinstance(want, float) and found is not None:
        return math.isclose(float(found), want, rel_tol=1e-9, abs_tol=1e-9)
    return bool(found == want)
