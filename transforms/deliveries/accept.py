"""One delivered file -> rows of its contract and refusals; rows in = rows accepted + rows refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pandera.errors
import polars as pl

from schemas.contract import Delivered
from schemas.deliveries import DEFAULTS, DELIVERIES, WORKED_OUT_COLUMNS
from schemas.runs import RejectedRow
from transforms.deliveries.beside import Notice
from transforms.deliveries.cells import FAILURES, read_cell, tidy
from transforms.deliveries.headers import Header
from transforms.deliveries.ids import is_id
from transforms.deliveries.marks import MARK
from transforms.deliveries.percents import read_pct, read_value
from transforms.deliveries.refusals import contract_findings, findings, no_findings, separate
from transforms.deliveries.spoiled import spoiled_cells, whole_id, without

ROW_NUMBER: Final = "source_row"
CONTROL_CHARACTERS: Final = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\ufffd\\ufffe\\uffff]"


@dataclass(frozen=True)
class RawTable:
    """A delivered file as text: `cells` holds its columns by delivered header and `source_row`.

    `misshapen` are lines whose number of fields is not the header's: source_row, row_text and reason.
    `totals` are the sender's own total rows, cells likewise: never rows, but something to check against.
    `marks` are cells that are refused for what the form shows of them, `notices` what was understood of the form.
    """

    delivery_id: str
    source_file: str
    table: str
    cells: pl.DataFrame
    misshapen: pl.DataFrame
    totals: pl.DataFrame = field(default_factory=pl.DataFrame)
    marks: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MARK))
    notices: Sequence[Notice] = ()

    @property
    def height(self) -> int:
        """Rows in the file, the misshapen ones included."""
        return self.cells.height + self.misshapen.height


class Accepted(NamedTuple):
    """Accepted rows (contract columns and row_text); refusals (schemas.runs.RejectedRow); the refused rows as read."""

    rows: pl.DataFrame
    rejected: pl.DataFrame
    refused_rows: pl.DataFrame


def accept(raw: RawTable, headers: list[Header]) -> Accepted:
    """Return the file's rows as typed rows of its contract, each one accepted or refused with a reason."""
    contract = DELIVERIES[raw.table]
    text = _as_contract_text(raw, headers, contract)
    typed = _typed(text, headers, contract)
    spoiled = spoiled_cells(text, raw.marks, contract)
    unreadable = without(_unreadable(text, typed, contract), spoiled)
    broken = without(_as_sent(_broken(typed, contract, unreadable), text), spoiled)
    found = pl.concat([spoiled, _control_characters(text, contract), unreadable, broken])
    rows, rejected, refused_rows = separate(typed, found, raw.table)
    rejected = pl.concat([_misshapen(raw), rejected])
    if rows.height + rejected.height != raw.height:
        raise AssertionError(f"{raw.source_file}: {raw.height} rows in, {rows.height} + {rejected.height} out")
    return Accepted(rows, rejected, refused_rows)


def _delivered_columns(contract: type[Delivered]) -> dict[str, pl.DataType]:
    return {name: dtype for name, dtype in contract.polars_schema().items() if name not in WORKED_OUT_COLUMNS}


def _as_contract_text(raw: RawTable, headers: list[Header], contract: type[Delivered]) -> pl.DataFrame:
    """Rename to contract columns, add the optional ones that were left out, keep the row as sent."""
    names = {header.column: header.delivered for header in headers}
    defaults = DEFAULTS.get(raw.table, {})
    texts = {column: _cell(names.get(column), defaults.get(column)) for column in _delivered_columns(contract)}
    columns = [(whole_id(text) if is_id(column) else text).alias(column) for column, text in texts.items()]
    sent = pl.struct(pl.exclude(ROW_NUMBER)).struct.json_encode()
    return raw.cells.select(
        *columns, delivery_id=pl.lit(raw.delivery_id), source_file=pl.lit(raw.source_file),
        source_row=pl.col(ROW_NUMBER).cast(pl.Int64), row_text=sent,
    )  # fmt: skip


