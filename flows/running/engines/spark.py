"""The buckets of a night worked out by Apache Spark: `compute_bucket` on executors, tables through a shared store.

One way for a cluster's master and for Spark Connect: DataFrame.mapInArrow, a partition a bucket. Spark's own
serialization carries what is not a table: facts there, sums back.
"""

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from flows.home.settings import Spark
from flows.running.engines.engine import Engine, WorkedOut
from flows.running.engines.executor import ANSWERS, FAILED, SHARED, Errand, answers, carried, edition, taken
from flows.running.engines.parts import ADDENDS, addends_of, own_tables, tables_of
from flows.running.engines.store import Store, own_folder
from flows.running.run_record import say
from schemas.between.sums import Bucketed
from schemas.contract import DataFrame
from schemas.errors import EnvironmentFailure
from transforms.computation.dealing import deal
from transforms.computation.facts import Facts
from transforms.deliveries.book.book import Book
from transforms.ground.reference import Reference

ALWAYS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "FATAL",  # what fails is an exception here, without its Java trace for each task
    "spark.speculation": "false",  # two tasks would write the same files at once
    "spark.driver.maxResultSize": "0",  # the driver holds every set's sums, as it does without Spark
    "spark.executorEnv.POLARS_MAX_THREADS": "1",  # Spark gives a task a core
}
ON_THIS_MACHINE: Final = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
"""Executors in the driver's own process: it listens to this machine alone."""

KEPT: Final = "what was published before is unchanged"


def on_spark(spark: Spark, decided_by: str) -> Engine:
    """Return the engine that the settings name.

    decided_by: the digest of what decides a figure on this machine (running.run_record.deciding_files).
    """

    def work_out(
        book: Book,
        reference: Reference,  # noqa: ARG001 - each executor reads its own, of the same edition
        facts: Facts,
        buckets: DataFrame[Bucketed],
    ) -> Iterator[WorkedOut]:
        with _session(spark) as session, own_folder(spark.store) as store:
            errand = _handed_out(book, facts, buckets, store, edition(decided_by))
            say(f"handed out {len(errand.parts)} set(s) of projects to Spark at {spark.where}")
            answered = _answered(session, errand, spark, buckets)
            _refuse_other_editions(answered, errand.edition)
            yield from _taken_in(answered, store)

    return work_out


def _handed_out(book: Book, facts: Facts, buckets: DataFrame[Bucketed], store: Store, own: str) -> Errand:
    """Write the book into the store, a bucket at a time; what dealing has not cut is there once."""
    parts: dict[int, str] = {}
    cut: set[str] = set()
    for number, part in enumerate(deal(book, buckets), start=1):
        rows = own_tables(part, book)
        cut |= rows.keys()
        parts[number] = store.write(store.folder(str(number)), rows)
    uncut = {name: rows for name, rows in tables_of(book).items() if name not in cut}
    shared = store.write(store.folder(SHARED), uncut)
    return Errand(store.url, own, shared, parts, carried(facts))


def _answered(session: Any, errand: Errand, spark: Spark, buckets: DataFrame[Bucketed]) -> list[Any]:  # noqa: ANN401
    """Return what the executors answer, in the buckets' order."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    count = len(errand.parts)
    numbers = session.range(1, count + 1, 1, count)  # a partition a bucket
    try:
        rows = numbers.mapInArrow(partial(answers, errand), ANSWERS).collect()
    except (PySparkException, Py4JError) as error:
        raise _failure(str(error), spark, buckets) from error
    return sorted(rows, key=lambda row: row.bucket)


def _refuse_other_editions(answered: list[Any], own: str) -> None:
    others = sorted({f"{row.machine}: {row.edition}" for row in answered if row.edition != own})
    if others:
        raise EnvironmentFailure(
            "an executor has another edition of greenloan, its libraries or its reference tables",
            where="; ".join(others),
            available=f"this machine has {own}; {KEPT}",
            remedy="install the same on all machines, reference tables included, and run again",
        )


def _taken_in(answered: list[Any], store: Store) -> Iterator[WorkedOut]:
    """Yield the buckets, the marts of one at a time in memory."""
    for row in answered:
        written, worked_out = taken(bytes(row.answer))
        tables = store.read(str(row.bucket), written)
        marts = {name: rows for name, rows in tables.items() if not name.startswith(ADDENDS)}
        yield worked_out._replace(marts=marts, addends=addends_of(tables))


def _failure(text: str, spark: Spark, buckets: DataFrame[Bucketed]) -> EnvironmentFailure:
    """What an executor could not do, and for which projects, as far as Spark lets it be seen."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    reason = next((line for line in reversed(lines) if FAILED in line), lines[0] if lines else "no reason given")
    found = re.search(rf"{FAILED} (\d+)|Task (\d+) in stage", text)
    number = int(found[1] or int(found[2]) + 1) if found else 0
    named = f", {_projects(buckets, number)}" if number else ""
    return EnvironmentFailure(
        f"an executor of Spark failed: {reason.partition('RuntimeError: ')[2] or reason}",
        where=f"Spark at {spark.where}{named}",
        available=KEPT,
        remedy='look into the executor\'s log; engine = "local" in greenloan.toml works without Spark',
    )


def _projects(buckets: DataFrame[Bucketed], number: int) -> str:
    """The bucket as a person finds it: its first and last project."""
    ordered = buckets["bucket"].unique().sort()
    names = buckets.filter(bucket=ordered[number - 1])["project_id"].sort() if number <= ordered.len() else None
    return f"set {number} ({names[0]} to {names[-1]})" if names is not None else f"set {number}"


def refuse_missing(spark: Spark) -> None:
    """Raise EnvironmentFailure where a part of Spark is not installed."""
    if importlib.util.find_spec("pyspark") is None:
        raise EnvironmentFailure(
            "pyspark is not installed",
            where='greenloan.toml engine = "spark"',
            available='engine = "local"',
            remedy="install what requirements-spark.lock lists (make .venv/spark), here and on the executors",
        )
    if not spark.is_served and not _java():
        raise EnvironmentFailure(
            "Java is not there, which Spark needs on this machine",
            where=f"JAVA_HOME and PATH, for Spark at {spark.where}",
            available='Spark Connect without it: remote = "sc://host:15002"; or engine = "local"',
            remedy="install a Java 17 runtime, and set JAVA_HOME where it is not on the PATH",
        )


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin" if home else None) is not None


@contextmanager
def _session(spark: Spark) -> Iterator[Any]:
    """A session of Spark for one night; executors run this environment's interpreter, or PYSPARK_PYTHON."""
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("greenloan")
    if spark.remote:
        builder = builder.remote(spark.remote)
    else:
        builder = builder.master(spark.master or "")
        for name, value in (ALWAYS | (ON_THIS_MACHINE if spark.is_here else {})).items():
            builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise EnvironmentFailure(
            f"Spark does not answer: {str(error).strip().splitlines()[0]}",
            where=f"greenloan.toml [spark], {spark.where}",
            available=f'{KEPT}; engine = "local" works without it',
            remedy="start it, or correct its address",
        ) from error
    try:
        yield session
    finally:
        session.stop()
