"""What a night holds in memory for a row that it accepts, and for an archive that unpacks to a hundred times its bytes.

Each is read and accepted by a process of its own, whose peak the system counts; the parser's own process is another.
"""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

PROGRAM: Final = """
import resource, sys
from pathlib import Path
from tests.makers import KNOWN_AT, reference
from tests.properties.fuzz import land_files
from transforms.deliveries.book.book import assemble
from transforms.deliveries.rows import accept
from transforms.deliveries.rows.unanswered import unanswered

accept.SLICE_ROWS = 10_000
folder = Path(sys.argv[1])
files = [(name, (folder / name).read_bytes()) for name in sys.argv[2:]]
book = assemble(land_files(files, folder / "landing"), reference(), KNOWN_AT)
unanswered(book.rejected, book.deliveries, book.tables, reference().aliases)
print(book.tables["ledger"].height, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""
PROJECTS: Final = (
    "project_id,project_name,method,province_or_country,commissioning_date,total_investment,investment_currency,"
    "capacity,capacity_unit,design_annual_value,design_unit,reported_annual_reduction_tco2\n"
    "P1,光伏一期,reported,江西,2020-01-01,120000000.00,CNY,,,,,1000\n"
)
LOANS: Final = (
    "loan_id,project_id,lender,currency,contract_amount,sign_date,maturity_date,annual_rate_pct,loan_type,"
    "refinances_loan_id\nL1,P1,工商银行,CNY,60000000.00,2020-01-01,2035-01-01,3.5,new,\n"
)
LEDGER: Final = "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n"
FEW, MANY = 20_000, 220_000
MOST_BYTES_A_ROW: Final = 800
"""A row as sent has 80 bytes and takes 450 to 650; with its text beside it, all at once, it took 900 to 1,100."""

MOST_MORE_BYTES: Final = 100 << 20
"""It takes 30 to 70 MiB more; listed row by row, it took 150."""


def plain_row(at: int) -> str:
    return f"E{at:08},L1,2025-{at % 12 + 1:02}-11,2025-12-11T09:00:00+08:00,DISBURSEMENT,{at % 900}.25,CNY,\n"


def peak(folder: Path, name: str, content: bytes) -> tuple[int, int]:
    """Return the rows accepted, and the most bytes that the process held."""
    (folder / "projects.csv").write_text(PROJECTS, encoding="utf-8")
    (folder / "loans.csv").write_text(LOANS, encoding="utf-8")
    (folder / name).write_bytes(content)
    command = [sys.executable, "-c", PROGRAM, str(folder), "projects.csv", "loans.csv", name]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    rows, held = map(int, ended.stdout.split())
    return rows, held


def ledger_of(count: int) -> bytes:
    return (LEDGER + "".join(map(plain_row, range(1, count + 1)))).encode()


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, int]:
    return peak(tmp_path_factory.mktemp("few"), "ledger.csv", ledger_of(FEW))


def test_a_row_of_a_large_ledger_takes_a_few_hundred_bytes(few: tuple[int, int], tmp_path: Path) -> None:
    rows, held = peak(tmp_path, "ledger.csv", ledger_of(MANY))
    few_rows, held_for_few = few
    assert (rows, few_rows) == (MANY, FEW)
    assert (held - held_for_few) / (MANY - FEW) < MOST_BYTES_A_ROW


WORST: Final = {
    "unreadable": "1,1,1,1,1,1,1,1\n" * 10_000,
    "unknown": "E1,L9,2025-01-01,2025-01-01,DISBURSEMENT,1,CNY,\n" * 70_000,
    "again": "E1,L1,2025-01-01,2025-01-01,DISBURSEMENT,1,CNY,\n" * 10_000,
}
"""Rows of cells that are not values, of a loan that nobody knows, and the same one again and again."""


def test_an_archive_of_worthless_rows_takes_little_more_than_a_small_ledger(
    few: tuple[int, int], tmp_path: Path
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in WORST.items():
            archive.writestr(f"ledger_{name}.csv", LEDGER + rows)
    assert len(content.getvalue()) < 20_000
    accepted, held = peak(tmp_path, "night.zip", content.getvalue())
    assert accepted == 1
    assert held - few[1] < MOST_MORE_BYTES
