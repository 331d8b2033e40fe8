"""Which of two senders of one night came first: no folder takes another's rows because its name begins with an a."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from schemas.between.deliveries import ListedLending
from schemas.contract import INSTANT_DTYPE, DataFrame, Delivered, stacked, unchecked
from transforms.deliveries.headers.columns import known_headers
from transforms.deliveries.rows.assembly import Assembly, Landed
from transforms.deliveries.speakers.senders import sender_of
from transforms.deliveries.text.cells import tidy
from transforms.deliveries.text.currencies import coded
from transforms.deliveries.text.folding import folded
from transforms.ground.aliases import Aliases

NIGHT: Final = ["sender", "received_at"]
HOME_CURRENCY: Final = "CNY"


def lending(landed: Iterable[Landed], aliases: Aliases) -> DataFrame[ListedLending]:
    """Return the projects and currencies of each sender's lists of loans, accepted or not, as text."""
    lists = (file for file in landed if file.table == "loans" and file.raw is not None)
    return stacked([ListedLending.empty_frame(), *(_named(file, aliases) for file in lists)]).unique()


def _named(file: Landed, aliases: Aliases) -> DataFrame[ListedLending]:
    cells = file.raw.cells if file.raw else pl.DataFrame()
    columns = {header.column: header.delivered for header in known_headers("loans", cells.columns, aliases)}
    named = {
        name: folded(tidy(columns[name])) if name in columns else pl.lit(None, pl.String)
        for name in ("project_id", "currency")
    }
    named["currency"] = coded(named["currency"], aliases.codes)
    listed = cells.select(
        sender=pl.lit(sender_of(file.sender_folder)), received_at=pl.lit(file.received_at).cast(INSTANT_DTYPE), **named
    )
    return unchecked(listed, ListedLending)


def with_turn(table: str, rows: DataFrame[Delivered], assembly: Assembly) -> pl.DataFrame:
    """Return the rows with `turn`, by which they count one after the other: as received.

    Of one night a sender that keeps a ledger comes first. Then a lender's loans come from the sender that states most
    of them, of equals from one that states fewer of others: a list or a row in a bank's name takes nothing from it. A
    project comes from who lends to it, an exchange rate from who lends in its currency. What a night holds does not
    change, and so this does not.
    """
    judged = {"loans": _of_loans, "projects": _of_projects, "fx": _of_rates}.get(table)
    if judged is None:
        return rows.with_columns(turn=pl.col("received_number").cast(pl.Int64))
    keeps = pl.DataFrame(
        list(assembly.bookkeepers), schema={"sender": pl.String, "received_at": INSTANT_DTYPE}, orient="row"
    ).with_columns(is_list=pl.lit(False))
    placed = rows.with_row_index("place").join(keeps, on=NIGHT, how="left", maintain_order="left")
    ranked = judged(placed.with_columns(pl.col("is_list").fill_null(True)), assembly.lending)
    order = ["received_at", "rank", "others", "received_number", "source_row"]
    ordered = ranked.sort(order).with_columns(turn=pl.int_range(pl.len(), dtype=pl.Int64))
    return ordered.sort("place").drop("place", "is_list", "rank", "others")


def _of_loans(rows: pl.DataFrame, lending: DataFrame[ListedLending]) -> pl.DataFrame:  # noqa: ARG001
    own, all_loans = (pl.col("loan_id").n_unique().over(by) for by in ([*NIGHT, "lender"], NIGHT))
    return rows.with_columns(rank=pl.struct("is_list", own=-own.cast(pl.Int64)), others=all_loans.cast(pl.Int64) - own)


def _of_projects(rows: pl.DataFrame, lending: DataFrame[ListedLending]) -> pl.DataFrame:
    return _lenders_first(rows, lending.select(*NIGHT, "project_id"), "project_id")


def _of_rates(rows: pl.DataFrame, lending: DataFrame[ListedLending]) -> pl.DataFrame:
    foreign = pl.when(pl.col("base") == HOME_CURRENCY).then("quote").otherwise("base")
    lent = lending.select(*NIGHT, foreign=pl.col("currency").str.to_uppercase())
    return _lenders_first(rows.with_columns(foreign=foreign), lent, "foreign").drop("foreign")


def _lenders_first(rows: pl.DataFrame, lent: pl.DataFrame, about: str) -> pl.DataFrame:
    lends = lent.unique().with_columns(is_stranger=pl.lit(False))
    beside = rows.join(lends, on=[*NIGHT, about], how="left", maintain_order="left")
    stranger = pl.col("is_stranger").fill_null(True)
    return beside.with_columns(rank=pl.struct(stranger, "is_list"), others=pl.lit(0)).drop("is_stranger")
