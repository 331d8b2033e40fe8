"""Why a published figure moved: which rows of which files changed what a project's past figures read."""

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from schemas.catalog import TABLES
from transforms.ground.sentences import SIGNS, Sentences, in_both, put_in

CAUSE_TABLES: Final = ("projects", "loans", "ledger", "operating", "forest_strata", "fx")
"""Delivered tables that past figures read."""

WHERE: Final = ["delivery_id", "source_file", "source_row"]
USED: Final = ["project_id", "parameter_id", "scope"]
"""The columns of a project's use of a factor."""

KEYS: Final = {
    "core.projects": ["project_id", "investment_currency", *WHERE],
    "core.loans": ["loan_id", "project_id", "currency", *WHERE],
    "core.ledger": ["loan_id", *WHERE],
    "core.operating": ["project_id", *WHERE],
    "core.forest_strata": ["project_id", *WHERE],
    "core.fx": ["base", *WHERE],
    "core.parameters": ["parameter_id", "scope", "valid_from", "value", "source"],
    "mart.parameter_uses": USED,
}
"""Table to the columns without which it is not searched; of its other columns those are that both files have."""

BESIDE: Final = {
    "core.ledger": ["core.loans"],
    "core.fx": ["core.loans", "core.projects"],
    "core.parameters": ["mart.parameter_uses"],
    "mart.parameter_uses": ["core.parameters"],
}
"""Tables without which another is not searched."""

CAUSE_COLUMNS: Final = {**{table: TABLES[table].columns() for table in KEYS}, "mart.parameter_uses": USED}
"""Table to every column in which a cause may lie."""

SHOWN: Final = 3
LANGUAGES: Final = {"cause": "en", "cause_zh": "zh"}

Tables = Mapping[str, pl.DataFrame]


def searched(held: Mapping[str, Collection[str]]) -> list[str]:
    """Return the tables that can be searched for causes. held: the columns of each table that the older file has."""
    keyed = {table for table, keys in KEYS.items() if set(keys) <= set(held.get(table, ()))}
    return [table for table in KEYS if {table, *BESIDE.get(table, ())} <= keyed]


def causes(subjects: pl.Series, before: Tables, after: Tables, sentences: Sentences) -> pl.DataFrame:
    """Return subject, cause and cause_zh of each project: the changed rows, else that program or references changed.

    Where the older file lacks something that may hold a cause, that is not known. sentences: Reference.sentences.
    """
    held = {name: rows.columns for name, rows in before.items()}
    both = {name: (before[name], after[name]) for name in searched(held)}
    found = [_of_rows(table, _concerned(table, both), sentences) for table in CAUSE_TABLES if f"core.{table}" in both]
    if "core.parameters" in both:
        found.append(
            _parameters(*both["core.parameters"], pl.concat(_uses(both)).unique(), sentences["cause_parameters"])
        )
    texts = pl.concat([_nothing(), *found]).sort("subject", maintain_order=True)
    joined = texts.group_by("subject", maintain_order=True).agg(
        pl.col(cause).str.join(SIGNS[lang].sentences) for cause, lang in LANGUAGES.items()
    )
    lacking = [
        name for name, columns in CAUSE_COLUMNS.items() if name not in both or not set(columns) <= set(held[name])
    ]
    return (
        pl.DataFrame({"subject": subjects})
        .join(joined, on="subject", how="left")
        .with_columns(_ended(cause, lang, lacking, sentences) for cause, lang in LANGUAGES.items())
    )


def _ended(cause: str, lang: str, lacking: list[str], sentences: Sentences) -> pl.Expr:
    """What was found, and what cannot be known; where nothing was and all is known, that it was no row."""
    if not lacking:
        return pl.col(cause).fill_null(sentences["cause_program"][lang])
    unknown = put_in(sentences["cause_not_known"][lang], {"tables": ", ".join(lacking)})
    return pl.concat_str([cause, pl.lit(unknown)], separator=SIGNS[lang].sentences, ignore_nulls=True).alias(cause)


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(("subject", "cause", "cause_zh"), pl.String))


def _uses(both: Mapping[str, tuple[pl.DataFrame, pl.DataFrame]]) -> list[pl.DataFrame]:
    return [uses.select("parameter_id", "scope", subject="project_id") for uses in both["mart.parameter_uses"]]


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The rows that only one of the two files has, the newer one's as is_new; where they came from does not matter."""
    content = [name for name in after.columns if name in before.columns and name not in WHERE]
    shared = [name for name in after.columns if name in before.columns]
    new = after.join(before, on=content, how="anti", nulls_equal=True).select(*shared, is_new=pl.lit(True))
    gone = before.join(after, on=content, how="anti", nulls_equal=True).select(*shared, is_new=pl.lit(False))
    return pl.concat([new, gone], how="vertical_relaxed")


