"""One run at a time in a home, which holds a lock; it lies, like all that a run writes, behind no link."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from flows.home.settings import Home
from flows.home.writing import misplaced, written_into
from schemas.errors import EnvironmentFailure, NotBegun

LYING_THERE: Final = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
"""What may lie where a file belongs."""


@contextmanager
def only_run(home: Home) -> Iterator[None]:
    """Hold the run lock; raise NotBegun where there can be none, EnvironmentFailure where another run is under way."""
    if place := misplaced(home):
        thing = "a link" if place.is_symlink() else "a file"
        raise NotBegun(
            f"{thing} lies in the place of a folder of the program's own",
            where=str(place),
            available="a folder; one that lies on another disk is mounted there",
            remedy=f"remove {thing.replace('a ', 'the ')}, put the folder there or mount it, and run again",
        )
    with written_into(home.lock.parent):
        home.lock.parent.mkdir(parents=True, exist_ok=True)
    with _lock_file(home.lock) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EnvironmentFailure(
                "another run is under way",
                where=str(home.lock),
                available="one run at a time",
                remedy="wait for it to end: greenloan status",
            ) from error
        yield


def _lock_file(path: Path) -> IO[bytes]:
    """Open the lock through no link, and leave its content as it is."""
    if there := _lying_at(path):
        raise _no_lock(path, f"it is {there}")
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666), "rb+")
    except OSError as error:
        raise _no_lock(path, error.strerror or str(error)) from error


def _lying_at(path: Path) -> str | None:
    """Return what lies there instead of a file; nothing is opened to see it, as a device may act on that."""
    try:
        return LYING_THERE.get(stat.S_IFMT(path.lstat().st_mode))
    except OSError:
        return None


def _no_lock(path: Path, reason: str) -> NotBegun:
    return NotBegun(
        f"the run lock cannot be opened: {reason}",
        where=str(path),
        available="a file of the program's own, which it makes itself",
        remedy="remove what lies there, and run again",
    )
