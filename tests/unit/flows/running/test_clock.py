"""A clock that is wrong is named before the reference tables, which are right, are judged by it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from flows.home.settings import Home, home
from flows.landing.files import land
from flows.landing.inbox import look
from flows.running import clock, run
from flows.running.pipeline import LandedNow
from flows.running.run_record import last_run
from schemas.errors import EnvironmentFailure

RIGHT = dt.datetime(2026, 11, 30, 2, tzinfo=dt.UTC)
YEARS_BACK = dt.datetime(2019, 6, 1, 2, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path) -> Home:
    return home(tmp_path)


def night_at(moment: dt.datetime, place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night that ends while it lands: the clock is looked at before."""

    def land_nothing(*_: Any) -> LandedNow:
        raise EnvironmentFailure("the disk is full", where="here", available="nothing", remedy="free space")

    monkeypatch.setattr(run, "clock", lambda: moment)
    run.run(place, None, (), {"land": land_nothing})


def received(place: Home, moment: dt.datetime) -> None:
    place.inbox.mkdir(parents=True)
    (place.inbox / "loans.csv").write_text("loan_id\n", encoding="utf-8")
    land(look(place.inbox).files, place.inbox, place.landing, moment)


def test_a_night_with_the_clock_years_back_names_the_clock_and_the_run_before_it(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was `sources.toml ... is yet to come; correct them`, once for each of 23 documents."""
    with pytest.raises(EnvironmentFailure, match="the disk is full"):
        night_at(RIGHT, place, monkeypatch)
    with pytest.raises(EnvironmentFailure, match="the clock is wrong") as refused:
        night_at(YEARS_BACK, place, monkeypatch)
    assert refused.value.exit_code == 3
    assert str(refused.value).count("the clock is wrong") == 1
    assert "it shows 2019-06-01T02:00:00+00:00, and a run began at 2026-11-30T02:00:00+00:00" in refused.value.what
    assert "set the clock" in refused.value.remedy
    kept = last_run(place.runs).run
    assert kept is not None
    assert (kept["outcome"], kept["number"]) == ("failed", 2)
    assert kept["message"] == str(refused.value)


def test_the_newest_reception_shows_it_too(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    received(place, RIGHT)
    with pytest.raises(EnvironmentFailure, match=r"loans\.csv was received at 2026-11-30T02:00:00\+00:00"):
        night_at(YEARS_BACK, place, monkeypatch)


def test_in_a_home_without_anything_the_newest_document_of_the_tables_shows_it(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EnvironmentFailure, match=r"the clock is wrong: .* of sources\.toml was published on 20"):
        night_at(YEARS_BACK, place, monkeypatch)


def test_a_clock_that_was_ahead_once_stops_no_night_after_it(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on file is still to come, and the tables are not: `reception_time_in_doubt` says so."""
    received(place, RIGHT + 400 * DAY)
    with pytest.raises(EnvironmentFailure, match="the disk is full"):
        night_at(RIGHT, place, monkeypatch)


@pytest.mark.parametrize(
    ("received_at", "blamed"), [(RIGHT - DAY, False), (RIGHT + DAY, False), (RIGHT + 40 * DAY, True)]
)
def test_a_document_that_was_yet_to_come_by_every_time_on_file_is_the_tables_mistake(
    place: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, received_at: dt.datetime, blamed: bool
) -> None:
    (tmp_path / "sources.toml").write_text('[grid]\npublished = "2027-01-05"\n', encoding="utf-8")
    monkeypatch.setattr(clock, "REFERENCE", tmp_path)
    received(place, received_at)
    with pytest.raises(EnvironmentFailure, match="the clock is wrong" if blamed else "the disk is full"):
        night_at(RIGHT, place, monkeypatch)
