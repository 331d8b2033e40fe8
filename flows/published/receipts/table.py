"""Every published number by its code (`mart.receipts`): a function of what the editions print."""

import tomllib
from importlib import resources
from typing import Final

import polars as pl

from reports.codes import refuse_shared
from schemas.contract import DataFrame, conform
from schemas.disclosures import EditionEntry, EditionFigure, Receipt
from schemas.errors import EnvironmentFailure
from transforms.ground.sentences import Sentences

WORDS: Final[Sentences] = tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))
"""What numbers are made of, and what `greenloan explain` says of them."""

MADE_OF: Final = "made_of_"
DOCUMENT: Final = ["report", "period", "document_name"]


def receipts_of(editions: DataFrame[EditionEntry], figures: DataFrame[EditionFigure]) -> DataFrame[Receipt]:
    """Return each number of the newest edition of each document; raise EnvironmentFailure where two have one code."""
    newest = figures.filter(
        pl.col("receipt_code").is_not_null(), pl.col("edition_number") == pl.col("edition_number").max().over(DOCUMENT)
    )
    parties = editions.select(*DOCUMENT, "edition_number", "lender", "lang")
    printed = newest.join(parties, on=[*DOCUMENT, "edition_number"], maintain_order="left").drop_nulls("lender")
    owners = ["receipt_code", "report", "period", "lender"]
    refuse_shared((code, owner) for code, *owner in printed.select(owners).unique().sort(owners).iter_rows())
    label = {lang: pl.col("figure_label").filter(pl.col("lang") == lang).first() for lang in ("en", "zh")}
    rows = printed.group_by(owners, maintain_order=True).agg(
        pl.col("printed_text", "value", "unit", "figure_key").first(),
        figure_label=label["en"],
        figure_label_zh=label["zh"],
    )
    _refuse_unworded({kind_of_figure(key) for key in rows["figure_key"]})
    named = rows.with_columns(kind=pl.Series(map(kind_of_figure, rows["figure_key"]), dtype=pl.String))
    texts = {
        f"made_of{suffix}": pl.col("kind").replace_strict(
            {name.removeprefix(MADE_OF): one[lang] for name, one in WORDS.items() if name.startswith(MADE_OF)},
            return_dtype=pl.String,
        )
        for suffix, lang in (("", "en"), ("_zh", "zh"))
    }
    return conform(named.with_columns(**texts), Receipt).sort("report", "period", "lender", "receipt_code")


def _refuse_unworded(kinds: set[str]) -> None:
    """Raise EnvironmentFailure where nothing says what numbers are made of, as of a new kind of document."""
    known = {name.removeprefix(MADE_OF) for name in WORDS if name.startswith(MADE_OF)}
    if missing := sorted(kinds - known):
        raise EnvironmentFailure(
            f"no words say what printed numbers are made of: {', '.join(missing)}",
            where="flows/published/receipts/words.toml",
            available=", ".join(sorted(known)),
            remedy=f"add [{MADE_OF}{missing[0]}] with en and zh (CONTRIBUTING.md, A document)",
        )


def kind_of_figure(key: str) -> str:
    """Return which kind of number a figure's key names: the list that it is in, and its part of the row."""
    first, _, rest = key.partition("/")
    part = rest.rpartition("/")[2].partition("#")[0]
    return f"input_{part}" if first == "range" and "/" in rest else f"{first}_{part}"