def _cell(header: str | None, default: str | None) -> pl.Expr:
    text = tidy(header) if header else pl.lit(None, pl.String)
    return text.fill_null(default) if default else text


def _typed(text: pl.DataFrame, headers: list[Header], contract: type[Delivered]) -> pl.DataFrame:
    scales = {header.column: header.scale for header in headers}
    cells = [
        _value(name, dtype, scales.get(name, 1), text).alias(name)
        for name, dtype in _delivered_columns(contract).items()
    ]
    return text.with_columns(cells)


def _value(name: str, dtype: pl.DataType, scale: int, text: pl.DataFrame) -> pl.Expr:
    if name.endswith("_pct"):
        return read_pct(pl.col(name)) * scale
    if name == "value" and "unit" in text.columns:
        return read_value(pl.col(name), pl.col("unit")) * scale
    return read_cell(pl.col(name), dtype, scale)


def _unreadable(text: pl.DataFrame, typed: pl.DataFrame, contract: type[Delivered]) -> pl.DataFrame:
    """Findings for each cell that has text but no value."""
    found = [no_findings()]
    for name, dtype in _delivered_columns(contract).items():
        failure = FAILURES.get(dtype.base_type())
        if failure and text[name].null_count() != typed[name].null_count():
            rule, words = failure
            broken = text[name].is_not_null() & typed[name].is_null()
            reason = pl.concat_str(pl.lit(name + " '"), name, pl.lit("' " + words))
            found.append(findings(text, pl.lit(broken), rule=rule, column=name, reason=reason))
    return pl.concat(found)


def _control_characters(text: pl.DataFrame, contract: type[Delivered]) -> pl.DataFrame:
    """Findings for text that no person typed: control characters, and halves of a broken encoding."""
    names = [name for name, dtype in _delivered_columns(contract).items() if dtype == pl.String]
    broken = {name: pl.col(name).str.contains(CONTROL_CHARACTERS) for name in names}
    anywhere = text.select(condition.any().alias(name) for name, condition in broken.items()).row(0, named=True)
    words = "holds control characters or damaged text; correct it in the source system"
    found = [
        findings(text, broken[name], rule="control_characters", column=name, reason=f"{name} {words}")
        for name in names
        if anywhere[name]
    ]
    return pl.concat([no_findings(), *found])


def _broken(typed: pl.DataFrame, contract: type[Delivered], unreadable: pl.DataFrame) -> pl.DataFrame:
    """Findings of the contract's own checks, without those that only repeat an unreadable cell."""
    worked_out = [
        name for name in ("delivered_metric", "delivered_value", "delivered_unit") if name in contract.columns()
    ]
    complete = typed.drop("row_text").with_columns(
        pl.col(name.removeprefix("delivered_")).alias(name) for name in worked_out
    )
    try:
        contract.validate(complete.select(contract.columns()), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        found = contract_findings(errors.failure_cases, contract)
        own = found.filter(~pl.col("column").is_in(worked_out))
        return own.join(unreadable, on=["at", "column"], how="anti")
    return no_findings()


def _as_sent(found: pl.DataFrame, text: pl.DataFrame) -> pl.DataFrame:
    """Show the cell to blame as the sender wrote it."""
    columns = [name for name in found["column"].unique() if name in text.columns]
    if not columns:
        return found
    cells = text.select(columns).with_row_index("at").unpivot(index="at", variable_name="column", value_name="sent")
    joined = found.join(cells, on=["at", "column"], how="left", maintain_order="left")
    return joined.with_columns(value=pl.coalesce("sent", "value")).drop("sent")


def _misshapen(raw: RawTable) -> pl.DataFrame:
    named = raw.misshapen.with_columns(
        table=pl.lit(raw.table), source_file=pl.lit(raw.source_file), delivery_id=pl.lit(raw.delivery_id),
        rule=pl.lit("number_of_fields"), column=pl.lit(None, pl.String), value=pl.lit(None, pl.String),
    )  # fmt: skip
    return named.select(pl.col(name).cast(dtype) for name, dtype in RejectedRow.polars_schema().items())
