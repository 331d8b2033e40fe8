"""Factors that follow from other factors; each derived row names the rows it comes from.

The enthalpy of steam is that of IAPWS-IF97, saturated where no temperature is stated. A reservoir emits nothing above
the upper power density and the middle factor above the lower one; below that it is not eligible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl
from polars import col, lit

from schemas.between.factors import Derivation
from schemas.contract import C, DataFrame, conform, stacked, unchecked
from schemas.reference import Parameter
from transforms.factors.steam import enthalpy_gj_per_t
from transforms.methods.engine.signs import named, symbol

CC = symbol("fuel_carbon_content", "CC")
OF = symbol("fuel_oxidation", "OF")
m_CO2 = symbol("carbon_to_co2", "m_CO2")
w_OM, OM = symbol("om_weight", "w_OM"), symbol("grid_om_ef", "OM")
w_BM, BM = symbol("bm_weight", "w_BM"), symbol("grid_bm_ef", "BM")

FUEL_EF: Final = named("EF_fuel", CC * OF * m_CO2)
COMBINED_MARGIN: Final = named("EF_CM", w_OM * OM + w_BM * BM)
RESERVOIR_EF: Final = (
    pl.when(col("power_density") > col("hydro_power_density_upper"))
    .then(lit(0.0))
    .when(col("power_density") > col("hydro_power_density_lower"))
    .then(col("hydro_reservoir_ef"))
)
SUPERHEATED: Final = pl.struct("steam_pressure", "steam_temperature").map_elements(
    lambda stated: enthalpy_gj_per_t(stated["steam_pressure"], stated["steam_temperature"]), return_dtype=pl.Float64
)
SATURATED: Final = col("steam_pressure").map_elements(
    lambda pressure: enthalpy_gj_per_t(pressure, None), return_dtype=pl.Float64
)
DERIVED: Final = "derived from "
"""What the locator of a derived row begins with; in Chinese: locator_derived of sentences.toml."""

STEP: Final = 1e-5
"""Relative step of the numerical derivatives."""
_SIDES: Final = col("_up").is_not_null().cast(pl.Float64) + col("_down").is_not_null().cast(pl.Float64)
_RISE: Final = pl.coalesce("_up", "_value") - pl.coalesce("_down", "_value")
RELATIVE_SLOPE: Final = (
    pl.when(col("_value") == 0).then(lit(0.0)).when(_SIDES > 0).then(_RISE / (_SIDES * STEP) / col("_value"))
)
"""d ln(value) / d ln(part), of one side where the other has no value; null where neither has; 0 where value is 0."""


@dataclass(frozen=True)
class Family:
    """Derived rows of one parameter_id. parts: parameter_id to the key it is joined by (scope, region, technology, or

    a literal scope); unless: a parameter_id whose scopes are left to another family.
    """

    parameter_id: str
    parts: Mapping[str, str]
    value: pl.Expr
    unit: str
    scope: pl.Expr
    unless: str = ""


FAMILIES: Final = (
    Family(
        "fuel_ef",
        {"fuel_carbon_content": "scope", "fuel_oxidation": "scope", "carbon_to_co2": "all"},
        FUEL_EF,
        "tCO2/GJ",
        col("scope"),
    ),
    Family(
        "grid_cm_ef",
        {"grid_om_ef": "region", "grid_bm_ef": "region", "om_weight": "technology", "bm_weight": "technology"},
        COMBINED_MARGIN,
        "tCO2/MWh",
        col("region") + "/" + col("technology"),
    ),
    Family(
        "reservoir_ef",
        {
            "power_density": "scope",
            "hydro_power_density_upper": "hydro",
            "hydro_power_density_lower": "hydro",
            "hydro_reservoir_ef": "hydro",
        },
        RESERVOIR_EF,
        "tCO2/MWh",
        col("scope"),
    ),
    Family(
        "steam_enthalpy",
        {"steam_pressure": "scope", "steam_temperature": "scope"},
        SUPERHEATED,
        "GJ/t",
        col("scope"),
    ),
    Family(
        "steam_enthalpy",
        {"steam_pressure": "scope"},
        SATURATED,
        "GJ/t",
        col("scope"),
        unless="steam_temperature",
    ),
)


def with_derived(parameters: DataFrame[Parameter]) -> DataFrame[Parameter]:
    """Return the parameter rows (schemas.reference.Parameter) and the rows derived from them."""
    derived = stacked([_rows(family, _combine(parameters, family)) for family in FAMILIES])
    return stacked([parameters, _not_given(derived, parameters)])


def stated(parameters: DataFrame[Parameter]) -> DataFrame[Parameter]:
    """Return the parameter rows without those derived from others."""
    is_derived = (col("parameter_status") == "derived") | col("locator").fill_null("").str.starts_with(DERIVED)
    return parameters.filter(~is_derived)


def derivations(parameters: DataFrame[Parameter]) -> DataFrame[Derivation]:
    """Return, for each derived row, the rows it comes from and d ln(derived) / d ln(row).

    `parameters` is the table with or without its derived rows.
    """
    given = stated(parameters)
    derived = stacked([_elasticities(family, given) for family in FAMILIES])
    return _not_given(derived, given)


def _not_given(derived: DataFrame[C], parameters: DataFrame[Parameter]) -> DataFrame[C]:
    """A stated row is used before one that is derived."""
    given = parameters.select("parameter_id", "scope").unique()
    return derived.join(given, on=["parameter_id", "scope"], how="anti", maintain_order="left")


def _combine(parameters: DataFrame[Parameter], family: Family) -> pl.DataFrame:
    """Join the parts on what they share (a named key, or a literal scope) over their common validity."""
    combined: pl.DataFrame | None = None
    for parameter_id, key in family.parts.items():
        part = _part(parameters, parameter_id, key)
        combined = part if combined is None else _meet(combined, part)
    assert combined is not None
    if not family.unless:
        return combined
    elsewhere = parameters.filter(col("parameter_id") == family.unless).select("scope").unique()
    return combined.join(elsewhere, on="scope", how="anti", maintain_order="left")


def _part(parameters: DataFrame[Parameter], parameter_id: str, key: str) -> pl.DataFrame:
    rows = parameters.filter(col("parameter_id") == parameter_id)
    literal = key not in {"scope", "region", "technology"}
    rows = rows.filter(col("scope") == key) if literal else rows
    text = pl.format("{} {} [{}]", lit(parameter_id), col("value").round_sig_figs(12), "scope")
    named = rows.select(
        col("scope").alias("scope" if literal else key),
        col("value").alias(parameter_id),
        "valid_from",
        "valid_to",
        source=pl.concat_list("source"),
        unconfirmed=col("parameter_status") == "unconfirmed",
        locator=text,
        **{f"{parameter_id}_row": pl.struct(from_scope="scope", from_valid_from="valid_from")},
    )
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


def _rows(family: Family, combined: pl.DataFrame) -> DataFrame[Parameter]:
    rows = combined.with_columns(
        parameter_id=lit(family.parameter_id),
        scope=family.scope,
        value=family.value,
        unit=lit(family.unit),
        source=col("source").list.join(", "),
        locator=lit(DERIVED) + col("locator"),
        relative_uncertainty_pct=lit(None, pl.Float64),
        parameter_status=pl.when("unconfirmed").then(lit("unconfirmed")).otherwise(lit("derived")),
        description=lit(None, pl.String),
    )
    return conform(rows.drop_nulls("value"), Parameter)


def _elasticities(family: Family, parameters: DataFrame[Parameter]) -> DataFrame[Derivation]:
    combined = _combine(parameters, family).with_columns(_value=family.value)
    rows = [Derivation.empty_frame()]
    for parameter_id in family.parts:
        up, down = (
            combined.with_columns(col(parameter_id) * (1 + sign * STEP)).select(v=family.value)["v"] for sign in (1, -1)
        )
        moved = (
            combined.with_columns(_up=up, _down=down)
            .with_columns(
                parameter_id=lit(family.parameter_id),
                scope=family.scope,
                from_parameter_id=lit(parameter_id),
                elasticity_ratio=RELATIVE_SLOPE,
            )
            .unnest(f"{parameter_id}_row")
        )
        rows.append(unchecked(moved.select(Derivation.columns()), Derivation))
    return stacked(rows)
