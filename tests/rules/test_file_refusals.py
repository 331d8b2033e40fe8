"""Why a file is refused whole is written in Chinese too: each error's English names its sentence."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from flows.reference.tables import printed_sentences
from tests.rules.test_architecture import CHECKOUT, modules
from transforms.deliveries.book.accounts import OF_FILES
from transforms.ground.sentences import in_words

SENTENCES: Final = {name: one for name, one in printed_sentences().items() if name.startswith(OF_FILES)}
OTHER: Final = f"{OF_FILES}other"
WORDED_BY: Final = {"UnreadableDelivery": 0, "_refused": 0, "_unreadable": 1, "_unopened": 0}
"""The error, and the functions of flows/forms that make one; which argument is what is wrong."""

TEXTS_OF: Final = ("flows/forms/lines.py", "flows/forms/apart.py")
"""Programs and readers whose ValueError is what is wrong, as it is."""

FILLED: Final = {"form.word": ["archive", "workbook"]}
"""What fills a place that decides on the sentence; any other is filled with a number."""


def texts_of(node: ast.expr) -> list[str]:
    """What an expression of texts may come to, its places filled; nothing where it is another's text."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*texts_of(one), *texts_of(other)]
        case ast.JoinedStr(values=parts):
            return ["".join(pieces) for pieces in product(*(part_of(part) for part in parts))]
    return []


def part_of(node: ast.expr) -> list[str]:
    if isinstance(node, ast.FormattedValue):
        return texts_of(node.value) or FILLED.get(ast.unparse(node.value), ["7"])
    return texts_of(node)


def whats_wrong(path: Path) -> Iterator[tuple[str, str]]:
    """What the module's errors say first, with the place."""
    module = path.relative_to(CHECKOUT).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        is_error = node.func.id == "UnreadableDelivery" or module.startswith("flows/forms/")
        if (node.func.id in WORDED_BY and is_error) or (node.func.id == "ValueError" and module in TEXTS_OF):
            texts = texts_of(node.args[WORDED_BY.get(node.func.id, 0)])
            yield from ((f"{module}:{node.lineno}", text) for text in texts)


REASONS: Final = sorted({pair for path in modules("flows", "transforms") for pair in whats_wrong(path)})


def test_the_errors_of_files_are_found() -> None:
    assert len(REASONS) > 50


@pytest.mark.parametrize(("where", "what"), REASONS)
def test_why_a_file_is_refused_has_a_chinese_sentence_of_its_own(where: str, what: str) -> None:
    reason = in_words(what, SENTENCES, OF_FILES, "zh")
    assert reason not in {what, SENTENCES[OTHER]["zh"]}, f"{where}: no [{OF_FILES}...] of sentences.toml has: {what}"
