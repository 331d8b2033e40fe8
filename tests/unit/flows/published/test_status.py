"""Status shows the last whole record of a run, and names a damaged one under what needs a person."""

import datetime as dt
from pathlib import Path

import pytest

from flows.home.settings import Home
from flows.published.status import answer_status, status_text
from flows.running.run_record import RunRecord, run_id


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"run_id": "x"}', "\x00"])
def test_a_damaged_record_of_a_run_is_named_and_the_whole_one_before_it_shown(tmp_path: Path, content: str) -> None:
    home = Home(tmp_path, tmp_path / "inbox")
    whole = run_id(dt.datetime(2026, 11, 29, tzinfo=dt.UTC))
    RunRecord(whole, "2026-11-29T00:00:00+00:00", "2026-11-29T00:00:00+00:00", "inbox").save(home.runs)
    damaged = home.runs / "20261130T000000000000Z.json"
    damaged.write_text(content, encoding="utf-8")
    status = answer_status(home)
    assert status["last_run"]["run_id"] == whole
    assert any(str(damaged) in need for need in status["needs_a_person"])
    assert whole in status_text(status)
