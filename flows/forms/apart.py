"""A parser in a process of its own: what it takes of memory and time is bounded, and its end is not the night's.

Run as a program, this module bounds itself and becomes the parser. It imports nothing of ours, to start at once.
"""

import os
import resource
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

SECONDS: Final = 120
"""Of processor time, where the caller says nothing else; the largest workbook takes a fraction of it."""

WAITED_SECONDS: Final = 600
"""By the clock: threads that wait for each other take no processor time."""

NO_BACKTRACE: Final = {"RUST_BACKTRACE": "0", "RUST_LIB_BACKTRACE": "0"}
"""A parser without memory that writes where it was needs memory for that, and then waits for itself."""

REFUSED: Final = 3
"""The exit code of a parser that says on standard output why it does not read."""


def read_apart(program: Path, content: bytes, memory: int) -> bytes:
    """Return what the program writes when it is given the content; raise ValueError where it refuses or dies."""
    with answered_apart(program, content, memory) as answer:
        return answer.read()


@contextmanager
def answered_apart(
    program: Path, content: bytes, memory: int, *words: str, seconds: int = SECONDS
) -> Iterator[BinaryIO]:
    """Give the same as a file, for answers that are read piece by piece; `words` are arguments of the program."""
    command = [sys.executable, "-I", __file__, str(memory), str(seconds), str(program), *words]
    with tempfile.TemporaryFile() as answer:
        try:
            ended = subprocess.run(  # noqa: S603 - our own module
                command,
                input=content,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                check=False,
                timeout=WAITED_SECONDS,
                env=os.environ | NO_BACKTRACE,
            )
        except subprocess.TimeoutExpired as error:
            raise ValueError(f"its parser gave no answer within {WAITED_SECONDS} s") from error
        answer.seek(0)
        if ended.returncode == REFUSED:
            raise ValueError(answer.read().decode())
        if ended.returncode:
            raise ValueError(f"its parser gave up within {memory >> 20} MiB and {seconds} s")
        yield answer


def _bound(what: int, limit: int) -> None:
    """Set a limit unless a lower one is set already, which a process may not raise."""
    _, most = resource.getrlimit(what)
    lowest = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(what, (lowest, lowest))


def main() -> int:
    """Become a program; the arguments are its bytes of memory, its seconds, itself and its words."""
    memory, seconds, program = sys.argv[1:4]
    _bound(resource.RLIMIT_DATA, int(memory))
    _bound(resource.RLIMIT_CPU, int(seconds))
    _bound(resource.RLIMIT_CORE, 0)
    sys.argv = sys.argv[3:]
    try:
        runpy.run_path(program, run_name="__main__")
    except ValueError as error:
        _answer_instead(str(error))
        return REFUSED
    return 0


def _answer_instead(reason: str) -> None:
    """A refusal takes the place of what has been written before it was known."""
    sys.stdout.flush()
    os.ftruncate(1, 0)
    os.lseek(1, 0, os.SEEK_SET)
    os.write(1, reason.encode(errors="replace"))


if __name__ == "__main__":
    raise SystemExit(main())
