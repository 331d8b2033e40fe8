"""Files written whole and through no link: neither where they are made nor where they come to lie."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flows.home.settings import Home
from schemas.errors import EnvironmentFailure

FULL: Final = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def written_into(folder: Path) -> Iterator[None]:
    """Raise EnvironmentFailure, which names the folder of the program's own, where what is written there fails."""
    try:
        yield
    except OSError as error:
        space = "free space on its disk (df)"
        access = "let the program's user write there (ls -ld, chown, chmod), or mount its disk for writing"
        raise EnvironmentFailure(
            f"a folder of the program's own cannot be written: {error.strerror or error}",
            where=str(folder),
            available="what was there is as it was; nothing half-written is ever published",
            remedy=f"{space if error.errno in FULL else access}, and run again",
        ) from error


def write_anew(path: Path, content: bytes) -> Path:
    """Write the file whole, in the place of what lies there; a link there is replaced and not followed."""
    partial = path.with_name(f".{hashlib.sha256(path.name.encode()).hexdigest()[:16]}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        return partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Put the bytes of a file, or the names of a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_links(path: Path, top: Path) -> None:
    """Raise OSError where a folder between `top` and the file, `top` too, is a link."""
    folders = [folder for folder in path.parents if folder == top or top in folder.parents]
    linked = next((folder for folder in folders if folder.is_symlink()), None)
    if linked:
        raise OSError(errno.ELOOP, f"{linked} is a link; no file is written through one: remove it, and run again")


def misplaced(home: Home) -> Path | None:
    """Return the first place of a folder of the program's own where a link lies, or of one that a night needs a file.

    Nothing is written through a link. Without outbox or reports a night goes on, and says what it could not write.
    """
    landed = [home.landing / name for name in ("files", "receptions", "refusals")]
    needed = [home.landing.parent, home.runs, home.landing, *landed]
    links = (
        folder
        for folder in (*needed, home.outbox, home.reports.parent, home.reports, home.waiting, home.disclosures)
        if folder.is_symlink()
    )
    files = (folder for folder in needed if folder.exists() and not folder.is_dir())
    return next(links, next(files, None))


def is_closed(home: Home) -> bool:
    """True where the user who asks runs the nights, whose lock is this user's, and may write no record of one."""
    folder = home.runs if home.runs.exists() else home.runs.parent
    is_own = home.lock.exists() and home.lock.stat().st_uid == os.geteuid()
    return is_own and not os.access(folder, os.W_OK | os.X_OK)
