"""What attributed tonnes would become with files that are not delivered yet, beside what they are."""

import datetime as dt
from typing import Any, Final

from flows.reference.tables import reading_names
from flows.running.pipeline import Books
from schemas.contract import stacked
from transforms.answers.figures import BookFlags, figures
from transforms.computation.compute import Computed, compute
from transforms.deliveries.book.book import Book
from transforms.ground.calendar import Period
from transforms.ground.reference import Reference

BASIS: Final = "monthly_matched"


def figures_moved(books: Books, reference: Reference, now: dt.datetime) -> dict[str, Any]:
    """Return the attributed tonnes (tCO2e) of the newest complete quarter of each book, before and after.

    By the balance of each month; a project is named where its figure moves, and None is that of one without a figure.
    """
    after = compute(books.after, reference, now)
    before = compute(books.before, reference, now) if books.before else None
    quarters = [one.facts.newest_quarters[-1:] for one in (before, after) if one]
    periods = sorted({period for newest in quarters for period in newest}, key=lambda one: one.first)
    return {
        "is_book_new": before is None,
        "basis": BASIS,
        "periods": [_moved(books, before, after, period, reference) for period in periods],
    }


def _moved(
    books: Books, before: Computed | None, after: Computed, period: Period, reference: Reference
) -> dict[str, Any]:
    was = _tonnes(books.before, before, period, reference) if books.before and before else {}
    becomes = _tonnes(books.after, after, period, reference)
    projects = [
        {"project_id": name, "before_tco2e": was.get(name), "after_tco2e": becomes.get(name)}
        for name in sorted({*was, *becomes} - {""})
        if was.get(name) != becomes.get(name)
    ]
    return {
        "period": period.name,
        "before_tco2e": was.get(""),
        "after_tco2e": becomes.get(""),
        "projects": projects,
    }


def _tonnes(book: Book, computed: Computed, period: Period, reference: Reference) -> dict[str, float | None]:
    """Return the tonnes by project; of the whole book under no name."""
    flags = BookFlags(stacked([book.flags, computed.flags]), reference.flags, reading_names())

    def rows(by: str) -> list[dict[str, Any]]:
        return list(figures(computed.holdings, flags, period, BASIS, by)["rows"])

    tonnes = {row["project_id"]: row["attributed_reductions_tco2e"] for row in rows("project")}
    return tonnes | {"": next((row["attributed_reductions_tco2e"] for row in rows("portfolio")), None)}
