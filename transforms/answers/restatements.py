"""Published figures that moved: what each was and is, since when and why. No publication changes in silence."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from schemas.between.answers import MovedFigure
from schemas.catalog import TABLES
from schemas.contract import INSTANT_DTYPE, DataFrame, conform
from schemas.runs import Restatement
from schemas.words.containers import AVOIDED, OWN_BASE_YEAR, REMOVALS
from transforms.answers.restatement_causes import causes
from transforms.ground.sentences import Sentences

MONTHS: Final = {
    "mart.project_months": (AVOIDED, "emission_reductions_tco2e"),
    "mart.removal_months": (REMOVALS, "removals_tco2e"),
    "mart.own_base_year_months": (OWN_BASE_YEAR, "own_base_year_reductions_tco2e"),
}
"""Table of projects' months to its container and the column of its figure."""

PARTS: Final = [
    ("mart.attributed_reductions", AVOIDED, "attributed_reductions_tco2e", "tCO2e"),
    ("mart.attributed_reductions", AVOIDED, "attributed_annual_reductions_tco2e_per_year", "tCO2e/yr"),
    ("mart.attributed_annual_reductions", AVOIDED, "attributed_annual_reductions_tco2e_per_year", "tCO2e/yr"),
    ("mart.attributed_removals", REMOVALS, "attributed_removals_tco2e", "tCO2e"),
    ("mart.attributed_own_base_year_reductions", OWN_BASE_YEAR, "attributed_own_base_year_reductions_tco2e", "tCO2e"),
]
"""Tables of loans' parts, their container, the column of their figure and its unit."""

FIGURES: Final = {
    **{table: [figure] for table, (_, figure) in MONTHS.items()},
    **{table: [figure for other, _, figure, _ in PARTS if other == table] for table, _, _, _ in PARTS},
}
"""Table to the columns of its figures."""

ABOUT: Final = ["project_id", "month_start_date", "lender", "period", "basis", "profile"]
Tables = Mapping[str, pl.DataFrame]
KEY: Final = ["subject", "lender", "container", "basis", "profile", "period", "unit"]
DAYS: Final = ["period_from_date", "period_to_date"]
COMPARED_BY: Final = {
    table: [name for name in (*ABOUT, *DAYS, "loan_id", "operating_to_date") if name in TABLES[table].columns()]
    for table in FIGURES
}
"""Table of figures to the columns without which an older file's figures are compared with none."""

TOLERANCE: Final = 1e-9
"""Figures that differ by less than this part of themselves differ by rounding only."""


def compared(held: Mapping[str, Collection[str]]) -> list[str]:
    """Return the tables whose figures can be compared. held: the columns of each table that the older file has."""
    return [table for table, columns in COMPARED_BY.items() if set(columns) <= set(held.get(table, ()))]


def restatements(
    moved: DataFrame[MovedFigure], before: Tables, after: Tables, since: dt.datetime, sentences: Sentences
) -> DataFrame[Restatement]:
    """Return schemas.runs.Restatement of the figures that moved, each with its cause.

    before and after: what figures of these projects are worked out from in the two files (restatement_causes), by name;
    the older one may lack tables and columns. since: the moment up to which the newer one knows; sentences:
    Reference.sentences. The first statement of a figure is not a restatement; losing a figure is one.
    """
    if moved.is_empty():
        return Restatement.empty_frame()
    explained = moved.sort(*KEY).join(
        causes(moved["subject"].unique(), before, after, sentences),
        on="subject",
        how="left",
        maintain_order="left",
    )
    return conform(explained.with_columns(since=pl.lit(since).cast(INSTANT_DTYPE)), Restatement)


