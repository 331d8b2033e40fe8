"""A stratum of which the stated area cannot carry the stated volume is refused."""

import polars as pl

from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame
from schemas.deliveries import ForestStratum
from transforms.ground.bounds import bounds_of
from transforms.ground.reference import Reference
from transforms.ground.refusals import findings
from transforms.ground.units import in_unit


def impossible_stocks(strata: DataFrame[ForestStratum], reference: Reference) -> DataFrame[BrokenRule]:
    """Findings for strata with more cubic metres a hectare than their species can hold."""
    names = {
        name.lower(): metric["item"]
        for metric in reference.metrics.values()
        for name in metric.get("species_names", ())
    }
    limits = bounds_of(reference.bounds, "stock_per_area").select("condition", high="impossible_above")
    known = limits["condition"].drop_nulls().to_list()
    item = pl.col("species").str.to_lowercase().replace_strict(names, default=None, return_dtype=pl.String)
    named = (
        strata.with_columns(condition=pl.when(item.is_in(known)).then(item))
        .join(limits, on="condition", how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            ha=in_unit("area", "area_unit", "ha", reference.conversions),
            m3=in_unit("volume", "volume_unit", "m3", reference.conversions),
        )
    )
    reason = pl.format(
        "{} {} on {} {} are {} m3/ha; at most {} is possible: check the units of area and volume",
        "volume",
        "volume_unit",
        "area",
        "area_unit",
        (pl.col("m3") / pl.col("ha")).round(1),
        "high",
    )
    broken = pl.col("m3") > pl.col("high") * pl.col("ha")
    return findings(named, broken, rule="stock_per_area", column="volume", reason=reason)
