"""The nightly run as plain functions: land, build, judge, publish, report. No Prefect here.

The warehouse is a pure function of what was landed and of the reference tables: a run computes it anew, but for rows
that it would compute as the night before did (ADR 46).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from flows.forms.kept import answers_kept
from flows.gates.comparisons import COMPARED, comparisons
from flows.gates.judged import INVARIANTS, Judge, gate_results, refuse_failed
from flows.gates.predecessor import predecessor
from flows.home.ownership import give_to_group
from flows.home.settings import Home, Settings
from flows.home.settings_file import read_settings
from flows.home.writing import written_into
from flows.landing import files as landing
from flows.landing import inbox
from flows.landing.anchors import anchors_of
from flows.landing.completeness import complete_files
from flows.landing.lost import Declared, declared_lost
from flows.landing.reading import read_landed
from flows.landing.receptions import Anchors, Reception, chain_end, clock_faults, moments
from flows.landing.record import receptions, recorded
from flows.landing.refusal_files import is_own, write_refusals
from flows.published.documents.tables import EditionTables, edition_tables, write_editions
from flows.published.documents.written import write_newest
from flows.reference.tables import read_reference, reference_files
from flows.running.bridging import bridged_nights
from flows.running.computing import Written, write_marts
from flows.running.earlier import keeping, settle
from flows.running.engines.engine import Engine
from flows.running.engines.local import on_this_machine
from flows.running.run_record import (
    RunRecord,
    deciding_files,
    greenloan_version,
    has_landed_from,
    say,
    snapshot_id,
)
from flows.warehouse import candidate
from flows.warehouse.reading import read_tables
from schemas.catalog import frames_of
from schemas.contract import DataFrame, unchecked
from schemas.deliveries import DELIVERIES
from schemas.errors import EnvironmentFailure
from schemas.runs import Flag, GateResult, Run
from schemas.words.editions import WHOLE
from transforms.answers.state import state_totals
from transforms.attribution.confirmations import newest_day
from transforms.attribution.profiles import rule_table
from transforms.computation.facts import Facts
from transforms.deliveries.book.book import Book, assemble
from transforms.deliveries.book.lost import lost_notices
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.unanswered import LIST_ENDING, unanswered
from transforms.deliveries.speakers.senders import folder_key
from transforms.factors.factor_sets import factor_sets
from transforms.flags.restated import restated_flags
from transforms.ground.calendar import beijing_date
from transforms.ground.flag_rows import notice, noticed, with_sentences
from transforms.ground.reference import Reference, facility_fields
from transforms.ground.sentences import Sentences
from transforms.methods.printed import method_editions, method_entries


@dataclass(frozen=True)
class Built:
    """A candidate file and the run's record of it."""

    candidate: Path
    snapshot_id: str
    published_at: dt.datetime | None
    counts: dict[str, int]


class LandedNow(NamedTuple):
    """How many files landed in this run, what of the inbox was passed over with the reason, and what was healed."""

    new_files_count: int
    passed_over: list[inbox.PassedOver]
    healed: list[str]


class Staged(NamedTuple):
    """Files that lie beside the landing, as if they had been received after all of it: their receptions, and where."""

    receptions: Sequence[Reception]
    landing: Path


class Books(NamedTuple):
    """A book without the staged files, None where nothing is landed, and with them; and every table as it was read."""

    before: Book | None
    after: Book
    landed: Sequence[Landed]