def _concerned(table: str, both: Mapping[str, tuple[pl.DataFrame, pl.DataFrame]]) -> pl.DataFrame:
    """The table's changed rows with the project that each concerns, and what changed: subject, what, is_new, WHERE."""
    changed = _changed(*both[f"core.{table}"])
    if table in {"projects", "loans"}:
        return _with_columns_named(changed, table.removesuffix("s") + "_id")
    if table in {"operating", "forest_strata"}:
        return _only(changed.with_columns(subject="project_id"))
    loans = pl.concat(rows.select("loan_id", "currency", subject="project_id") for rows in both["core.loans"])
    if table == "ledger":
        return _only(changed.join(loans.select("loan_id", "subject").unique(), on="loan_id"))
    invested = [rows.select(subject="project_id", base="investment_currency") for rows in both["core.projects"]]
    foreign = pl.concat([loans.select("subject", base="currency"), *invested]).drop_nulls().unique()
    return _only(changed.join(foreign, on="base"))


def _only(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("subject", "is_new", *WHERE, what=pl.lit(None, pl.String))


def _with_columns_named(changed: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return which columns of a changed row were what: total_investment 1000.00 -> 2000.00."""
    new, gone = changed.filter("is_new"), changed.filter(~pl.col("is_new"))
    pairs = new.join(gone, on=key, how="left", suffix="_before", maintain_order="left")
    content = [name for name in changed.columns if name not in {*WHERE, key, "is_new"}]
    differences = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}_before"))).then(
            pl.format(f"{name} {{}} -> {{}}", _text(f"{name}_before"), _text(name))
        )
        for name in content
    ]
    what = pl.concat_list(differences).list.drop_nulls().list.join(", ")
    named = pairs.with_columns(
        subject="project_id", what=pl.when(pl.col("is_new_before").is_not_null()).then(what), is_new=pl.lit(True)
    )
    lost = gone.join(new, on=key, how="anti").with_columns(subject="project_id", what=pl.lit(None, pl.String))
    columns = ["subject", "is_new", *WHERE, "what"]
    return pl.concat([named.select(columns), lost.select(columns)])


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null("-")


def _of_rows(table: str, rows: pl.DataFrame, sentences: Sentences) -> pl.DataFrame:
    """A sentence a file and project; rows that are gone are listed where no new one of the table takes their place."""
    kept = rows.filter(pl.col("is_new") | ~pl.col("is_new").any().over("subject"))
    files = (
        kept.sort("subject", "source_file", "source_row")
        .group_by("subject", "source_file", "is_new", maintain_order=True)
        .agg(lines=pl.col("source_row"), what=pl.col("what").drop_nulls().first())
    )
    lines = pl.col("lines").list.head(SHOWN).cast(pl.List(pl.String)).list.join(", ")
    more = pl.when(pl.col("lines").list.len() > SHOWN).then(pl.lit(" ...")).otherwise(pl.lit(""))
    what = pl.when(pl.col("what").is_not_null()).then(pl.format(" ({})", "what")).otherwise(pl.lit(""))
    standing, gone = (
        in_both(
            sentences[name],
            table=in_both(sentences[f"table_{table}"]),
            file="source_file",
            lines=lines,
            more=more,
            what=what,
        )
        for name in ("cause_rows", "cause_rows_gone")
    )
    english, chinese = (
        pl.when("is_new").then(now).otherwise(no_longer) for now, no_longer in zip(standing, gone, strict=True)
    )
    return files.select("subject", cause=english, cause_zh=chinese)


def _parameters(
    before: pl.DataFrame, after: pl.DataFrame, uses: pl.DataFrame, texts: Mapping[str, str]
) -> pl.DataFrame:
    """What a factor was and is that the project used before or uses now, or that is its own."""
    place = ["parameter_id", "scope"]
    changed = _changed(before, after).sort(*place, "valid_from")
    values = changed.group_by(place, maintain_order=True).agg(
        old=pl.col("value").filter(~pl.col("is_new")).cast(pl.String).str.join(", "),
        new=pl.col("value").filter("is_new").cast(pl.String).str.join(", "),
        source=pl.col("source").filter("is_new").drop_nulls().first().fill_null("-"),
    )
    own = values.select(*place, subject=pl.col("scope").str.split("/").list.first())
    moved = pl.concat([uses, own]).unique().join(values, on=place).sort("subject", *place)
    old, new = (pl.when(pl.col(name) == "").then(pl.lit("-")).otherwise(name) for name in ("old", "new"))
    english, chinese = in_both(texts, parameter_id="parameter_id", scope="scope", old=old, new=new, source="source")
    return moved.select("subject", cause=english, cause_zh=chinese)
