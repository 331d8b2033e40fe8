"""A series beside what should move with it: the other meter of the same plant, the plants of its kind and province."""

from typing import Final

import polars as pl

from schemas.between.activity import HeatBalance
from schemas.between.judging import CheckedFigure, PeerMonth, PlantMonth
from schemas.contract import DataFrame, conform
from transforms.judging.findings import checked, over
from transforms.judging.series import ALL_POWER, KEY, POWER, SOLAR, WIND
from transforms.judging.shapes import is_at_rest

PAIRS: Final = (
    ("heat_gj", "fuel_gj", "heat"),
    ("heat_sent_out", "heat_delivered", "heat"),
    ("boiler_steam_heat", "heat_sent_out", "heat"),
    ("electricity_consumed", "heat_gj", "electricity"),
    ("power_generated", "recovered_heat", "electricity"),
    ("own_emissions", "product_output", "output"),
    ("electricity_self_used", "electricity_exported", "electricity"),
)
"""Two meters of one plant, and which limits their ratio has beside its own usual one."""

PEER_KINDS: Final = ("solar", "wind", "hydro")
OF_PEERS: Final = (*SOLAR, *WIND, "hydro")
"""Technologies of the plants that have peers."""

GROUP: Final = ["technology", "province_code", "month_start_date"]
PAIR: Final = ["project_id", "figure"]


def ratios_of_pairs(series: pl.DataFrame, balance: DataFrame[HeatBalance]) -> pl.DataFrame:
    """Return project_id, figure (a / b), kind (of its limits), number, month_start_date and ratio.

    balance: project_id, month_start_date, heat_gj, fuel_gj of activity.heat_balance.
    """
    of_heat = balance.unpivot(["heat_gj", "fuel_gj"], index=["project_id", "month_start_date"], variable_name="metric")
    months = series.select("project_id", "month_start_date", "number").unique()
    read = pl.concat(
        [
            series.select(*KEY, "month_start_date", "number", "value"),
            of_heat.drop_nulls()
            .join(months, on=["project_id", "month_start_date"])
            .select(*KEY, "month_start_date", "number", "value"),
        ]
    )
    month = ["project_id", "month_start_date", "number"]
    metrics = {*read["metric"], *PAIRS[0][:2]}  # one pair at least, so that the columns are there
    parts = [
        read.filter(pl.col("metric") == first)
        .join(read.filter(pl.col("metric") == second), on=month, suffix="_b")
        .filter((pl.col("value") > 0) & (pl.col("value_b") > 0))
        .select(
            *month,
            figure=over(first, second),
            kind=pl.lit(kind),
            ratio=pl.col("value") / pl.col("value_b"),
            first=pl.col("value"),
            second=pl.col("value_b"),
        )
        for first, second, kind in PAIRS
        if {first, second} <= metrics
    ]
    return pl.concat(parts)


def beside_the_other_meter(ratios: pl.DataFrame, fewest: float) -> DataFrame[CheckedFigure]:
    """Return the check paired_meters: a month's ratio over the median of the plant's own ratios of other months."""
    months = ratios.select(*PAIR, "number", "ratio")
    others = months.join(months, on=PAIR, suffix="_other").filter(pl.col("number") != pl.col("number_other"))
    usual = others.group_by(*PAIR, "number").agg(usual=pl.when(pl.len() >= fewest).then(pl.col("ratio_other").median()))
    known = ratios.join(usual, on=[*PAIR, "number"]).drop_nulls("usual")
    return checked(
        known,
        "paired_meters",
        figure="figure",
        kind="kind",
        value=pl.col("ratio") / pl.col("usual"),
        numbers=pl.format("{} / {}", pl.col("ratio").round(4), pl.col("usual").round(4)),
    )


def plant_months(series: pl.DataFrame) -> DataFrame[PlantMonth]:
    """Return schemas.between.judging.PlantMonth of the plants that have peers; series: with_usual."""
    return conform(_power(series).rename({"relative": "usual_ratio"}), PlantMonth)


