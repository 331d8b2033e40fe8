"""Names and bounds that two sections or rows claim: they would mean whichever is read last."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from flows.reference.checks.consequences import Fault, Misnamed, bound_name, limited
from flows.reference.checks.contradictions.spelled_sizes import size_of
from flows.reference.checks.read import Read, Row, texts
from flows.reference.checks.units import spelled
from flows.reference.checks.written.entries import EVERY, number

NAMES_OF_ROWS: Final = (
    ("regions.csv", "province_code", ("province_zh", "province_en", "aliases")),
    ("crf_fields.csv", "crf_field", ("name_zh", "name_en", "aliases")),
    ("counties.csv", "county_code", ("county_name",)),
)
"""Tables whose rows are found by name: file, the code that the names stand for, the columns of names."""

SPELLINGS: Final = (
    ("units.toml", ("spellings",)),
    ("outputs.toml", ("bounds", EVERY, "spellings")),
    ("headers.toml", ("scales",)),
    ("headers.toml", ("currencies",)),
    ("headers.toml", ("beside", "scales")),
    ("headers.toml", ("beside", "currencies")),
    ("headers.toml", ("columns", EVERY)),
)
"""Sections whose keys are spellings, which are looked up without regard to width, case and blanks."""

SAME_BOUND: Final = ("check_id", "method_or_scope", "condition")


class Claim(NamedTuple):
    """A name, the place that claims it, and what it is to stand for."""

    where: str
    name: str
    owner: str


def doubled_faults(read: Read) -> Iterator[Fault]:
    """Return every name that stands for two things, and every bound that has two rows."""
    for file in ("metrics.toml", "technologies.toml", "physical_indicators.toml", "realisation_types.toml"):
        yield from _claimed_twice(
            Claim(f"{file}, [{owner}]", name, f"[{owner}]")
            for owner, section in read.sections(file)
            for name in (owner, *texts(section.get("aliases")))
        )
    for _, tables in read.sections("headers.toml", ("tables",)):
        yield from _claimed_twice(
            Claim(f"headers.toml, [{owner}]", name, f"[{owner}]")
            for owner, held in tables.items()
            for name in texts(held)
        )
    for file, code, columns in NAMES_OF_ROWS:
        yield from _claimed_twice(_names_of_rows(read, file, code, columns))
    yield from _spelled_alike(read)
    yield from _bounds_twice(read)


def _spelled_alike(read: Read) -> Iterator[str]:
    for file, path in SPELLINGS:
        for at, section in read.sections(file, path):
            first: dict[str, str] = {}
            for spelling, meaning in section.items():
                other = first.setdefault(spelled(spelling), spelling)
                is_doubled = other != spelling and section[other] != meaning
                if is_doubled and _means(meaning) and _means(section[other]) and not _is_judged_alone(file, spelling):
                    means = f"'{spelling}' is read as '{other}', too, and means {meaning!r} for {section[other]!r}"
                    yield f"{file}, [{at}] {spelling}: {means} (width, case and blanks do not count); keep one"


def _is_judged_alone(file: str, spelling: str) -> bool:
    """True of a unit that says its size: which of two spellings is wrong is known."""
    return file in {"units.toml", "outputs.toml"} and size_of(spelling) is not None


def _means(meaning: object) -> bool:
    """A size of nothing is a fault of its own."""
    return isinstance(meaning, str) or (number(meaning) or 0) > 0


def _names_of_rows(read: Read, file: str, code: str, columns: Iterable[str]) -> Iterator[Claim]:
    for row in read.rows(file):
        for column in columns:
            names = (name for name in row.cells[column].split("|") if name.strip())
            yield from (Claim(f"{file}, row {row.line}, column {column}", name, row.cells[code]) for name in names)


def _claimed_twice(claims: Iterable[Claim]) -> Iterator[str]:
    first: dict[str, str] = {}
    twice: dict[tuple[str, str], list[str]] = {}
    for where, name, owner in claims:
        other = first.setdefault(spelled(name), owner)
        if other != owner:
            twice.setdefault((where, other), []).append(f"'{name}'")
    for (where, other), names in twice.items():
        are = "is a name" if len(names) == 1 else "are names"
        yield f"{where}: {', '.join(names)} {are} of {other}, too; keep one"


def _bounds_twice(read: Read) -> Iterator[Fault]:
    first: dict[tuple[str, ...], Row] = {}
    for row in read.rows("bounds.csv"):
        about = tuple(row.cells[column] for column in SAME_BOUND)
        other = first.setdefault(about, row)
        if other.cells["bound_id"] != row.cells["bound_id"]:
            named, rows = ", ".join(part for part in about if part), f"rows {other.line} and {row.line}"
            text = f"bounds.csv, {rows}, column check_id: '{named}' is bounded twice; keep one"
            yield Misnamed("bounds.csv", bound_name(row.cells["check_id"], limited(row.cells)), text)
