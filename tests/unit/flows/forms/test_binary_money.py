"""Money in the binary numbers of a Parquet file: exact to the fen, or refused."""

import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.makers import KNOWN_AT, land, make_entry, make_loan, make_project, reference
from tests.properties.fuzz import land_bytes
from transforms.deliveries.book.book import assemble


@pytest.mark.parametrize(
    ("dtype", "exact", "lossy"),
    [
        (pl.Float32(), ["131071.99", "12.34", "0.07"], [5000000.1, 131072.0]),
        (pl.Float64(), ["70368744177663.99", "123456.78", "0.07"], [70368744177664.01, 1e22]),
    ],
)
def test_a_binary_amount_that_may_have_lost_a_fen_is_refused(
    dtype: Any, exact: list[str], lossy: list[float], tmp_path: Path
) -> None:
    rows = [make_entry(entry_id=f"E{n}") for n in range(len(exact) + len(lossy))]
    amounts = pl.Series([*map(float, exact), *lossy], dtype=dtype)
    content = io.BytesIO()
    pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)).with_columns(amount=amounts).write_parquet(content)
    ledger = land_bytes("ledger.parquet", content.getvalue(), tmp_path, number=3)
    book = assemble(
        [land("projects", [make_project()]), land("loans", [make_loan()], number=2), *ledger], reference(), KNOWN_AT
    )
    assert sorted(map(str, book.tables["ledger"]["amount"]), key=float) == sorted(exact, key=float)
    assert book.rejected["rule"].to_list() == ["rounded_money"] * len(lossy)


@pytest.mark.parametrize("dtype", [pl.Float32(), pl.Float64()])
def test_a_number_that_is_none_is_refused_as_such_and_not_for_its_fen(dtype: Any, tmp_path: Path) -> None:
    rows = [make_entry(entry_id=f"E{n}") for n in range(2)]
    content = io.BytesIO()
    pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)).with_columns(
        amount=pl.Series([float("nan"), 5.0], dtype=dtype)
    ).write_parquet(content)
    ledger = land_bytes("ledger.parquet", content.getvalue(), tmp_path, number=3)
    book = assemble(
        [land("projects", [make_project()]), land("loans", [make_loan()], number=2), *ledger], reference(), KNOWN_AT
    )
    (refused,) = book.rejected.to_dicts()
    assert (refused["column"], refused["rule"]) != ("amount", "rounded_money")
    assert "fen" not in refused["reason"]
