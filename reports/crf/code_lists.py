"""The appendix of codes: every row that has printed numbers with its code, and the letters of its columns."""

from reports.crf.columns import (
    OF_CELLS,
    OF_EFFECTS,
    OF_FACTORS,
    OF_INPUTS,
    OF_LIMITS,
    OF_PROJECTS,
    OF_RANGE,
    OF_TOTALS,
    OF_VERIFIED,
)
from reports.crf.document import CrfDocument
from reports.crf.words import WORDS
from reports.house.lines import code_list
from reports.house.printed import CodeList


def code_lists(document: CrfDocument) -> tuple[CodeList, ...]:
    """Return the lists in the order of the document, those without a row left out."""
    words = WORDS[document.lang]
    effects = zip(
        (words.windows[0], words.windows[-1]),
        (document.most_significant_in_quarter, document.most_significant_since_start),
        strict=True,
    )
    in_range = [(document.range.period, document.range.code)] if document.range.period else []
    in_limits = [(words.figures["limits"], document.limits_code)] if document.is_whole_book else []
    cells = [
        (words.joined(words.figures["total"] if line.is_total else line.name, window), cells.code)
        for line in document.lines
        for window, cells in zip(words.windows, line.windows, strict=True)
    ]
    named = [(words.joined(one.name, window), one.code) for window, listed in effects for one in listed]
    periods = [(words.joined(one.name, one.from_date), one.code) for one in document.verified]
    factors = [(words.joined(one.name, one.holds_for, one.valid_from), one.code) for one in document.factors]
    lists = (
        code_list("table", OF_CELLS | OF_TOTALS, cells, words.figures),
        code_list("effects", OF_EFFECTS, named, words.figures),
        code_list("projects", OF_PROJECTS, [(one.name, one.code) for one in document.projects], words.figures),
        code_list("verified", OF_VERIFIED, periods, words.figures),
        code_list("range", OF_RANGE, in_range, words.figures),
        code_list("inputs", OF_INPUTS, [(one.name, one.code) for one in document.range.inputs], words.figures),
        code_list("factors", OF_FACTORS, factors, words.figures),
        code_list("limits", OF_LIMITS, in_limits, words.figures),
    )
    return tuple(one for one in lists if one.rows)
