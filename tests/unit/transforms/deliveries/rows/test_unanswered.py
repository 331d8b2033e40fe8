"""A refused row waits for a person until a corrected one is accepted under its key."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tests.makers import KNOWN_AT, LANDED_AT, Row, land, make_entry, make_loan, make_project, reference
from transforms.deliveries.book.book import assemble
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.unanswered import unanswered

BAD, GOOD = make_entry(entry_id="E1", amount="10²"), make_entry(entry_id="E1", amount="100")
NAMELESS = GOOD | {"entry_id": "NULL"}


def named(file: Landed, name: str) -> Landed:
    return replace(file, source_file=name, raw=file.raw and replace(file.raw, source_file=name))


def waiting(*nights: list[Row], names: Mapping[int, str] = {}, more: Sequence[Landed] = ()) -> list[tuple[str, str]]:
    """Table and value of each row that waits after the ledgers of these nights, from the third on; names: of files."""
    landed: list[Landed] = [land("projects", [make_project()]), land("loans", [make_loan()], number=2), *more]
    for number, rows in enumerate(nights, start=3):
        file = land("ledger", rows, number=number, at=LANDED_AT + dt.timedelta(days=number))
        landed.append(named(file, names.get(number, file.source_file)))
    book = assemble(landed, reference(), KNOWN_AT)
    lines = unanswered(book.rejected, book.deliveries, book.tables, reference().aliases)
    return lines.select("table", "value").rows()


def test_a_refused_row_waits() -> None:
    assert waiting([BAD]) == [("ledger", "10²")]


def test_a_corrected_row_of_another_file_ends_the_waiting() -> None:
    assert waiting([BAD], [GOOD]) == []


def test_a_row_that_is_refused_again_waits_once() -> None:
    assert waiting([BAD], [BAD | {"amount": "①"}]) == [("ledger", "①")]


def test_a_correction_that_was_refused_waits_though_the_row_before_it_counts() -> None:
    assert waiting([GOOD], [BAD]) == [("ledger", "10²")]


def test_a_corrected_row_of_another_key_answers_nothing() -> None:
    assert waiting([BAD], [GOOD | {"entry_id": "E2"}]) == [("ledger", "10²")]


def test_the_key_is_read_as_the_door_reads_it() -> None:
    chinese = {"流水号" if name == "entry_id" else name: cell for name, cell in BAD.items()}
    assert waiting([chinese | {"流水号": " Ｅ１ "}], [GOOD]) == []


def test_a_row_without_a_readable_key_waits() -> None:
    assert waiting([NAMELESS], [GOOD]) == [("ledger", "NULL")]


@pytest.mark.parametrize("name", ["sender/ledger_3.csv", "sender/ledger_3.refused.csv"])
def test_it_is_answered_by_its_file_or_by_a_list_of_refused_rows_sent_again(name: str) -> None:
    assert waiting([NAMELESS], [GOOD], names={4: name}) == []


def test_a_list_that_comes_back_without_a_readable_key_waits_itself() -> None:
    assert waiting([NAMELESS], [NAMELESS | {"entry_id": "无"}], names={4: "sender/ledger_3.refused.csv"}) == [
        ("ledger", "无")
    ]


def test_a_file_refused_whole_waits_until_it_is_sent_again() -> None:
    whole = Landed("d3", "sender/ledger_3.csv", "sender", LANDED_AT, 3, 0, "ledger", None, "no table", row_count=9)
    assert waiting(more=[whole]) == [("ledger", None)]
    assert waiting([GOOD], more=[whole]) == []


def contradictions(*nights: str, own_again: bool = False) -> list[str]:
    """Files with a row that waits after another bank stated the sender's loan with these rates, a night each."""
    mine = [make_loan()] if own_again else []
    landed = [land("projects", [make_project()]), land("loans", [make_loan()], number=2)]
    for number, rate in enumerate(nights, start=3):
        at = LANDED_AT + dt.timedelta(days=number)
        other = land("loans", [make_loan(annual_rate_pct=rate)], number=number, at=at, sender="other")
        landed.append(named(other, "other/loans.csv"))
    landed += [land("loans", mine, number=9, at=LANDED_AT + dt.timedelta(days=9))] if mine else []
    book = assemble(landed, reference(), KNOWN_AT)
    lines = unanswered(book.rejected, book.deliveries, book.tables, reference().aliases)
    return lines["source_file"].to_list()


@pytest.mark.parametrize("own_again", [False, True])
def test_a_row_that_contradicts_another_senders_is_not_answered_by_that_one(own_again: bool) -> None:
    assert contradictions("4.9", own_again=own_again) == ["other/loans.csv"]


def test_it_waits_once_while_its_file_comes_again_and_contradicts() -> None:
    assert contradictions("4.9", "4.8") == ["other/loans.csv"]


def test_it_is_answered_once_its_file_comes_again_and_agrees() -> None:
    agreed = make_loan()["annual_rate_pct"]
    assert agreed is not None
    assert contradictions("4.9", agreed) == []
