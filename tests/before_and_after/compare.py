"""Compares two published files row by row: every table both ways, on the columns that both have.

    python -m tests.before_and_after.compare before.duckdb after.duckdb

Names what differs. Ends with 1 where a figure or a code word differs or a table or column is gone; other sentences
beside the same figures are named alone. Rows count as often as they occur; their order does not.
"""

import argparse
import math
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

LEFT_OUT: Final = {
    "greenloan_version": "of a run",
    "known_at": "of a night that names none, when it began",
    "received_at": "when a file was received",
    "receptions_digest": "of the receptions",
    "run_id": "of a run",
    "snapshot_id": "of what was received until then",
    "started_at": "of a run",
    "stated_at": "of a row whose sender states none, when it was received",
}
"""Columns that differ between two nights on the same files, and why."""

BESIDE_AN_EARLIER_FILE: Final = frozenset({"ops.gate_results", "ops.restatements", "ops.state_totals"})
"""Tables about the file that was published before; a first night has none."""

CODE: Final = re.compile(r"[\w.*/:@#-]*", re.ASCII)
"""A code word, an id, a number: anything else is a sentence."""

SHOWN: Final = 3
Row = tuple[object, ...]
Columns = dict[str, str]


class Difference(NamedTuple):
    """What of a table differs: the columns, and the rows that only one side has.

    are_words: sentences alone; largest: by how much of itself a number moved at most, None where rows are of others.
    """

    table: str
    columns: tuple[str, ...]
    only_before: list[Row]
    only_after: list[Row]
    are_words: bool
    largest: float | None


class Compared(NamedTuple):
    """What two files have in common, what only one has, and what differs."""

    tables: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether every figure of the first file is in the second as it was."""
        return not self.gone and all(one.are_words for one in self.differences)


def compare(before: Path, after: Path) -> Compared:
    """Return what differs between two published files."""
    with duckdb.connect() as connection:
        for name, path in {"before": before, "after": after}.items():
            connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {name} (READ_ONLY)")
        held = {name: columns_of(connection, name) for name in ("before", "after")}
        both = sorted((held["before"].keys() & held["after"].keys()) - BESIDE_AN_EARLIER_FILE)
        found = (difference(connection, table, held["before"][table], held["after"][table]) for table in both)
        return Compared(
            tuple(both),
            tuple(only_in(held["before"], held["after"])),
            tuple(only_in(held["after"], held["before"])),
            tuple(one for one in found if one),
        )


def columns_of(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Columns]:
    """Return each table's columns and their types."""
    rows = connection.execute(
        "SELECT table_schema || '.' || table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_catalog = ? ORDER BY ALL",
        [name],
    ).fetchall()
    held: dict[str, Columns] = {}
    for table, column, kind in rows:
        held.setdefault(table, {})[column] = kind
    return held


def only_in(one: dict[str, Columns], other: dict[str, Columns]) -> Iterator[str]:
    """Names of tables, and of columns of a table that both have, which the other file lacks."""
    for table, columns in one.items():
        if table not in other:
            yield table
        else:
            yield from (f"{table}.{column}" for column in columns if column not in other[table])


def difference(connection: duckdb.DuckDBPyConnection, table: str, before: Columns, after: Columns) -> Difference | None:
    """Return what of the table differs, None where nothing does."""
    columns = [name for name in before if name in after and name not in LEFT_OUT]
    only_before, only_after = except_all(connection, table, columns)
    if not only_before and not only_after:
        return None
    moved = [name for name in columns if any(except_all(connection, table, [name]))]
    texts = [at for at, name in enumerate(columns) if name in moved and before[name] == after[name] == "VARCHAR"]
    worded = {columns[at] for at in texts if any(is_sentence(row[at]) for row in (*only_before, *only_after))}
    others = [name for name in columns if name not in worded]
    are_words = bool(worded) and not any(except_all(connection, table, others))
    numbers = [at for at, name in enumerate(columns) if name in moved and before[name] == after[name] == "DOUBLE"]
    largest = largest_move(only_before, only_after, numbers)
    return Difference(table, tuple(moved or columns), only_before, only_after, are_words, largest)


def is_sentence(text: object) -> bool:
    """Return whether a text is more than a code word, an id or a number."""
    return isinstance(text, str) and CODE.fullmatch(text) is None


def largest_move(before: Sequence[Row], after: Sequence[Row], numbers: Collection[int]) -> float | None:
    """Return by how much of itself a number moved at most; None where the rows differ in other cells, or have none."""
    if not numbers:
        return None
    sides = [
        {tuple(cell for at, cell in enumerate(row) if at not in numbers): row for row in rows}
        for rows in (before, after)
    ]
    one, other = sides
    if one.keys() != other.keys() or len(one) != len(before) or len(other) != len(after):
        return None
    pairs = [(one[key][at], other[key][at]) for key in one for at in numbers]
    return max(_part_moved(was, now) for was, now in pairs)


def _part_moved(was: object, now: object) -> float:
    if was == now:
        return 0.0
    if not isinstance(was, float) or not isinstance(now, float):
        return math.inf
    return abs(now - was) / max(abs(was), abs(now))


def except_all(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Collection[str]
) -> tuple[list[Row], list[Row]]:
    """Return the rows that only the first file has, and those that only the second has."""
    if not columns:
        return [], []
    listed = ", ".join(f'"{name}"' for name in columns)
    of = {name: f"SELECT {listed} FROM {name}.{table}" for name in ("before", "after")}
    return (
        connection.execute(f"{of['before']} EXCEPT ALL {of['after']}").fetchall(),
        connection.execute(f"{of['after']} EXCEPT ALL {of['before']}").fetchall(),
    )


def lines(compared: Compared) -> Iterator[str]:
    """What differs, for a reader."""
    yield from (f"gone: {name}" for name in compared.gone)
    yield from (f"new: {name}" for name in compared.new)
    for one in compared.differences:
        kind = "words" if one.are_words else "FIGURES"
        counts = f"{len(one.only_before)} row(s) before, {len(one.only_after)} after"
        moved = f", by at most {one.largest:.1e} of themselves" if one.largest is not None else ""
        yield f"{kind}: {one.table} ({', '.join(one.columns)}): {counts}{moved}"
        yield from (f"    before {row}" for row in one.only_before[:SHOWN])
        yield from (f"    after  {row}" for row in one.only_after[:SHOWN])
    differing = sum(not one.are_words for one in compared.differences)
    yield f"{len(compared.tables)} tables compared: figures differ in {differing}"


def main(arguments: list[str] | None = None) -> int:
    """Print what differs; return 1 where a figure does."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    asked = parser.parse_args(arguments)
    compared = compare(asked.before, asked.after)
    sys.stdout.write("\n".join(lines(compared)) + "\n")
    return 0 if compared.is_same else 1


if __name__ == "__main__":
    sys.exit(main())
