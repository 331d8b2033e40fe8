"""The causes by which attributed tonnes differ between two states, in the order in which they are listed."""

from typing import Final

ACTIVITY: Final = "activity"
FACTOR: Final = "factor"
METHOD: Final = "method"
CORRECTIONS: Final = "corrections"
DATA_QUALITY: Final = "data_quality"
LENT: Final = "money_lent"
REPAID: Final = "money_repaid"
CURRENCY: Final = "currency"
INVESTMENT: Final = "investment"
RULE: Final = "attribution_rule"
NEW: Final = "new_projects"
ENDED: Final = "ended_projects"
UNEXPLAINED: Final = "unexplained"

CAUSES: Final = [
    *(NEW, ENDED),
    *(LENT, REPAID, CURRENCY, INVESTMENT, RULE),
    *(ACTIVITY, FACTOR, METHOD),
    *(CORRECTIONS, DATA_QUALITY, UNEXPLAINED),
]

OF_STATUSES: Final = {
    "under_construction": NEW,
    "not_estimated": RULE,
    "blocked_no_denominator": INVESTMENT,
    "blocked_missing_reading": DATA_QUALITY,
    "blocked_missing_parameter": FACTOR,
    "refused": DATA_QUALITY,
    "withheld_implausible": DATA_QUALITY,
}
"""Why a figure is in one state alone, by its status in the other; NEW is ENDED where the later one has none."""
