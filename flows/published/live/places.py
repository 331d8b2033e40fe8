"""Formulas over named places, printed from expressions that polars would run."""

from collections.abc import Mapping

import polars as pl

from flows.published.live.grid import Formula, call
from transforms.methods.engine.spreadsheet import UNKNOWN, spreadsheet
from transforms.methods.engine.tree import read_back

ONE, OTHER = pl.col("one"), pl.col("other")


def worked(expression: pl.Expr, places: Mapping[str, str]) -> str:
    """Return the expression as a formula over the places of its columns."""
    return spreadsheet(read_back(expression), places)


def printed(expression: pl.Expr, places: Mapping[str, str]) -> Formula:
    """Return the same as a cell."""
    return Formula(worked(expression, places))


def difference(found: str, published: str) -> Formula:
    """Return by how much what is found passes what is published: nothing where both are unknown, #N/A where one is."""
    apart = worked(ONE - OTHER, {"one": found, "other": published})
    lacking = call("IF", call("ISNUMBER", found), UNKNOWN, 0)
    return Formula(call("IF", call("ISNUMBER", published), apart, lacking))


def holds(condition: pl.Expr, places: Mapping[str, str]) -> str:
    """Return the condition; one that is not known does not hold."""
    return call("IFNA", worked(condition, places), "FALSE")


def known(place: str) -> str:
    """Return what a cell holds, #N/A where it is empty."""
    return call("IF", call("ISNUMBER", place), place, UNKNOWN)


def where(condition: str, value: str) -> str:
    """Return the value where the condition holds, else #N/A."""
    return call("IF", condition, value, UNKNOWN)


def of_row(span: str, row: str, column: str | int = 1) -> str:
    """Return the cell in a row and column of a place."""
    return call("INDEX", span, row, column)


def nth(number: str, of: int, at: int) -> str:
    """Return the row of the at-th of several in the number-th block of them, from 1."""
    return worked((ONE - 1) * of + at, {"one": number})
