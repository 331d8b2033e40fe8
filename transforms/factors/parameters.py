"""The value in force over a period, the record of its use, and what is missing.

A value counts only if its validity covers the whole period: never the latest, never the nearest.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.between.factors import ItemScope
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, stacked, unchecked
from schemas.deliveries import DeliveredParameter
from schemas.reference import Parameter
from transforms.ground.reference import Reference
from transforms.methods.engine.method import LOOKUP_SCOPES, Need

PERIOD: Final = ["operating_from_date", "operating_to_date"]


class Lookup(NamedTuple):
    """values: the grid with a column a symbol (null where nothing is in force).

    uses: one row a grid row and symbol found, with the parameter row. gaps: one row a grid row and symbol not found,
    with parameter_id, scope and what is on file.
    """

    values: pl.DataFrame
    uses: pl.DataFrame
    gaps: pl.DataFrame


def book_parameters(reference: DataFrame[Parameter], delivered: DataFrame[DeliveredParameter]) -> DataFrame[Parameter]:
    """Return reference rows and delivered rows in one table; a delivered row replaces its reference twin."""
    columns = [name for name in reference.columns if name != "parameter_status"]
    sent = delivered.select(columns).with_columns(parameter_status=pl.lit("delivered"))
    key = ["parameter_id", "scope", "valid_from", "valid_to"]
    kept = reference.join(sent.select(key), on=key, how="anti", maintain_order="left")
    return stacked([kept, unchecked(sent.select(reference.columns), Parameter)])


def with_kind_uncertainty(
    parameters: DataFrame[Parameter], kinds: Mapping[str, Mapping[str, Any]]
) -> DataFrame[Parameter]:
    """Return the rows; one without a relative uncertainty takes that of its kind (data/reference/parameter_kinds.toml).

    A parameter that no kind describes keeps what it has.
    """
    defaults = {name: float(kind["relative_uncertainty_pct"]) for name, kind in kinds.items()}
    of_kind = pl.col("parameter_id").replace_strict(defaults, default=None, return_dtype=pl.Float64)
    known = parameters.with_columns(relative_uncertainty_pct=pl.coalesce("relative_uncertainty_pct", of_kind))
    return unchecked(known, Parameter)


def with_item_scopes(items: DataFrame[ReportedItem]) -> DataFrame[ItemScope]:
    """Return items of one kind with the scopes under which a project may state their parameters."""
    scoped = items.with_columns(
        project_item=pl.col("project_id") + "/" + pl.col("item"),
        project_of_one_item=pl.when(pl.len().over("project_id") == 1).then("project_id"),
    )
    return unchecked(scoped, ItemScope)


def look_up(grid: pl.DataFrame, needs: Mapping[str, Need], parameters: DataFrame[Parameter]) -> Lookup:
    """Return each symbol's value in force over each grid row's period.

    `grid` has operating_from_date, operating_to_date and the scope columns that the needs name.
    """
    numbered = grid.with_row_index("at")
    places = _places(numbered, needs)
    asked = parameters.filter(
        pl.col("parameter_id").is_in(list({one for need in needs.values() for one, _ in need.lookups}))
    )
    on_file = asked.select("parameter_id", "scope").unique().with_columns(is_on_file=pl.lit(True))
    ranked = places.join(on_file, on=["parameter_id", "scope"], how="left")
    deciding = ranked.sort("at", "symbol", pl.col("is_on_file").is_null(), "rank").unique(
        ["at", "symbol"], keep="first", maintain_order=True
    )
    matched = deciding.join(asked, on=["parameter_id", "scope"], how="left").filter(
        (pl.col("valid_from") <= pl.col(PERIOD[0])) & (pl.col("valid_to") >= pl.col(PERIOD[1]))
    )
    single = matched.filter(pl.len().over("at", "symbol") == 1)
    values = _wide(numbered, single, list(needs))
    gaps = deciding.join(single.select("at", "symbol"), on=["at", "symbol"], how="anti")
    return Lookup(values, single.join(numbered.select("at", *_keys(grid)), on="at"), _explain(gaps, numbered, asked))


def _keys(grid: pl.DataFrame) -> list[str]:
    return [name for name in ("project_id", "month_start_date", "kind", "item") if name in grid.columns]


def _places(numbered: pl.DataFrame, needs: Mapping[str, Need]) -> pl.DataFrame:
    """Every place where each symbol may be found, in order."""
    places = [
        numbered.select(
            "at",
            *PERIOD,
            symbol=pl.lit(symbol),
            rank=pl.lit(rank, pl.Int32),
            parameter_id=pl.lit(parameter_id),
            scope=pl.col(scope) if scope in LOOKUP_SCOPES else pl.lit(scope),
        )
        for symbol, need in needs.items()
        for rank, (parameter_id, scope) in enumerate(need.lookups)
    ]
    return pl.concat(places)


def _wide(numbered: pl.DataFrame, found: pl.DataFrame, symbols: list[str]) -> pl.DataFrame:
    values = numbered
    for symbol in symbols:
        column = found.filter(pl.col("symbol") == symbol).select("at", pl.col("value").alias(symbol))
        values = values.join(column, on="at", how="left", maintain_order="left")
    return values.drop("at")


def _explain(gaps: pl.DataFrame, numbered: pl.DataFrame, parameters: DataFrame[Parameter]) -> pl.DataFrame:
    """Say of each gap what is on file for the place that decided."""
    validity = pl.format("{} to {}", "valid_from", "valid_to")
    missed = parameters.join(gaps, on=["parameter_id", "scope"], how="semi")
    on_file = missed.group_by("parameter_id", "scope").agg(on_file=validity.sort().str.join(", "))
    explained = gaps.join(on_file, on=["parameter_id", "scope"], how="left", maintain_order="left")
    keys = numbered.select("at", *_keys(numbered))
    return explained.join(keys, on="at").select(*_keys(numbered), "symbol", "parameter_id", "scope", "on_file")


def known_scopes(reference: Reference) -> set[str]:
    """Return what a parameter may hold for besides a project: regions, provinces, items, profiles, scopes on file."""
    on_file = {scope.split("@")[0] for scope in reference.parameters["scope"]}
    items = {metric["item"] for metric in reference.metrics.values() if "item" in metric}
    places = {*reference.regions["province_code"], *reference.regions["grid_region"]}
    return {*on_file, *reference.parameters["scope"], *items, *places, *reference.profiles["profile"]}
