"""One delivered file -> rows of its contract and refusals; rows in = rows accepted + rows refused."""

from dataclasses import replace
from functools import cache, partial
from typing import Final, NamedTuple

import polars as pl

from schemas.between.deliveries import SentText, SetAside
from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, Delivered, SchemaErrors, conform, stacked, unchecked, validated
from schemas.deliveries import DEFAULTS, DELIVERIES, WORKED_OUT_COLUMNS
from transforms.deliveries.headers.columns import Header
from transforms.deliveries.headers.monthly_layout import CELL
from transforms.deliveries.rows.derived import is_derived, with_identity
from transforms.deliveries.rows.raw_table import ROW_NUMBER, RawTable, with_row_texts
from transforms.deliveries.sheets.characters import strange_cells
from transforms.deliveries.sheets.ids import is_id
from transforms.deliveries.sheets.nothing import emptied, is_nothing, named_nothing, suspected
from transforms.deliveries.sheets.spoiled import spoiled_cells, whole_id
from transforms.deliveries.text.cells import FAILURES, read_cell, tidy
from transforms.deliveries.text.currencies import coded
from transforms.deliveries.text.folding import folded
from transforms.deliveries.text.per_hundred import divisor, doubtful_rates
from transforms.deliveries.text.percents import read_pct, read_value
from transforms.deliveries.text.separators import doubtful_numbers
from transforms.ground.refusals import (
    contract_findings,
    findings,
    first_of_each_cell,
    hopeless_file,
    is_hopeless,
    no_findings,
    separate,
    true_of_rows,
)

NO_TEXT: Final = pl.lit(None, pl.String)
NUMBERS: Final = (pl.Decimal, pl.Float64)

SLICE_ROWS: Final = 200_000
"""Rows that are read at a time: on the way from text to value a row takes several times the room that it keeps."""


class Accepted(NamedTuple):
    """Accepted rows; refusals; the refused rows as read."""

    rows: DataFrame[Delivered]
    rejected: DataFrame[SetAside]
    refused_rows: DataFrame[Delivered]


class Slice(NamedTuple):
    """Rows of a file that are read together, how many rows before them are refused, and whether none come after."""

    raw: RawTable
    refused_count: int
    is_last: bool


def accept(raw: RawTable, headers: list[Header]) -> Accepted:
    """Return the file's rows as typed rows of its contract, each one accepted or refused with a reason.

    Raises UnreadableDelivery where thousands are refused, and more than are accepted.
    """
    parts: list[Accepted] = []
    count = len(raw.cells) if is_derived(raw.table, headers) else SLICE_ROWS  # a derived number counts all rows
    refused_count = raw.misshapen.height
    for start in range(0, max(1, raw.cells.height), max(1, count)):
        cells = raw.cells.slice(start, count).rechunk()
        is_last = start + count >= raw.cells.height
        parts.append(_accept_slice(Slice(replace(raw, cells=cells), refused_count, is_last), headers, raw))
        refused_count += parts[-1].rejected.height
    rows, refused_rows = stacked(part.rows for part in parts), stacked(part.refused_rows for part in parts)
    rejected = stacked(part.rejected for part in parts)
    if rows.height + rejected.height != raw.cells.height:
        counts = f"{raw.cells.height} rows in, {rows.height} accepted, {rejected.height} refused"
        raise AssertionError(f"{raw.source_file}: {counts}")
    return Accepted(rows, stacked([_misshapen(raw), rejected]), refused_rows)


def _accept_slice(part: Slice, headers: list[Header], whole: RawTable) -> Accepted:
    raw, contract = part.raw, DELIVERIES[whole.table]
    sent = _as_contract_text(raw, headers, contract)
    suspects = suspected(sent, contract)
    text = _with_defaults(emptied(sent, suspects), raw.table)
    identified = with_identity(_typed(text, headers, raw), raw.table, headers, is_drawing=raw.is_drawing)
    typed = unchecked(identified, Delivered)
    found = [spoiled_cells(sent, raw.marks, contract), strange_cells(sent, contract)]
    found += [named_nothing(sent, contract, suspects), *_refused_numbers(text, typed, raw, headers)]
    cells = first_of_each_cell(stacked(found))  # the first that is wrong with a cell explains the others
    _refuse_hopeless(cells["at"], cells["reason"].head(1), part, whole)
    broken = true_of_rows(_as_sent(_broken(typed, contract, part, whole), sent), cells)
    return Accepted(*separate(typed, stacked([cells, broken]), raw.table, partial(with_row_texts, raws=[raw])))


def _refused_numbers(
    text: DataFrame[SentText], typed: DataFrame[Delivered], raw: RawTable, headers: list[Header]
) -> list[DataFrame[BrokenRule]]:
    """Findings of cells that cannot be read as their type, or can be read in two ways."""
    contract = DELIVERIES[raw.table]
    numbers = [name for name, dtype in _delivered_columns(contract).items() if dtype.base_type() in NUMBERS]
    rates = [_doubtful_rates(raw, text, headers)] if raw.table == "fx" else []
    return [doubtful_numbers(text, numbers), _unreadable(text, typed, contract), *rates]


def _doubtful_rates(raw: RawTable, text: DataFrame[SentText], headers: list[Header]) -> DataFrame[BrokenRule]:
    header = _rate(headers)
    return doubtful_rates(raw.cells, text, header.delivered, header.per)


def _rate(headers: list[Header]) -> Header:
    return next(header for header in headers if header.column == "rate")


def _delivered_columns(contract: type[Delivered]) -> dict[str, pl.DataType]:
    return {name: dtype for name, dtype in contract.polars_schema().items() if name not in WORKED_OUT_COLUMNS}


