"""The quarterly disclosure as a Prefect flow: every lender and the whole book, both languages."""

from prefect import flow

from flows.home.homes import listed_home
from flows.published.documents import read_published, write_period
from flows.published.kinds import kind_of
from schemas.errors import UsageError


@flow(name="quarterly-disclosure", persist_result=False)
def quarterly_disclosure(home: str | None = None, quarter: str | None = None) -> list[str]:
    """Write the disclosure of the quarter, by default the last one that the published data cover."""
    place = listed_home(home)
    kind = kind_of("crf")
    published = read_published(place.warehouse, kind)
    chosen = quarter or kind.last_period(published)
    if chosen is None:
        raise UsageError(
            "no carbon-reduction loan has lent in any complete quarter",
            where=str(place.warehouse),
            available="no quarter",
            remedy="deliver the loans with their crf_field",
        )
    return [str(path) for path in write_period(place, kind, published, chosen)]
