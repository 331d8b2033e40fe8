"""Where the file that a night writes belongs, something else may lie."""

from pathlib import Path

from flows.warehouse import candidate


def test_a_folder_in_the_way_is_moved_aside_with_all_that_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    for number in (1, 2):
        path.mkdir()
        (path / "kept.txt").write_text(str(number))
        assert candidate.move_aside(path) == tmp_path / f"w.duckdb.{number}.aside"
    assert [one.read_text() for one in sorted(tmp_path.glob("*/kept.txt"))] == ["1", "2"]


def test_a_file_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    assert candidate.move_aside(path) is None
    path.write_bytes(b"x")
    assert candidate.move_aside(path) is None
