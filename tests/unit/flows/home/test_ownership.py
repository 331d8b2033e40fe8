"""What the program makes under a home is closed to others, and open to the group that the settings name."""

import grp
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from flows.home.ownership import closed_to_others, give_folder, give_to_group
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
        for folder in (at.reports / "crf", at.disclosures / "crf"):
            folder.mkdir()
        documents = [at.reports / "crf" / "report.pdf", at.disclosures / "crf" / "report.pdf"]
        paths = [*documents, at.runs / "run.json", at.landing / "receptions.jsonl"]
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
    with pytest.raises(EnvironmentFailure, match="there is no group 'no_such_group' on this machine") as refused:
        give_to_group(home(tmp_path), "no_such_group")
    own = grp.getgrgid(os.getegid()).gr_name
    assert refused.value.where == "greenloan.toml [files] group"
    assert refused.value.available.startswith(f"the user {os.geteuid()} may give to: ")
    assert own in refused.value.available.partition(": ")[2].split(", ")
    assert "usermod -aG" in refused.value.remedy


def test_a_user_whose_groups_have_no_names_is_named_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose user is a number alone."""
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    monkeypatch.setattr(os, "getegid", lambda: 4711)
    monkeypatch.setattr(os, "getgroups", lambda: [4712])
    with pytest.raises(EnvironmentFailure) as refused:
        give_to_group(home(tmp_path), "no_such_group")
    assert refused.value.available == "the user 4711 is in no group that has a name"


def test_a_folder_that_this_user_may_not_give_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at, group = home(tmp_path), grp.getgrgid(os.getegid())

    def refused(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(EnvironmentFailure) as failure:
        give_to_group(at, group.gr_name)
    assert failure.value.what.startswith(f"{at.root / 'data'} cannot be given to the group '{group.gr_name}'")


def test_a_folder_of_a_command_is_given_with_what_is_made_above_and_within_it(tmp_path: Path, umask: int) -> None:
    group, at = usable_group(), home(tmp_path)
    folder = at.root / "reports" / "published"
    with closed_to_others():
        give_folder(at, group.gr_name, folder)
        (folder / "crf").mkdir()
        document = folder / "crf" / "report.pdf"
        document.write_text("made by disclose", encoding="utf-8")
    for path in (folder.parent, folder, folder / "crf"):
        assert (path.stat().st_gid, path.stat().st_mode & 0o057) == (group.gr_gid, 0o050), path
    assert (document.stat().st_gid, document.stat().st_mode & 0o047) == (group.gr_gid, stat.S_IRGRP)
    assert not at.landing.exists()
    assert os.umask(umask) == umask


RUNBOOK: Final = Path(__file__).resolve().parents[4] / "docs" / "runbook.md"
LEFT_BY_A_NIGHT: Final = [
    "data/landing/files/digest",
    "data/landing/receptions/1.json",
    "data/landing/refusals/digest",
    "data/landing/receptions.jsonl",
    "data/runs/run.json",
    "data/outbox/icbc/loans.refused.csv",
    "disclosures/crf/2025Q4/crf_2025Q4_all-lenders_zh/edition-1/edition.json",
    "reports/published/crf/2025Q3/report.pdf",
]


def test_what_the_runbook_says_of_older_files_is_enough_and_reaches_nothing_else(tmp_path: Path, umask: int) -> None:
    """All that a night leaves under a home, but for what the next one makes anew; the inbox is its senders' own."""
    group, at = usable_group(), home(tmp_path)
    made = [at.root / path for path in LEFT_BY_A_NIGHT]
    sent = at.inbox / "icbc" / "loans.csv"
    with closed_to_others():
        for path in (*made, sent):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("made before", encoding="utf-8")
    of_sender = (sent.stat().st_gid, sent.stat().st_mode)
    runbook = RUNBOOK.read_text("utf-8")
    for command in re.findall(r"^(?:chgrp|chmod) -R .*$", runbook, re.MULTILINE):
        subprocess.run(command.replace("greenloan", str(group.gr_gid)).split(), cwd=at.root, check=True)
    with closed_to_others():
        give_to_group(at, group.gr_name)
    for path in made:
        for one in (path, path.parent):
            wanted = stat.S_IRGRP | (stat.S_IXGRP if one.is_dir() else 0)
            found = (one.stat().st_gid, one.stat().st_mode & wanted, one.stat().st_mode & stat.S_IRWXO)
            assert found == (group.gr_gid, wanted, 0), one
    assert (sent.stat().st_gid, sent.stat().st_mode) == of_sender
