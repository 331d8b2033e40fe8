"""What of a forest's surveys could not be compared."""

import polars as pl

from schemas.between import FlagFacts, SurveyFinding
from schemas.contract import DataFrame, stacked
from transforms.ground.flag_rows import flags


def survey_flags(surveys: DataFrame[SurveyFinding]) -> DataFrame[FlagFacts]:
    """What of a forest's surveys could not be compared; surveys: activity.forest_surveys.FINDING."""

    def found(code: str) -> DataFrame[SurveyFinding]:
        return surveys.filter(pl.col("finding") == code)

    return stacked(
        [
            flags(found("single_survey"), "single_survey", "project_id", "later_date"),
            flags(
                found("stratum_not_in_both_surveys"),
                "stratum_not_in_both_surveys",
                "project_id",
                "strata",
                "earlier_date",
                "later_date",
            ),
            flags(found("unknown_species"), "unknown_species", "project_id", "strata", "earlier_date", "later_date"),
            flags(
                found("stratum_incomplete"), "stratum_incomplete", "project_id", "strata", "earlier_date", "later_date"
            ),
            flags(
                found("stratum_area_changed"),
                "stratum_area_changed",
                "project_id",
                "strata",
                "earlier_date",
                "later_date",
            ),
        ]
    )
