"""verify.py of a pack works figures out by the standard library alone, and by arithmetic of its own."""

import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from flows.published.evidence.graph import Graph
from flows.published.evidence.pack import evidence_files
from flows.published.evidence.verify import SUMS, added, fixed, narrowed
from flows.published.receipts.kinds import Document
from flows.published.receipts.numbers import BESIDE, Asked, numbers_of
from tests.unit.transforms.receipts.test_crf import awkward_money, awkward_readings, rows_of
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Leaf, Step, total

PATIENCE: Final = 60
"""Seconds that an auditor waits."""


def printed_numbers(rows: Rows) -> list[Asked]:
    """Every number of the newest quarter's documents, as if an edition had printed what is stored."""
    newest = max(row["period"] for row in rows.tables["mart.disclosure_crf"] if row["period"].startswith("2025"))
    lenders = {row["lender"] for row in rows.tables["mart.disclosure_crf"] if row["period"] == newest}
    found = [one for lender in sorted(lenders) for one in numbers_of(rows, Document("crf", newest, lender), {})]
    return [one._replace(receipt={"printed_text": one.column.written(one.figure.stored)}) for one in found]


def packed(rows: Rows, folder: Path) -> int:
    """Write the pack's files; return how many figures it has."""
    for name in (*BESIDE, "ops.editions"):
        rows.tables.setdefault(name, [])
    numbers = printed_numbers(rows)
    for name, content in {**evidence_files(rows, numbers), SUMS: b""}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return len(numbers)


def verify(folder: Path) -> tuple[int, list[str]]:
    command = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("book", [awkward_money, awkward_readings])
def test_an_awkward_books_figures_are_all_worked_out_again(book: Any, tmp_path: Path) -> None:
    count = packed(rows_of(book()), tmp_path)
    assert count > 100
    assert verify(tmp_path) == (0, [f"{count} of {count} figures equal"])


def test_another_cell_in_a_leaf_is_found(tmp_path: Path) -> None:
    count = packed(rows_of(awkward_readings()), tmp_path)
    ledger = tmp_path / "leaves" / "core.ledger.csv"
    ledger.write_text(ledger.read_text("utf-8").replace("400.00", "401.00"), "utf-8")
    code, lines = verify(tmp_path)
    assert code == 1
    assert lines[-1].endswith(f" of {count} figures equal")
    assert int(lines[-1].split()[0]) == count - len(lines) + 1 < count


def test_what_two_trees_share_is_one_step() -> None:
    row: Mapping[str, Any] = {"amount": Decimal("1.50"), "_at": 7}
    leaf = Leaf("entry", "core.ledger", "amount", row, "CNY")
    graph = Graph()
    one, other = (graph.number(total("lent", "CNY", [leaf])) for _ in range(2))
    taken = graph.number(Step("taken_off", "CNY", "negative", (leaf,)))
    assert (one, other, taken) == (1, 1, 2)
    assert [step["way"] for step in graph.steps] == ["leaf", "sum", "negative"]
    place = ("leaf", "core.ledger", 7, "amount", "decimal")
    assert tuple(graph.steps[0][name] for name in ("way", "table", "row", "column", "type")) == place


def test_its_arithmetic_is_that_of_the_trade() -> None:
    assert added([Decimal("0.10"), Decimal("0.20")], is_money=True) == Decimal("0.30")
    assert added([], is_money=True) == Decimal(0)
    assert (fixed(Decimal("12345678.50"), -4, 2), fixed(2.675, 0, 2), fixed(-0.001, 0, 2)) == (
        "1,234.57",
        "2.68",
        "0.00",
    )
    assert narrowed(5.0, 4.0) == pytest.approx(1.959964 * 2, rel=1e-6)
