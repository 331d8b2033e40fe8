"""The run lock and the records of the runs lie where the program put them, and nowhere through a link."""

import datetime as dt
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.home.settings import home
from flows.published.status import answer_status
from flows.running.lock import only_run
from flows.running.run import run
from schemas.errors import EnvironmentFailure, UsageError

NOW = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)


def socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(os.path.relpath(path))  # a socket's path may have 100 characters


def test_a_lock_that_is_a_link_is_refused_and_what_it_names_is_whole(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nightly.lock").symlink_to(victim)
    with pytest.raises(EnvironmentFailure, match="lock"), only_run(home(tmp_path)):
        pass
    assert victim.read_text(encoding="utf-8") == "keep"


@pytest.mark.parametrize(
    ("put", "named"),
    [
        (os.mkfifo, "it is a pipe"),
        (Path.mkdir, "it is a folder"),
        (socket_at, "it is a socket"),
        (lambda path: path.symlink_to("/dev/null"), "it is a link"),
    ],
    ids=["pipe", "folder", "socket", "link"],
)
def test_what_lies_in_the_locks_place_is_named_with_what_to_do_and_kept_for_status(
    tmp_path: Path, put: Callable[[Path], object], named: str
) -> None:
    place = home(tmp_path)
    place.lock.parent.mkdir(parents=True)
    put(place.lock)
    with pytest.raises(EnvironmentFailure, match=named) as refused:
        run(place, None, ())
    assert (refused.value.exit_code, refused.value.where) == (3, str(place.lock))
    (need,) = answer_status(place, NOW)["needs_a_person"]
    assert named in need
    assert "run again" in need


def test_what_a_run_writes_is_closed_to_others_though_no_command_line_began_it(tmp_path: Path) -> None:
    """A worker of Prefect begins a run with the umask of its own."""
    place = home(tmp_path)
    place.lock.parent.mkdir(parents=True)
    place.lock.mkdir()
    before = os.umask(0o022)
    try:
        with pytest.raises(EnvironmentFailure):
            run(place, None, ())
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    modes = {made.name: made.stat().st_mode & 0o777 for made in (place.runs, *place.runs.iterdir())}
    assert modes.pop("runs") == 0o750
    assert set(modes.values()) == {0o640}


def test_a_run_that_finds_another_under_way_leaves_no_record_of_its_own(tmp_path: Path) -> None:
    place = home(tmp_path)
    with only_run(place), pytest.raises(EnvironmentFailure, match="another run"):
        run(place, None, ())
    assert not place.runs.exists()


@pytest.mark.parametrize(
    "folder",
    [
        "data",
        "data/runs",
        "data/landing",
        "data/landing/files",
        "data/landing/receptions",
        "data/landing/refusals",
        "data/outbox",
        "reports",
        "reports/published",
    ],
)
def test_a_link_in_the_place_of_our_own_folder_stops_the_night_by_name_and_status_says_so(
    tmp_path: Path, folder: str
) -> None:
    """data/landing was followed in silence, and a night that data/runs stopped was nowhere in `status`."""
    place, linked, elsewhere = home(tmp_path / "home"), tmp_path / "home" / folder, tmp_path / "elsewhere"
    linked.parent.mkdir(parents=True)
    elsewhere.mkdir()
    linked.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(EnvironmentFailure, match="a link lies in the place") as refused:
        run(place, None, ())
    assert (refused.value.exit_code, refused.value.where) == (3, str(linked))
    assert list(elsewhere.iterdir()) == []
    need = answer_status(place, NOW)["needs_a_person"][0]
    assert str(linked) in need
    assert "mount" in need


@pytest.mark.parametrize(
    "folder",
    ["data", "data/runs", "data/landing", "data/landing/files", "data/landing/receptions", "data/landing/refusals"],
)
def test_a_file_in_the_place_of_a_folder_that_a_night_needs_is_named_in_the_same_way(
    tmp_path: Path, folder: str
) -> None:
    """It was `the disk or the network failed: [Errno 17] File exists`, and of data/runs in no record."""
    place, lying = home(tmp_path / "home"), tmp_path / "home" / folder
    lying.parent.mkdir(parents=True)
    lying.write_text("not ours", encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match="a file lies in the place") as refused:
        run(place, None, ())
    assert (refused.value.exit_code, refused.value.where) == (3, str(lying))
    assert "remove the file" in refused.value.remedy
    assert lying.read_text("utf-8") == "not ours"
    need = answer_status(place, NOW)["needs_a_person"][0]
    assert str(lying) in need
    assert "mount" in need


def test_two_runs_do_not_work_at_once(tmp_path: Path) -> None:
    place = home(tmp_path)
    with only_run(place), pytest.raises(EnvironmentFailure, match="another run"), only_run(place):
        pass


def test_a_gate_that_does_not_exist_cannot_be_let_through(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gate nosuch"):
        run(home(tmp_path), None, ["nosuch", "sums"])
    assert list(tmp_path.iterdir()) == []
