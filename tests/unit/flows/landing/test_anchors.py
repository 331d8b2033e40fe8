"""What a run noted of the last reception is compared: what is gone from the end or altered is named before all else."""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from flows.home.settings import Home, home
from flows.landing.record import Fault, receptions
from flows.landing.verification import verify_landing
from flows.running.pipeline import land_deliveries
from schemas.errors import EnvironmentFailure
from tests.makers import LANDED_AT

NAMES: Final = ["a.csv", "贷款.csv", "c.csv"]
RUN: Final = "20260105T000000000000Z.json"
LATER: Final = LANDED_AT + dt.timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path) -> Home:
    """A home whose last night received three files and published nothing; its inbox is empty again."""
    place = home(tmp_path)
    for name in NAMES:
        deliver(place, name)
    land_deliveries(place, LANDED_AT)
    note(place, RUN)
    shutil.move(place.inbox, place.root / "sent")
    return place


def deliver(place: Home, name: str) -> None:
    path = place.inbox / "icbc" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"of {name}\n", encoding="utf-8")


def note(place: Home, run: str) -> None:
    """Record a run that knows of what is received by now."""
    known = receptions(place.landing)
    place.runs.mkdir(parents=True, exist_ok=True)
    (place.runs / run).write_text(
        json.dumps({"receptions_count": len(known), "receptions_digest": known[-1].link}), encoding="utf-8"
    )


def sidecars(place: Home) -> list[Path]:
    return sorted((place.landing / "receptions").iterdir())


def manifest(place: Home) -> Path:
    return place.landing / "receptions.jsonl"


def without_lines(place: Home, count: int) -> None:
    lines = manifest(place).read_bytes().splitlines(keepends=True)
    manifest(place).write_bytes(b"".join(lines[: len(lines) - count]))


def cut_short(place: Home) -> None:
    manifest(place).write_bytes(manifest(place).read_bytes()[:-40])


def without_last(place: Home, count: int) -> None:
    for path in sidecars(place)[-count:]:
        path.unlink()
    without_lines(place, count)


@pytest.mark.parametrize(
    ("count", "what"),
    [
        (1, f"reception 3 is missing at the end: data/runs/{RUN} knows of reception 3"),
        (2, f"receptions 2 to 3 are missing at the end: data/runs/{RUN} knows of reception 3"),
        (3, f"receptions 1 to 3 are missing at the end: data/runs/{RUN} knows of reception 3"),
    ],
)
def test_receptions_removed_from_the_end_are_named_and_nothing_takes_their_numbers(
    place: Home, count: int, what: str
) -> None:
    without_last(place, count)
    assert verify_landing(place).faults == [Fault(place.landing / "receptions" / f"{4 - count:08d}_*.json", what)]
    deliver(place, "d.csv")
    with pytest.raises(EnvironmentFailure, match="not as it was received") as refused:
        land_deliveries(place, LATER)
    assert what in refused.value.available
    assert len(sidecars(place)) == 3 - count


@pytest.mark.parametrize("cut", [lambda place: without_lines(place, 1), cut_short], ids=["gone", "cut short"])
def test_a_line_that_a_run_knows_of_is_a_fault_until_the_newest_files_come_again(
    place: Home, cut: Callable[[Home], None]
) -> None:
    written = manifest(place).read_bytes()
    cut(place)
    (fault,) = verify_landing(place).faults
    assert fault.path == manifest(place)
    assert fault.what.startswith(f"line 3 is missing or cut short, and data/runs/{RUN} knows of that reception")
    with pytest.raises(EnvironmentFailure, match="not as it was received"):
        land_deliveries(place, LATER)
    for name in NAMES:
        deliver(place, name)
    assert land_deliveries(place, LATER).healed == ["receptions.jsonl: it was changed or gone"]
    assert manifest(place).read_bytes() == written
    assert verify_landing(place).faults == []


def test_the_only_line_is_missed_and_healed_as_any_other(tmp_path: Path) -> None:
    place = home(tmp_path)
    deliver(place, "a.csv")
    land_deliveries(place, LANDED_AT)
    note(place, RUN)
    manifest(place).unlink()
    (fault,) = verify_landing(place).faults
    assert fault == Fault(manifest(place), "it is missing, or holds no whole line")
    assert land_deliveries(place, LATER).healed == ["receptions.jsonl: it was changed or gone"]
    assert verify_landing(place).faults == []


@pytest.mark.parametrize("cut", [lambda place: without_lines(place, 1), cut_short], ids=["gone", "cut short"])
def test_a_line_that_nothing_knows_of_yet_is_written_before_anything_knows_of_it(
    place: Home, cut: Callable[[Home], None]
) -> None:
    """As after a kill between sidecar and line; the next night receives nothing, and notes the last reception."""
    (place.runs / RUN).unlink()
    written = manifest(place).read_bytes()
    cut(place)
    assert verify_landing(place).faults == []
    land_deliveries(place, LATER)
    assert manifest(place).read_bytes() == written
    note(place, RUN)
    assert verify_landing(place).faults == []


def test_the_last_reception_forged_with_one_edit_is_named_and_the_files_delivered_again_do_not_seal_it(
    place: Home,
) -> None:
    """Its sender is changed in the sidecar while its line is gone, and no file was ever published."""
    without_lines(place, 1)
    last = sidecars(place)[-1]
    last.write_text(last.read_text("utf-8").replace('"icbc"', '"abc"'), encoding="utf-8")
    lines = manifest(place).read_bytes()
    what = f"reception 3 is not the one that data/runs/{RUN} knows of: it or one before it was altered, or"
    assert Fault(last, f"{what} received anew") in verify_landing(place).faults
    for name in NAMES:
        deliver(place, name)
    (place.inbox / "abc").mkdir()
    shutil.copy(place.inbox / "icbc" / "c.csv", place.inbox / "abc" / "c.csv")
    with pytest.raises(EnvironmentFailure, match="not as it was received"):
        land_deliveries(place, LATER)
    assert manifest(place).read_bytes() == lines


def test_a_landing_whose_records_and_lines_were_all_computed_anew_is_not_what_a_run_knows_of(place: Home) -> None:
    shutil.rmtree(place.landing)
    runs = place.runs.rename(place.root / "aside")
    for name in NAMES:
        deliver(place, name)
    land_deliveries(place, LATER)
    runs.rename(place.runs)
    (fault,) = verify_landing(place).faults
    assert fault.path == sidecars(place)[-1]
    assert fault.what.startswith(f"reception 3 is not the one that data/runs/{RUN} knows of")


@pytest.mark.parametrize(
    "content",
    ['{"run_id": "of a time before"}', "{", "[]", '{"receptions_count": "3", "receptions_digest": 3}', "[" * 100_000],
)
def test_a_record_that_knows_of_no_reception_anchors_none(place: Home, content: str) -> None:
    (place.runs / RUN).write_text(content, encoding="utf-8")
    without_last(place, 1)
    assert verify_landing(place).faults == []


def test_what_was_healed_is_named_with_its_sender(place: Home) -> None:
    digest = receptions(place.landing)[0].digest
    (place.landing / "files" / f"{digest}.csv").unlink()
    deliver(place, "a.csv")
    assert land_deliveries(place, LATER).healed == [f"files/{digest[:16]}... of icbc/a.csv: it was changed or gone"]
