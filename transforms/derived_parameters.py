"""Factors that follow from other factors; each derived row names the rows it comes from.

Equations  EF_fuel = CC x OF x 44/12                            [tCO2/GJ]
           EF_CM   = w_OM x OM + w_BM x BM                      [tCO2/MWh]
           h_steam = h(p, T) of IAPWS-IF97, saturated where no T is stated    [GJ/t]
           EF_reservoir = 0 above the upper power density, the middle factor above the lower one, else not eligible
"""

from typing import Final

import polars as pl
from polars import col, lit

from schemas.contract import conform
from schemas.reference import Parameter
from transforms.steam import enthalpy_gj_per_t

FUEL_EF: Final = col("fuel_carbon_content") * col("fuel_oxidation") * col("carbon_to_co2")
COMBINED_MARGIN: Final = col("om_weight") * col("grid_om_ef") + col("bm_weight") * col("grid_bm_ef")
RESERVOIR_EF: Final = (
    pl.when(col("power_density") > col("hydro_power_density_upper")).then(lit(0.0))
    .when(col("power_density") > col("hydro_power_density_lower")).then(col("hydro_reservoir_ef"))
)  # fmt: skip


def with_derived(parameters: pl.DataFrame) -> pl.DataFrame:
    """Return the parameter rows (schemas.reference.Parameter) and the rows derived from them."""
    fuels = _combine(parameters, {"fuel_carbon_content": "scope", "fuel_oxidation": "scope", "carbon_to_co2": "all"})
    margins = _combine(
        parameters,
        {"grid_om_ef": "region", "grid_bm_ef": "region", "om_weight": "technology", "bm_weight": "technology"},
    )
    reservoirs = _combine(
        parameters,
        {"power_density": "scope", "hydro_power_density_upper": "hydro", "hydro_power_density_lower": "hydro",
         "hydro_reservoir_ef": "hydro"},
    )  # fmt: skip
    derived = pl.concat([
        _rows(fuels, "fuel_ef", FUEL_EF, "tCO2/GJ", col("scope")),
        _rows(margins, "grid_cm_ef", COMBINED_MARGIN, "tCO2/MWh", col("region") + "/" + col("technology")),
        _rows(reservoirs, "reservoir_ef", RESERVOIR_EF, "tCO2/MWh", col("scope")),
        _rows(_steam(parameters), "steam_enthalpy", col("steam_enthalpy"), "GJ/t", col("scope")),
    ])  # fmt: skip
    given = parameters.select("parameter_id", "scope").unique()
    new = derived.join(given, on=["parameter_id", "scope"], how="anti", maintain_order="left")
    return pl.concat([parameters, new])


def _steam(parameters: pl.DataFrame) -> pl.DataFrame:
    """Superheated where the project states a temperature, saturated where it states a pressure only."""
    superheated = _combine(parameters, {"steam_pressure": "scope", "steam_temperature": "scope"})
    with_temperature = superheated.select("scope").unique()
    pressed = _combine(parameters, {"steam_pressure": "scope"})
    saturated = pressed.join(with_temperature, on="scope", how="anti", maintain_order="left")
    stated = pl.concat([superheated, saturated.with_columns(steam_temperature=lit(None, pl.Float64))], how="diagonal")
    enthalpies = [enthalpy_gj_per_t(*row) for row in stated.select("steam_pressure", "steam_temperature").iter_rows()]
    return stated.with_columns(steam_enthalpy=pl.Series(enthalpies, dtype=pl.Float64))


def _combine(parameters: pl.DataFrame, parts: dict[str, str]) -> pl.DataFrame:
    """Join the parts on what they share (a named key, or a literal scope) over their common validity."""
    combined: pl.DataFrame | None = None
    for parameter_id, key in parts.items():
        part = _part(parameters, parameter_id, key)
        combined = part if combined is None else _meet(combined, part)
    assert combined is not None
    return combined


def _part(parameters: pl.DataFrame, parameter_id: str, key: str) -> pl.DataFrame:
    rows = parameters.filter(col("parameter_id") == parameter_id)
    literal = key not in {"scope", "region", "technology"}
    rows = rows.filter(col("scope") == key) if literal else rows
    text = pl.format("{} {} [{}]", lit(parameter_id), col("value").round_sig_figs(12), "scope")
    named = rows.select(
        col("scope").alias("scope" if literal else key), col("value").alias(parameter_id), "valid_from", "valid_to",
        source=pl.concat_list("source"), unconfirmed=col("parameter_status") == "unconfirmed", locator=text,
    )  # fmt: skip
    return named.drop("scope") if literal else named


def _meet(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    keys = [k for k in ("scope", "region", "technology") if k in left.columns and k in right.columns]
    pairs = left.join(right, on=keys, suffix="_right") if keys else left.join(right, how="cross", suffix="_right")
    both = pairs.with_columns(
        valid_from=pl.max_horizontal("valid_from", "valid_from_right"),
        valid_to=pl.min_horizontal("valid_to", "valid_to_right"),
        unconfirmed=col("unconfirmed") | col("unconfirmed_right"),
        source=pl.concat_list("source", "source_right").list.unique(maintain_order=True),
        locator=col("locator") + "; " + col("locator_right"),
    )
    return both.filter(col("valid_from") <= col("valid_to")).select(pl.exclude("^.*_right$"))


def _rows(combined: pl.DataFrame, parameter_id: str, value: pl.Expr, unit: str, scope: pl.Expr) -> pl.DataFrame:
    rows = combined.with_columns(
        parameter_id=lit(parameter_id), scope=scope, value=value, unit=lit(unit),
        source=col("source").list.join(", "), locator="derived from " + col("locator"),
        relative_uncertainty_pct=lit(None, pl.Float64),
        parameter_status=pl.when("unconfirmed").then(lit("unconfirmed")).otherwise(lit("derived")),
        description=lit(None, pl.String),
    )  # fmt: skip
    return conform(rows.drop_nulls("value"), Parameter)
