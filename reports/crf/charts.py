"""The two charts of the carbon-reduction-loan disclosure, with their few words in both languages."""

from typing import Final

from reports.crf.document import CrfDocument
from reports.figures import Drawing, panels_of_bars, promised_and_measured, tornado

WINDOW_TITLES: Final = {
    "zh": ("本季度新发放", "本年度累计发放", "获得工具以来累计发放"),
    "en": ("New in the quarter", "Year to date", "Since the start"),
}
OUTCOME_WORDS: Final = {"zh": ("承诺", "实测"), "en": ("promised", "measured")}


def field_chart(document: CrfDocument) -> Drawing:
    """Return the promised annual reduction (tCO2e) that the loans brought about, per field and window."""
    return panels_of_bars(document.field_bars, WINDOW_TITLES[document.lang])


def range_chart(document: CrfDocument) -> Drawing:
    """Return the tornado of the ten inputs that would narrow the measured figure's range most (tCO2e)."""
    return tornado(document.range.swings)


def outcome_chart(document: CrfDocument) -> Drawing:
    """Return promised beside measured tonnes of the last four quarters, per project."""
    return promised_and_measured(document.outcomes, *OUTCOME_WORDS[document.lang])
