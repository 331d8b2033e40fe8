"""The formulas that run come to the published tonnes from what the published file says that they read."""

from functools import cache
from typing import Final

import polars as pl
import pytest

from schemas.words.containers import AVOIDED
from tests.benchmarks.generate import write_book
from tests.benchmarks.stages import KNOWN_AT, read
from tests.makers import book_as_known, reference
from tests.properties.seeded_faults import sample_book
from transforms.attribution.profiles import PLAIN
from transforms.bridge.leaves import LEAF, MONTH, leaves
from transforms.bridge.reductions import _under, months_of
from transforms.bridge.state import State, item_kinds
from transforms.computation.prepared import Prepared
from transforms.ground.calendar import year
from transforms.methods.catalog import EDITIONS, METHODS

SCALE: Final = 0.02
IN_NEITHER: Final = {
    "industrial_energy_saving",
    "industrial_energy_saving_per_output",
    "led_lighting",
    "wastewater_treatment",
    "straw_utilization",
}
"""Methods of no project of these books: their symbols are of kinds that others have."""


@cache
def the_sample_book() -> Prepared:
    return book_as_known(sample_book())


def of_year(known: Prepared) -> State:
    kinds = item_kinds(reference().metrics)
    return State(known.holdings, known.uses, known.worked_out.uses, year(2025), PLAIN["period_end"], kinds)


def as_kept(state: State) -> pl.DataFrame:
    """The state's months of formulas, each with what its formula comes to from what is kept of it."""
    months = months_of(state)
    kept = leaves(state, state, months.select(MONTH)).select(*LEAF, value="before", mask=pl.lit(0))
    kinds = kept.with_columns(kind=pl.col("metric").replace_strict(dict(state.kinds), default=""))
    read = kinds.join(months.select(*MONTH, "method", "method_edition"), on=MONTH)
    parts = [
        _under(EDITIONS[key], rows.drop("method", "method_edition"))
        for key, rows in read.partition_by("method", "method_edition", as_dict=True).items()
    ]
    return months.join(pl.concat(parts).rename({"tonnes": "kept"}), on=MONTH)


@pytest.fixture(scope="module")
def book_of_every_kind(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("kinds")
    write_book(folder / "inbox", SCALE, forms=["csv"])
    return book_as_known(read(folder / "inbox", folder / "home"), KNOWN_AT)


def assert_comes_to_what_is_published(months: pl.DataFrame) -> None:
    assert months["kept"].to_list() == pytest.approx(months["tonnes"].to_list(), rel=1e-12)


def test_what_is_kept_of_either_book_comes_to_its_tonnes(book_of_every_kind: Prepared) -> None:
    """Heat, power, buildings, fields, stables: fuels, crops and animals as items, plants that share a symbol."""
    books = [as_kept(of_year(book)) for book in (the_sample_book(), book_of_every_kind)]
    for months in books:
        assert_comes_to_what_is_published(months)
    formulas = {name for name, entry in reference().methods.items() if entry["container"] == AVOIDED} & set(METHODS)
    assert formulas - set(pl.concat(books)["method"]) == IN_NEITHER
