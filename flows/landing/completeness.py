"""Which delivered files are complete: what is still being written, or lacks its sender's end marker, waits a night."""

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final

YOUNG_SECONDS: Final = 60.0
"""A file changed within this time may still be growing, and is looked at twice."""

WAIT_SECONDS: Final = 1.0
UNFINISHED_ENDINGS: Final = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".writing")


def complete_files(
    paths: Collection[Path], markers: Mapping[Path, str], *, clock: Callable[[], float] = time.time
) -> tuple[list[Path], list[Path]]:
    """Return the files that can be landed and those to leave for the next run.

    `markers` gives the end marker of each folder whose sender uses one: `.ok` means that `loans.csv` is complete once
    `loans.csv.ok` or `loans.ok` lies beside it.
    """
    deliveries = [path for path in paths if not _is_marker(path, markers)]
    unfinished = {path for path in deliveries if path.name.lower().endswith(UNFINISHED_ENDINGS)}
    unmarked = {path for path in deliveries if not _is_marked(path, markers.get(path.parent))}
    waiting = unfinished | unmarked | _changing([p for p in deliveries if p not in unfinished | unmarked], clock)
    return [path for path in deliveries if path not in waiting], sorted(waiting)


def _is_marker(path: Path, markers: Mapping[Path, str]) -> bool:
    marker = markers.get(path.parent)
    return marker is not None and path.name.endswith(marker)


def _is_marked(path: Path, marker: str | None) -> bool:
    if marker is None:
        return True
    return path.with_name(path.name + marker).exists() or path.with_suffix(marker).exists()


def _changing(paths: list[Path], clock: Callable[[], float]) -> set[Path]:
    before = {path: _state(path) for path in paths}
    young = [path for path, (_, changed) in before.items() if clock() - changed < YOUNG_SECONDS]
    if young:
        time.sleep(WAIT_SECONDS)
    return {path for path in young if _state(path) != before[path]}


def _state(path: Path) -> tuple[int, float]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return -1, 0.0
    return status.st_size, status.st_mtime
