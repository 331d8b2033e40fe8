"""A file that an earlier night parsed is not parsed again, and comes out as if it were."""

import io
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from flows.forms import kept
from flows.forms.kept import answers_kept
from flows.forms.readers import read_grids
from schemas.errors import UnreadableDelivery
from tests.forms import LOAN_HEADER, make_loan_row, make_sheet_of
from transforms.deliveries.sheets.grid import Grid

NOBODY_ELSE: Final = 0o700


def _parquet(rate: float) -> bytes:
    sink = io.BytesIO()
    pl.DataFrame({"base": ["USD"], "rate": [rate]}).write_parquet(sink)
    return sink.getvalue()


WORKBOOK: Final = make_sheet_of([LOAN_HEADER, make_loan_row(), make_loan_row(贷款编号="L2")], formats={(1, 4): "0.00"})
FILES: Final = {"loans.xlsx": WORKBOOK, "fx.parquet": _parquet(7.1)}


class Parsers:
    """Counts how often a parser is started."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.started: list[str] = []
        self._read_apart = kept.read_apart
        patch.setattr(kept, "read_apart", self._counted)

    def _counted(self, program: Path, content: bytes, memory: int) -> bytes:
        self.started.append(program.stem)
        return self._read_apart(program, content, memory)


@pytest.fixture
def parsers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Parsers]:
    yield Parsers(monkeypatch)
    kept._parsers.cache_clear()


def _night(home: Path, *, files: dict[str, bytes] = FILES) -> list[list[Grid]]:
    with answers_kept(home / "data" / "cache" / "parsed", home / "data"):
        return [read_grids(content, name) for name, content in files.items()]


def _answers(home: Path) -> list[Path]:
    return sorted((home / "data" / "cache" / "parsed").iterdir())


def test_the_second_night_starts_no_parser_and_reads_the_same(tmp_path: Path, parsers: Parsers) -> None:
    without = [read_grids(content, name) for name, content in FILES.items()]
    parsers.started.clear()
    first = _night(tmp_path)
    assert sorted(parsers.started) == ["frames", "sheets", "styles"]
    parsers.started.clear()
    assert (_night(tmp_path), first) == (without, without)
    assert parsers.started == []


def test_another_file_is_parsed_and_the_answers_that_nothing_asks_for_are_removed(
    tmp_path: Path, parsers: Parsers
) -> None:
    _night(tmp_path)
    (((grid,)),) = _night(tmp_path, files={"fx.parquet": _parquet(7.2)})
    assert grid.rows[1] == ["USD", "7.2"]
    assert len(_answers(tmp_path)) == 1
    parsers.started.clear()
    _night(tmp_path)
    assert sorted(parsers.started) == ["frames", "sheets", "styles"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _of_another_answer(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: kept.DIGEST_BYTES] + zlib.compress(b"[]"))


def _turned(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)


def _gone(path: Path) -> None:
    path.unlink()


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [_cut, _empty, _of_another_answer, _turned, _gone, _a_folder])
def test_an_answer_that_is_not_whole_is_parsed_anew(
    tmp_path: Path, parsers: Parsers, damage: Callable[[Path], None]
) -> None:
    first = _night(tmp_path)
    for path in _answers(tmp_path):
        damage(path)
    parsers.started.clear()
    assert _night(tmp_path) == first
    assert len(parsers.started) == len(FILES) + 1  # a workbook has two: its cells, and their formats


def test_another_line_of_the_parsers_or_another_version_parses_anew(
    tmp_path: Path, parsers: Parsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    _night(tmp_path)
    copy = shutil.copytree(Path(kept.__file__).parent, tmp_path / "forms")
    with (copy / "workbooks" / "cells.py").open("a", encoding="utf-8") as file:
        file.write("\n")
    for name, other in (("__file__", str(copy / "kept.py")), ("version", lambda _: "9")):
        monkeypatch.setattr(kept, name, other)
        kept._parsers.cache_clear()
        parsers.started.clear()
        _night(tmp_path)
        assert len(parsers.started) == len(FILES) + 1


def test_a_folder_that_others_may_write_or_that_is_a_link_is_not_used(tmp_path: Path, parsers: Parsers) -> None:
    folder = tmp_path / "data" / "cache" / "parsed"
    _night(tmp_path)
    assert folder.stat().st_mode & 0o777 == NOBODY_ELSE
    for mode in (0o770, 0o702, 0o750):
        folder.chmod(mode)
        parsers.started.clear()
        _night(tmp_path)
        assert len(parsers.started) == len(FILES) + 1
    shutil.rmtree(folder)
    (tmp_path / "elsewhere").mkdir(mode=NOBODY_ELSE)
    folder.symlink_to(tmp_path / "elsewhere")
    _night(tmp_path)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_refusal_is_kept_by_nobody_and_comes_again(tmp_path: Path, parsers: Parsers) -> None:
    for _ in range(2):
        with pytest.raises(UnreadableDelivery, match="not a readable Parquet file"):
            _night(tmp_path, files={"fx.parquet": b"PAR1 nothing PAR1"})
    assert _answers(tmp_path) == []
    assert parsers.started == ["frames"] * 2
