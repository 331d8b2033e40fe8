"""A night takes over what has not changed since the night before, and publishes what it would have worked out."""

import datetime as dt
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.gates.predecessor import predecessor
from flows.home.settings import Home, home
from flows.running import night as nights_of_a_book
from flows.running.computing import write_marts
from flows.running.earlier import RECORD, edition_of, keeping, kept_in_force, settle
from flows.running.engines import local
from flows.warehouse import candidate
from flows.warehouse.reading import read_existing
from schemas.catalog import TABLES, frames_of
from tests.makers import (
    KNOWN_AT,
    Row,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    reference,
    run_table,
)
from transforms.computation.dealing import only
from transforms.deliveries.book.book import Book

FIRST_NIGHT: Final = KNOWN_AT - dt.timedelta(days=10)
NEXT_NIGHT: Final = FIRST_NIGHT + dt.timedelta(days=1)
SOLAR: Final = {"method": "grid_renewable", "realisation_type": "Solar", "reported_annual_reduction_tco2": None}
NAMES: Final = ("P1", "P2", "P3", "P4", "P5", "P6")
"""One more than a night draws at random of a method and year, and another."""

PROVINCES: Final = dict(zip((*NAMES, "P7"), ("江西", "湖南", "湖北", "福建", "浙江", "广东", "安徽"), strict=True))
"""Plants of one province are judged beside each other."""

NO_EDITIONS: Final = TABLES["ops.editions"].empty_frame()

DECIDED: Final = "the program and its tables"


class Night(NamedTuple):
    """The projects that a night worked out, in each bucket, and the tables that it published."""

    worked_out: list[list[str]]
    tables: dict[str, pl.DataFrame]


def book(projects: Sequence[str] = NAMES, more: Sequence[Row] = (), **values: str) -> Book:
    """Plants with a reading of each month of 2025, MWh, and 500 yuan lent to each; more: entries."""
    factors = [
        make_parameter(scope=project, parameter_id=name, value=value, relative_uncertainty_pct="5")
        for project in projects
        for name, value in (("grid_cm_ef", "0.8"), ("reservoir_ef", "0"))
    ]
    ends = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    readings = [
        make_reading(
            project_id=name,
            value=values.get(name, "100"),
            period_start=f"2025-{month:02}-01",
            period_end=f"2025-{month:02}-{last}",
        )
        for name in projects
        for month, last in enumerate(ends, start=1)
    ]
    return make_book(
        [make_project(project_id=name, province_or_country=PROVINCES.get(name, "四川"), **SOLAR) for name in projects],
        [make_loan(loan_id=f"L{name}", project_id=name) for name in projects],
        [*(make_entry(loan_id=f"L{name}") for name in projects), *more],
        readings=readings,
        parameters=factors,
    )


def with_only(known: Book, projects: Sequence[str]) -> Book:
    """The book of fewer projects, in the same lines of the same files."""
    factors = known.tables["parameters"].filter(pl.col("scope").is_in(list(projects)))
    fewer = only(known, pl.Series("project_id", list(projects)))
    return replace(fewer, tables={**fewer.tables, "parameters": factors})


