"""The kinds of documents, each printed from tables of the published file. A new kind is a module and a line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:  # the command line imports this module before its first line
    import polars as pl

    from reports.render import Rendered

KINDS: Final = {"crf": "flows.published.crf"}
"""Kind (`--report`) to the module that has its KIND."""

Lang = Literal["zh", "en"]
PublishedTables = Mapping[str, "pl.DataFrame"]


class Issue(NamedTuple):
    """The key of a document within its kind; the lender * is the whole book."""

    period: str
    lender: str
    lang: Lang


@dataclass(frozen=True)
class Kind:
    """A kind of document.

    tables: a name here to a table of the published file; last_period: the newest period that the data cover, None
    where there is nothing to print; lenders: whom a period has a document for; rendered: a document, from its own
    tables alone.
    """

    name: str
    tables: Mapping[str, str]
    last_period: "Callable[[PublishedTables], str | None]"
    lenders: "Callable[[PublishedTables, str], Sequence[str]]"
    rendered: "Callable[[PublishedTables, Issue], Rendered]"


def kind_of(name: str) -> Kind:
    """Return the kind; its libraries are imported only now."""
    kind: Kind = import_module(KINDS[name]).KIND
    return kind
