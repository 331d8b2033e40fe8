"""A file is landed once it is whole: not while it grows, nor before its sender has declared it so."""

import os
import threading
import time
from pathlib import Path

import pytest

from flows.landing import completeness
from flows.landing.completeness import UNFINISHED_ENDINGS, complete_files


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completeness, "WAIT_SECONDS", 0.3)


def make_file(folder: Path, name: str, content: str = "loan_id\n", *, is_old: bool = True) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    if is_old:
        os.utime(path, (time.time() - 3600, time.time() - 3600))
    return path


def test_a_file_that_lay_still_for_long_is_complete_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("nobody needs to wait"))
    loans = make_file(tmp_path, "loans.csv")
    assert complete_files([loans], {}) == ([loans], [])


@pytest.mark.usefixtures("short_wait")
def test_a_young_file_that_lies_still_is_complete(tmp_path: Path) -> None:
    loans = make_file(tmp_path, "loans.csv", is_old=False)
    assert complete_files([loans], {}) == ([loans], [])


@pytest.mark.usefixtures("short_wait")
def test_a_file_that_is_still_being_written_waits_and_the_others_do_not(tmp_path: Path) -> None:
    growing, still = make_file(tmp_path, "ledger.csv", is_old=False), make_file(tmp_path, "loans.csv", is_old=False)
    stop = threading.Event()

    def write() -> None:
        with growing.open("a", encoding="utf-8") as file:
            while not stop.wait(0.01):
                file.write("E-1,L-1\n")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while growing.stat().st_size < 100:
            time.sleep(0.01)
        parted = complete_files([growing, still], {})
    finally:
        stop.set()
        writer.join()
    assert parted == ([still], [growing])
    assert complete_files([growing, still], {}) == ([growing, still], [])


def test_a_file_that_vanishes_while_it_is_looked_at_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fleeting = make_file(tmp_path, "loans.csv", is_old=False)
    monkeypatch.setattr(time, "sleep", lambda _: fleeting.unlink())
    assert complete_files([fleeting], {}) == ([], [fleeting])


@pytest.mark.parametrize("ending", [*UNFINISHED_ENDINGS, ".PART"])
def test_an_ending_of_transfer_programs_says_that_the_file_is_not_finished(tmp_path: Path, ending: str) -> None:
    unfinished = make_file(tmp_path, f"loans.csv{ending}")
    assert complete_files([unfinished], {}) == ([], [unfinished])


@pytest.mark.parametrize("marker", ["loans.csv.ok", "loans.ok"])
def test_a_file_of_a_sender_with_end_markers_waits_for_its_own(tmp_path: Path, marker: str) -> None:
    loans, ledger = make_file(tmp_path, "icbc/loans.csv"), make_file(tmp_path, "icbc/ledger.csv")
    markers = {tmp_path / "icbc": ".ok"}
    assert complete_files([loans, ledger], markers) == ([], [ledger, loans])
    end = make_file(tmp_path, f"icbc/{marker}", "")
    assert complete_files([loans, ledger, end], markers) == ([loans], [ledger])


def test_the_end_marker_of_one_sender_is_asked_of_no_other(tmp_path: Path) -> None:
    loans = make_file(tmp_path, "ccb/loans.csv")
    assert complete_files([loans], {tmp_path / "icbc": ".ok"}) == ([loans], [])


def test_what_ends_like_a_marker_is_a_delivery_where_no_marker_was_agreed(tmp_path: Path) -> None:
    odd = make_file(tmp_path, "ccb/loans.ok")
    assert complete_files([odd], {tmp_path / "icbc": ".ok"}) == ([odd], [])