class Nights:
    """The nights of a home, each published as the pipeline does, without gates."""

    def __init__(self, place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self._count, self._begun = place, 0, list[list[str]]()
        worked_out = local.worked_out

        def noted(part: Book, *given: Any) -> local.WorkedOut:
            self._begun.append(sorted(part.tables["projects"]["project_id"]))
            return worked_out(part, *given)

        monkeypatch.setattr(local, "worked_out", noted)
        monkeypatch.setattr(nights_of_a_book, "worked_out", noted)

    def __call__(
        self,
        known: Book,
        known_at: dt.datetime = FIRST_NIGHT,
        *,
        anew: bool = False,
        decided_by: str = DECIDED,
        published: bool = True,
        settled: bool = True,
    ) -> Night:
        self._count, self._begun[:] = self._count + 1, []
        kept = keeping(self.place, decided_by, anew=anew)
        beside = None if kept.is_empty else self.place.warehouse
        run_id = f"run {self._count}"
        with candidate.building(self.place.candidate, beside) as made:
            before = predecessor(self.place, known_at)
            written = write_marts(known, reference(), known_at, made, before, keeping=kept)
            made.add("ops.runs", run_table(known_at).with_columns(run_id=pl.lit(run_id)))
            made.add("ops.flags", written.flags.unique())
            made.add("ops.restatements", written.restated)
            made.add("core.parameters", written.facts.parameters)
            for name, rows in frames_of(known.tables).items():
                if name != "parameters":
                    made.add(f"core.{name}", rows)
        kept.end(run_id)
        if published:
            candidate.publish(self.place.candidate, self.place.warehouse)
        if published and settled:
            settle(self.place)
        return Night(list(self._begun), tables_of(self.place.warehouse))


def tables_of(warehouse: Path) -> dict[str, pl.DataFrame]:
    return {name: rows for name, rows in read_existing(warehouse, list(TABLES)).items() if name != "ops.runs"}


def assert_same(one: Night, other: Night) -> None:
    """Every table has the same rows, but for the last digits of what several projects add up to."""
    assert one.tables.keys() == other.tables.keys()
    for name, rows in one.tables.items():
        keys = [column for column, dtype in rows.schema.items() if not dtype.is_float() and dtype != pl.List]
        sides = (rows.sort(keys), other.tables[name].sort(keys))
        assert_frame_equal(*sides, rel_tol=1e-12, abs_tol=1e-12, check_exact=False)


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nights:
    return Nights(home(tmp_path / "home"), monkeypatch)


@pytest.fixture
def from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nights:
    """Nights of another home, which take nothing over."""
    return Nights(home(tmp_path / "other"), monkeypatch)


def test_a_quiet_night_works_no_project_out_and_publishes_the_same(nights: Nights, from_nothing: Nights) -> None:
    nights(book())
    quiet = nights(book(), NEXT_NIGHT)
    from_nothing(book())
    assert quiet.worked_out == []
    assert_same(quiet, from_nothing(book(), NEXT_NIGHT, anew=True))


CHANGES: Final = {
    "a reading": (lambda: book(P2="110"), ["P2"]),
    "an entry": (lambda: book(more=[make_entry(loan_id="LP5", entry_id="E9", amount="7.00")]), ["P5"]),
}


@pytest.mark.parametrize("case", CHANGES)
def test_only_what_changed_is_worked_out_and_everything_is_published_as_from_nothing(
    case: str, nights: Nights, from_nothing: Nights
) -> None:
    changed, projects = CHANGES[case]
    nights(book())
    second = nights(changed(), NEXT_NIGHT)
    assert second.worked_out == [projects]
    third = nights(changed(), NEXT_NIGHT)
    assert third.worked_out == []
    from_nothing(book())
    assert_same(second, from_nothing(changed(), NEXT_NIGHT, anew=True))
    assert_same(third, from_nothing(changed(), NEXT_NIGHT, anew=True))


def test_a_new_project_is_worked_out_alone(nights: Nights, from_nothing: Nights) -> None:
    whole = book((*NAMES, "P7"))
    nights(with_only(whole, NAMES))
    second = nights(whole, NEXT_NIGHT)
    assert second.worked_out == [["P7"]]
    from_nothing(with_only(whole, NAMES))
    assert_same(second, from_nothing(whole, NEXT_NIGHT, anew=True))


def test_what_is_gone_is_restated_though_nothing_is_worked_out(nights: Nights, from_nothing: Nights) -> None:
    """A plant read 100 MWh a month, at 0.8 t. It was not drawn, so that none of the others is for the first time."""
    gone = not_drawn(nights(book()))
    fewer = with_only(book(), [name for name in NAMES if name != gone])
    second = nights(fewer, NEXT_NIGHT)
    assert second.worked_out == []
    from_nothing(book())
    assert_same(second, from_nothing(fewer, NEXT_NIGHT, anew=True))
    lost = second.tables["ops.restatements"].filter(pl.col("lender").is_null(), subject=gone)
    assert lost.select("before", "after").rows() == [(80.0, None)] * 12


def drawn(night: Night) -> set[str]:
    return set(night.tables["mart.monte_carlo_checks"]["project_id"])


def not_drawn(night: Night) -> str:
    (*_, last) = sorted(set(NAMES) - drawn(night))
    return last


def test_a_project_that_is_drawn_for_the_first_time_is_drawn_from_its_own_inputs(
    nights: Nights, from_nothing: Nights
) -> None:
    first = nights(book())
    fewer = with_only(book(), [name for name in NAMES if name != min(drawn(first))])
    second = nights(fewer, NEXT_NIGHT)
    (new,) = drawn(second) - drawn(first)
    assert second.worked_out == [[new]]  # for its drawing alone
    from_nothing(book())
    assert_same(second, from_nothing(fewer, NEXT_NIGHT, anew=True))


def test_how_far_a_ledger_is_confirmed_is_of_tonight_though_the_rest_is_taken_over(
    nights: Nights, from_nothing: Nights
) -> None:
    """An entry of LP5 of 2026 confirms the sender's other loans to the end of 2025, too."""
    later = make_entry(loan_id="LP5", entry_id="E9", value_date="2026-01-05", booked_at="2026-01-06T01:00:00+00:00")
    nights(book())
    second = nights(book(more=[later]), NEXT_NIGHT)
    assert second.worked_out == [["P5"]]
    from_nothing(book())
    assert_same(second, from_nothing(book(more=[later]), NEXT_NIGHT, anew=True))


def test_a_month_that_is_over_now_works_everything_out(nights: Nights) -> None:
    nights(book())
    following = KNOWN_AT + dt.timedelta(days=1)
    assert nights(book(), following).worked_out == [list(NAMES)]


def test_parts_of_which_little_is_left_are_put_together(nights: Nights, from_nothing: Nights) -> None:
    """Each night changes one plant: what is kept of seven nights is in one part or two."""
    for turn, name in enumerate(NAMES):
        last = nights(book(**dict.fromkeys(NAMES[: turn + 1], "110")), NEXT_NIGHT)
        assert name in last.worked_out[0]
    place = nights.place.worked_out
    assert len(list(place.iterdir())) <= 2 * 6 + 2  # six files a part, the projects, the record
    from_nothing(book())
    from_nothing(book(**dict.fromkeys(NAMES, "110")), NEXT_NIGHT, anew=True)
    assert set(tables_of(nights.place.warehouse)) == set(tables_of(from_nothing.place.warehouse))


def test_what_decides_a_figure_has_changed_and_everything_is_worked_out(nights: Nights) -> None:
    nights(book())
    assert nights(book(), NEXT_NIGHT, decided_by="another edition").worked_out == [list(NAMES)]


def test_a_sentence_of_a_method_makes_another_edition(tmp_path: Path) -> None:
    """A flag quotes it, and flags are kept."""
    about = tmp_path / "transforms" / "methods" / "heat" / "steam" / "about.toml"
    about.parent.mkdir(parents=True)
    about.write_text('title_en = "Steam"')
    first = edition_of(DECIDED, tmp_path)
    assert edition_of(DECIDED, tmp_path) == first
    about.write_text('title_en = "Steam from biomass"')
    assert edition_of(DECIDED, tmp_path) != first


def test_anew_takes_nothing_over_and_keeps_for_the_next_night(nights: Nights) -> None:
    nights(book())
    assert nights(book(), NEXT_NIGHT, anew=True).worked_out == [list(NAMES)]
    assert nights(book(), NEXT_NIGHT).worked_out == []


def test_a_published_file_that_somebody_wrote_into_is_not_taken_over(
    nights: Nights, from_nothing: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    nights(book())
    with duckdb.connect(str(nights.place.warehouse)) as connection:
        connection.execute("UPDATE mart.project_months SET emission_reductions_tco2e = 1e9")
    second = nights(book(), NEXT_NIGHT)
    assert second.worked_out == [list(NAMES)]
    assert (
        "every project is worked out anew: warehouse.duckdb is not what the last night left" in capsys.readouterr().err
    )
    from_nothing(book())
    other = from_nothing(book(), NEXT_NIGHT, anew=True)
    assert second.tables["mart.project_months"].equals(other.tables["mart.project_months"])


def test_the_record_of_editions_published_anew_leaves_what_was_kept_in_force(nights: Nights) -> None:
    nights(book())
    with kept_in_force(nights.place):
        candidate.republish(nights.place.warehouse, nights.place.candidate, {"ops.editions": NO_EDITIONS})
    assert nights(book(), NEXT_NIGHT).worked_out == []


def test_a_file_that_somebody_wrote_into_stays_another_when_it_is_published_anew(nights: Nights) -> None:
    nights(book())
    with duckdb.connect(str(nights.place.warehouse)) as connection:
        connection.execute("UPDATE mart.project_months SET emission_reductions_tco2e = 1e9")
    with kept_in_force(nights.place):
        candidate.republish(nights.place.warehouse, nights.place.candidate, {"ops.editions": NO_EDITIONS})
    assert nights(book(), NEXT_NIGHT).worked_out == [list(NAMES)]


def test_rows_in_a_log_beside_the_published_file_are_not_taken_over(nights: Nights, from_nothing: Nights) -> None:
    """DuckDB reads the log as part of the file, whose own bytes are as they were."""
    nights(book())
    path = str(nights.place.warehouse)
    write = (
        "import duckdb, os, sys; one = duckdb.connect(sys.argv[1]); "
        "one.execute('UPDATE mart.project_months SET emission_reductions_tco2e = 1e9'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", write, path], check=True)
    assert Path(f"{path}.wal").stat().st_size > 0
    second = nights(book(), NEXT_NIGHT)
    from_nothing(book())
    other = from_nothing(book(), NEXT_NIGHT, anew=True)
    assert second.tables["mart.project_months"].equals(other.tables["mart.project_months"])


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_file_of_the_cache_is_named_and_everything_is_worked_out(
    damage: str, nights: Nights, capsys: pytest.CaptureFixture[str]
) -> None:
    nights(book())
    largest = max(nights.place.worked_out.iterdir(), key=lambda path: path.stat().st_size)
    if damage == "cut":
        largest.write_bytes(largest.read_bytes()[:-1])
    else:
        largest.unlink()
    assert nights(book(), NEXT_NIGHT).worked_out == [list(NAMES)]
    assert "every project is worked out anew: 1 file(s)" in capsys.readouterr().err
    assert nights(book(), NEXT_NIGHT).worked_out == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"parts": 1}', b'{"parts": {}, "marts": []}', b"\xff"])