def peers_of(plants: DataFrame[PlantMonth]) -> DataFrame[PeerMonth]:
    """Return schemas.between.judging.PeerMonth: the median of all the book's plants of a technology and province."""
    made = plants.group_by(GROUP).agg(peers_ratio=pl.col("usual_ratio").median(), plant_count=pl.len())
    return conform(made, PeerMonth)


def beside_peers(series: pl.DataFrame, peers: DataFrame[PeerMonth], fewest: float) -> pl.DataFrame:
    """Return project_id, metric, number, month_start_date, kind, relative (to its own usual month) and peers.

    Only where at least `fewest` other plants are read; series: with_usual.
    """
    power = _power(series).join(peers, on=GROUP, maintain_order="left").rename({"peers_ratio": "peers"})
    return power.filter((pl.col("plant_count") > fewest) & (pl.col("peers") > 0))


def _power(series: pl.DataFrame) -> pl.DataFrame:
    """The series of plants that have peers, with `relative` to their own usual month."""
    return series.filter(
        pl.col("kind").is_in(PEER_KINDS)
        & pl.col("metric").is_in([*POWER[:1], ALL_POWER])
        & (pl.col("usual") > 0)
        & pl.col("province_code").is_not_null()
    ).with_columns(relative=pl.col("daily") / pl.col("usual"))


def peer_findings(beside: pl.DataFrame) -> DataFrame[CheckedFigure]:
    """Return the check month_over_peers."""
    running = beside.filter(~is_at_rest(pl.col("relative"), pl.lit(1.0)))
    return checked(
        running,
        "month_over_peers",
        figure="metric",
        kind="kind",
        value=pl.col("relative") / pl.col("peers"),
        numbers=pl.format("{} / {}", pl.col("relative").round(3), pl.col("peers").round(3)),
    )


def shifted(series: pl.DataFrame, fewest: float, least: float) -> DataFrame[CheckedFigure]:
    """Return the check shifted_months: how much better a year fits its companion when it is moved by one month.

    series: project_id, figure, number, month_start_date, own and companion (both above 0); least: the mean |log ratio|
    below which a year fits well enough.
    """
    year = ["project_id", "figure", "year"]
    logs = series.filter((pl.col("own") > 0) & (pl.col("companion") > 0)).select(
        "project_id",
        "figure",
        "number",
        "month_start_date",
        own=pl.col("own").log(),
        companion=pl.col("companion").log(),
        year=pl.col("month_start_date").dt.year(),
    )
    fits = [_misfit(logs, year, step).rename({"misfit": f"misfit_{step + 1}"}) for step in (-1, 0, 1)]
    both = fits[1].join(fits[0].drop("months"), on=year, how="left").join(fits[2].drop("months"), on=year, how="left")
    moved = pl.min_horizontal("misfit_0", "misfit_2")
    found = both.filter((pl.col("months") >= fewest) & (pl.col("misfit_1") > least) & (moved > 0)).select(
        *year,
        value=pl.col("misfit_1") / moved,
        numbers=pl.format("{} / {}", pl.col("misfit_1").round(4), moved.round(4)),
    )
    dated = logs.join(found, on=year)
    return checked(dated, "shifted_months", figure="figure", kind=pl.lit("year"), value="value", numbers="numbers")


def _misfit(logs: pl.DataFrame, year: list[str], step: int) -> pl.DataFrame:
    """The mean distance between the series, moved by `step` months, and its companion, levels taken off."""
    moved = logs.select("project_id", "figure", pl.col("number") + step, moved="own")
    joined = logs.join(moved, on=["project_id", "figure", "number"])
    gap = pl.col("moved") - pl.col("companion")
    return (
        joined.with_columns(gap=gap - gap.median().over(year))
        .group_by(year)
        .agg(misfit=pl.col("gap").abs().mean(), months=pl.len())
    )


def plants_beside_peers(beside: pl.DataFrame) -> pl.DataFrame:
    """Return what `shifted` reads of plants and their peers."""
    return beside.select("project_id", "number", "month_start_date", figure="metric", own="relative", companion="peers")


def meters_beside_meters(ratios: pl.DataFrame) -> pl.DataFrame:
    """Return what `shifted` reads of two meters of one plant."""
    return ratios.select("project_id", "number", "month_start_date", "figure", own="first", companion="second")
