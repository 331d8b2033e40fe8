"""The statuses of a figure, each once: which come with a number, and which say why there is none."""

from typing import Final

OF_READ_MONTHS: Final = ("measured", "reported")
"""Of a month with a figure: computed of its readings, or the project's own."""

WITH_A_FIGURE: Final = (*OF_READ_MONTHS, "promised")

NOT_ESTIMATED: Final = "not_estimated"
UNDER_CONSTRUCTION: Final = "under_construction"
WITHOUT_TONNES: Final = (NOT_ESTIMATED, UNDER_CONSTRUCTION)
"""The statuses of a project that a share of it keeps, whatever else is missing."""

NOT_BELIEVED: Final = ("refused", "withheld_implausible")
LACKS_READING: Final = "blocked_missing_reading"
LACKS_PARAMETER: Final = "blocked_missing_parameter"
OF_BLOCKED_MONTHS: Final = (LACKS_READING, LACKS_PARAMETER)
LACKS_DENOMINATOR: Final = "blocked_no_denominator"
BLOCKED: Final = (*OF_BLOCKED_MONTHS, LACKS_DENOMINATOR)

OF_A_MONTH: Final = ("refused", "measured", *OF_BLOCKED_MONTHS)
"""In this order the status of a month that a formula computes: the first that holds."""

OF_AN_INDICATOR: Final = (UNDER_CONSTRUCTION, "measured", LACKS_READING, NOT_ESTIMATED)
"""The same of a year's reading that a lender reports."""

STATUSES: Final = [*WITH_A_FIGURE, *WITHOUT_TONNES, *NOT_BELIEVED, *BLOCKED]
"""Every status that a figure can have."""

SEVERITY: Final = [*reversed(WITH_A_FIGURE), *NOT_BELIEVED, *BLOCKED, *reversed(WITHOUT_TONNES)]
"""In this order a summary counts the statuses of its rows: the least certain figure first, then the reasons."""
