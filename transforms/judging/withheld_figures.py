"""What was withheld and why, for the person who decides: a row a month, with the tonnes that were worked out."""

from typing import Final

import polars as pl

from schemas.between.deliveries import ReleasedMonth
from schemas.between.judging import Finding, HeldMonth
from schemas.contract import DataFrame, conform
from schemas.marts import Plausibility, ProjectMonth, WithheldFigure
from transforms.activity.project_months import KEY
from transforms.ground.sentences import SIGNS, Sentences
from transforms.judging.findings import Checks, called
from transforms.outcomes.verdicts import beside_limits

OPEN: Final = "-"
"""How a side without a limit is written."""
VERDICTS: Final = {"implausible": "withheld", "questionable": "flagged"}


def explained(findings: DataFrame[Finding], checks: Checks, sentences: Sentences, names: Sentences) -> pl.DataFrame:
    """Return the findings (judging.judge.Judged), their figure in words, with evidence_text and evidence_text_zh.

    names: what each reading, and each other figure, is called (Reference.figure_names).
    """
    words = pl.DataFrame(
        [
            {"check_id": name, **{part: check[part] for part in ("title_en", "title_zh", "reason_en", "reason_zh")}}
            for name, check in checks.items()
        ]
    )
    limits = [pl.col(name).cast(pl.String).fill_null(OPEN) for name in ("lower_value", "upper_value")]
    evidence, evidence_zh = beside_limits(
        sentences["finding"],
        figure=(called(names, "en"), called(names, "zh")),
        numbers="numbers",
        lower=limits[0],
        upper=limits[1],
    )
    return findings.join(words, on="check_id", how="left", maintain_order="left").with_columns(
        evidence_text=evidence, evidence_text_zh=evidence_zh, figure=called(names, "en")
    )


def verdicts(
    findings: DataFrame[Finding], checks: Checks, sentences: Sentences, names: Sentences
) -> DataFrame[Plausibility]:
    """Return schemas.marts.Plausibility of the findings: one row for all the months of a run or of a year."""
    verdict = pl.col("verdict_level").replace_strict(VERDICTS)
    rows = explained(findings, checks, sentences, names).with_columns(verdict=verdict)
    one = [
        "project_id",
        "check_id",
        "figure",
        "value",
        "unit",
        "lower_value",
        "upper_value",
        "verdict",
        "numbers",
        "evidence_text",
        "evidence_text_zh",
        "evidence",
    ]
    month = pl.col("month_start_date")
    spans = rows.group_by(one).agg(period_from_date=month.min(), period_to_date=month.max().dt.month_end())
    return conform(
        spans.drop("numbers", "evidence")
        .with_columns(period=pl.lit(None, pl.String), parameter_status=spans["evidence"])
        .rename({"evidence_text": "evidence", "evidence_text_zh": "evidence_zh"}),
        Plausibility,
    ).sort("project_id", "check_id", "period_from_date", "figure", "value")


def withheld_figures(
    months: DataFrame[ProjectMonth],
    findings: pl.DataFrame,
    holding: DataFrame[HeldMonth],
    releases: DataFrame[ReleasedMonth],
) -> DataFrame[WithheldFigure]:
    """Return schemas.marts.WithheldFigure: each month that findings hold, released or not.

    months: as worked out; findings: explained; holding: what they hold; releases: those in force.
    """
    texts = findings.sort("verdict_level", "check_id", "figure", "value")
    reasons = texts.group_by(KEY, maintain_order=True).agg(
        check_ids=pl.col("check_id").unique(maintain_order=True).str.join(", "),
        evidence=pl.col("evidence_text").unique(maintain_order=True).str.join(SIGNS["en"].sentences),
        evidence_zh=pl.col("evidence_text_zh").unique(maintain_order=True).str.join(SIGNS["zh"].sentences),
    )
    worked_out = months.filter(pl.col("emission_reductions_tco2e").is_not_null()).select(
        *KEY, withheld_reductions_tco2e="emission_reductions_tco2e"
    )
    rows = worked_out.join(holding, on=KEY).join(reasons, on=KEY).join(releases, on=KEY, how="left")
    return conform(rows.with_columns(is_released=pl.col("released_by").is_not_null()), WithheldFigure).sort(KEY)
