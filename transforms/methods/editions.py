"""The editions of the methods and the day from which each is in force; a month has one of them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas.between.activity import OperatingMonth
from schemas.between.factors import Edition
from schemas.contract import DataFrame, unchecked
from transforms.methods.engine.method import FIRST_EDITION


def editions_of(methods: Mapping[str, Mapping[str, Any]]) -> DataFrame[Edition]:
    """Return the editions of every formula, the older before the newer; a method that names none has one, untitled.

    methods: ground.reference.Reference.methods, whose key `editions` is edition to valid_from, title_zh, title_en.
    """
    rows = [
        {"method": name, "method_edition": edition, **texts}
        for name, entry in methods.items()
        if entry["kind"] == "formula"
        for edition, texts in entry.get("editions", {FIRST_EDITION: {}}).items()
    ]
    table = pl.DataFrame(rows, schema=Edition.polars_schema())
    return unchecked(table.sort("method", "valid_from", nulls_last=False), Edition)


def in_force_on(editions: DataFrame[Edition], day: dt.date) -> dict[str, str]:
    """Return method to the edition that is in force on the day."""
    return dict(editions.filter(_is_begun(pl.lit(day))).select("method", "method_edition").iter_rows())


def with_editions(months: DataFrame[OperatingMonth], editions: DataFrame[Edition]) -> DataFrame[OperatingMonth]:
    """Return the months of operation, each with the edition that it takes in method_edition.

    The months come with the edition to which the project is held; where there is none, the month takes the one in
    force on its first day.
    """
    day = ["method", "month_start_date"]
    dated = editions.select("method", "valid_from", in_force="method_edition")
    begun = months.select(day).unique().join(dated, on="method").filter(_is_begun(pl.col("month_start_date")))
    newest = begun.sort("valid_from", nulls_last=False).group_by(day).agg(pl.col("in_force").last())
    found = months.join(newest, on=day, how="left", maintain_order="left")
    taken = pl.coalesce("method_edition", "in_force")
    return unchecked(found.with_columns(method_edition=taken).drop("in_force"), OperatingMonth)


def _is_begun(day: pl.Expr) -> pl.Expr:
    return pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
