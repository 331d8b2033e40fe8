"""A document is issued anew where a figure or a word of it has changed, and else stays; what was issued stays too."""

import datetime as dt
import errno
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from flows.home.settings import Home
from flows.published.documents import editions, identity
from flows.published.documents.editions import BESIDE, RECORD, editions_in
from flows.published.documents.restating import Rule
from flows.published.documents.tables import NOTHING, joined
from flows.published.documents.written import Written, write_document
from flows.published.kinds.kinds import Issue, Kind
from reports import documents
from reports.documents import Document, EditionNotice, PrintedFigure, Provenance, Rendered
from schemas.deliveries import Project
from schemas.errors import EnvironmentFailure
from schemas.runs import Restatement
from schemas.words.editions import (
    CLOCK,
    DAMAGED,
    FIGURES,
    MISSING,
    UNREADABLE,
    WHOLE,
    WORDS,
)
from schemas.words.editions import (
    FIRST as FIRST_PUBLICATION,
)

ISSUE: Final = Issue("2025Q4", "*", "zh")
FIRST: Final = dt.datetime(2026, 1, 10, 18, tzinfo=dt.UTC)
SECOND: Final = FIRST + dt.timedelta(days=1)
THIRD: Final = FIRST + dt.timedelta(days=2)


@dataclass(frozen=True)
class Figure(Document):
    """A document with one number and one word."""

    tonnes: str
    word: str = "avoided"


class Press:
    """Prints one number of a home's file, and counts how often."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root, root / "inbox")
        self.times = 0
        self.notices: list[EditionNotice] = []
        self.tables = NOTHING
        self.restated = Restatement.empty_frame()
        self.rule = Rule(0.05)
        self.issue = ISSUE
        self.marked: list[bool] = []

    def night(
        self, at: dt.datetime, tonnes: str = "12.30", known_at: dt.datetime | None = None, word: str = "avoided"
    ) -> Written:
        """Print the number as a night at the moment does."""
        known = known_at or at
        run = {"known_at": known, "started_at": at}
        printed = _figure(known, tonnes, word)
        kind = Kind("crf", (), lambda _: None, lambda *_: (), lambda *_: printed, self._rendered, _figures)
        published: Any = {
            "ops.runs": pl.DataFrame([run]),
            "ops.editions": self.tables.editions,
            "ops.edition_figures": self.tables.figures,
            "ops.sign_offs": self.tables.sign_offs,
            "ops.restatements": self.restated,
            "core.projects": Project.empty_frame(),
        }
        return write_document(self.home, kind, published, self.issue, self.rule)

    def _rendered(self, document: Figure) -> Rendered:
        self.times += 1
        self.marked.append(document.is_waiting)
        self.notices.append(document.edition)
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
    def shelf(self) -> Path:
        """Where its editions are kept."""
        return self.home.disclosures / "crf" / "2025Q4" / "crf_2025Q4_all-lenders_zh"

    @property
    def editions(self) -> list[tuple[str | None, str]]:
        """Why each was issued, and what its files are like."""
        return [(one.edition.reason if one.edition else None, one.state) for one in editions_in(self.shelf)]

    def files(self) -> dict[str, bytes]:
        """All files of all editions."""
        return {path.relative_to(self.shelf).as_posix(): path.read_bytes() for path in self.shelf.glob("edition-*/*")}


def _figure(known: dt.datetime, tonnes: str, word: str) -> Figure:
    day = f"{known:%Y-%m-%d}"
    return Figure(Provenance(f"snapshot of {day}", day, day, day), tonnes, word)


def _figures(document: Figure) -> list[PrintedFigure]:
    return [PrintedFigure("tonnes", f"tonnes {document.word}", document.tonnes, "tCO2e")]


@pytest.fixture
def press(tmp_path: Path) -> Press:
    press = Press(tmp_path)
    assert press.night(FIRST).is_new
    return press


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of reports/ that is printed from in the place of ours."""
    ours = Path(documents.__file__).parent
    copy = shutil.copytree(ours, tmp_path / "copy", ignore=shutil.ignore_patterns("published"))
    monkeypatch.setattr(documents, "__file__", str(copy / "documents.py"))
    identity._program.cache_clear()
    yield copy
    identity._program.cache_clear()


