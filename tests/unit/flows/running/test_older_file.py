"""Whatever the file published before lacks, the next night ends, names it, and states no cause that it cannot know."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import polars as pl
import pytest

from flows.gates.predecessor import predecessor
from flows.home.settings import Home, home
from flows.reference.tables import printed_sentences
from flows.running.computing import Comparison
from flows.running.engines.local import on_this_machine
from flows.warehouse import candidate
from flows.warehouse.holdings import OF_STATES
from schemas.catalog import TABLES, Published, frames_of
from tests.makers import (
    KNOWN_AT,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    reference,
)
from tests.unit.flows.running.test_computing import NEXT_NIGHT, night
from transforms.answers.restatement_causes import CAUSE_TABLES
from transforms.answers.restatements import FIGURES, OF_THE_WHOLE
from transforms.computation.dealing import buckets_of
from transforms.computation.facts import Facts, facts_of
from transforms.computation.whole import compute_whole, sums_together
from transforms.deliveries.book.book import Book
from transforms.ground.calendar import beijing_date

THIRD_NIGHT: Final = NEXT_NIGHT + dt.timedelta(days=1)
SOLAR: Final = {"method": "grid_renewable", "realisation_type": "Solar", "reported_annual_reduction_tco2": None}


def book(**values: str) -> Book:
    """Plants with a loan and a reading of the first quarter of 2025 each, MWh at 0.8 t."""
    factors = {"grid_cm_ef": "0.8", "reservoir_ef": "0"}
    return make_book(
        [make_project(project_id=name, **SOLAR) for name in values],
        [make_loan(loan_id=f"L{name}", project_id=name) for name in values],
        [make_entry(loan_id=f"L{name}") for name in values],
        readings=[
            make_reading(project_id=name, value=value, period_end="2025-03-31") for name, value in values.items()
        ],
        parameters=[
            make_parameter(scope=name, parameter_id=factor, value=value)
            for name in values
            for factor, value in factors.items()
        ],
    )


FIRST, SECOND, THIRD = (book(P1=read, P2="180") for read in ("90", "99", "108"))
"""P1 read more, and more again: in January 31 of 90 days, 24.8 t, then 27.28 t, then 29.76 t; P2 49.6 t."""

ANOTHER_PROGRAM: Final = """
UPDATE mart.project_months SET emission_reductions_tco2e = emission_reductions_tco2e + 1 WHERE project_id = 'P2'
"""
"""The program that wrote the file had other figures of P2."""

OF_CAUSES: Final = (*(f"core.{table}" for table in CAUSE_TABLES), "core.parameters", "mart.parameter_uses")
OF_FIGURES: Final = (*FIGURES, *OF_THE_WHOLE, "ops.restatements")
DAMAGES: Final = [(table, column) for table in (*OF_CAUSES, *OF_FIGURES) for column in (None, *TABLES[table].columns())]
PROGRAM: Final = printed_sentences()["cause_program"]


class Night(NamedTuple):
    """What a night restates: in earlier nights, and of its own; and what it says that the file before lacks."""

    history: pl.DataFrame
    new: pl.DataFrame
    gaps: list[str]

    def names(self, table: str, column: str | None, consequence: str) -> bool:
        part = f"{table} ({column})" if column else table
        return any(part in gap and consequence in gap for gap in self.gaps)


class Candidate(NamedTuple):
    """The third night's marts, and the file in which they are written."""

    facts: Facts
    marts: Published
    whole: Published
    made: candidate.Building


@pytest.fixture(scope="module")
def third(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Candidate]:
    facts = facts_of(THIRD, reference(), beijing_date(THIRD_NIGHT))
    (bucket,) = on_this_machine(THIRD, reference(), facts, buckets_of(THIRD))
    with candidate.building(tmp_path_factory.mktemp("third") / "candidate.duckdb") as made:
        for name, rows in frames_of(bucket.marts).items():
            made.add(name, rows)
        whole = compute_whole(THIRD, reference(), facts, sums_together([bucket.sums])).marts
        yield Candidate(facts, bucket.marts, whole, made)


