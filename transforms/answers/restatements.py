"""Published figures that moved: what each was and is, since when and why. No publication changes in silence."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from schemas.between.answers import DisclosedProject, MovedFigure
from schemas.catalog import TABLES
from schemas.contract import INSTANT_DTYPE, DataFrame, conform, unchecked
from schemas.runs import Restatement
from schemas.words.containers import AVOIDED, OWN_BASE_YEAR, REMOVALS
from transforms.answers.restatement_causes import causes
from transforms.ground.sentences import SIGNS, Sentences, filled

MONTHS: Final = {
    "mart.project_months": (AVOIDED, "emission_reductions_tco2e"),
    "mart.removal_months": (REMOVALS, "removals_tco2e"),
    "mart.own_base_year_months": (OWN_BASE_YEAR, "own_base_year_reductions_tco2e"),
}
"""Table of projects' months to its container and the column of its figure."""

PARTS: Final = [
    ("mart.attributed_reductions", AVOIDED, "attributed_reductions_tco2e"),
    ("mart.attributed_reductions", AVOIDED, "attributed_annual_reductions_tco2e_per_year"),
    ("mart.attributed_reductions", None, "balance_cny"),
    ("mart.attributed_reductions", None, "attribution_factor_ratio"),
    ("mart.attributed_annual_reductions", AVOIDED, "attributed_annual_reductions_tco2e_per_year"),
    ("mart.attributed_removals", REMOVALS, "attributed_removals_tco2e"),
    ("mart.attributed_own_base_year_reductions", OWN_BASE_YEAR, "attributed_own_base_year_reductions_tco2e"),
]
"""Tables of loans' parts, their container and the column of their figure; money and shares are in none."""

DISCLOSED_PROJECTS: Final = "mart.disclosure_crf_projects"
DISCLOSED_FIELDS: Final = "mart.disclosure_crf"

UNITS: Final = {
    "_tco2e_per_year": "tCO2e/yr",
    "_tco2e": "tCO2e",
    "_cny": "CNY",
    "_pct": "%",
    "_ratio": "ratio",
    "_count": "count",
}
"""Last syllables of a column to the unit of its figure."""


def unit_of(figure: str) -> str:
    """Return the unit of a column of figures."""
    return next(unit for ending, unit in UNITS.items() if figure.endswith(ending))


def _measured(table: str) -> list[str]:
    """The columns of a table that are figures."""
    return [name for name in TABLES[table].columns() if name.endswith(tuple(UNITS))]


FIGURES: Final = {
    **{table: [figure] for table, (_, figure) in MONTHS.items()},
    **{table: [figure for other, _, figure in PARTS if other == table] for table, _, _ in PARTS},
    DISCLOSED_PROJECTS: _measured(DISCLOSED_PROJECTS),
}
"""Table with rows of projects to the columns of its figures."""

OF_THE_WHOLE: Final = {DISCLOSED_FIELDS: _measured(DISCLOSED_FIELDS)}
"""Table that adds projects up to the columns of its figures."""

ABOUT: Final = ["project_id", "month_start_date", "lender", "period", "basis", "profile"]
Tables = Mapping[str, pl.DataFrame]
KEY: Final = ["subject", "lender", "container", "basis", "profile", "period", "figure_name", "unit"]
DAYS: Final = ["period_from_date", "period_to_date"]
COMPARED_BY: Final = {
    table: [
        name
        for name in (*ABOUT, *DAYS, "loan_id", "operating_to_date", "crf_field", "window")
        if name in TABLES[table].columns()
    ]
    for table in (*FIGURES, *OF_THE_WHOLE)
}
"""Table of figures to the columns without which an older file's figures are compared with none."""

TOLERANCE: Final = 1e-9
"""Figures that differ by less than this part of themselves differ by rounding only."""

SHOWN_PROJECTS: Final = 5
"""Projects that a cause names."""


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


def restatements_of_the_whole(
    moved: DataFrame[MovedFigure], disclosed: DataFrame[DisclosedProject], since: dt.datetime, sentences: Sentences
) -> DataFrame[Restatement]:
    """Return schemas.runs.Restatement of moved figures that add projects up: their cause is the projects that differ.

    disclosed: projects that are listed otherwise than before for a lender and period (disclosed_otherwise).
    """
    if moved.is_empty():
        return Restatement.empty_frame()
    by_table = disclosed.sort("project_id").group_by("lender", "period", maintain_order=True)
    listed = by_table.agg(
        projects=pl.col("project_id").head(SHOWN_PROJECTS), more_count=pl.len().cast(pl.Int64) - SHOWN_PROJECTS
    )
    named = moved.sort(*KEY).join(listed, on=["lender", "period"], how="left", maintain_order="left")
    return conform(
        named.with_columns(
            _of_projects("en", sentences).alias("cause"),
            _of_projects("zh", sentences).alias("cause_zh"),
            since=pl.lit(since).cast(INSTANT_DTYPE),
        ),
        Restatement,
    )


def _of_projects(lang: str, sentences: Sentences) -> pl.Expr:
    """The first of the projects that differ; without any it was no project's row."""
    facts = {"projects": pl.col("projects").list.join(SIGNS[lang].items), "count": pl.col("more_count")}
    few = filled(sentences["cause_projects"][lang], facts)
    many = filled(sentences["cause_projects_and_more"][lang], facts)
    return (
        pl.when(pl.col("projects").is_null())
        .then(pl.lit(sentences["cause_program"][lang]))
        .when(pl.col("more_count") > 0)
        .then(many)
        .otherwise(few)
    )


