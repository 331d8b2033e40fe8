"""The charts of the carbon-reduction-loan disclosure, with their few words in its language."""

from reports.crf.document import CrfDocument
from reports.crf.words import WORDS
from reports.figures import Drawing, panels_of_bars, promised_and_measured


def field_chart(document: CrfDocument) -> Drawing:
    """Return the promised annual reduction (tCO2e) that the loans brought about, per field and window."""
    return panels_of_bars(document.field_bars, WORDS[document.lang].windows)


def outcome_chart(document: CrfDocument) -> Drawing:
    """Return promised beside measured tonnes of the last four quarters, per project."""
    return promised_and_measured(document.outcomes, *WORDS[document.lang].outcomes)
