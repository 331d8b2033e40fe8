"""Compares two published files row by row: every table both ways, on the columns that both have.

    python -m tests.before_and_after.compare before.duckdb after.duckdb

Names what differs. Ends with 1 where a figure or a code word differs or a table or column is gone; other sentences
beside the same figures are named alone. Rows count as often as they occur; their order does not. With --tolerance rows
whose numbers differ by no more than that part of themselves are counted apart, and make no difference.
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
    "printed_at": "of a run",
    "pdf_digest": "of a document, which bears the snapshot",
    "record_digest": "of a run",
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


class Rows(NamedTuple):
    """The rows that only one side has, beyond the tolerance; near: of rows within it, by how much a number moved."""

    only_before: list[Row]
    only_after: list[Row]
    near: list[float]


class Difference(NamedTuple):
    """What of a table differs: the columns, and the rows.

    are_words: sentences alone; largest: by how much of itself a number moved at most, None where rows are of others.
    """

    table: str
    columns: tuple[str, ...]
    rows: Rows
    are_words: bool
    largest: float | None

    @property
    def is_of_figures(self) -> bool:
        """Whether a figure or a code word differs."""
        return not self.are_words and bool(self.rows.only_before or self.rows.only_after)


class Compared(NamedTuple):
    """What two files have in common, what only one has, and what differs."""

    tables: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether every figure of the first file is in the second as it was."""
        return not self.gone and not any(one.is_of_figures for one in self.differences)


def compare(before: Path, after: Path, tolerance: float = 0) -> Compared:
    """Return what differs between two published files; tolerance: by how much of itself a number may."""
    with duckdb.connect() as connection:
        for name, path in {"before": before, "after": after}.items():
            connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS {name} (READ_ONLY)")
        held = {name: columns_of(connection, name) for name in ("before", "after")}
        both = sorted((held["before"].keys() & held["after"].keys()) - BESIDE_AN_EARLIER_FILE)
        found = (
            difference(connection, table, held["before"][table], held["after"][table], tolerance) for table in both
        )
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


def difference(
    connection: duckdb.DuckDBPyConnection, table: str, before: Columns, after: Columns, tolerance: float = 0
) -> Difference | None:
    """Return what of the table differs, None where nothing does."""
    columns = [name for name in before if name in after and name not in LEFT_OUT]
    only_before, only_after = except_all(connection, table, columns)
    if not only_before and not only_after:
        return None
    numbers = {name for name in columns if before[name] == after[name] == "DOUBLE"}
    moved = [name for name in columns if any(except_all(connection, table, [name]))]
    texts = [at for at, name in enumerate(columns) if name in moved and before[name] == after[name] == "VARCHAR"]
    worded = {columns[at] for at in texts if any(is_sentence(row[at]) for row in (*only_before, *only_after))}
    others = [name for name in columns if name not in worded]
    of_others = beyond(*except_all(connection, table, others), _places(others, numbers), tolerance)
    are_words = bool(worded) and not of_others.only_before and not of_others.only_after
    rows = beyond(only_before, only_after, _places(columns, numbers), tolerance)
    largest = largest_move(rows.only_before, rows.only_after, _places(columns, numbers & {*moved}))
    return Difference(table, tuple(moved or columns), rows, are_words, largest)


def _places(columns: Sequence[str], named: Collection[str]) -> list[int]:
    return [at for at, name in enumerate(columns) if name in named]


def beyond(before: list[Row], after: list[Row], numbers: Collection[int], tolerance: float) -> Rows:
    """Return the rows without those that are alike but for numbers which differ by no more than the tolerance."""
    if not tolerance:
        return Rows(before, after, [])
    waiting: dict[Row, list[Row]] = {}
    for row in after:
        waiting.setdefault(_without(row, numbers), []).append(row)
    only_before, near = [], []
    for row in before:
        alike = waiting.get(_without(row, numbers), [])
        moves = [max((_part_moved(row[at], other[at]) for at in numbers), default=math.inf) for other in alike]
        if moves and min(moves) <= tolerance:
            near.append(min(moves))
            del alike[moves.index(min(moves))]
        else:
            only_before.append(row)
    return Rows(only_before, [row for alike in waiting.values() for row in alike], near)


def _without(row: Row, numbers: Collection[int]) -> Row:
    return tuple(cell for at, cell in enumerate(row) if at not in numbers)


def is_sentence(text: object) -> bool:
    """Return whether a text is more than a code word, an id or a number."""
    return isinstance(text, str) and CODE.fullmatch(text) is None


def largest_move(before: Sequence[Row], after: Sequence[Row], numbers: Collection[int]) -> float | None:
    """Return by how much of itself a number moved at most; None where the rows differ in other cells, or have none."""
    if not numbers:
        return None
    one, other = ({_without(row, numbers): row for row in rows} for rows in (before, after))
    if one.keys() != other.keys() or len(one) != len(before) or len(other) != len(after):
        return None
    pairs = [(one[key][at], other[key][at]) for key in one for at in numbers]
    return max((_part_moved(was, now) for was, now in pairs), default=None)


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


def lines(compared: Compared, tolerance: float = 0) -> Iterator[str]:
    """What differs, for a reader."""
    yield from (f"gone: {name}" for name in compared.gone)
    yield from (f"new: {name}" for name in compared.new)
    for one in compared.differences:
        named = f"{one.table} ({', '.join(one.columns)})"
        if near := one.rows.near:
            most = f"by at most {max(near):.1e} of themselves"
            yield f"near: {named}: {len(near)} row(s) equal only within {tolerance:g}, {most}"
        if one.rows.only_before or one.rows.only_after:
            kind = "words" if one.are_words else "FIGURES"
            counts = f"{len(one.rows.only_before)} row(s) before, {len(one.rows.only_after)} after"
            moved = f", by at most {one.largest:.1e} of themselves" if one.largest is not None else ""
            yield f"{kind}: {named}: {counts}{moved}"
        yield from (f"    before {row}" for row in one.rows.only_before[:SHOWN])
        yield from (f"    after  {row}" for row in one.rows.only_after[:SHOWN])
    differing = sum(one.is_of_figures for one in compared.differences)
    near_count = sum(len(one.rows.near) for one in compared.differences)
    within = f", {near_count} row(s) are equal only within {tolerance:g}" if tolerance else ""
    yield f"{len(compared.tables)} tables compared: figures differ in {differing}{within}"


def main(arguments: list[str] | None = None) -> int:
    """Print what differs; return 1 where a figure does."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--tolerance", type=float, default=0, help="by how much of itself a number may differ, as 1e-9")
    asked = parser.parse_args(arguments)
    compared = compare(asked.before, asked.after, asked.tolerance)
    sys.stdout.write("\n".join(lines(compared, asked.tolerance)) + "\n")
    return 0 if compared.is_same else 1


if __name__ == "__main__":
    sys.exit(main())
