"""The red team: a night whose home, inbox, rows and terminal are hostile goes on without harm and says so, once each.

Here, in one night of the whole program:
- links  to a file and to a folder, a hard link to a file outside (a copy like any other: the sender could read it)
- names  no text, line breaks, escape sequences, as long as disks allow, two spellings of a folder, `~`, devices
- home  a folder where the published file belongs
- modes  nothing under home is open to others; landed and published files are read only
- injections  SQL, documents' markup, formulas, paths and escape sequences in a lender's name, ids and arguments

A part a function, elsewhere: a link swapped in after the listing, pipes, Unicode twins (unit/flows/test_inbox.py);
file names one-to-one (test_file_names.py); formulas (test_inert.py, test_refusal_files.py); names within archives
(integration/test_deliveries.py) and cells of templates (integration/test_templates.py); homes as flow parameters
(test_homes.py); secrets (integration/test_secrets.py).
"""

import csv
import io
import json
import os
import signal
import stat
from typing import Final

import pypdfium2
import pytest

from tests.integration.hostile.test_kill import FACILITY_LOAN, FACILITY_MONEY
from tests.integration.program import DATA, H07, Home

ASCII: Final = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ODD: Final = 'it\'s "odd" $(touch x) %20 中文 ;#&'

LENDER: Final = 'Bank\'; DROP TABLE core.loans;-- #read("/etc/passwd") $x$ *b* ../../up \\'
"""A lender's name that is a statement, markup of documents and a path. (One that is a formula is refused.)"""

