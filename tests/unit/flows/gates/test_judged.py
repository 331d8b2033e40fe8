"""What a gate says of a night that it stops."""

import datetime as dt
from dataclasses import replace
from typing import Any, Final

import duckdb
import polars as pl
import pytest

from flows.gates.comparisons import COMPARED, comparisons
from flows.gates.judged import INVARIANTS, Gate, gate_results, refuse_failed
from flows.gates.seen import observed
from schemas.errors import RefusedToPublish
from tests.makers import KNOWN_AT, LANDED_AT, Row, land, make_entry, make_loan, make_project, reference
from transforms.deliveries.book.book import assemble
from transforms.deliveries.rows.assembly import Landed
from transforms.deliveries.rows.unanswered import unanswered

EMPTY: Final = next(gate for gate in INVARIANTS if gate.name == "book_is_not_empty")
DAY: Final = dt.timedelta(days=1)
REGISTERS: Final = [land("projects", [make_project()]), land("loans", [make_loan()])]


def seen(gate: Gate, *landed: Landed) -> list[dict[str, Any]]:
    """What the gate finds wrong in a file that holds these deliveries."""
    book = assemble(list(landed), reference(), KNOWN_AT)
    filled = {
        "core.loans": book.tables["loans"],
        "ops.deliveries": book.deliveries,
        "ops.rejected_rows": book.rejected,
        "ops.unanswered_rows": unanswered(book.rejected, book.deliveries, book.tables, reference().aliases),
    }
    with duckdb.connect() as connection:
        for name, frame in filled.items():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.partition('.')[0]}")
            connection.register("incoming", frame.to_arrow())
            connection.execute(f"CREATE TABLE {name} AS FROM incoming")
        return connection.sql(gate.wrong).pl().to_dicts()


def lines_of(rows: list[dict[str, Any]], lang: str = "en") -> list[str]:
    """What the gate says of them, a line each."""
    texts = [{name: str(value) for name, value in row.items() if value is not None} for row in rows]
    return [line.strip() for line in observed(texts, len(texts), reference().sentences, lang).splitlines()[1:]]


def blamed(*landed: Landed) -> list[str]:
    """What the gate of an empty book says."""
    return lines_of(seen(EMPTY, *landed))


def test_a_night_without_a_loan_names_the_files_that_were_refused_and_their_first_reason() -> None:
    whole = Landed("d7", "甲/loans.xlsx", "甲", LANDED_AT, 7, 0, "loans", None, "two columns\n  where: x", row_count=3)
    bad = [make_loan(contract_amount="one"), make_loan(loan_id="L2", lender=None)]
    loans, unread, projects = blamed(
        land("projects", [make_project(method="magic")]), land("loans", bad, number=2), whole
    )
    assert loans.startswith(
        "no_loan_file sender/loans_2.csv, rows_refused 2, first_reason contract_amount 'one' is not an amount"
    )
    assert unread == "no_loan_file 甲/loans.xlsx, rows_refused 3, first_reason two columns"
    assert projects.startswith("no_loan_file sender/projects_1.csv, rows_refused 1, first_reason method 'magic'")


def test_a_night_in_which_nothing_was_refused_asks_whether_loans_were_delivered() -> None:
    seen = blamed(land("projects", [make_project()]))
    assert seen == ["no_loan_file no refused file: were loans delivered?"]


def test_a_book_with_a_loan_passes() -> None:
    assert blamed(land("projects", [make_project()]), land("loans", [make_loan()], number=2)) == []


def entries(count: int, *, refused: int = 0, first: int = 1) -> list[Row]:
    """Ledger entries numbered from `first`; the last of them have an amount that is none."""
    good = [make_entry(entry_id=f"E{first + at}") for at in range(count - refused)]
    return good + [make_entry(entry_id=f"E{first + at}", amount="10²") for at in range(count - refused, count)]


def ledger(rows: list[Row], night: int, *, sender: str = "sender", number: int | None = None) -> Landed:
    """A ledger received on a night; `number` names the file, by default anew every night."""
    file = land("ledger", rows, number=night, at=LANDED_AT + night * DAY, sender=sender)
    assert file.raw
    name = f"{sender}/ledger_{number or night}.csv"
    return replace(file, source_file=name, raw=replace(file.raw, source_file=name))


