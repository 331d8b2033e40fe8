"""A file as it was received, and when it counts as received where a clock was wrong."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

FIRST: Final = hashlib.sha256(b"").hexdigest()
"""What the first reception names as the one before it."""


ID_DIGITS: Final = 16
"""Digits of a file's digest with which the ids of its deliveries begin."""


def source_file(sender_folder: str, name: str) -> str:
    """The file as people speak of it: <sender folder>/<name>."""
    return f"{sender_folder}/{name}" if sender_folder else name


@dataclass(frozen=True)
class Reception:
    """A file as it was received: the sidecar's content.

    previous: the digest of the reception before; empty in landings made before receptions were chained.
    """

    name: str
    sender_folder: str
    digest: str
    size_bytes: int
    received_at: str
    number: int
    previous: str = ""

    @property
    def source_file(self) -> str:
        """The file as people speak of it: <sender folder>/<name>."""
        return source_file(self.sender_folder, self.name)

    @property
    def moment(self) -> dt.datetime:
        """When it was received, in UTC."""
        return dt.datetime.fromisoformat(self.received_at)

    @property
    def line(self) -> str:
        """The reception as the manifest writes it; its digest is what the next one names."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def link(self) -> str:
        """The digest that the next reception carries."""
        return hashlib.sha256(self.line.encode()).hexdigest()


class Anchor(NamedTuple):
    """A reception that is known of outside the landing: its number, its link in the chain, and by what it is known."""

    number: int
    link: str
    known_by: str


class Anchors(NamedTuple):
    """What is known of receptions outside the landing, and the published files by the digits of their ids."""

    receptions: Sequence[Anchor] = ()
    files: Sequence[tuple[str, str]] = ()

    @property
    def last(self) -> int:
        """The number of the newest reception that is known of; 0 where none is."""
        return max((one.number for one in self.receptions), default=0)


NO_ANCHORS: Final = Anchors()


def chain_end(known: Collection[Reception], count: int) -> str | None:
    """Return the digest of the first `count` receptions' chain; None where there are fewer."""
    if len(known) < count:
        return None
    return sorted(known, key=lambda reception: reception.number)[count - 1].link if count else FIRST


def next_reception(known: Collection[Reception], landed: Mapping[str, Any], now: dt.datetime) -> Reception:
    """Return the reception that follows, at the time that the clock shows: name, folder, digest and size are landed."""
    last = max(known, key=lambda reception: reception.number, default=None)
    return Reception(
        **landed,
        received_at=now.isoformat(timespec="seconds"),
        number=last.number + 1 if last else 1,
        previous=last.link if last else FIRST,
    )


def moments(known: Collection[Reception], now: dt.datetime) -> dict[int, dt.datetime]:
    """Return when each reception counts as received, by its number; the order of the numbers is the order in time.

    A time after `now` is a clock's mistake: the file is here, so it was received by then and before what came later.
    One before that of the reception before it is one, too: it counts as received with that one.
    """
    counted: dict[int, dt.datetime] = {}
    ordered = sorted(known, key=lambda reception: reception.number)
    latest = now
    for one in reversed(ordered):
        latest = one.moment if one.moment <= now and one.moment <= latest else latest
        counted[one.number] = one.moment if one.moment <= now else latest
    for before, one in pairwise(ordered):
        counted[one.number] = max(counted[one.number], counted[before.number])
    return counted


def clock_faults(known: Collection[Reception], now: dt.datetime) -> list[tuple[Reception, str]]:
    """Return the receptions whose time cannot be right, each with the reason."""
    ordered = sorted(known, key=lambda reception: reception.number)
    ahead = [
        (one, f"it was received at {one.received_at}, which is still to come") for one in ordered if one.moment > now
    ]
    past = [one for one in ordered if one.moment <= now]
    back = [
        (one, f"it was received at {one.received_at}, before reception {before.number} at {before.received_at}")
        for before, one in pairwise(past)
        if one.moment < before.moment
    ]
    return ahead + back
