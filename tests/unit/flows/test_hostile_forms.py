"""Files that would take all memory or time: each is refused for a plain reason within bounds, members by themselves."""

import io
import resource
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from flows.forms import read_grids
from schemas.errors import UnreadableDelivery
from transforms.deliveries.grid import Grid

MIB: Final = 1 << 20
ROOM_BYTES: Final = 400 * MIB
LONGEST_SECONDS: Final = 10
"""What reading any of these may take, each of them 50 to 200 MiB large."""


@contextmanager
def bounded() -> Iterator[None]:
    """This process gets no more memory than so much, and no more time; a parser's own process has lower limits."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    held = next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData"))
    started = time.process_time()
    resource.setrlimit(resource.RLIMIT_DATA, (held + ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
    assert time.process_time() - started < LONGEST_SECONDS


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def overlapping() -> bytes:
    """A hundred names for the bytes of one member, as in Fifield's zip bomb."""
    content = bytearray(zipped({"ledger.csv": b"1," * 4 * MIB}))
    end = content.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", content, end + 16)[0]
    entry = bytes(content[start:end])
    content[start:] = entry * 100 + content[end:]
    end = start + 100 * len(entry)
    struct.pack_into("<HHII", content, end + 8, 100, 100, 100 * len(entry), start)
    return bytes(content)


SLOW: Final = frozenset({"more cells than any table"})
HEADER: Final = b"entry_id,loan_id,value_date,amount\n"
HOSTILE: Final[dict[str, tuple[str, Callable[[], bytes], str]]] = {
    "commas alone": ("ledger.csv", lambda: b"," * 200 * MIB, "line 1 is longer than 2,000,000 characters"),
    "a line of 300 MiB": ("ledger.csv", lambda: HEADER + b"x" * 200 * MIB, "line 2 is longer than"),
    "a quote never closed": (
        "ledger.csv", lambda: HEADER + b"E1,L1,2025-01-01,5\n" * 100_000 + b'"' + b"E1,L1,2025-01-01,5\n" * 100_000,
        "field larger than field limit",
    ),
    "a million columns": ("ledger.csv", lambda: b"a," * 999_999 + b"a\n1,2\n", "line 1 has 1,000,000 fields"),
    "quoted line breaks as fields": ("ledger.csv", lambda: b'"\n",' * 3 * MIB, "line 1 has 3,145,729 fields"),
    "lines of one sign": ("ledger.csv", lambda: HEADER + b"1,2,3,4\n" * 100 + b"1\n" * 2 * MIB, "more than 100,000"),
    "more cells than any table": ("ledger.csv", lambda: (b"," * 999 + b"\n") * 201_000, "more than 40,200,000 cells"),
    "NUL": ("ledger.csv", lambda: HEADER + b"E1,L1,\x00,5\n" * 200_000, "NUL"),
    "UTF-16 of one sign": ("ledger.csv", lambda: "貸".encode("utf-16") * 50 * MIB, "longer than"),
    "an archive of newlines": ("night.zip", lambda: zipped({"ledger.csv": b"\n" * 60 * MIB}), "MiB unpacked"),
    "an archive that unpacks to 300 times its size": (
        "night.zip", lambda: zipped({f"ledger_{n}.csv": b"1,2\n" * MIB for n in range(12)}), "100 times its own bytes"
    ),
    "overlapping members": ("night.zip", overlapping, "MiB unpacked"),
    "too many members": (
        "night.zip", lambda: zipped({f"ledger_{n}.csv": b"" for n in range(501)}), "501 members"
    ),
    "packed by LZMA": ("night.zip", lambda: zipped({"ledger.csv": b"1"}, zipfile.ZIP_LZMA), "not packed by deflate"),
}  # fmt: skip


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.proof] if kind in SLOW else []) for kind in HOSTILE]
)
def test_it_is_refused_within_bounds_and_says_why(kind: str) -> None:
    name, content, reason = HOSTILE[kind]
    hostile = content()
    with bounded(), pytest.raises(UnreadableDelivery, match=reason):
        read_grids(hostile, name)


def test_an_archive_in_an_archive_is_refused_beside_tables_that_are_read() -> None:
    inner = zipped({"ledger.csv": b"1"})
    read, refused = read_grids(zipped({"loans.csv": b"loan_id\nL1\n", "more.zip": inner}), "night.zip")
    assert isinstance(read, Grid)
    assert read.rows == [["loan_id"], ["L1"]]
    assert "no form that can be read" in (refused.refusal or "")
