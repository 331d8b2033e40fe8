"""Nights killed at seeded random moments over a series with deliveries between end where undisturbed ones end.

`make proofs` kills 100 times (seed 1), the short form twice, over a small book. What is compared is everything but the
clock: every published table, the receptions, the landed bytes, the lists in the outbox, the documents' names.
"""

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.integration.hostile.test_kill import FACILITY_LOAN, FACILITY_MONEY
from tests.integration.program import DATA, H07, PATIENCE, Home

CLOCK: Final = frozenset(
    {"received_at", "stated_at", "started_at", "known_at", "since", "run_id", "snapshot_id", "receptions_digest"}
    | {"printed_at", "pdf_digest", "record_digest", "known_before_at"}
)
"""Columns that say when this home worked."""

ENTRIES: Final = "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n"
READINGS: Final = "record_id,project_id,period_start,period_end,metric,value,unit,reported_at,version\n"
SERIES: Final[list[dict[str, str]]] = [
    {
        **{path.name: path.read_text(encoding="utf-8") for path in sorted((DATA / H07).glob("*.csv"))},
        "loans_facility.csv": FACILITY_LOAN,
        "ledger_facility.csv": FACILITY_MONEY,
    },
    {  # two rows of five are refused: too few to keep the night back, and a list goes out
        "ledger_may.csv": ENTRIES
        + "".join(
            f"M{at},L-PP-02,2024-05-0{at},2024-05-09T09:00:00,REPAYMENT,{'10²' if at > 3 else 1000},CNY,\n"
            for at in range(1, 6)
        ),
    },
    {
        "operating_corrected.csv": READINGS
        + "O1,P-PP,2023-01-01,2023-01-31,electricity_supplied,4100,MWh,2024-02-10T00:00:00,2\n",
    },
    {
        "ledger_may.csv": ENTRIES
        + "".join(f"M{at},L-PP-02,2024-05-0{at},2024-05-09T09:00:00,REPAYMENT,1000,CNY,\n" for at in range(1, 6)),
    },
]
"""What comes before each night: a book, a ledger with bad rows, a corrected reading, the corrected ledger."""

SHORT: Final = [
    {name: content for name, content in SERIES[0].items() if "facility" not in name}
    | {name: content.replace("L-PP-02", "L-PP-01") for name, content in SERIES[1].items()}
]
"""A book of one loan without documents, and the ledger with bad rows."""

FIRST_GUESS_SECONDS: Final = 20.0


class Killer:
    """Starts nights and kills each at a random moment of its life; one that ends before is printed and not counted."""

    def __init__(self, seed: int, longest: float) -> None:
        self._random, self._longest, self.kills = random.Random(seed), longest, 0  # noqa: S311

    def disturb(self, home: Home, times: int) -> None:
        """Kill this number of nights."""
        goal = self.kills + times
        while self.kills < goal:
            process, started = home.start("nightly"), time.monotonic()
            try:
                _, errors = process.communicate(timeout=self._random.uniform(0, self._longest))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)  # the run alone: what it started has to find its own end
                process.communicate(timeout=PATIENCE)
                self.kills += 1
            else:
                assert process.returncode == 0, errors
                self._longest = time.monotonic() - started


def _series(home: Home, nights: list[dict[str, str]], disturbed: Callable[[Home], None]) -> Home:
    """Deliver and run, the disturbances between; one quiet night at the end compares with a whole one."""
    for files in nights:
        for name, content in files.items():
            home.deliver(f"bank/{name}", content)
        disturbed(home)
        home.nightly()
    home.nightly()
    return home


def tables(home: Home) -> dict[str, list[str]]:
    return {name: sorted(_timeless(row) for row in rows) for name, rows in home.tables().items()}


def _timeless(row: dict[str, Any]) -> str:
    return json.dumps({name: cell for name, cell in row.items() if name not in CLOCK}, default=str, ensure_ascii=False)


def _kept(home: Home) -> dict[str, object]:
    """What lies on the disk, without its times."""
    landing, data = home.root / "data" / "landing", home.root / "data"
    lines = (landing / "receptions.jsonl").read_text(encoding="utf-8").splitlines()
    receptions = [json.loads(line) for line in lines]
    return {
        "receptions": [(one["number"], one["sender_folder"], one["name"], one["digest"]) for one in receptions],
        "sidecars": sorted(path.name for path in (landing / "receptions").iterdir()),
        "landed": {path.name: path.read_bytes() for path in (landing / "files").iterdir()},
        "lists we wrote": sorted(path.name for path in (landing / "refusals").iterdir()),
        "outbox": {path.name: path.read_bytes() for path in (data / "outbox").rglob("*.csv")},
        "documents": sorted(path.name for path in home.documents.rglob("*.*")),
        "data": sorted(path.name for path in data.iterdir()),
    }


def _ends_where_undisturbed_nights_end(
    new_home: Callable[[str], Home], nights: list[dict[str, str]], kills: int, longest: float
) -> None:
    undisturbed = _series(new_home("undisturbed"), nights, lambda _: None)
    killer = Killer(seed=1, longest=longest)
    disturbed = _series(new_home("disturbed"), nights, lambda home: killer.disturb(home, kills // len(nights)))
    assert killer.kills == kills
    here, there = tables(undisturbed), tables(disturbed)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
    assert _kept(disturbed) == _kept(undisturbed)
    assert disturbed.ask("verify-landing").code == 0


@pytest.mark.proof
def test_a_hundred_kills_change_nothing_in_the_end(new_home: Callable[[str], Home]) -> None:
    _ends_where_undisturbed_nights_end(new_home, SERIES, kills=100, longest=FIRST_GUESS_SECONDS)


def test_two_kills_change_nothing_in_the_end(new_home: Callable[[str], Home]) -> None:
    _ends_where_undisturbed_nights_end(new_home, SHORT, kills=2, longest=FIRST_GUESS_SECONDS / 4)
