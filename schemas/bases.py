"""The names of the attribution bases; the command line offers them before any library is loaded."""

from typing import Final

BASES: Final = ["period_end", "daily_average", "month_end_average", "monthly_matched", "disbursed"]
