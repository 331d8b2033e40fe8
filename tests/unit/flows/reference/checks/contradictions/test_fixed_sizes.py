"""Sizes that no table may change: numerals and units."""

import tomllib

import pytest

from flows.home.settings import REFERENCE
from flows.reference.checks.contradictions.fixed_sizes import SIZES_OF_UNITS, numeral, wrong_size

NUMERALS = {
    "万": 10_000, "百万元": 1_000_000, "人民币亿元": 100_000_000, "万元人民币": 10_000,
    "万亿": 1_000_000_000_000, "10,000 CNY": 10_000, "10K cny": 10_000,
    "'000": 1000, "'0000": 10_000, "Hundred Million": 100_000_000, "bn": 1_000_000_000, "１０万": 100_000,
    "元": 1, "tCO2e": 1, "": 1,
    "万户": None, "dozen": None, "10.5": None, "1,00": None, "mt": None,
}  # fmt: skip


@pytest.mark.parametrize(("word", "size"), NUMERALS.items())
def test_a_word_is_the_product_of_its_numerals(word: str, size: int | None) -> None:
    assert numeral(word) == size


def test_every_scale_and_every_unit_of_the_tables_is_known() -> None:
    headers = tomllib.loads((REFERENCE / "headers.toml").read_text(encoding="utf-8"))
    scales = headers["scales"] | headers["beside"]["scales"]
    assert {word: numeral(word) for word in scales} == scales
    units = tomllib.loads((REFERENCE / "units.toml").read_text(encoding="utf-8"))
    assert {text.partition(" ")[0] for text in units["definitions"]} == SIZES_OF_UNITS.keys()


@pytest.mark.parametrize(
    ("name", "product", "words"),
    [
        ("hour", "day / 24", None),
        ("kilowatt", "3600 * kilojoule / hour", None),
        ("furlong", "660 * foot", None),
        ("litre", "barrel / 159", None),
        ("litre", "cubic_meter / 100", "0.001 cubic_meter"),
        ("yuan", "10 * jiao", None),
        ("watt", "joule", "1 joule / second"),
        ("yuan", "piece", "1 yuan"),
    ],
)
def test_a_unit_is_made_of_what_the_others_are(name: str, product: str, words: str | None) -> None:
    assert wrong_size(name, product) == words
