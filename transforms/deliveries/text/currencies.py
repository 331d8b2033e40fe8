"""Words in a column of currencies as the codes that they stand for: 人民币, RMB, ￥ and cny are CNY."""

from collections.abc import Mapping

import polars as pl

from transforms.deliveries.text.folding import folded, rewritten
from transforms.deliveries.text.statements import plain


def codes_of(*words: Mapping[str, str]) -> dict[str, str]:
    """Return each word and each code, in small letters, with its code; words that say none are left."""
    named_codes = {word: code for named in words for word, code in named.items() if code}
    return {
        _spelled(word): code for word, code in (*named_codes.items(), *((code, code) for code in named_codes.values()))
    }


def code_of(text: str, codes: Mapping[str, str]) -> str:
    """Return the code that a text stands for, or the text without blanks around it."""
    word = plain(text)
    return codes.get(_spelled(word), word)


def coded(text: pl.Expr, codes: Mapping[str, str]) -> pl.Expr:
    """Return the text with words for a currency as codes; any other text as it is."""
    words, meant = list(codes), list(codes.values())
    standing = [code for code in set(meant) if codes.get(_spelled(code)) == code]

    def rewrite(cell: pl.Expr) -> pl.Expr:
        spelled = folded(cell).str.replace_all(r"\s", "").str.to_lowercase()
        return spelled.replace_strict(words, meant, default=cell, return_dtype=pl.String)

    return rewritten(text, lambda cells: cells.is_in(standing).not_(), rewrite)


def _spelled(word: str) -> str:
    return "".join(word.split()).lower()
