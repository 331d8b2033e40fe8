"""A night killed at any moment leaves the old file or the new one, whole; the next night ends well."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import duckdb
import pytest

from flows.home.settings import home as program_home
from flows.published.documents.editions import every_edition
from schemas.catalog import TABLES
from schemas.words.editions import WHOLE
from tests.integration.program import H07, PATIENCE, Home, clean_environment, end_group

FACILITY_LOAN: Final = (
    "loan_id,project_id,lender,currency,contract_amount,sign_date,maturity_date,annual_rate_pct,loan_type,"
    "refinances_loan_id,crf_field\n"
    "L-PP-02,P-PP,本行,CNY,30000000,2023-02-01,2033-02-01,3.1,new,,清洁能源\n"
)
FACILITY_MONEY: Final = (
    "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n"
    "E3,L-PP-02,2023-11-15,2023-11-15T09:00:00,DISBURSEMENT,30000000,CNY,\n"
)
WATCHMAN: Final = """
import os, pathlib, sys, time, duckdb
path, stop, tables = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
seen, last, parent = 0, None, os.getppid()
while os.getppid() == parent and not stop.exists():
    stat = path.stat() if path.exists() else None
    state = stat and (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    if state and state != last:
        last = state
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("SET enable_progress_bar = false")  # python -c counts as a person at a terminal
            found = connection.execute("SELECT (SELECT count(*) FROM duckdb_tables()), (SELECT count(*) "
                "FROM core.loans), (SELECT count(*) FROM ops.gate_results WHERE is_passed) > 0").fetchone()
        if found != (tables, 2, True):
            raise SystemExit(f"half a file: {found}")
        seen += 1
    time.sleep(0.05)
print(seen)
"""


class Moment(NamedTuple):
    """When to kill: after the line that begins so, and some seconds later; then perhaps a complete night."""

    line: str
    seconds: float = 0.0
    then_complete: bool = False
    is_proof: bool = False


MOMENTS: Final = [
    Moment("landed", is_proof=True),
    Moment("greenloan nightly", 0.8, is_proof=True),
    Moment("read", is_proof=True),
    Moment("read", 0.7, then_complete=True),  # while the candidate of the first night of all is written
    Moment("built the candidate", is_proof=True),
    Moment("built the candidate", 0.3, then_complete=True),  # while it is judged
    Moment("judged", is_proof=True),
    Moment("published", is_proof=True),
    Moment("published", 0.1),  # while documents are written
    Moment("greenloan nightly", 5.0, then_complete=True, is_proof=True),
]


def _named(moment: Moment) -> str:
    return f"{moment.line.replace(' ', '_')}+{moment.seconds}s"


each_moment = pytest.mark.parametrize("moment", MOMENTS, ids=_named)


def _deliver(home: Home) -> None:
    """The prepaid loan, and a facility loan so that documents are written."""
    home.deliver_case(H07)
    home.deliver("loans_facility.csv", FACILITY_LOAN)
    home.deliver("ledger_facility.csv", FACILITY_MONEY)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _killed(home: Home, moment: Moment) -> str:
    """Start a night, kill it at the moment; return what it had printed by then."""
    process = home.start("nightly")
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if line.split("  ", 1)[-1].startswith(moment.line):
            break
    time.sleep(moment.seconds)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)  # the run alone: what it started has to find its own end
    _, rest = process.communicate(timeout=PATIENCE)
    assert alive, f"the night had ended before it could be killed:\n{''.join(lines)}{rest}"
    assert process.returncode == -signal.SIGKILL
    return "".join(lines) + rest


def _is_whole(path: Path) -> None:
    with duckdb.connect(str(path), read_only=True) as connection:
        for name in TABLES:
            connection.execute(f"SELECT * FROM {name}").fetchall()
        found = connection.execute("SELECT count(*) FROM mart.attributed('2023-01-01', '2023-12-31', 'daily_average')")
        assert found.fetchone() == (2,)


def _night_ends_well(home: Home) -> None:
    home.nightly()
    rows = {row["loan_id"]: row for row in home.figures("2023-01-01", "2023-12-31", "daily_average")["rows"]}
    assert rows["L-PP-01"]["attributed_reductions_tco2e"] == pytest.approx(6684.60274, abs=0.01)
    assert rows["L-PP-02"]["attributed_reductions_tco2e"] == pytest.approx(33_700 * 0.1 * 47 / 365, abs=0.01)
    assert home.last_record()["outcome"] == "published"
    assert {path.name for path in (home.root / "data").iterdir()} == {
        "inbox",
        "landing",
        "runs",
        "cache",
        "warehouse.duckdb",
        "nightly.lock",
    }
    assert list(home.root.rglob("*.partial")) == []
    assert {path.suffix for path in home.documents.rglob("*.*") if path.is_file()} == {
        ".pdf",
        ".png",
        ".csv",
        ".xlsx",
        ".jsonld",
    }


@pytest.fixture(scope="module")
def watched_home(new_home: Callable[[str], Home]) -> Iterator[Home]:
    """A home whose published file somebody opens at every change, from before the first night to after the last."""
    home = new_home("killed")
    _deliver(home)
    stop = home.root / "stop"
    watchman = subprocess.Popen(
        [sys.executable, "-c", WATCHMAN, str(home.warehouse), str(stop), str(len(TABLES))],
        text=True,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield home
        stop.touch()
        seen, errors = watchman.communicate(timeout=PATIENCE)
    finally:
        end_group(watchman)
    assert watchman.returncode == 0, errors
    assert not home.warehouse.exists() or int(seen) > 0


def _survives(home: Home, moment: Moment) -> None:
    before = _digest(home.warehouse)
    lines = _killed(home, moment)
    after = _digest(home.warehouse)
    if after != before:
        assert "judged by" in lines, "a file was published that no gate had judged"
    if after:
        _is_whole(home.warehouse)
    if "published " not in lines and "judged by" not in lines:
        assert after == before
    assert {one.state for one in every_edition(program_home(home.root))} <= {WHOLE}


@pytest.mark.parametrize(
    "moment", [pytest.param(m, marks=[pytest.mark.proof] * m.is_proof) for m in MOMENTS], ids=_named
)
def test_a_killed_night_leaves_the_old_file_or_the_new_one_whole(watched_home: Home, moment: Moment) -> None:
    _survives(watched_home, moment)
    if moment.then_complete:
        status = watched_home.ask("status")
        assert status.code == 0
        assert "it was interrupted" in status.out
        _night_ends_well(watched_home)


@pytest.mark.proof
@each_moment
def test_the_night_after_any_kill_ends_well(watched_home: Home, moment: Moment) -> None:
    _survives(watched_home, moment)
    _night_ends_well(watched_home)
