"""The states that are compared: a period of the published file, what was known at a moment, what was published."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from flows.home.settings import Home
from flows.published.answers.figures import read_as_known
from flows.published.documents.editions import editions_in
from flows.published.documents.states import kept_snapshots, kept_state
from flows.reference.tables import read_reference
from flows.running.moments import moment_of
from flows.warehouse.holdings import OF_STATES, holdings_in
from flows.warehouse.reading import read_tables
from schemas.catalog import Published
from schemas.contract import DataFrame
from schemas.disclosures import WHOLE_BOOK
from schemas.errors import UsageError
from schemas.marts import ReadingUse
from schemas.reference import ParameterUse, Profile
from transforms.attribution.holdings import Holdings
from transforms.attribution.profiles import PLAIN, Rule, rules_of
from transforms.bridge.state import State, item_kinds
from transforms.ground.calendar import Period, beijing_date, half, named_quarter, year

PERIOD: Final = re.compile(r"[0-9]{4}(?:Q[1-4]|H[12])?")
SNAPSHOT: Final = re.compile(r"[0-9a-f]{12}")
EDITION: Final = re.compile(r"([^/]+)/([^/]+)/([^/]+)/([1-9][0-9]{0,8})")


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a book on a day; its newest row was booked or reported on the day that it reaches to."""

    name: str
    holdings: Holdings
    readings: DataFrame[ReadingUse]
    factors: DataFrame[ParameterUse]
    profiles: DataFrame[Profile]
    known_to: dt.date
    reaches_to: dt.date
    period: Period | None = None
    lender: str | None = None


class Compared(NamedTuple):
    """Two states, and the lender that they are about where they are one lender's documents."""

    before: State
    after: State
    lender: str | None


class Asked(NamedTuple):
    """What is compared: two states as people name them, over which period where they name none, by which rule."""

    before: str
    after: str
    period: str | None = None
    basis: str | None = None
    profile: str | None = None


def states_of(home: Home, asked: Asked) -> Compared:
    """Return both states. Raises UsageError where one cannot be had, or where they cannot be set beside each other."""
    published: dict[str, Known] = {}
    first, second = (_known(home, text, published) for text in (asked.before, asked.after))
    periods = _periods(first, second, asked.period)
    kinds = item_kinds(read_reference().metrics)
    earlier, later = (
        State(
            one.holdings, one.readings, one.factors, period, rule_named(one.profiles, asked.basis, asked.profile), kinds
        )
        for one, period in zip((first, second), periods, strict=True)
    )
    return Compared(earlier, later, _lender(first, second))


def _lender(first: Known, second: Known) -> str | None:
    lenders = {one.lender for one in (first, second) if one.lender}
    if len(lenders) > 1:
        raise UsageError(
            "the editions are of documents of two lenders",
            where=f"{first.name} and {second.name}",
            available=", ".join(sorted(lenders)),
            remedy="name editions of one lender, or of the whole book with --by lender",
        )
    return None if lenders == {WHOLE_BOOK} or not lenders else lenders.pop()


def period_of(text: str) -> Period:
    """Return the quarter, half or year of that name."""
    if not PERIOD.fullmatch(text):
        raise UsageError(
            f"'{text}' is not a period of whole months",
            where="--period",
            available="quarters, halves and years",
            remedy="write it as 2025Q2, 2025H1 or 2025",
        )
    if "Q" in text:
        return named_quarter(text)
    return half(int(text[:4]), int(text[5:])) if "H" in text else year(int(text))


def _known(home: Home, text: str, published: dict[str, Known]) -> Known:
    """Return what a text names; the published file is read once, so that its periods are of one book."""
    if edition := EDITION.fullmatch(text):
        return _edition(home, text, home.disclosures.joinpath(*edition.groups()))
    if not PERIOD.fullmatch(text) and not SNAPSHOT.fullmatch(text):
        return _at_moment(home, text)
    if SNAPSHOT.fullmatch(text) and (kept := kept_state(home, text)):
        return _published(kept)
    if "" not in published:
        published[""] = _published(read_tables(home.warehouse, *OF_STATES, "core.profiles", "ops.runs"))
    held = published[""]
    if PERIOD.fullmatch(text):
        return Known(**{**vars(held), "name": text, "period": _begun(period_of(text), held)})
    if held.name != text:
        raise UsageError(
            f"nothing is kept of the snapshot '{text}'",
            where="compare",
            available=f"the published file, {held.name}; of editions {', '.join(kept_snapshots(home)) or 'none'}",
            remedy="name one of these, or a moment: its state is worked out anew from what was landed",
        )
    return held


