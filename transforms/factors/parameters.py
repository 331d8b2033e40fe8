"""The value in force over a period, the record of its use, and what is missing.

A value counts only if its validity covers the whole period: never the latest, never the nearest.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import polars as pl

from schemas.between.factors import FactorGap, FactorUse, ItemScope
from schemas.between.projects import ReportedItem
from schemas.contract import DataFrame, stacked, unchecked
from schemas.deliveries import DeliveredParameter
from schemas.reference import Parameter, ParameterUse
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


Look = Callable[[pl.DataFrame, Mapping[str, Need], DataFrame[Parameter]], Lookup]
"""How values are looked up: grid, needs, parameters -> Lookup."""


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
    asked = _asked(needs, parameters)
    found = _found(grid, needs, asked)
    keys = grid.select(_keys(grid)).with_row_index("at")
    every = pl.concat([rows.with_columns(symbol=pl.lit(symbol)) for symbol, rows in found.rows.items()])
    placed = every.join(found.places, on="place", maintain_order="left").join(keys, on="at", maintain_order="left")
    uses = placed.filter(pl.col("value").is_not_null())
    gaps = placed.filter(pl.col("value").is_null()).sort("at", "symbol")
    return Lookup(_with_values(grid, found), uses.drop("at", "place"), _explain(gaps, asked))


def values_in_force(grid: pl.DataFrame, needs: Mapping[str, Need], parameters: DataFrame[Parameter]) -> pl.DataFrame:
    """Return the values of `look_up` alone."""
    return _with_values(grid, _found(grid, needs, _asked(needs, parameters)))


def values_alone(grid: pl.DataFrame, needs: Mapping[str, Need], parameters: DataFrame[Parameter]) -> Lookup:
    """Return the values of `look_up` without a record of the rows used and missed."""
    return Lookup(values_in_force(grid, needs, parameters), FactorUse.empty_frame(), FactorGap.empty_frame())


class _Found(NamedTuple):
    """rows: a symbol's place and the row in force there (null where there is none), in the order of the grid, as `at`;

    places: the parameter_id and scope behind each number.
    """

    rows: dict[str, pl.DataFrame]
    places: pl.DataFrame


def _found(grid: pl.DataFrame, needs: Mapping[str, Need], asked: pl.DataFrame) -> _Found:
    """The scopes decide on the place, and the place and the period on the row: each is looked up once for all."""
    lookups = {scope for need in needs.values() for _, scope in need.lookups}
    scopes = [scope for scope in LOOKUP_SCOPES if scope in lookups] or PERIOD  # any column, where all are literals
    holders = grid.select(scopes).unique().with_row_index("holder")
    deciding = _deciding(holders, needs, asked)
    places = deciding.select("parameter_id", "scope").unique().with_row_index("place")
    numbered = deciding.join(places, on=["parameter_id", "scope"], nulls_equal=True).select("holder", "symbol", "place")
    held = grid.join(holders, on=scopes, how="left", nulls_equal=True, maintain_order="left").select(*PERIOD, "holder")
    placed = {
        symbol: held.join(numbered.filter(symbol=symbol), on="holder", how="left", maintain_order="left").select(
            "place", *PERIOD
        )
        for symbol in needs
    }
    in_force = _in_force(pl.concat(placed.values()).unique(), places, asked)
    rows = {
        symbol: own.join(in_force, on=["place", *PERIOD], how="left", maintain_order="left")
        .drop(PERIOD)
        .with_row_index("at")
        for symbol, own in placed.items()
    }
    return _Found(rows, places)


def _deciding(holders: pl.DataFrame, needs: Mapping[str, Need], asked: pl.DataFrame) -> pl.DataFrame:
    """The first place of each holder and symbol that has any row; the very first where none has."""
    places = pl.concat(
        holders.select(
            "holder",
            symbol=pl.lit(symbol),
            rank=pl.lit(rank, pl.Int32),
            parameter_id=pl.lit(parameter_id),
            scope=pl.col(scope) if scope in LOOKUP_SCOPES else pl.lit(scope),
        )
        for symbol, need in needs.items()
        for rank, (parameter_id, scope) in enumerate(need.lookups)
    )
    on_file = asked.select("parameter_id", "scope").unique().with_columns(is_on_file=pl.lit(True))
    ranked = places.join(on_file, on=["parameter_id", "scope"], how="left")
    first = ranked.sort("holder", "symbol", pl.col("is_on_file").is_null(), "rank")
    return first.unique(["holder", "symbol"], keep="first", maintain_order=True)


def _in_force(periods: pl.DataFrame, places: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """The one row of the place that covers the whole period; two are ambiguous and count as none."""
    known = places.join(asked, on=["parameter_id", "scope"]).drop("parameter_id", "scope")
    covering = periods.join(known, on="place").filter(
        (pl.col("valid_from") <= pl.col(PERIOD[0])) & (pl.col("valid_to") >= pl.col(PERIOD[1]))
    )
    return covering.filter(pl.len().over("place", *PERIOD) == 1)


def _asked(needs: Mapping[str, Need], parameters: DataFrame[Parameter]) -> pl.DataFrame:
    names = {parameter_id for need in needs.values() for parameter_id, _ in need.lookups}
    rows = parameters.filter(pl.col("parameter_id").is_in(sorted(names)))
    return rows.select(name for name in ParameterUse.columns() if name in rows.columns)


def _keys(grid: pl.DataFrame) -> list[str]:
    return [name for name in ("project_id", "month_start_date", "kind", "item") if name in grid.columns]


def _with_values(grid: pl.DataFrame, found: _Found) -> pl.DataFrame:
    return grid.with_columns(rows["value"].alias(symbol) for symbol, rows in found.rows.items())


def _explain(gaps: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Say of each gap what is on file for the place that decided."""
    validity = pl.format("{} .. {}", "valid_from", "valid_to")
    missed = asked.join(gaps, on=["parameter_id", "scope"], how="semi")
    on_file = missed.group_by("parameter_id", "scope").agg(on_file=validity.sort().str.join(", "))
    explained = gaps.join(on_file, on=["parameter_id", "scope"], how="left", maintain_order="left")
    return explained.select(*_keys(gaps), "symbol", "parameter_id", "scope", "on_file")


def known_scopes(reference: Reference) -> set[str]:
    """Return what a parameter may hold for besides a project: regions, provinces, items, profiles, scopes on file."""
    on_file = {scope.split("@")[0] for scope in reference.parameters["scope"]}
    items = {metric["item"] for metric in reference.metrics.values() if "item" in metric}
    places = {*reference.regions["province_code"], *reference.regions["grid_region"]}
    return {*on_file, *reference.parameters["scope"], *items, *places, *reference.profiles["profile"]}
