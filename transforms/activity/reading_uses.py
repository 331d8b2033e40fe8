"""What each formula read: for every month and symbol the value that it took, and the records that the value is made of.

    value = sum over records of part_value

A record that crosses months, or began before the project did, counts with its part; days out of season are a part of 0
without a record. What two forest surveys amount to is made of their strata: those of the later one added, those of the
earlier one taken off.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
from polars import col, lit

from schemas.between.activity import SurveyLeaf, UsedPart
from schemas.contract import DataFrame, conform
from schemas.deliveries import OperatingRecord
from schemas.marts import ReadingUse
from transforms.activity.project_months import KEY, Evaluated

RECORD: Final = ["project_id", "metric", "record_id", "period_start"]
READ: Final = [*KEY, "metric"]
LEAF: Final = ["source_file", "source_row", "leaf_value", "period_days"]


def reading_uses(
    evaluated: Sequence[Evaluated],
    used: DataFrame[UsedPart],
    readings: DataFrame[OperatingRecord],
    leaves: DataFrame[SurveyLeaf],
    metrics: Mapping[str, Mapping[str, Any]],
) -> DataFrame[ReadingUse]:
    """Return schemas.marts.ReadingUse of the months that were evaluated.

    used: activity.operating.used_parts; readings: operating records as accepted; leaves: what the readings of forest
    surveys are made of; metrics: data/reference/metrics.toml.
    """
    units = {name: metric["unit"] for name, metric in metrics.items()}
    parts = used.drop("source_file", "source_row", strict=False).rename({"value": "part_value"})
    met = _taken(evaluated).join(parts, on=READ, maintain_order="left_right")
    rows = met.join(_origins(readings, leaves), on=RECORD, how="left", maintain_order="left_right")
    of_leaf = col("leaf_value") * col("used_days") / col("period_days")
    return conform(
        rows.with_columns(
            part_value=pl.coalesce(of_leaf, "part_value"),
            unit=col("metric").replace_strict(units, return_dtype=pl.String),
        ),
        ReadingUse,
    ).sort(*KEY, "symbol", "metric", "part_from_date", "record_id", "source_file", "source_row")


def _taken(evaluated: Sequence[Evaluated]) -> pl.DataFrame:
    """Return READ, symbol, kind, item and value of each reading that a formula took, for several sums once."""
    schema = {"project_id": pl.String, "month_start_date": pl.Date, "metric": pl.String}
    texts = dict.fromkeys(("symbol", "kind", "item"), pl.String)
    rows, nothing = [pl.DataFrame(schema={**schema, **texts, "value": pl.Float64})], lit(None, pl.String)
    for one in evaluated:
        for symbol, metric in one.method.readings.items():
            known = one.frame.filter(col(symbol).is_not_null())
            named = known.select(*KEY, metric=lit(metric), symbol=lit(symbol), value=symbol)
            rows.append(named.with_columns(kind=nothing, item=nothing).select(rows[0].columns))
        for part in one.method.parts:
            items = one.parts[part.symbol].join(one.frame, on=KEY, how="semi").filter(col(part.reading).is_not_null())
            rows.append(
                items.select(
                    *READ, symbol=lit(part.reading), kind=lit(part.kind), item="item", value=part.reading
                ).select(rows[0].columns)
            )
    return pl.concat(rows).unique(maintain_order=True)


def _origins(readings: DataFrame[OperatingRecord], leaves: DataFrame[SurveyLeaf]) -> pl.DataFrame:
    """Return RECORD and LEAF: the rows of files that each record was read from; a leaf_value where it is of several."""
    whole = readings.select(
        *RECORD, "source_file", "source_row", leaf_value=lit(None, pl.Float64), period_days=lit(None, pl.Int64)
    )
    return pl.concat([whole, leaves.select(*RECORD, *LEAF)])
