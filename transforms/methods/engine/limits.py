"""A term that another one limits; what is unknown limits nothing away: the result is unknown too."""

from polars import Expr


def at_most(term: Expr, limit: Expr) -> Expr:
    """Return the lower of the two, in their common unit; null where either is null (min_horizontal would skip it)."""
    return term - not_below_zero(term - limit)


def not_below_zero(term: Expr) -> Expr:
    """Return the term, or 0 where it is negative; null where it is null."""
    return term.clip(lower_bound=0)
