"""The balances that a list states of its loans, beside what their entries come to on that day."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.contract import DataFrame
from schemas.deliveries import LedgerEntry, Loan
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.unanswered import LIST_ENDING
from transforms.ground.flag_rows import Notice, notice
from transforms.money.positions import balance_changes

NO_DAY: Final = notice("stated_balance_differs", wording="stated_balance_of_no_day")


def differing_balances(
    landed: Iterable[Landed], loans: DataFrame[Loan], ledger: DataFrame[LedgerEntry]
) -> list[tuple[str, Notice]]:
    """Return a flag for each accepted loan whose entries do not come to its stated balance, and for lists of no day."""
    flags = []
    for file in landed:
        stated = file.raw.balances if file.raw else None
        if stated is None or stated.is_empty():
            continue
        if stated["date"].null_count():
            flags += [] if file.source_file.endswith(LIST_ENDING) else [(file.source_file, NO_DAY)]
            continue
        own = stated.join(loans.select("loan_id").unique(), on="loan_id", how="semi")
        changes = balance_changes(ledger.filter(pl.col("loan_id").is_in(own["loan_id"].implode())))
        moved = own.join(changes, on="loan_id", how="left").filter(pl.col("value_date") <= pl.col("date"))
        come_to = moved.group_by("loan_id").agg(computed=pl.col("balance_change_amount").sum())
        beside = own.join(come_to, on="loan_id", how="left", maintain_order="left").with_columns(
            pl.col("computed").fill_null(0)  # no entry by then is a balance of nothing
        )
        flags += [
            (file.source_file, _difference(row))
            for row in beside.filter(pl.col("computed") != pl.col("stated_balance")).to_dicts()
        ]
    return flags


def _difference(row: dict[str, object]) -> Notice:
    line, loan, day, stated, computed = (
        row[name] for name in ("source_row", "loan_id", "date", "stated_balance", "computed")
    )
    difference = stated - computed  # type: ignore[operator]
    return notice(
        "stated_balance_differs",
        line=line,
        loan=loan,
        day=day,
        stated=stated,
        computed=computed,
        difference=difference,
    )
