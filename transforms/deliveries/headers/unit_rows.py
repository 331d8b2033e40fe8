"""The rows under a header that are none of the table: a row of units, and one that numbers the columns."""

from collections.abc import Callable, Sequence
from typing import Final

from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.text.statements import plain, unit_of
from transforms.ground.aliases import Aliases

NOTHING: Final = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "无"})
UNIT_HEADERS: Final = frozenset({"单位", "單位", "金额单位", "货币单位", "计量单位", "unit", "units"})
"""Headers of a column that states the unit of each row, and what a row of units is called."""

FEWEST_NUMBERED: Final = 4
"""From how many cells 1, 2, 3, 4 on a row numbers the columns; no row of any table reads so."""


def units_row(grid: Grid, at: int, naming: Sequence[int], aliases: Aliases) -> int | None:
    """Return where the row of units is: the first under the header, but for empty ones and the columns' numbers."""
    for row in range(at + 1, len(grid.rows)):
        if _is_units_row(grid.rows[row], naming, aliases):
            return row
        if any(cell.strip() for cell in grid.rows[row]) and not are_numbers(grid.rows[row]):
            return None
    return None


def first_row(grid: Grid, at: int, units_at: int | None) -> int:
    """Return where the rows of the table begin: after the header, its row of units and the columns' numbers."""
    first = (at if units_at is None else units_at) + 1
    return first + (first < len(grid.rows) and are_numbers(grid.rows[first]))


def are_numbers(cells: Sequence[str]) -> bool:
    """Return whether a row numbers the columns of a form: 1, 2, 3, 4."""
    numbers = [plain(cell).strip("()") for cell in cells if cell.strip()]
    return len(numbers) >= FEWEST_NUMBERED and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _is_units_row(cells: Sequence[str], naming: Sequence[int], aliases: Aliases) -> bool:
    """Return whether a row under the header holds units alone: 元, 吨, %, where it names something 单位 or nothing."""
    named = [plain(cells[at]).lower() for at in naming if at < len(cells)]
    units = [cell.strip() for cell in cells if plain(cell) not in NOTHING]
    if not units or any(cell not in NOTHING | UNIT_HEADERS for cell in named):
        return False
    is_unit: Callable[[str], bool] = lambda cell: unit_of(cell, aliases.beside) is not None  # noqa: E731
    return any(map(is_unit, units)) and all(is_unit(cell) or not any(c.isdigit() for c in cell) for cell in units)
