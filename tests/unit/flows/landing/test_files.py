"""What was landed is provably what was received: bytes by their digest, receptions by their chain."""

import contextlib
import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from flows.landing.files import Arrival, file_faults, land, landed_bytes, landed_path, received_by
from flows.landing.inbox import look
from flows.landing.receptions import Reception, clock_faults, moments, next_reception
from flows.landing.record import receptions, record_faults, write
from schemas.errors import EnvironmentFailure
from tests.makers import LANDED_AT

DAY = dt.timedelta(days=1)
NOW = LANDED_AT + 10 * DAY


class Place:
    """An inbox and a landing with three receptions, one a day."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.landing = folder / "inbox", folder / "landing"
        (self.inbox / "bank").mkdir(parents=True)
        for day, name in enumerate(("loans", "ledger", "fx")):
            self.deliver(f"{name}.csv", f"rows of {name}\n" * 10, LANDED_AT + day * DAY)

    def deliver(self, name: str, content: str, now: dt.datetime = NOW) -> list[Reception]:
        (self.inbox / "bank" / name).write_text(content)
        return self.land(now)

    def land(self, now: dt.datetime = NOW) -> list[Reception]:
        return land(look(self.inbox).files, self.inbox, self.landing, now)[0]

    @property
    def sidecars(self) -> list[Path]:
        return sorted((self.landing / "receptions").glob("*.json"))

    @property
    def manifest(self) -> Path:
        return self.landing / "receptions.jsonl"

    def stored(self, number: int) -> Path:
        return landed_path(receptions(self.landing)[number - 1], self.landing)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def change_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(path, bytes(content))


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def replace_by_a_link(path: Path) -> None:
    """To the same bytes elsewhere, where anybody may change them."""
    elsewhere = path.parents[1] / f"{path.name}.elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


SPOILT = {
    "a byte changed": change_a_byte,
    "cut in half": lambda path: overwrite(path, path.read_bytes()[:20]),
    "emptied": lambda path: overwrite(path, b""),
    "longer": lambda path: overwrite(path, path.read_bytes() + b"\n"),
    "a thousand times a machine's memory": lambda path: os.truncate(path, 1 << 43),  # sparse: never to be read
    "removed": Path.unlink,
    "a link to the same bytes": replace_by_a_link,
}


def put_a_folder_there(path: Path) -> None:
    """What reads it fails as where the disk or its rights fail; root reads every file."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_landed_file_that_changed_is_named_and_the_same_delivery_heals_it(place: Place, spoil) -> None:  # noqa: ANN001
    known = receptions(place.landing)
    path = place.stored(2)
    spoil(path)
    with pytest.raises(EnvironmentFailure, match=path.name):
        landed_bytes(known[1], place.landing)
    assert [fault.path for fault in file_faults(known, place.landing)] == [path]
    assert landed_bytes(known[0], place.landing)
    assert place.land() == []  # the file still lies in the inbox: known already, and whole again
    assert landed_bytes(known[1], place.landing) == b"rows of ledger\n" * 10
    assert file_faults(known, place.landing) == []


def test_a_landed_file_that_cannot_be_read_is_a_fault_among_the_others(place: Place) -> None:
    unread, gone = place.stored(1), place.stored(3)
    put_a_folder_there(unread)
    gone.unlink()
    known = receptions(place.landing)
    faults = {fault.path: fault.what for fault in file_faults(known, place.landing)}
    assert faults.keys() == {unread, gone}
    assert faults[unread].startswith("it cannot be read: ")
    assert faults[gone] == "it is missing (received as bank/fx.csv)"
    with pytest.raises(EnvironmentFailure, match="it cannot be read"):
        landed_bytes(known[0], place.landing)


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_sidecar_that_changed_is_named_and_the_same_delivery_heals_it(place: Place, number: int, spoil) -> None:  # noqa: ANN001
    before = receptions(place.landing)
    path = place.sidecars[number - 1]
    spoil(path)
    if spoil is not SPOILT["longer"]:  # a line end more says the same
        with pytest.raises(EnvironmentFailure, match=path.name):
            receptions(place.landing)
        assert [fault.path for fault in record_faults(place.landing)] == [path]
    assert place.land() == []
    assert receptions(place.landing) == before


