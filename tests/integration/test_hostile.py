"""A night whose home, inbox and terminal are hostile: it goes on without the bad things and says so, once each."""

import json
import os
import signal
import stat
import time
from typing import Final

import pytest

from tests.integration.program import DATA, H07, Home

ASCII: Final = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ODD: Final = 'it\'s "odd" $(touch x) %20 中文 ;#&'


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One night on a worked case among traps, on a terminal that knows ASCII alone."""
    home = Home(tmp_path_factory.mktemp("hostile") / ODD)
    bank = home.inbox / "bank"
    for path in sorted((DATA / H07).glob("*.csv")):
        home.deliver(f"bank/{path.name}", path.read_bytes())
    (bank / "products.csv").symlink_to("/etc/passwd")
    (bank / os.fsdecode(b"ledger_\xff.csv")).write_bytes(b"x")
    (bank / "loans\n23:59:59  published.csv").write_bytes(b"x")
    os.mkfifo(bank / "fx.csv")
    (home.inbox / "BANK").mkdir()
    (home.inbox / "BANK" / "loans.csv").write_bytes((DATA / H07 / "loans.csv").read_bytes())
    answer = home.run("nightly", **ASCII)
    assert answer.code == 0, answer.err
    (home.root / "nightly.err").write_text(answer.err, encoding="utf-8")
    return home


def test_each_trap_is_named_once_in_the_log_and_by_status(night: Home) -> None:
    log = (night.root / "nightly.err").read_text(encoding="utf-8")
    passed = [line.partition("passed over ")[2] for line in log.splitlines() if "passed over " in line]
    paths = [one["path"] for one in night.last_record()["passed_over"]]
    assert len(passed) == len(paths) == len(set(paths)) == 5
    needs = night.ask("status", "--format", "json").json["needs_a_person"]
    assert [path for path in paths if not any(path in need for need in needs)] == []


def test_no_name_in_the_inbox_writes_a_line_of_its_own(night: Home) -> None:
    log = (night.root / "nightly.err").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if line.startswith("23:59:59  published")] == []


def test_nothing_behind_a_link_was_read(night: Home) -> None:
    landed = b"".join(path.read_bytes() for path in (night.root / "data" / "landing" / "files").iterdir())
    assert b"root:" not in landed


def test_nothing_under_home_is_open_to_others(night: Home) -> None:
    made = [path for path in (night.root / "data").rglob("*") if night.inbox not in (path, *path.parents)]
    assert [str(path) for path in made if path.lstat().st_mode & stat.S_IRWXO] == []
    assert night.warehouse.stat().st_mode & 0o777 == 0o440


def test_figures_come_out_of_a_home_with_an_odd_name_and_an_ascii_terminal(night: Home) -> None:
    answer = night.run(
        "figures", "--from", "2025-01-01", "--to", "2025-03-31", "--basis", "period_end", "--by", "lender",
        "--format", "json", PYTHONIOENCODING="ascii", LC_ALL="C",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert answer.out.isascii()
    lenders = [row["lender"] for row in json.loads(answer.out)["rows"]]
    assert lenders == [
        row["lender"] for row in night.figures("2025-01-01", "2025-03-31", "period_end", "lender")["rows"]
    ]


def test_an_interrupted_night_ends_with_130_and_leaves_what_was_published(night: Home) -> None:
    before = night.warehouse.read_bytes()
    process = night.start("nightly")
    assert process.stderr
    process.stderr.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "interrupted" in said
    assert night.warehouse.read_bytes() == before
    assert "Traceback" not in said
