"""The record of receptions in other signs than were written: verification names it, the same files heal it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from flows.home.settings import Home, home
from flows.landing.files import land
from flows.landing.inbox import look
from flows.landing.record import receptions, wording_faults
from flows.landing.verification import verify_landing
from schemas.errors import EnvironmentFailure
from tests.makers import LANDED_AT

NAMES: Final = ["a.csv", "贷款.csv", "c.csv"]


@pytest.fixture
def place(tmp_path: Path) -> Home:
    """A home into which three files were delivered."""
    place = home(tmp_path)
    deliver(place)
    return place


def deliver(place: Home) -> list[str]:
    """Deliver them, and return what was healed."""
    for name in NAMES:
        path = place.inbox / "icbc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"of {name}\n", encoding="utf-8")
    healed: list[str] = []
    land(look(place.inbox).files, place.inbox, place.landing, LANDED_AT, healed)
    return healed


REWORDED: Final[dict[str, Callable[[str], str]]] = {
    "a blank": lambda text: text.replace(":", ": ", 1),
    "a line's end as of Windows": lambda text: text.replace("\n", "\r\n", 1),
    "another order": lambda text: json.dumps(dict(reversed(json.loads(text).items())), ensure_ascii=False, indent=1),
    "letters by their numbers": lambda text: json.dumps(json.loads(text), indent=1),
    "a line more": lambda text: f"{text}\n",
}


@pytest.mark.parametrize("reword", REWORDED.values(), ids=REWORDED)
def test_a_sidecar_in_other_signs_is_named_stops_no_night_and_is_healed_by_the_same_file(
    place: Home, reword: Callable[[str], str]
) -> None:
    before = receptions(place.landing)
    (sidecar,) = (path for path in (place.landing / "receptions").iterdir() if "贷款" in path.read_text("utf-8"))
    written = sidecar.read_text("utf-8")
    sidecar.write_text(reword(written), encoding="utf-8", newline="")
    assert sidecar.read_bytes() != written.encode()
    (fault,) = verify_landing(place).faults
    assert (fault.path, fault.what.partition(" than")[0]) == (sidecar, "it says the same in other signs")
    assert receptions(place.landing) == before
    deliver(place)
    assert sidecar.read_bytes().decode() == written
    assert verify_landing(place).faults == []


def test_lines_of_the_manifest_in_other_signs_are_named_by_the_first_and_healed_by_the_newest_files(
    place: Home,
) -> None:
    manifest = place.landing / "receptions.jsonl"
    written = manifest.read_bytes()
    manifest.write_bytes(written.replace(b"\n", b"\r\n"))
    (fault,) = verify_landing(place).faults
    assert (fault.path, fault.what.partition(":")[0]) == (manifest, "line 1 (and 2 more)")
    assert len(receptions(place.landing)) == 3
    assert deliver(place) == ["receptions.jsonl: it was changed or gone"]
    assert manifest.read_bytes() == written
    assert verify_landing(place).faults == []


def test_a_key_that_is_there_twice_is_a_fault_in_either_place(place: Home) -> None:
    sidecar = sorted((place.landing / "receptions").iterdir())[1]
    sidecar.write_text(
        sidecar.read_text("utf-8").replace('"number": 2', '"number": 2,\n "number": 2'), encoding="utf-8"
    )
    assert [fault.path for fault in verify_landing(place).faults] == [sidecar]
    deliver(place)
    manifest = place.landing / "receptions.jsonl"
    manifest.write_bytes(manifest.read_bytes().replace(b'"number":3', b'"number":3,"number":3'))
    assert manifest in [fault.path for fault in verify_landing(place).faults]


def test_a_sidecar_of_the_time_before_the_chain_is_as_it_was_written(place: Home) -> None:
    """It has no key for the reception before it."""
    sidecar = sorted((place.landing / "receptions").iterdir())[0]
    unchained = {**json.loads(sidecar.read_text("utf-8")), "previous": ""}
    del unchained["previous"]
    sidecar.write_text(json.dumps(unchained, ensure_ascii=False, indent=1), encoding="utf-8")
    assert [fault for fault in wording_faults(place.landing) if fault.path == sidecar] == []


@pytest.mark.parametrize("folder", ["files", "receptions"])
def test_a_folder_in_the_place_of_a_file_of_the_landing_is_named_and_goes_when_it_is_removed(
    place: Home, folder: str
) -> None:
    """The night ended with `Is a directory`, when the same file was delivered again."""
    taken = sorted((place.landing / folder).iterdir())[1]
    taken.unlink()
    taken.mkdir()
    with pytest.raises(EnvironmentFailure, match="not as it was received") as refused:
        deliver(place)
    assert refused.value.available == f"{taken.relative_to(place.landing)}: a folder lies in its place: remove it"
    taken.rmdir()
    assert len(deliver(place)) == 1
    assert verify_landing(place).faults == []


def test_a_record_with_half_of_a_pair_of_surrogates_is_named(place: Home) -> None:
    """Verification and the night ended with a trace."""
    sidecar = sorted((place.landing / "receptions").iterdir())[1]
    text = sidecar.read_text("utf-8")
    sidecar.write_text(text.replace('"name": "', '"name": "\\ud800'), encoding="utf-8")
    (fault,) = verify_landing(place).faults
    assert (fault.path, fault.what) == (sidecar, "it is not a reception: it was altered, or is not whole")
    deliver(place)
    assert sidecar.read_text("utf-8") == text
