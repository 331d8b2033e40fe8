"""What a chart draws, without the library that draws it."""

from typing import Final, NamedTuple

ROWS_DRAWN: Final = 15


class Outcome(NamedTuple):
    """A project's tonnes over the same days: promised, expected with the ends of its range, measured."""

    label: str
    promised: float | None
    measured: float | None
    expected: float | None = None
    least: float | None = None
    most: float | None = None


class Band(NamedTuple):
    """What a group amounts to in each period of a chart; None: nothing is known of it."""

    label: str
    tonnes: tuple[float | None, ...]


class OverTime(NamedTuple):
    """Tonnes of several groups, period by period."""

    periods: tuple[str, ...]
    bands: tuple[Band, ...]


class Bar(NamedTuple):
    """A step of a waterfall and its tonnes; is_total: it begins at nothing, as the figures at both ends do."""

    label: str
    tonnes: float
    is_total: bool = False
