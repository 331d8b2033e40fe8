"""What an executor does: take a bucket from the shared store, work it out, leave its marts there, answer with the rest.

Spark calls `answers` on its executors; each has greenloan and its reference tables installed, as this machine has.
"""

import platform
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]

from flows.reference.tables import read_reference, reference_files
from flows.running.engines.local import worked_out
from flows.running.engines.parts import book_of, tables_of_addends
from flows.running.engines.store import Store
from flows.running.run_record import deciding_files, greenloan_version
from schemas.catalog import frames_of
from transforms.computation.whole import no_addends

ANSWERS: Final = "bucket bigint, machine string, edition string, answer binary"
SHARED: Final = "shared"
"""The folder of what is about no single project; a bucket's folder is its number."""

FAILED: Final = "set of projects"


class Errand(NamedTuple):
    """What every executor is handed: where the store is, which edition of the program is asked for, and the digests.

    facts: as Spark writes them; they are read once the edition is known to be the same.
    """

    store: str
    edition: str
    shared: str
    parts: Mapping[int, str]
    facts: bytes


def carried(value: object) -> bytes:
    """Return the value as Spark carries what is not a table, in a tenth of the room: the sums of a set are 30 MB."""
    from pyspark.serializers import CPickleSerializer

    return zlib.compress(CPickleSerializer().dumps(value), level=1)


def taken(carried_value: bytes) -> Any:  # noqa: ANN401
    """Return what Spark carried: from this program's own machines, as everything that Spark runs there."""
    from pyspark.serializers import CPickleSerializer

    return CPickleSerializer().loads(zlib.decompress(carried_value))


def edition(decided_by: str) -> str:
    """Return what must be the same on all machines; decided_by: running.run_record.deciding_files."""
    return f"greenloan {greenloan_version()}, polars {pl.__version__}, tables and modules {decided_by[:16]}"


def own_edition() -> str:
    """Return the edition that is installed here, now."""
    return edition(deciding_files(reference_files()))


def answers(errand: Errand, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield an answer for each bucket whose number is in the batches (ANSWERS)."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            own = own_edition()
            answer = _answer(errand, number) if own == errand.edition else None
            yield pa.RecordBatch.from_pydict(
                {"bucket": [number], "machine": [platform.node()], "edition": [own], "answer": [answer]},
                schema=pa.schema(
                    {"bucket": pa.int64(), "machine": pa.string(), "edition": pa.string(), "answer": pa.binary()}
                ),
            )


def _answer(errand: Errand, number: int) -> bytes:
    try:
        return _worked_out(errand, number)
    except Exception as error:
        raise RuntimeError(f"{FAILED} {number}: {type(error).__name__}: {error}") from error


def _worked_out(errand: Errand, number: int) -> bytes:
    store, folder = Store(errand.store), str(number)
    shared = _shared(errand.store, errand.shared)
    part = book_of({**shared, **store.read(folder, errand.parts[number])})
    done = worked_out(part, read_reference(), taken(errand.facts))
    tables = frames_of(done.marts) | tables_of_addends(done.addends)
    return carried((store.write(folder, tables), done._replace(marts={}, addends=no_addends())))


@lru_cache(maxsize=1)
def _shared(store: str, digest: str) -> dict[str, pl.DataFrame]:
    """A process of Spark's works out several buckets."""
    return Store(store).read(SHARED, digest)
