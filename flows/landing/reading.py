"""Landed files -> tables as text: every sheet and archive member on its own, or the reason why it cannot be read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from flows.forms.readers import read_grids
from flows.forms.set_aside import set_aside
from flows.home.limits import LARGEST_FILE_BYTES
from flows.landing.files import landed_bytes
from flows.landing.receptions import ID_DIGITS, Reception
from schemas.between.deliveries import MisshapenLine
from schemas.errors import UnreadableDelivery
from transforms.deliveries.headers.beside import Texts
from transforms.deliveries.headers.columns import announced_table, is_ignored
from transforms.deliveries.headers.monthly_layout import Layout
from transforms.deliveries.lists import ListTable, read_list, recognised_by
from transforms.deliveries.monthly.table import unfold
from transforms.deliveries.recognition import MONTHLY, Recognised, recognised
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.faults import FAULTS, failed_on
from transforms.deliveries.rows.raw_table import RawTable
from transforms.deliveries.sheets.grid import Grid
from transforms.deliveries.siblings import with_siblings
from transforms.deliveries.speakers.senders import sender_of
from transforms.deliveries.tables.split import TITLE_ROWS, Cells, rows_of, split_grid
from transforms.ground.aliases import Aliases

NOTHING: Final[Mapping[int, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Part:
    """One table of a delivered file: the file itself, a sheet, or an archive's member."""

    reception: Reception
    delivery_id: str
    source_file: str


def read_landed(  # noqa: PLR0913 - what lies where, and what is known of it
    receptions: list[Reception],
    landing: Path,
    aliases: Aliases,
    lost: Mapping[int, str] = NOTHING,
    *,
    earlier: Iterable[Reception] = (),
    aside: Path | None = None,
) -> list[Landed]:
    """Return every table of every reception with its rows as text, or with the reason why it cannot be read.

    lost: by number the receptions that a person has declared lost, and why (flows.landing.lost). earlier: receptions
    before these, which lie elsewhere. aside: another landing, in which large tables are set aside.
    """
    times = Counter(reception.digest for reception in earlier)
    landed = []
    for reception in receptions:
        times[reception.digest] += 1
        time, reason = times[reception.digest], lost.get(reception.number)
        read = _read(reception, landing, aliases, time) if reason is None else [_lost(reception, aliases, time, reason)]
        landed += [set_aside(part, aside or landing) for part in read]
    return landed


def _lost(reception: Reception, aliases: Aliases, time: int, reason: str) -> Landed:
    whole = Part(reception, _delivery_id(reception, time), reception.source_file)
    unread = _landed(whole, announced_table(PurePosixPath(reception.name).stem, aliases), None, reason)
    return replace(unread, is_lost=True)


def delivery_id_of(reception: Reception, receptions: Iterable[Reception]) -> str:
    """Return the id of a received file, with which those of its sheets and members begin."""
    same = (one for one in receptions if one.digest == reception.digest and one.number <= reception.number)
    return _delivery_id(reception, sum(1 for _ in same))


def _delivery_id(reception: Reception, time: int) -> str:
    return reception.digest[:ID_DIGITS] + (f".{time}" if time > 1 else "")


def _read(reception: Reception, landing: Path, aliases: Aliases, time: int) -> list[Landed]:
    whole = Part(reception, _delivery_id(reception, time), reception.source_file)
    try:
        grids = _grids(reception, landing)
    except UnreadableDelivery as error:
        return [_landed(whole, announced_table(PurePosixPath(reception.name).stem, aliases), None, str(error))]
    return read_sheets(grids, whole, aliases)


def read_sheets(grids: Sequence[Grid], whole: Part, aliases: Aliases) -> list[Landed]:
    """Return every table of a file's grids; sheets of words for people are none."""
    passed_over = [grid for grid in grids if is_ignored(grid.sheet, aliases)]
    grids = [grid for grid in grids if not is_ignored(grid.sheet, aliases)]
    tables = recognised(grids, aliases)
    # a hidden sheet that names no table is a list behind a drop-down
    named = [(grid, found) for grid, found in tables if found.table or not grid.is_hidden]
    if not named:
        return [_landed(whole, None, None, str(_empty(whole.reception)))]
    others = [*passed_over, *(grid for grid, found in named if found.table is None)]
    named = with_siblings([(grid, found) for grid, found in named if not _is_cover(grid, found)] or named, aliases)
    return [
        landed
        for number, (grid, found) in enumerate(named)
        for landed in _whatever(grid, found, _part(grid, whole, number), aliases, _far_texts(grid.name, others))
    ]


def _whatever(grid: Grid, found: Recognised, part: Part, aliases: Aliases, far: Texts) -> list[Landed]:
    """A sheet on which the program itself fails is refused whole: it stops no other, and no night."""
    try:
        return _tables(grid, found, part, aliases, far)
    except FAULTS as error:
        return [_landed(part, found.table, None, failed_on(part.source_file, error))]


def _is_cover(grid: Grid, found: Recognised) -> bool:
    """A sheet with one cell a row has words for people and no table."""
    is_narrow = all(sum(bool(cell.strip()) for cell in row) <= 1 for row in grid.rows)
    return grid.sheet is not None and found.table is None and is_narrow