def test_a_reception_rewritten_by_hand_is_noticed_wherever_it_lies(place: Place) -> None:
    for path in place.sidecars:
        whole = path.read_text()
        for field, value in (("received_at", "2020-01-01T00:00:00+00:00"), ("sender_folder", "other"), ("number", 9)):
            path.write_text(json.dumps({**json.loads(whole), field: value}))
            assert record_faults(place.landing), (path.name, field)
        path.write_text(whole)
    assert not record_faults(place.landing)


def test_a_reception_removed_with_its_line_breaks_the_chain(place: Place) -> None:
    lines = place.manifest.read_text().splitlines(keepends=True)
    place.sidecars[1].unlink()
    place.manifest.write_text(lines[0] + lines[2])
    assert record_faults(place.landing)


def test_a_landed_file_that_is_a_link_is_named_as_that(place: Place) -> None:
    replace_by_a_link(place.stored(2))
    (fault,) = file_faults(receptions(place.landing), place.landing)
    assert fault.what == "it is a link, and links are never followed (received as bank/ledger.csv)"
    place.land()
    assert not place.stored(2).is_symlink()


@pytest.mark.parametrize("count", [1, 3])
def test_a_manifest_that_is_a_link_is_named_and_nothing_is_written_through_it(tmp_path: Path, count: int) -> None:
    place = Place(tmp_path)
    for path in place.sidecars[count:]:
        path.unlink()
    place.manifest.write_bytes(b"".join(place.manifest.read_bytes().splitlines(keepends=True)[:count]))
    elsewhere = tmp_path / "elsewhere"
    place.manifest.rename(elsewhere)
    place.manifest.symlink_to(elsewhere)
    held = elsewhere.read_bytes()
    with pytest.raises(EnvironmentFailure, match=r"receptions\.jsonl: it is a link"):
        receptions(place.landing)
    with contextlib.suppress(EnvironmentFailure):
        place.deliver("fx.csv", "new")
    assert elsewhere.read_bytes() == held


def test_a_manifest_that_is_a_folder_is_a_fault_among_the_others(place: Place) -> None:
    put_a_folder_there(place.manifest)
    assert [(one.path, one.what) for one in record_faults(place.landing)] == [
        (place.manifest, "it cannot be read: it is not a regular file")
    ]
    with pytest.raises(EnvironmentFailure, match=r"receptions\.jsonl: it cannot be read"):
        place.land()


def test_a_manifest_that_is_gone_is_noticed(place: Place) -> None:
    place.manifest.unlink()
    with pytest.raises(EnvironmentFailure, match=r"receptions\.jsonl: it is missing"):
        receptions(place.landing)


def test_a_night_killed_between_sidecar_and_manifest_goes_on(place: Place) -> None:
    lines = place.manifest.read_bytes().splitlines(keepends=True)
    for rest in (b"", lines[2][:10]):
        place.manifest.write_bytes(b"".join(lines[:2]) + rest)
        assert len(receptions(place.landing)) == 3
        place.deliver("fx.csv", f"new after {len(rest)}")
        assert not record_faults(place.landing)
        lines = place.manifest.read_bytes().splitlines(keepends=True)[:3]
        for path in place.sidecars[3:]:
            path.unlink()


def test_a_landing_from_before_receptions_were_chained_is_taken_over(place: Place) -> None:
    place.manifest.unlink()
    for path in place.sidecars:
        plain = {key: value for key, value in json.loads(path.read_text()).items() if key != "previous"}
        path.write_text(json.dumps(plain))
    assert [one.number for one in receptions(place.landing)] == [1, 2, 3]
    (new,) = place.deliver("fx.csv", "new")
    assert new.number == 4
    assert len(place.manifest.read_text().splitlines()) == 4
    assert not record_faults(place.landing)
    place.sidecars[0].unlink()
    assert record_faults(place.landing)


