"""A clock that is wrong makes right tables look wrong: it is named before they are judged by it."""

import datetime as dt
from collections.abc import Mapping
from typing import Final, NamedTuple

from flows.home.settings import REFERENCE, Home
from flows.landing.record import recorded
from flows.reference.checks.faults import written
from flows.reference.checks.values import days_yet_to_come
from flows.running.run_record import newest_start
from schemas.errors import EnvironmentFailure

ONE_DAY: Final = dt.timedelta(days=1)


class Witness(NamedTuple):
    """What is on file with the latest time, and that time."""

    what: str
    moment: dt.datetime


def refuse_wrong_clock(home: Home, now: dt.datetime, run_id: str) -> None:
    """Raise EnvironmentFailure where the reference tables are yet to come by the clock, and the clock is to blame.

    Times on file that are still to come stop no night by themselves: the clock may have been ahead then.
    """
    held = written(REFERENCE / "sources.toml").held
    sources = held if isinstance(held, Mapping) else {}
    yet_to_come = {name: day for name, _, day in days_yet_to_come(sources, now.date())}
    if yet_to_come and (witness := _to_blame(yet_to_come, now, _newest(home, run_id))):
        raise EnvironmentFailure(
            f"the clock is wrong: it shows {now.isoformat()}, and {witness}",
            where="the clock of this machine (date -u)",
            available=f"{len(yet_to_come)} document(s) of sources.toml were published later than that",
            remedy="set the clock, and run again; where it is right, correct the days of sources.toml; "
            "nothing was landed or published",
        )


def _to_blame(yet_to_come: Mapping[str, dt.date], now: dt.datetime, newest: Witness | None) -> str | None:
    """Return what the clock contradicts; None where the table is to blame, as none of its days had come before."""
    if newest is None:
        source, day = max(yet_to_come.items(), key=lambda one: one[1])
        return f"[{source}] of sources.toml was published on {day}"
    had_come = newest.moment > now and min(yet_to_come.values()) <= newest.moment.date() + ONE_DAY
    return f"{newest.what} at {newest.moment.isoformat()}" if had_come else None


def _newest(home: Home, run_id: str) -> Witness | None:
    received = [Witness(f"{one.source_file} was received", one.moment) for one in recorded(home.landing)]
    began = newest_start(home.runs, but=run_id)
    runs = [Witness("a run began", began)] if began else []
    return max([*received, *runs], key=lambda one: one.moment, default=None)
