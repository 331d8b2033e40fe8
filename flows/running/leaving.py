"""How an interrupted command ends, whatever it is doing. It imports next to nothing: it is there before all else."""

import os
import select
from types import FrameType
from typing import Final, NoReturn

INTERRUPTED: Final = 130
WORDS: Final = (
    "greenloan: interrupted; the published file is whole: that before, or the new one where 'published' was printed; "
    "run the command again"
)


def leave_at_once(_: int = 0, __: FrameType | None = None) -> NoReturn:
    """End the process with its one sentence; nothing waits for a terminal or pipe that takes no more text."""
    try:
        if select.select([], [2], [], 0)[1]:
            os.write(2, f"{WORDS}\n".encode())
    except (OSError, ValueError):
        pass
    os._exit(INTERRUPTED)
