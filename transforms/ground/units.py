"""Units at the edge: each reading and parameter is converted once, or refused with both units named."""

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Final

import pint
import polars as pl

from schemas.between.ground import BrokenRule, MetricSpelling, UnitConversion
from schemas.contract import C, DataFrame, like, stacked, unchecked
from schemas.deliveries import OperatingRecord
from transforms.ground.refusals import findings

BLANKS: Final = r"\s"
EXACT: Final = Decimal(1).scaleb(-15)
AS_SENT: Final = ["delivered_metric", "delivered_value", "delivered_unit"]
CONVERTED: Final = pl.col("value") * pl.col("multiplier") / pl.col("divisor")


def spelled(text: pl.Expr) -> pl.Expr:
    """Return the spelling of a unit as it is compared: after NFKC, without blanks, in lower case."""
    return text.str.normalize("NFKC").str.replace_all(BLANKS, "").str.to_lowercase()


def unit_table(units: Mapping[str, Any]) -> DataFrame[UnitConversion]:
    """Return canonical_unit, spelling, multiplier and divisor: one of the spelling is multiplier / divisor of the unit.

    `units` is data/reference/units.toml. A spelling has a row for each unit to which it converts; dividing by 1000 is
    exact to the last digit where multiplying by 0.001 is not.
    """
    return unchecked(_table(json.dumps(units)), UnitConversion)


@cache
def _table(units_json: str) -> pl.DataFrame:
    """The registry takes a quarter of a second to build, and the units are the same for every table."""
    units = json.loads(units_json)
    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Decimal)
    registry.load_definitions(units["definitions"])
    quantities = {spelling: registry.parse_expression(text) * 1 for spelling, text in units["spellings"].items()}
    wanted = [(name, registry.parse_units(text)) for name, texts in units["canonical"].items() for text in texts]
    rows = [
        {"canonical_unit": canonical, "spelling": spelling, **_parts(quantity.to(unit).magnitude)}
        for canonical, unit in wanted
        for spelling, quantity in quantities.items()
        if quantity.dimensionality == unit.dimensionality
    ]
    table = pl.DataFrame(rows).with_columns(spelled(pl.col("spelling")))
    return table.unique(["canonical_unit", "spelling"], maintain_order=True)


def _parts(factor: Decimal) -> dict[str, float]:
    """Return the factor as the division of two floats, exact for the powers of ten."""
    if factor >= 1 or factor != factor.quantize(EXACT):
        return {"multiplier": float(factor), "divisor": 1.0}
    parts = Fraction(factor.normalize())
    return {"multiplier": float(parts.numerator), "divisor": float(parts.denominator)}


def metric_table(metrics: Mapping[str, Mapping[str, Any]]) -> DataFrame[MetricSpelling]:
    """Return every spelling of each metric with its name, canonical unit, sign rule, kind and item."""
    rows = [
        {
            "spelling": spelling.lower(),
            "known_metric": name,
            "canonical_unit": metric["unit"],
            "is_below_zero_possible": bool(metric.get("may_be_negative", False)),
            "kind": metric.get("kind"),
            "item": metric.get("item"),
        }
        for name, metric in metrics.items()
        for spelling in (name, *metric.get("aliases", ()))
    ]
    return unchecked(pl.DataFrame(rows, schema=MetricSpelling.polars_schema()), MetricSpelling)


def units_of_readings(
    metrics: Mapping[str, Mapping[str, Any]], units: DataFrame[UnitConversion]
) -> dict[str, frozenset[str]]:
    """Return each spelling of a metric, as words are compared, with the spellings of the units that convert to its."""
    fitting = {
        canonical: frozenset(spellings)
        for canonical, spellings in units.group_by("canonical_unit").agg("spelling").iter_rows()
    }
    pairs = metric_table(metrics).select(spelled(pl.col("spelling")), "canonical_unit").iter_rows()
    return {spelling: fitting.get(unit, frozenset()) for spelling, unit in pairs}


