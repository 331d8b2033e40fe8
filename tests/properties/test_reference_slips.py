"""Whatever slip is seeded into a reference table, it is named by file, row or section, and column or key.

The slips are generated over the tables as they are: what a column or key holds today says what it must hold. Those of
one kind are seeded into every table at once, and all of them must be named at once.
"""

import csv
import io
import json
import random
import shutil
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from flows.home.settings import REFERENCE
from tests.unit.flows.reference.checks.edits import faults_in
from transforms.ground.bounds import NO_LIMIT

FREE: Final = {
    "flags.toml": {"en", "zh"},
    "parameters.csv": {"scope"},
    "outputs.toml": {"unit", "output_unit", "condition"},
}
"""Columns and keys whose values only happen to be names of other tables."""

MANY: Final = 5

Place = tuple[str, ...]
"""Where a value lies in a TOML file."""


class Slip(NamedTuple):
    """What was seeded, and the words by which it must be named."""

    words: tuple[str, ...]
    what: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(REFERENCE, tmp_path / "reference")
    return tmp_path / "reference"


# --- the tables as they are ---


def tables() -> dict[str, list[dict[str, str]]]:
    return {path.name: rows_of(path) for path in sorted(REFERENCE.glob("*.csv"))}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tomls() -> dict[str, dict[str, Any]]:
    return {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(REFERENCE.glob("*.toml"))}


@cache
def written() -> dict[str, dict[str, Any]]:
    return tomls()


