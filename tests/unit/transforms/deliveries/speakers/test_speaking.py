"""One sender's row never changes another's figure: it is refused with that reason, and the night goes on."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

import polars as pl
import pytest

from schemas.deliveries import DELIVERIES
from tests.makers import (
    KNOWN_AT,
    LANDED_AT,
    Row,
    land,
    make_county_value,
    make_entry,
    make_forest_right,
    make_guarantor,
    make_loan,
    make_parameter,
    make_product,
    make_project,
    make_rate,
    make_reading,
    make_sheet,
    make_stratum,
    make_verified,
    reference,
)
from transforms.deliveries.book.book import Book, assemble
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.speakers.speaking import _RULES, SERIES

Sent = tuple[str, str, list[Row]]
"""Sender, table, rows."""

TOTAL: Final = {
    "lender": "甲银行",
    "date": "2025-01-31",
    "number_of_loans": "1",
    "balance": "500.00",
    "currency": "CNY",
}
STATISTIC: Final = {
    "statistic": "green_loan_balance",
    "area_code": "361100",
    "as_of_date": "2025-06-30",
    "value": "1",
    "unit": "CNY",
    "stated_as": "exactly",
    "source": "report",
}
BASE: Final[list[Sent]] = [
    ("register", "projects", [make_project(), make_project(project_id="P2")]),
    ("bank_a", "loans", [make_loan()]),
    ("bank_b", "loans", [make_loan(loan_id="L2", project_id="P2", lender="乙银行")]),
    ("bank_a", "ledger", [make_entry()]),
    ("bank_b", "ledger", [make_entry(loan_id="L2")]),
]
"""A register, and two banks: A lends to P1, B to P2."""


def files(*sent: Sent, start: int = 1, night: int = 0) -> list[Landed]:
    at = LANDED_AT + dt.timedelta(days=night)
    return [land(table, rows, number=n, sender=sender, at=at) for n, (sender, table, rows) in enumerate(sent, start)]


def book(*later: Sent, base: Sequence[Sent] = BASE, **authorities: Sequence[str]) -> Book:
    """The base, and on a second night what came later."""
    return assemble([*files(*base), *files(*later, start=50, night=1)], reference(), KNOWN_AT, authorities)


def rules(read: Book) -> list[tuple[str, str, str]]:
    return read.rejected.select("source_file", "table", "rule").rows()


def refused(read: Book) -> list[str]:
    return read.rejected["rule"].to_list()


CHANGED: Final[dict[str, tuple[str, Callable[..., Row], dict[str, Any]]]] = {
    "projects": ("register", make_project, {"total_investment": "1.00"}),
    "loans": ("bank_a", make_loan, {"annual_rate_pct": "9"}),
    "ledger": ("bank_a", make_entry, {"booked_at": "2025-02-01T09:00:00+08:00", "amount": "1.00", "entry_id": "E"}),
    "operating": ("register", make_reading, {"value": "9", "version": "2"}),
    "parameters": ("register", make_parameter, {"value": "0.1"}),
    "forest_strata": ("register", make_stratum, {"volume": "1"}),
    "verified_reductions": ("register", make_verified, {"verified_reduction_tco2e": "1"}),
    "fx": ("bank_a", make_rate, {"rate": "7.1"}),
    "products": ("bank_a", make_product, {"product_name": "x"}),
    "guarantors": ("bank_a", make_guarantor, {"fund_amount": "1.00"}),
    "forest_rights": ("bank_a", make_forest_right, {"area": "1"}),
    "natural_resources": ("bank_a", make_sheet, {"closing": "1"}),
    "ecological_product_values": ("bank_a", make_county_value, {"ecological_product_value_cny": "1.00"}),
    "published_statistics": ("bank_a", lambda **named: {**STATISTIC, **named}, {"value": "2"}),
    "control_totals": ("bank_a", lambda **named: {**TOTAL, **named}, {"balance": "1.00"}),
}
"""Of each table who states a row, the row, and what another sender would like it to be."""


@pytest.fixture(scope="module")
def contested() -> Book:
    """Every table's row from its owner, and on the same night what bank B would like it to be."""
    own = [(owner, table, [make()]) for table, (owner, make, _) in CHANGED.items()]
    return book(*own, *[("bank_b", table, [make(**change)]) for table, (_, make, change) in CHANGED.items()])


