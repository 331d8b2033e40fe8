"""The statuses of a figure, each once: which come with a number, and which say why there is none."""

from typing import Final

OF_READ_MONTHS: Final = ("measured", "reported")
"""Of a month with a figure: computed of its readings, or the project's own."""

WITH_A_FIGURE: Final = (*OF_READ_MONTHS, "promised")

WITHOUT_TONNES: Final = ("not_estimated", "under_construction")
"""The statuses of a project that a share of it keeps, whatever else is missing."""

NOT_BELIEVED: Final = ("refused", "withheld_implausible")
LACKS_READING: Final = "blocked_missing_reading"
LACKS_PARAMETER: Final = "blocked_missing_parameter"
OF_BLOCKED_MONTHS: Final = (LACKS_READING, LACKS_PARAMETER)
BLOCKED: Final = (*OF_BLOCKED_MONTHS, "blocked_no_denominator")

STATUSES: Final = [*WITH_A_FIGURE, *WITHOUT_TONNES, *NOT_BELIEVED, *BLOCKED]
"""Every status that a figure can have."""

SEVERITY: Final = [*reversed(WITH_A_FIGURE), *NOT_BELIEVED, *BLOCKED, *reversed(WITHOUT_TONNES)]
"""In this order a summary counts the statuses of its rows: the least certain figure first, then the reasons."""
