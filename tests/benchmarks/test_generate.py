"""A made-up book is a real one: the program reads it, takes what counts and refuses what is wrong."""

import json
from pathlib import Path

import polars as pl
import pytest

from schemas.catalog import frames_of
from tests.benchmarks.conftest import SCALE
from tests.benchmarks.generate import write_book
from transforms.deliveries.book.book import Book

TABLES = ("projects", "loans", "ledger", "operating", "parameters", "fx")


@pytest.mark.parametrize("table", TABLES)
def test_what_counts_is_what_the_program_keeps(made_up: Path, read: Book, table: str) -> None:
    expected = pl.read_parquet(made_up / "accepted" / f"{table}.parquet")
    kept = frames_of(read.tables)[table].select(expected.columns).cast(dict(expected.schema))
    assert expected.sort(expected.columns).equals(kept.sort(expected.columns))


def test_the_program_refuses_exactly_the_rows_that_are_wrong(made_up: Path, read: Book) -> None:
    wrong = pl.read_parquet(made_up / "refused.parquet").select("table", "key").rows()
    texts = read.rejected.select("table", "row_text").rows()
    refused = [(table, next(iter(json.loads(text).values()))) for table, text in texts]
    assert sorted(refused) == sorted(wrong)
    assert 0.015 < len(wrong) / sum(frames_of(read.tables)[table].height for table in TABLES[:5]) < 0.025


def test_every_hundredth_of_scale_1_has_the_size_that_it_promises(made_up: Path) -> None:
    rows = {table: pl.read_parquet(made_up / "accepted" / f"{table}.parquet").height for table in TABLES}
    promised = {"projects": 10_000, "loans": 100_000, "ledger": 1_200_000, "operating": 2_200_000}
    assert {table: rows[table] / SCALE / count for table, count in promised.items()} == {
        table: pytest.approx(1, rel=0.1) for table in promised
    }


def test_the_book_has_ties_corrections_deletions_and_foreign_money(made_up: Path) -> None:
    paths = sorted(made_up.glob("csv/bank_*/ledger_*.csv"))
    ledger = pl.concat([pl.read_csv(path, schema_overrides={"amount": pl.String}) for path in paths])
    assert set(ledger["message"]) == {"new", "correct", "delete"}
    assert {"CNY", "USD", "EUR"} <= set(ledger["currency"])
    assert {"DISBURSEMENT", "REPAYMENT", "PREPAYMENT", "REVERSAL", "WRITE_OFF", "TRANSFER_IN"} <= set(ledger["event"])
    new = ledger.filter(pl.col("message") == "new")
    assert new.filter(pl.len().over("loan_id", "value_date") > 1).height > new.height / 20


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(made_up: Path, tmp_path: Path) -> None:
    write_book(tmp_path / "again", SCALE)
    write_book(tmp_path / "other", SCALE, seed=2)
    files = [path.relative_to(made_up) for path in made_up.rglob("*") if path.is_file()]
    assert all((made_up / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)
    operating = Path("csv/register/operating_001.csv")
    assert (made_up / operating).read_bytes() != (tmp_path / "other" / operating).read_bytes()