def land_deliveries(home: Home, now: dt.datetime) -> LandedNow:
    """Land what is new in the inbox and in the databases.

    Raises EnvironmentFailure where the engine is not installed, and where a database cannot be read: then after
    everything else has landed.
    """
    settings = read_settings(home.settings, DELIVERIES)
    _refuse_missing_engine(settings)
    if settings.group:
        give_to_group(home, settings.group)
    if home.inbox == home.root / "data" / "inbox" and not _is_gone(home, settings):
        with written_into(home.inbox):
            home.inbox.mkdir(parents=True, exist_ok=True)
    landing.clear_partials(home.landing)
    found = inbox.look(home.inbox)
    healed: list[str] = []
    anchors = anchors_of(home)
    ready = _ready(home, settings, found.files)
    landed, unread = landing.land(ready, home.inbox, home.landing, now, healed, anchors=anchors)
    say(f"landed {len(landed)} new file(s) from {home.inbox}")
    passed_over = [*found.passed_over, *unread]
    for one in passed_over:
        say(f"passed over {one.path}: {one.reason}")
    for text in healed:
        say(f"healed in the landing: {text}")
    return LandedNow(len(landed) + _land_sources(settings, home, now, anchors), passed_over, healed)


def _land_sources(settings: Settings, home: Home, now: dt.datetime, anchors: Anchors) -> int:
    if not settings.sources:  # few homes have one: only they wait for its library
        return 0
    from flows.landing.sources import land_sources

    return land_sources(settings.sources, home, now, anchors)


def last_reception(home: Home) -> tuple[int, str]:
    """Return how many receptions there are and the link of the last; 0 and nothing where their record is not whole."""
    try:
        everything = receptions(home.landing, anchors_of(home))
    except EnvironmentFailure:
        return 0, ""
    return len(everything), chain_end(everything, len(everything)) or ""


def _is_gone(home: Home, settings: Settings) -> bool:
    """True of an inbox that was landed from here and is not there any more, as where a share is not mounted."""
    if home.inbox.exists():
        return False
    was_delivered = any(one.sender_folder not in settings.sources for one in recorded(home.landing))
    return was_delivered and has_landed_from(home.runs, home.inbox)


def _ready(home: Home, settings: Settings, delivered: list[Path]) -> list[Path]:
    """The inbox's complete files, without the lists of refused rows that we wrote there ourselves."""
    endings = {folder_key(folder): sender.end_marker for folder, sender in settings.senders.items()}
    folders = {path.parent: endings.get(folder_key(inbox.sender_of(path, home.inbox))) for path in delivered}
    markers = {folder: ending for folder, ending in folders.items() if ending}
    ready, waiting = complete_files(delivered, markers)
    for path in waiting:
        say(f"left for the next run, it is not complete yet: {path.relative_to(home.inbox)}")
    return [path for path in ready if not (path.name.endswith(LIST_ENDING) and is_own(path, home.landing))]


def read_book(home: Home, reference: Reference, known_at: dt.datetime) -> Book:
    """Return the book that everything landed makes, as known at the moment, without what is declared lost."""
    everything = receptions(home.landing)
    received = landing.received_by(everything, known_at, dt.datetime.now(dt.UTC))
    landed = read_landed(received, home.landing, reference.aliases, _declared(home, everything).lost)
    return assemble(landed, reference, known_at, _authorities(home))


def read_books(home: Home, reference: Reference, now: dt.datetime, staged: Staged) -> Books:
    """Return the books of everything landed with and without what is staged beside it; nothing is written into home."""
    known, aliases = receptions(home.landing), reference.aliases
    received = landing.received_by([*known, *staged.receptions], now, now)
    before, new = received[: len(known)], received[len(known) :]
    landed = read_landed(before, home.landing, aliases, _declared(home, known).lost, aside=staged.landing)
    arrived = read_landed(new, staged.landing, aliases, earlier=before)
    rights = _authorities(home)
    after = assemble([*landed, *arrived], reference, now, rights)
    return Books(assemble(landed, reference, now, rights) if known else None, after, landed + arrived)


def _declared(home: Home, everything: list[Reception]) -> Declared:
    return declared_lost(everything, home.landing, read_settings(home.settings, DELIVERIES).lost)


def _authorities(home: Home) -> dict[str, list[str]]:
    """Who may state what others share, by table, from greenloan.toml."""
    return read_settings(home.settings, DELIVERIES).authorities


