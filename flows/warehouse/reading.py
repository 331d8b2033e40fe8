"""Reads tables of the published file, all of one state."""

from collections.abc import Collection
from pathlib import Path
from typing import cast

import polars as pl

from flows.warehouse.connection import connect
from schemas.catalog import TABLES, Published
from schemas.contract import conform


def read_tables(path: Path, *names: str) -> Published:
    """Return published tables by name, all of one state of the file."""
    with connect(path) as connection:
        frames: dict[str, pl.DataFrame] = {name: connection.sql(f"SELECT * FROM {name}").pl() for name in names}
    return cast("Published", {name: conform(frame, TABLES[name]) for name, frame in frames.items()})


def read_existing(path: Path, names: Collection[str]) -> dict[str, pl.DataFrame]:
    """Return those of the tables that the file has, as it has them: an older program may have written it."""
    with connect(path) as connection:
        there = connection.sql("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
        held = {name for (name,) in there}
        return {name: connection.sql(f"SELECT * FROM {name}").pl() for name in names if name in held}
