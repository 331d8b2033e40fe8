"""The nightly run as a Prefect flow: the same stages as flows/running/run.py, recorded as tasks."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.home.homes import listed_home
from flows.running.moments import in_utc, moment_of
from flows.running.run import STAGES, run
from flows.running.run_record import RunRecord
from schemas.errors import UsageError

TASKS: dict[str, Callable[..., Any]] = {
    name: task(name=name, cache_policy=NO_CACHE, persist_result=False)(stage) for name, stage in STAGES.items()
}


@flow(name="nightly", persist_result=False, validate_parameters=False)
def nightly(
    home: str | None = None,
    inbox: str | None = None,
    known_at: dt.datetime | str | None = None,
    accepted: list[str] | None = None,
    anew: bool = False,
) -> RunRecord:
    """Land, build, judge, publish, report; a refusal to publish fails the flow run with its reason."""
    moment = _moment(known_at) if isinstance(known_at, str) else known_at
    return run(listed_home(home, inbox), in_utc(moment) if moment else None, accepted or [], TASKS, anew=anew)


def _moment(text: str) -> dt.datetime:
    try:
        return moment_of(text)
    except ValueError as error:
        raise UsageError(
            str(error),
            where="the parameter known_at",
            available="moments up to now",
            remedy="write it so, or leave it out",
        ) from error