def refusals(published_on: int | None = None) -> Gate:
    """The gate as it is after a file was published on a night."""
    published = LANDED_AT + published_on * DAY if published_on is not None else None
    return next(gate for gate in comparisons(reference().gates, published) if gate.name == "refusals")


def stopped(*landed: Landed, published_on: int | None = None) -> list[tuple[object, ...]]:
    """Sender, refused rows and rows of each delivery that keeps the night back."""
    rows = seen(refusals(published_on), *REGISTERS, *landed)
    return [(row["sender"], row["refused"], row["rows_in"]) for row in rows]


def test_a_bad_delivery_after_years_of_clean_ones_keeps_the_night_back() -> None:
    clean, bad = ledger(entries(1000), 1), ledger(entries(10, refused=8, first=2001), 2)
    assert stopped(clean, bad, published_on=1) == [("sender", 8, 10)]
    assert stopped(clean, bad) == [("sender", 8, 10)]  # nor where the published file was lost


def test_another_senders_clean_rows_do_not_outweigh_it() -> None:
    lent = land("loans", [make_loan(loan_id="L2", lender="other")], number=2, sender="other")
    theirs = [entry | {"loan_id": "L2"} for entry in entries(10, refused=8)]
    clean, bad = ledger(entries(1000), 2), ledger(theirs, 3, sender="other")
    assert stopped(lent, clean, bad, published_on=1) == [("other", 8, 10)]


def test_what_was_published_is_not_judged_again() -> None:
    bad, clean = ledger(entries(10, refused=8), 1), ledger(entries(10, first=2001), 2)
    assert stopped(bad, clean, published_on=1) == []


def test_a_bad_delivery_that_was_never_published_waits_behind_a_clean_one() -> None:
    clean, bad, next_one = ledger(entries(90), 1), ledger(entries(10, refused=8, first=2001), 2), ledger(entries(5), 3)
    assert stopped(clean, bad, next_one, published_on=1) == [("sender", 8, 10)]


@pytest.mark.parametrize("number", [2, 3], ids=["in the same file", "in another file"])
def test_corrected_rows_end_it(number: int) -> None:
    bad, corrected = ledger(entries(10, refused=8), 2), ledger(entries(10), 3, number=number)
    assert stopped(bad, published_on=1) == [("sender", 8, 10)]
    assert stopped(bad, corrected, published_on=1) == []


def test_rows_that_nobody_can_name_are_answered_by_their_file_sent_again() -> None:
    nameless = [make_entry(entry_id="", amount=str(at)) for at in range(1, 9)]
    bad, anew = ledger(entries(2) + nameless, 2), ledger(entries(10), 3, number=2)
    assert stopped(bad, published_on=1) == [("sender", 8, 10)]
    assert stopped(bad, anew, published_on=1) == []


def test_one_or_two_rows_are_a_slip() -> None:
    assert stopped(ledger(entries(2, refused=2), 1)) == []
    assert stopped(ledger(entries(3, refused=3), 1)) == [("sender", 3, 3)]


def test_a_fifth_of_the_rows_passes_and_more_does_not() -> None:
    assert stopped(ledger(entries(20, refused=4), 1)) == []
    assert stopped(ledger(entries(20, refused=5), 1)) == [("sender", 5, 20)]


def test_a_file_refused_whole_counts_its_rows_until_it_is_sent_again() -> None:
    whole = Landed("d7", "甲/ledger.csv", "甲", LANDED_AT, 7, 0, "ledger", None, "two columns\n  where: x", row_count=9)
    rows = seen(refusals(), *REGISTERS, whole)
    assert [(row["sender"], row["refused"], row["rows_in"]) for row in rows] == [("甲", 9, 9)]
    assert lines_of(rows)[1] == "甲/ledger.csv: 9 of 9 row(s) refused: refused whole, as: two columns"


