"""Disclosure documents out of the published file, and nothing else: PDF and PNG, whole or not at all."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from flows.home.file_names import file_name
from flows.home.ownership import give_folder
from flows.home.settings import Home
from flows.home.settings_file import read_settings
from flows.home.writing import refuse_links, write_anew
from flows.published.documents.editions import (
    Edition,
    Found,
    digest_of,
    editions_in,
    keep,
    last_of,
    lies_in,
    notice_then,
    only_writer,
    reason_of,
    shelf_of,
)
from flows.published.documents.identity import identity_of
from flows.published.documents.restating import (
    RESTATEMENTS,
    Rule,
    Waiting,
    as_waiting,
    baseline,
    lay_by,
    waits_already,
    withdraw,
)
from flows.published.documents.states import keep_state
from flows.published.kinds.kinds import KINDS, Issue, Kind, Lang, kind_of
from flows.running.run_record import greenloan_version
from flows.warehouse.reading import read_tables
from reports.documents import BESIDE, Document, EditionNotice, Rendered
from reports.editions import Before, beyond, edition_notice
from reports.names import Names
from reports.numbers import per_cent
from schemas.catalog import Published
from schemas.deliveries import DELIVERIES
from schemas.disclosures import WHOLE_BOOK
from schemas.words.editions import WHOLE

REMEMBERED: Final = ("ops.editions", "ops.edition_figures", "ops.sign_offs")
"""What the published file remembers of documents."""

LANGUAGES: Final[tuple[Lang, ...]] = ("zh", "en")
ALL_LENDERS: Final = "all-lenders"
"""The whole book's name in files; a lender of that name gets another."""


class Written(NamedTuple):
    """A document's files, and whether this night printed them; else they are those of an earlier one.

    waits: what a person has to read before it is issued anew.
    """

    paths: list[Path]
    is_new: bool
    waits: Waiting | None = None


def write_newest(home: Home, accepted: Collection[str] = ()) -> dict[tuple[str, str], list[Written]]:
    """Write the nightly kinds' documents of the last period that the data cover; return them by kind and period.

    accepted: what a person lets through (--accept).
    """
    written = {}
    for kind in (kind_of(name) for name, entry in KINDS.items() if entry.is_nightly):
        published = read_published(home.warehouse, kind)
        period = kind.last_period(published)
        if period is not None:
            written[kind.name, period] = write_period(home, kind, published, period, accepted)
    return written


def write_period(
    home: Home, kind: Kind, published: Published, period: str, accepted: Collection[str] = ()
) -> list[Written]:
    """Write a period's document of every lender and of the whole book, in both languages."""
    rule = rule_of(home, accepted)
    issues = [Issue(period, lender, lang) for lender in kind.lenders(published, period) for lang in LANGUAGES]
    return [write_document(home, kind, published, issue, rule) for issue in issues]


def rule_of(home: Home, accepted: Collection[str]) -> Rule:
    """Return from what change on a person is asked, as the settings of the home have it."""
    ratio = read_settings(home.settings, DELIVERIES).restatement_threshold_ratio
    return Rule(ratio, RESTATEMENTS in accepted)


def disclose(home: Home, report: str, issue: Issue, accepted: Collection[str] = ()) -> Written:
    """Write one document; raise UsageError where the file holds no such period or lender."""
    kind = kind_of(report)
    published = read_published(home.warehouse, kind)
    open_documents(home)
    return write_document(home, kind, published, issue, rule_of(home, accepted))


def open_documents(home: Home) -> None:
    """Let the group that the settings name read what is written outside a night, as what is written within one."""
    refuse_links(home.reports / "document", home.root / "reports")
    refuse_links(home.disclosures / "document", home.disclosures)
    if group := read_settings(home.settings, DELIVERIES).group:
        for folder in (home.reports, home.waiting, home.disclosures):
            give_folder(home, group, folder)


def read_published(path: Path, kind: Kind) -> Published:
    """Return the tables that a kind of document prints."""
    return read_tables(path, *kind.tables, *REMEMBERED, "ops.restatements", "core.projects")