def test_a_record_that_is_not_whole_counts_for_none(content: bytes, nights: Nights) -> None:
    nights(book())
    (nights.place.worked_out / RECORD).write_bytes(content)
    assert nights(book(), NEXT_NIGHT).worked_out == [list(NAMES)]


def test_a_night_that_did_not_publish_leaves_what_was_kept(nights: Nights) -> None:
    nights(book())
    nights(book(P2="110"), NEXT_NIGHT, published=False)
    assert nights(book(), NEXT_NIGHT).worked_out == []


def test_a_night_that_was_killed_after_it_published_is_followed_by_one_that_takes_nothing_over(nights: Nights) -> None:
    nights(book())
    nights(book(P2="110"), NEXT_NIGHT, settled=False)
    third = nights(book(P2="110"), NEXT_NIGHT)
    assert third.worked_out == [list(NAMES)]
    assert nights(book(P2="110"), NEXT_NIGHT).worked_out == []


def test_a_folder_that_others_may_write_to_is_not_believed(nights: Nights) -> None:
    nights(book())
    nights.place.worked_out.chmod(0o770)
    assert nights(book(), NEXT_NIGHT).worked_out == [list(NAMES)]


def test_what_no_record_names_is_removed(nights: Nights) -> None:
    nights(book())
    stray = nights.place.worked_out / "stray"
    stray.write_bytes(b"of a night that was killed")
    nights(book(), NEXT_NIGHT)
    assert not stray.exists()


def test_a_project_with_the_name_of_a_loan_of_another_is_worked_out_each_night(nights: Nights) -> None:
    """A flag says its subject, which may be either."""
    names = ("P1", "LP1", "P3")
    nights(book(names))
    assert nights(book(names), NEXT_NIGHT).worked_out == [["LP1", "P1"]]


def test_a_project_with_an_entry_ahead_is_worked_out_each_night_until_its_day(
    nights: Nights, from_nothing: Nights
) -> None:
    ahead = make_entry(loan_id="LP2", entry_id="E9", value_date=f"{FIRST_NIGHT.date() + dt.timedelta(days=2)}")
    for day in range(4):
        night = nights(book(more=[ahead]), FIRST_NIGHT + dt.timedelta(days=day))
        if day:
            assert night.worked_out == ([["P2"]] if day < 3 else [])
        assert_same(night, from_nothing(book(more=[ahead]), FIRST_NIGHT + dt.timedelta(days=day), anew=True))