def test_it_names_files_lines_and_reasons() -> None:
    bad, worse = ledger(entries(3, refused=1), 1), ledger(entries(5, refused=3, first=90), 2)
    rows = seen(refusals(), *REGISTERS, replace(bad, received_at=worse.received_at), worse)
    _, first, second = lines_of(rows)
    assert first.startswith(
        "sender/ledger_2.csv: 3 of 5 row(s) refused: 3 x not_money in line(s) 4, 5, 6, as: amount '10²' is not an"
    )
    assert second.startswith("sender/ledger_1.csv: 1 of 3 row(s) refused: 1 x not_money in line(s) 4, as: amount")


def test_what_it_saw_is_written_in_chinese_too() -> None:
    _, behind = lines_of(seen(refusals(), *REGISTERS, ledger(entries(5, refused=3), 1)), "zh")
    assert behind == (
        "sender/ledger_1.csv：共 5 行，拒收 3 行：not_money 共 3 行（第 4, 5, 6 行），如：“金额”填写为“10²”，"
        "不是有效金额：最多两位小数、整数部分十五位，例如 1500000.00"
    )
    lost = {"measure": "rows of core.loans", "candidate_value": "3.0", "published_value": "51.0"}
    assert observed([lost], 2, reference().sentences, "zh").splitlines() == [
        "2 处异常",
        "  项目 core.loans 的行数，本次 3.0，上次 51.0",
        "  另有 1 处",
    ]
    assert [observed([], 0, reference().sentences, lang) for lang in ("en", "zh")] == ["nothing wrong", "无异常"]


def test_a_gate_says_what_it_expects_with_its_thresholds_in_both_languages() -> None:
    gates = comparisons(reference().gates, KNOWN_AT)
    seen = [{"gate": "volumes", "is_passed": True, "is_accepted_by_hand": False, "count": 0, "rows": []}]
    (row,) = gate_results(seen, gates, reference().gates["sentences"], reference().sentences).to_dicts()
    assert (row["observed"], row["observed_zh"]) == ("nothing wrong", "无异常")
    assert row["expected"] == "no core table has lost more than 5% of its rows since the last published file"
    assert row["expected_zh"] == "自上次发布以来，各 core 表减少的行数均不超过 5%"


def test_what_a_person_may_let_through_are_the_comparisons() -> None:
    gates = comparisons(reference().gates, KNOWN_AT)
    assert tuple(gate.name for gate in gates) == COMPARED
    assert all(gate.is_comparison for gate in gates)


def test_a_night_that_a_gate_stops_names_the_gates_that_a_person_may_let_through() -> None:
    texts = dict.fromkeys(("observed", "observed_zh", "expected", "expected_zh"), "-")
    failed = pl.DataFrame([{"gate": "sums", "is_passed": False, "is_accepted_by_hand": False, **texts}])
    with pytest.raises(RefusedToPublish) as refused:
        refuse_failed(failed, ["volumes", "a_new_comparison"])
    assert "name of its comparison (volumes, a_new_comparison):" in str(refused.value)


def test_a_line_that_two_tables_refuse_is_one_row() -> None:
    """A loan and its drawing are one line of a bank's list."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA ops")
    connection.execute(
        "CREATE TABLE ops.deliveries AS SELECT 'd' AS delivery_id, 's' AS sender, 's/list.csv' AS source_file, "
        "now() AS received_at, 4 AS rows_in_count, 3 AS rows_refused_count, 'read' AS delivery_status"
    )
    connection.execute(
        "CREATE TABLE ops.unanswered_rows AS SELECT 'd' AS delivery_id, line AS source_row, rule, 'wrong' AS reason, "
        "'有误' AS reason_zh "
        "FROM (VALUES (2), (3), (4)) lines(line), (VALUES ('isin'), ('unknown_loan_id')) rules(rule)"
    )
    (row,) = connection.sql(refusals().wrong).pl().to_dicts()
    assert (row["refused"], row["rows_in"]) == (3, 4)
    assert lines_of([row])[1].startswith("s/list.csv: 3 of 4 row(s) refused: 3 x isin in line(s) 2, 3, 4")