@pytest.fixture(scope="module")
def undisputed() -> Book:
    """Every table's row from its owner alone."""
    return book(*[(owner, table, [make()]) for table, (owner, make, _) in CHANGED.items()])


@pytest.mark.parametrize("table", CHANGED)
def test_another_sender_cannot_change_a_row_of_any_table(contested: Book, undisputed: Book, table: str) -> None:
    (row,) = contested.rejected.filter(table=table).to_dicts()
    assert row["source_file"].startswith("bank_b/")
    assert "bank_b" in row["reason"]
    assert contested.tables[table].drop("delivery_id").equals(undisputed.tables[table].drop("delivery_id"))


def test_senders_that_keep_to_their_own_are_accepted(undisputed: Book) -> None:
    assert refused(undisputed) == []


def test_the_same_rows_from_another_sender_move_nothing(undisputed: Book) -> None:
    """They are repeats, or refused where their sender is not a party."""
    own = [(owner, table, [make()]) for table, (owner, make, _) in CHANGED.items()]
    read = book(*own, *[("bank_b", table, [make()]) for table, (_, make, _) in CHANGED.items()])
    where = ["delivery_id", "source_file", "source_row"]
    for table, rows in read.tables.items():
        assert rows.drop(where).sort(pl.all()).equals(undisputed.tables[table].drop(where).sort(pl.all())), table


def test_its_own_sender_may_change_every_row_and_so_may_an_authority() -> None:
    own = [(owner, table, [make()]) for table, (owner, make, _) in CHANGED.items()]
    changed = [(owner, table, [make(**change)]) for table, (owner, make, change) in CHANGED.items()]
    assert refused(book(*own, *changed)) == []
    named: dict[str, Any] = {table: ["centre", owner] for table, (owner, _, _) in CHANGED.items()}
    assert refused(book(*own, *[("centre", table, rows) for _, table, rows in changed], **named)) == []


def test_every_table_has_a_rule() -> None:
    assert {*SERIES, *_RULES, "parameters"} >= set(DELIVERIES)


def test_a_repeat_of_an_older_statement_does_not_take_the_correction_back() -> None:
    read = book(
        ("register", "projects", [make_project(total_investment="2000.00")]), ("bank_b", "projects", [make_project()])
    )
    assert refused(read) == ["another_senders_row"]
    assert read.tables["projects"].filter(project_id="P1")["total_investment"].to_list() == [2000]


def test_a_bank_cannot_lend_in_the_name_of_another() -> None:
    read = book(("bank_b", "loans", [make_loan(loan_id="L9", lender="甲银行")]))
    assert refused(read) == ["another_senders_loan"]


def test_a_bank_states_readings_of_the_project_that_it_lends_to_and_of_no_other() -> None:
    own, other = make_reading(project_id="P2"), make_reading(project_id="P1")
    assert rules(book(("bank_b", "operating", [own, other]))) == [
        ("bank_b/operating_50.csv", "operating", "not_your_project")
    ]


def test_a_plant_that_registers_and_lends_nothing_may_state_readings_first() -> None:
    assert refused(book(("plant", "operating", [make_reading()]))) == []


def test_a_reading_whose_days_another_sender_has_read_is_refused_alone() -> None:
    """Both were refused as overlapping before: one sender took the other's figure away."""
    again = make_reading(record_id="X", period_start="2025-01-10", period_end="2025-02-10")
    read = book(("plant", "operating", [make_reading()]), ("bank_a", "operating", [again]))
    assert rules(read) == [("bank_a/operating_51.csv", "operating", "another_senders_row")]
    assert read.tables["operating"].height == 1


def test_a_third_sender_is_not_refused_for_overlapping_a_refused_row() -> None:
    long = make_reading(record_id="X", period_start="2025-01-10", period_end="2025-02-28")
    february = make_reading(period_start="2025-02-01", period_end="2025-02-28")
    read = book(
        ("plant", "operating", [make_reading()]), ("bank_a", "operating", [long]), ("register", "operating", [february])
    )
    assert [file for file, _, _ in rules(read)] == ["bank_a/operating_51.csv"]


