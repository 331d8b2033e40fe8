"""Who may read what the program writes under a home: its user, and a group where the settings name one."""

import grp
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flows.home.settings import Home
from schemas.errors import EnvironmentFailure

READABLE: Final = 0o440
"""What was landed or published is read by its user and group, and written by nobody."""

CLOSED_TO_OTHERS: Final = 0o007
CLOSED_TO_GROUP: Final = 0o050
"""What a umask may keep from the user's own group, and never from one that the settings name."""

SET_GROUP: Final = 0o2000
"""On a folder: what is made in it belongs to the folder's group."""


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
    """Let everything that will be made under data/ and reports/ belong to the group, and be read by it.

    The inbox is its senders' own. Called within `closed_to_others`, which puts the umask back.
    """
    os.umask(os.umask(CLOSED_TO_OTHERS) & ~CLOSED_TO_GROUP)
    try:
        number = grp.getgrnam(group).gr_gid
        above = [] if home.reports.parent.exists() else [home.reports.parent]  # in a checkout it holds the code
        for folder in (home.root / "data", home.landing, home.runs, *above, home.reports):
            folder.mkdir(parents=True, exist_ok=True)
            _give(folder, number)
    except (KeyError, PermissionError) as error:
        raise EnvironmentFailure(
            f"files cannot be given to the group '{group}': {error}",
            where=f"{home.settings.name} [files] group",
            available=", ".join(sorted(entry.gr_name for entry in grp.getgrall() if entry.gr_gid in os.getgroups())),
            remedy="name a group of which the program's user is a member",
        ) from error


def _give(folder: Path, group: int) -> None:
    os.chown(folder, -1, group)
    folder.chmod(folder.stat().st_mode | SET_GROUP | CLOSED_TO_GROUP)
