"""Files that would take all memory or time: each is refused for a plain reason within bounds, members by themselves."""

import io
import re
import resource
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
import xlsxwriter

from flows.forms.readers import read_grids
from schemas.errors import UnreadableDelivery
from transforms.deliveries.sheets.grid import Grid

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


LAUGHS: Final = (
    "<!DOCTYPE t [<!ENTITY a '"
    + "ha" * 50
    + "'>"
    + "".join(f"<!ENTITY {n} '{f'&{before};' * 10}'>" for before, n in pairwise("abcdefghi"))
    + "]>"
)
"""Eight entities of ten times the one before: 10 GB of laughter."""


def workbook_with(part: str, prolog: str, encoding: str = "utf-8") -> bytes:
    """A workbook with a loan in a cell; before the root element of a part of it there is more."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        book.add_worksheet("loans").write_row(0, 0, ["loan_id", "L1"])
    with zipfile.ZipFile(written) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = re.sub(r"^<\?xml[^>]*\?>", "", parts[part].decode())
    parts[part] = f'<?xml version="1.0"?>\n<!-- a --><?b c?>{prolog}{text}'.encode(encoding)
    return zipped(parts)


def opened_document_with(prolog: str) -> bytes:
    """A workbook of LibreOffice under the name of Excel's."""
    table = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="loans"><table:table-row><table:table-cell office:value-type="string"><text:p>L1'
        "</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"{prolog}{table}".encode(),
            "META-INF/manifest.xml": b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        }
    )


ENTITIES: Final = "defines entities of its own"
SLOW: Final = frozenset({"more cells than any table"})
HEADER: Final = b"entry_id,loan_id,value_date,amount\n"
HOSTILE: Final[dict[str, tuple[str, Callable[[], bytes], str]]] = {
    "commas alone": ("ledger.csv", lambda: b"," * 200 * MIB, "line 1 is longer than 2,000,000 characters"),
    "a line of 300 MiB": ("ledger.csv", lambda: HEADER + b"x" * 200 * MIB, "line 2 is longer than"),
    "a quote never closed": (
        "ledger.csv",
        lambda: HEADER + b"E1,L1,2025-01-01,5\n" * 100_000 + b'"' + b"E1,L1,2025-01-01,5\n" * 100_000,
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
        "night.zip",
        lambda: zipped({f"ledger_{n}.csv": b"1,2\n" * MIB for n in range(12)}),
        "100 times its own bytes",
    ),
    "overlapping members": ("night.zip", overlapping, "lists ledger.csv twice"),
    "too many members": ("night.zip", lambda: zipped({f"ledger_{n}.csv": b"" for n in range(501)}), "501 members"),
    "entities in the texts": (
        "loans.xlsx",
        lambda: workbook_with("xl/sharedStrings.xml", LAUGHS),
        f"xl/sharedStrings.xml {ENTITIES}",
    ),
    "entities in a sheet": (
        "loans.xlsx",
        lambda: workbook_with("xl/worksheets/sheet1.xml", LAUGHS),
        f"xl/worksheets/sheet1.xml {ENTITIES}",
    ),
    "entities in UTF-16": ("loans.xlsx", lambda: workbook_with("xl/workbook.xml", LAUGHS, "utf-16"), ENTITIES),
    "entities in an OpenDocument": ("loans.xlsx", lambda: opened_document_with(LAUGHS), f"content.xml {ENTITIES}"),
    "a file of entities elsewhere": (
        "loans.xlsx",
        lambda: workbook_with("xl/worksheets/sheet1.xml", "<!DOCTYPE t SYSTEM 'file:///etc/passwd'>"),
        ENTITIES,
    ),
    "a prolog that takes n^2 to search": (
        "loans.xlsx",
        lambda: workbook_with("xl/worksheets/sheet1.xml", "<!-- -->" * 200_000 + LAUGHS),
        ENTITIES,
    ),
    "packed by LZMA": ("night.zip", lambda: zipped({"ledger.csv": b"1"}, zipfile.ZIP_LZMA), "not packed by deflate"),
}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.proof] if kind in SLOW else []) for kind in HOSTILE]
)
def test_it_is_refused_within_bounds_and_says_why(kind: str) -> None:
    name, content, reason = HOSTILE[kind]
    hostile = content()
    with bounded(), pytest.raises(UnreadableDelivery, match=reason):
        read_grids(hostile, name)


def test_a_workbook_without_entities_is_read() -> None:
    for content in (workbook_with("xl/worksheets/sheet1.xml", ""), opened_document_with("")):
        assert "L1" in read_grids(content, "loans.xlsx")[0].rows[0]


def test_an_archive_in_an_archive_is_refused_beside_tables_that_are_read() -> None:
    inner = zipped({"ledger.csv": b"1"})
    read, refused = read_grids(zipped({"loans.csv": b"loan_id\nL1\n", "more.zip": inner}), "night.zip")
    assert isinstance(read, Grid)
    assert read.rows == [["loan_id"], ["L1"]]
    assert "an archive within an archive is not opened" in (refused.refusal or "")
