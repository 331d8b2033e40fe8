"""What was refused on acceptance is a gap with a name: no default, the same status in the month as in the quarter."""

from collections.abc import Sequence
from typing import Final

import pytest

from tests.makers import (
    KNOWN_AT,
    Row,
    attributed,
    book_as_known,
    land,
    make_book,
    make_entry,
    make_loan,
    make_parameter,
    make_project,
    make_reading,
    reference,
    typed,
    window,
)
from transforms.computation.prepared import Prepared
from transforms.deliveries.book.book import Book, assemble
from transforms.deliveries.rows.assembly import Landed
from transforms.factors.parameters import known_scopes
from transforms.flags.factors import refused_parameters, unread_scopes

SOLAR: Final = make_project(
    method="grid_renewable",
    realisation_type="Solar",
    commissioning_date="2025-01-01",
    reported_annual_reduction_tco2=None,
)
READ: Final = [
    make_reading(period_start=f"2025-{number:02}-01", period_end=f"2025-{number:02}-{last}")
    for number, last in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30))
]
QUARTERS: Final = [window("2025-01-01", "2025-03-31"), window("2025-04-01", "2025-06-30")]
OWN: Final = make_parameter(value="0.8")


def worked_out(*parameters: Row, readings: list[Row] = READ) -> Prepared:
    return book_as_known(make_book([SOLAR], entries=[make_entry()], readings=readings, parameters=parameters))


def months_of(prepared: Prepared) -> list[str]:
    return prepared.worked_out.months.filter(project_id="P1").sort("month_start_date")["status"].to_list()


def statuses(prepared: Prepared) -> list[str]:
    """Of the six months, then of the two quarters."""
    return [*months_of(prepared)[:6], *(attributed(prepared.holdings, quarter)["L1"]["status"] for quarter in QUARTERS)]


def test_without_a_row_of_its_own_the_regions_factor_counts() -> None:
    assert set(statuses(worked_out())) == {"measured"}


@pytest.mark.parametrize(
    ("refused", "months"),
    [
        ({**OWN, "value": "abc"}, 6),
        ({**OWN, "unit": "apples"}, 6),
        ({**OWN, "valid_from": "2025-02-30"}, 6),
        ({**OWN, "valid_from": "2026-01-01", "valid_to": "2020-01-01"}, 6),
        ({**OWN, "value": "abc", "valid_to": "2025-03-31"}, 3),
        ({**OWN, "value": "abc", "valid_from": "2027-01-01"}, 0),
        ({**OWN, "value": "abc", "scope": "P2"}, 0),
        ({**OWN, "value": "abc", "scope": "Central"}, 0),
        ({**OWN, "value": "abc", "parameter_id": "fuel_ncv"}, 0),
    ],
)
def test_a_refused_factor_of_its_own_is_not_replaced_by_a_default(refused: Row, months: int) -> None:
    known = worked_out(refused)
    found = statuses(known)
    assert found[:6] == ["refused"] * months + ["measured"] * (6 - months)
    assert found[6:] == ["refused" if months else "measured", "refused" if months > 3 else "measured"]
    assert refused_parameters(known.worked_out.refused).height == (months > 0)


def test_a_factor_under_the_projects_id_in_other_letters_is_refused_and_no_default_takes_its_place() -> None:
    known = worked_out({**OWN, "scope": "p1"})
    assert known.book.rejected.select("rule", "value").rows() == [("unknown_scope", "p1")]
    assert "was 'P1' meant?" in known.book.rejected["reason"].item()
    assert set(statuses(known)) == {"refused"}


def test_a_scope_that_names_nothing_is_flagged() -> None:
    parameters = worked_out({**OWN, "scope": "P11"}, {**OWN, "scope": "Central", "value": "0.9"}).facts.parameters
    flags = unread_scopes(parameters, typed("projects", [SOLAR]), known_scopes(reference()))
    assert flags.select("code", "subject").rows() == [("scope_names_nothing", "grid_cm_ef [P11]")]


def test_two_rows_that_contradict_each_other_leave_no_default_either() -> None:
    assert set(statuses(worked_out(OWN, {**OWN, "value": "0.7"}))) == {"refused"}


def test_the_corrected_row_counts() -> None:
    assert set(statuses(worked_out({**OWN, "value": "abc"}, OWN))) == {"measured"}
    unreadable = {**OWN, "valid_from": "2025-02-30"}
    assert set(statuses(worked_out(unreadable, OWN))) == {"measured"}


def test_a_refused_reading_makes_its_month_refused_as_it_makes_the_quarter() -> None:
    wrong = {**READ[1], "unit": "apples"}
    assert statuses(worked_out(readings=[READ[0], wrong, *READ[2:]])) == [
        "measured",
        "refused",
        *["measured"] * 4,
        "refused",
        "measured",
    ]


