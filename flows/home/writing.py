"""Files written whole and through no link: neither where they are made nor where they come to lie."""

import errno
import hashlib
import os
from pathlib import Path

from flows.home.settings import Home


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
    links = (folder for folder in (*needed, home.outbox, home.reports.parent, home.reports) if folder.is_symlink())
    files = (folder for folder in needed if folder.exists() and not folder.is_dir())
    return next(links, next(files, None))
