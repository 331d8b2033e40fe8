"""Words that say that there is nothing: an empty cell where one is allowed, and never the name of anything."""

from functools import cache
from typing import Final

import polars as pl

from schemas.between.deliveries import SentText
from schemas.between.ground import BrokenRule
from schemas.contract import DataFrame, Delivered, stacked, unchecked
from schemas.deliveries import WORKED_OUT_COLUMNS
from transforms.deliveries.sheets.ids import is_id
from transforms.deliveries.sheets.marks import FREE_TEXTS
from transforms.deliveries.text.folding import folded
from transforms.ground.refusals import findings, no_findings

WORDS: Final = frozenset({
    "null", "(null)", "<null>", "[null]", "\\n", "na", "n/a", "n.a.", "nan", "none", "nil", "undefined",
    "tbd", "unknown", "-", "--", "---", "—", "——", "–", "−", "/", "//", "\\", ".", "?", "??", "无", "空", "空值",
    "空白", "待定", "待补", "待补充", "不适用", "暂无", "暂缺", "没有", "未知", "不详", "不明",
})  # fmt: skip
"""In small letters and half-width signs."""

NO_SIGN_OF_A_NAME: Final = r"^[^\p{L}\p{N}]+$"
"""What holds neither a letter nor a digit names nothing: ..., “”, *."""

NAMES: Final = frozenset(
    {"lender", "project_name", "product_name", "borrower_name", "centre_name", "metric", "stratum"}
)
DITTO: Final = frozenset({"同上", "同前", "同左", "〃", "″", "ditto", "do."})
"""Words that stand for another cell."""

IN_BRACKETS: Final = r"^[(\[<{（【“\"'](.*)[)\]>}）】”\"']$"

UNDER_CONSTRUCTION: Final = frozenset(
    {"在建", "在建中", "建设中", "未投产", "未投运", "尚未投产", "拟建", "筹建", "under construction"}
)
"""A day of commissioning that has not come."""

EVERY_WORD: Final = WORDS | UNDER_CONSTRUCTION | DITTO

METHOD: Final = frozenset({"none"})
UNIT_OF_ONE: Final = frozenset({"-"})
"""Where such a word is one of the contract's own: the method without a formula, the unit of a ratio."""

RESERVED: Final = frozenset(
    {
        "*",
        "all",
        "all-lenders",
        "all_lenders",
        "all lenders",
        "total",
        "全部",
        "全部贷款机构",
        "所有",
        "所有机构",
        "合计",
        "总计",
    }
)
"""What stands for the whole book in documents and questions: no lender may be called so."""


def emptied(sent: DataFrame[SentText], suspects: list[str]) -> DataFrame[SentText]:
    """Return the cells with the words for nothing taken out of the suspected columns."""
    return unchecked(sent.with_columns(_unless_nothing(name) for name in suspects), SentText)


@cache
def _unless_nothing(name: str) -> pl.Expr:
    return pl.when(~is_nothing(name)).then(pl.col(name)).alias(name)


def suspected(sent: DataFrame[SentText], contract: type[Delivered]) -> list[str]:
    """Return the columns in which some cell is a word that may stand for nothing or for another cell.

    Most tables hold none: to look at every text once costs a tenth of what it does to look column by column.
    """
    names = [name for name in contract.columns() if name not in WORKED_OUT_COLUMNS]
    written = sent.select(cell=pl.concat_list(pl.col(name).unique().implode() for name in names).explode())
    wordy = written.filter(~pl.col("cell").str.contains(r"\d"))  # none of the words has a digit
    words = wordy.filter(_text("cell").str.contains(NO_SIGN_OF_A_NAME) | _is_word("cell", EVERY_WORD))["cell"]
    return [name for name in names if sent[name].is_in(words.implode()).any()] if words.len() else []


def named_nothing(sent: DataFrame[SentText], contract: type[Delivered], suspects: list[str]) -> DataFrame[BrokenRule]:
    """Return a finding for each word for nothing in a cell that must not be empty, and each lender called all."""
    columns = contract.to_schema().columns
    found = [_finding(sent, name) for name in suspects if not columns[name].nullable]
    reserved = [_reserved(sent)] if "lender" in columns else []
    return stacked([no_findings(), *reserved, *_dittos(sent, suspects), *found])


@cache
def is_nothing(column: str) -> pl.Expr:
    """Return whether a cell is a word for nothing, in brackets or not, or as a name has neither letter nor digit."""
    if column == "commissioning_date":
        return _is_word(column, WORDS | UNDER_CONSTRUCTION)
    own = METHOD if column == "method" else UNIT_OF_ONE if column.endswith("unit") else frozenset()
    text, is_word = _text(column), _is_word(column, WORDS - own)
    return is_word | text.str.contains(NO_SIGN_OF_A_NAME) if is_id(column) or column in NAMES else is_word


def _is_word(column: str, words: frozenset[str]) -> pl.Expr:
    text = _text(column)
    return text.is_in(words) | text.str.replace(IN_BRACKETS, "$1").str.strip_chars().is_in(words)


@cache
def _text(column: str) -> pl.Expr:
    return folded(pl.col(column)).str.strip_chars().str.to_lowercase()


def _dittos(sent: DataFrame[SentText], suspects: list[str]) -> list[DataFrame[BrokenRule]]:
    """Findings for cells that stand for the one above: whose value they have is not written in them."""
    return [
        findings(
            sent,
            _is_ditto(name),
            rule="ditto",
            column=name,
            reason=pl.format("{} '{}' stands for another cell; write the value into each row", pl.lit(name), name),
        )
        for name in suspects
        if name not in FREE_TEXTS
    ]


@cache
def _is_ditto(name: str) -> pl.Expr:
    return _text(name).is_in(DITTO)


def _finding(sent: DataFrame[SentText], name: str) -> DataFrame[BrokenRule]:
    reason = pl.format("{} '{}' says that there is none, and it must not be empty", pl.lit(name), name)
    return findings(sent, is_nothing(name), rule="word_for_nothing", column=name, reason=reason)


def _reserved(sent: DataFrame[SentText]) -> DataFrame[BrokenRule]:
    is_reserved = _text("lender").is_in(RESERVED)
    reason = pl.format("lender '{}' stands for all lenders together; name the lender", "lender")
    return findings(sent, is_reserved, rule="reserved_name", column="lender", reason=reason)
