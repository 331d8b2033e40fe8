"""Writes docs/data_dictionary.md from the contracts; a rule test fails where the page and the contracts differ."""

from pathlib import Path
from typing import Final

from flows.home.settings import CHECKOUT
from schemas.catalog import TABLES
from schemas.contract import UNIT_SUFFIXES, Contract

PAGE: Final = CHECKOUT / "docs" / "data_dictionary.md"
HEAD: Final = """# Data dictionary

Every table of the published DuckDB file and every column, with its one meaning. Written by `make docs` from the
contracts in `schemas/`; the same sentences are COMMENTs in the file itself (`duckdb_columns()`).
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, _units(), *(_table(name, contract) for name, contract in TABLES.items())])


def _units() -> str:
    rows = [f"| `{suffix}` | {meaning} |" for suffix, meaning in sorted(UNIT_SUFFIXES.items())]
    return "\n".join(["## Units in names", "", "| column ends in | unit |", "|---|---|", *rows, ""])


def _table(name: str, contract: type[Contract]) -> str:
    nullable = {column: spec.nullable for column, spec in contract.to_schema().columns.items()}
    types = contract.polars_schema()
    rows = [
        f"| `{column}` | {types[column]} | {'may be empty' if nullable[column] else ''} | {text} |"
        for column, text in contract.describe().items()
    ]
    head = [f"## {name}", "", contract.sentence(), "", "| column | type | | meaning |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
