"""What a chart draws, without the library that draws it."""

from typing import Final, NamedTuple

ROWS_DRAWN: Final = 15


class Pair(NamedTuple):
    """A project's promised and measured tonnes over the same days."""

    label: str
    promised: float | None
    measured: float | None


class Bar(NamedTuple):
    """A step of a waterfall and its tonnes; is_total: it begins at nothing, as the figures at both ends do."""

    label: str
    tonnes: float
    is_total: bool = False
