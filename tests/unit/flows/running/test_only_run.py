"""The run lock and the records of the runs lie where the program put them, and nowhere through a link."""

from pathlib import Path

import pytest

from flows.home.settings import home
from flows.running.pipeline import only_run
from flows.running.run import run
from schemas.errors import EnvironmentFailure, UsageError


def test_a_lock_that_is_a_link_is_refused_and_what_it_names_is_whole(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nightly.lock").symlink_to(victim)
    with pytest.raises(EnvironmentFailure, match="lock"), only_run(home(tmp_path)):
        pass
    assert victim.read_text(encoding="utf-8") == "keep"


@pytest.mark.parametrize("folder", ["runs", "landing/files", "landing/receptions", "landing/refusals"])
def test_nothing_of_our_own_is_written_through_a_linked_folder(tmp_path: Path, folder: str) -> None:
    linked = tmp_path / "data" / folder
    linked.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    linked.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(EnvironmentFailure, match="link"), only_run(home(tmp_path)):
        pass


def test_two_runs_do_not_work_at_once(tmp_path: Path) -> None:
    place = home(tmp_path)
    with only_run(place), pytest.raises(EnvironmentFailure, match="another run"), only_run(place):
        pass


def test_a_gate_that_does_not_exist_cannot_be_let_through(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gate nosuch"):
        run(home(tmp_path), None, ["nosuch", "sums"])
    assert list(tmp_path.iterdir()) == []
