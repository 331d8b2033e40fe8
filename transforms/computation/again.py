"""A book worked out once more, beside what was published of it: no years are drawn at random."""

import datetime as dt
from collections.abc import Collection
from typing import cast

from schemas.between.outcomes import DrawableYear, UncertainInput
from schemas.catalog import Published, frames_of
from transforms.computation.compute import compute_bucket, marts_together
from transforms.computation.dealing import buckets_of, deal
from transforms.computation.facts import facts_of
from transforms.computation.whole import Sums, compute_whole, sums_together
from transforms.deliveries.book.book import Book
from transforms.ground.reference import Reference
from transforms.uncertainty.monte_carlo import Drawable


def worked_out_again(book: Book, reference: Reference, until: dt.date, names: Collection[str]) -> Published:
    """Return those of the marts that are named, and core.parameters, of the book as known on the day.

    They are those of a night, but for mart.monte_carlo_checks.
    """
    facts = facts_of(book, reference, until)
    parts, sums = list[Published](), list[Sums]()
    for part in deal(book, buckets_of(book)):
        bucket = compute_bucket(part, reference, facts)
        parts.append(_named(bucket.marts, names))
        sums = [sums_together([*sums, bucket.sums])]
        del bucket  # before the next one is worked out
    together = sums_together(sums)._replace(drawable=_nothing_drawn())
    parts.append(_named(compute_whole(book, reference, facts, together).marts, names))
    return cast("Published", {**frames_of(marts_together(parts)), "core.parameters": facts.parameters})


def _named(marts: Published, names: Collection[str]) -> Published:
    return cast("Published", {name: rows for name, rows in frames_of(marts).items() if name in names})


def _nothing_drawn() -> Drawable:
    return Drawable(DrawableYear.empty_frame(), (), UncertainInput.empty_frame())
