"""A figure of a large book is the same to its last digit however often it is worked out: a sum has one order."""

import dataclasses
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from flows.reference.tables import read_reference
from tests.benchmarks.generate import write_book
from tests.benchmarks.stages import KNOWN_AT, read
from transforms.attribution.profiles import PLAIN
from transforms.attribution.shares import attribute_by
from transforms.computation.dealing import buckets_of, deal
from transforms.computation.facts import facts_of
from transforms.computation.prepared import prepare
from transforms.ground.calendar import beijing_date


@pytest.mark.proof
def test_each_basis_gives_the_same_digits_again(tmp_path: Path) -> None:
    """Polars adds up large groups in two threads; where equal keys had no order, their sums moved in the last digit."""
    write_book(tmp_path / "book", 0.1)
    book, reference = read(tmp_path / "book" / "csv", tmp_path / "home"), read_reference()
    facts = facts_of(book, reference, beijing_date(KNOWN_AT))
    prepared = prepare(next(deal(book, buckets_of(book))), reference, facts)
    rules = list(PLAIN.values())
    first = attribute_by(prepared.holdings, prepared.facts.periods, rules)
    for _ in range(3):
        again = attribute_by(dataclasses.replace(prepared.holdings), prepared.facts.periods, rules)  # no cache knows it
        for rule in rules:
            assert_frame_equal(again[rule], first[rule], check_exact=True)
