"""What an engine is: whoever works the buckets out, the same comes of each."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from schemas.between.sums import Bucketed
from schemas.catalog import Published
from schemas.contract import DataFrame
from schemas.runs import Flag
from transforms.computation.facts import Facts
from transforms.computation.whole import Addends, Sums
from transforms.deliveries.book.book import Book
from transforms.ground.reference import Reference


class WorkedOut(NamedTuple):
    """What the projects of a bucket amount to (computation.compute.Bucket), and whose it is."""

    projects: frozenset[str]
    loan_count: int
    marts: Published
    flags: DataFrame[Flag]
    sums: Sums
    addends: Addends


Engine = Callable[[Book, Reference, Facts, DataFrame[Bucketed]], Iterator[WorkedOut]]
"""The book, the reference tables, facts and each project's bucket -> each bucket worked out, in the buckets' order."""
