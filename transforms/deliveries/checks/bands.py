"""A factor, rate or price outside what such a number can be is refused with the band and the likely slip."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, unchecked
from schemas.reference import Bound
from transforms.ground.refusals import findings

Slips = Mapping[str, Mapping[str, Any]]
BAND: Final = ("band_value", "low", "high", "usual_low", "usual_high", "band_unit", "subject")
"""What `outside_band` reads: value in the unit of the band, the band, its usual part, its unit, the value's name."""


def limits(bounds: DataFrame[Bound]) -> pl.DataFrame:
    """Return bounds with low and high, outside which a factor or rate is refused, and the usual part of the band.

    A project's document answers for a factor, so the implausible is refused like the impossible.
    """
    low, high = (
        pl.coalesce("implausible_below", "impossible_below"),
        pl.coalesce("implausible_above", "impossible_above"),
    )
    return bounds.with_columns(
        low=low,
        high=high,
        usual_low=pl.coalesce("questionable_below", low),
        usual_high=pl.coalesce("questionable_above", high),
        band_unit="unit",
    )


def outside_band(rows: pl.DataFrame, *, rule: str, column: str, slips: Slips, advice: str) -> DataFrame[BrokenRule]:
    """Findings for the rows (with the columns of BAND) whose value lies outside its band; without a band there is none.

    advice: what the sender may do.
    """
    broken = (pl.col("band_value") < pl.col("low")) | (pl.col("band_value") > pl.col("high"))
    found = findings(rows, broken, rule=rule, column=column, reason="")
    reasons = [f"{_reason(row, slips)}; {advice}" for row in rows.filter(broken).select(BAND).iter_rows(named=True)]
    return unchecked(found.with_columns(reason=pl.Series(reasons, dtype=pl.String)), BrokenRule)


def _reason(row: Mapping[str, Any], slips: Slips) -> str:
    finding = f"{row['subject']} = {row['band_value']:.6g} {row['band_unit']} cannot be believed"
    return f"{finding}: {row['low']:g} to {row['high']:g} {row['band_unit']} is plausible{likely_slip(row, slips)}"


def likely_slip(row: Mapping[str, Any], slips: Slips) -> str:
    """Return the first slip that would explain the number, as words to append; empty where none would."""
    for slip in slips.values():
        meant = row["band_value"] * slip["factor"]
        if row["usual_low"] <= meant <= row["usual_high"]:
            return f"; {meant:.6g} {row['band_unit']} would be: {slip['words']}"
    return ""
