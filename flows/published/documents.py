"""Disclosure documents out of the published file, and nothing else: PDF and PNG, whole or not at all."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from flows.home.file_names import file_name
from flows.home.ownership import give_folder
from flows.home.settings import Home
from flows.home.settings_file import read_settings
from flows.home.writing import refuse_links, write_anew
from flows.published.kinds import KINDS, Issue, Kind, Lang, kind_of
from flows.published.printed import identity_of, printed_before, remember
from flows.warehouse.reading import read_tables
from reports.documents import Rendered
from schemas.catalog import Published
from schemas.deliveries import DELIVERIES
from schemas.disclosures import WHOLE_BOOK

LANGUAGES: Final[tuple[Lang, ...]] = ("zh", "en")
ALL_LENDERS: Final = "all-lenders"
"""The whole book's name in files; a lender of that name gets another."""


class Written(NamedTuple):
    """A document's files, and whether this night printed them; else they are those of an earlier one."""

    paths: list[Path]
    is_new: bool


def write_newest(home: Home) -> dict[tuple[str, str], list[Written]]:
    """Write every kind's documents of the last period that the data cover; return them by kind and period."""
    written = {}
    for kind in map(kind_of, KINDS):
        published = read_published(home.warehouse, kind)
        period = kind.last_period(published)
        if period is not None:
            written[kind.name, period] = write_period(home, kind, published, period)
    return written


def write_period(home: Home, kind: Kind, published: Published, period: str) -> list[Written]:
    """Write a period's document of every lender and of the whole book, in both languages."""
    issues = [Issue(period, lender, lang) for lender in kind.lenders(published, period) for lang in LANGUAGES]
    return [write_document(home, kind, published, issue) for issue in issues]


def disclose(home: Home, report: str, issue: Issue) -> list[Path]:
    """Write one document; raise UsageError where the file holds no such period or lender."""
    kind = kind_of(report)
    published = read_published(home.warehouse, kind)
    open_documents(home)
    return write_document(home, kind, published, issue).paths


def open_documents(home: Home) -> None:
    """Let the group that the settings name read what is written outside a night, as what is written within one."""
    refuse_links(home.reports / "document", home.root / "reports")
    if group := read_settings(home.settings, DELIVERIES).group:
        give_folder(home, group, home.reports)


def read_published(path: Path, kind: Kind) -> Published:
    """Return the tables that a kind of document prints."""
    return read_tables(path, *kind.tables)


def write_document(home: Home, kind: Kind, published: Published, issue: Issue) -> Written:
    """Return the PDF and its pages as PNG; a document that is printed already stays as it lies there."""
    folder, name = home.reports / kind.name / issue.period, document_name(kind.name, issue)
    refuse_links(folder / "document", home.root / "reports")
    document, run = kind.document(published, issue), published["ops.runs"].row(0, named=True)
    memory, identity = home.printed / f"{name}.json", identity_of(document)
    before = printed_before(memory, identity, run)
    if before and before.lies_in(folder):
        return Written([folder / file for file in before.files], is_new=False)
    if before:
        document = replace(document, provenance=before.provenance)
    paths = _write(folder, name, kind.rendered(document))
    remember(memory, identity, run, document, paths)
    return Written(paths, is_new=True)


def document_name(report: str, issue: Issue) -> str:
    """Return the name of a document's files, one-to-one with the lender's name."""
    name = ALL_LENDERS if issue.lender == WHOLE_BOOK else file_name(issue.lender, taken=ALL_LENDERS)
    return f"{report}_{issue.period}_{name}_{issue.lang}"


def _write(folder: Path, name: str, rendered: Rendered) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    contents = {f"{name}.pdf": rendered.pdf}
    contents |= {f"{name}_p{number}.png": page for number, page in enumerate(rendered.pages, start=1)}
    for page in folder.glob("*.png"):
        if page.name not in contents and re.fullmatch(rf"{re.escape(name)}_p\d+", page.stem):
            page.unlink()
    return [write_anew(folder / file, content) for file, content in contents.items()]
