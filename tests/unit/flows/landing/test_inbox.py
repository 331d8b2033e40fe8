"""What lies in the inbox: nothing is followed, nothing stops the rest, every name is printed as plain text."""

import os
import unicodedata
from pathlib import Path

import pytest

from flows.home.limits import LARGEST_FILE_BYTES
from flows.landing import files as landing
from flows.landing.inbox import look, opened, printed
from flows.landing.record import receptions
from tests.makers import LANDED_AT
from transforms.deliveries.speakers.senders import folder_key


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def deliver(inbox: Path, name: str | bytes, content: bytes = b"x") -> Path:
    path = inbox / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(inbox: Path) -> list[str]:
    return [printed(path, inbox) for path in look(inbox).files]


def reasons(inbox: Path) -> dict[str, str]:
    return {one.path: one.reason for one in look(inbox).passed_over}


def test_a_name_that_is_not_text_is_passed_over_and_printed_as_text(inbox: Path) -> None:
    deliver(inbox, "bank/loans.csv")
    deliver(inbox, b"bank/ledger_\xff\xfe.csv")
    deliver(inbox, b"\xc3\x28/loans.csv")
    assert names(inbox) == ["bank/loans.csv"]
    assert reasons(inbox) == {
        "bank/ledger_\\xff\\xfe.csv": "its name is not text: rename it",
        "\\xc3(": "its name is not text: rename it",
    }


@pytest.mark.parametrize("character", ["\n", "\r", "\x1b", "\x00a"[1:] + "\x07", "\u2028", "\x85", "\u202e", "\u200b"])
def test_a_name_that_would_write_its_own_line_into_a_log_is_passed_over(inbox: Path, character: str) -> None:
    deliver(inbox, f"bank/loans{character}.csv")
    (path,) = reasons(inbox)
    assert names(inbox) == []
    assert character not in path
    assert path.isprintable()


@pytest.mark.parametrize("unseen", ["\ufe0f", "\U000e0101", "\u3164", "\u115f", "\uffa0", "\u034f", "\u180b", "\u2065"])
def test_a_name_with_signs_that_nobody_sees_makes_no_second_sender(inbox: Path, unseen: str) -> None:
    deliver(inbox, "bank/loans.csv")
    deliver(inbox, f"bank{unseen}/ledger.csv")
    deliver(inbox, f"bank/fx{unseen}.csv")
    assert names(inbox) == ["bank/loans.csv"]
    assert set(reasons(inbox).values()) == {"its name holds characters that nobody sees: rename it"}
    assert not any(unseen in path for path in reasons(inbox))
    assert folder_key(f"bank{unseen}") == folder_key("bank")


def test_no_link_is_followed_to_a_file_or_into_a_folder(inbox: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "loans.csv").write_text("secret")
    (inbox / "loans.csv").symlink_to(secret / "loans.csv")
    (inbox / "folder").symlink_to(secret)
    (inbox / "gone.csv").symlink_to(tmp_path / "nowhere")
    assert names(inbox) == []
    assert set(reasons(inbox)) == {"loans.csv", "folder", "gone.csv"}
    assert all("link" in reason for reason in reasons(inbox).values())


def test_a_file_that_became_a_link_since_it_was_listed_is_not_read(inbox: Path, tmp_path: Path) -> None:
    path = deliver(inbox, "loans.csv")
    (listed,) = look(inbox).files
    path.unlink()
    path.symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("secret")
    landed, passed = landing.land([listed], inbox, tmp_path / "landing", LANDED_AT)
    assert landed == []
    assert [one.path for one in passed] == ["loans.csv"]
    with pytest.raises(OSError):  # noqa: PT011 - the system's own words
        opened(path)


def test_a_pipe_and_a_folder_that_looks_like_a_file_are_not_deliveries(inbox: Path) -> None:
    os.mkfifo(inbox / "ledger.csv")
    (inbox / "operating.csv").mkdir()
    deliver(inbox, "loans.csv")
    assert names(inbox) == ["loans.csv"]
    assert reasons(inbox) == {"ledger.csv": "it is not a regular file"}


def test_a_file_that_vanishes_keeps_no_other_from_landing(inbox: Path, tmp_path: Path) -> None:
    gone, stays = deliver(inbox, "a/loans.csv"), deliver(inbox, "b/loans.csv")
    listed = look(inbox).files
    gone.unlink()
    landed, passed = landing.land(listed, inbox, tmp_path / "landing", LANDED_AT)
    assert [one.source_file for one in landed] == ["b/loans.csv"]
    assert [one.path for one in passed] == ["a/loans.csv"]
    assert stays.exists()


