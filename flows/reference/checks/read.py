"""The reference tables as they are written, as far as they could be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flows.reference.checks.written.entries import EVERY, TEXT, TEXTS_OR_NONE, holds, sections_at


class Row(NamedTuple):
    """A row of a CSV and the line on which a person finds it."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Read:
    """The tables that could be read: sections of the TOML files, rows of the CSV files."""

    tomls: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, Sequence[Row]]

    def has(self, *files: str) -> bool:
        """True if every one of the files could be read."""
        return all(file in self.tomls or file in self.tables for file in files)

    def rows(self, file: str) -> Sequence[Row]:
        """The rows of a CSV; none where it could not be read."""
        return self.tables.get(file, ())

    def column(self, file: str, column: str) -> set[str]:
        """The filled cells of a CSV's column."""
        return {row.cells[column] for row in self.rows(file) if row.cells[column].strip()}

    def sections(self, file: str, path: tuple[str, ...] = (EVERY,)) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The sections of a TOML file at a path, with their names."""
        return (one for one in sections_at(self.tomls.get(file, {}), path) if isinstance(one[1], dict))

    def names(self, file: str, *path: str) -> set[str]:
        """The names that lie in a section of a TOML file, or at its top."""
        return {name for _, section in self.sections(file, path) for name in section}

    def values(self, file: str, key: str, path: tuple[str, ...] = (EVERY,)) -> set[str]:
        """The texts that sections of a TOML file hold under a key."""
        return {text for _, section in self.sections(file, path) for text in texts(section.get(key))}


def texts(held: object) -> list[str]:
    """Return a text, or those of a list; nothing of anything else."""
    if isinstance(held, str):
        return [held] if holds(TEXT, held) else []
    return list(held) if isinstance(held, list) and holds(TEXTS_OR_NONE, held) else []
