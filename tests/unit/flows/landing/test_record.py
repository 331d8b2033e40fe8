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


def _sidecars(place: Home) -> list[Path]:
    return sorted((place.landing / "receptions").iterdir())


def beside(place: Home, name: str, content: str) -> str:
    (place.landing / "receptions" / name).write_text(content, encoding="utf-8")
    return f"receptions/{name}"


def with_a_line(place: Home, line: str, at: int) -> str:
    manifest = place.landing / "receptions.jsonl"
    lines = manifest.read_text("utf-8").splitlines()
    manifest.write_text("\n".join([*lines[:at], line, *lines[at:], ""]), encoding="utf-8")
    return manifest.name


def line_of(place: Home, number: int, sender: str = "icbc") -> str:
    line = (place.landing / "receptions.jsonl").read_text("utf-8").splitlines()[number - 1]
    return line.replace('"icbc"', f'"{sender}"')


MOVE_AWAY: Final = "; move it away"
EXTRA: Final[dict[str, tuple[Callable[[Home], str], str]]] = {
    "notes": (
        lambda place: beside(place, "notes.json", "{}"),
        f"an extra record: the program gives none such a name{MOVE_AWAY}",
    ),
    "a copy": (
        lambda place: beside(place, "copy of 2.json", _sidecars(place)[1].read_text("utf-8")),
        f"an extra record: the program gives none such a name{MOVE_AWAY}",
    ),
    "another of the same number": (
        lambda place: beside(place, f"00000002_{'0' * 16}.json", _sidecars(place)[1].read_text("utf-8")),
        "an extra record: reception 2 is ",
    ),
    "one after the last": (
        lambda place: beside(place, f"00000004_{'0' * 16}.json", _sidecars(place)[1].read_text("utf-8")),
        f"an extra record: receptions.jsonl does not list it, and it follows none that is listed{MOVE_AWAY}",
    ),
    "one of a far number": (
        lambda place: beside(place, f"99999999_{'0' * 16}.json", "{}"),
        f"an extra record: receptions.jsonl does not list it, and it follows none that is listed{MOVE_AWAY}",
    ),
    "a line of junk in the middle": (
        lambda place: with_a_line(place, "junk", at=1),
        "line 2 is not a record, and every reception has its line: take it out",
    ),
    "a line of junk at the end": (
        lambda place: with_a_line(place, '{"number": 4}', at=3),
        "line 4 is not a record, and every reception has its line: take it out",
    ),
    "a line twice": (
        lambda place: with_a_line(place, line_of(place, 1), at=2),
        "line 3 is there twice (line 1): take it out",
    ),
    "a line twice at the end": (
        lambda place: with_a_line(place, line_of(place, 3), at=3),
        "line 4 is there twice (line 3): take it out",
    ),
    "a line again for another sender": (
        lambda place: with_a_line(place, line_of(place, 3, sender="abc"), at=3),
        "line 4 is an extra record of reception 3, which line 3 has otherwise: find out which",
    ),
}


@pytest.mark.parametrize(("add", "what"), EXTRA.values(), ids=EXTRA)
def test_what_was_put_beside_the_record_is_the_one_fault_and_goes_when_it_is_taken_out(
    place: Home, add: Callable[[Home], str], what: str
) -> None:
    """`reception 4 is missing` asked for files that had never been sent."""
    manifest = (place.landing / "receptions.jsonl").read_bytes()
    path = place.landing / add(place)
    (fault,) = verify_landing(place).faults
    assert (fault.path, fault.what[: len(what)]) == (path, what)
    with pytest.raises(EnvironmentFailure, match="not as it was received") as refused:
        receptions(place.landing)
    assert f"{path.name}: {what}" in refused.value.available
    if path.suffix == ".json":
        path.unlink()
    else:
        path.write_bytes(manifest)
    assert verify_landing(place).faults == []


def test_a_line_that_became_junk_is_not_taken_for_an_extra_one(place: Home) -> None:
    """Its reception is there without a line: the newest files heal it."""
    manifest = place.landing / "receptions.jsonl"
    written = manifest.read_bytes()
    manifest.write_bytes(written.replace(b'"number":3', b'"number":"3"'))
    assert [(fault.path, fault.what) for fault in verify_landing(place).faults if fault.path == manifest] == [
        (manifest, "line 3 is not a reception")
    ]
    deliver(place)
    assert manifest.read_bytes() == written
    assert verify_landing(place).faults == []