@pytest.mark.parametrize("name", ["bank/ledger.csv", "bank/ledger.refused.csv"])
def test_a_file_above_the_limit_is_passed_over_before_a_byte_is_copied(inbox: Path, name: str) -> None:
    os.truncate(deliver(inbox, name), LARGEST_FILE_BYTES + 1)  # sparse: it takes no room
    os.truncate(deliver(inbox, "bank/loans.csv"), LARGEST_FILE_BYTES)
    assert names(inbox) == ["bank/loans.csv"]
    assert reasons(inbox) == {
        name: "it has 1,073,741,825 bytes, at most 1,073,741,824 are read: deliver the table in parts"
    }


def test_a_file_that_grew_above_the_limit_since_it_was_listed_is_not_copied(inbox: Path, tmp_path: Path) -> None:
    grown, other = deliver(inbox, "bank/ledger.csv"), deliver(inbox, "bank/loans.csv")
    listed = look(inbox).files
    os.truncate(grown, 1 << 43)
    landed, (passed,) = landing.land(listed, inbox, tmp_path / "landing", LANDED_AT)
    assert [one.name for one in landed] == [other.name]
    assert (passed.path, passed.reason.partition(",")[0]) == ("bank/ledger.csv", "it has 8")
    assert len(list((tmp_path / "landing" / "files").iterdir())) == 1


def test_hidden_files_and_folders_are_not_deliveries(inbox: Path) -> None:
    for name in (".hidden.csv", ".s/loans.csv", "s/.git/loans.csv", "~$loans.xlsx", "Thumbs.db"):
        deliver(inbox, name)
    deliver(inbox, "s/loans.csv")
    assert names(inbox) == ["s/loans.csv"]
    assert reasons(inbox) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ICBC", "icbc"),
        ("é", unicodedata.normalize("NFD", "é")),
        ("Straße", "STRASSE"),
        ("ICBC/Nanchang", "icbc/nanchang"),
        ("ＢＡＮＫ", "bank"),
        ("㈱甲/２０２５", "(株)甲/2025"),
        ("ﾊﾞﾝｸ", "バンク"),
        ("𝐁ank", "bank"),
        ("bank of  x ", "bank\u3000of x"),
    ],
)
def test_two_spellings_of_a_folder_are_one_sender_and_no_file_lands_twice(inbox: Path, one: str, other: str) -> None:
    assert folder_key(one) == folder_key(other)
    deliver(inbox, f"{one}/loans.csv", b"one")
    deliver(inbox, f"{other}/loans.csv", b"other")
    deliver(inbox, f"{other}/fx.csv", b"only here")
    found = look(inbox)
    assert sorted(path.name for path in found.files) == ["fx.csv", "loans.csv"]
    (doubled,) = found.passed_over
    assert "same sender" in doubled.reason


def test_a_sender_that_spells_its_folder_anew_delivers_nothing_twice(inbox: Path, tmp_path: Path) -> None:
    place = tmp_path / "landing"
    deliver(inbox, "ICBC/loans.csv")
    landing.land(look(inbox).files, inbox, place, LANDED_AT)
    (inbox / "ICBC").rename(inbox / "icbc")
    landed, _ = landing.land(look(inbox).files, inbox, place, LANDED_AT)
    assert landed == []
    deliver(inbox, "icbc/loans.csv", b"corrected")
    landed, _ = landing.land(look(inbox).files, inbox, place, LANDED_AT)
    assert [one.source_file for one in landed] == ["ICBC/loans.csv"]
    assert len(receptions(place)) == 2


def test_an_ending_longer_than_a_file_name_may_be_lands(inbox: Path, tmp_path: Path) -> None:
    deliver(inbox, "a." + "x" * 240)
    landed, passed = landing.land(look(inbox).files, inbox, tmp_path / "landing", LANDED_AT)
    assert (len(landed), passed) == (1, [])


def test_two_names_that_look_alike_are_named_by_their_code_points(inbox: Path) -> None:
    deliver(inbox, "caf\u00e9/loans.csv", b"one")
    deliver(inbox, "cafe\u0301/loans.csv", b"other")
    (doubled,) = look(inbox).passed_over
    reason = "caf\\xe9/loans.csv is the same sender's file of that name: keep one"
    other = "cafe\\u0301/loans.csv is the same sender's file of that name: keep one"
    assert (doubled.path, doubled.reason) in {
        ("cafe\\u0301/loans.csv", reason),
        ("caf\\xe9/loans.csv", other),
    }
