"""What is printed in Chinese is data beside its English: flags.toml, gates.toml, sentences.toml, about.toml, words.typ.

Code holds Chinese where it reads the files of senders: words and patterns that are looked for, and in an English
refusal the header or unit that a sender is to write.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.integration.chinese import english_words

CHECKOUT: Final = Path(__file__).resolve().parents[3]
ROOMS: Final = ("transforms", "flows", "schemas", "reports")
CHINESE: Final = re.compile("[一-鿿]|[、。，；：！？（）《》“”〔〕]")
"""Words and the signs between them."""
READERS: Final = ("transforms/deliveries/", "flows/forms/", "flows/landing/")
"""Rooms that read what senders wrote."""
A_SENTENCE: Final = re.compile("[一-鿿][，；。]")
"""More than a header, a unit or a word that is looked for."""
COMMAND: Final = "greenloan nightly"
"""What a person is to type is the same in any language."""
A_PATTERN: Final = re.compile(r"[|\\]|\[\^|\(\?")

ALLOWED: Final = {
    "flows/reference/checks/contradictions/fixed_sizes.py": "numerals, as senders write them, and what they count",
    "flows/reference/checks/contradictions/fixed_units.py": "units, as metrics.toml must spell them",
    "flows/reference/checks/contradictions/spelled_sizes.py": "units, as senders write them",
    "flows/reference/checks/names/provinces.py": "names of provinces, as regions.csv must spell them",
    "flows/reference/checks/written/signs.py": "signs that part names, as a table may have them by mistake",
    "reports/glyphs.py": "brackets around the number of a character that no font has, in either language",
    "transforms/ground/sentences.py": "SIGNS, those of each language",
    "transforms/registers/project_library.py": "signs by which senders part names",
    "transforms/flags/projects.py": "示例 is looked for: the mark of the template's example rows",
    "transforms/outcomes/credits.py": "schemes that senders name are looked for",
}
"""Module and why it may."""


class Held(NamedTuple):
    """A text in code that has Chinese in it."""

    module: str
    line: int
    text: str


def held(module: str, source: str) -> Iterator[Held]:
    """Return the texts with Chinese; docstrings and what is written below a constant for its reader are none."""
    tree = ast.parse(source)
    explained = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained
        if is_text and CHINESE.search(node.value):
            yield Held(module, node.lineno, node.value)


def is_printed(one: Held) -> bool:
    """True of every text outside the readers, and of a sentence in them."""
    if not one.module.startswith(READERS):
        return True
    return bool(A_SENTENCE.search(one.text)) and not A_PATTERN.search(one.text)


def printed() -> list[Held]:
    paths = sorted(path for room in ROOMS for path in (CHECKOUT / room).rglob("*.py"))
    names = [path.relative_to(CHECKOUT).as_posix() for path in paths]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return [one for name, text in zip(names, texts, strict=True) for one in held(name, text) if is_printed(one)]


def test_no_code_prints_chinese_words_of_its_own() -> None:
    found = [one for one in printed() if one.module not in ALLOWED]
    assert found == [], "write them into a table, beside their English: flags.toml, gates.toml, sentences.toml ..."


def test_what_is_allowed_is_needed() -> None:
    assert {one.module for one in printed()} >= set(ALLOWED)


def chinese_texts(entry: object, where: str) -> Iterator[tuple[str, str]]:
    """Every text under a key that says that it is Chinese, with its place."""
    if isinstance(entry, dict):
        for name, inner in entry.items():
            yield from chinese_texts(inner, f"{where} {name}")
    elif isinstance(entry, list):
        for inner in entry:
            yield from chinese_texts(inner, where)
    elif isinstance(entry, str) and re.search(r"\b\w*zh\b", where):
        yield where, entry


def test_no_chinese_text_in_the_tables_has_english_in_it() -> None:
    files = sorted(path for room in ("data", *ROOMS) for path in (CHECKOUT / room).rglob("*.toml"))
    tables = [(path.name, tomllib.loads(path.read_text(encoding="utf-8-sig"))) for path in files]
    texts = [pair for name, table in tables for pair in chinese_texts(table, name)]
    assert len(texts) > 400
    assert [(where, words) for where, text in texts if (words := english_words(text, COMMAND))] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("需要：heat_delivered or steam_delivered and every fuel", ["and every fuel"]),
        ("出自 IPMVP option C, baseline period (from memory)", ["baseline period", "from memory"]),
        ("23989.09 MWh / (8.0 MW x 8760 h)，CDM AMS-II.C，steam_heating_chp_energy、pboc_crf，{first} {last}", []),
        ("（boiler tests before the project）", []),
    ],
)
def test_two_english_words_side_by_side_are_found_and_no_ids_units_or_quotations(text: str, words: list[str]) -> None:
    assert english_words(text, "boiler tests before the project") == words


@pytest.mark.parametrize(
    ("module", "source", "is_found"),
    [
        ("transforms/flags/loans.py", 'words = ("none", "无")', True),
        ("transforms/flags/loans.py", '"""A docstring may say 万元."""', False),
        ("reports/crf/lines.py", 'named = "{}：{}"', True),
        ("transforms/flags/readings.py", 'texts.str.join("、")', True),
        ("transforms/deliveries/lists.py", 'remedy = "add the column currency (币种)"', False),
        ("transforms/deliveries/lists.py", 'remedy = "请补报币种，否则不予计入"', True),
        ("transforms/deliveries/lists.py", 'ROWS = "合计|小计[^。；]*"', False),
    ],
)
def test_the_rule_finds_words_that_are_printed_and_no_others(module: str, source: str, is_found: bool) -> None:
    assert any(is_printed(one) for one in held(module, source)) == is_found
