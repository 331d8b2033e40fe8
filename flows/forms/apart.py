"""A parser in a process of its own: what it takes of memory and time is bounded, and its end is not the night's.

Run as a program, this module bounds itself and becomes the parser. It imports nothing of ours, to start at once.
"""

import resource
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Final

SECONDS: Final = 120
"""Of processor time; the largest file takes a fraction of it."""

WAITED_SECONDS: Final = 600
"""By the clock: threads that wait for each other take no processor time."""

REFUSED: Final = 3
"""The exit code of a parser that says on standard output why it does not read."""


def read_apart(program: Path, content: bytes, memory: int) -> bytes:
    """Return what the program writes when it is given the content; raise ValueError where it refuses or dies."""
    command = [sys.executable, "-I", __file__, str(program), str(memory)]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command, input=content, capture_output=True, check=False, timeout=WAITED_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"its parser gave no answer within {WAITED_SECONDS} s") from error
    if ended.returncode == REFUSED:
        raise ValueError(ended.stdout.decode())
    if ended.returncode:
        raise ValueError(f"its parser gave up within {memory >> 20} MiB and {SECONDS} s")
    return ended.stdout


def _bound(what: int, limit: int) -> None:
    """Set a limit unless a lower one is set already, which a process may not raise."""
    _, most = resource.getrlimit(what)
    lowest = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(what, (lowest, lowest))


def main() -> int:
    """Become the program that the first argument names, within the bytes of memory that the second one gives."""
    program, memory = sys.argv[1:]
    _bound(resource.RLIMIT_DATA, int(memory))
    _bound(resource.RLIMIT_CPU, SECONDS)
    _bound(resource.RLIMIT_CORE, 0)
    try:
        runpy.run_path(program, run_name="__main__")
    except ValueError as error:
        sys.stdout.buffer.write(str(error).encode(errors="replace"))
        return REFUSED
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