def _agreed(home: Home, declared: Declared) -> dict[str, list[str]]:
    lost = sorted(" ".join(one) for one in declared.files)
    return _authorities(home) | ({"lost": lost} if lost else {})


def build_candidate(home: Home, record: RunRecord) -> Built:
    """Work everything out from what was landed and write it beside the published file; and the lists of refused rows.

    What was published before is compared with on the way.
    """
    decided_by = deciding_files(reference_files())
    reference, known_at = read_reference(), dt.datetime.fromisoformat(record.known_at)
    engine = _engine(read_settings(home.settings, DELIVERIES), decided_by)
    everything, now = receptions(home.landing), dt.datetime.fromisoformat(record.started_at)
    _print_passed_over(record, _moved_aside(home))
    declared = _declared(home, everything)
    _print_passed_over(record, [inbox.PassedOver(f"[lost.{one}]", why) for one, why in declared.superfluous.items()])
    with answers_kept(home.parsed, home.root / "data"):
        book = read_book(home, reference, known_at)
    say(f"read {book.deliveries.height} delivery(ies): {_rows_text(book)}")
    _print_refused_whole(book, now)
    received = landing.received_by(everything, known_at, now)
    snapshot = snapshot_id(received, decided_by, known_at, _agreed(home, declared))
    before = predecessor(home, known_at)
    flags = [_clock_flags(everything, now, reference.flags), _lost_flags(book, reference.flags)]
    kept = keeping(home, decided_by, anew=record.is_anew)
    beside = None if kept.is_empty else home.warehouse
    with candidate.building(home.candidate, beside) as made:
        written = write_marts(book, reference, known_at, made, before, engine, kept)
        _refuse_changed(decided_by)
        tables = _tables(book, written, reference, beijing_date(known_at))
        tables["ops.flags"] = pl.concat([tables["ops.flags"], *flags]).unique().sort(Flag.columns())
        tables["ops.state_totals"] = state_totals(tables, written.closing, written.attributed, before.totals)
        tables["ops.runs"] = _run_row(record, book, written.facts, snapshot, everything)
        tables |= frames_of(_published_by(home, known_at).by_name())
        for name, rows in tables.items():
            made.add(name, rows)
        bridged = bridged_nights(before, made, written.touched, known_at, reference.metrics)
        made.add("mart.bridge_nights", bridged.rows)
    kept.end(record.run_id)
    unread = [*before.gaps, *(problem for problem in (written.problem, bridged.problem) if problem)]
    _print_passed_over(record, [inbox.PassedOver(home.warehouse.name, one) for one in unread])
    if len(received) == len(everything):  # a past state has nothing to say to today's senders
        place = read_settings(home.settings, DELIVERIES).refusals
        _print_passed_over(record, write_refusals(home, book.rejected, book.deliveries, place).unwritten)
    loans, projects = (book.tables[name].height for name in ("loans", "projects"))
    say(f"built the candidate: {loans} loans, {projects} projects")
    published_at = None if written.problem else before.totalled_at
    return Built(home.candidate, snapshot, published_at, _counts(book))


def _published_by(home: Home, known_at: dt.datetime) -> EditionTables:
    """What was published by then; say what of it is not there any more as it was: `status` has it of the table."""
    tables = edition_tables(home, known_at)
    lost = tables.editions.filter(pl.col("edition_state") != WHOLE)
    for name, number, state in lost.select("document_name", "edition_number", "edition_state").iter_rows():
        say(f"edition {number} of {name} is {state}: {home.disclosures}")
    unsigned = tables.sign_offs.filter(pl.col("sign_off_state") != WHOLE)
    for name, number, state in unsigned.select("document_name", "sign_off_number", "sign_off_state").iter_rows():
        say(f"sign-off {number} of {name} is {state}: {home.disclosures}")
    return tables


def _refuse_missing_engine(settings: Settings) -> None:
    if settings.engine == "spark" and settings.spark:
        from flows.running.engines.spark import refuse_missing

        refuse_missing(settings.spark)


