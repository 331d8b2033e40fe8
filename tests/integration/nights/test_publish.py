"""Publishing: readers are never disturbed, what looks wrong is not shown, and a person may let it through."""

import csv
import fcntl
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from typing import Final, NamedTuple

import duckdb
import pytest

from tests.integration.program import DATA, H07, PATIENCE, Answer, Home, clean_environment, end_group

NOTEBOOK: Final = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
def look():
    sums = connection.execute("SELECT sum(amount)::BIGINT, (SELECT run_id FROM ops.runs), "
                              "(SELECT count(*) FROM mart.project_months) FROM core.ledger").fetchone()
    print(*sums, flush=True)
look()
for _ in sys.stdin:
    look()
"""


class Nights(NamedTuple):
    """A first night; a second one with ten times the money, refused; the same let through, beside an open reader."""

    home: Home
    refused: Answer
    digest_before: str
    digest_after_refusal: str
    status_after_refusal: Answer
    accepted: Answer
    reader_before: str
    reader_after: str
    new_reader: str


def _digest(home: Home) -> str:
    return sha256(home.warehouse.read_bytes()).hexdigest()


def _ten_times_the_ledger() -> str:
    """The case's entries under new versions: booked later, ten times the amount."""
    rows = list(csv.DictReader((DATA / H07 / "ledger.csv").read_text(encoding="utf-8").splitlines()))
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0], "message"], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        anew = {"amount": row["amount"] + "0", "booked_at": "2024-02-01T09:00:00", "message": "correct"}
        writer.writerow({**row, **anew})
    return out.getvalue()


def _reader(home: Home) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", NOTEBOOK, str(home.warehouse)],
        env=clean_environment(),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _seen(reader: "subprocess.Popen[str]") -> str:
    assert reader.stdout is not None
    return reader.stdout.readline().strip()


def _seen_again(reader: "subprocess.Popen[str]") -> str:
    seen, errors = reader.communicate("again\n", timeout=PATIENCE)
    assert reader.returncode == 0, errors
    return seen.strip()


@pytest.fixture(scope="module")
def nights(worked_home: Home, new_home: Callable[[str], Home]) -> Nights:
    home = worked_home.copied_to(new_home("nights"))
    before, reader = _digest(home), _reader(home)
    try:
        seen = _seen(reader)
        home.deliver("ledger_second_night.csv", _ten_times_the_ledger())
        refused = home.ask("nightly")
        after_refusal, status = _digest(home), home.ask("status")
        accepted = home.ask("nightly", "--accept", "sums")
        seen_again, new = _seen_again(reader), _reader(home)
        new_seen = _seen(new)
        end_group(new)
    finally:
        end_group(reader)
    return Nights(home, refused, before, after_refusal, status, accepted, seen, seen_again, new_seen)


def test_a_book_that_changes_tenfold_overnight_is_refused_and_the_old_file_is_kept(nights: Nights) -> None:
    assert nights.refused.code == 1
    assert nights.digest_after_refusal == nights.digest_before
    assert "sums: expected" in nights.refused.err
    assert "greenloan nightly --accept GATE" in nights.refused.err
    assert "Traceback" not in nights.refused.err


def test_a_refused_night_answers_nothing(nights: Nights) -> None:
    assert nights.refused.out == ""


def test_status_names_the_gate_that_refused(nights: Nights) -> None:
    answer = nights.status_after_refusal
    assert answer.code == 0
    assert "refused" in answer.out
    assert "sums: expected no sum has changed by more than 50%" in answer.out
    assert "needs a person: nothing" not in answer.out


def test_a_change_that_a_person_lets_through_is_published_and_recorded(nights: Nights) -> None:
    assert nights.accepted.code == 0, nights.accepted.err
    assert _digest(nights.home) != nights.digest_before
    gates = {row["gate"]: row for row in nights.home.rows("FROM ops.gate_results")}
    assert (gates["sums"]["is_passed"], gates["sums"]["is_accepted_by_hand"]) == (False, True)
    assert [name for name, gate in gates.items() if name != "sums" and not gate["is_passed"]] == []
    record = nights.home.last_record()
    assert (record["outcome"], record["accepted_gates"]) == ("published", ["sums"])


def test_the_candidate_of_the_accepted_night_holds_the_new_money(nights: Nights) -> None:
    rows = nights.home.figures("2023-01-01", "2023-06-30", "period_end")["rows"]
    assert rows[0]["balance_cny"] == 1_200_000_000
    assert rows[0]["attribution_factor_ratio"] == 1


def test_a_reader_with_the_old_file_open_keeps_reading_it(nights: Nights) -> None:
    assert nights.reader_before
    assert nights.reader_after == nights.reader_before


def test_whoever_opens_the_file_afterwards_sees_the_new_one(nights: Nights) -> None:
    assert nights.new_reader.split()[0] == "2400000000"
    assert nights.new_reader.split()[1] == nights.home.last_record()["run_id"]


def test_no_candidate_and_no_log_is_left_beside_the_published_file(nights: Nights) -> None:
    left = {path.name for path in (nights.home.root / "data").iterdir()}
    assert left == {"inbox", "landing", "runs", "cache", "warehouse.duckdb", "nightly.lock"}


def test_an_invariant_cannot_be_let_through(home: Home) -> None:
    home.inbox.mkdir(parents=True)
    answer = home.ask("nightly", "--accept", "book_is_not_empty")
    assert answer.code == 1, answer.err
    assert "book_is_not_empty: expected at least one loan is accepted" in answer.err
    assert not home.warehouse.exists()
    assert home.last_record()["outcome"] == "refused"