def test_a_reception_is_on_the_disk_with_its_folder_before_the_manifest_says_so(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    to_disk = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        to_disk(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    place.deliver("loans.csv", "new")
    arrived, files, sidecar, folder, manifest = synced[-5:]
    assert arrived.endswith(".partial")
    assert sidecar.startswith("00000004_")
    assert (files, folder, manifest) == ("files", "receptions", "receptions.jsonl")
    place.manifest.unlink()
    for path in place.sidecars:
        path.unlink()
    place.deliver("loans.csv", "first of all")
    assert ("receptions.jsonl", "landing") in pairwise(synced)


def test_no_number_is_given_twice(place: Place) -> None:
    place.deliver("loans.csv", "a")
    place.deliver("ledger.csv", "b", NOW - 5 * DAY)
    assert [one.number for one in receptions(place.landing)] == [1, 2, 3, 4, 5]


def test_a_reception_from_the_future_counts_from_now_on_and_is_named(place: Place) -> None:
    (ahead,) = place.deliver("loans.csv", "of a wrong clock", NOW + 400 * DAY)
    (after,) = place.deliver("fx.csv", "of a right clock", NOW)
    known = receptions(place.landing)
    assert moments(known, NOW)[ahead.number] == NOW
    assert [one.number for one in received_by(known, NOW, NOW)] == [1, 2, 3, 4, 5]
    assert [one.number for one in received_by(known, LANDED_AT + 5 * DAY, NOW)] == [1, 2, 3]
    assert [one.number for one, _ in clock_faults(known, NOW)] == [ahead.number]
    later = NOW + 2 * DAY
    assert moments(known, later)[ahead.number] == after.moment


def test_a_clock_that_was_far_ahead_and_then_far_back_is_named_twice(place: Place) -> None:
    (ahead,) = place.deliver("loans.csv", "of 2031", NOW + 2000 * DAY)
    (back,) = place.deliver("fx.csv", "of 1999", LANDED_AT - 9000 * DAY)
    named = [one.number for one, _ in clock_faults(receptions(place.landing), NOW)]
    assert named == [ahead.number, back.number]


def test_what_heals_is_listed_for_somebody_was_there(place: Place) -> None:
    change_a_byte(place.stored(1))
    place.sidecars[1].unlink()
    healed: list[str] = []
    land(look(place.inbox).files, place.inbox, place.landing, NOW, healed)
    assert [text.partition(":")[0].split("/")[0] for text in healed] == ["files", "receptions"]
    healed.clear()
    land(look(place.inbox).files, place.inbox, place.landing, NOW, healed)
    assert healed == []


def lose_the_manifest(manifest: Path) -> None:
    manifest.unlink()


def lose_its_middle(manifest: Path) -> None:
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(lines[0] + lines[2])


@pytest.mark.parametrize("spoil", [lose_the_manifest, lose_its_middle])
def test_a_manifest_is_written_anew_once_every_file_has_come_again(place: Place, spoil: Callable[[Path], None]) -> None:
    whole = place.manifest.read_bytes()
    (place.inbox / "bank" / "fx.csv").rename(place.inbox / "fx.later")
    spoil(place.manifest)
    with pytest.raises(EnvironmentFailure):
        place.land()
    (place.inbox / "fx.later").rename(place.inbox / "bank" / "fx.csv")
    assert place.land() == []
    assert place.manifest.read_bytes() == whole


def test_a_chain_with_a_break_makes_no_manifest(place: Place) -> None:
    place.manifest.unlink()
    place.sidecars[1].unlink()
    with pytest.raises(EnvironmentFailure):
        place.land()
    assert not place.manifest.exists()


def swap_two_lines(manifest: Path) -> None:
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))


def nest_deeply(manifest: Path) -> None:
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join([lines[0], b"[" * 200_000 + b"\n", *lines[2:]]))


@pytest.mark.parametrize("spoil", [swap_two_lines, nest_deeply])
def test_a_manifest_whose_lines_are_not_the_receptions_in_their_order_is_a_fault(
    place: Place, spoil: Callable[[Path], None]
) -> None:
    spoil(place.manifest)
    assert place.manifest in {fault.path for fault in record_faults(place.landing)}


def test_a_blank_line_of_the_manifest_is_one_fault(place: Place) -> None:
    lines = place.manifest.read_bytes().splitlines(keepends=True)
    place.manifest.write_bytes(b"".join([lines[0], b"\n", *lines[1:]]))
    (fault,) = record_faults(place.landing)
    assert (fault.path, fault.what) == (place.manifest, "line 2 is blank: take it out")


