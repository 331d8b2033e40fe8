"""A folder of our own that cannot be written ends the night by name; a sender's file that cannot be read does not."""

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest

from flows.home import writing
from flows.home.settings import Home, home
from flows.landing import files, inbox, record, refusal_files
from flows.published.status import answer_status
from flows.running import run, run_record
from flows.running.pipeline import land_deliveries
from schemas.errors import EnvironmentFailure
from tests.makers import LANDED_AT


@pytest.fixture
def place(tmp_path: Path) -> Home:
    at = home(tmp_path)
    (at.inbox / "icbc").mkdir(parents=True)
    (at.inbox / "icbc" / "ledger.csv").write_text("loan_id\n" * 9, encoding="utf-8")
    return at


def denied(*_: Any, **__: Any) -> Any:
    raise PermissionError(errno.EACCES, "Permission denied")


def on_a_full_disk(**arguments: Any) -> Any:
    """A file whose every byte meets a full disk."""
    file = NamedTemporaryFile(**arguments)  # noqa: SIM115 - the program closes it
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, file.fileno())
    os.close(full)
    return file


@pytest.fixture
def ignored(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What Python would print as `Exception ignored in`."""
    seen: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", seen.append)
    return seen


def test_files_that_cannot_be_written_are_not_the_senders_fault(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was `passed over icbc/ledger.csv: it cannot be read: Permission denied`, and a night without its rows."""
    monkeypatch.setattr(files, "NamedTemporaryFile", denied)
    with pytest.raises(EnvironmentFailure, match="cannot be written: Permission denied") as refused:
        land_deliveries(place, LANDED_AT)
    assert (refused.value.exit_code, refused.value.where) == (3, str(place.landing / "files"))
    assert "let the program's user write there" in refused.value.remedy


def test_a_senders_file_that_cannot_be_read_is_passed_over(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "opened", denied)
    (passed,) = land_deliveries(place, LANDED_AT).passed_over
    assert (passed.path, passed.reason) == ("icbc/ledger.csv", "it cannot be read: Permission denied")


@pytest.mark.parametrize("size_bytes", [9, 3 << 20])
def test_a_full_disk_is_named_with_the_place_and_leaves_nothing(
    place: Home, monkeypatch: pytest.MonkeyPatch, ignored: list[object], size_bytes: int
) -> None:
    (place.inbox / "icbc" / "ledger.csv").write_bytes(b"x" * size_bytes)
    monkeypatch.setattr(files, "NamedTemporaryFile", on_a_full_disk)
    with pytest.raises(EnvironmentFailure, match="No space left") as refused:
        land_deliveries(place, LANDED_AT)
    assert refused.value.where == str(place.landing / "files")
    assert "free space" in refused.value.remedy
    assert (list((place.landing / "files").iterdir()), ignored) == ([], [])


@pytest.mark.parametrize("folder", ["receptions", ""])
def test_a_record_of_receptions_that_cannot_be_written_is_named(
    place: Home, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    opened_as = os.open

    def refuse(path: Any, flags: int, *more: Any, **named: Any) -> int:
        is_ours = Path(path).parent == place.landing / folder and flags & (os.O_WRONLY | os.O_RDWR)
        return denied() if is_ours else opened_as(path, flags, *more, **named)

    monkeypatch.setattr(record.os, "open", refuse)
    with pytest.raises(EnvironmentFailure, match="Permission denied") as refused:
        land_deliveries(place, LANDED_AT)
    assert refused.value.where == str(place.landing / folder)


def test_marks_of_our_lists_that_cannot_be_written_end_the_night_and_the_outbox_does_not(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "touch", denied)
        with pytest.raises(EnvironmentFailure) as refused:
            refusal_files._write(place, place.outbox / "icbc" / "ledger.refused.csv", b"x")
    assert refused.value.where == str(place.landing / "refusals")
    monkeypatch.setattr(refusal_files, "write_anew", denied)
    with pytest.raises(PermissionError):
        refusal_files._write(place, place.outbox / "icbc" / "ledger.refused.csv", b"x")


def test_records_of_runs_that_cannot_be_written_are_named_by_the_night_and_by_status(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.runs.mkdir()
    place.lock.touch()
    monkeypatch.setattr(run_record, "write_anew", denied)
    with pytest.raises(EnvironmentFailure, match="Permission denied") as refused:
        run.run(place, None, ())
    assert refused.value.where == str(place.runs)
    monkeypatch.setattr(writing.os, "access", lambda path, _: Path(path) != place.runs)
    need = answer_status(place, LANDED_AT)["needs_a_person"][0]
    assert f"{place.runs} cannot be written" in need


def test_what_failed_first_is_named_where_the_record_cannot_be_written_either(
    place: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fill_the_disk(*_: Any) -> None:
        monkeypatch.setattr(run_record, "write_anew", denied)
        raise EnvironmentFailure("the landing is full", where="here", available="nothing", remedy="free space")

    with pytest.raises(EnvironmentFailure, match="the landing is full"):
        run.run(place, None, (), {"land": fill_the_disk})
    assert f"cannot be written: Permission denied: {place.runs}" in capsys.readouterr().err


def night(place: Home) -> None:
    """A night that lands, and ends there."""

    def stop(*_: Any) -> None:
        raise EnvironmentFailure("enough", where="here", available="nothing", remedy="nothing")

    run.run(place, None, (), {"land": land_deliveries, "build": stop})


def test_an_inbox_that_was_landed_from_and_is_gone_ends_the_night(place: Home) -> None:
    """A share that was not mounted gave `landed 0`, and a night without news."""
    with pytest.raises(EnvironmentFailure, match="enough"):
        night(place)
    place.inbox.rename(place.root / "unmounted")
    with pytest.raises(EnvironmentFailure, match="the inbox is not a folder") as refused:
        night(place)
    assert "mount" in refused.value.remedy
    assert not place.inbox.exists()


def test_a_new_home_and_a_landing_put_back_without_an_inbox_get_one(place: Home, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="enough"):
        night(place)
    restored = home(tmp_path / "restored")
    restored.landing.parent.mkdir(parents=True)
    place.landing.rename(restored.landing)
    for made in (restored, home(tmp_path / "new")):
        with pytest.raises(EnvironmentFailure, match="enough"):
            night(made)
        assert made.inbox.is_dir()


def test_an_inbox_that_cannot_be_opened_is_named(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was `. was passed over`."""

    def refuse(_: Path, onerror: Any, **__: Any) -> Iterator[Any]:
        onerror(PermissionError(errno.EACCES, "Permission denied", str(place.inbox)))
        return iter(())

    monkeypatch.setattr(inbox.os, "walk", refuse)
    (passed,) = inbox.look(place.inbox).passed_over
    assert (passed.path, passed.reason) == (f"the inbox {place.inbox}", "it cannot be opened: Permission denied")