def _edition(home: Home, text: str, place: Path) -> Known:
    """Return the state that an edition was printed from, of its own period and lender."""
    shelf = place.parent
    found = {str(one.number): one.edition for one in editions_in(shelf) if one.edition}
    edition = found.get(place.name)
    if edition is None:
        raise UsageError(
            f"there is no edition '{text}'",
            where=str(shelf),
            available=", ".join(found) or "no edition of this document",
            remedy="name one that greenloan editions lists, as crf/2025Q4/crf_2025Q4_all-lenders_zh/1",
        )
    snapshot = edition.provenance.snapshot_id
    kept = kept_state(home, snapshot)
    if kept is None:
        raise UsageError(
            f"nothing is kept of the snapshot '{snapshot}', from which '{text}' was printed",
            where=str(home.disclosures / "states"),
            available=", ".join(kept_snapshots(home)) or "no snapshot",
            remedy=f"name the moment {edition.known_at.isoformat()}: its state is worked out with the factors of today",
        )
    held = _published(kept)
    return Known(**{**vars(held), "name": text, "period": period_of(edition.period), "lender": edition.lender})


def _published(read: Published) -> Known:
    run = read["ops.runs"]
    return Known(
        run["snapshot_id"].item(),
        holdings_in(read),
        read["mart.reading_uses"],
        read["mart.parameter_uses"],
        read["core.profiles"],
        beijing_date(run["known_at"].item()),
        run["reaches_to_date"].item(),
    )


def _begun(period: Period, held: Known) -> Period:
    if period.last > held.known_to:
        raise UsageError(
            f"the period {period.name} ends on {period.last}, and the file knows of days up to {held.known_to}",
            where="compare",
            available="periods that are over by then",
            remedy="name an earlier one, or deliver what is missing and run greenloan nightly",
        )
    return period


def _at_moment(home: Home, text: str) -> Known:
    try:
        moment = moment_of(text)
    except ValueError as error:
        raise UsageError(
            f"'{text}' names no state: {error}",
            where="compare",
            available="a period (2025Q2), a moment (2025-06-30T18:00:00+08:00), a snapshot id, an edition",
            remedy="name one of these",
        ) from error
    reference = read_reference()
    _, computed = read_as_known(home, moment, reference)
    marts = computed.marts
    return Known(
        text,
        computed.holdings,
        marts["mart.reading_uses"],
        marts["mart.parameter_uses"],
        reference.profiles,
        computed.facts.until,
        computed.facts.reaches_to,
    )


def _periods(first: Known, second: Known, asked: str | None) -> tuple[Period, Period]:
    """Each has its own period, else what is asked for, else that of the other, else the newest quarter of both."""
    own = [one.period for one in (first, second)]
    if asked and all(own):
        raise UsageError(
            "both states are periods already",
            where="--period",
            available=f"{first.name} and {second.name}",
            remedy="leave --period out",
        )
    other = (
        period_of(asked)
        if asked
        else next((one for one in own if one), None) or newest_quarter(min(first.reaches_to, second.reaches_to))
    )
    earlier, later = (one or other for one in own)
    if earlier.kind != later.kind:
        raise UsageError(
            f"a {earlier.kind} and a {later.kind} have no months to set beside each other",
            where=f"{earlier.name} and {later.name}",
            available="two quarters, two halves or two years",
            remedy="name two of a kind",
        )
    return earlier, later


def newest_quarter(reaches_to: dt.date) -> Period:
    """Return the newest quarter that is over by the end of the day."""
    next_day = reaches_to + dt.timedelta(days=1)
    begun = (next_day.month - 1) // 3
    return named_quarter(f"{next_day.year}Q{begun}" if begun else f"{next_day.year - 1}Q4")


def rule_named(profiles: DataFrame[Profile], basis: str | None, profile: str | None) -> Rule:
    """Return the rule of the name; raise UsageError where no tonnes of a period are attributed by it."""
    if profile is None:
        return PLAIN[basis or "monthly_matched"]
    rules: Mapping[str, Rule] = {name: rule for name, rule in rules_of(profiles).items() if not rule.is_annual}
    if profile not in rules:
        raise UsageError(
            f"no tonnes of a period are attributed under a profile '{profile}'",
            where="--profile",
            available=", ".join(rules),
            remedy="name one of these, or a --basis",
        )
    return rules[profile]
