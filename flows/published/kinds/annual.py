"""What the annual report's chapters print of the published file: which rows, which methods, whose."""

from collections.abc import Sequence
from typing import Final

from flows.published.kinds import yearly
from flows.published.kinds.kinds import Issue, Kind, Lang
from reports.annual.document import AnnualDocument, annual_document
from reports.annual.printed_figures import annual_figures
from reports.annual.words import WORDS
from reports.documents import Rendered
from schemas.catalog import Published
from transforms.attribution.shares import share_rule
from transforms.methods.engine.render import in_words
from transforms.outcomes.yearly_statement import ANNUAL

TABLES: Final = (
    "mart.disclosure_annual",
    "mart.disclosure_annual_projects",
    "mart.disclosure_pcaf",
    *yearly.TABLES,
)
"""What the document is printed from; balances at years' ends are those of the statement after PCAF."""


def rendered(document: AnnualDocument) -> Rendered:
    """Return the document's files; what draws and prints is imported only now, as few nights need it."""
    from reports.annual.printing import render_annual

    return render_annual(document)


def last_year(published: Published) -> str | None:
    """Return the newest year with chapters; None without one."""
    return yearly.last_year(published["mart.disclosure_annual"])


def lenders(published: Published, year: str) -> Sequence[str]:
    """Return whom the year has chapters for."""
    return yearly.scopes(published["mart.disclosure_annual"], year)


def document(published: Published, issue: Issue) -> AnnualDocument:
    """Return what a year's chapters print; raise UsageError where the file holds none."""
    projects = published["mart.disclosure_annual_projects"]
    return annual_document(
        **yearly.arguments_of(published, issue, published["mart.disclosure_annual"], projects),
        balances=yearly.lines_up_to(published["mart.disclosure_pcaf"], issue.period, issue.lender),
        share=in_words("attributed", share_rule(), WORDS[issue.lang].signs, issue.lang),
        unconfirmed_rule=_unconfirmed(published, issue.lang),
    )


def _unconfirmed(published: Published, lang: Lang) -> str:
    """What no text that we saw confirms of the rule."""
    column = "unconfirmed_zh" if lang == "zh" else "unconfirmed"
    return published["core.profiles"].filter(profile=ANNUAL)[column].fill_null("").item()  # type: ignore[no-any-return]


KIND: Final = Kind("annual", TABLES, last_year, lenders, document, rendered, annual_figures)
