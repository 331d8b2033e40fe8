"""Two published files are the same figure by figure, or the difference is named and the comparison fails."""

from pathlib import Path
from typing import Final

import duckdb
import pytest

from tests.before_and_after.compare import compare, main

MONTHS: Final = [("P1", "2025-01-01", 31.0, "measured"), ("P2", "2025-01-01", 7.5, "measured")]
NIGHT: Final = ("a1", "2026-01-02 03:00:00")


def published(
    path: Path,
    months: list[tuple[str, str, float | None, str]] = MONTHS,
    night: tuple[str, str] = NIGHT,
    columns: str = "project_id VARCHAR, month_start_date DATE, emission_reductions_tco2e DOUBLE, status VARCHAR",
) -> Path:
    with duckdb.connect(path) as connection:
        connection.execute(f"CREATE SCHEMA mart; CREATE SCHEMA ops; CREATE TABLE mart.project_months ({columns})")
        connection.executemany("INSERT INTO mart.project_months VALUES (?, ?, ?, ?)", months)
        connection.execute("CREATE TABLE ops.runs (run_id VARCHAR, started_at TIMESTAMP)")
        connection.execute("INSERT INTO ops.runs VALUES (?, ?)", night)
    return path


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return published(tmp_path / "before.duckdb")


def test_the_same_figures_of_another_night_in_another_order_are_the_same(before: Path, tmp_path: Path) -> None:
    after = published(tmp_path / "after.duckdb", MONTHS[::-1], ("b2", "2026-01-03 03:00:00"))
    compared = compare(before, after)
    assert (compared.is_same, compared.differences) == (True, ())
    assert main([str(before), str(after)]) == 0


@pytest.mark.parametrize(
    "months",
    [
        [("P1", "2025-01-01", 31.000000000000004, "measured"), MONTHS[1]],
        [("P1", "2025-01-01", None, "measured"), MONTHS[1]],
        [("P1", "2025-01-01", 7.5, "measured"), ("P2", "2025-01-01", 31.0, "measured")],
        [("P1", "2025-02-01", 31.0, "measured"), MONTHS[1]],
        [*MONTHS, MONTHS[0]],
        MONTHS[:1],
        [("P1", "2025-01-01", 31.0, "reported"), MONTHS[1]],
    ],
    ids=["the last digit", "blank", "of each other's project", "of another month", "twice", "a row less", "a status"],
)
def test_a_figure_that_moved_is_named_and_ends_with_1(
    months: list[tuple[str, str, float | None, str]],
    before: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([str(before), str(published(tmp_path / "after.duckdb", months))]) == 1
    assert "FIGURES: mart.project_months" in capsys.readouterr().out


def test_other_words_for_the_same_figures_are_named_alone(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reworded = [(project, month, tonnes, "read by a meter") for project, month, tonnes, _ in MONTHS]
    assert main([str(before), str(published(tmp_path / "after.duckdb", reworded))]) == 0
    printed = capsys.readouterr().out
    assert "words: mart.project_months (status): 2 row(s) before, 2 after" in printed
    assert "figures differ in 0" in printed


def test_how_far_figures_moved_is_named_where_they_are_of_the_same_things(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """31 t to 31.0062 t are 0.02 % of it; 7.5 t stay."""
    moved = [("P1", "2025-01-01", 31.0062, "measured"), MONTHS[1]]
    assert main([str(before), str(published(tmp_path / "after.duckdb", moved))]) == 1
    assert "1 row(s) before, 1 after, by at most 2.0e-04 of themselves" in capsys.readouterr().out


def test_rows_within_the_tolerance_are_counted_apart_and_make_no_difference(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """31 t to 31.0062 t are 0.02 % of it: within 0.1 %, beyond 0.01 %; 7.5 t stay."""
    after = published(tmp_path / "after.duckdb", [("P1", "2025-01-01", 31.0062, "measured"), MONTHS[1]])
    assert main([str(before), str(after), "--tolerance", "1e-3"]) == 0
    printed = capsys.readouterr().out
    near = "1 row(s) equal only within 0.001, by at most 2.0e-04 of themselves"
    assert f"near: mart.project_months (emission_reductions_tco2e): {near}\n" in printed
    assert "figures differ in 0, 1 row(s) are equal only within 0.001" in printed
    assert main([str(before), str(after), "--tolerance", "1e-4"]) == 1
    assert "figures differ in 1, 0 row(s)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "months",
    [
        [("P1", "2025-01-01", None, "measured"), MONTHS[1]],
        [("P1", "2025-02-01", 31.0, "measured"), MONTHS[1]],
        [("P1", "2025-01-01", 31.0, "reported"), MONTHS[1]],
        [*MONTHS, MONTHS[0]],
        [("P1", "2025-01-01", -31.0, "measured"), MONTHS[1]],
    ],
    ids=["blank", "another month", "a status", "twice", "the other sign"],
)
def test_no_tolerance_hides_what_is_more_than_a_last_digit(
    months: list[tuple[str, str, float | None, str]], before: Path, tmp_path: Path
) -> None:
    after = published(tmp_path / "after.duckdb", months)
    assert main([str(before), str(after), "--tolerance", "0.5"]) == 1


def test_of_rows_alike_each_is_near_one_other_row_at_most(tmp_path: Path) -> None:
    """Two rows of one month, of which one came near and one left: 31 t and 31 t, then 31.0062 t and 40 t."""
    twice = published(tmp_path / "twice.duckdb", [MONTHS[0], MONTHS[0]])
    moved = [("P1", "2025-01-01", tonnes, "measured") for tonnes in (31.0062, 40.0)]
    (found,) = compare(twice, published(tmp_path / "after.duckdb", moved), 1e-3).differences
    assert [len(rows) for rows in found.rows] == [1, 1, 1]


def test_other_words_beside_a_last_digit_are_words(before: Path, tmp_path: Path) -> None:
    reworded = [(project, month, tonnes * (1 + 1e-15), "read by a meter") for project, month, tonnes, _ in MONTHS]
    after = published(tmp_path / "after.duckdb", reworded)
    assert (compare(before, after).is_same, compare(before, after, 1e-9).is_same) == (False, True)


def test_a_column_that_is_gone_ends_with_1_and_its_new_name_is_named(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = "project_id VARCHAR, month_start_date DATE, tonnes DOUBLE, status VARCHAR"
    assert main([str(before), str(published(tmp_path / "after.duckdb", columns=columns))]) == 1
    printed = capsys.readouterr().out
    assert "gone: mart.project_months.emission_reductions_tco2e" in printed
    assert "new: mart.project_months.tonnes" in printed
