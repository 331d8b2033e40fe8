"""A landed file that is damaged and never comes again can be declared lost: the night goes on, and says so."""

import datetime as dt
from pathlib import Path
from typing import Final

import pytest

from flows.home.settings import Home, home
from flows.landing.files import land, landed_path
from flows.landing.inbox import look
from flows.landing.record import receptions
from flows.landing.verification import verification_text, verify_landing
from flows.running.pipeline import read_book
from schemas.errors import EnvironmentFailure
from tests.makers import LANDED_AT, Row, make_entry, make_loan, make_project, make_rate, reference
from transforms.deliveries.book.lost import lost_notices

NOW: Final = LANDED_AT + dt.timedelta(days=10)


def table(*rows: Row) -> str:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(",".join(value or "" for value in line) + "\n" for line in lines)


SENT: Final = {
    "jia/projects.csv": table(make_project(), make_project(project_id="P2", project_name="另一项目")),
    "jia/loans.csv": table(make_loan()),
    "yi/loans.csv": table(make_loan(loan_id="L2", project_id="P2", lender="乙银行")),
    "yi/ledger.csv": table(make_entry(loan_id="L2")),
    "yi/fx.csv": table(make_rate()),
}
AGAIN: Final = {"yi/the_same.csv": SENT["jia/loans.csv"]}


@pytest.fixture
def place(tmp_path: Path) -> Home:
    """A home into which two banks have delivered."""
    place = home(tmp_path)
    deliver(place, *SENT)
    return place


def deliver(place: Home, *names: str) -> None:
    for name in names:
        path = place.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((SENT | AGAIN)[name], encoding="utf-8")
    land(look(place.inbox).files, place.inbox, place.landing, NOW)


def damage(place: Home, name: str) -> str:
    """Change a byte of what was landed; return the digest under which it lies."""
    (reception,) = [one for one in receptions(place.landing) if one.source_file == name]
    path = landed_path(reception, place.landing)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    return reception.digest


def declare(place: Home, digest: str, name: str, reason: str = "the disk broke, the bank has no copy") -> None:
    text = f'[lost.{digest}]\nfile = "{name}"\nreason = "{reason}"\n'
    place.settings.write_text(text, encoding="utf-8")


def flagged(place: Home) -> list[str]:
    book = read_book(place, reference(), NOW)
    notices = list(lost_notices(book.deliveries, book.tables))
    assert {found.code for _, found in notices} <= {"delivery_lost"}
    return [subject for subject, _ in notices]


def test_a_damaged_file_that_is_declared_lost_is_left_out_and_its_account_says_why(place: Home) -> None:
    digest = damage(place, "jia/loans.csv")
    with pytest.raises(EnvironmentFailure, match=r"declared lost in greenloan\.toml"):
        read_book(place, reference(), NOW)
    declare(place, digest, "jia/loans.csv")
    book = read_book(place, reference(), NOW)
    assert book.tables["loans"]["loan_id"].to_list() == ["L2"]
    (lost,) = book.deliveries.filter(delivery_status="lost").to_dicts()
    assert (lost["source_file"], lost["reason"]) == ("jia/loans.csv", "the disk broke, the bank has no copy")
    assert book.rejected.select("source_file", "rule").rows() == [("jia/loans.csv", "lost_file")]


@pytest.mark.parametrize(
    ("name", "subjects"),
    [
        ("jia/loans.csv", ["jia/loans.csv", "P1", "P2"]),
        ("yi/loans.csv", ["yi/loans.csv", "P1", "P2"]),
        ("yi/ledger.csv", ["yi/ledger.csv", "P2"]),
        ("yi/fx.csv", ["yi/fx.csv", "P1", "P2"]),
    ],
)
def test_every_project_of_the_sender_is_flagged_and_all_where_it_stated_what_is_shared(
    place: Home, name: str, subjects: list[str]
) -> None:
    """jia stated both projects, yi lends to P2 by the one list that it sent: its other rows are not known."""
    declare(place, damage(place, name), name)
    assert flagged(place) == subjects


