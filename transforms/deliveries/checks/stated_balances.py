"""What a list says that its loans stand at, beside what their entries come to on that day."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.contract import unchecked
from schemas.deliveries import LedgerEntry
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.unanswered import LIST_ENDING
from transforms.money.positions import balance_changes

CODE: Final = "stated_balance_differs"


def differing_balances(landed: Iterable[Landed], loans: pl.DataFrame, ledger: pl.DataFrame) -> list[dict[str, str]]:
    """Return a flag for each accepted loan whose entries do not come to its stated balance, and for lists of no day."""
    flags = []
    for file in landed:
        stated = file.raw.balances if file.raw else None
        if stated is None or stated.is_empty():
            continue
        if stated["date"].null_count():
            flags += [] if file.source_file.endswith(LIST_ENDING) else [_of_no_day(file.source_file)]
            continue
        own = stated.join(loans.select("loan_id").unique(), on="loan_id", how="semi")
        changes = balance_changes(
            unchecked(ledger.filter(pl.col("loan_id").is_in(own["loan_id"].implode())), LedgerEntry)
        )
        moved = own.join(changes, on="loan_id", how="left").filter(pl.col("value_date") <= pl.col("date"))
        come_to = moved.group_by("loan_id").agg(computed=pl.col("balance_change_amount").sum())
        beside = own.join(come_to, on="loan_id", how="left", maintain_order="left").with_columns(
            pl.col("computed").fill_null(0)  # no entry by then is a balance of nothing
        )
        flags += [
            _flag(file.source_file, row)
            for row in beside.filter(pl.col("computed") != pl.col("stated_balance")).to_dicts()
        ]
    return flags


def _flag(source_file: str, row: dict[str, object]) -> dict[str, str]:
    line, loan, day, stated, computed = (
        row[name] for name in ("source_row", "loan_id", "date", "stated_balance", "computed")
    )
    difference = stated - computed  # type: ignore[operator]
    return {
        "code": CODE,
        "subject": source_file,
        "message": f"line {line}: loan {loan} is stated at {stated} on {day}, its entries come to {computed}: "
        f"difference {difference}",
        "message_zh": f"第{line}行：贷款 {loan} 在 {day} 的余额为 {stated}，按流水计算为 {computed}，相差 {difference}",
    }


def _of_no_day(source_file: str) -> dict[str, str]:
    return {
        "code": CODE,
        "subject": source_file,
        "message": "its balances are of no single stated day and were not compared; state it, as in 截至日期：",
        "message_zh": "余额未注明唯一时点，未与流水核对；请注明，例如“截至日期：2025年12月31日”",
    }
