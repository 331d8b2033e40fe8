"""Ctrl-C ends a command with 130 and one sentence, however often it is pressed, at any moment after the first line.

The long form, which presses at random moments of whole nights:
`python -m tests.unit.flows.running.test_interruption 100`.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.integration.program import CHECKOUT, H07, Home, clean_environment

PRESSES: Final = {
    "twice at once": [0.0, 0.0],
    "again while it ends": [0.0, 0.05, 0.1],
    "again and again": [0.3, 0.01, 0.2, 0.2, 0.2],
    "twice within a second": [0.8, 0.5],
    "late and often": [1.5, 0.0, 0.001, 0.01, 0.1],
}
"""Seconds before each press: the first ones fall among the imports, where a library may catch anything."""


@pytest.mark.parametrize("waits", PRESSES.values(), ids=PRESSES)
def test_a_night_ends_with_130_however_often_it_is_pressed(tmp_path: Path, waits: list[float]) -> None:
    code, printed = pressed(Home(tmp_path), ("nightly",), waits)
    assert code == 130, printed
    assert printed.count("greenloan: interrupted") == 1
    assert not any(word in printed for word in ("Traceback", "Exception ignored", "KeyboardInterrupt")), printed


def pressed(home: Home, command: tuple[str, ...], waits: list[float]) -> tuple[int, str]:
    """What a command that has printed its first line ends with, and what it says after it."""
    process = home.start(*command)
    assert process.stderr
    process.stderr.readline()
    for wait in waits:
        time.sleep(wait)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    printed = process.communicate(timeout=60)[1]
    return process.returncode, printed


SWALLOWING: Final = """
import time
from flows.running import interruption
interruption.TIDYING_SECONDS = 0.2
interruption.hear_ctrl_c()
try:
    print("begun", flush=True)
    time.sleep(30)
except KeyboardInterrupt:
    time.sleep(30)
"""
DONE: Final = """
import time
from flows.running import interruption
interruption.hear_ctrl_c()
interruption.done()
print("begun", flush=True)
time.sleep(0.5)
"""
IGNORING: Final = DONE.replace("interruption.done()", "").replace(
    "import time", "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)"
)


HOLDING: Final = """
import sys, time
from flows.running import interruption
interruption.TIDYING_SECONDS = 0.5
interruption.hear_ctrl_c()
try:
    with interruption.uninterrupted():
        print("begun", flush=True)
        time.sleep(0.7)
        print("whole", file=sys.stderr, flush=True)
    print("too far", file=sys.stderr, flush=True)
except KeyboardInterrupt:
    interruption.leave()
"""


def test_what_must_be_whole_is_done_before_presses_are_heard() -> None:
    process = begun(HOLDING)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    printed = process.communicate(timeout=60)[1].splitlines()
    assert (process.returncode, printed[0], printed[1].partition(";")[0]) == (130, "whole", "greenloan: interrupted")
    assert len(printed) == 2


SWAPPED: Final = """
import os, signal, sys
from flows.cli import main
from flows.warehouse import candidate
swap = candidate.publish
def pressed_twice(*paths):
    swap(*paths)
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGINT)
candidate.publish = pressed_twice
print("begun", flush=True)
sys.argv = ["greenloan", "nightly", "--home", sys.argv[1]]
sys.exit(main())
"""


def test_a_night_that_is_pressed_at_the_swap_says_that_it_published(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.deliver_case(H07)
    process = begun(SWAPPED, str(tmp_path))
    printed = process.communicate(timeout=120)[1]
    (record,) = (json.loads(path.read_text()) for path in (tmp_path / "data" / "runs").glob("*.json"))
    assert (process.returncode, printed.count("  published "), printed.count("interrupted")) == (130, 1, 1), printed
    assert (record["message"], "publish" in record["stages"], "report" in record["stages"]) == (
        "interrupted",
        True,
        False,
    )


SWALLOWED: Final = """
import sys, time
from pathlib import Path
from flows.home.settings import Home
from flows.running import interruption, run
def swallowing(*_):
    try:
        print("begun", flush=True)
        time.sleep(30)
    except KeyboardInterrupt:
        time.sleep(30)
interruption.TIDYING_SECONDS = 0.2
interruption.hear_ctrl_c()
home = Path(sys.argv[1])
run.run(Home(home, home / "inbox"), None, (), {"land": swallowing})
"""


def test_the_record_of_a_run_that_is_ended_says_that_it_was_interrupted(tmp_path: Path) -> None:
    process = begun(SWALLOWED, str(tmp_path))
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    process.communicate(timeout=60)
    (record,) = (json.loads(path.read_text()) for path in (tmp_path / "data" / "runs").glob("*.json"))
    assert (process.returncode, record["outcome"], record["message"]) == (130, "failed", "interrupted")


IN_THE_BACKGROUND: Final = """
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
from flows.running import interruption
interruption.hear_ctrl_c()
import polars
child = subprocess.Popen([sys.executable, "-c", "print('begun', flush=True); import time; time.sleep(1)"])
sys.exit(child.wait())
"""


def test_a_night_in_the_background_and_the_processes_that_it_starts_ignore_the_press() -> None:
    """A shell starts `greenloan nightly &` with the signal ignored; polars takes it for itself when imported."""
    process = begun(IN_THE_BACKGROUND)
    os.killpg(process.pid, signal.SIGINT)
    printed = process.communicate(timeout=60)[1]
    assert (process.returncode, printed) == (0, "")


IMPORTING: Final = """
import sys, time
from flows.running import interruption
interruption.hear_ctrl_c()
sys.path.insert(0, sys.argv[1])
try:
    import native
    time.sleep(30)