def test_a_second_run_while_one_is_under_way_exits_3_and_leaves_it_alone(home: Home) -> None:
    home.deliver_case(H07)
    lock = home.root / "data" / "nightly.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        answer = home.ask("nightly")
    assert answer.code == 3
    assert "another run is under way" in answer.err
    assert not (home.root / "data" / "landing").exists()
    assert not home.warehouse.exists()


class Refused(NamedTuple):
    """A night with a bad delivery among others, what status says of it, and the night after the corrected one."""

    home: Home
    night: Answer
    status: Answer
    lists: dict[str, str]
    corrected: Answer


@pytest.fixture(scope="module")
def bad_delivery(new_home: Callable[[str], Home]) -> Refused:
    home = new_home("bad")
    for path in (DATA / H07).glob("*.csv"):
        home.deliver(f"bank/{path.name}", path.read_bytes())
    header, entry = "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id", "L-PP-01,2024-01-0"
    rows = [f"N{at},{entry}{at},2024-01-09T09:00:00,DISBURSEMENT,10²,CNY," for at in range(1, 10)]
    home.deliver("bank/ledger_2024.csv", "\n".join([header, *rows, ""]))
    night, status = home.ask("nightly"), home.ask("status")
    lists = {path.name: path.read_text("utf-8-sig") for path in (home.root / "data" / "outbox").rglob("*.csv")}
    home.deliver("bank/ledger_2024.csv", "\n".join([header, *rows, ""]).replace("10²", "100"))
    return Refused(home, night, status, lists, home.ask("nightly"))


def test_a_night_refused_for_a_delivery_names_sender_file_lines_and_reason(bad_delivery: Refused) -> None:
    assert bad_delivery.night.code == 1
    behind = "bank/ledger_2024.csv: 9 of 9 row(s) refused: 9 x not_money in line(s) 2, 3, 4, 5, 6, as: amount '10²' is"
    for text in (bad_delivery.night.err, bad_delivery.status.out):
        assert "refusals: expected at most 20% of the rows that a sender delivers at a time" in text
        assert "sender bank" in text
        assert behind in text
    records = sorted((bad_delivery.home.root / "data" / "runs").glob("*.json"))
    assert behind in json.loads(records[0].read_text("utf-8"))["message"]


def test_its_refused_rows_go_back_all_the_same(bad_delivery: Refused) -> None:
    assert list(bad_delivery.lists) == ["ledger_2024.refused.csv"]
    assert bad_delivery.lists["ledger_2024.refused.csv"].count("10²' is not an amount") == 9


def test_the_corrected_delivery_is_published_and_nobody_is_needed_for_it(bad_delivery: Refused) -> None:
    assert bad_delivery.corrected.code == 0, bad_delivery.corrected.err
    rows = bad_delivery.home.rows(
        "SELECT count(*)::INT AS n, sum(amount)::INT AS cny FROM core.ledger WHERE entry_id LIKE 'N%'"
    )
    assert rows == [{"n": 9, "cny": 900}]
    assert bad_delivery.home.rows("FROM ops.unanswered_rows") == []
    assert not list((bad_delivery.home.root / "data" / "outbox").rglob("*.csv"))


LACKING: Final = {
    "DROP TABLE ops.restatements": "ops.restatements: what was restated before this night is not carried on",
    "DROP TABLE ops.state_totals": "ops.state_totals: volumes and sums were compared with none before them",
    "DROP TABLE core.operating": "core.operating: whether a cause of what moved lies there is not known",
    "DROP TABLE core.projects": "core.projects: figures of projects that are gone were compared with none",
    "ALTER TABLE core.loans DROP COLUMN project_id": "core.loans (project_id): whether a cause",
    "ALTER TABLE core.ledger DROP COLUMN loan_id": "core.ledger (loan_id): whether a cause",
    "ALTER TABLE mart.attributed_reductions DROP COLUMN basis": "mart.attributed_reductions (basis): figures of this",
    "DROP TABLE mart.project_months": "mart.project_months: figures of this were compared with none before them",
    "ALTER TABLE ops.runs DROP COLUMN known_at": "its ops.runs does not say up to when it knows: this night",
    "DROP TABLE ops.deliveries": "",
    "DROP SCHEMA core CASCADE": "core.projects, core.loans, core.ledger",
}
"""What is done to a published file, and what the next night says of it."""


@pytest.mark.parametrize("damage", LACKING)
def test_a_night_beside_a_file_that_lacks_something_ends_and_names_it_in_its_output_and_its_status(
    worked_home: Home, home: Home, damage: str
) -> None:
    worked_home.copied_to(home)
    home.warehouse.chmod(0o600)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(damage)
    status = home.ask("status")
    assert (status.code, "Error" in status.out) == (0, False)
    figures = home.ask("figures", "--from", "2023-01-01", "--to", "2023-06-30", "--basis", "disbursed")
    assert figures.code == 0 or re.search(r"where: .*available: .*to do: ", figures.err, re.DOTALL)
    assert "Error" not in figures.err
    night = home.nightly()
    assert LACKING[damage] in night.err
    assert LACKING[damage] in home.ask("status").out
    assert [one for one in home.rows("FROM ops.restatements") if "program" in one["cause"]] == []
