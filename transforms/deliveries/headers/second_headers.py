"""A header in two rows: 贷款金额 over 合同 and 放款. Which column is the amount is a doubt."""

from collections.abc import Collection, Sequence
from itertools import islice

from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.monthly_layout import cell_of
from transforms.deliveries.headers.unit_rows import NOTHING
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.sheets.spans import cell_name
from transforms.deliveries.text.statements import plain


def refuse_second_headers(grid: Grid, at: int, read: Collection[int], naming: Sequence[int]) -> None:
    """Raise UnreadableDelivery where a header that is read spans columns, or words are under columns without one.

    read: the columns that are read. naming: those that name a row; under a header of two rows they are empty.
    """
    header = grid.rows[at] if at < len(grid.rows) else []
    doubtful = [*_shared(grid, at, header, read), *_words_under(grid, at, header, naming)]
    if doubtful:
        raise UnreadableDelivery(
            "it has two rows of headers, and which column has what is a doubt",
            where=grid.name,
            available="; ".join(doubtful),
            remedy="write one row of headers, one header over each column",
        )


def _shared(grid: Grid, at: int, header: Sequence[str], read: Collection[int]) -> list[str]:
    """Headers that are read and merged over further columns that are filled below."""
    shared = []
    over = [span for span in grid.merged if span[0] <= at <= span[2] and span[1] in read]
    for top, left, bottom, right in over:
        others = [place for place in range(left + 1, right + 1) if not cell_of(header, place)]
        if any(_is_filled(row, place) for row in islice(grid.rows, bottom + 1, None) for place in others):
            shared.append(f"{cell_name(grid.lines[top] - 1, left)}: {cell_of(header, left)}")
    return shared


def _words_under(grid: Grid, at: int, header: Sequence[str], naming: Sequence[int]) -> list[str]:
    """Words directly under the header, in a row that names nothing, in columns without a header that are filled."""
    first = next((row for row in range(at + 1, len(grid.rows)) if any(cell.strip() for cell in grid.rows[row])), None)
    if first is None:
        return []
    row = grid.rows[first]
    if any(cell_of(row, place) not in {"", cell_of(header, place)} for place in naming):
        return []
    words = [
        place
        for place, cell in enumerate(row)
        if cell.strip() and not cell_of(header, place) and not any(sign.isdigit() for sign in plain(cell))
    ]
    filled = (place for place in words if any(_is_filled(below, place) for below in grid.rows[first + 1 :]))
    return [f"{cell_name(grid.lines[first] - 1, place)}: {cell_of(row, place)}" for place in filled]


def _is_filled(row: Sequence[str], place: int) -> bool:
    return plain(cell_of(row, place)) not in NOTHING
