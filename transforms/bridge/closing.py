"""Printed parts that add up to their printed whole: what rounding leaves over goes to the largest remainders."""

from collections.abc import Sequence
from math import floor
from typing import Final

PRINTED: Final = 100
"""Printed steps of a tonne: the tables print hundredths."""


def whole_steps(tonnes: float) -> int:
    """Return the tonnes in printed steps, half away from zero as reports.numbers rounds."""
    steps = floor(abs(tonnes) * PRINTED + 0.5)
    return steps if tonnes >= 0 else -steps


def apportioned(parts: Sequence[float], whole: int) -> list[int]:
    """Return each part in printed steps, which add up to the whole.

    Of equal remainders the larger part goes first, then the earlier one.
    """
    down = [floor(part * PRINTED) for part in parts]
    rest = whole - sum(down)
    turns = sorted(range(len(parts)), key=lambda at: (down[at] - parts[at] * PRINTED, -abs(parts[at]), at))
    given, all_of_them = rest % len(parts) if parts else 0, rest // len(parts) if parts else 0
    return [steps + all_of_them + (at in turns[:given]) for at, steps in enumerate(down)]