def _far_texts(workbook: str, grids: list[Grid]) -> Texts:
    """A cover or a sheet of notes may state what holds for every table of its workbook: 金额单位：万元."""
    return [
        (f"sheet {grid.sheet}, line {line}", cell)
        for grid in grids
        if grid.name == workbook
        for line, row in zip(grid.lines[:TITLE_ROWS], grid.rows[:TITLE_ROWS], strict=True)
        for cell in row[:TITLE_ROWS]
        if grid.sheet and cell.strip()
    ]


def _grids(reception: Reception, landing: Path) -> list[Grid]:
    if reception.size_bytes > LARGEST_FILE_BYTES:
        raise UnreadableDelivery(
            f"it has {reception.size_bytes:,} bytes",
            where=reception.source_file,
            available=f"at most {LARGEST_FILE_BYTES:,} bytes a file",
            remedy="deliver the table in parts",
        )
    return read_grids(landed_bytes(reception, landing), reception.name)


def _table(grid: Grid, found: Recognised, part: Part, aliases: Aliases, far: Texts) -> Landed:
    table = found.table
    if grid.refusal:
        return _landed(part, table, None, grid.refusal)
    if found.refusal:
        return replace(_landed(part, table, None, found.refusal), row_count=rows_of(grid, None, aliases))
    if found.layout:
        return _monthly(grid, found.layout, part, aliases, far)
    if table is None:
        unread = _landed(part, table, None, str(_unannounced(part, aliases)))
        return replace(unread, row_count=rows_of(grid, None, aliases))
    try:
        split = split_grid(grid, table, aliases, far)
    except UnreadableDelivery as error:
        return replace(_landed(part, table, None, str(error)), row_count=rows_of(grid, table, aliases))
    read = _landed(part, table, _of_cells(part, table, split), None, grid.encoding)
    return replace(read, is_unended=grid.is_unended, recognised_by=found.by)


def _tables(grid: Grid, found: Recognised, part: Part, aliases: Aliases, far: Texts) -> list[Landed]:
    """A sheet is one table, but for a list of loans with their drawings."""
    if found.listed is None:
        return [_table(grid, found, part, aliases, far)]
    try:
        read = read_list(grid, found.listed, sender_of(part.reception.sender_folder), far, aliases)
    except UnreadableDelivery as error:
        unread = _landed(part, found.table, None, str(error))
        return [replace(unread, row_count=rows_of(grid, found.table, aliases))]
    words = recognised_by(found.listed, read)
    landed = [_landed(part, one.table, _of_list(part, one), None, grid.encoding) for one in read]
    return [replace(one, is_unended=grid.is_unended, recognised_by=words) for one in landed]


def _of_cells(part: Part, table: str, cells: Cells) -> RawTable:
    return RawTable(
        part.delivery_id,
        part.source_file,
        table,
        cells.cells,
        cells.misshapen,
        cells.totals,
        cells.marks,
        cells.notices,
    )


def _of_list(part: Part, one: ListTable) -> RawTable:
    cells = one.cells
    return replace(
        _of_cells(part, one.table, cells),
        lines=[*cells.cells["source_row"], *cells.misshapen["source_row"]],
        sent=one.sent,
        used=one.used,
        as_of=one.as_of,
        is_drawing=one.is_drawing,
        balances=one.balances,
    )


def _monthly(grid: Grid, layout: Layout, part: Part, aliases: Aliases, far: Texts) -> Landed:
    try:
        read = unfold(grid, layout, aliases, far)
    except UnreadableDelivery as error:
        return replace(_landed(part, MONTHLY, None, str(error)), row_count=rows_of(grid, None, aliases))
    raw = RawTable(
        part.delivery_id,
        part.source_file,
        MONTHLY,
        read.cells,
        MisshapenLine.empty_frame(),
        marks=read.marks,
        notices=read.notices,
        lines=read.lines,
        lines_of_totals=read.total_row_count,
        unread=read.unread,
        as_of=read.as_of,
    )
    landed = _landed(part, MONTHLY, raw, None, grid.encoding)
    return replace(landed, is_unended=grid.is_unended, recognised_by=read.recognised_by)


def _part(grid: Grid, whole: Part, number: int) -> Part:
    """A sheet is named file#sheet, a member archive/member; each has a delivery_id of its own."""
    name = whole.source_file if grid.name == whole.reception.name else f"{whole.source_file}/{grid.name}"
    source_file = f"{name}#{grid.sheet}" if grid.sheet else name
    delivery_id = whole.delivery_id if source_file == whole.source_file else f"{whole.delivery_id}-{number + 1}"
    return Part(whole.reception, delivery_id, source_file)


def _landed(
    part: Part, table: str | None, raw: RawTable | None, reason: str | None, encoding: str = "utf-8-sig"
) -> Landed:
    reception = part.reception
    return Landed(
        part.delivery_id,
        part.source_file,
        reception.sender_folder,
        reception.moment,
        reception.number,
        reception.size_bytes,
        table,
        raw,
        reason,
        encoding,
    )


def _empty(reception: Reception) -> UnreadableDelivery:
    return UnreadableDelivery(
        "there is nothing in it", where=reception.source_file, available="0 rows", remedy="deliver the table anew"
    )


def _unannounced(part: Part, aliases: Aliases) -> UnreadableDelivery:
    return UnreadableDelivery(
        "its name announces no table",
        where=part.source_file,
        available=", ".join(aliases.tables),
        remedy="name the file or sheet after its table, as in ledger_2025Q2.csv",
    )
