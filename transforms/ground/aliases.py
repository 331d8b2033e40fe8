"""Words by which senders name tables, columns, scales, readings and currencies (data/reference/headers.toml)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def chinese_of(names: Iterable[str]) -> str:
    """Return the first name that is not plain ASCII: by it a sender knows the thing."""
    return next(name for name in names if not name.isascii())


@dataclass(frozen=True, eq=False)
class Aliases:
    """Senders' names for tables, columns and money scales (data/reference/headers.toml).

    ignored: names of sheets that hold words for people and no table.
    beside: labels, scales and currencies of what a form states once beside its table.
    names: headers of a column of projects' names, by table. monthly: words of tables whose columns are months.
    readings: each spelling of a metric with the spellings of the units that it may be in (as `words_of` has them).
    lists: words of a bank's own lists of loans, repayments and projects.
    codes: words for currencies, in small letters, with their codes.
    """

    tables: Mapping[str, Iterable[str]]
    columns: Mapping[str, Mapping[str, str]]
    scales: Mapping[str, int]
    ignored: Sequence[str] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    monthly: Mapping[str, Any] = field(default_factory=dict)
    readings: Mapping[str, Collection[str]] = field(default_factory=dict)
    lists: Mapping[str, Any] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