def test_nobody_deletes_another_senders_reading_or_entry() -> None:
    gone = make_reading(message="delete", version="2")
    entry = make_entry(message="delete", booked_at="2025-03-01T09:00:00+08:00")
    read = book(
        ("plant", "operating", [make_reading()]), ("bank_b", "operating", [gone]), ("bank_b", "ledger", [entry])
    )
    assert sorted(refused(read)) == ["another_senders_loan", "not_your_project"]
    assert (read.tables["operating"].height, read.tables["ledger"].height) == (1, 2)


def test_a_ledger_service_states_the_entries_of_a_bank_that_is_silent() -> None:
    silent = [sent for sent in BASE if sent[:2] != ("bank_a", "ledger")]
    later = ("bank_b", "ledger", [make_entry(amount="9.00")])
    assert rules(book(("service", "ledger", [make_entry()]), later, base=silent)) == [
        ("bank_b/ledger_51.csv", "ledger", "another_senders_loan")
    ]


def test_two_senders_of_one_currency_pair_leave_it_to_the_first() -> None:
    """Another day's rate would serve the first sender's loans as well."""
    later = make_rate(date="2025-01-02", rate="7.1")
    read = book(("bank_a", "fx", [make_rate()]), ("bank_b", "fx", [make_rate(), later, make_rate(base="EUR")]))
    assert refused(read) == ["another_senders_row"]
    assert sorted(read.tables["fx"]["base"]) == ["EUR", "USD"]


def test_rates_belong_to_the_authority_where_the_settings_name_one() -> None:
    read = book(("bank_a", "fx", [make_rate(rate="7.1")]), ("register", "fx", [make_rate()]), fx=["register"])
    assert rules(read) == [("bank_a/fx_50.csv", "fx", "shared_by_all")]
    assert read.tables["fx"]["rate"].to_list() == [7.0]


CENTRAL: Final = make_parameter(
    parameter_id="grid_om_ef", scope="Central", valid_from="2025-10-01", valid_to="2025-12-31"
)


SCOPES: Final = ["Central", "CN-JX", "all", "diesel", "Central/solar", "P9", "wind"]


def test_a_scope_that_others_share_is_not_one_banks_to_state() -> None:
    read = book(("bank_b", "parameters", [{**CENTRAL, "scope": scope} for scope in SCOPES]))
    assert read.rejected.select("rule", "value").rows() == [("shared_scope", scope) for scope in SCOPES]


def test_a_parameter_of_a_project_that_is_refused_is_of_an_unknown_project() -> None:
    own = {**CENTRAL, "scope": "P9"}
    wrong = make_project(project_id="P9", capacity="many")
    read = book(
        ("bank_b", "projects", [wrong]),
        ("bank_b", "loans", [make_loan(loan_id="L9", project_id="P9")]),
        ("bank_b", "parameters", [own]),
    )
    (reason,) = read.rejected.filter(table="parameters", rule="unknown_project_id")["reason"]
    assert reason.startswith("scope 'P9' is in no accepted row of projects")


def test_an_authority_states_shared_scopes_and_a_sender_alone_in_its_home_too() -> None:
    read = book(("register", "parameters", [CENTRAL]), parameters=["register"])
    alone = book(base=[("bank", "projects", [make_project()]), ("bank", "parameters", [CENTRAL])])
    assert (refused(read), refused(alone)) == ([], [])


def test_who_was_alone_on_the_first_night_stays_heard_and_who_joins_is_not() -> None:
    alone: list[Sent] = [("bank_a", "projects", [make_project()]), ("bank_a", "parameters", [CENTRAL])]
    read = book(("bank_b", "parameters", [{**CENTRAL, "value": "0.1"}]), base=alone)
    assert rules(read) == [("bank_b/parameters_50.csv", "parameters", "shared_scope")]
    assert read.tables["parameters"]["value"].to_list() == [0.8]


def test_a_project_named_like_a_shared_scope_opens_it_to_nobody() -> None:
    shadow: list[Sent] = [*BASE, ("bank_b", "projects", [make_project(project_id="Central")])]
    assert refused(book(("bank_b", "parameters", [CENTRAL]), base=shadow)) == ["shared_scope"]