def test_a_home_that_has_published_is_not_taken_for_the_program(tmp_path: Path) -> None:
    (tmp_path / "reports" / "published").mkdir(parents=True)
    asked = "from flows.published.documents.identity import _program; print(_program('crf'))"
    started = [sys.executable, "-c", asked]
    there = subprocess.run(started, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert there.strip() == identity._program("crf")


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


def _with_a_line_more(file: Path) -> None:
    """Add an empty line to a file of the printing program, which is read anew."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as text:
        text.write("\n")
    identity._program.cache_clear()


@pytest.mark.parametrize(
    "name",
    [
        "crf/words.typ",
        "crf/template.typ",
        "crf/basis.typ",
        "house/layout.typ",
        "crf/words.toml",
        "crf/tables/rows.py",
        "numbers.py",
        "house/house.mplstyle",
    ],
)
def test_another_word_layout_or_line_of_the_program_prints_it_again(edited: Path, tmp_path: Path, name: str) -> None:
    press = Press(tmp_path)
    press.night(FIRST)
    assert not press.night(SECOND).is_new
    _with_a_line_more(edited / name)
    assert press.night(THIRD).is_new


@pytest.mark.parametrize("name", ["letter/template.typ", "letter/document.py", "bridge/words.toml"])
def test_what_prints_another_kind_of_document_leaves_it_as_it_was(edited: Path, tmp_path: Path, name: str) -> None:
    press = Press(tmp_path)
    press.night(FIRST)
    _with_a_line_more(edited / name)
    assert not press.night(SECOND).is_new


def test_another_version_of_a_font_prints_it_again(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "version", lambda name: "9" if "fonts" in name else "1")
    identity._program.cache_clear()
    assert press.night(SECOND).is_new
    identity._program.cache_clear()


@pytest.mark.parametrize("ending", ["pdf", "png"])
@pytest.mark.parametrize("content", [None, b"another's"])
def test_a_report_that_is_gone_or_changed_comes_back_out_of_the_record(
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
    assert (press.times, press.editions) == (1, [(FIRST_PUBLICATION, WHOLE)])


def test_a_report_comes_back_byte_for_byte_where_its_edition_is_damaged_too_and_that_stays_so(press: Press) -> None:
    damaged = press.shelf / "edition-1" / "crf_2025Q4_all-lenders_zh.pdf"
    text = press.text
    for path in (damaged, press.home.reports / "crf" / "2025Q4" / damaged.name):
        path.unlink()
        path.write_bytes(b"another's")
    assert press.night(SECOND).is_new
    assert (press.text, damaged.read_bytes()) == (text, b"another's")
    assert press.editions == [(FIRST_PUBLICATION, DAMAGED)]


def test_each_edition_says_why_it_was_issued_and_those_before_it_stay_byte_for_byte(press: Press) -> None:
    first = press.files()
    press.night(SECOND, "12.40")
    second = press.files()
    press.night(THIRD, "12.40", word="saved")
    assert press.editions == [(FIRST_PUBLICATION, WHOLE), (FIGURES, WHOLE), (WORDS, WHOLE)]
    assert {name: press.files()[name] for name in second} == second
    assert {name: second[name] for name in first} == first
    assert {path.stat().st_mode & 0o777 for path in press.shelf.glob("edition-*/*")} == {0o440}


def test_an_edition_is_recorded_with_all_that_it_is(press: Press) -> None:
    (found,) = editions_in(press.shelf)
    edition = found.edition
    assert edition is not None
    assert (edition.report, edition.period, edition.lender, edition.lang) == ("crf", "2025Q4", "*", "zh")
    assert (edition.known_at, edition.provenance.snapshot_id) == (FIRST, "snapshot of 2026-01-10")
    assert edition.figures == (PrintedFigure("tonnes", "tonnes avoided", "12.30", "tCO2e"),)
    assert edition.pdf_digest == hashlib.sha256(press.text.encode()).hexdigest()
    assert set(edition.files) == {path.name for path in found.folder.iterdir()} - {RECORD}


def _changed(**values: Any) -> Any:
    return lambda record: json.dumps({**record, **values})


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda _: "[]",
        lambda record: json.dumps(record)[:-9],
        lambda record: json.dumps({name: value for name, value in record.items() if name != "identity"}),
        _changed(files={}),
        _changed(files={"../../../inbox/x.pdf": "0"}),
        _changed(provenance={"snapshot_id": "x"}),
        _changed(known_at="2026-01-10T18:00:00"),
        _changed(number=2),
        _changed(period="2025Q3"),
        _changed(reason="because"),
        _changed(figures=[{"key": "tonnes"}]),
    ],
)
def test_after_an_edition_whose_record_cannot_be_read_another_is_issued_from_the_state_of_the_night(
    press: Press, damage: Any
) -> None:
    record = press.shelf / "edition-1" / RECORD
    text = damage(json.loads(record.read_text()))
    record.unlink()
    record.write_text(text)
    assert press.night(SECOND).is_new
    assert press.text == "12.30 t, snapshot of 2026-01-11"
    assert press.editions == [(None, DAMAGED), (UNREADABLE, WHOLE)]
    assert record.read_text() == text


def test_a_number_is_never_given_twice_and_one_that_is_missing_is_seen(press: Press) -> None:
    press.night(SECOND, "12.40")
    shutil.rmtree(press.shelf / "edition-1")
    press.night(THIRD, "12.50")
    assert press.editions == [(None, MISSING), (FIGURES, WHOLE), (FIGURES, WHOLE)]


def test_a_number_that_the_published_file_remembers_is_not_given_again(press: Press) -> None:
    press.night(SECOND, "12.40")
    press.tables = joined(editions_in(press.shelf), [], NOTHING, THIRD)
    shutil.rmtree(press.home.disclosures)
    press.night(THIRD, "12.50")
    assert press.editions == [(None, MISSING), (None, MISSING), (UNREADABLE, WHOLE)]


def test_a_past_state_is_printed_with_its_own_moment_and_issues_none(press: Press) -> None:
    press.night(SECOND, "12.40")
    editions = press.files()
    press.night(THIRD, "12.40", known_at=SECOND + dt.timedelta(hours=7))
    assert press.text == "12.40 t, snapshot of 2026-01-12"
    press.night(THIRD, known_at=FIRST + dt.timedelta(hours=5))
    assert press.text == "12.30 t, snapshot of 2026-01-10"
    press.night(THIRD, "12.40")
    assert press.text == "12.40 t, snapshot of 2026-01-11"
    assert press.files() == editions


def test_a_moment_still_to_come_that_a_wrong_clock_left_is_not_kept(press: Press) -> None:
    press.night(FIRST - dt.timedelta(days=400))
    assert press.text == "12.30 t, snapshot of 2024-12-06"
    assert press.editions == [(FIRST_PUBLICATION, WHOLE), (CLOCK, WHOLE)]


@pytest.mark.parametrize("place", ["disclosures", "disclosures/crf", "disclosures/crf/2025Q4"])
def test_no_edition_is_written_through_a_link(tmp_path: Path, place: str) -> None:
    press, elsewhere = Press(tmp_path / "home"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / "home" / place
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(OSError, match="is a link"):
        press.night(FIRST)
    assert not list(elsewhere.iterdir())


def test_a_link_in_the_place_of_an_edition_is_none(press: Press) -> None:
    folder = press.shelf / "edition-1"
    folder.rename(press.shelf / "moved")
    folder.symlink_to(press.shelf / "moved")
    press.night(SECOND)
    assert press.editions == [(None, DAMAGED), (UNREADABLE, WHOLE)]


def test_what_was_half_written_when_its_process_died_does_not_count_and_is_removed(press: Press) -> None:
    beside = press.shelf / BESIDE
    beside.mkdir()
    (beside / RECORD).write_bytes((press.shelf / "edition-1" / RECORD).read_bytes())
    assert press.editions == [(FIRST_PUBLICATION, WHOLE)]
    press.night(SECOND, "12.40")
    assert press.editions == [(FIRST_PUBLICATION, WHOLE), (FIGURES, WHOLE)]
    assert not beside.exists()


def test_an_edition_that_cannot_be_written_whole_is_none(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> None:
        if path.name == RECORD:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(editions, "sync", full)
    with pytest.raises(EnvironmentFailure, match="cannot be written"):
        press.night(SECOND, "12.40")
    assert press.editions == [(FIRST_PUBLICATION, WHOLE)]
    assert press.text == "12.30 t, snapshot of 2026-01-10"


def test_what_an_edition_says_of_the_one_before_is_in_its_record_and_again_in_what_is_printed_of_that_moment(
    press: Press,
) -> None:
    press.night(SECOND, "12.40")
    (_, second) = editions_in(press.shelf)
    assert second.edition is not None
    notice = second.edition.notice
    assert [(one.label, one.before, one.after) for one in notice.changes] == [("tonnes avoided", "12.30", "12.40")]
    press.night(THIRD, "12.40")
    press.night(THIRD, "12.40", known_at=SECOND)
    assert press.notices == [EditionNotice(), notice, notice]
    press.night(THIRD, "12.30", known_at=FIRST)
    assert press.notices[-1] == EditionNotice()


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ("0.3", "0.30000000000000004", True),
        ("341.21666666666664", "341.2166666666667", True),
        ("1.7e-05", "1.7000000000000003e-05", True),
        ("-5.684341886080802e-12", "0.0", True),
        ("0.0123456789123", "0.0123456789567", True),
        ("341.2166666666", "341.2166667666", False),
        ("1234567890123.45", "1234567890123.46", False),
        ("12.30", "12.31", False),
    ],
)
def test_last_digits_of_unrounded_figures_make_no_other_document_and_a_fen_does(
    before: str, after: str, is_same: bool
) -> None:
    """What is attached is unrounded: the same night computed twice may differ in the sixteenth digit."""
    one, other = (identity.identity_of("crf", _figure(FIRST, figure, "avoided")) for figure in (before, after))
    assert (one == other) is is_same


def test_an_edition_of_before_there_were_codes_is_read_without_them(press: Press) -> None:
    record = press.shelf / "edition-1" / RECORD
    held = json.loads(record.read_text())
    before = [{name: value for name, value in one.items() if name != "code"} for one in held["figures"]]
    record.chmod(0o640)
    record.write_text(json.dumps({**held, "figures": before}))
    (found,) = editions_in(press.shelf)
    assert found.edition is not None
    assert [one.code for one in found.edition.figures] == [""]
