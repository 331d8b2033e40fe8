"""Why a run ended is written in Chinese too: each error that may end one names its sentence by its English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from flows.published.needs import ENDED
from flows.published.wording import SENTENCES
from schemas import errors
from tests.rules.test_architecture import CHECKOUT, modules
from tests.rules.test_file_refusals import texts_of
from transforms.ground.sentences import in_words

ERRORS: Final = {
    "EnvironmentFailure": 0,
    "NotBegun": 0,
    "ContradictoryReference": 0,
    "_failure": 1,
    "_named_failures": 2,
}
"""The errors and who makes one; which argument is what is wrong."""

LETTER: Final = re.compile("[a-z]")
BEFORE_ANOTHERS: Final = {"_named_failures"}
"""Whose text is put before that of a server."""

OF_NIGHTS: Final = (
    "flows/running/",
    "flows/landing/",
    "flows/warehouse/",
    "flows/gates/",
    "flows/reference/",
    "flows/home/writing.py",
    "flows/published/documents/states.py",
    "flows/published/documents/again.py",
    "flows/published/receipts/table.py",
    "reports/",
)
"""What a night passes through; settings are read before one begins, and a signature is laid by hand."""


def whats_wrong(path: Path) -> Iterator[tuple[str, str]]:
    module = path.relative_to(CHECKOUT).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            behind = ": 7" if node.func.id in BEFORE_ANOTHERS else ""
            texts = [text + behind for text in texts_of(node.args[ERRORS[node.func.id]])]
            yield from ((f"{module}:{node.lineno}", text) for text in texts if LETTER.search(text))


ENDINGS: Final = sorted(
    {
        pair
        for path in modules("flows", "reports")
        if path.relative_to(CHECKOUT).as_posix().startswith(OF_NIGHTS)
        for pair in whats_wrong(path)
    }
)


def test_the_errors_of_nights_are_found() -> None:
    assert len(ENDINGS) > 25


@pytest.mark.parametrize(("where", "what"), ENDINGS)
def test_why_a_run_ended_has_a_chinese_sentence_of_its_own(where: str, what: str) -> None:
    assert in_words(what, SENTENCES, ENDED, "zh") != what, f"{where}: no [{ENDED}...] of status.toml has: {what}"


@pytest.mark.parametrize("sentence", [name for name in SENTENCES if name.startswith(ENDED)])
def test_each_sentence_is_of_an_error_that_there_is(sentence: str) -> None:
    own = {sentence: SENTENCES[sentence]}
    assert any(in_words(what, own, ENDED, "zh") != what for _, what in ENDINGS), f"no error says {own[sentence]['en']}"


def test_each_kind_of_error_has_a_chinese_name() -> None:
    kinds = {
        name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.GreenloanError)
    }
    assert {f"kind_{kind}" for kind in kinds - {"GreenloanError", "UnreadableDelivery"}} <= set(SENTENCES)
