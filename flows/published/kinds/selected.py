"""What documents of several kinds select alike: factors with their sources, methods and their editions."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl

from flows.published.kinds.kinds import Lang
from flows.reference.tables import printed_sentences
from reports.house.printed import MethodNote
from schemas.catalog import Published
from schemas.contract import C, DataFrame, unchecked
from schemas.reference import FactorSet, MethodEdition, MethodEntry, ParameterUse, Source
from transforms.ground.sentences import SIGNS, filled, in_words

OF_LOCATORS: Final = "locator_"
"""What the sentences begin with that say where a factor is from that was worked out."""


def last_year_of(rows: DataFrame[C], projects: pl.DataFrame, last: dt.date) -> DataFrame[C]:
    """Return the rows of the projects' months in the four quarters up to the day."""
    recent = pl.col("month_start_date") > pl.lit(last).dt.offset_by("-12mo")
    return rows.join(projects, on="project_id", how="semi").filter(recent & (pl.col("month_start_date") <= last))


def titled(uses: DataFrame[ParameterUse], sources: DataFrame[Source], lang: Lang) -> DataFrame[ParameterUse]:
    """Return the uses with documents by their titles; a bank's names of its own rows stay as sent."""
    titles = dict(sources.select("source_id", "title").iter_rows())
    named = pl.col("source").str.split(", ").list.eval(pl.element().replace(titles)).list.join("; ")
    words = printed_sentences()
    places = {at: in_words(at, words, OF_LOCATORS, lang) for at in uses["locator"].drop_nulls().unique()}
    return unchecked(uses.with_columns(pl.col("locator").replace(places), source=named), ParameterUse)


def editions_taken(published: Published, projects: pl.DataFrame, last: dt.date) -> DataFrame[MethodEdition]:
    """Return the editions that the projects' months of the year up to the day took; without months, those in force."""
    months = last_year_of(published["mart.project_months"], projects, last)
    ahead = projects.join(months, on="project_id", how="anti").select("method")
    by_then = published["core.method_editions"].filter(pl.col("valid_from").fill_null(last) <= last)
    in_force = by_then.group_by("method", maintain_order=True).last().join(ahead, on="method", how="semi")
    keys = ["method", "method_edition"]
    taken = pl.concat([months.select(keys), in_force.select(keys)])
    return published["core.method_editions"].join(taken, on=keys, how="semi", maintain_order="left")


def methods_of(
    methods: DataFrame[MethodEntry], editions: DataFrame[MethodEdition], projects: pl.DataFrame, lang: Lang
) -> Sequence[MethodNote]:
    """Return the methods of these projects as the document prints them, each edition of `editions` for itself."""
    titled = editions.rename({"title_zh": "edition_zh", "title_en": "edition_en"}).drop("valid_from")
    used = methods.filter(pl.col("method").is_in(projects["method"].unique().to_list()))
    formula = "formula_zh" if lang == "zh" else "formula"
    each = used.join(titled, on="method", how="left", suffix="_of_edition", maintain_order="left_right").with_columns(
        formula=pl.coalesce(f"{formula}_of_edition", formula).fill_null(""),
        method_edition=pl.when(pl.col("edition_en").is_null()).then(pl.lit("")).otherwise("method_edition"),
    )
    columns = ["method", "title_zh", "title_en", "formula", "boundary_zh", "boundary_en"]
    of_edition = ["method_edition", "edition_zh", "edition_en"]
    return [MethodNote(*row) for row in each.select(*columns, *of_edition).iter_rows()]


def sets_in_force(factor_sets: DataFrame[FactorSet], lang: Lang) -> list[str]:
    """Return the set of each family that the figures rest on, named for the reader."""
    named = filled(SIGNS[lang].titled, {"title": f"family_title_{lang}", "text": f"title_{lang}"})
    return factor_sets.filter("is_in_force").select(named.alias("named"))["named"].to_list()
