"""A seeded fuzzer over the readers: damaged deliveries are read or refused, never a crash, and no row is lost.

A file is a function of seed and number alone, so that `--write FOLDER --first NUMBER --count 1` makes it again. Files
are read in a process of its own, because a parser in native code may take its process with it.

    python -m tests.properties.fuzz --count 20000 --seed 1
"""

import argparse
import datetime as dt
import hashlib
import io
import os
import random
import re
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
import xlsxwriter

from flows.landing.files import landed_path
from flows.landing.reading import read_landed
from flows.landing.receptions import Reception
from tests.makers import (
    KNOWN_AT,
    LANDED_AT,
    Row,
    make_entry,
    make_loan,
    make_project,
    make_reading,
    reference,
)
from transforms.deliveries.book.book import assemble
from transforms.deliveries.rows.assembly import Landed

Mutation = Callable[[bytes, random.Random], bytes]

CHECKOUT: Final = Path(__file__).resolve().parents[2]
LONGEST_SECONDS: Final = 8.0
"""Of processor time for one file, its parser's own process included; a real file of this size takes half a second."""

HUNG_SECONDS: Final = 60
"""Of processor time: a process that takes so much for one file goes round in circles."""

WAITED_SECONDS: Final = 900
"""By the clock, for what waits without working; a busy machine may keep a file waiting for minutes."""

MEMORY_BYTES: Final = 3 << 30
BATCH: Final = 1_000
ASSEMBLED: Final = 25
"""One file in this number is read to the end, which takes a hundred times as long as reading."""

INSERTED: Final = (
    b"\x00",
    b"\x00" * 64,
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x1a",
    b"\x07\x08\x1b[2J",
    b"\r",
    b"\n\n",
    b'"',
    b'""',
    b",",
    b"\t",
    b";",
    b"\x81",
    b"\xf0\x9f",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"=cmd|' /C calc'!A0",
    b"'",
    b"9" * 400,
    b"-1e999",
    b"NaN",
    b"inf",
    b"1" + b"0" * 40 + b".00",
    b"0x7f",
    b"\xe5\x90\x88\xe8\xae\xa1,",
    b"PK\x03\x04",
    b"PAR1",
    b'<c r="XFD1048576"><v>1</v></c>',
    b"]]>",
    b"<!DOCTYPE x>",
    b"&#0;",
    b"_x0000_",
)


# --- valid deliveries ---


def _tables() -> dict[str, list[Row]]:
    numbers = range(1, 13)
    return {
        "projects": [make_project(project_id=f"P{n}", project_name=f"光伏{n}期") for n in numbers],
        "loans": [make_loan(loan_id=f"00{n}", project_id=f"P{n}", lender="工商银行") for n in numbers],
        "ledger": [make_entry(loan_id=f"00{n}", amount=f"{n}000000.{n:02}") for n in numbers],
        "operating": [
            make_reading(project_id="P1", period_start=f"2025-{n:02}-01", period_end=f"2025-{n:02}-28") for n in numbers
        ],
    }


def _csv(rows: list[Row], delimiter: str = ",") -> str:
    lines = [list(rows[0]), *([str(value or "") for value in row.values()] for row in rows)]
    return "".join(f"{delimiter.join(line)}\r\n" for line in lines)


def _workbook(tables: dict[str, list[Row]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2025, 1, 1)})  # noqa: DTZ001 - a spreadsheet knows no zones
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(rows[0]))
            for at, row in enumerate(rows, start=1):
                sheet.write_row(at, 0, [str(value or "") for value in row.values()])
            sheet.write_datetime(len(rows) + 3, 1, dt.datetime(2025, 6, 30), day)  # noqa: DTZ001
            sheet.merge_range(len(rows) + 1, 0, len(rows) + 2, 0, "merged")
    return content.getvalue()


def _parquet(rows: list[Row], compression: str) -> bytes:
    content = io.BytesIO()
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    frame.write_parquet(content, compression=compression)  # type: ignore[arg-type]
    return content.getvalue()


