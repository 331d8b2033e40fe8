"""The physical band of each parameter, by the fuel, animal or machine where it depends on one."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from schemas.between.ground import BrokenRule, UnitConversion
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame
from schemas.deliveries import DeliveredParameter
from schemas.reference import Bound
from transforms.deliveries.checks.bands import limits, outside_band
from transforms.ground.bounds import bounds_of
from transforms.ground.reference import Reference

ADVICE: Final = "correct value and unit, or leave the row out"
OPTIONS: Final = ("item_of_project", "item_itself", "only_item")
"""How a scope names an item, in the order in which they are believed."""


def parameters_outside_band(
    rows: DataFrame[DeliveredParameter], items: DataFrame[ReportedItem], reference: Reference
) -> DataFrame[BrokenRule]:
    """Findings for parameters (converted to the unit of their kind) outside the band of data/reference/bounds.csv.

    An exact 0 passes where the kind says what it means
    (zero_means).
    """
    kinds = reference.parameter_kinds
    bands = _bands(reference.bounds, reference.conversions, kinds)
    placed = _with_condition(rows, bands, items).join(
        bands, on=["parameter_id", "condition"], how="left", nulls_equal=True, maintain_order="left"
    )
    meaning = [name for name, kind in kinds.items() if kind.get("zero_means")]
    is_meant = (pl.col("value") == 0) & pl.col("parameter_id").is_in(meaning) & pl.col("condition").is_null()
    spoken_of = pl.concat_str(
        "parameter_id",
        pl.when(pl.col("condition").is_not_null()).then(pl.format(" of {}", "condition")).otherwise(pl.lit("")),
    )
    scaled = placed.with_columns(
        band_value=pl.when(~is_meant).then(pl.col("value") * pl.col("divisor") / pl.col("multiplier")),
        subject=spoken_of,
    )
    return outside_band(scaled, rule="parameter_out_of_bounds", column="value", slips=reference.slips, advice=ADVICE)


def _bands(
    bounds: DataFrame[Bound], units: DataFrame[UnitConversion], kinds: Mapping[str, Mapping[str, Any]]
) -> pl.DataFrame:
    """Return parameter_id, condition, the limits, and what one of the band's unit is in the unit of the kind."""
    taken_in = {name: kind["unit"] for name, kind in kinds.items()}
    named = (
        limits(bounds_of(bounds, "parameter_band"))
        .rename({"method_or_scope": "parameter_id"})
        .with_columns(
            canonical_unit=pl.col("parameter_id").replace_strict(taken_in, default=None, return_dtype=pl.String),
            spelling=pl.col("unit").str.to_lowercase(),
        )
    )
    return named.join(units, on=["canonical_unit", "spelling"], how="left", maintain_order="left").select(
        "parameter_id", "condition", "low", "high", "usual_low", "usual_high", "band_unit", "multiplier", "divisor"
    )


def _with_condition(rows: pl.DataFrame, bands: pl.DataFrame, items: DataFrame[ReportedItem]) -> pl.DataFrame:
    """Add the item whose band holds: named in the scope, or the only one that the project reports; else none."""
    known = bands.select("parameter_id", "condition").drop_nulls()
    reported = known.join(items.select("project_id", "item").unique(), left_on="condition", right_on="item")
    single = reported.group_by("parameter_id", "project_id").agg(
        only_item=pl.when(pl.len() == 1).then(pl.col("condition").first())
    )
    named = rows.join(
        single,
        left_on=["parameter_id", "scope"],
        right_on=["parameter_id", "project_id"],
        how="left",
        maintain_order="left",
    ).with_columns(
        item_of_project=pl.col("scope").str.extract("^[^/]+/(.+)$"),
        item_itself=pl.col("scope").str.extract("^[^@]+"),
    )
    for option in OPTIONS:
        named = (
            named.join(
                known.with_columns(is_known=pl.lit(True)),
                left_on=["parameter_id", option],
                right_on=["parameter_id", "condition"],
                how="left",
                maintain_order="left",
            )
            .with_columns(pl.when("is_known").then(option).alias(option))
            .drop("is_known")
        )
    return named.with_columns(condition=pl.coalesce(OPTIONS)).drop(OPTIONS)
