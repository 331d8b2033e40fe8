"""What the parsers answered, kept on the disk: no night parses a workbook that an earlier one has parsed (ADR 40).

A cache of the program's own. An answer is found by the digest of all that decides it: the file, the parser's code, its
library. What is not there, or not whole, is parsed; without a folder everything is.
"""

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from flows.forms.apart import read_apart
from flows.home.private import is_private
from flows.home.writing import write_anew

LIBRARIES: Final = ("polars", "python-calamine")
"""Packages that parse."""

DIGEST_BYTES: Final = 32
FAST: Final = 1


class Answers:
    """A folder of answers, and which of them were asked for."""

    def __init__(self, folder: Path, *, is_kept: bool = True) -> None:
        self._folder, self._is_kept = folder, is_kept
        self._asked: set[str] = set()

    def answer(self, program: Path, content: bytes, memory: int) -> bytes:
        """Return what the program answers, which may be known already; raise ValueError where it refuses or dies."""
        name = _name(program, content, memory)
        self._asked.add(name)
        answer = self._read(name)
        if answer is None:
            answer = read_apart(program, content, memory)
            if self._is_kept:
                self._write(name, answer)
        return answer

    def forget_others(self) -> None:
        """Remove the answers that nothing asked for, as those of an older parser."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in self._asked:
                    path.unlink()

    def _read(self, name: str) -> bytes | None:
        try:
            held = (self._folder / name).read_bytes()
            answer = zlib.decompress(held[DIGEST_BYTES:])
        except (OSError, zlib.error):
            return None
        return answer if hashlib.sha256(answer).digest() == held[:DIGEST_BYTES] else None

    def _write(self, name: str, answer: bytes) -> None:
        with suppress(OSError):
            write_anew(self._folder / name, hashlib.sha256(answer).digest() + zlib.compress(answer, FAST))


_answers: Final[ContextVar[Answers | None]] = ContextVar("answers", default=None)


@contextmanager
def answers_kept(folder: Path, top: Path) -> Iterator[None]:
    """Within, keep what parsers answer in the folder, a night's whole: what no file of it asked for is removed.

    Nothing is taken from a folder that others may write, or that is reached by a link below `top`.
    """
    answers = Answers(folder) if is_private(folder, top) else None
    with _asked_of(answers):
        yield
    if answers:
        answers.forget_others()


@contextmanager
def answers_known(folder: Path, top: Path) -> Iterator[None]:
    """Within, take what the folder has of the parsers' answers, under the same conditions, and write nothing there."""
    is_trusted = folder.is_dir() and is_private(folder, top)
    with _asked_of(Answers(folder, is_kept=False) if is_trusted else None):
        yield


def answered(program: Path, content: bytes, memory: int) -> bytes:
    """Return what the parser answers (flows.forms.apart.read_apart), from what is kept where that is so."""
    answers = _answers.get()
    return answers.answer(program, content, memory) if answers else read_apart(program, content, memory)


@contextmanager
def _asked_of(answers: Answers | None) -> Iterator[None]:
    token = _answers.set(answers)
    try:
        yield
    finally:
        _answers.reset(token)


def _name(program: Path, content: bytes, memory: int) -> str:
    digest = hashlib.sha256(f"{_parsers()} {program.name} {memory}\n".encode())
    digest.update(content)
    return digest.hexdigest()


@cache
def _parsers() -> str:
    """The digest of the readers' code, with the versions of what parses."""
    top = Path(__file__).parent
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    for path in sorted(top.rglob("*.py")):
        digest.update(f"\n{path.relative_to(top).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()
