"""Ctrl-C ends a command with 130, however often it is pressed and whatever the command is doing.

The first press raises KeyboardInterrupt, and later ones do nothing, so that they disturb no tidying up. A library may
swallow it, or wait for another thread and hear nothing: so a thread of its own listens as well, ends the queries that
run, and after a while the process. A native module that is broken off while it is imported aborts the process: a press
is heard when the import is over. Nothing that a run writes minds being ended at any moment; what must be whole, as
the swap and the line that names it, holds the press back (`uninterrupted`).
"""

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from types import FrameType
from typing import Final, NoReturn

from flows.running.leaving import leave_at_once

TIDYING_SECONDS: Final = 5.0
"""How long a command may take to end by itself after the first press."""
AGAIN_SECONDS: Final = 0.05
"""How soon a press that came during an import is repeated."""

_presses: Final[list[float]] = []
"""When it was pressed. A list, for an event has a lock: a press during a press would wait for itself."""
_running: Final[set[Callable[[], None]]] = set()
_whole: Final = threading.Lock()
"""Whoever has it is not ended. The handler never waits for it."""
_held: Final[list[bool]] = []
"""Whether a press came, of what holds it back."""
_heard: Final[list[bool]] = []
"""Not empty once the first press was raised or is held back."""


def hear_ctrl_c() -> None:
    """Hear it from now on in this process; a command that was started to ignore it (nohup, &) goes on ignoring it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # ignoring alone would end with the import of polars, which takes the signal; children inherit the mask
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    if signal.getsignal(signal.SIGINT) not in {signal.default_int_handler, leave_at_once}:
        return
    waiting, waking = socket.socketpair()
    waking.setblocking(False)
    threading.Thread(target=_listen, args=(waiting,), daemon=True).start()
    signal.set_wakeup_fd(waking.detach(), warn_on_full_buffer=False)  # stays open as long as the process
    turns = count()

    def once(_: int, frame: FrameType | None) -> None:
        _presses.append(time.monotonic())  # the other thread may not have had its turn yet
        if _is_importing(frame) or next(turns) > 0:
            return
        _heard.append(True)
        if not _held:
            raise KeyboardInterrupt
        _held[-1] = True

    signal.signal(signal.SIGINT, once)


def is_pressed() -> bool:
    """True once Ctrl-C was pressed: what fails from then on fails for that."""
    return bool(_presses)


@contextlib.contextmanager
def ended_by_ctrl_c(end: Callable[[], None]) -> Iterator[None]:
    """Call `end`, from another thread, where Ctrl-C is pressed in the meantime."""
    _running.add(end)
    try:
        yield
    finally:
        _running.discard(end)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Do what is within to its end, and hear then the Ctrl-C that was pressed in the meantime."""
    with _whole:
        _held.append(False)
        try:
            yield
        finally:
            was_pressed = _held.pop()
    if was_pressed:
        raise KeyboardInterrupt


def leave() -> NoReturn:
    """Say that the command was interrupted, and end the process here and now."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    leave_at_once()


def done() -> None:
    """From here on the command has its exit code, and Ctrl-C changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _listen(heard: socket.socket) -> None:
    while heard.recv(1) != bytes([signal.SIGINT]):
        continue
    _presses.append(time.monotonic())
    for end in list(_running):
        end()
    _repeat_until_heard()
    _whole.acquire(timeout=TIDYING_SECONDS)  # for good: what has not begun does not begin
    time.sleep(TIDYING_SECONDS)
    leave_at_once()


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _repeat_until_heard() -> None:
    """An import may have passed over the press; one that takes too long is ended with the process."""
    until = time.monotonic() + TIDYING_SECONDS
    while not _heard and time.monotonic() < until:
        time.sleep(AGAIN_SECONDS)
        if not _heard:
            os.kill(os.getpid(), signal.SIGINT)