def _as_contract_text(raw: RawTable, headers: list[Header], contract: type[Delivered]) -> DataFrame[SentText]:
    """Rename to contract columns, and add the optional ones that were left out."""
    named = {header.column: header for header in headers}
    columns = [_read_as(name, named.get(name)) for name in _delivered_columns(contract)]
    from_cells = [pl.col(CELL).alias("source_cells")] if CELL in raw.cells.columns else []
    text = raw.cells.select(
        *columns,
        *from_cells,
        delivery_id=pl.lit(raw.delivery_id),
        source_file=pl.lit(raw.source_file),
        source_row=pl.col(ROW_NUMBER).cast(pl.Int64),
    )
    return unchecked(text, SentText)


def _read_as(name: str, header: Header | None) -> pl.Expr:
    cell = _cell(name, header.delivered if header else None)
    return coded(cell, header.codes).alias(name) if header and header.codes else cell


@cache
def _cell(name: str, header: str | None) -> pl.Expr:
    text = tidy(header) if header is not None else NO_TEXT
    return (whole_id(folded(text)) if is_id(name) else text).alias(name)


def _with_defaults(text: DataFrame[SentText], table: str) -> DataFrame[SentText]:
    filled = (pl.col(name).fill_null(default) for name, default in DEFAULTS.get(table, {}).items())
    return unchecked(text.with_columns(filled), SentText)


def _typed(text: DataFrame[SentText], headers: list[Header], raw: RawTable) -> pl.DataFrame:
    scales = {header.column: header.scale for header in headers}
    has_unit = "unit" in text.columns
    cells = [
        _value(name, dtype, scales.get(name, 1), has_unit)
        for name, dtype in _delivered_columns(DELIVERIES[raw.table]).items()
    ]
    typed = text.with_columns(cells)
    if raw.table != "fx":
        return typed
    units = raw.cells.select(ROW_NUMBER, units=divisor(raw.cells, _rate(headers).per))
    return typed.with_columns(rate=typed["rate"] / units["units"])


@cache
def _value(name: str, dtype: pl.DataType, scale: int, has_unit: bool) -> pl.Expr:
    if name.endswith("_pct"):
        return (read_pct(pl.col(name)) * scale).alias(name)
    if name == "value" and has_unit:
        return (read_value(pl.col(name), pl.col("unit")) * scale).alias(name)
    return read_cell(pl.col(name), dtype, scale).alias(name)


def _unreadable(
    text: DataFrame[SentText], typed: DataFrame[Delivered], contract: type[Delivered]
) -> DataFrame[BrokenRule]:
    """Findings for each cell that has text but no value."""
    found = [no_findings()]
    for name, dtype in _delivered_columns(contract).items():
        failure = FAILURES.get(dtype.base_type())
        if failure and text[name].null_count() != typed[name].null_count():
            rule, words = failure
            broken = text[name].is_not_null() & typed[name].is_null()
            reason = pl.concat_str(pl.lit(name + " '"), name, pl.lit("' " + words))
            found.append(findings(text, pl.lit(broken), rule=rule, column=name, reason=reason))
    return stacked(found)


def _refuse_hopeless(refused: pl.Series, reasons: pl.Series, part: Slice, whole: RawTable) -> None:
    count = refused.n_unique() + part.refused_count
    if is_hopeless(count, whole.height):
        least = "" if part.is_last else "at least "
        reason = ", ".join(reasons) or whole.misshapen["reason"].first()
        raise hopeless_file(whole.source_file, count, whole.height, str(reason), least)


def _broken(
    typed: DataFrame[Delivered], contract: type[Delivered], part: Slice, whole: RawTable
) -> DataFrame[BrokenRule]:
    """Findings of the contract's own checks."""
    worked_out = [
        name for name in ("delivered_metric", "delivered_value", "delivered_unit") if name in contract.columns()
    ]
    complete = typed.with_columns(pl.col(name.removeprefix("delivered_")).alias(name) for name in worked_out)
    try:
        validated(complete.select(contract.columns()), contract, lazy=True)
    except SchemaErrors as errors:
        first = contract_findings(errors.failure_cases.head(1), contract)
        _refuse_hopeless(errors.failure_cases["index"], first["reason"], part, whole)
        found = contract_findings(errors.failure_cases, contract)
        return found.filter(~pl.col("column").is_in(worked_out))
    return no_findings()


def _as_sent(found: DataFrame[BrokenRule], sent: DataFrame[SentText]) -> DataFrame[BrokenRule]:
    """Show the cell to blame as the sender wrote it; a word for nothing in it is named."""
    columns = [name for name in found["column"].unique() if name in sent.columns]
    if not columns:
        return found
    cells = sent.select(columns).with_row_index("at").unpivot(index="at", variable_name="column", value_name="sent")
    joined = found.join(cells, on=["at", "column"], how="left", maintain_order="left")
    word = pl.when(is_nothing("sent")).then(pl.format(" ('{}' says that there is none)", "sent"))
    named = joined.with_columns(value=pl.coalesce("sent", "value"), reason=pl.col("reason") + word.fill_null(""))
    return conform(named, BrokenRule)


def _misshapen(raw: RawTable) -> DataFrame[SetAside]:
    named = raw.misshapen.with_columns(
        table=pl.lit(raw.table),
        source_file=pl.lit(raw.source_file),
        delivery_id=pl.lit(raw.delivery_id),
        rule=pl.lit("number_of_fields"),
        column=pl.lit(None, pl.String),
        value=pl.lit(None, pl.String),
    )
    broken = pl.concat_list(pl.struct("rule", "column", "value"))
    return conform(named.with_columns(broken=broken), SetAside)
