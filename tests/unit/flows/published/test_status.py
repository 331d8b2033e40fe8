"""Status shows the run written last, names a damaged record, and says where the clock jumped."""

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.home.settings import CHECKOUT, Home
from flows.published.status import answer_status, status_text
from flows.running.run_record import RunRecord, next_number, run_id

NOW = dt.datetime(2026, 11, 30, 6, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, tmp_path / "inbox")


def ran(home: Home, began: dt.datetime, outcome: str = "published", message: str = "") -> str:
    record = RunRecord(run_id(began), began.isoformat(), began.isoformat(), "inbox", outcome, message=message)
    record.number = next_number(home.runs)
    record.save(home.runs)
    return record.run_id


def ran_before_runs_were_numbered(home: Home, began: dt.datetime) -> str:
    name = ran(home, began)
    written = home.runs / f"{next_number(home.runs) - 1:08d}_{name}.json"
    record = json.loads(written.read_text("utf-8"))
    del record["number"]
    (home.runs / f"{name}.json").write_text(json.dumps(record), "utf-8")
    written.unlink()
    return name


def dated(began: object) -> str:
    fields = ("run_id", "known_at", "outcome", "message", "stages", "gates")
    return json.dumps(dict.fromkeys(fields, "") | {"started_at": began})


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"run_id": "x"}', "\x00", dated("last night"), dated("2026-11-30"), dated(5)],
)
def test_a_damaged_record_of_a_run_is_named_and_the_whole_one_before_it_shown(home: Home, content: str) -> None:
    whole = ran(home, NOW - DAY)
    damaged = home.runs / "00000002_20261130T000000000000Z.json"
    damaged.write_text(content, encoding="utf-8")
    status = answer_status(home, NOW)
    assert status["last_run"]["run_id"] == whole
    assert any(str(damaged) in need for need in status["needs_a_person"])
    assert whole in status_text(status)


def test_a_night_with_the_clock_a_day_ahead_does_not_hide_the_failure_after_it(home: Home) -> None:
    ahead = ran(home, NOW + DAY)
    failed = ran(home, NOW - 4 * HOUR, "failed", "the disk is full")
    status = answer_status(home, NOW)
    jumped, ended = status["needs_a_person"]
    assert status["last_run"]["run_id"] == failed
    assert "the clock jumped" in jumped
    assert "2026-11-30T02:00:00+00:00" in jumped
    assert f"{ahead}, at 2026-12-01T06:00:00+00:00" in jumped
    assert f"the last run ({failed}) ended 'failed': the disk is full" in ended


def test_a_failing_night_with_the_clock_an_hour_back_is_the_last_run(home: Home) -> None:
    ran(home, NOW - HOUR)
    failed = ran(home, NOW - 2 * HOUR, "failed", "the disk is full")
    assert answer_status(home, NOW)["last_run"]["run_id"] == failed
    assert "'failed': the disk is full" in answer_status(home, NOW)["needs_a_person"][1]


def test_a_last_run_that_is_still_to_come_is_named_with_both_times(home: Home) -> None:
    ran(home, NOW + DAY)
    (need,) = answer_status(home, NOW)["needs_a_person"]
    assert "the clock jumped" in need
    assert "began at 2026-12-01T06:00:00+00:00, which is still to come (it is 2026-11-30T06:00:00+00:00 now)" in need


def test_a_jump_of_the_clock_ends_with_the_next_run_at_a_right_time(home: Home) -> None:
    for began in (NOW + DAY, NOW - 2 * HOUR, NOW - HOUR):
        last = ran(home, began)
    status = answer_status(home, NOW)
    assert (status["last_run"]["run_id"], status["needs_a_person"]) == (last, [])


def test_records_of_before_runs_were_numbered_go_by_their_time_and_come_before_the_numbered(home: Home) -> None:
    older, newer = (ran_before_runs_were_numbered(home, NOW - days * DAY) for days in (3, 2))
    assert older < newer
    assert answer_status(home, NOW)["last_run"]["run_id"] == newer
    numbered = ran(home, NOW - 3 * DAY, "failed")
    status = answer_status(home, NOW)
    assert status["last_run"]["run_id"] == numbered
    assert newer in status["needs_a_person"][0]


@pytest.mark.parametrize(
    ("outcome", "hours_ago", "is_well"),
    [("published", 4, True), ("published", 6, False), ("failed", 4, False), ("published", -24, False)],
)
def test_the_alarm_of_the_runbook_is_silent_after_a_completed_night_alone(
    outcome: str, hours_ago: int, is_well: bool
) -> None:
    """A run that is still to come was younger than five hours, and so was no alarm for a day."""
    runbook = (CHECKOUT / "docs" / "runbook.md").read_text("utf-8")
    alarm = re.findall(r"greenloan status --format json.*?python3 -c '\n(.*?)'", runbook, re.DOTALL)
    began = dt.datetime.now(dt.UTC) - hours_ago * HOUR
    status: dict[str, Any] = {"last_run": {"outcome": outcome, "started_at": began.isoformat()}}
    ended = subprocess.run([sys.executable, "-c", *alarm], input=json.dumps(status), text=True, check=False)
    assert (ended.returncode == 0) == is_well
