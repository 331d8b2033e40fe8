"""A landed file's bytes -> its cells as text; a file that cannot be read is refused whole with the reason."""

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from flows.landing import FORMS, Reception, landed_path
from schemas.errors import UnreadableDelivery
from transforms.book import Landed
from transforms.deliveries.accept import RawTable
from transforms.deliveries.headers import Aliases, announced_table

if TYPE_CHECKING:
    import _csv

MISSHAPEN: Final = {"source_row": pl.Int64, "row_text": pl.String, "reason": pl.String}
LONGEST_CELL: Final = 100_000
"""Characters; a longer cell is no cell of a ledger but an accident or an attack."""


def read_landed(receptions: list[Reception], landing: Path, aliases: Aliases) -> list[Landed]:
    """Return every reception with its rows as text, or with the reason why it cannot be read."""
    times: dict[str, int] = {}
    landed = []
    for reception in receptions:
        times[reception.digest] = times.get(reception.digest, 0) + 1
        landed.append(_read(reception, landing, aliases, times[reception.digest]))
    return landed


def _read(reception: Reception, landing: Path, aliases: Aliases, time: int) -> Landed:
    delivery_id = reception.digest[:16] + (f".{time}" if time > 1 else "")
    table = announced_table(Path(reception.name).stem, aliases)
    raw, reason = None, None
    try:
        raw = _raw_table(reception, landing, table, delivery_id, aliases)
    except UnreadableDelivery as error:
        reason = str(error)
    return Landed(
        delivery_id, reception.source_file, reception.sender_folder, reception.moment, reception.number,
        reception.size_bytes, table, raw, reason,
    )  # fmt: skip


def _raw_table(reception: Reception, landing: Path, table: str | None, delivery_id: str, aliases: Aliases) -> RawTable:
    suffix = Path(reception.name).suffix.lower()
    if suffix not in FORMS:
        raise UnreadableDelivery(
            f"'{suffix or 'no ending'}' is no form that can be read", where=reception.source_file,
            available=", ".join(sorted(FORMS)), remedy="deliver the table as CSV (UTF-8) or Parquet",
        )  # fmt: skip
    if table is None:
        raise UnreadableDelivery(
            "the file's name announces no table", where=reception.source_file,
            available=", ".join(aliases.tables), remedy="name the file after its table, as in ledger_2025Q2.csv",
        )  # fmt: skip
    read = _read_csv if suffix == ".csv" else _read_parquet
    cells, misshapen = read(landed_path(reception, landing), reception.source_file)
    return RawTable(delivery_id, reception.source_file, table, cells, misshapen)


def _read_csv(path: Path, source_file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells with source_row = line in the file, and the lines with too many or too few fields."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDelivery(
            f"byte {error.start} is no UTF-8", where=source_file, available="UTF-8, with or without BOM",
            remedy="save the file as UTF-8 and deliver it again",
        ) from error  # fmt: skip
    if "\0" in text:
        raise UnreadableDelivery(
            "it holds NUL characters", where=source_file, available="text", remedy="export the table again"
        )
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return _shape(reader, source_file)
    except csv.Error as error:
        raise UnreadableDelivery(
            f"line {reader.line_num}: {error}", where=source_file, available="comma-separated text with quotes",
            remedy="export the table again",
        ) from error  # fmt: skip


def _shape(reader: "_csv.Reader", source_file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    header = next(reader, None)
    if not header:
        raise UnreadableDelivery(
            "the file is empty", where=source_file, available="0 rows", remedy="deliver it with its header line"
        )
    rows, lines, misshapen, line = [], [], [], reader.line_num + 1
    for fields in reader:
        if len(fields) == len(header):
            rows.append(fields)
            lines.append(line)
        elif fields:
            reason = f"{len(fields)} fields under {len(header)} headers"
            misshapen.append({"source_row": line, "row_text": json.dumps(fields, ensure_ascii=False), "reason": reason})
        line = reader.line_num + 1
    _refuse_same_headers(header, source_file)
    cells = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    return cells.with_columns(source_row=pl.Series(lines, dtype=pl.Int64)), pl.DataFrame(misshapen, schema=MISSHAPEN)


def _refuse_same_headers(header: list[str], source_file: str) -> None:
    if len(set(header)) < len(header):
        raise UnreadableDelivery(
            "two columns have the same header", where=source_file, available=", ".join(header),
            remedy="keep one of them",
        )  # fmt: skip


def _read_parquet(path: Path, source_file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells as text; source_row counts from 1."""
    try:
        frame = pl.read_parquet(path)
        texts = frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableDelivery(
            f"it is no readable Parquet file: {error}", where=source_file, available="Parquet with flat columns",
            remedy="write the file again",
        ) from error  # fmt: skip
    numbered = texts.with_columns(source_row=pl.int_range(1, texts.height + 1, dtype=pl.Int64))
    return numbered, pl.DataFrame(schema=MISSHAPEN)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype.base_type() == pl.Datetime:
        zone = "%:z" if getattr(dtype, "time_zone", None) else ""
        return pl.col(name).dt.to_string(f"%Y-%m-%dT%H:%M:%S%.6f{zone}")
    return pl.col(name).cast(pl.String)
