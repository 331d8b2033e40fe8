"""A process killed while it writes an edition leaves none of it, whatever it had written by then."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from flows.published.documents.editions import editions_in
from schemas.words.editions import FIGURES, FIRST, WHOLE
from tests.integration.program import CHECKOUT, PATIENCE, clean_environment

PUBLISH: Final = """
import os, signal, sys
from pathlib import Path
from flows.published.documents import editions
from tests.unit.flows.published.documents.test_identity import FIRST, SECOND, Press

steps = int(sys.argv[2])

def sync(path):
    global steps
    steps -= 1
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)

press = Press(Path(sys.argv[1]))
press.night(FIRST)
editions.sync = sync
press.night(SECOND, "12.40")
"""
FILES: Final = 3
"""A PDF, a page and the record."""


@pytest.mark.parametrize("step", range(1, FILES + 3))
def test_an_edition_is_whole_or_is_not_there(tmp_path: Path, step: int) -> None:
    """After each file, after the folder that holds them, and after that has its name."""
    killed = _publish(tmp_path, step)
    shelf = next(tmp_path.glob("disclosures/*/*/*"))
    first, second = (FIRST, WHOLE), (FIGURES, WHOLE)
    found = [(one.edition.reason if one.edition else None, one.state) for one in editions_in(shelf)]
    assert (killed, found) == (-signal.SIGKILL, [first, second] if step == FILES + 2 else [first])
    assert _publish(tmp_path, 0) == 0
    again = [(one.edition.reason if one.edition else None, one.state) for one in editions_in(shelf)]
    assert again[:2] == [first, second]
    assert not [path for path in shelf.iterdir() if path.name.startswith(".")]


def _publish(root: Path, step: int) -> int:
    return subprocess.run(
        [sys.executable, "-c", PUBLISH, str(root), str(step)],
        cwd=CHECKOUT,
        env=clean_environment(),
        timeout=PATIENCE,
        check=False,
    ).returncode
