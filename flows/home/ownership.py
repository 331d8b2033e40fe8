"""Who may read what the program writes under a home: its user, and a group where the settings name one."""

import grp
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flows.home.secrets import concealed
from flows.home.settings import Home
from schemas.errors import EnvironmentFailure

READABLE: Final = 0o440
"""What was landed or published is read by its user and group, and written by nobody."""

CLOSED_TO_OTHERS: Final = 0o007
CLOSED_TO_GROUP: Final = 0o050
"""What a umask may keep from the user's own group, and never from one that the settings name."""

SET_GROUP: Final = 0o2000
"""On a folder: what is made in it belongs to the folder's group."""

OF_A_FOLDER: Final = SET_GROUP | CLOSED_TO_GROUP
OF_A_FILE: Final = 0o040
"""What the group needs in the mode of each."""


@contextmanager
def closed_to_others() -> Iterator[None]:
    """Make files and folders as the umask demands (0640 and 0750 under the usual 022) with nothing for others."""
    before = os.umask(CLOSED_TO_OTHERS)
    os.umask(before | CLOSED_TO_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def give_to_group(home: Home, group: str) -> None:
    """Let everything that will be made under data/, reports/ and disclosures/ belong to the group, and be read by it.

    Folders that an earlier night made are given, too, and the two files that nights go on writing in; other files of
    theirs stay as they were made. The inbox is its senders' own. Called within `closed_to_others`, which puts the umask
    back.
    """
    with _given(home, group) as number:
        above = [] if home.reports.parent.exists() else [home.reports.parent]  # in a checkout it holds the code
        printed = (home.reports, home.waiting, home.disclosures)
        for folder in (home.root / "data", home.landing, home.runs, *above, *printed):
            folder.mkdir(parents=True, exist_ok=True)
            _give(folder, number, OF_A_FOLDER)
        for folder in _made_before(home):
            _give(folder, number, OF_A_FOLDER)
        for file in (home.lock, home.landing / "receptions.jsonl"):
            _give(file, number, OF_A_FILE)


def give_folder(home: Home, group: str, folder: Path) -> None:
    """Let what a command other than the night will write in the folder belong to the group, and be read by it.

    The folder and those above that are not there are made. Called within `closed_to_others`, too.
    """
    with _given(home, group) as number:
        missing = [one for one in folder.parents if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for one in (*missing, *_folders_within(folder)):
            _give(one, number, OF_A_FOLDER)


@contextmanager
def _given(home: Home, group: str) -> Iterator[int]:
    """Open the umask to the group and give its number; raise EnvironmentFailure where nothing can be given to it."""
    os.umask(os.umask(CLOSED_TO_OTHERS) & ~CLOSED_TO_GROUP)
    try:
        number = grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise _refusal(home, f"there is no group '{concealed(group)}' on this machine") from error
    try:
        yield number
    except PermissionError as error:
        raise _refusal(home, f"{error.filename} cannot be given to the group '{group}': {error.strerror}") from error


def _refusal(home: Home, what: str) -> EnvironmentFailure:
    """The groups to which this user may give files; root may give them to any."""
    own = {os.getegid(), *os.getgroups()}
    names = sorted({one.gr_name for one in grp.getgrall() if one.gr_gid in own or os.geteuid() == 0})
    user = f"the user {os.geteuid()}"
    return EnvironmentFailure(
        what,
        where=f"{home.settings.name} [files] group",
        available=f"{user} may give to: {', '.join(names)}" if names else f"{user} is in no group that has a name",
        remedy="name one of these groups, or let an administrator make the user a member (usermod -aG GROUP USER) and "
        "log in anew; what belongs to another user is given to this one first (chown)",
    )


def _made_before(home: Home) -> Iterator[Path]:
    """The folders in which nights go on writing."""
    yield from (home.landing / name for name in ("files", "receptions", "refusals"))
    for top in (home.outbox, home.reports, home.waiting, home.disclosures):
        yield from _folders_within(top)


def _folders_within(top: Path) -> Iterator[Path]:
    """The folder itself and those within it, through no link."""
    if not top.is_symlink():
        yield from (Path(folder) for folder, _, _ in os.walk(top))


def _give(path: Path, group: int, mode: int) -> None:
    """Nothing is given through a link; what is as it should be, or not there, is left alone."""
    if path.is_symlink() or not path.exists():
        return
    found = path.stat()
    if found.st_gid != group:
        os.chown(path, -1, group)
    if found.st_gid != group or found.st_mode & mode != mode:
        path.chmod(found.st_mode | mode)
