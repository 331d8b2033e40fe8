"""What lies in the inbox: the files that can be delivered, and what is passed over, with the reason.

Nothing in it is followed or trusted: links, devices and names that are not text are passed over, hidden things are not
deliveries, and a folder or file that cannot be read keeps nobody else's from landing.
"""

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final, NamedTuple

from flows.home.limits import LARGEST_FILE_BYTES
from schemas.errors import EnvironmentFailure
from transforms.deliveries.speakers.senders import UNSEEN, folder_key

IGNORED: Final = {"Thumbs.db"}
OFFICE_LOCK: Final = "~$"
CONTROL: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories that no file name of a delivery may hold: they write lines of their own, or turn a name around."""


@dataclass(frozen=True)
class PassedOver:
    """A thing in the inbox that was not landed: its path below the inbox, in print, and why."""

    path: str
    reason: str


class Inbox(NamedTuple):
    """Regular files that somebody may have delivered, in order of their path; and what was passed over."""

    files: list[Path]
    passed_over: list[PassedOver]


def look(inbox: Path) -> Inbox:
    """Return what lies in the inbox; raise EnvironmentFailure where it is not a folder."""
    if not inbox.is_dir():
        raise EnvironmentFailure(
            "the inbox is not a folder",
            where=str(inbox),
            available="nothing",
            remedy="mount or create it, or name another one with --inbox",
        )
    unreadable: list[OSError] = []
    found = list(_entries(inbox, unreadable))
    passed = [PassedOver(printed(path, inbox), reason) for path, reason in found if reason]
    passed += [
        PassedOver(_folder_in_print(Path(error.filename or inbox), inbox), f"it cannot be opened: {error.strerror}")
        for error in unreadable
    ]
    files, doubled = _one_file_a_name(sorted(path for path, reason in found if reason is None), inbox)
    return Inbox(files, sorted([*passed, *doubled], key=lambda one: one.path))


def sender_of(path: Path, inbox: Path) -> str:
    """Return the sender's folder below the inbox as it is recorded: composed (NFC); empty for a loose file."""
    folder = path.parent.relative_to(inbox).as_posix()
    return "" if folder == "." else unicodedata.normalize("NFC", folder)


def printed(path: Path, inbox: Path) -> str:
    """Return the path below the inbox as plain text: what is not text or would break a line is written as an escape."""
    try:
        below = path.relative_to(inbox)
    except ValueError:
        below = path
    return _in_print(below)


def _folder_in_print(folder: Path, inbox: Path) -> str:
    return f"the inbox {_in_print(inbox)}" if folder == inbox else printed(folder, inbox)


def _in_print(path: Path) -> str:
    text = os.fsencode(path).decode("utf-8", errors="backslashreplace")
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in CONTROL or UNSEEN.match(c) else c for c in text)


def opened(path: Path) -> BufferedReader:
    """Open a regular file for reading; a link or anything else that took its place since is an OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def unread(error: OSError) -> str:
    """Return why `opened`, or reading what it gave, failed."""
    if error.errno == errno.ELOOP:
        return "it is a link, and links are never followed"
    return f"it cannot be read: {error.strerror or error}"


def _entries(folder: Path, unreadable: list[OSError]) -> Iterator[tuple[Path, str | None]]:
    """Return each file, and each thing that cannot be one with the reason; folders that are links are not entered."""
    for root, folders, files in os.walk(folder, onerror=unreadable.append, followlinks=False):
        yield from ((Path(root, name), "it is a link") for name in folders if _is_link(Path(root, name)))
        bad = {name for name in folders if not is_hidden(name) and _bad_name(name)}
        yield from ((Path(root, name), _bad_name(name)) for name in sorted(bad))
        folders[:] = sorted(name for name in folders if not is_hidden(name) and name not in bad)
        yield from ((Path(root, name), why_not(Path(root, name))) for name in files if not is_hidden(name))


def why_not(path: Path) -> str | None:
    """Return why a thing in the inbox is not a delivered file; None where it is one."""
    try:
        status = path.lstat()
    except OSError as error:
        return f"it cannot be opened: {error.strerror}"
    if stat.S_ISLNK(status.st_mode):
        return "it is a link: links are never followed; deliver the file itself"
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file"
    return _bad_name(path.name) or too_large(status.st_size)


def too_large(size_bytes: int) -> str | None:
    """Return why a file of that size is not even copied; None where it is."""
    if size_bytes <= LARGEST_FILE_BYTES:
        return None
    return f"it has {size_bytes:,} bytes, at most {LARGEST_FILE_BYTES:,} are read: deliver the table in parts"


def _bad_name(name: str) -> str | None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return "its name is not text: rename it"
    if any(unicodedata.category(character) in CONTROL for character in name):
        return "its name holds control characters: rename it"
    if UNSEEN.search(name):
        return "its name holds characters that nobody sees: rename it"
    return None


def is_hidden(name: str) -> bool:
    """Return whether nobody delivers a file or folder of this name: what begins with a dot, an office's lock."""
    return name.startswith((".", OFFICE_LOCK)) or name in IGNORED


def _is_link(path: Path) -> bool:
    return path.is_symlink()


def _one_file_a_name(files: list[Path], inbox: Path) -> tuple[list[Path], list[PassedOver]]:
    """Keep the first of several files that two spellings of one sender's folder hold under one name."""
    first: dict[tuple[tuple[str, ...], str], Path] = {}
    for path in files:
        first.setdefault((folder_key(sender_of(path, inbox)), unicodedata.normalize("NFC", path.name)), path)
    kept = set(first.values())
    doubled = []
    for path in (path for path in files if path not in kept):
        one = first[folder_key(sender_of(path, inbox)), unicodedata.normalize("NFC", path.name)]
        named, other = _distinct(printed(path, inbox), printed(one, inbox))
        doubled.append(PassedOver(named, f"{other} is the same sender's file of that name: keep one"))
    return sorted(kept), doubled


def _distinct(name: str, other: str) -> tuple[str, str]:
    """Return both as they are; where they look alike (an accent composed, or by itself), by their code points."""
    if unicodedata.normalize("NFC", name) != unicodedata.normalize("NFC", other):
        return name, other
    return ascii(name)[1:-1], ascii(other)[1:-1]
