"""A row that names something nobody delivered is refused, and so is an entry that contradicts its loan."""

from typing import Any

import polars as pl

from tests.makers import make_book, make_entry, make_loan, make_project, make_reading, make_reversal


def refused(**rows: Any) -> pl.DataFrame:
    return make_book(**rows).rejected


def rules(**rows: Any) -> list[tuple[str, str]]:
    return [(row["table"], row["rule"]) for row in refused(**rows).to_dicts()]


def test_a_project_of_an_unknown_method_is_refused_with_the_nearest_ids() -> None:
    rejected = refused(projects=[make_project(method="steam_heat")], loans=[], entries=[])
    assert rejected["rule"].to_list() == ["unknown_method"]
    assert "steam_heating" in rejected["reason"].item()


def test_a_loan_of_an_unknown_project_is_refused_and_so_are_its_entries() -> None:
    assert rules(loans=[make_loan(project_id="P9")]) == [("ledger", "unknown_loan_id"), ("loans", "unknown_project_id")]


def test_an_entry_of_an_unknown_loan_is_refused_with_the_number_of_loans_known() -> None:
    rejected = refused(entries=[make_entry(loan_id="L9")])
    assert rejected["rule"].to_list() == ["unknown_loan_id"]
    assert "1 known" in rejected["reason"].item()


def test_a_reading_of_an_unknown_project_is_refused() -> None:
    assert rules(readings=[make_reading(project_id="P9")]) == [("operating", "unknown_project_id")]


def test_an_entry_in_another_currency_than_its_loan_is_refused() -> None:
    rejected = refused(entries=[make_entry(currency="USD")])
    assert rejected["rule"].to_list() == ["currency_of_loan"]
    assert "the entry is in USD, its loan L1 in CNY" in rejected["reason"].item()


def test_an_unknown_field_of_the_facility_is_refused_with_the_known_ones() -> None:
    rejected = refused(loans=[make_loan(crf_field="核能")], entries=[])
    assert rejected["rule"].to_list() == ["unknown_crf_field"]
    assert "清洁能源" in rejected["reason"].item()


def test_a_field_of_the_facility_may_be_named_in_chinese() -> None:
    book = make_book(loans=[make_loan(crf_field="清洁能源")])
    assert book.tables["loans"]["crf_field"].to_list() == ["clean_energy"]


def test_a_reversal_of_an_entry_of_the_loan_is_kept() -> None:
    entry = make_entry()
    assert rules(entries=[entry, make_reversal(entry)]) == []


def test_a_reversal_of_nothing_is_refused() -> None:
    rejected = refused(entries=[make_entry(), make_reversal(make_entry(entry_id="gone"))])
    assert rejected["rule"].to_list() == ["reversal_of_entry"]
    assert "names no booked entry" in rejected["reason"].item()


def test_a_reversal_cannot_cancel_an_entry_of_another_loan() -> None:
    other = make_entry(loan_id="L2")
    reversal = make_reversal(other, loan_id="L1")
    assert rules(loans=[make_loan(), make_loan(loan_id="L2")], entries=[other, reversal]) == [
        ("ledger", "reversal_of_entry")
    ]


def test_a_reversal_of_part_of_an_entry_is_refused() -> None:
    entry = make_entry(amount="500.00")
    rejected = refused(entries=[entry, make_reversal(entry, amount="499.99")])
    assert "its amount is not that of the entry" in rejected["reason"].item()


def test_a_reversal_before_its_entry_is_refused() -> None:
    entry = make_entry(value_date="2025-03-10")
    rejected = refused(entries=[entry, make_reversal(entry, value_date="2025-03-09")])
    assert "before that of the entry" in rejected["reason"].item()


def test_a_reversal_of_a_reversal_is_refused() -> None:
    entry = make_entry()
    first = make_reversal(entry)
    rejected = refused(entries=[entry, first, make_reversal(first, entry_id="again")])
    assert rejected["value"].to_list() == [first["entry_id"]]


def test_two_reversals_of_one_entry_are_both_refused() -> None:
    entry = make_entry()
    twice = [make_reversal(entry, entry_id="R1"), make_reversal(entry, entry_id="R2")]
    assert rules(entries=[entry, *twice]) == [("ledger", "reversal_of_entry")] * 2


def test_a_reversal_that_names_nothing_is_refused_at_the_door() -> None:
    assert rules(entries=[make_entry(event="REVERSAL")]) == [("ledger", "reversal_names_entry")]


def test_overlapping_readings_are_both_refused_and_each_names_the_other() -> None:
    january = make_reading(record_id="A", period_start="2025-01-01", period_end="2025-01-31")
    late = make_reading(record_id="B", period_start="2025-01-31", period_end="2025-02-28")
    rejected = refused(readings=[january, late])
    assert rejected["rule"].to_list() == ["overlapping_period"] * 2
    assert all("A, B" in reason for reason in rejected["reason"])


def test_periods_that_only_touch_are_kept() -> None:
    january = make_reading(period_start="2025-01-01", period_end="2025-01-31")
    february = make_reading(period_start="2025-02-01", period_end="2025-02-28")
    assert rules(readings=[january, february]) == []


def test_a_short_period_inside_a_long_one_overlaps_even_with_another_between() -> None:
    year = make_reading(record_id="Y", period_start="2025-01-01", period_end="2025-12-31")
    march = make_reading(record_id="M", period_start="2025-03-01", period_end="2025-03-31")
    june = make_reading(record_id="J", period_start="2025-06-01", period_end="2025-06-30")
    assert len(rules(readings=[year, march, june])) == 3


def test_readings_of_different_metrics_or_projects_do_not_overlap() -> None:
    projects = [make_project(), make_project(project_id="P2")]
    readings = [
        make_reading(),
        make_reading(metric="electricity_consumed"),
        make_reading(project_id="P2"),
    ]
    assert rules(projects=projects, readings=readings) == []
