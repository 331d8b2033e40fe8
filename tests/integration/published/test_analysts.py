"""Every query that docs/analysts.md shows runs on the sample book, and gives the rows that the page prints."""

import re
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from tests.integration.program import Home

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "analysts.md"
TEXT: Final = PAGE.read_text(encoding="utf-8")
ANSWERED: Final = re.compile(r"```sql\n(?P<sql>.*?)```\n(?P<tables>(?:\n(?:\|[^\n]*\n)+)*)", re.DOTALL)
Printed = tuple[list[str], list[list[str]]]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _tables(text: str) -> list[Printed]:
    """Header and rows of each table."""
    blocks = [block.splitlines() for block in text.strip().split("\n\n") if block.strip()]
    return [(_cells(lines[0]), [_cells(line) for line in lines[2:]]) for lines in blocks]


def _answered() -> list[tuple[str, Printed | None]]:
    """Each statement of the page with the table printed for it, where there is one of its own."""
    pairs: list[tuple[str, Printed | None]] = []
    for match in ANSWERED.finditer(TEXT):
        statements = [part.strip() for part in match["sql"].split(";") if part.strip()]
        tables = _tables(match["tables"])
        matched = tables[-len(statements) :] if len(tables) in {1, len(statements)} else [None] * len(statements)
        fitting = [None] * (len(statements) - len(matched)) + [*matched]
        pairs += zip(statements, fitting, strict=True)
    return pairs


QUERIES: Final = _answered()
ATTACHED: Final = "ATTACH"


def _same(printed: str, found: Any) -> bool:
    if found is None:
        return printed == ""
    if isinstance(found, bool | str):
        return printed == str(found)
    try:
        return float(printed) == pytest.approx(float(found), rel=1e-12)
    except (TypeError, ValueError):
        return printed == str(found)


@pytest.mark.parametrize(("sql", "printed"), QUERIES, ids=[f"{n}" for n, _ in enumerate(QUERIES, start=1)])
def test_a_query_of_the_page_gives_what_the_page_prints(sample_home: Home, sql: str, printed: Printed | None) -> None:
    with duckdb.connect(str(sample_home.warehouse), read_only=True) as book:
        answer = book.execute(sql)
        header, rows = [column[0] for column in answer.description or []], answer.fetchall()
    assert rows
    if printed is None or printed[0] != header:
        return
    assert len(printed[1]) == len(rows)
    for wanted, row in zip(printed[1], rows, strict=True):
        assert all(map(_same, wanted, row)), (wanted, row)


def test_the_questions_around_the_loans_are_all_answered_by_a_printed_table() -> None:
    marts = {
        "green_loan_statistics",
        "product_catalogue",
        "project_library",
        "guarantees",
        "forest_rights",
        "natural_resources",
        "ecological_product_value",
        "aquaculture",
        "scenic_areas",
        "reservoirs",
        "standing_volume",
    }
    answered = " ".join(sql for sql, printed in QUERIES if printed)
    assert {name for name in marts if f"mart.{name}" not in answered} == set()