CONSTANTS: Final = {
    "gwp_ch4": ("25", "tCO2e/t"), "gwp_n2o": ("298", "tCO2e/t"), "carbon_to_co2": ("3.67", "tCO2/tC"),
    "n2o_n_to_n2o": ("1.57", "tN2O/tN"), "hectares_per_mu": ("0.067", "ha/mu"), "mwh_in_gj": ("3.6", "GJ/MWh"),
    "heat_standard_coal": ("0.0341", "tce/GJ"), "standard_coal_heat": ("29.3", "GJ/tce"),
    "methane_density": ("0.00067", "t/m3"),
}  # fmt: skip


def test_a_constant_is_refused_from_anybody_for_any_scope() -> None:
    rows = [
        make_parameter(parameter_id=name, scope=scope, value=value, unit=unit)
        for name, (value, unit) in CONSTANTS.items()
        for scope in ("all", "P1", "P1/diesel")
    ]
    alone: list[Sent] = [("bank", "projects", [make_project()]), ("bank", "parameters", rows)]
    read = assemble(files(*alone), reference(), KNOWN_AT, {"parameters": ["bank"]})
    assert refused(read) == ["constant"] * len(rows)


def test_two_parties_of_a_project_cannot_take_its_factor_away() -> None:
    """Overlapping rows of one scope give no value: the second sender's is refused, the first one's stays."""
    half = make_parameter(value="0.9", valid_from="2025-06-01")
    read = book(("register", "parameters", [make_parameter()]), ("bank_a", "parameters", [half]))
    assert rules(read) == [("bank_a/parameters_51.csv", "parameters", "another_senders_row")]


def test_no_folder_takes_a_banks_loans_because_its_name_comes_first() -> None:
    """`aaa`, most of whose loans are 丙银行's, states L1 of 甲银行 too: the lender is bank_a's, as L1 is."""
    others = [make_loan(loan_id=f"C{n}", project_id="P2", lender="丙银行") for n in range(3)]
    night: list[Sent] = [
        ("aaa", "projects", [make_project(), make_project(project_id="P2")]),
        ("aaa", "loans", [*others, make_loan(contract_amount="1.00"), make_loan(loan_id="L8")]),
        ("bank_a", "loans", [make_loan(), make_loan(loan_id="L2")]),
        ("bank_a", "ledger", [make_entry()]),
    ]
    read = assemble(files(*night), reference(), KNOWN_AT)
    assert [(file, rule) for file, _, rule in rules(read)] == [("aaa/loans_2.csv", "another_senders_loan")] * 2
    assert read.tables["loans"].filter(loan_id="L1")["contract_amount"].to_list() == [100000]
    assert sorted(read.tables["loans"]["loan_id"]) == ["C0", "C1", "C2", "L1", "L2"]
    assert read.tables["ledger"].height == 1


def test_the_same_loan_again_from_a_folder_that_comes_first_by_name_leaves_it_its_banks() -> None:
    night: list[Sent] = [
        ("aaa", "projects", [make_project()]),
        ("aaa", "loans", [*(make_loan(loan_id=loan, lender="丙银行") for loan in "CD"), make_loan()]),
        ("bank_a", "loans", [make_loan()]),
        ("bank_a", "ledger", [make_entry()]),
    ]
    read = assemble(files(*night), reference(), KNOWN_AT)
    assert refused(read) == []
    assert read.tables["ledger"].height == 1


def test_one_row_in_a_banks_name_takes_none_of_its_loans() -> None:
    """`aaa` states nothing but one loan of 甲银行; bank_a states two of it and three of a daughter."""
    daughters = [make_loan(loan_id=f"D{n}", lender="乙银行") for n in range(3)]
    night: list[Sent] = [
        ("aaa", "loans", [make_loan(loan_id="L9")]),
        ("bank_a", "projects", [make_project()]),
        ("bank_a", "loans", [make_loan(), make_loan(loan_id="L2"), *daughters]),
    ]
    read = assemble(files(*night), reference(), KNOWN_AT)
    assert [(file, rule) for file, _, rule in rules(read)] == [("aaa/loans_1.csv", "another_senders_loan")]
    assert read.tables["loans"].height == 5


