"""What of the landing is not as it was received ends the night with 3 and its name; the same bytes heal it.

And the same bytes make the same tables wherever the night is.
"""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from flows.home.settings import home as at
from flows.running.pipeline import land_deliveries
from tests.integration.hostile.test_kill_series import tables
from tests.integration.program import H07, Home

LEDGER: Final = "ledger.csv"


@pytest.fixture(scope="module")
def published(worked_home: Home, new_home: Callable[[str], Home]) -> Home:
    """A home after a night, its inbox empty again."""
    home = worked_home.copied_to(new_home("landing"))
    shutil.move(home.inbox, home.root / "sent")
    home.inbox.mkdir()
    shutil.copytree(home.root / "data" / "landing", home.root / "whole")
    return home


@pytest.fixture
def home(published: Home) -> Iterator[Home]:
    """The same; whatever a test does to its landing is undone."""
    landing = published.root / "data" / "landing"
    yield published
    shutil.rmtree(landing)
    shutil.copytree(published.root / "whole", landing)
    shutil.rmtree(published.inbox, ignore_errors=True)
    published.inbox.mkdir()


def landed(home: Home) -> Path:
    return home.root / "data" / "landing"


def sidecars(home: Home) -> list[Path]:
    return sorted((landed(home) / "receptions").iterdir())


def stored(home: Home, name: str) -> Path:
    receptions = [json.loads(path.read_text(encoding="utf-8")) for path in sidecars(home)]
    (digest,) = [one["digest"] for one in receptions if one["name"] == name]
    return landed(home) / "files" / f"{digest}.csv"


def change(path: Path) -> None:
    path.chmod(0o640)
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def named_by_night_and_verification(home: Home, name: str) -> None:
    """The night ends with 3 and leaves the published file; both commands name the file."""
    before = (home.warehouse.stat().st_ino, home.warehouse.stat().st_mtime_ns)
    for command in ("nightly", "verify-landing"):
        answer = home.ask(command)
        assert (answer.code, name in answer.out + answer.err) == (3, True), (command, answer)
    assert (home.warehouse.stat().st_ino, home.warehouse.stat().st_mtime_ns) == before


@pytest.mark.parametrize("spoil", [change, Path.unlink], ids=["changed", "missing"])
def test_a_landed_file_that_is_not_as_it_was_ends_the_night_until_it_is_sent_again(
    home: Home, spoil: Callable[[Path], None]
) -> None:
    path = stored(home, LEDGER)
    spoil(path)
    named_by_night_and_verification(home, path.name)
    home.deliver(LEDGER, (home.root / "sent" / LEDGER).read_bytes())
    land_deliveries(at(home.root), dt.datetime.now(dt.UTC))
    assert home.ask("verify-landing").code == 0


def test_a_removed_reception_ends_the_night(home: Home) -> None:
    path = sidecars(home)[1]
    path.unlink()
    named_by_night_and_verification(home, path.name)


def test_the_last_receptions_are_missed_where_a_file_was_published_from_them(home: Home) -> None:
    """As where an old backup was put back: sidecar and line are gone together, and the chain is whole."""
    last, lines = sidecars(home)[-1], landed(home) / "receptions.jsonl"
    name = json.loads(last.read_text(encoding="utf-8"))["name"]
    last.unlink()
    lines.write_bytes(b"".join(lines.read_bytes().splitlines(keepends=True)[:-1]))
    named_by_night_and_verification(home, f"no reception of {name}, which was published")


def test_a_landing_that_was_deleted_whole_does_not_begin_anew_beside_what_it_published(home: Home) -> None:
    """The same files would land again, as received tonight, and corrections would lose their order."""
    shutil.rmtree(landed(home))
    for path in (home.root / "sent").iterdir():
        home.deliver(path.name, path.read_bytes())
    named_by_night_and_verification(home, f"no reception of {LEDGER}, which was published")
    assert not (landed(home) / "receptions").exists()


BAD_LEDGER: Final = "entry_id,loan_id,value_date,booked_at,event,amount,currency,reverses_entry_id\n" + "".join(
    f"N{at},L-PP-01,2024-01-0{at},2024-01-09T09:00:00,DISBURSEMENT,10²,CNY,\n" for at in range(1, 10)
)


def test_the_reception_of_a_night_that_was_refused_is_missed_when_it_is_removed(
    worked_home: Home, tmp_path: Path
) -> None:
    """Only what was published knew of the last reception; the record of the refused night does, too."""
    home = worked_home.copied_to(Home(tmp_path / "refused"))
    home.deliver("icbc/ledger_b.csv", BAD_LEDGER)
    assert home.ask("nightly").code == 1
    record, last, lines = home.last_record(), sidecars(home)[-1], landed(home) / "receptions.jsonl"
    assert record["receptions_count"] == len(sidecars(home)) == json.loads(last.read_text("utf-8"))["number"]
    shutil.rmtree(home.inbox)
    home.inbox.mkdir()
    last.unlink()
    lines.write_bytes(b"".join(lines.read_bytes().splitlines(keepends=True)[:-1]))
    run = f"data/runs/{record['number']:08d}_{record['run_id']}.json"
    named_by_night_and_verification(home, f"missing at the end: {run} knows of reception")
    assert home.last_record()["receptions_count"] == 0


def test_another_locale_and_time_zone_make_the_same_tables(published: Home, new_home: Callable[[str], Home]) -> None:
    elsewhere = new_home("elsewhere")
    elsewhere.deliver_case(H07)
    elsewhere.nightly(LC_ALL="de_DE.UTF-8", LANG="de_DE.UTF-8", TZ="America/New_York")
    here, there = tables(published), tables(elsewhere)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


PARAMETERS, NOTES = "parameters.csv", "fx.csv"


def test_lost_parameters_that_moved_published_figures_need_a_person_and_a_loss_that_moved_none_does_not(
    worked_home: Home, tmp_path: Path
) -> None:
    """P-PP loses its own factor, and with it every figure of 2023; rates of exchange it does not use."""
    home = worked_home.copied_to(Home(tmp_path / "lost"))
    home.deliver(NOTES, "base,quote,date,rate\nUSD,CNY,2023-01-31,6.9\n")
    assert home.ask("nightly").code == 0
    declared = ""
    for name in (NOTES, PARAMETERS):
        path = stored(home, name)
        path.chmod(0o640)
        path.write_bytes(path.read_bytes() + b"?")
        (home.inbox / name).unlink()
        declared += f'[lost.{path.stem}]\nfile = "{name}"\nreason = "the disk broke"\n'
        (home.root / "greenloan.toml").write_text(declared, encoding="utf-8")
        answer = home.ask("nightly", "--accept", "sums", "--accept", "volumes")
        assert answer.code == 0, answer.err
        status = home.ask("status", "--format", "json").json
        needs = [need for need in status["needs_a_person"] if "is declared lost" in need]
        assert len(needs) == (name == PARAMETERS), needs
    assert needs[0].startswith("published figures moved of P-PP, which may rest on what is declared lost (")
    assert PARAMETERS in needs[0]
