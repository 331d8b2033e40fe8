"""On PYTHONPATH, this notes each connection that a Python process tries to make beyond this machine."""

import os
import sys
from pathlib import Path
from typing import Any

HERE = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost", b"127.0.0.1", b"::1"}  # noqa: S104
NOTEBOOK = os.environ.get("GREENLOAN_TEST_CONNECTIONS")


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    host: Any = None
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    if NOTEBOOK and host not in HERE:
        with Path(NOTEBOOK).open("a", encoding="utf-8") as notebook:
            notebook.write(f"{os.getpid()} {event} {host!r} by {' '.join(sys.argv[:3])}\n")


sys.addaudithook(_note)