def beside(place: Home, third: Candidate) -> Night:
    """What the third night restates beside the file published before."""
    before = predecessor(place, THIRD_NIGHT)
    comparison = Comparison(before, THIRD, third.facts.parameters)
    comparison.add(frozenset({"P1", "P2"}), third.marts)
    restated = comparison.restated(THIRD, third.made, THIRD_NIGHT, third.whole)
    assert comparison.problem is None
    is_new = pl.col("since") == THIRD_NIGHT
    return Night(restated.filter(~is_new), restated.filter(is_new), before.gaps)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with what an earlier night restated."""
    place = home(tmp_path_factory.mktemp("published"))
    night(place, FIRST, KNOWN_AT)
    night(place, SECOND, NEXT_NIGHT)
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute(ANOTHER_PROGRAM)
        read = {table for table, _ in DAMAGES} | {"ops.runs", "ops.state_totals", "mart.bridge_nights", *OF_STATES}
        for table in TABLES.keys() - read:  # a small file is copied and opened faster
            connection.execute(f"DROP TABLE {table}")
    return place.warehouse


@pytest.fixture(scope="module")
def whole(published: Path, third: Candidate, tmp_path_factory: pytest.TempPathFactory) -> Night:
    place = home(tmp_path_factory.mktemp("whole"))
    place.warehouse.parent.mkdir(parents=True)
    shutil.copy(published, place.warehouse)
    return beside(place, third)


@pytest.fixture
def place(published: Path, tmp_path: Path) -> Home:
    """A home with a copy of the published file."""
    place = home(tmp_path)
    place.warehouse.parent.mkdir(parents=True)
    shutil.copy(published, place.warehouse)
    return place


def test_of_a_whole_file_every_cause_is_known_and_nothing_is_named(whole: Night) -> None:
    january = whole.new.filter(pl.col("period") == "2025-01")
    assert january.select("subject", "before", "after", "cause").rows() == [
        ("P1", pytest.approx(27.28), pytest.approx(29.76), "operating: sender/operating_1.csv line 2"),
        ("P2", pytest.approx(50.6), pytest.approx(49.6), PROGRAM["en"]),
    ]
    assert whole.new["lender"].null_count() < whole.new.height
    assert whole.history.height > 0
    assert whole.gaps == []


@pytest.mark.parametrize(("table", "column"), DAMAGES)
def test_what_a_file_lacks_is_named_and_no_cause_in_it_is_guessed(
    whole: Night, third: Candidate, place: Home, table: str, column: str | None
) -> None:
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"' if column else f"DROP TABLE {table}")
    found = beside(place, third)
    figures = [name for name in whole.new.columns if name not in {"cause", "cause_zh"}]
    if not found.new.select(figures).equals(whole.new.select(figures)):
        assert found.names(table, column, "compared with none")
        assert found.new.join(whole.new, on=figures, how="anti", nulls_equal=True).is_empty()
    if not found.history.equals(whole.history):
        assert found.names(table, column, "not carried on") or column in {"cause_zh", "figure_name"}
    if found.names(table, column, "not known") or table.startswith("core."):
        assert found.names(table, column, "not known")
        assert found.new["cause"].str.contains(rf"a cause in [\w., ]*{table}[\w., ]* is not known").all()
        assert found.new["cause_zh"].str.contains(rf"{table}[\w., ]* 中的原因未知").all()
        assert not found.new["cause"].str.contains(PROGRAM["en"], literal=True).any()
        assert not found.new["cause_zh"].str.contains(PROGRAM["zh"], literal=True).any()
    else:
        causes = dict(whole.new.select("subject", "cause").iter_rows())
        assert dict(found.new.select("subject", "cause").iter_rows()).items() <= causes.items()


@pytest.mark.parametrize("table", ["mart.project_months", "mart.attributed_reductions"])
def test_figures_of_a_table_that_is_not_there_are_not_restated(
    whole: Night, third: Candidate, place: Home, table: str
) -> None:
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute(f"DROP TABLE {table}")
    assert beside(place, third).new.height < whole.new.height


def test_a_figure_that_an_older_program_had_not_leaves_the_others_of_its_table_compared(
    whole: Night, third: Candidate, place: Home
) -> None:
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute(
            "ALTER TABLE mart.attributed_reductions DROP COLUMN attributed_annual_reductions_tco2e_per_year"
        )
    found = beside(place, third)
    tonnes = pl.col("unit") == "tCO2e"
    assert found.new.filter(tonnes).equals(whole.new.filter(tonnes))
    assert found.names("mart.attributed_reductions", "attributed_annual_reductions_tco2e_per_year", "with none")


@pytest.mark.parametrize(
    "damage", ["DROP TABLE ops.runs", "ALTER TABLE ops.runs DROP COLUMN known_at", "DELETE FROM ops.runs"]
)
def test_a_file_of_no_known_moment_is_compared_with_none_and_its_history_goes_on(
    whole: Night, place: Home, damage: str
) -> None:
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute(damage)
    before = predecessor(place, THIRD_NIGHT)
    assert before.moment is None
    assert (
        before.problem == "its ops.runs does not say up to when it knows: this night was compared with none before it"
    )
    assert before.restated.equals(whole.history)
    assert predecessor(place, KNOWN_AT).restated.is_empty()  # it was restated a night later
    with duckdb.connect(str(place.warehouse)) as connection:
        connection.execute("ALTER TABLE ops.restatements DROP COLUMN container")
    assert str(predecessor(place, THIRD_NIGHT).problem).endswith("and what it restated is not carried on")
