"""What the program makes under a home is closed to others, and open to the group that the settings name."""

import grp
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.home.ownership import closed_to_others, give_to_group
from flows.home.settings import home
from schemas.errors import EnvironmentFailure


def usable_group() -> grp.struct_group:
    """Another group than the user's own, where there is one: root may give to any."""
    mine = [*(entry.gr_gid for entry in grp.getgrall() if os.geteuid() == 0), *os.getgroups(), os.getegid()]
    return grp.getgrgid(next((one for one in mine if one != os.getegid()), os.getegid()))


@pytest.fixture(params=[0o022, 0o077, 0o000], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What the program's user has set for all that it makes."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_a_group_reaches_every_document_and_record_and_others_none(tmp_path: Path, umask: int) -> None:
    """A group that is named is to read, whatever the umask keeps from groups that are not."""
    group, at = usable_group(), home(tmp_path)
    with closed_to_others():
        give_to_group(at, group.gr_name)
        (at.reports / "crf").mkdir()
        paths = [at.reports / "crf" / "report.pdf", at.runs / "run.json", at.landing / "receptions.jsonl"]
        for path in paths:
            path.write_text("made in the night", encoding="utf-8")
    for path in paths:
        for made in (path, *(folder for folder in path.parents if tmp_path in folder.parents)):
            found = made.stat()
            wanted = stat.S_IRGRP if made.is_file() else stat.S_IRGRP | stat.S_IXGRP
            given = (found.st_gid, found.st_mode & wanted, found.st_mode & stat.S_IRWXO)
            assert given == (group.gr_gid, wanted, 0), made
    assert os.umask(umask) == umask


def test_a_group_that_is_named_later_reaches_what_the_next_night_makes(tmp_path: Path, umask: int) -> None:
    """Folders of landing, outbox and documents kept the group of the night that made them, and so did new files."""
    group, at = usable_group(), home(tmp_path)
    landed = [at.landing / name for name in ("files", "receptions", "refusals")]
    folders = [*landed, at.outbox / "icbc", at.reports / "crf" / "2025Q4"]
    kept = [at.lock, at.landing / "receptions.jsonl"]
    with closed_to_others():
        for folder in folders:
            folder.mkdir(parents=True)
        for path in kept:
            path.write_text("made before", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (at.reports / "linked").symlink_to(elsewhere)
    with closed_to_others():
        give_to_group(at, group.gr_name)
        made = [folder / "new" for folder in folders]
        for path in made:
            path.write_text("made in the night", encoding="utf-8")
    for path in [*kept, *made]:
        found = path.stat()
        assert (found.st_gid, found.st_mode & 0o047) == (group.gr_gid, stat.S_IRGRP), path
    for folder in folders:
        assert (folder.stat().st_gid, folder.stat().st_mode & 0o2057) == (group.gr_gid, 0o2050), folder
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700 & ~umask


def test_the_folder_of_the_programs_own_code_is_left_as_it_is(tmp_path: Path) -> None:
    code = tmp_path / "reports"
    code.mkdir(mode=0o755)
    before = code.stat()
    give_to_group(home(tmp_path), usable_group().gr_name)
    assert (code.stat().st_gid, code.stat().st_mode) == (before.st_gid, before.st_mode)


def test_a_group_that_does_not_exist_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="no_such_group"):
        give_to_group(home(tmp_path), "no_such_group")