except KeyboardInterrupt:
    print("imported whole" if sys.modules["native"].whole else "broken off", file=sys.stderr, flush=True)
    interruption.leave()
"""
NATIVE: Final = """
import time
print("begun", flush=True)
whole = False
time.sleep(1)
whole = True
"""


def test_an_import_is_not_broken_off_and_the_press_is_heard_after_it(tmp_path: Path) -> None:
    """A native module whose import is broken off aborts the process (nanobind: SIGABRT, seen with DuckDB)."""
    (tmp_path / "native.py").write_text(NATIVE)
    patient = IMPORTING.replace("interruption.hear", "interruption.TIDYING_SECONDS = 30; interruption.hear")
    process = begun(patient, str(tmp_path))
    for _ in range(3):
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
    printed = process.communicate(timeout=60)[1].splitlines()
    assert (process.returncode, printed[0], printed[1].partition(";")[0]) == (
        130,
        "imported whole",
        "greenloan: interrupted",
    )
    assert len(printed) == 2


def test_an_import_that_takes_too_long_is_ended_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "native.py").write_text(NATIVE.replace("sleep(1)", "sleep(30)"))
    process = begun(
        IMPORTING.replace("interruption.hear", "interruption.TIDYING_SECONDS = 0.2; interruption.hear"), str(tmp_path)
    )
    process.send_signal(signal.SIGINT)
    printed = process.communicate(timeout=60)[1]
    assert (process.returncode, printed.count("interrupted"), len(printed.splitlines())) == (130, 1, 1)


def begun(program: str, *arguments: str) -> subprocess.Popen[str]:
    """A program that has printed that it has begun."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env=clean_environment(),
        start_new_session=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    return process


@pytest.mark.parametrize(("program", "code"), [(SWALLOWING, 130), (DONE, 0), (IGNORING, 0)])
def test_a_press_that_a_library_swallows_is_heard_and_one_after_the_end_changes_nothing(
    program: str, code: int
) -> None:
    process = begun(program)
    process.send_signal(signal.SIGINT)
    printed = process.communicate(timeout=60)[1]
    assert (process.returncode, printed.count("interrupted")) == (code, code // 130)


PRESSED_BY_AN_IMPORT: Final = """
import os, signal, sys
module = sys.argv[1]
class Pressing:
    def find_spec(self, name, *_):
        if name == module:
            print("begun", flush=True)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Pressing())
from flows.start import main
sys.argv[1:] = ["nightly", "--home", "/nowhere"]
raise SystemExit(main())
"""


@pytest.mark.parametrize("module", ["flows.cli", "argparse", "traceback", "flows.published.kinds.kinds", "socket"])
def test_a_press_before_the_first_line_ends_with_130_and_one_sentence_too(module: str) -> None:
    """While the command line is imported, at each of these modules."""
    process = begun(PRESSED_BY_AN_IMPORT, module)
    printed = process.communicate(timeout=60)[1]
    assert (process.returncode, printed.count("greenloan: interrupted"), len(printed.splitlines())) == (130, 1, 1), (
        printed
    )


def test_the_program_that_is_installed_begins_where_a_press_is_heard() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"greenloan": "flows.start:main"}
    loaded = "import sys, flows.start; print(*sorted(m for m in sys.modules if m.startswith('flows')))"
    ended = subprocess.run([sys.executable, "-c", loaded], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["flows", "flows.running", "flows.running.leaving", "flows.start"]


def test_a_command_in_the_background_ignores_the_press_before_its_first_line_too() -> None:
    ignoring = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + PRESSED_BY_AN_IMPORT
    process = begun(ignoring.replace('["nightly", "--home", "/nowhere"]', '["--help"]'), "argparse")
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)


def moments(draw: random.Random, seconds: float) -> Iterator[float]:
    """The moments of a first press anywhere in a night, and of more within a second."""
    yield draw.uniform(0, seconds)
    for _ in range(draw.randint(0, 5)):
        yield draw.choice([0, 0.001, 0.01, 0.1, 0.4, 1])


def hammer(times: int, seed: int = 1) -> dict[int, int]:
    """Interrupt this number of nights on a worked case; return each exit code's count; print what is not plain."""
    draw, codes = random.Random(seed), dict[int, int]()  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.deliver_case(H07)
        started = time.monotonic()
        assert home.run("nightly").code == 0
        whole = time.monotonic() - started
        for _ in range(times):
            code, printed = pressed(home, ("nightly",), list(moments(draw, whole)))
            codes[code] = codes.get(code, 0) + 1
            if code != 130 or "Traceback" in printed or printed.count("interrupted") != 1:
                print(code, printed)  # noqa: T201 - the proof's answer
        assert home.run("nightly").code == 0
    return codes


if __name__ == "__main__":
    print(hammer(int(sys.argv[1])))  # noqa: T201 - the proof's answer