def _engine(settings: Settings, decided_by: str) -> Engine:
    if settings.engine == "local" or settings.spark is None:
        return on_this_machine
    from flows.running.engines.spark import on_spark

    return on_spark(settings.spark, decided_by)


def _refuse_changed(decided_by: str) -> None:
    """A snapshot names the tables and modules that the night worked from: one edited meanwhile may be in half of it."""
    if deciding_files(reference_files()) != decided_by:
        raise EnvironmentFailure(
            "a reference table or a module was changed while the night computed",
            where="data/reference, or the program",
            available="what was published before is unchanged",
            remedy="run it again when the change is whole",
        )


def _print_passed_over(record: RunRecord, passed_over: list[inbox.PassedOver]) -> None:
    """Say once what the night goes on without, and keep it for `status`."""
    for one in passed_over:
        say(f"passed over {one.path}: {one.reason}")
    record.passed_over += passed_over


def _moved_aside(home: Home) -> list[inbox.PassedOver]:
    """Folders where the files that a night writes belong: unlike a damaged file they cannot be written over."""
    moved = {path.name: candidate.move_aside(path) for path in (home.warehouse, home.candidate)}
    return [
        inbox.PassedOver(name, f"a folder lay where this file belongs: it is {aside.name} now; look into it, remove it")
        for name, aside in moved.items()
        if aside
    ]


def judge_candidate(built: Built, judge: Judge, accepted: Collection[str]) -> list[dict[str, Any]]:
    """Let the gates judge the candidate and write their verdicts into it; return them. Raises nothing on failure."""
    reference = read_reference()
    gates = [*INVARIANTS, *comparisons(reference.gates, built.published_at)]
    seen = judge.seen(built.candidate, gates, accepted)
    results = gate_results(seen, gates, reference.gates["sentences"], reference.sentences)
    candidate.replace_table(built.candidate, "ops.gate_results", results)
    failed = results.filter(~pl.col("is_passed"))
    say(f"judged by {results.height} gates: {failed.height} failed")
    return results.to_dicts()


def publish_candidate(home: Home, record: RunRecord) -> Path:
    """Swap the candidate in; raise RefusedToPublish where a gate failed, leaving the published file as it is."""
    refuse_failed(unchecked(pl.DataFrame(record.gates, schema=GateResult.polars_schema()), GateResult), COMPARED)
    aside = candidate.publish(home.candidate, home.warehouse)
    say(f"published {home.warehouse}")
    settle(home)
    if aside:
        left = f"another program had written into the published file: what it left is {aside.name} now; remove it"
        _print_passed_over(record, [inbox.PassedOver(f"{home.warehouse.name}.wal", left)])
    return home.warehouse


def write_reports(home: Home, accepted: Collection[str] = ()) -> list[Path]:
    """Write each kind of document of the last period that the data cover, for every lender and the whole book."""
    written = write_newest(home, accepted)
    if not written:
        say("no carbon-reduction loan in any complete quarter: no disclosure to write")
    for (report, period), documents in written.items():
        new, kept = (sum(len(one.paths) for one in documents if one.is_new is is_new) for is_new in (True, False))
        unchanged = f"; {kept} stay as they were printed, nothing of them has changed" if kept else ""
        say(f"wrote {new} file(s) of the {report} disclosure of {period} to {home.reports}{unchanged}")
    for waits in [one.waits for documents in written.values() for one in documents if one.waits]:
        say(
            f"{waits.document} waits for a person: {waits.changes_count} figure(s) of signed edition "
            f"{waits.signed_number} moved by more than {waits.threshold}: {home.waiting}"
        )
    if any(one.is_new for documents in written.values() for one in documents):
        write_editions(home, read_tables(home.warehouse, "ops.runs")["ops.runs"]["known_at"].item())
    return [path for documents in written.values() for one in documents for path in one.paths]


