"""A factor in use that ends soon: the row that must follow is asked for before months stand without a figure."""

import datetime as dt
from typing import Final

import polars as pl

from schemas.between import FlagFacts
from schemas.contract import DataFrame
from schemas.reference import Parameter, ParameterUse
from transforms.factors.derived_parameters import derivations
from transforms.ground.flag_rows import flags, no_flags

WARNING: Final = "factor_end_warning"
ROW: Final = ["parameter_id", "scope", "valid_from", "valid_to"]


def factors_ending(
    uses: DataFrame[ParameterUse], parameters: DataFrame[Parameter], until: dt.date
) -> DataFrame[FlagFacts]:
    """Return a flag a factor row that is in use on the day, ends within the warning's days, and has no successor.

    uses: schemas.reference.ParameterUse; a derived factor is flagged by the rows that it is made of.
    """
    last = until + dt.timedelta(days=_warning_days(parameters))
    still_used = uses.filter(pl.col("valid_to") >= until)
    if still_used.is_empty():
        return no_flags()
    in_use = _rows_behind(still_used, parameters)
    ending = in_use.filter(pl.col("valid_to").is_between(until, last))
    followed = _followed(ending, parameters)
    last_rows = (
        ending.join(followed, on=ROW, how="anti")
        .unique()
        .with_columns(
            subject=pl.format("{} [{}]", "parameter_id", "scope"), next_day=pl.col("valid_to").dt.offset_by("1d")
        )
    )
    return flags(last_rows, "factor_ends_soon", "subject", "parameter_id", "scope", "valid_to", "next_day")


def _warning_days(parameters: DataFrame[Parameter]) -> int:
    """How long before its end a factor is asked for: the longest of the rows on file; without one, not at all."""
    days = parameters.filter(pl.col("parameter_id") == WARNING)["value"].max()
    return int(days) if isinstance(days, float) else 0


def _rows_behind(uses: pl.DataFrame, parameters: DataFrame[Parameter]) -> pl.DataFrame:
    """Return the rows (ROW) that somebody wrote and that the uses rest on."""
    used = uses.select(ROW).unique()
    parts = used.join(derivations(parameters), on=ROW[:3], how="left")
    written = parts.select(
        parameter_id=pl.coalesce("from_parameter_id", "parameter_id"),
        scope=pl.coalesce("from_scope", "scope"),
        valid_from=pl.coalesce("from_valid_from", "valid_from"),
    ).unique()
    return written.join(parameters.select(ROW).unique(), on=ROW[:3])


def _followed(ending: pl.DataFrame, parameters: DataFrame[Parameter]) -> pl.DataFrame:
    """Return those of the rows after whose last day another row of the same factor holds."""
    later = parameters.select("parameter_id", "scope", starts="valid_from", ends="valid_to")
    next_day = pl.col("valid_to").dt.offset_by("1d")
    return ending.join(later, on=["parameter_id", "scope"]).filter(
        (pl.col("starts") <= next_day) & (pl.col("ends") >= next_day)
    )
