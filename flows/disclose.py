"""A period's documents as a Prefect flow: every lender and the whole book, both languages."""

from prefect import flow

from flows.home.homes import listed_home
from flows.home.ownership import closed_to_others
from flows.published.documents.written import open_documents, read_published, write_period
from flows.published.kinds.kinds import kind_of, refuse_other_periods
from schemas.errors import UsageError


@flow(name="quarterly-disclosure", persist_result=False)
def quarterly_disclosure(
    home: str | None = None, quarter: str | None = None, report: str = "crf", accepted: list[str] | None = None
) -> list[str]:
    """Write a kind's documents of the period, by default the last one that the published data cover.

    accepted: ["restatements"] where a person lets signed figures move beyond the threshold.
    """
    place = listed_home(home)
    kind = kind_of(report)
    if quarter is not None:
        refuse_other_periods(report, quarter)
    published = read_published(place.warehouse, kind)
    chosen = quarter or kind.last_period(published)
    if chosen is None:
        raise UsageError(
            "no loan has lent in any complete period",
            where=str(place.warehouse),
            available="no period",
            remedy="deliver the loans and what they lent; for crf, loans with their crf_field",
        )
    with closed_to_others():
        open_documents(place)
        return [str(path) for one in write_period(place, kind, published, chosen, accepted or []) for path in one.paths]