def test_a_manifest_of_any_size_is_never_read_whole(place: Place) -> None:
    os.truncate(place.manifest, 1 << 43)  # sparse
    (fault,) = record_faults(place.landing)
    assert fault.path == place.manifest
    assert "at most 268,435,456 are read" in fault.what


def test_a_sidecar_that_says_a_thing_twice_was_altered(place: Place) -> None:
    """Readers differ in which of the two they take."""
    path = place.sidecars[1]
    path.write_text(path.read_text().replace('"number": 2', '"number": 7, "number": 2'))
    (fault,) = record_faults(place.landing)
    assert fault.path == path
    assert "it was altered" in fault.what


def test_a_link_where_the_next_sidecar_belongs_is_named_as_one(place: Place, tmp_path: Path) -> None:
    link = place.landing / "receptions" / f"00000004_{'0' * 16}.json"
    link.symlink_to(tmp_path / "elsewhere")
    (fault,) = record_faults(place.landing)
    assert (fault.path, fault.what) == (link, "it is a link, and links are never followed: remove it")


def test_no_sidecar_is_written_through_a_link_beside_its_place(place: Place, tmp_path: Path) -> None:
    (place.inbox / "bank" / "new.csv").write_text("new")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("as it was")
    digest = hashlib.sha256(b"new").hexdigest()
    (place.landing / "receptions" / f"00000004_{digest[:16]}.partial").symlink_to(elsewhere)
    assert len(place.land()) == 1
    assert elsewhere.read_text() == "as it was"


def test_a_clock_that_jumped_back_drops_nothing_and_is_named(place: Place) -> None:
    (back,) = place.deliver("loans.csv", "after the jump", LANDED_AT - 100 * DAY)
    known = receptions(place.landing)
    assert moments(known, NOW)[back.number] == LANDED_AT + 2 * DAY
    assert [one.number for one in received_by(known, LANDED_AT, NOW)] == [1]
    assert [one.number for one, _ in clock_faults(known, NOW)] == [back.number]


@pytest.fixture
def once_two_senders(tmp_path: Path) -> Place:
    """A landing from before ＢＡＮＫ and BANK were one sender: each has landed its loans."""
    place = Place(tmp_path)
    for folder in ("BANK", "ＢＡＮＫ"):
        (place.inbox / folder).mkdir()
        (place.inbox / folder / "loans.csv").write_text(f"loans of {folder}\n", encoding="utf-8")
        arrival, known = Arrival("loans.csv", folder, place.landing), receptions(place.landing)
        arrival.write((place.inbox / folder / "loans.csv").read_bytes())
        facts = {
            "name": "loans.csv",
            "sender_folder": folder,
            "digest": arrival.keep(),
            "size_bytes": arrival.size_bytes,
        }
        write(next_reception(known[-1:], facts, NOW - DAY), known, place.landing)
    return place


def test_what_landed_under_two_spellings_is_read_as_one_senders_and_lands_no_second_time(
    once_two_senders: Place,
) -> None:
    place = once_two_senders
    assert [one.sender_folder for one in receptions(place.landing)] == [*["bank"] * 3, "BANK", "ＢＡＮＫ"]
    assert {one.sender_folder for one in received_by(receptions(place.landing), NOW, NOW)} == {"bank"}
    for folder in ("BANK", "ＢＡＮＫ"):
        assert land([place.inbox / folder / "loans.csv"], place.inbox, place.landing, NOW)[0] == []
    for folder in ("BANK", "ＢＡＮＫ"):
        (place.inbox / folder / "loans.csv").unlink()
    (corrected,) = place.deliver("loans.csv", "corrected")
    assert corrected.source_file == "bank/loans.csv"
    assert not record_faults(place.landing)
    assert not file_faults(receptions(place.landing), place.landing)


def test_a_damaged_record_is_healed_by_the_file_in_the_folders_other_spelling(place: Place) -> None:
    place.sidecars[1].unlink()
    (place.inbox / "bank").rename(place.inbox / "ＢＡＮＫ")
    assert place.land() == []
    assert not record_faults(place.landing)
