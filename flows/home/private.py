"""Folders of the program's user alone: what others could have written there is not believed."""

import os
import stat
from pathlib import Path
from typing import Final

from flows.home.writing import refuse_links

PRIVATE: Final = 0o700


def is_private(folder: Path, top: Path) -> bool:
    """Make the folder where there is none; return whether it is ours alone, and reached by no link below `top`."""
    try:
        refuse_links(folder / "file", top)
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & ~PRIVATE & 0o777
