"""A check that fails itself names what it failed on, and hides no other fault."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from flows.reference.checks.consequences import Fault
from flows.reference.checks.read import Read
from transforms.deliveries.rows.faults import FAULTS

Check = Callable[[Read], Iterable[Fault]]

OF_THE_PROGRAM: Final = (AttributeError, *FAULTS)


def guarded(read: Read, check: Check) -> list[Fault]:
    """Return the faults that a check finds; where it fails itself, those up to there and what it failed on."""
    found: list[Fault] = []
    try:
        for fault in check(read):
            found.append(fault)  # noqa: PERF402 - what was found before the check failed is kept
    except OF_THE_PROGRAM as error:
        places = [where for where, alone in _one_by_one(read) if _fails(alone, check)] or ["the reference tables"]
        reason = f"the check failed on it ({type(error).__name__}: {error}); compare it with the program's version"
        found += [f"{where}: {reason}" for where in places]
    return found


def _one_by_one(read: Read) -> Iterator[tuple[str, Read]]:
    """Every section and every row by itself, with the place where a person finds it."""
    for file, entries in read.tomls.items():
        yield from ((f"{file}, [{name}]", Read(_only(file, name, held), {})) for name, held in entries.items())
    for file, rows in read.tables.items():
        yield from ((f"{file}, row {row.line}", Read({}, {file: [row]})) for row in rows)


def _only(file: str, name: str, held: object) -> Mapping[str, Mapping[str, object]]:
    return {file: {name: held}}


def _fails(read: Read, check: Check) -> bool:
    try:
        list(check(read))
    except OF_THE_PROGRAM:
        return True
    return False