def _packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return content.getvalue()


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _xls(rows: list[Row]) -> bytes:
    cells = [list(rows[0]), *([str(value or "") for value in row.values()] for row in rows)]
    numbers = b"".join(_record(0x0203, struct.pack("<HHHd", len(cells) + n, 0, 0, 1.5 * n)) for n in range(5))
    return xls_bytes(cells, "loans", numbers)


def xls_bytes(cells: list[list[str]], name: str, more: bytes = b"") -> bytes:
    """Return a workbook as Excel 97 wrote it: BIFF8 records in an OLE2 container of 512-byte sectors."""
    labels = b"".join(
        _record(
            0x0204,
            struct.pack("<HHHHB", at, column, 0, len(text.encode("utf-16-le")) // 2, 1) + text.encode("utf-16-le"),
        )
        for at, line in enumerate(cells)
        for column, text in enumerate(line)
    )
    begins, ends = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0), _record(0x000A, b"")
    front = len(_record(0x0809, begins)) + len(_record(0x0085, bytes(8 + len(name)))) + len(ends)
    bound = _record(0x0085, struct.pack("<IBBBB", front, 0, 0, len(name), 0) + name.encode())
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + labels
    return _container(_record(0x0809, begins) + bound + ends + sheet + more + ends)


def _container(stream: bytes) -> bytes:
    sectors = max(8, -(-len(stream) // 512))
    chain = [*range(1, sectors), 0xFFFFFFFE]
    table = [*chain, 0xFFFFFFFE, *[0xFFFFFFFD] * 1]
    fats = -(-(len(table) + 4) // 128)
    table = [*chain, 0xFFFFFFFE, *[0xFFFFFFFD] * fats]
    table += [0xFFFFFFFF] * (fats * 128 - len(table))
    places = [sectors + 1 + n for n in range(fats)]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIII", 0, fats, sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<109I", *places, *[0xFFFFFFFF] * (109 - fats))
    )
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + _entry("Workbook", 2, 0, sectors * 512, 0xFFFFFFFF)
    return (
        header
        + stream.ljust(sectors * 512, b"\0")
        + directory.ljust(512, b"\0")
        + struct.pack(f"<{len(table)}I", *table)
    )


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


@cache
def valid_deliveries() -> list[tuple[str, bytes]]:
    """Return a valid file of each form."""
    tables = _tables()
    texts = {name: _csv(rows) for name, rows in tables.items()}
    members = {f"{name}.csv": text.encode("gb18030") for name, text in texts.items()}
    return [
        ("loans.csv", texts["loans"].encode()),
        ("ledger.csv", texts["ledger"].encode("utf-8-sig")),
        ("台账_2025.csv", texts["ledger"].encode("gb18030")),
        ("projects.csv", texts["projects"].encode("utf-16")),
        ("operating.txt", _csv(tables["operating"], "\t").encode()),
        ("loans.csv", _csv(tables["loans"], ";").encode("gb18030")),
        ("loans.xlsx", _workbook({"loans": tables["loans"]})),
        ("night.xlsx", _workbook(tables)),
        ("loans.xls", _xls(tables["loans"])),
        ("loans.parquet", _parquet(tables["loans"], "uncompressed")),
        ("ledger.parquet", _parquet(tables["ledger"], "zstd")),
        ("night.zip", _packed(members)),
        ("night.zip", _packed({**members, "loans.xlsx": _workbook({"loans": tables["loans"]})}, zipfile.ZIP_STORED)),
    ]


# --- damage ---


def _flipped(content: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(dice.choice([1, 1, 2, 5, 20, 200])):
        damaged[dice.randrange(len(damaged))] = dice.choice([0, 1, 127, 128, 255, dice.randrange(256)])
    return bytes(damaged)


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def _headless(content: bytes, dice: random.Random) -> bytes:
    return content[dice.randrange(len(content)) :]


def _without_slice(content: bytes, dice: random.Random) -> bytes:
    at, length = _slice(content, dice)
    return content[:at] + content[at + length :]


def _doubled(content: bytes, dice: random.Random) -> bytes:
    at, length = _slice(content, dice)
    return content[: at + length] + content[at : at + length] * dice.choice([1, 1, 2, 50]) + content[at + length :]


def _inserted(content: bytes, dice: random.Random) -> bytes:
    at = dice.choice([0, len(content), dice.randrange(len(content))])
    return content[:at] + dice.choice(INSERTED) * dice.choice([1, 1, 1, 3]) + content[at:]


def _long_cell(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content))
    return (
        content[:at]
        + dice.choice([b"x", b"9", b"\xb4", b" ", b'"', b","]) * dice.choice([5_000, 150_000])
        + content[at:]
    )


def _huge_number(content: bytes, dice: random.Random) -> bytes:
    numbers = list(re.finditer(rb"\d+", content))
    if not numbers:
        return _flipped(content, dice)
    found = dice.choice(numbers)
    huge = dice.choice([b"9" * 30, b"1048576", b"2147483648", b"-1", b"1e308", b"0" * 300, b"65536"])
    return content[: found.start()] + huge + content[found.end() :]


def _extreme_integer(content: bytes, dice: random.Random) -> bytes:
    """A length, an offset or a coordinate of a binary form becomes an extreme one."""
    at = dice.randrange(max(1, len(content) - 8))
    value = dice.choice([b"\xff\xff", b"\xff\xff\xff\x7f", b"\xff" * 8, b"\x00" * 4, b"\x00\x00\x00\x80"])
    return content[:at] + value + content[at + len(value) :]


def _swapped(content: bytes, dice: random.Random) -> bytes:
    first, second = sorted(dice.randrange(len(content)) for _ in range(2))
    return content[second:] + content[first:second] + content[:first]


def _slice(content: bytes, dice: random.Random) -> tuple[int, int]:
    return dice.randrange(len(content)), dice.choice([1, 2, 16, 100, 2000])


MUTATIONS: Final[tuple[Mutation, ...]] = (
    _flipped,
    _flipped,
    _cut,
    _headless,
    _without_slice,
    _doubled,
    _inserted,
    _inserted,
    _long_cell,
    _huge_number,
    _extreme_integer,
    _swapped,
)


def damaged_delivery(seed: int, number: int) -> tuple[str, bytes]:
    """Return the name and the bytes of the file with this number."""
    dice = random.Random(f"{seed}/{number}")  # noqa: S311
    name, content = dice.choice(valid_deliveries())
    if content.startswith(b"PK") and dice.random() < 0.7:
        content = _damaged_inside(content, dice)
    for _ in range(dice.choice([0, 1] if content.startswith(b"PK") else [1, 1, 2, 4])):
        content = dice.choice(MUTATIONS)(content or b"\0", dice)
    return name, content


def _damaged_inside(content: bytes, dice: random.Random) -> bytes:
    """Damage what an archive holds and pack it again, so that its check sums are right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    names = sorted(members)
    if dice.random() < 0.15:
        first, second = dice.sample(names, 2)
        members[first], members[second] = members[second], members[first]
        return _packed(members)
    sheets = [name for name in names if "sheet" in name or name.endswith(".csv")] or names
    at = dice.choice(sheets if dice.random() < 0.7 else names)
    for _ in range(dice.choice([1, 1, 3])):
        members[at] = dice.choice(MUTATIONS)(members[at] or b"\0", dice)
    return _packed(members)


# --- reading ---


def land_bytes(name: str, content: bytes, landing: Path, number: int = 1) -> list[Landed]:
    """Return the tables of a file that was received with these bytes."""
    return land_files([(name, content)], landing, number)


def land_files(files: Iterable[tuple[str, bytes]], landing: Path, first: int = 1) -> list[Landed]:
    """Return the tables of files that were received with these bytes, in their order."""
    receptions = []
    for number, (name, content) in enumerate(files, start=first):
        digest = hashlib.sha256(content).hexdigest()
        receptions.append(Reception(name, "sender", digest, len(content), LANDED_AT.isoformat(), number))
        path = landed_path(receptions[-1], landing)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    try:
        return read_landed(receptions, landing, reference().aliases)
    finally:
        for reception in receptions:
            landed_path(reception, landing).unlink(missing_ok=True)


def assert_accounted(landed: list[Landed]) -> None:
    """Fail unless each row of each table that was read is accepted or refused."""
    book = assemble(landed, reference(), KNOWN_AT)
    for row in book.deliveries.filter(pl.col("delivery_status") == "read").to_dicts():
        assert row["rows_in_count"] == row["rows_accepted_count"] + row["rows_refused_count"], row
    assert book.deliveries.height == len(landed)


def _outcome(seed: int, number: int, landing: Path) -> str:
    name, content = damaged_delivery(seed, number)
    started = _processor_seconds()
    landed = land_bytes(name, content, landing)
    spent = _processor_seconds() - started
    if spent > LONGEST_SECONDS:
        return f"slow: {name}, {spent:.1f} s"
    if number % ASSEMBLED == 0:
        assert_accounted(landed)
    return "read" if any(part.raw for part in landed) else "refused"


def _processor_seconds() -> float:
    """What this process and those that it started and outlived have taken."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _batch(seed: int, first: int, count: int) -> None:
    """Read the files one after the other; each is announced before it is read and reported after."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            sys.stdout.write(f"{number} ")
            sys.stdout.flush()
            signal.setitimer(signal.ITIMER_PROF, HUNG_SECONDS)  # both end the process, native code too
            signal.alarm(WAITED_SECONDS)
            try:
                outcome = _outcome(seed, number, Path(folder))
            except BaseException:
                outcome = f"broken: {traceback.format_exc()[-1500:]!r}"
            sys.stdout.write(f"{outcome}\n")
    sys.stdout.flush()


def run(count: int, seed: int, first: int = 0) -> tuple[Counter[str], list[str]]:
    """Return how many files were read, refused or worse, and a line for each of the last kind."""
    counts: Counter[str] = Counter()
    troubles = []
    for number, outcome in _outcomes(count, seed, first):
        kind = outcome.partition(":")[0]
        counts[kind] += 1
        if kind not in {"read", "refused"}:
            troubles.append(f"seed {seed}, file {number}, {damaged_delivery(seed, number)[0]}: {outcome}")
            sys.stderr.write(f"{troubles[-1]}\n")
    return counts, troubles


def _outcomes(count: int, seed: int, first: int) -> Iterator[tuple[int, str]]:
    at, end = first, first + count
    while at < end:
        size = min(BATCH, end - at)
        arguments = ["--batch", "--seed", str(seed), "--first", str(at), "--count", str(size)]
        ended = subprocess.run(
            [sys.executable, "-m", "tests.properties.fuzz", *arguments],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        outcomes = [line.partition(" ") for line in ended.stdout.splitlines()]
        for number, _, outcome in outcomes:
            yield int(number), outcome or f"crashed: exit {ended.returncode}, {ended.stderr[-800:]!r}"
        if not outcomes:
            raise RuntimeError(ended.stderr)
        at = int(outcomes[-1][0]) + 1


def main() -> int:
    """Run the fuzzer and print the counts; exit 1 where a file was neither read nor refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--batch", action="store_true", help="read in this process and report each file")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the files instead of reading them")
    options = parser.parse_args()
    if options.batch:
        _batch(options.seed, options.first, options.count)
        return 0
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        for number in range(options.first, options.first + options.count):
            name, content = damaged_delivery(options.seed, number)
            (options.write / f"{number}_{name}").write_bytes(content)
        return 0
    counts, troubles = run(options.count, options.seed, options.first)
    lines = [*troubles, *(f"{kind:<10}{number:>8,}" for kind, number in sorted(counts.items()))]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if troubles else 0


if __name__ == "__main__":
    raise SystemExit(main())