def leaves(held: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    for key, value in held.items():
        if isinstance(value, dict):
            yield from leaves(value, (*place, key))
        else:
            yield (*place, key), value


def columns() -> Iterator[tuple[str, str, list[str]]]:
    """Every column with what it holds, empty cells left out."""
    for name, rows in tables().items():
        for column in rows[0]:
            yield name, column, [row[column] for row in rows if row[column]]


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@cache
def vocabularies() -> list[tuple[str, set[str]]]:
    """The names that each table lists: sections, and the columns that name its rows."""
    listed = [(name, set(entries)) for name, entries in tomls().items()]
    listed += [
        (name, set(section))
        for name, entries in written().items()
        for section in entries.values()
        if isinstance(section, dict) and all(isinstance(one, (dict, list)) for one in section.values())
    ]
    return listed + [(name, {row[next(iter(row))] for row in rows}) for name, rows in tables().items()]


def cites(name: str, key: str, values: list[str]) -> bool:
    """True where all that a column or key holds are names that another table lists."""
    held = {value for value in values if isinstance(value, str)}
    return key not in FREE.get(name, set()) and any(
        held and held <= names and other != name for other, names in vocabularies()
    )


def is_one_of_few(name: str, key: str, values: list[str]) -> bool:
    """True where a column or key holds the same few words again and again."""
    words = {str(value) for value in values}
    return key not in FREE.get(name, set()) and len(values) >= MANY and len(words) * MANY <= len(values)


# --- seeding ---


def drawn(kind: str) -> random.Random:
    return random.Random(kind)  # noqa: S311 - no secret


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def seed_cells(
    folder: Path, draw: random.Random, kind: Callable[[str, str, list[str], int], bool], slip: Callable[[str], str]
) -> list[Slip]:
    """Seed a cell of each column of the kind, each in a row of its own."""
    seeded = []
    for name, rows in tables().items():
        free = draw.sample(range(len(rows)), len(rows))
        for column in rows[0]:
            held = [row[column] for row in rows if row[column]]
            if not kind(name, column, held, len(rows)):
                continue
            at = next(one for one in free if rows[one][column])
            free.remove(at)
            rows[at] = {**rows[at], column: slip(rows[at][column])}
            seeded.append(Slip((f"{name}, row {at + 2}", f"column {column}"), rows[at][column]))
        write_rows(folder / name, rows)
    return seeded


def seed_values(
    folder: Path, kind: Callable[[str, Place, Any, list[Any]], bool], slip: Callable[[Any], Any], draw: random.Random
) -> list[Slip]:
    """Seed one value of each key of the kind."""
    seeded = []
    for name, entries in tomls().items():
        by_key: dict[tuple[int, str, str], list[tuple[Place, Any]]] = {}
        for place, value in leaves(entries):
            by_key.setdefault((len(place), place[0] if len(place) > 2 else "", place[-1]), []).append((place, value))
        for found in by_key.values():
            place, value = draw.choice(found)
            if kind(name, place, value, [one for _, one in found]):
                put(entries, place, slip(value))
                seeded.append(Slip((name, *(part for part in place[-2:])), repr(slip(value))))
        (folder / name).write_text(as_toml(entries), encoding="utf-8")
    return seeded


def sections(name: str, place: Place) -> list[Place]:
    """The sections beside that of the place."""
    return sorted({one[:-1] for one, _ in leaves(written()[name]) if len(one) == len(place) and one[:-2] == place[:-2]})


def put(entries: dict[str, Any], place: Place, value: Any) -> None:
    for part in place[:-1]:
        entries = entries[part]
    if value is None:
        del entries[place[-1]]
    else:
        entries[place[-1]] = value


def as_toml(entries: dict[str, Any], path: Place = ()) -> str:
    own = [f"{json.dumps(key)} = {inline(value)}\n" for key, value in entries.items() if not isinstance(value, dict)]
    head = f"[{'.'.join(map(json.dumps, path))}]\n" if path else ""
    below = [as_toml(value, (*path, key)) for key, value in entries.items() if isinstance(value, dict)]
    return head + "".join([*own, *below])


def inline(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def missed(folder: Path, seeded: list[Slip]) -> list[Slip]:
    faults = faults_in(folder)
    return [slip for slip in seeded if not any(all(word in fault for word in slip.words) for fault in faults)]


# --- the slips ---

Kind = Callable[[str, str, list[str], int], bool]
CELLS: Final[dict[str, tuple[Kind, Callable[[str], str]]]] = {
    "an empty cell": (lambda _n, column, held, rows: len(held) == rows and column != "aliases", lambda _: ""),
    "a letter in a number": (
        lambda _n, _c, held, _rows: {*held} != {NO_LIMIT} and all(is_number(one) or one == NO_LIMIT for one in held),
        lambda cell: f"{cell}O",
    ),
    "a day that is none": (lambda _n, column, _held, _rows: column.startswith("valid_"), lambda _: "2025-02-30"),
    "a day in another form": (lambda _n, column, _held, _rows: column.startswith("valid_"), lambda _: "30.6.2025"),
    "days reversed": (lambda _n, column, _held, _rows: column == "valid_to", lambda _: "1999-01-01"),
    "a name that is nowhere": (lambda name, column, held, _: cites(name, column, held), lambda cell: f"{cell}_x"),
    "a word that is none": (
        lambda name, column, held, _: (
            is_one_of_few(name, column, held)
            and not any(map(is_number, held))
            and not column.startswith("valid_")
            and column not in {"locator", "aliases", "grid_region", "unit", "remark"}
        ),
        lambda cell: f"{cell}_x",
    ),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_slip_in_any_column_is_named(folder: Path, kind: str) -> None:
    of_kind, slip = CELLS[kind]
    seeded = seed_cells(folder, drawn(kind), of_kind, slip)
    assert seeded
    assert missed(folder, seeded) == []


@pytest.mark.parametrize("name", sorted(path.name for path in REFERENCE.glob("*.csv")))
def test_a_column_that_is_gone_and_a_row_that_is_there_twice_are_named(folder: Path, name: str) -> None:
    rows = rows_of(REFERENCE / name)
    write_rows(folder / name, [*rows, rows[3]])
    assert missed(folder, [Slip((f"{name}, rows 5 and {len(rows) + 2}",), "twice")]) == []
    for column in rows[0]:
        write_rows(folder / name, [{key: cell for key, cell in row.items() if key != column} for row in rows])
        assert missed(folder, [Slip((name, f"the column {column} is missing"), column)]) == [], column


ORDERED: Final = {"bounds.csv": ("_below", "_above"), "realisation.csv": ("_ratio",)}


@pytest.mark.parametrize("name", ORDERED)
def test_limits_out_of_their_order_are_named(folder: Path, name: str) -> None:
    """Each row with several limits, its lowest put above its highest."""
    rows, seeded = rows_of(REFERENCE / name), []
    for at, row in enumerate(rows):
        limits = [column for column in row if column.endswith(ORDERED[name]) and is_number(row[column])]
        if len(limits) > 1 and len({row[column] for column in limits}) > 1:
            ordered = sorted(limits, key=lambda column: float(row[column]))
            rows[at] = {**row, ordered[0]: row[ordered[-1]], ordered[-1]: row[ordered[0]]}
            seeded.append(Slip((f"{name}, row {at + 2}", "lies below"), str(row)))
    write_rows(folder / name, rows)
    assert len(seeded) > 10
    assert missed(folder, seeded) == []


def test_units_and_values_that_do_not_fit_their_parameter_are_named(folder: Path) -> None:
    """A row of each parameter: where none fits, the parameter's own unit and limits are named."""
    rows, seeded = rows_of(REFERENCE / "parameters.csv"), []
    first = {row["parameter_id"]: at for at, row in reversed([*enumerate(rows)])}
    for at in first.values():
        row = rows[at]
        change = {"unit": f"furlong of row {at}"} if at % 2 else {"value": "1e12"}
        rows[at] = {**row, **change}
        seeded.append(Slip((f"parameters.csv, row {at + 2}", f"column {next(iter(change))}"), str(change)))
    write_rows(folder / "parameters.csv", rows)
    assert missed(folder, seeded) == []


ValueKind = Callable[[str, Place, Any, list[Any]], bool]
VALUES: Final[dict[str, tuple[ValueKind, Callable[[Any], Any]]]] = {
    "a text for a number": (lambda _n, _p, value, _a: type(value) in {int, float}, lambda value: f"{value} or so"),
    "a number for a text": (lambda _n, place, value, _a: isinstance(value, str) and place[0] != "ratios", lambda _: 7),
    "a list for a text": (lambda _n, _p, value, _a: isinstance(value, str), lambda value: [value]),
    "a section for a text": (lambda _n, _p, value, _a: isinstance(value, str), lambda value: {"is": value}),
    "a text for a truth": (lambda _n, _p, value, _a: isinstance(value, bool), lambda _: "yes"),
    "a number for a list": (lambda _n, _p, value, _a: isinstance(value, list), lambda _: 7),
    "a key that is gone": (lambda name, place, _v, every: len(every) == len(sections(name, place)) > 2, lambda _: None),
    "an empty text": (
        lambda _n, place, _v, every: "currencies" not in place and all(isinstance(one, str) and one for one in every),
        lambda _: " ",
    ),
    "a name that is nowhere": (
        lambda name, place, value, every: isinstance(value, str) and cites(name, place[-1], every),
        lambda value: f"{value}_x",
    ),
    "a word that is none": (
        lambda name, place, value, every: isinstance(value, str) and is_one_of_few(name, place[-1], every),
        lambda value: f"{value}_x",
    ),
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_slip_under_any_key_is_named(folder: Path, kind: str) -> None:
    of_kind, slip = VALUES[kind]
    seeded = seed_values(folder, of_kind, slip, drawn(kind))
    assert seeded
    assert missed(folder, seeded) == []


@pytest.mark.parametrize("name", sorted(path.name for path in REFERENCE.glob("*.toml")))
def test_a_file_that_is_broken_or_gone_is_named(folder: Path, name: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(text + '\n[open = "', encoding="utf-8")
    assert missed(folder, [Slip((f"{name}: invalid TOML",), "broken")]) == []
    (folder / name).unlink()
    assert missed(folder, [Slip((f"{name}: it cannot be read",), "gone")]) == []


@pytest.mark.parametrize("text", ["joule = [energy", "((", "a b c", "joule = 0x"])
def test_a_unit_that_is_none_is_named_by_itself(folder: Path, text: str) -> None:
    units = tomls()["units.toml"]
    units["spellings"]["furlong"] = text
    units["canonical"]["MWh"] = [text]
    (folder / "units.toml").write_text(as_toml(units), encoding="utf-8")
    assert missed(folder, [Slip(("units.toml, [spellings] furlong", text), text)]) == []
    assert missed(folder, [Slip(("units.toml, [canonical] MWh", text), text)]) == []