def _clock_flags(everything: list[Reception], now: dt.datetime, sentences: Sentences) -> DataFrame[Flag]:
    """Say of each reception whose time cannot be right when it counts as received."""
    counted = moments(everything, now)
    doubtful = [
        (
            one.source_file,
            notice(
                "reception_time_in_doubt",
                reason=reason,
                stated=one.received_at,
                counted=counted[one.number].isoformat(),
            ),
        )
        for one, reason in clock_faults(everything, now)
    ]
    flags = with_sentences(noticed(doubtful), sentences)
    for subject, message in flags.select("subject", "message").iter_rows():
        say(f"{subject}: {message}")
    return flags


def _lost_flags(book: Book, sentences: Sentences) -> DataFrame[Flag]:
    """Say of each file that is declared lost, and of what may rest on it, that its rows are missing."""
    flags = with_sentences(noticed(lost_notices(book.deliveries, book.tables)), sentences)
    for message in flags["message"].unique().sort():
        say(message)
    return flags


def _print_refused_whole(book: Book, since: dt.datetime) -> None:
    """Say once, in the night that landed it, of which delivery nothing was read; `status` keeps it."""
    new = book.deliveries.filter(pl.col("delivery_status") == "refused", pl.col("received_at") >= since)
    for name, reason in new.sort("source_file").select("source_file", "reason").iter_rows():
        say(f"refused whole {name}: {reason}")


def _rows_text(book: Book) -> str:
    refused = book.deliveries["rows_refused_count"].sum()
    return f"{book.deliveries['rows_in_count'].sum()} rows in, {refused} refused"


def _counts(book: Book) -> dict[str, int]:
    columns = ["rows_in_count", "rows_accepted_count", "rows_refused_count"]
    return {"deliveries_count": book.deliveries.height, **{c: int(book.deliveries[c].sum()) for c in columns}}


def _tables(book: Book, written: Written, reference: Reference, day: dt.date) -> dict[str, pl.DataFrame]:
    """The tables beside the marts."""
    restated = with_sentences(restated_flags(written.restated), reference.flags)
    return {
        **{f"core.{name}": frame for name, frame in frames_of(book.tables).items()},
        "core.parameters": written.facts.parameters,
        "core.sources": reference.sources,
        "core.methods": method_entries(reference.methods, day, reference.sentences),
        "core.method_editions": method_editions(reference.methods, reference.sentences),
        "core.profiles": reference.profiles,
        "core.rules": rule_table(reference.profiles),
        "core.crf_fields": facility_fields(reference),
        "core.first_investments": book.first_investments,
        "core.balance_sheets": book.balance_sheets,
        "core.loan_rates": book.loan_rates,
        "core.factor_sets": factor_sets(reference.factor_sets),
        "core.realisation": reference.realisation,
        "core.bounds": reference.bounds,
        "ops.deliveries": book.deliveries,
        "ops.rejected_rows": book.rejected,
        "ops.unanswered_rows": unanswered(book.rejected, book.deliveries, book.tables, reference.aliases),
        "ops.refused_readings": book.refused_readings,
        "ops.refused_parameters": book.refused_parameters,
        "ops.restatements": written.restated,
        "ops.flags": pl.concat([book.flags, written.flags, restated]),
    }


def _run_row(record: RunRecord, book: Book, facts: Facts, snapshot: str, everything: list[Reception]) -> pl.DataFrame:
    counts = _counts(book)
    row = {
        "run_id": record.run_id,
        "snapshot_id": snapshot,
        "started_at": dt.datetime.fromisoformat(record.started_at),
        "known_at": dt.datetime.fromisoformat(record.known_at),
        "data_as_of_at": facts.data_as_of,
        "reaches_to_date": newest_day(book.tables, facts.until),
        "greenloan_version": greenloan_version(),
        "deliveries_count": counts["deliveries_count"],
        "rows_accepted_count": counts["rows_accepted_count"],
        "rows_refused_count": counts["rows_refused_count"],
        "receptions_count": len(everything),
        "receptions_digest": chain_end(everything, len(everything)),
    }
    return pl.DataFrame([row], schema=Run.polars_schema())
