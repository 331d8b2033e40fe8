"""The page of columns is written from the contracts."""

from pathlib import Path

from flows.pages.dictionary import main, page
from schemas.catalog import TABLES


def section(table: str) -> list[str]:
    return page().split(f"## {table}\n\n")[1].split("\n## ")[0].strip().splitlines()


def test_a_table_has_its_sentence_and_a_line_a_column() -> None:
    sentence, _, *table = section("core.loans")
    assert sentence == "The loans, one row a loan, as accepted."
    assert len(table) == 2 + len(TABLES["core.loans"].columns())


def test_a_column_has_its_type_whether_it_may_be_empty_and_its_one_meaning() -> None:
    lines = section("core.ledger")
    assert "| `loan_id` | String |  | " in "\n".join(lines)
    (reverses,) = [line for line in lines if line.startswith("| `reverses_entry_id` |")]
    assert reverses.split(" | ")[2] == "may be empty"


def test_every_published_table_is_on_the_page_once() -> None:
    assert [line[3:] for line in page().splitlines() if line.startswith("## ")] == ["Units in names", *TABLES]


def test_the_page_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    main(tmp_path / "columns.md")
    assert (tmp_path / "columns.md").read_text(encoding="utf-8") == page()