def write_document(home: Home, kind: Kind, published: Published, issue: Issue, rule: Rule) -> Written:
    """Return the PDF and its pages as PNG: a new edition where a figure or word has changed, else the last one.

    A state known in the past is printed with its own moment and snapshot, to see what was printed then: no edition.
    Where signed figures moved beyond the rule's threshold, it waits for a person, and the last edition remains.
    """
    folder, name = home.reports / kind.name / issue.period, document_name(kind.name, issue)
    document, run = kind.document(published, issue), published["ops.runs"].row(0, named=True)
    document = replace(document, restatement_threshold=per_cent(rule.threshold_ratio))
    shelf, identity = shelf_of(home, kind.name, issue.period, name), identity_of(kind.name, document)
    if run["known_at"] < run["started_at"]:
        document = replace(document, edition=notice_then(editions_in(shelf), identity, run["known_at"]))
        return Written(written_to(home, folder, name, _files(kind, document, name)), is_new=True)
    with only_writer(shelf):
        last = last_of(editions_in(shelf, _given(published, name)))
        if last and last.edition and last.edition.still_holds(identity, run["known_at"]):
            if lies_in(folder, last.edition.files):
                withdraw(home, kind.name, issue.period, name)
                return Written([folder / file for file in last.edition.files], is_new=False)
            contents = _again(last, last.edition, kind, document, name)
        else:
            document = replace(document, edition=_notice(last, kind, published, document, issue))
            waits = _waits(home, kind, published, issue, document, rule)
            if waits and not rule.is_accepted:
                if not waits_already(home, waits):
                    lay_by(home, waits, _contents(name, kind.rendered(replace(document, is_waiting=True))))
                return Written(_remaining(home, folder, name, last), is_new=False, waits=waits)
            contents = _files(kind, document, name)
            edition = _edition(last, kind, issue, document, run=run, contents=contents)
            keep_state(home, document.provenance.snapshot_id)
            keep(shelf, replace(edition, is_accepted_by_hand=waits is not None), contents)
        withdraw(home, kind.name, issue.period, name)
    return Written(written_to(home, folder, name, contents), is_new=True)


def _waits(  # noqa: PLR0913, PLR0917 - the document, and all that it is judged by
    home: Home, kind: Kind, published: Published, issue: Issue, document: Document, rule: Rule
) -> Waiting | None:
    """What moved beyond the threshold of what a person signed or let through last, in whichever language."""
    names = {lang: document_name(kind.name, issue._replace(lang=lang)) for lang in LANGUAGES}
    shelves = {lang: shelf_of(home, kind.name, issue.period, name) for lang, name in names.items()}
    signed = baseline(list(shelves.values()), published)
    moved = beyond(signed.figures, kind.figures(document), rule.threshold_ratio) if signed else ()
    if not signed or not moved:
        return None
    identity = identity_of(kind.name, document)
    return as_waiting(shelves[issue.lang], signed, document.restatement_threshold, identity, moved)


def _remaining(home: Home, folder: Path, name: str, last: Found | None) -> list[Path]:
    """The files of the last edition, which remains what is published."""
    files = last.edition.files if last and last.edition else {}
    if last and last.state == WHOLE and not lies_in(folder, files):
        written_to(home, folder, name, last.contents())
    return [folder / file for file in files if (folder / file).is_file()]


def document_name(report: str, issue: Issue) -> str:
    """Return the name of a document's files, one-to-one with the lender's name."""
    name = ALL_LENDERS if issue.lender == WHOLE_BOOK else file_name(issue.lender, taken=ALL_LENDERS)
    return f"{report}_{issue.period}_{name}_{issue.lang}"


