"""Why a document was issued anew, and what its files are like."""

from typing import Final

FIRST: Final = "first_publication"
FIGURES: Final = "figures_changed"
WORDS: Final = "words_changed"
UNREADABLE: Final = "before_unreadable"
CLOCK: Final = "clock_corrected"
EDITION_REASONS: Final = [FIRST, FIGURES, WORDS, UNREADABLE, CLOCK]

WHOLE: Final = "whole"
DAMAGED: Final = "damaged"
MISSING: Final = "missing"
EDITION_STATES: Final = [WHOLE, DAMAGED, MISSING]