def test_verification_lists_the_declaration_and_finds_no_fault_until_another_file_is_damaged(place: Home) -> None:
    digest = damage(place, "jia/loans.csv")
    assert "fault(s)" in verification_text(verify_landing(place), place)
    declare(place, digest, "jia/loans.csv")
    found = verify_landing(place)
    assert found.faults == []
    assert verification_text(found, place).splitlines() == [
        f"[lost.{digest}]: jia/loans.csv is declared lost: the disk broke, the bank has no copy",
        f"5 reception(s) of 5 file(s) in {place.landing}: all others as received",
    ]
    damage(place, "yi/loans.csv")
    assert len(verify_landing(place).faults) == 1
    with pytest.raises(EnvironmentFailure, match=r"yi/loans\.csv"):
        read_book(place, reference(), NOW)


def test_the_same_bytes_heal_the_file_and_the_declaration_is_superfluous(place: Home) -> None:
    digest = damage(place, "jia/loans.csv")
    declare(place, digest, "jia/loans.csv")
    deliver(place, "jia/loans.csv")
    assert read_book(place, reference(), NOW).tables["loans"].height == 2
    assert flagged(place) == []
    assert verify_landing(place).superfluous == [
        f"[lost.{digest}]: jia/loans.csv is as it was received; take the declaration out"
    ]


def test_a_declaration_under_a_digest_or_a_name_that_was_not_received_counts_for_nothing(place: Home) -> None:
    digest = damage(place, "jia/loans.csv")
    for wrong, name in (("0" * 64, "jia/loans.csv"), (digest, "yi/loans.csv")):
        declare(place, wrong, name)
        with pytest.raises(EnvironmentFailure, match="not as it was received"):
            read_book(place, reference(), NOW)
        assert verify_landing(place).superfluous == [
            f"[lost.{wrong}]: no reception of {name} has this digest; see what verify-landing lists"
        ]


def test_a_digest_that_cannot_be_one_and_a_reason_left_out_are_mistakes_of_the_settings(place: Home) -> None:
    place.settings.write_text('[lost."jia/loans.csv"]\nfile = "jia/loans.csv"\n', encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match=r"not the digest of a landed file[\s\S]*reason is missing"):
        verify_landing(place)


def test_a_declaration_counts_for_the_file_that_it_names_and_not_for_others_of_the_same_bytes(place: Home) -> None:
    """yi sent what jia had sent: its rows were left out as well, though nobody had declared them lost."""
    deliver(place, "yi/the_same.csv")
    digest = damage(place, "jia/loans.csv")
    (fault,) = verify_landing(place).faults
    assert "received as jia/loans.csv, yi/the_same.csv" in fault.what
    declare(place, digest, "jia/loans.csv")
    assert ["yi/the_same.csv" in fault.what for fault in verify_landing(place).faults] == [True]
    with pytest.raises(EnvironmentFailure, match=r"received as yi/the_same\.csv"):
        read_book(place, reference(), NOW)
    both = f'[lost.{digest}]\nfile = ["jia/loans.csv", "YI/the_same.csv", "yi/never.csv"]\nreason = "the disk"\n'
    place.settings.write_text(both, encoding="utf-8")
    found = verify_landing(place)
    assert (found.faults, len(found.lost)) == ([], 2)
    assert found.superfluous == [
        f"[lost.{digest}]: no reception of yi/never.csv has this digest; see what verify-landing lists"
    ]
    book = read_book(place, reference(), NOW)
    assert sorted(book.deliveries.filter(delivery_status="lost")["source_file"]) == ["jia/loans.csv", "yi/the_same.csv"]


@pytest.mark.parametrize("file", ["[]", "3", '["jia/loans.csv", 3]', '""'])
def test_what_names_no_file_is_a_mistake_of_the_settings(place: Home, file: str) -> None:
    place.settings.write_text(f'[lost.{"0" * 64}]\nfile = {file}\nreason = "gone"\n', encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match=r"file.*: (Input|Value|String) should"):
        verify_landing(place)