LONGEST: Final = "ledger_" + "长" * 80 + ".csv"
"""251 bytes; disks take 255."""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One night on a worked case among traps, on a terminal that knows ASCII alone."""
    home = Home(tmp_path_factory.mktemp("hostile") / ODD)
    bank = home.inbox / "bank"
    for path in sorted((DATA / H07).glob("*.csv")):
        home.deliver(f"bank/{path.name}", path.read_bytes())
    (bank / "products.csv").symlink_to("/etc/passwd")
    (bank / "folder").symlink_to("/etc")
    outside = home.root / "outside.txt"
    outside.write_text("day,sun\n", encoding="utf-8")
    (bank / "hard.csv").hardlink_to(outside)
    (bank / "CON.csv").write_bytes(b"day,sun\n1,2\n")
    home.deliver(f"bank/{LONGEST}", "day,sun\n1,2\n")
    home.deliver("~root/..x/weather.csv", "day,sun\n1,2\n")
    quoted = '"' + LENDER.replace('"', '""') + '"'
    home.deliver("bank/loans_facility.csv", FACILITY_LOAN.replace("本行", quoted))
    home.deliver("bank/ledger_facility.csv", FACILITY_MONEY)
    (bank / os.fsdecode(b"ledger_\xff.csv")).write_bytes(b"x")
    (bank / "loans\n23:59:59  published.csv").write_bytes(b"x")
    os.mkfifo(bank / "fx.csv")
    (home.inbox / "BANK").mkdir()
    (home.inbox / "BANK" / "loans.csv").write_bytes((DATA / H07 / "loans.csv").read_bytes())
    home.warehouse.mkdir(mode=0o750)
    (home.warehouse / "kept.txt").symlink_to("/etc/hostname")
    answer = home.run("nightly", **ASCII)
    assert answer.code == 0, answer.err
    (home.root / "nightly.err").write_text(answer.err, encoding="utf-8")
    return home


def test_each_trap_is_named_once_in_the_log_and_by_status(night: Home) -> None:
    log = (night.root / "nightly.err").read_text(encoding="utf-8")
    passed = [line.partition("passed over ")[2] for line in log.splitlines() if "passed over " in line]
    paths = [one["path"] for one in night.last_record()["passed_over"]]
    assert len(passed) == len(paths) == len(set(paths)) == 7
    needs = night.ask("status", "--format", "json").json["needs_a_person"]
    assert [path for path in paths if not any(path in need for need in needs)] == []


def test_a_folder_where_the_published_file_belongs_is_moved_aside_whole(night: Home) -> None:
    assert night.warehouse.is_file()
    assert night.warehouse.with_name("warehouse.duckdb.1.aside").joinpath("kept.txt").is_symlink()


def test_no_name_in_the_inbox_writes_a_line_of_its_own(night: Home) -> None:
    log = (night.root / "nightly.err").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if line.startswith("23:59:59  published")] == []


def test_nothing_behind_a_link_was_read(night: Home) -> None:
    landed = b"".join(path.read_bytes() for path in (night.root / "data" / "landing" / "files").iterdir())
    assert b"root:" not in landed


def test_nothing_under_home_is_open_to_others(night: Home) -> None:
    made = [path for path in (night.root / "data").rglob("*") if night.inbox not in (path, *path.parents)]
    modes = {str(path): path.lstat().st_mode for path in made}
    assert [path for path, mode in modes.items() if mode & stat.S_IRWXO and not stat.S_ISLNK(mode)] == []
    assert night.warehouse.stat().st_mode & 0o777 == 0o440


def test_figures_come_out_of_a_home_with_an_odd_name_and_an_ascii_terminal(night: Home) -> None:
    answer = night.run(
        "figures",
        "--from",
        "2025-01-01",
        "--to",
        "2025-03-31",
        "--basis",
        "period_end",
        "--by",
        "lender",
        "--format",
        "json",
        PYTHONIOENCODING="ascii",
        LC_ALL="C",
    )
    assert answer.code == 0, answer.err
    assert answer.out.isascii()
    lenders = [row["lender"] for row in json.loads(answer.out)["rows"]]
    assert lenders == [
        row["lender"] for row in night.figures("2025-01-01", "2025-03-31", "period_end", "lender")["rows"]
    ]


@pytest.mark.parametrize("moment", ["greenloan nightly", "built the candidate"])
def test_an_interrupted_night_ends_with_130_and_leaves_what_was_published(night: Home, moment: str) -> None:
    before = night.warehouse.read_bytes()
    process = night.start("nightly")
    assert process.stderr
    next(line for line in process.stderr if f"  {moment}" in line)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: what the night started is interrupted, too
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "interrupted" in errors
    assert night.warehouse.read_bytes() == before
    assert "Traceback" not in errors


def test_a_lender_that_is_a_statement_is_a_lender_like_any_other(night: Home) -> None:
    assert {row["lender"] for row in night.rows("FROM core.loans")} >= {LENDER}
    asked = ("figures", "--from", "2025-01-01", "--to", "2025-03-31", "--basis", "period_end", "--by", "lender")
    assert LENDER in {row["lender"] for row in night.ask(*asked, "--format", "json").json["rows"]}
    answer = night.ask(*asked, "--format", "csv")
    lenders = [row["lender"] for row in csv.DictReader(io.StringIO(answer.out))]
    assert "'" + LENDER.replace(";--", ";'--") in lenders  # a spreadsheet that splits at ; takes --1 for a formula


def test_its_documents_print_its_name_read_nothing_and_stay_in_their_folder(night: Home) -> None:
    pages = [path for path in night.documents.rglob("*.pdf") if "all-lenders" not in path.name]
    assert pages
    for path in pages:
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
        assert "#read(" in text
        assert "root:" not in text
    assert list(night.root.rglob("*up*")) == []


@pytest.mark.parametrize("period", ["../2025Q1", "2025Q1/..", "2025Q1'; DROP TABLE core.loans", "２０２５Q1"])
def test_a_period_that_is_none_is_wrong_usage(night: Home, period: str) -> None:
    assert night.ask("disclose", "--report", "crf", "--period", period).code == 2


@pytest.mark.parametrize("lender", ["../../etc", "x' OR 1=1 --", "\x1b[2J"])
def test_a_lender_that_is_not_in_the_book_is_wrong_usage_and_moves_no_cursor(night: Home, lender: str) -> None:
    answer = night.ask("disclose", "--report", "crf", "--period", "2024Q4", "--lender", lender)
    assert answer.code == 2
    assert "\x1b" not in answer.err


def test_a_sender_named_like_a_way_out_leaves_its_lists_in_the_outbox(night: Home) -> None:
    outbox = night.root / "data" / "outbox"
    lists = list(night.root.rglob("*.refused.csv"))
    assert [path for path in lists if outbox not in path.parents] == []
