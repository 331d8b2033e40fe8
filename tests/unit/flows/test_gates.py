"""What a gate tells of a night that it stops."""

from pathlib import Path

from flows import warehouse
from flows.gates import INVARIANTS
from schemas.catalog import TABLES
from tests.integration.program import Home
from tests.makers import KNOWN_AT, LANDED_AT, land, make_loan, make_project, reference
from transforms.assembly import Landed
from transforms.book import assemble

EMPTY = next(gate for gate in INVARIANTS if gate.name == "book_is_not_empty")


def told(tmp_path: Path, *landed: Landed) -> list[tuple[object, ...]]:
    """What the gate says of a file that holds these deliveries."""
    home = Home(tmp_path)
    home.warehouse.parent.mkdir(parents=True)
    book = assemble(list(landed), reference(), KNOWN_AT)
    tables = {name: contract.empty_frame() for name, contract in TABLES.items()}
    filled = {"core.loans": book.tables["loans"], "ops.deliveries": book.deliveries, "ops.rejected_rows": book.rejected}
    warehouse.build(home.warehouse, {**tables, **filled})
    return [tuple(row.values()) for row in home.rows(EMPTY.wrong)]


def test_a_night_without_a_loan_names_the_files_that_were_refused_and_their_first_reason(tmp_path: Path) -> None:
    whole = Landed("d7", "甲/loans.xlsx", "甲", LANDED_AT, 7, 0, "loans", None, "two columns\n  where: x", rows_count=3)
    bad = [make_loan(contract_amount="one"), make_loan(loan_id="L2", lender=None)]
    seen = told(tmp_path, land("projects", [make_project(method="magic")]), land("loans", bad, number=2), whole)
    assert [row[:2] for row in seen] == [("sender/loans_2.csv", 2), ("甲/loans.xlsx", 3), ("sender/projects_1.csv", 1)]
    first = [str(row[2]) for row in seen]
    assert first[0].startswith("contract_amount 'one' is no amount")
    assert first[1] == "two columns"
    assert "magic" in first[2]


def test_a_night_in_which_nothing_was_refused_asks_whether_loans_were_delivered(tmp_path: Path) -> None:
    seen = told(tmp_path, land("projects", [make_project()]))
    assert seen == [("no refused file: were loans delivered?", None, None)]


def test_a_book_with_a_loan_passes(tmp_path: Path) -> None:
    assert told(tmp_path, land("projects", [make_project()]), land("loans", [make_loan()], number=2)) == []
