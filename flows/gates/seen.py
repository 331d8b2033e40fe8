"""What a gate saw, in English and Chinese: the wrong rows by their columns, and what is behind each in sentences."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from transforms.ground.sentences import SIGNS, Sentences, in_words, put_in

Row = Mapping[str, str]

OF_JSON: Final = "_json"
"""How the names of columns end that hold what is behind a row: objects with the name of their sentence (`is`)."""
MEASURE: Final = "measure"
"""The column that names a volume or sum in English: rows of core.loans."""
OF_MEASURES: Final = "measure_"
"""How the names of their sentences begin."""
CHINESE: Final = "_zh"
"""How the names of columns and facts end that are Chinese; the same in English is beside them."""


def observed(rows: Sequence[Row], count: int, words: Sentences, lang: str) -> str:
    """Return how many rows are wrong, and the first of them, a line each; what is behind one is printed below it.

    words: Reference.sentences.
    """
    if not count:
        return str(words["seen_nothing"][lang])
    lines = ["\n    ".join(part.rstrip() for part in _cells(row, words, lang).splitlines()) for row in rows]
    more = [put_in(words["seen_more"][lang], {"count": str(count - len(rows))})] if count > len(rows) else []
    return "\n  ".join([put_in(words["seen_wrong"][lang], {"count": str(count)}), *lines, *more])


def _cells(row: Row, words: Sentences, lang: str) -> str:
    cells = (f"{_label(name, words, lang)} {text}" for name, text in _texts(row, words, lang))
    return SIGNS[lang].cells.join(cells)


def _texts(row: Row, words: Sentences, lang: str) -> Iterator[tuple[str, str]]:
    for name, text in row.items():
        if name.endswith(CHINESE):
            continue
        own = row.get(f"{name}{CHINESE}", text) if lang == "zh" else text
        if not name.endswith(OF_JSON):
            yield name, in_words(own, words, OF_MEASURES, lang) if name == MEASURE else own
            continue
        behind = json.loads(text)
        lines = ["", *behind] if isinstance(behind, list) else [behind]
        yield name.removesuffix(OF_JSON), "\n".join(_worded(one, words, lang) for one in lines)


def _label(name: str, words: Sentences, lang: str) -> str:
    return str(words[f"label_{name}"][lang])


def _worded(thing: object, words: Sentences, lang: str) -> str:
    """One thing behind a row by its sentence; a list of them, or of numbers, one after the other."""
    if isinstance(thing, list):
        sign = SIGNS[lang].sentences if thing and isinstance(thing[0], dict) else ", "
        return sign.join(_worded(one, words, lang) for one in thing)
    if not isinstance(thing, dict):
        return "" if thing is None else str(thing)
    own = {name: value for name, value in thing.items() if not name.endswith(CHINESE)}
    chinese = {name.removesuffix(CHINESE): value for name, value in thing.items() if name.endswith(CHINESE)}
    facts = own | chinese if lang == "zh" else own
    texts = {name: _worded(value, words, lang) for name, value in facts.items()}
    return put_in(words[f"seen_{thing['is']}"][lang], texts)