def written_to(home: Home, folder: Path, name: str, contents: Mapping[str, bytes]) -> list[Path]:
    """Write a document's files into a folder of reports/, through no link; what one before it had beyond them goes."""
    refuse_links(folder / "document", home.root / "reports")
    folder.mkdir(parents=True, exist_ok=True)
    of_document = rf"{re.escape(name)}((_({'|'.join(BESIDE)}))?_p\d+\.png|_[a-z]+\.(csv|xlsx))"
    for file in folder.iterdir():
        if file.name not in contents and re.fullmatch(of_document, file.name):
            file.unlink()
    return [write_anew(folder / file, content) for file, content in contents.items()]


def _given(published: Published, name: str) -> int:
    """The highest number of an edition of the document that the published file remembers."""
    numbers = published["ops.editions"].filter(pl.col("document_name") == name)["edition_number"]
    return max(numbers, default=0)


def _again(found: Found, edition: Edition, kind: Kind, document: Document, name: str) -> dict[str, bytes]:
    """The files of an edition that holds; where they are not whole in the record, they are printed from its state."""
    if found.state == WHOLE:
        return found.contents()
    return _files(kind, replace(document, provenance=edition.provenance, edition=edition.notice), name)


def _notice(last: Found | None, kind: Kind, published: Published, document: Document, issue: Issue) -> EditionNotice:
    """What the document says of the edition before it, with the causes that ops.restatements has of its figures."""
    if last is None:
        return EditionNotice()
    from reports.glyphs import printable  # what draws is imported only now, as few nights need it

    figures, known_at = kind.figures(document), published["ops.runs"]["known_at"].item()
    before = Before(last.number, last.edition.figures if last.edition else None)
    causes: dict[str, list[str]] = {}
    if last.edition:
        is_new = (pl.col("since") > last.edition.known_at) & (pl.col("since") <= known_at)
        is_own = (pl.col("lender") == issue.lender) | (pl.col("lender").is_null() & (issue.lender == WHOLE_BOOK))
        cause = "cause_zh" if issue.lang == "zh" else "cause"
        moved = published["ops.restatements"].filter(is_new & is_own).select("subject", cause)
        of_projects = moved.join(published["core.projects"], left_on="subject", right_on="project_id", how="semi")
        rows = of_projects.unique().sort(pl.all())
        for subject, text in rows.iter_rows():
            causes.setdefault(subject, []).append(printable(text))
    named = published["core.projects"].select("project_id", "project_name").drop_nulls().iter_rows()
    names = Names(issue.lang, {project: printable(name) for project, name in named})
    return edition_notice(before, reason_of(last, figures, known_at), figures, causes, names)


def _edition(  # noqa: PLR0913 - what there was, and all that is recorded of what there is
    last: Found | None,
    kind: Kind,
    issue: Issue,
    document: Document,
    *,
    run: Mapping[str, Any],
    contents: Mapping[str, bytes],
) -> Edition:
    figures = tuple(kind.figures(document))
    return Edition(
        report=kind.name,
        period=issue.period,
        lender=issue.lender,
        lang=issue.lang,
        number=last.number + 1 if last else 1,
        reason=reason_of(last, figures, run["known_at"]),
        identity=identity_of(kind.name, document),
        known_at=run["known_at"],
        printed_at=dt.datetime.now(dt.UTC),
        greenloan_version=greenloan_version(),
        provenance=document.provenance,
        files={name: digest_of(content) for name, content in contents.items()},
        figures=figures,
        notice=document.edition,
    )


def _files(kind: Kind, document: Document, name: str) -> dict[str, bytes]:
    """A document's files, and beside them the tables behind it."""
    from flows.published.tables_beside import tables_beside  # its library is imported only where one prints

    return _contents(name, kind.rendered(document)) | dict(tables_beside(name, document.attachments))


def _contents(name: str, rendered: Rendered) -> dict[str, bytes]:
    """The files by name, the document's own PDF first."""
    contents = {f"{name}.pdf": rendered.pdf}
    contents |= {f"{name}_p{number}.png": page for number, page in enumerate(rendered.pages, start=1)}
    for word, one in rendered.beside.items():
        contents |= _contents(f"{name}_{word}", one)
    return contents | ({f"{name}.jsonld": rendered.twin.encode()} if rendered.twin else {})