def test_a_longer_list_of_a_banks_loans_takes_none_from_the_bank_that_keeps_its_ledger() -> None:
    night: list[Sent] = [
        ("aaa", "loans", [make_loan(), make_loan(loan_id="L2"), make_loan(loan_id="L3")]),
        ("bank_a", "projects", [make_project()]),
        ("bank_a", "loans", [make_loan(), make_loan(loan_id="L2")]),
        ("bank_a", "ledger", [make_entry()]),
    ]
    read = assemble(files(*night), reference(), KNOWN_AT)
    assert [(file, rule) for file, _, rule in rules(read)] == [("aaa/loans_1.csv", "another_senders_loan")]
    assert read.tables["ledger"].height == 1


def test_a_bank_states_no_product_of_another_lender_and_a_register_does() -> None:
    """Bank B's row came first and was refused: the register's and the lender's own still count."""
    of_a = make_product(lender="甲银行", product_code="N1")
    other = {**of_a, "product_name": "another name"}
    read = book(("bank_b", "products", [other]), ("register", "products", [of_a]))
    assert rules(read) == [("bank_b/products_50.csv", "products", "another_senders_row")]
    read = book(("bank_b", "products", [other]), ("bank_a", "products", [of_a]))
    assert rules(read) == [("bank_b/products_50.csv", "products", "another_senders_row")]


def test_of_one_night_a_project_is_its_lenders_and_not_the_first_folders() -> None:
    """`aaa` registers P1 at a thousandth of its cost and lends to P9."""
    night: list[Sent] = [
        ("aaa", "projects", [make_project(total_investment="1.00"), make_project(project_id="P9")]),
        ("aaa", "loans", [make_loan(loan_id="L9", project_id="P9", lender="丙银行")]),
        ("aaa", "ledger", [make_entry(loan_id="L9")]),
        ("bank_a", "projects", [make_project(total_investment="1000.00")]),
        ("bank_a", "loans", [make_loan()]),
        ("bank_a", "ledger", [make_entry()]),
    ]
    read = assemble(files(*night), reference(), KNOWN_AT)
    assert rules(read) == [("aaa/projects_1.csv", "projects", "another_senders_row")]
    assert read.tables["projects"].filter(project_id="P1")["total_investment"].to_list() == [1000]


def test_of_one_night_a_rate_is_the_lenders_of_its_currency_and_not_the_first_folders() -> None:
    dollars = {"loan_id": "L9", "currency": "usd"}
    night: list[Sent] = [
        ("aaa", "fx", [make_rate(rate="9.1")]),
        ("bank_a", "projects", [make_project()]),
        ("bank_a", "loans", [make_loan(**dollars)]),
        ("bank_a", "fx", [make_rate()]),
    ]
    read = assemble(files(*night), reference(), KNOWN_AT)
    assert ("aaa/fx_1.csv", "fx", "another_senders_row") in rules(read)
    assert read.tables["fx"]["rate"].to_list() == [7.0]


def test_whose_a_lender_is_does_not_change_with_what_comes_later() -> None:
    later = [make_loan(loan_id=f"M{n}") for n in range(9)]
    assert refused(book(("bank_b", "loans", later))) == ["another_senders_loan"] * 9


def test_a_bank_in_two_folders_reads_what_to_write_into_the_settings_and_that_helps() -> None:
    halves: list[Sent] = [
        ("north", "projects", [make_project()]),
        ("north", "loans", [make_loan(), make_loan(loan_id="L2")]),
        ("south", "loans", [make_loan(loan_id="L3")]),
    ]
    read = assemble(files(*halves), reference(), KNOWN_AT)
    [(reason, chinese)] = read.rejected.select("reason", "reason_zh").rows()
    assert reason.startswith("the loans of 甲银行 are stated by north, not by south; ")
    assert 'write two lines into greenloan.toml: [senders."south"] and authority = ["loans"]' in reason
    assert "请在 greenloan.toml 中写入英文原因所列的两行" in chinese
    assert refused(assemble(files(*halves), reference(), KNOWN_AT, {"loans": ["south"]})) == []
