"""The nightly run's table of contents, without Prefect: directly, or through the flow where a server answers."""

import datetime as dt
import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from flows.gates.comparisons import COMPARED
from flows.gates.judged import INVARIANTS, Judge
from flows.home.ownership import closed_to_others
from flows.home.settings import Home
from flows.home.writing import misplaced
from flows.published.documents.restating import RESTATEMENTS
from flows.running import pipeline
from flows.running.clock import refuse_wrong_clock
from flows.running.interruption import ended_by_ctrl_c, uninterrupted
from flows.running.lock import only_run
from flows.running.run_record import INTERRUPTED, RunRecord, next_number, run_id, say
from schemas.errors import EnvironmentFailure, NotBegun, UsageError

STAGES: Final[dict[str, Callable[..., Any]]] = {
    "land": pipeline.land_deliveries,
    "build": pipeline.build_candidate,
    "judge": pipeline.judge_candidate,
    "publish": pipeline.publish_candidate,
    "report": pipeline.write_reports,
}
"""The five stages; under Prefect the same functions run as tasks."""


def clock() -> dt.datetime:
    """Return what the machine's clock shows."""
    return dt.datetime.now(dt.UTC)


def run(
    place: Home,
    known_at: dt.datetime | None,
    accepted: Collection[str],
    stages: dict[str, Callable[..., Any]] = STAGES,
    *,
    anew: bool = False,
) -> RunRecord:
    """Land, build, judge, publish, report. Raises what went wrong; the record has it either way.

    anew: nothing is taken over from the night before.
    """
    started = clock()
    now = started.replace(microsecond=0)
    if known_at and known_at > now:
        raise UsageError(
            f"{known_at.isoformat()} is in the future",
            where="known_at",
            available=f"moments up to {now.isoformat()}",
            remedy="name an earlier moment, or leave it out for all that is known now",
        )
    unknown = set(accepted) - {*COMPARED, RESTATEMENTS, *(gate.name for gate in INVARIANTS)}
    if unknown:
        raise UsageError(
            f"there is no gate {', '.join(sorted(unknown))}",
            where="--accept",
            available=", ".join((*COMPARED, RESTATEMENTS)),
            remedy="name a comparison",
        )
    record = RunRecord(run_id(started), now.isoformat(), (known_at or now).isoformat(), str(place.inbox))
    record.accepted_gates, record.is_anew = sorted(accepted), anew
    with closed_to_others(), _recorded_where_it_cannot_begin(record, place), only_run(place):
        record.number = next_number(place.runs)
        record.save(place.runs)
        judge = Judge()
        try:
            with ended_by_ctrl_c(lambda: _save_interrupted(record, place)):
                _contents(place, record, judge, accepted, stages)
            record.outcome, record.message = "published", f"{place.warehouse}"
        except BaseException as error:
            record.ends_with(error)
            _save_failed(record, place)
            raise
        finally:
            judge.dismiss()
        record.save(place.runs)
    return record


@contextmanager
def _recorded_where_it_cannot_begin(record: RunRecord, place: Home) -> Iterator[None]:
    """A night that cannot even begin is one that `status` must know of; nothing is written through a link."""
    try:
        yield
    except NotBegun as error:
        if misplaced(place) not in {place.runs, place.runs.parent}:
            number = next_number(place.runs)
            ended = replace(record, number=number)
            ended.ends_with(error)
            ended.save(place.runs)
        raise


def _save_failed(record: RunRecord, place: Home) -> None:
    """What failed first is what a person must know of: a full disk may not take the record either."""
    try:
        record.save(place.runs)
    except EnvironmentFailure as error:
        say(f"the record of this run is not whole: {error.what}: {error.where}")


def _save_interrupted(record: RunRecord, place: Home) -> None:
    """Ctrl-C may end the run before it can say more itself."""
    with suppress(EnvironmentFailure):
        replace(record, outcome="failed", message=INTERRUPTED, stages=dict(record.stages)).save(place.runs)


def _contents(
    place: Home, record: RunRecord, judge: Judge, accepted: Collection[str], stages: dict[str, Callable[..., Any]]
) -> None:
    refuse_wrong_clock(place, dt.datetime.fromisoformat(record.started_at), record.run_id)
    timed = _Timed(record, stages)
    try:
        landed = timed("land", place, dt.datetime.fromisoformat(record.started_at))
    finally:  # whatever becomes of the night, what was received by now is known of from here on
        record.receptions_count, record.receptions_digest = pipeline.last_reception(place)
    record.save(place.runs)
    record.counts["new_files_count"], record.passed_over = landed.new_files_count, landed.passed_over
    record.healed = landed.healed
    built = timed("build", place, record)
    record.snapshot_id, record.counts = built.snapshot_id, {**record.counts, **built.counts}
    record.gates = timed("judge", built, judge, accepted)
    with uninterrupted():  # the swap, the line that says so and the stage in the record: all three or none
        timed("publish", place, record)
    record.reports = [str(path) for path in timed("report", place, accepted)]


class _Timed:
    """Runs a stage and notes its seconds in the record."""

    def __init__(self, record: RunRecord, stages: dict[str, Callable[..., Any]]) -> None:
        self._record, self._stages = record, stages

    def __call__(self, stage: str, *arguments: Any) -> Any:
        started = time.monotonic()
        result = self._stages[stage](*arguments)
        self._record.stages[stage] = round(time.monotonic() - started, 3)
        return result


def run_there(place: Home, known_at: dt.datetime | None, accepted: Collection[str], *, anew: bool = False) -> RunRecord:
    """Run under the Prefect server that PREFECT_API_URL names, if it answers; else directly."""
    server = os.environ.get("PREFECT_API_URL")
    if not server:
        return run(place, known_at, accepted, anew=anew)
    if not _answers(server):
        say(f"the Prefect server at {named(server)} does not answer: running directly, recorded in {place.runs} only")
        return run(place, known_at, accepted, anew=anew)
    say(f"running as a flow recorded at {named(server)}")
    from flows.home.homes import name_own
    from flows.nightly import nightly

    name_own(place)
    return nightly(
        home=str(place.root), inbox=str(place.inbox), known_at=known_at, accepted=sorted(accepted), anew=anew
    )


def named(server: str) -> str:
    """Return the address without the user and password, the query and the fragment, which may carry secrets."""
    try:
        parts = urlsplit(server)
    except ValueError:
        return "PREFECT_API_URL"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _answers(server: str) -> bool:
    import httpx

    try:
        return httpx.get(server.rstrip("/") + "/health", timeout=2).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
