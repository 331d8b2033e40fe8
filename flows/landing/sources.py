"""Core-banking databases -> landed CSV files: all queries of a source in one read-only snapshot, landed together.

A source that cannot be read stops the run once everything else has landed: a night without the ledger must not pass for
a night without news (docs/adr/0011-sources.md).
"""

import asyncio
import datetime as dt
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import asyncpg  # type: ignore[import-untyped]

from flows.home.limits import LARGEST_FILE_BYTES
from flows.home.settings import Home, Source
from flows.landing.files import Arrival, receive
from flows.landing.receptions import NO_ANCHORS, Anchors
from flows.running.run_record import say
from schemas.errors import EnvironmentFailure
from transforms.deliveries.speakers.senders import folded

SESSION: Final = {"default_transaction_read_only": "on", "TimeZone": "Asia/Shanghai", "DateStyle": "ISO, YMD"}
"""Beijing time, as in the files of Chinese banks: it decides on which day a query's own casts put a moment."""

WRITTEN: Final = {
    "bool": "{0}::text",
    "timestamptz": """coalesce(to_char({0}, 'YYYY-MM-DD"T"HH24:MI:SS.USTZH:TZM'), {0}::text)""",
}
"""Types that COPY would write as no bank does (t, 2025-06-30 09:00:00+08), and how they are written instead."""

CONNECTING_SECONDS, GRACE_SECONDS = 30, 10
BROKEN: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError, ConnectionError)
UNREACHED: Final = (*BROKEN, OSError, ValueError)
REMEDIES: Final[dict[type[Exception], str]] = {
    asyncpg.InvalidAuthorizationSpecificationError: "correct the role in the url, or its password",
    asyncpg.InsufficientPrivilegeError: "grant the role what the query reads: docs/sources.md",
    asyncpg.QueryCanceledError: "make the query faster, or raise timeout_seconds",
    asyncpg.exceptions.OperatorInterventionError: "see that the server is up, then run again",
    asyncpg.PostgresConnectionError: "see that the server is up, then run again",
}
"""What to do about a failure, by its type; else it depends on what was being done."""


def land_sources(sources: Mapping[str, Source], home: Home, now: dt.datetime, anchors: Anchors = NO_ANCHORS) -> int:
    """Land what is new in every source; return how many files that was. Raises at the end for those that failed."""
    landed, failures = 0, []
    for source in sources.values():
        try:
            landed += _land(source, home, now, anchors)
        except EnvironmentFailure as failure:
            failures.append(failure)
    if failures:
        raise _together(failures)
    return landed


def _land(source: Source, home: Home, now: dt.datetime, anchors: Anchors) -> int:
    _, folders, files = next(os.walk(home.inbox), ("", [], []))
    if folded(source.name) in map(folded, [*folders, *files]):
        remedy = "rename the source, or take the folder out of the inbox"
        raise _failure(source, "a folder of the inbox has the same name", str(home.inbox), remedy)
    arrivals = asyncio.run(_read(source, home.landing))
    try:
        landed = receive(arrivals, home.landing, now, anchors=anchors)
    finally:  # where one cannot be kept, the others are not either
        for arrival in arrivals:
            arrival.discard()
    say(f"landed {len(landed)} new file(s) from {source.name}")
    return len(landed)


async def _read(source: Source, landing: Path) -> list[Arrival]:
    """Return the result of every query, as one moment of the database; all of them or none."""
    arrivals: list[Arrival] = []
    with ExitStack() as undo, _named_failures(source, BROKEN, "the connection failed"):
        async with _snapshot(source) as connection:
            for table, query in source.tables.items():
                arrivals.append(Arrival(f"{table}.csv", source.name, landing))
                undo.callback(arrivals[-1].discard)
                await _copy(connection, source, query, arrivals[-1])
        undo.pop_all()
    return arrivals


@asynccontextmanager
async def _snapshot(source: Source) -> AsyncIterator[asyncpg.Connection]:
    """Hold a transaction in which nothing can be written and every query sees the same moment."""
    limit, password = source.timeout_seconds, _password(source)
    settings = {**SESSION, "statement_timeout": str(max(1, round(limit * 1000)))}
    with _named_failures(source, UNREACHED, "the source cannot be reached", "start the server, or correct the url"):
        connection = await asyncpg.connect(
            source.url,
            password=password,
            server_settings=settings,
            timeout=min(limit, CONNECTING_SECONDS),
            command_timeout=limit + GRACE_SECONDS,
        )
    try:
        await connection.transaction(isolation="repeatable_read", readonly=True).start()
        yield connection
        await connection.close(timeout=GRACE_SECONDS)  # ends the transaction, too: there is nothing to commit
    finally:
        connection.terminate()


async def _copy(connection: asyncpg.Connection, source: Source, query: str, arrival: Arrival) -> None:
    """Stream a query's result into the arrival as CSV in UTF-8 with the column names as header; NULL is empty."""
    started = time.monotonic()
    with _named_failures(
        source, BROKEN, f"the query for {arrival.name} failed", "correct the query: one SELECT that only reads"
    ):
        selected = await _as_written(connection, query.rstrip().rstrip(";"))
        status = await connection.copy_from_query(selected, output=arrival, format="csv", header=True, encoding="UTF8")
    if arrival.size_bytes > LARGEST_FILE_BYTES:
        available, remedy = f"up to {LARGEST_FILE_BYTES:,} bytes a query", "part it over several sources, as by year"
        raise _failure(source, f"the query for {arrival.name} gives too much to be read", available, remedy)
    rows = int(status.removeprefix("COPY "))
    say(f"{source.name}: {arrival.name} has {rows:,} row(s), read in {time.monotonic() - started:.1f} s")


async def _as_written(connection: asyncpg.Connection, query: str) -> str:
    """Return a query for the same rows as readable text. Preparing the query proves that it is a single statement."""
    columns = (await connection.prepare(query)).get_attributes()
    quoted = [(column.type.name, '"' + column.name.replace('"', '""') + '"') for column in columns]
    written = ", ".join(f"{WRITTEN.get(kind, '{0}').format(name)} AS {name}" for kind, name in quoted)
    return f"SELECT {written} FROM (\n{query}\n) AS result"  # noqa: S608 - the settings' own query


def _password(source: Source) -> str | None:
    """Return the password that the settings name; None leaves it to PGPASSFILE."""
    password = os.environ.get(source.password_env or "")
    if source.password_env and not password:
        raise _failure(
            source, "there is no password", f"{source.password_env} is not set", "set it for the nightly run"
        )
    return password


@contextmanager
def _named_failures(
    source: Source, broken: tuple[type[Exception], ...], what: str, remedy: str = "see that the server is up"
) -> Iterator[None]:
    """Raise a failure of the database in four sentences: the server's first line, and never the url or the password."""
    try:
        yield
    except broken as error:
        first_line = (str(error) or type(error).__name__).splitlines()[0]
        known = next((REMEDIES[kind] for kind in type(error).__mro__ if kind in REMEDIES), remedy)
        raise _failure(source, f"{what}: {first_line}", "nothing of this source was landed", known) from error


def _failure(source: Source, what: str, available: str, remedy: str) -> EnvironmentFailure:
    return EnvironmentFailure(what, where=source.where, available=available, remedy=remedy)


def _together(failures: list[EnvironmentFailure]) -> EnvironmentFailure:
    failed = ((f.what, f.where, f.available, f.remedy) for f in failures)
    what, where, available, remedy = ("; ".join(dict.fromkeys(sentences)) for sentences in zip(*failed, strict=True))
    return EnvironmentFailure(what, where=where, available=available, remedy=remedy)
