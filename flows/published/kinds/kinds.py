"""The kinds of documents, each printed from tables of the published file. A new kind is a module and a line here."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from schemas.errors import UsageError

if TYPE_CHECKING:  # the command line imports this module before its first line
    from reports.documents import Document, PrintedFigure, Rendered
    from schemas.catalog import Published


class Entry(NamedTuple):
    """The module that has a kind's KIND, and how its periods are written: a pattern, a word and an example.

    is_nightly: whether each night prints it; what is issued once a year is printed when it is asked for.
    """

    module: str
    period_pattern: str
    period_word: str
    period_example: str
    is_nightly: bool = True


KINDS: Final = {
    "crf": Entry("flows.published.kinds.crf", r"[0-9]{4}Q[1-4]", "quarter", "2025Q2"),
    "annual": Entry("flows.published.kinds.annual", r"[0-9]{4}", "year", "2025", is_nightly=False),
    "pcaf": Entry("flows.published.kinds.pcaf", r"[0-9]{4}", "year", "2025", is_nightly=False),
}
"""Every kind by its name (`--report`)."""

Lang = Literal["zh", "en"]


class Issue(NamedTuple):
    """The key of a document within its kind; the lender * is the whole book."""

    period: str
    lender: str
    lang: Lang


@dataclass(frozen=True)
class Kind:
    """A kind of document.

    tables: those of the published file that it prints; last_period: the newest period that the data cover, None
    where there is nothing to print; lenders: whom a period has a document for; document: what one prints, from its own
    tables alone; rendered: its files; figures: every figure that it prints.
    """

    name: str
    tables: Sequence[str]
    last_period: "Callable[[Published], str | None]"
    lenders: "Callable[[Published, str], Sequence[str]]"
    document: "Callable[[Published, Issue], Document]"
    rendered: "Callable[[Any], Rendered]"
    figures: "Callable[[Any], Sequence[PrintedFigure]]"


def kind_of(name: str) -> Kind:
    """Return the kind; its libraries are imported only now."""
    kind: Kind = import_module(KINDS[name].module).KIND
    return kind


def refuse_other_periods(name: str, period: str) -> None:
    """Raise UsageError where the kind has no such periods."""
    entry = KINDS[name]
    if not re.fullmatch(entry.period_pattern, period):
        raise UsageError(
            f"'{period}' is not a {entry.period_word}",
            where="--period",
            available=f"documents of a {entry.period_word}",
            remedy=f"write it as {entry.period_example}",
        )
