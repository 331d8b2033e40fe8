"""ZIP files: each member's bytes in memory, counted while they are unpacked.

A member's path may be part of its name; it is never a path on the disk.
"""

import io
import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from schemas.errors import UnreadableDelivery

LARGEST_UNPACKED_BYTES: Final = 256 << 20
"""What one archive or workbook may unpack to; a real delivery is far below."""

SMALL_UNPACKED_BYTES: Final = 4 << 20
MOST_TIMES: Final = 100
"""Tables of text are packed to a twentieth; what unpacks to this many times its bytes, beyond a few, is a trap."""

METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Other methods may ask for any amount of memory before they unpack a byte."""

MOST_MEMBERS: Final = 500
CHUNK: Final = 1 << 20
UTF_8_NAME: Final = 0x800


class Form(NamedTuple):
    """What a ZIP file is to its sender, what of it is read, and what to do where it is damaged."""

    word: str
    available: str
    remedy: str


ARCHIVE: Final = Form("archive", "plain ZIP (deflate), without password", "pack the files anew, or send it again")
WORKBOOK: Final = Form(
    "workbook", "XLSX without password", "open it in a spreadsheet program and save it anew as XLSX, or send it again"
)
DAMAGE: Final = (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, struct.error)


def members(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Return the name and the bytes of each member; folders, hidden files and refusal lists are passed over."""
    most = min(LARGEST_UNPACKED_BYTES, max(SMALL_UNPACKED_BYTES, MOST_TIMES * len(content)))
    with _opened(content, name) as archive:
        infos = _files(archive, name, most)
        paths = [_path_of(info) for info in infos]
        _refuse_twice(paths, name)
        names = _names(paths)
        for member, data in zip(names, _bounded(archive, infos, name, most), strict=True):
            if member:
                yield member, data


def _refuse_twice(paths: Sequence[PurePosixPath], name: str) -> None:
    """Some programs unpack the first of two, others the last; one that is listed twice would count twice."""
    times = Counter(path for path in paths if _is_delivered(path.name))
    if twice := next((path for path, count in times.items() if count > 1), None):
        raise _unopened(f"the archive lists {twice} twice", name, ARCHIVE)


def _names(paths: Sequence[PurePosixPath]) -> list[str | None]:
    """Each member's base name, with its folders where several have that one; no two are named alike.

    None is passed over. A path that is another one without what leads out of the archive has its number before it.
    """
    times = Counter(path.name for path in paths if _is_delivered(path.name))
    names: list[str | None] = []
    for number, path in enumerate(paths, start=1):
        name = path.name if times[path.name] < 2 else _within(path)
        while name in names:
            name = f"member {number}/{name}"
        names.append(name if _is_delivered(path.name) else None)
    return names


def _is_delivered(base: str) -> bool:
    return bool(base) and not base.startswith((".", "~$", "__MACOSX")) and not base.endswith(".refused.csv")


def _within(path: PurePosixPath) -> str:
    """The path without what would lead out of the archive."""
    return "/".join(part for part in path.parts if part.strip("/") not in {"", ".."})


def _path_of(info: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(_name_of(info).replace("\\", "/"))


def _name_of(info: zipfile.ZipInfo) -> str:
    """A name that is not marked as UTF-8 is in the packer's own encoding, GB18030 on a Chinese Windows."""
    if info.flag_bits & UTF_8_NAME:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def unpacked(content: bytes, name: str, form: Form = ARCHIVE) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """Return each member's bytes, within a sum; raise UnreadableDelivery for bombs, encryption and damage."""
    with _opened(content, name, form) as archive:
        infos = _files(archive, name, LARGEST_UNPACKED_BYTES)
        yield from zip(infos, _bounded(archive, infos, name, LARGEST_UNPACKED_BYTES), strict=True)


@contextmanager
def _opened(content: bytes, name: str, form: Form = ARCHIVE) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except MemoryError as error:
        most = f"at most {LARGEST_UNPACKED_BYTES >> 20} MiB unpacked, as far as the machine has memory"
        raise UnreadableDelivery(
            f"there is not the memory to unpack the {form.word}",
            where=name,
            available=most,
            remedy="deliver the tables in smaller files, or give the night more memory",
        ) from error
    except (*DAMAGE, ValueError, KeyError, UnicodeDecodeError) as error:
        reason = str(error) or type(error).__name__
        if not zipfile.is_zipfile(io.BytesIO(content)):
            reason = "it has no end, as if it was cut off on its way"
        raise _unopened(f"the {form.word} is damaged: {reason}", name, form) from error
    except (zipfile.LargeZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _unopened(f"the {form.word} is damaged, encrypted or of an unknown kind: {error}", name, form) from error


def _unopened(what: str, name: str, form: Form) -> UnreadableDelivery:
    return UnreadableDelivery(what, where=name, available=form.available, remedy=form.remedy)


def _files(archive: zipfile.ZipFile, name: str, most: int) -> list[zipfile.ZipInfo]:
    _refuse_nameless(archive, name)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_MEMBERS:
        raise _bomb(name, f"{len(infos)} members", most)
    if any(info.compress_type not in METHODS for info in infos):
        raise NotImplementedError("it is not packed by deflate")
    return infos


def _bounded(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo], name: str, most: int) -> Iterator[bytes]:
    total = 0
    for info in infos:
        parts = []
        for chunk in _chunks(archive, info):
            total += len(chunk)
            if total > most:
                raise _bomb(name, f"more than {most >> 20} MiB unpacked", most)
            parts.append(chunk)
        yield b"".join(parts)


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as member:
            while chunk := member.read(CHUNK):
                yield chunk
    except DAMAGE as error:
        raise zipfile.BadZipFile(f"{_name_of(info)} ({error or type(error).__name__})") from error


def _refuse_nameless(archive: zipfile.ZipFile, name: str) -> None:
    """Nobody could say which table it is, and zipfile itself stumbles over it (IndexError in is_dir)."""
    if not all(archive.namelist()):
        raise UnreadableDelivery(
            "the archive holds a member without a name",
            where=name,
            available=", ".join(filter(None, archive.namelist()[:10])) or "nothing else",
            remedy="pack the files again, each under its table's name",
        )


def _bomb(name: str, seen: str, most: int) -> UnreadableDelivery:
    return UnreadableDelivery(
        f"the archive holds {seen}",
        where=name,
        available=f"at most {MOST_MEMBERS} members, {LARGEST_UNPACKED_BYTES >> 20} MiB unpacked and {MOST_TIMES} times "
        f"its own bytes; {most >> 20} MiB here",
        remedy="deliver the tables in smaller files",
    )