def moved_figures(before: Tables, after: Tables) -> DataFrame[MovedFigure]:
    """Return schemas.between.answers.MovedFigure: what was published with a value and now has another or none.

    before and after: the tables of figures of the two files by name, of the same projects; what the older one lacks
    (compared) is compared with none. Months that were not over
    when they were published are left out: they only grew.
    """
    old, new = _touched(before, after, {**FIGURES, **OF_THE_WHOLE})
    known = _figures(old).filter(pl.col("value").is_not_null() & ~pl.col("is_growing"))
    now = _figures(new).select(*KEY, after="value")
    pairs = known.rename({"value": "before"}).join(now, on=KEY, how="left", nulls_equal=True)
    largest = pl.max_horizontal(pl.col("before").abs(), pl.col("after").abs())
    moved = ((pl.col("after") - pl.col("before")).abs() > TOLERANCE * largest).fill_null(True)
    return conform(pairs.filter(moved).sort(*KEY), MovedFigure)


def disclosed_otherwise(before: Tables, after: Tables) -> DataFrame[DisclosedProject]:
    """Return the projects that a lender's period lists otherwise than before, anew or no more."""
    old, new = _touched(before, after, {DISCLOSED_PROJECTS: FIGURES[DISCLOSED_PROJECTS]})
    rows = [tables[DISCLOSED_PROJECTS].select(DisclosedProject.columns()) for tables in (old, new) if tables]
    return unchecked(pl.concat([DisclosedProject.empty_frame(), *rows]).unique(), DisclosedProject)


def _touched(
    before: Tables, after: Tables, figures: Mapping[str, list[str]]
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """The tables of figures that can be compared, without the projects' periods in which no row differs."""
    old, new = {}, {}
    for table in compared({name: rows.columns for name, rows in before.items()}):
        if table in after and table in figures:
            held = [figure for figure in figures[table] if figure in before[table].columns]
            old[table], new[table] = _differing(before[table], after[table], held)
    return old, new


def _differing(before: pl.DataFrame, after: pl.DataFrame, figures: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    about = [name for name in ABOUT if name in after.columns]
    content = [*about, *(name for name in ("loan_id", "crf_field", "window", *figures) if name in after.columns)]
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
    parts = [_parts(tables[table], of, figure) for table, of, figure in PARTS if _has(tables, table, figure)]
    disclosed = [
        _disclosed(tables[table], figure)
        for table, figures in ((DISCLOSED_PROJECTS, FIGURES[DISCLOSED_PROJECTS]), *OF_THE_WHOLE.items())
        for figure in figures
        if _has(tables, table, figure)
    ]
    columns = [*KEY, *DAYS, "value", "is_growing"]
    schema = {**Restatement.empty_frame().schema, "value": pl.Float64(), "is_growing": pl.Boolean()}
    nothing = pl.DataFrame(schema={name: schema[name] for name in columns})
    return pl.concat(
        [nothing, *(part.select(columns) for part in (*months, *parts, *disclosed))], how="vertical_relaxed"
    )


def _has(tables: Tables, table: str, figure: str) -> bool:
    return table in tables and figure in tables[table].columns


NOTHING: Final = pl.lit(None, pl.String)


def _months(months: pl.DataFrame, container: str, figure: str) -> pl.DataFrame:
    return months.select(
        subject="project_id",
        lender=NOTHING,
        container=pl.lit(container),
        basis=NOTHING,
        profile=NOTHING,
        period=pl.col("month_start_date").dt.strftime("%Y-%m"),
        figure_name=pl.lit(figure),
        unit=pl.lit(unit_of(figure)),
        period_from_date="month_start_date",
        period_to_date=pl.col("month_start_date").dt.month_end(),
        value=figure,
        is_growing=pl.col("operating_to_date") < pl.col("month_start_date").dt.month_end(),
    )


def _parts(rows: pl.DataFrame, container: str | None, figure: str) -> pl.DataFrame:
    """The loans' parts together by project and lender: None where no loan has one."""
    own = {
        "basis": pl.col("basis") if "basis" in rows.columns else pl.lit("disbursed"),
        "profile": pl.col("profile") if "profile" in rows.columns else NOTHING,
    }
    named = rows.select("lender", "period", *DAYS, subject="project_id", figure=figure, **own)
    together = pl.when(pl.col("figure").count() > 0).then(pl.col("figure").sum())
    keys = ["subject", "lender", "period", "basis", "profile", *DAYS]
    return (
        named.sort("subject")
        .group_by(keys, maintain_order=True)
        .agg(value=together.cast(pl.Float64))
        .with_columns(
            container=pl.lit(container, pl.String),
            figure_name=pl.lit(figure),
            unit=pl.lit(unit_of(figure)),
            is_growing=pl.lit(value=False),
        )
    )


def _disclosed(rows: pl.DataFrame, figure: str) -> pl.DataFrame:
    """What a quarter's document prints: of a project by its id, of a field of the facility by its id and window."""
    is_project = "project_id" in rows.columns
    first = pl.date(pl.col("period").str.head(4).cast(pl.Int32), pl.col("period").str.tail(1).cast(pl.Int32) * 3 - 2, 1)
    container = AVOIDED if unit_of(figure).startswith("tCO2e") else None
    return rows.select(
        "lender",
        "period",
        subject="project_id" if is_project else "crf_field",
        container=pl.lit(container, pl.String),
        basis=NOTHING,
        profile=NOTHING,
        figure_name=pl.lit(figure) if is_project else pl.concat_str("window", pl.lit(f"/{figure}")),
        unit=pl.lit(unit_of(figure)),
        period_from_date=first,
        period_to_date=first.dt.offset_by("2mo").dt.month_end(),
        value=pl.col(figure).cast(pl.Float64),
        is_growing=pl.lit(value=False),
    )
