"""The code of a printed number: short enough to type, the same every night and in both languages (ADR 45).

    K3F-9XW-TPM-D    the row of the document that the number is in, and the letter of its column

A row's code is a digest of what the row is, never of what it holds: report, period, lender and names that neither a
language nor a night changes. Few of the codes that there could be are given: one mistyped is that of nothing else.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from reports import numbers
from schemas.errors import EnvironmentFailure

LETTERS: Final = "ACDEFHJKMNPRTWXY3479"
"""None looks like another: neither 0, O and Q nor 1, I and L, 2 and Z, 5 and S, 6 and G, 8 and B, U and V."""

GROUPS: Final = 3
IN_A_GROUP: Final = 3
WRITTEN: Final = re.compile(rf"[{LETTERS}]{{{GROUPS * IN_A_GROUP + 1}}}")


PARTED: Final = " – "
"""What parts the ends of a range."""


class Column(NamedTuple):
    """A kind of number in a row: the letter that ends its code, for good, and its unit (empty: a bare number).

    write: how a value is written; has_sign: false where it is printed how much, and not which way.
    """

    letter: str
    unit: str
    write: Callable[[Any], str] = numbers.tonnes
    has_sign: bool = True

    def written(self, values: Sequence[Any]) -> str:
        """Return a number, or the ends of a range, as the column prints it."""
        if None in values:
            return numbers.MISSING
        return PARTED.join(self.write(value if self.has_sign else abs(value)) for value in values)


class RowCodes:
    """Gives the codes of a document's rows; a second row of the same names has its place behind them."""

    def __init__(self, report: str, period: str, lender: str) -> None:
        self._document = (report, period, lender)
        self._times: Counter[tuple[str, ...]] = Counter()

    def __call__(self, *names: str) -> str:
        """Return the code of the row of these names."""
        self._times[names] += 1
        place = self._times[names]
        return row_code(*self._document, *names, *([f"#{place}"] if place > 1 else []))


def row_code(*names: str) -> str:
    """Return the code of the row that the names are of, in groups of three."""
    number = int.from_bytes(hashlib.sha256(json.dumps(names, ensure_ascii=False).encode()).digest(), "big")
    written = ""
    for _ in range(GROUPS * IN_A_GROUP):
        number, letter = divmod(number, len(LETTERS))
        written += LETTERS[letter]
    return _grouped(written)


def code_of(row: str, column: Column) -> str:
    """Return the code of the number in the row's column."""
    return f"{row}-{column.letter}"


def as_code(typed: str) -> str | None:
    """Return the code that was typed: in small or wide letters, with hyphens or without; None for anything else."""
    plain = re.sub(r"[\s\-‐-―_]", "", unicodedata.normalize("NFKC", typed)).upper()
    return f"{_grouped(plain[:-1])}-{plain[-1]}" if WRITTEN.fullmatch(plain) else None


def refuse_shared(codes: Iterable[tuple[str, object]]) -> None:
    """Raise EnvironmentFailure where two numbers have one code. codes: each with what its number is."""
    owners: dict[str, object] = {}
    for code, owner in codes:
        if owners.setdefault(code, owner) != owner:
            raise EnvironmentFailure(
                f"the code {code} would be that of two printed numbers",
                where=f"{owners[code]}; {owner}",
                available="nothing was printed under it twice",
                remedy="report it: codes of ten letters from reports/codes.py have to become longer",
            )


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + IN_A_GROUP] for at in range(0, len(letters), IN_A_GROUP))
