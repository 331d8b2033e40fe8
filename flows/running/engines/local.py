"""Bucket after bucket on this machine, in this process: memory holds one at a time."""

from collections.abc import Iterator

from flows.running.engines.engine import WorkedOut
from schemas.between.sums import Bucketed
from schemas.contract import DataFrame
from transforms.computation.compute import compute_bucket
from transforms.computation.dealing import deal
from transforms.computation.facts import Facts
from transforms.deliveries.book.book import Book
from transforms.ground.reference import Reference


def on_this_machine(
    book: Book, reference: Reference, facts: Facts, buckets: DataFrame[Bucketed]
) -> Iterator[WorkedOut]:
    """Yield each bucket as it is worked out; nothing of it is kept here."""
    for part in deal(book, buckets):
        yield worked_out(part, reference, facts)


def worked_out(part: Book, reference: Reference, facts: Facts) -> WorkedOut:
    """Return what the projects of a bucket amount to."""
    bucket = compute_bucket(part, reference, facts)
    projects, loans = part.tables["projects"]["project_id"], part.tables["loans"].height
    return WorkedOut(frozenset(projects), loans, bucket.marts, bucket.flags, bucket.sums, bucket.addends)
