"""Why a published figure moved: which rows of which files changed what a project's past figures read."""

from collections.abc import Mapping
from typing import Final

import polars as pl

CAUSE_TABLES: Final = {
    "projects": "项目", "loans": "贷款", "ledger": "台账", "operating": "运行数据", "forest_strata": "小班",
    "fx": "汇率",
}  # fmt: skip
"""Delivered tables that past figures read, with their names in Chinese."""

READ_TABLES: Final = [*(f"core.{table}" for table in CAUSE_TABLES), "core.parameters", "mart.parameter_uses"]
WHERE: Final = ["delivery_id", "source_file", "source_row"]
SHOWN: Final = 3

Tables = Mapping[str, pl.DataFrame]


def causes(subjects: pl.Series, before: Tables, after: Tables) -> pl.DataFrame:
    """Return subject, cause and cause_zh of each project: the changed rows, else that program or references changed."""
    both = {name: (before[name], after[name]) for name in READ_TABLES if name in before and name in after}
    found = [_sentences(table, _concerned(table, both)) for table in CAUSE_TABLES if f"core.{table}" in both]
    if {"core.parameters", "mart.parameter_uses"} <= set(both):
        found.append(_parameters(*both["core.parameters"], pl.concat(_uses(both)).unique()))
    sentences = pl.concat([_nothing(), *found]).sort("subject", maintain_order=True)
    joined = sentences.group_by("subject", maintain_order=True).agg(pl.col("cause", "cause_zh").str.join("; "))
    return (
        pl.DataFrame({"subject": subjects})
        .join(joined, on="subject", how="left")
        .with_columns(
            pl.col("cause").fill_null("no delivered row: the program, its reference tables or the settings changed"),
            pl.col("cause_zh").fill_null("报送数据未变：程序、参考表或设置有变动"),
        )
    )


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
    return pl.col(column).cast(pl.String).fill_null("(empty)")


def _sentences(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """A sentence a file and project; rows that are gone are listed where no new one of the table takes their place."""
    standing = rows.filter(pl.col("is_new") | ~pl.col("is_new").any().over("subject"))
    files = (
        standing.sort("subject", "source_file", "source_row")
        .group_by("subject", "source_file", "is_new", maintain_order=True)
        .agg(lines=pl.col("source_row"), what=pl.col("what").drop_nulls().first())
    )
    lines = pl.col("lines").list.head(SHOWN).cast(pl.List(pl.String)).list.join(", ")
    more = pl.when(pl.col("lines").list.len() > SHOWN).then(pl.lit(" ...")).otherwise(pl.lit(""))
    what = pl.when(pl.col("what").is_not_null()).then(pl.format(" ({})", "what")).otherwise(pl.lit(""))
    gone, gone_zh = (
        pl.when("is_new").then(pl.lit("")).otherwise(pl.lit(words)) for words in ("no longer counts: ", "不再计入：")
    )
    sentence, sentence_zh = (
        f"{table}: {{}}{{}} line {{}}{{}}{{}}",
        f"{CAUSE_TABLES[table]}：{{}}{{}} 第 {{}} 行{{}}{{}}",
    )
    return files.select(
        "subject",
        cause=pl.format(sentence, gone, "source_file", lines, more, what),
        cause_zh=pl.format(sentence_zh, gone_zh, "source_file", lines, more, what),
    )


def _parameters(before: pl.DataFrame, after: pl.DataFrame, uses: pl.DataFrame) -> pl.DataFrame:
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
    return moved.select(
        "subject",
        cause=pl.format("parameters: {} of {} {} -> {} ({})", *place, old, new, "source"),
        cause_zh=pl.format("参数：{}（{}）{} -> {}（{}）", *place, old, new, "source"),
    )
