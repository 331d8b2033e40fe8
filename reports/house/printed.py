"""Parts that documents of every kind print: strings, already rounded, in one language."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class MethodNote(NamedTuple):
    """How one method works, in a line each."""

    method_id: str
    title_zh: str
    title_en: str
    formula: str
    boundary_zh: str
    boundary_en: str
    edition: str = ""
    edition_zh: str | None = None
    edition_en: str | None = None


@dataclass(frozen=True)
class MethodLine:
    """An edition of a method in the document's language; edition and edition_title are empty where it has no name."""

    method_id: str
    title: str
    formula: str
    boundary: str
    edition: str
    edition_title: str


@dataclass(frozen=True)
class FactorLine:
    """A factor that the figures used, and where it comes from."""

    code: str
    parameter_id: str
    scope: str
    name: str
    holds_for: str
    value: str
    unit: str
    valid_from: str
    valid_to: str
    source: str
    locator: str
    status: str


@dataclass(frozen=True)
class WithoutFigure:
    """The projects that have no figure for one and the same reason."""

    status: str
    names: tuple[str, ...]
    has_more: bool


@dataclass(frozen=True)
class CodeList:
    """Rows with the same columns. columns: letter and name; rows: name and code."""

    heading: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]