def test_a_refused_reading_of_a_month_that_another_covers_refuses_nothing() -> None:
    twice = {**READ[1], "unit": "apples", "record_id": "again"}
    assert set(statuses(worked_out(readings=[*READ, twice]))) == {"measured"}


def test_a_month_that_nobody_sent_is_missing_though_another_was_refused() -> None:
    wrong = {**READ[1], "unit": "apples"}
    assert statuses(worked_out(readings=[READ[0], wrong, *READ[3:]]))[:3] == [
        "measured",
        "refused",
        "blocked_missing_reading",
    ]


BANKS: Final = [
    make_loan(),
    make_loan(loan_id="L2", project_id="P2", lender="乙银行"),
]
ITEM: Final = make_parameter(parameter_id="fuel_ncv", scope="P1/diesel", value="42.6", unit="GJ/t")
BROKEN: Final = [
    {**OWN, "value": "abc"}, {**OWN, "unit": "apples"}, {**OWN, "value": "9"}, {**OWN, "valid_from": "2025-02-30"},
    {**OWN, "value": "0.7"}, {**OWN, "scope": "P1/solar", "value": "abc"}, {**ITEM, "value": "abc"},
    {**ITEM, "unit": "apples"},
]  # fmt: skip


def book_of_two_banks(*more: Landed, of_b: Sequence[Row] = BANKS[1:]) -> Book:
    """A registers P1 and lends to it, B its own P2; what else is sent comes later."""
    files = [
        land("projects", [SOLAR], number=1, sender="bank_a"),
        land("loans", BANKS[:1], number=2, sender="bank_a"),
        land("ledger", [make_entry()], number=3, sender="bank_a"),
        land("operating", READ, number=4, sender="bank_a"),
        land("projects", [make_project(project_id="P2")], number=5, sender="bank_b"),
        land("loans", of_b, number=6, sender="bank_b"),
    ]
    return assemble([*files, *more], reference(), KNOWN_AT)


@pytest.mark.parametrize("row", BROKEN)
def test_a_refused_factor_of_a_bank_that_has_nothing_to_do_with_the_project_refuses_no_figure(row: Row) -> None:
    book = book_of_two_banks(land("parameters", [row], number=7, sender="bank_b"))
    assert book.rejected.height == 1
    assert book.refused_parameters.is_empty()
    assert set(statuses(book_as_known(book))) == {"measured"}


@pytest.mark.parametrize("row", BROKEN[:4])
def test_a_bank_whose_own_loans_were_all_refused_is_not_a_plant_that_may_speak_for_others(row: Row) -> None:
    lost = [make_loan(loan_id="L2", project_id="P2", lender="乙银行", currency="yuan")]
    for sent in (row, OWN):
        book = book_of_two_banks(
            land("parameters", [sent], number=7, sender="bank_c"), land("loans", lost, number=8, sender="bank_c")
        )
        assert book.refused_parameters.is_empty()
        assert book.tables["parameters"].is_empty()
        assert set(statuses(book_as_known(book))) == {"measured"}


def test_a_refused_factor_of_a_party_or_a_plant_of_the_project_refuses_its_figure() -> None:
    for sender in ("bank_a", "plant"):
        book = book_of_two_banks(land("parameters", [{**OWN, "value": "abc"}], number=7, sender=sender))
        assert set(statuses(book_as_known(book))) == {"refused"}


def test_a_month_without_reading_is_missing_though_a_stranger_sent_a_broken_one_for_it() -> None:
    july = make_reading(period_start="2025-07-01", period_end="2025-07-31")
    for row in (july, {**july, "value": "abc"}, {**july, "unit": "apples"}):
        for sender, found in (("bank_b", "blocked_missing_reading"), ("bank_a", "refused")):
            if sender == "bank_a" and row is july:
                continue
            known = book_as_known(book_of_two_banks(land("operating", [row], number=7, sender=sender)))
            assert months_of(known)[6] == found


DIESEL: Final = make_project(
    method="electric_farm_machinery", commissioning_date="2025-01-01", reported_annual_reduction_tco2=None
)


@pytest.mark.parametrize(
    ("scope", "is_about"), [("P1/diesel", True), ("P1/coal", False), ("P2/diesel", False), ("diesel", False)]
)
def test_a_refused_factor_of_an_item_is_about_the_project_that_reports_the_item(scope: str, is_about: bool) -> None:
    readings = [make_reading(metric="diesel_consumed", value="10", unit="t")]
    row = {**ITEM, "scope": scope, "value": "abc"}
    known = book_as_known(make_book([DIESEL], readings=readings, parameters=[row]))
    assert bool(known.worked_out.refused.height) == is_about
