"""A document is printed again where a datum or a word of it has changed, and else stays as it lies there."""

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

import reports
from flows.home.settings import Home
from flows.published import printed
from flows.published.documents import Written, write_document
from flows.published.kinds import Issue, Kind
from reports.documents import Document, Provenance, Rendered

ISSUE: Final = Issue("2025Q4", "*", "zh")
FIRST: Final = dt.datetime(2026, 1, 10, 18, tzinfo=dt.UTC)
SECOND: Final = FIRST + dt.timedelta(days=1)
THIRD: Final = FIRST + dt.timedelta(days=2)


@dataclass(frozen=True)
class Figure(Document):
    """A document with one number."""

    tonnes: str


class Press:
    """Prints one number of a home's file, and counts how often."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root, root / "inbox")
        self.times = 0

    def night(self, at: dt.datetime, tonnes: str = "12.30", known_at: dt.datetime | None = None) -> Written:
        """Print the number as a night at the moment does."""
        known = known_at or at
        run = {"known_at": known, "started_at": at}
        kind = Kind("crf", (), lambda _: None, lambda *_: (), lambda *_: _figure(known, tonnes), self._rendered)
        published: Any = {"ops.runs": pl.DataFrame([run])}
        return write_document(self.home, kind, published, ISSUE)

    def _rendered(self, document: Figure) -> Rendered:
        self.times += 1
        text = f"{document.tonnes} t, {document.provenance.snapshot_id}".encode()
        return Rendered(text, (b"page of " + text,))

    @property
    def text(self) -> str:
        """What the document says."""
        return self._pdf.read_text()

    @property
    def _pdf(self) -> Path:
        return self.home.reports / "crf" / "2025Q4" / "crf_2025Q4_all-lenders_zh.pdf"

    @property
    def memory(self) -> Path:
        """What is remembered of it."""
        return self.home.printed / "crf_2025Q4_all-lenders_zh.json"


def _figure(known: dt.datetime, tonnes: str) -> Figure:
    day = f"{known:%Y-%m-%d}"
    return Figure(Provenance(f"snapshot of {day}", day, day, day), tonnes)


@pytest.fixture
def press(tmp_path: Path) -> Press:
    press = Press(tmp_path)
    assert press.night(FIRST).is_new
    return press


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of reports/ that is printed from in the place of ours."""
    copy = shutil.copytree(Path(reports.__path__[0]), tmp_path / "copy", ignore=shutil.ignore_patterns("published"))
    monkeypatch.setattr(reports, "__path__", [str(copy)])
    printed._program.cache_clear()
    yield copy
    printed._program.cache_clear()


def test_a_night_that_changes_nothing_of_a_document_leaves_it_with_the_state_that_it_was_printed_from(
    press: Press,
) -> None:
    second = press.night(SECOND)
    assert (press.times, second.is_new) == (1, False)
    assert [path.suffix for path in second.paths] == [".pdf", ".png"]
    assert press.text == "12.30 t, snapshot of 2026-01-10"


def test_another_figure_is_printed_from_its_own_state(press: Press) -> None:
    assert press.night(SECOND, "12.40").is_new
    assert press.text == "12.40 t, snapshot of 2026-01-11"
    assert not press.night(THIRD, "12.40").is_new


@pytest.mark.parametrize(
    "name", ["crf/words.typ", "crf/template.typ", "crf/words.toml", "numbers.py", "house.mplstyle"]
)
def test_another_word_layout_or_line_of_the_program_prints_it_again(edited: Path, tmp_path: Path, name: str) -> None:
    press = Press(tmp_path)
    press.night(FIRST)
    assert not press.night(SECOND).is_new
    with (edited / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    printed._program.cache_clear()
    assert press.night(THIRD).is_new


def test_another_version_of_a_font_prints_it_again(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "version", lambda name: "9" if "fonts" in name else "1")
    printed._program.cache_clear()
    assert press.night(SECOND).is_new
    printed._program.cache_clear()


@pytest.mark.parametrize("ending", ["pdf", "png"])
@pytest.mark.parametrize("content", [None, b"another's"])
def test_a_file_that_is_gone_or_changed_comes_back_byte_for_byte(
    press: Press, ending: str, content: bytes | None
) -> None:
    folder = press.home.reports / "crf" / "2025Q4"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (file,) = folder.glob(f"*.{ending}")
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    assert press.night(SECOND).is_new
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def _without(key: str, record: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in record.items() if name != key})


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda _: "[]",
        lambda record: json.dumps(record)[:-9],
        lambda record: json.dumps({**record, "files": {}}),
        lambda record: json.dumps({**record, "files": {"../../../inbox/x": "0"}}),
        lambda record: json.dumps({**record, "provenance": {"snapshot_id": "x"}}),
        lambda record: json.dumps({**record, "known_at": "2026-01-10T18:00:00"}),
        lambda record: _without("identity", record),
    ],
)
def test_without_a_whole_memory_it_is_printed_from_the_state_of_the_night(press: Press, damage: Any) -> None:
    press.memory.write_text(damage(json.loads(press.memory.read_text())))
    assert press.night(SECOND).is_new
    assert press.text == "12.30 t, snapshot of 2026-01-11"


def test_a_past_state_is_printed_with_its_own_moment_and_remembered_by_no_later_night(press: Press) -> None:
    press.night(SECOND, "12.40")
    press.night(THIRD, "12.40", known_at=SECOND + dt.timedelta(hours=7))
    assert press.text == "12.40 t, snapshot of 2026-01-12"
    press.night(THIRD, known_at=FIRST + dt.timedelta(hours=5))
    assert press.text == "12.30 t, snapshot of 2026-01-10"
    press.night(THIRD, "12.40")
    assert press.text == "12.40 t, snapshot of 2026-01-11"


def test_a_moment_still_to_come_that_a_wrong_clock_left_is_not_kept(press: Press) -> None:
    press.night(FIRST - dt.timedelta(days=400))
    assert press.text == "12.30 t, snapshot of 2024-12-06"


def test_a_memory_that_cannot_be_written_ends_no_night(tmp_path: Path) -> None:
    press, elsewhere = Press(tmp_path / "home"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "home" / "data").mkdir(parents=True)
    (tmp_path / "home" / "data" / "cache").symlink_to(elsewhere)
    assert [press.night(at).is_new for at in (FIRST, SECOND)] == [True, True]
    assert not list(elsewhere.iterdir())
