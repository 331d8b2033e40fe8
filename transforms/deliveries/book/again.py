"""The book out of published tables, as the night had it that worked it out."""

from typing import Final, cast

import polars as pl

from schemas.between.deliveries import RefusedValue
from schemas.catalog import Published, frames_of
from schemas.contract import DataFrame, conform
from schemas.deliveries import DELIVERIES, Accepted, DeliveredParameter
from schemas.reference import Parameter
from schemas.runs import Flag, RejectedRow
from transforms.deliveries.book.book import Book
from transforms.deliveries.book.releases import released_at_last
from transforms.factors.derived_parameters import stated

OF_BOOK: Final = (
    *(f"core.{name}" for name in DELIVERIES),
    "core.first_investments",
    "core.balance_sheets",
    "core.loan_rates",
    "ops.refused_readings",
    "ops.refused_parameters",
    "ops.deliveries",
)
"""What a book is made of."""

DELIVERED: Final = "delivered"


def book_in(read: Published) -> Book:
    """Return the book: without refused rows and flags, and without readings set aside, on which no tonnes rest."""
    tables = {name: frames_of(read)[f"core.{name}"] for name in DELIVERIES}
    received = read["ops.deliveries"].select("delivery_id", "received_at").unique("delivery_id")
    releases, operating = (
        tables[name].join(received, on="delivery_id", how="left", maintain_order="left")
        for name in ("releases", "operating")
    )
    return Book(
        tables=cast("Accepted", {**tables, "parameters": _delivered(read["core.parameters"])}),
        rejected=RejectedRow.empty_frame(),
        deliveries=read["ops.deliveries"],
        flags=Flag.empty_frame(),
        refused_readings=read["ops.refused_readings"],
        refused_parameters=read["ops.refused_parameters"],
        implausible=RefusedValue.empty_frame(),
        first_investments=read["core.first_investments"],
        balance_sheets=read["core.balance_sheets"],
        loan_rates=read["core.loan_rates"],
        released=released_at_last(releases, operating),
    )


def on_file(parameters: DataFrame[Parameter]) -> DataFrame[Parameter]:
    """Return the factors that no bank delivered, without those derived from others."""
    return stated(parameters).filter(pl.col("parameter_status") != DELIVERED)


def _delivered(parameters: DataFrame[Parameter]) -> DataFrame[DeliveredParameter]:
    """The factors that banks delivered; from which file is not known any more, and no figure rests on it."""
    own = stated(parameters).filter(parameter_status=DELIVERED)
    placed = own.with_columns(delivery_id=pl.lit(""), source_file=pl.lit(""), source_row=pl.lit(0, pl.Int64))
    return conform(placed, DeliveredParameter)
