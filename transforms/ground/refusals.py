"""Refused rows: which rule was broken, by which cell, and what the sender should do."""

from collections.abc import Callable
from functools import cache
from typing import Final, Generic, NamedTuple

import polars as pl

from schemas.between.deliveries import RefusedRow, SetAside
from schemas.between.ground import BrokenRule
from schemas.contract import Contract, D, DataFrame, conform, like
from schemas.deliveries import ROW_CHECKS
from schemas.errors import UnreadableDelivery

MOST_REFUSED: Final = 10_000
"""Rows refused one by one, where they are most of the file's."""

KIND: Final = ["check", "column", "schema_context"]
WORDS: Final = ["its_rule", "its_column", "its_reason"]

_PHRASES: Final = {
    "greater_than_or_equal_to": "must be at least {}",
    "less_than_or_equal_to": "must be at most {}",
    "greater_than": "must be greater than {}",
    "isin": "must be one of {}",
    "str_matches": "must look like {}",
    "str_length": "must not be empty",
    "not_nullable": "must not be empty",
}


@cache
def no_findings() -> DataFrame[BrokenRule]:
    """Return an empty table of findings."""
    return BrokenRule.empty_frame()


def findings(  # noqa: PLR0913 - a finding has this many parts
    frame: pl.DataFrame, broken: pl.Expr, *, rule: str, column: str, reason: pl.Expr | str, shown: str | None = None
) -> DataFrame[BrokenRule]:
    """Return a finding for each row where `broken` is true; the reason may be built from the row.

    shown: the column with the cell as sent, where another than `column` has it.
    """
    if not frame.select(broken=broken.any()).item():
        return no_findings()
    words = pl.lit(reason) if isinstance(reason, str) else reason
    cell = shown or column
    found = (
        frame.rechunk()
        .with_row_index("at")
        .filter(broken)
        .select(
            "at",
            rule=pl.lit(rule),
            column=pl.lit(column),
            value=pl.col(cell).cast(pl.String) if cell in frame.columns else pl.lit(None, pl.String),
            reason=words,
        )
    )
    return conform(found, BrokenRule)


def contract_findings(failure_cases: pl.DataFrame, contract: type[Contract]) -> DataFrame[BrokenRule]:
    """Return pandera's failure cases as findings; raise where the whole frame, not a row, is at fault."""
    if failure_cases["index"].null_count():
        raise TypeError(f"{contract.__name__} was handed a frame of another shape:\n{failure_cases}")
    kinds = failure_cases.select(KIND).unique(maintain_order=True)
    words = pl.DataFrame([_words(case, contract) for case in kinds.to_dicts()], schema=dict.fromkeys(WORDS, pl.String))
    cases = failure_cases.join(kinds.hstack(words), on=KIND, how="left", nulls_equal=True, maintain_order="left")
    is_of_row = pl.col("schema_context") == "DataFrameSchema"
    found = cases.select(
        at="index",
        rule="its_rule",
        column="its_column",
        value=pl.when(~is_of_row).then(pl.col("failure_case").cast(pl.String)),
        reason="its_reason",
    )
    return conform(found, BrokenRule)


def _words(case: dict[str, object], contract: type[Contract]) -> dict[str, str]:
    check, column = str(case["check"]), str(case["column"])
    if case["schema_context"] == "DataFrameSchema":
        whole = next(c for c in contract.to_schema().checks if c.name == check)
        return dict(zip(WORDS, (check, str(whole.title), str(whole.description)), strict=True))
    rule, _, bounds = check.partition("(")
    phrase = _PHRASES.get(rule, "must satisfy " + check).format(bounds.removesuffix(")"))
    return dict(zip(WORDS, (rule, column, f"{column} {phrase}"), strict=True))


def first_of_each_cell(found: DataFrame[BrokenRule]) -> DataFrame[BrokenRule]:
    """Return the first finding of each cell: what follows from it is not a second reason."""
    return found.unique(["at", "column"], keep="first", maintain_order=True)


def true_of_rows(found: DataFrame[BrokenRule], cells: DataFrame[BrokenRule]) -> DataFrame[BrokenRule]:
    """Return the contract's findings without those that only follow from a refused cell, their own or one they read."""
    others = found.join(cells, on=["at", "column"], how="anti", maintain_order="left")
    reads = pl.DataFrame(
        [(rule, name) for rule, names in ROW_CHECKS.items() for name in names], schema=["rule", "column"], orient="row"
    )
    unheard = cells.select("at", "column").join(reads, on="column")
    return others.join(unheard, on=["at", "rule"], how="anti", maintain_order="left")


class Separated(NamedTuple, Generic[D]):
    """Rows without findings; one refusal for each row with any; those rows as read."""

    kept: DataFrame[D]
    rejected: DataFrame[SetAside]
    refused_rows: DataFrame[D]


def is_hopeless(refused_count: int, row_count: int) -> bool:
    """A list of refused rows that is longer than the table helps nobody, and takes a hundred times the file's room."""
    return refused_count > max(MOST_REFUSED, row_count // 2)


def hopeless_file(source_file: str, count: int, height: int, reason: str, least: str = "") -> UnreadableDelivery:
    """Return why a file with too many refused rows is refused whole; `least` where there may be more."""
    return UnreadableDelivery(
        f"{least}{count:,} of its {height:,} rows are refused, as this one: {reason}",
        where=source_file,
        available=f"a list of refused rows up to {MOST_REFUSED:,}, or half of the rows",
        remedy="mend what is wrong throughout, and deliver the file again",
    )


def separate(
    rows: DataFrame[D],
    found: DataFrame[BrokenRule],
    table: str,
    with_texts: Callable[[DataFrame[D]], DataFrame[RefusedRow]],
) -> Separated[D]:
    """Return the rows with and without findings.

    A refusal names its first broken rule; its reason lists them all, and the cells that a reading was taken from.
    with_texts: returns refused rows with row_text (transforms.deliveries.rows.raw_table).
    """
    if found.is_empty():
        return Separated(rows.rechunk(), SetAside.empty_frame(), rows.clear())
    by_row = found.group_by("at", maintain_order=True).agg(
        pl.col("rule", "column", "value").first(),
        pl.col("reason").unique(maintain_order=True).str.join("; "),
        broken=pl.struct("rule", "column", "value"),
    )
    numbers = pl.int_range(rows.height, dtype=pl.UInt32, eager=True)
    is_refused = numbers.is_in(by_row["at"].implode())
    refused_rows = like(rows.filter(is_refused).insert_column(0, numbers.filter(is_refused).alias("at")), rows)
    refused = by_row.join(with_texts(refused_rows), on="at", suffix="_of_row").sort("at")
    if "source_cells" in rows.columns:
        named = pl.format("{} [{}]", "reason", "source_cells")
        refused = refused.with_columns(reason=pl.coalesce(named, "reason"))
    kept = rows.filter(~is_refused)
    rejected = conform(refused.with_columns(table=pl.lit(table)), SetAside)
    return Separated(kept, rejected, like(refused_rows.drop("at"), rows))