def convert_readings(
    rows: DataFrame[OperatingRecord], metrics: DataFrame[MetricSpelling], units: DataFrame[UnitConversion]
) -> tuple[DataFrame[OperatingRecord], DataFrame[BrokenRule]]:
    """Return readings in their metric's unit, and findings for units that do not fit and impossible signs.

    A metric that is not known is a physical indicator: its value and unit stay as sent.
    """
    sent = rows.drop(AS_SENT, strict=False)
    named = sent.with_columns(
        delivered_metric="metric",
        delivered_value="value",
        delivered_unit="unit",
        metric_spelling=pl.col("metric").str.to_lowercase(),
        unit_spelling=spelled(pl.col("unit")),
    )
    known = named.join(
        metrics.drop("kind", "item"), left_on="metric_spelling", right_on="spelling", how="left", maintain_order="left"
    ).join(
        units,
        left_on=["canonical_unit", "unit_spelling"],
        right_on=["canonical_unit", "spelling"],
        how="left",
        maintain_order="left",
    )
    converted = known.with_columns(
        metric=pl.coalesce("known_metric", "metric"),
        value=pl.when(pl.col("known_metric").is_null()).then("value").otherwise(CONVERTED),
        unit=pl.coalesce("canonical_unit", "unit"),
    )
    found = stacked([_unfit_units(converted), _impossible_signs(converted)])
    return unchecked(converted.select([*sent.columns, *AS_SENT]), OperatingRecord), found


def _unfit_units(readings: pl.DataFrame) -> DataFrame[BrokenRule]:
    has_unit = pl.col("delivered_unit").is_not_null()
    broken = pl.col("known_metric").is_not_null() & has_unit & pl.col("multiplier").is_null()
    reason = pl.format(
        "unit '{}' does not fit {}, which is taken in {}; state the value in a unit that converts to it "
        "(data/reference/units.toml)",
        "delivered_unit",
        "metric",
        "canonical_unit",
    )
    return findings(readings, broken, rule="unit_does_not_fit", column="unit", shown="delivered_unit", reason=reason)


def _impossible_signs(readings: pl.DataFrame) -> DataFrame[BrokenRule]:
    broken = (pl.col("delivered_value") < 0) & ~pl.col("is_below_zero_possible").fill_null(True)
    reason = pl.format("{} cannot be negative; a correction is a new version of the record", "metric")
    return findings(readings, broken, rule="negative_reading", column="value", shown="delivered_value", reason=reason)


def convert_parameters(
    rows: DataFrame[C], kinds: Mapping[str, Mapping[str, Any]], units: DataFrame[UnitConversion]
) -> tuple[DataFrame[C], DataFrame[BrokenRule]]:
    """Return parameters in the unit of their kind, and findings for unfit units and values out of bounds.

    A parameter that no formula uses keeps its value and unit.
    """
    table = pl.DataFrame(
        [
            {"parameter_id": n, "canonical_unit": k["unit"], "lower": float(k["lower"]), "upper": float(k["upper"])}
            for n, k in kinds.items()
        ]
    )
    known = (
        rows.with_columns(sent_value="value", sent_unit="unit", unit_spelling=spelled(pl.col("unit")))
        .join(table, on="parameter_id", how="left", maintain_order="left")
        .join(
            units,
            left_on=["canonical_unit", "unit_spelling"],
            right_on=["canonical_unit", "spelling"],
            how="left",
            maintain_order="left",
        )
    )
    converted = known.with_columns(
        value=pl.when(pl.col("canonical_unit").is_null()).then("value").otherwise(CONVERTED),
        unit=pl.coalesce("canonical_unit", "unit"),
    )
    found = stacked([_unfit_parameter_units(converted), _out_of_bounds(converted)])
    return like(converted.select(rows.columns), rows), found


def _unfit_parameter_units(rows: pl.DataFrame) -> DataFrame[BrokenRule]:
    broken = pl.col("canonical_unit").is_not_null() & pl.col("multiplier").is_null()
    reason = pl.format("unit '{}' does not fit {}, which is taken in {}", "sent_unit", "parameter_id", "canonical_unit")
    return findings(rows, broken, rule="unit_does_not_fit", column="unit", shown="sent_unit", reason=reason)


def _out_of_bounds(rows: pl.DataFrame) -> DataFrame[BrokenRule]:
    broken = ~pl.col("value").is_between("lower", "upper")
    reason = pl.format(
        "{} = {} {} lies outside {} to {} {}: check the unit", "parameter_id", "value", "unit", "lower", "upper", "unit"
    )
    return findings(rows, broken, rule="parameter_out_of_bounds", column="value", shown="sent_value", reason=reason)


def in_unit(quantity: str, unit: str, wanted: str, units: DataFrame[UnitConversion]) -> pl.Expr:
    """Return the column `quantity` stated in the canonical unit `wanted`; null where its unit does not convert.

    `unit` is the column with the spelling, `units` the table of `unit_table`.
    """
    fitting = units.filter(pl.col("canonical_unit") == wanted)
    sent = spelled(pl.col(unit))
    factors = [
        sent.replace_strict(fitting["spelling"], fitting[part], default=None, return_dtype=pl.Float64)
        for part in ("multiplier", "divisor")
    ]
    return pl.col(quantity) * factors[0] / factors[1]