def moved_figures(before: Tables, after: Tables) -> DataFrame[MovedFigure]:
    """Return schemas.between.answers.MovedFigure: what was published with a value and now has another or none.

    before and after: the tables of figures of the two files by name, of the same projects; what the older one lacks
    (compared) is compared with none. Months that were not over
    when they were published are left out: they only grew.
    """
    old, new = _touched(before, after)
    known = _figures(old).filter(pl.col("value").is_not_null() & ~pl.col("is_growing"))
    now = _figures(new).select(*KEY, after="value")
    pairs = known.rename({"value": "before"}).join(now, on=KEY, how="left", nulls_equal=True)
    largest = pl.max_horizontal(pl.col("before").abs(), pl.col("after").abs())
    moved = ((pl.col("after") - pl.col("before")).abs() > TOLERANCE * largest).fill_null(True)
    return conform(pairs.filter(moved).sort(*KEY), MovedFigure)


def _touched(before: Tables, after: Tables) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """The tables of figures that can be compared, without the projects' periods in which no row differs."""
    old, new = {}, {}
    for table in compared({name: rows.columns for name, rows in before.items()}):
        if table in after:
            figures = [figure for figure in FIGURES[table] if figure in before[table].columns]
            old[table], new[table] = _differing(before[table], after[table], figures)
    return old, new


def _differing(before: pl.DataFrame, after: pl.DataFrame, figures: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    about = [name for name in ABOUT if name in after.columns]
    content = [*about, *(name for name in ("loan_id", *figures) if name in after.columns)]
    old, new = before.select(content), after.select(content)
    if old.equals(new):
        return before.clear(), after.clear()
    sides = ((old, new), (new, old))
    touched = pl.concat(one.join(other, on=content, how="anti", nulls_equal=True) for one, other in sides)
    touched = touched.select(about).unique()
    return before.join(touched, on=about, how="semi", nulls_equal=True), after.join(
        touched, on=about, how="semi", nulls_equal=True
    )


def _figures(tables: Tables) -> pl.DataFrame:
    """Every figure that is there: KEY, DAYS, value, is_growing."""
    months = [_months(tables[table], *of) for table, of in MONTHS.items() if _has(tables, table, of[1])]
    parts = [_parts(tables[table], *of) for table, *of in PARTS if _has(tables, table, of[1])]
    columns = [*KEY, *DAYS, "value", "is_growing"]
    schema = {**Restatement.empty_frame().schema, "value": pl.Float64(), "is_growing": pl.Boolean()}
    nothing = pl.DataFrame(schema={name: schema[name] for name in columns})
    return pl.concat([nothing, *(part.select(columns) for part in (*months, *parts))], how="vertical_relaxed")


def _has(tables: Tables, table: str, figure: str) -> bool:
    return table in tables and figure in tables[table].columns


def _months(months: pl.DataFrame, container: str, figure: str) -> pl.DataFrame:
    nothing = pl.lit(None, pl.String)
    return months.select(
        subject="project_id",
        lender=nothing,
        container=pl.lit(container),
        basis=nothing,
        profile=nothing,
        period=pl.col("month_start_date").dt.strftime("%Y-%m"),
        unit=pl.lit("tCO2e"),
        period_from_date="month_start_date",
        period_to_date=pl.col("month_start_date").dt.month_end(),
        value=figure,
        is_growing=pl.col("operating_to_date") < pl.col("month_start_date").dt.month_end(),
    )


def _parts(rows: pl.DataFrame, container: str, figure: str, unit: str) -> pl.DataFrame:
    """The loans' parts together by project and lender: None where no loan has one."""
    own = {
        "basis": pl.col("basis") if "basis" in rows.columns else pl.lit("disbursed"),
        "profile": pl.col("profile") if "profile" in rows.columns else pl.lit(None, pl.String),
    }
    named = rows.select("lender", "period", *DAYS, subject="project_id", figure=figure, **own)
    together = pl.when(pl.col("figure").count() > 0).then(pl.col("figure").sum())
    keys = ["subject", "lender", "period", "basis", "profile", *DAYS]
    return (
        named.sort("subject")
        .group_by(keys, maintain_order=True)
        .agg(value=together)
        .with_columns(container=pl.lit(container), unit=pl.lit(unit), is_growing=pl.lit(False))
    )
