"""What a reader must know of a project: what it did not state, which mart has its tonnes, what else claims them."""

from collections.abc import Mapping

import polars as pl

from schemas.between.activity import ConditionNotShown
from schemas.between.ground import FlagFacts
from schemas.between.outcomes import ProjectRealisation
from schemas.between.projects import ProjectScope
from schemas.contract import DataFrame, stacked
from schemas.deliveries import Project
from schemas.marts import IssuedCredit, Plausibility
from schemas.words.containers import OWN_BASE_YEAR, REMOVALS
from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import flags
from transforms.ground.sentences import Sentences
from transforms.outcomes.credits import KINDS, double_claims


def container_flags(projects: DataFrame[Project], containers: Mapping[str, str]) -> list[DataFrame[FlagFacts]]:
    """Return in which mart the tonnes are of a project that has none among the avoided emissions."""
    of = pl.col("method").replace_strict(containers, return_dtype=pl.String)
    return [
        flags(projects.filter(of == REMOVALS), "counted_as_removals", "project_id"),
        flags(projects.filter(of == OWN_BASE_YEAR), "counted_against_own_base_year", "project_id"),
    ]


def project_flags(holdings: Holdings, scopes: DataFrame[ProjectScope]) -> DataFrame[FlagFacts]:
    """Return what a project did not state, or stated so that a reader must know it."""
    projects = holdings.projects.join(scopes.select("project_id", "province_code"), on="project_id")
    kind = pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String)
    is_facility = pl.col("project_id").is_in(
        holdings.loans.filter(pl.col("crf_field").is_not_null())["project_id"].implode()
    )
    needs_promise = is_facility | (kind == "reported")
    return stacked(
        [
            _denominators(projects, holdings.balance_sheets),
            flags(projects.filter(pl.col("commissioning_date").is_null()), "under_construction", "project_id"),
            flags(projects.filter(pl.col("project_id").str.starts_with("示例")), "example_row", "project_id"),
            flags(projects.filter(pl.col("is_mandated_baseline")), "mandated_baseline", "project_id"),
            flags(
                projects.filter(
                    (pl.col("method") == "straw_utilization") & ~pl.col("is_mandated_baseline").fill_null(False)
                ),
                "mandate_not_stated",
                "project_id",
            ),
            flags(
                projects.filter(pl.col("investment_basis") == "illustrative"), "illustrative_investment", "project_id"
            ),
            flags(
                projects.filter((kind == "formula") & pl.col("province_code").is_null()),
                "unknown_province",
                "project_id",
                "province_or_country",
            ),
            flags(
                projects.filter(needs_promise & pl.col("reported_annual_reduction_tco2").is_null()),
                "missing_annual_reduction",
                "project_id",
            ),
        ]
    )


def same_names(projects: DataFrame[Project]) -> DataFrame[FlagFacts]:
    """A project without a number of its own beside another of its name: its tonnes may be shared out twice."""
    derived = projects.filter(pl.col("project_id").str.ends_with(pl.format(":{}", "project_name")))
    others = (
        projects.select("project_name", other="project_id")
        .join(derived, on="project_name")
        .filter(pl.col("other") != pl.col("project_id"))
    )
    namesakes = others.group_by("project_id", "project_name").agg(pl.col("other").sort().str.join(", "))
    return flags(namesakes, "same_project_name", "project_id", "project_name", "other")


def _denominators(projects: pl.DataFrame, sheets: pl.DataFrame) -> DataFrame[FlagFacts]:
    """What a share is worked out by, where it is missing or half there."""
    lacking = projects.filter(pl.col("total_investment").is_null() | (pl.col("total_investment") == 0))
    has_sheet = pl.col("project_id").is_in(sheets["project_id"].implode())
    return stacked(
        [
            flags(lacking.filter(~has_sheet), "no_denominator", "project_id"),
            flags(
                lacking.filter(has_sheet), "no_denominator", "project_id", wording="no_denominator_but_balance_sheet"
            ),
            flags(
                projects.filter(pl.col("total_equity").is_null() != pl.col("total_debt").is_null()),
                "half_balance_sheet",
                "project_id",
            ),
        ]
    )


def undated_balance_sheets(holdings: Holdings) -> DataFrame[FlagFacts]:
    """Equity and debt stated without a date: used, but the reader must know."""
    undated = holdings.balance_sheets.filter(pl.col("balance_sheet_date").is_null())
    return flags(undated, "balance_sheet_not_dated", "project_id")


def mixed_baselines(holdings: Holdings) -> DataFrame[FlagFacts]:
    """The regulator's coal rate beside a combined margin: tonnes that one report cannot have both."""
    by_margin = holdings.projects["method"].is_in(["grid_renewable", "rooftop_pv"]).any()
    mixed = holdings.projects.filter(pl.col("method") == "grid_renewable_coal_rate", pl.lit(by_margin))
    return flags(mixed, "mixed_grid_baselines", "project_id")


def applicability_flags(conditions: DataFrame[ConditionNotShown], sentences: Sentences) -> DataFrame[FlagFacts]:
    """A methodology's condition that a project breaks, or that nobody has stated, or that rests on weak evidence.

    sentences: Reference.conditions.
    """
    clauses = {code: texts["clause"] for code, texts in sentences.items()}
    verdict = pl.col("verdict")
    broken = conditions.filter(verdict == "broken")
    silent = conditions.filter(verdict == "not_stated")
    weak = conditions.filter(verdict == "weak")
    sentence, clause = _of_condition(sentences), _of_condition(clauses)
    return stacked(
        [
            flags(broken, "outside_conditions", "project_id", "facts", sentence=sentence, clause=clause),
            flags(silent, "condition_not_shown", "project_id", "facts", sentence=sentence, clause=clause),
            flags(weak, "weak_evidence", "project_id", "facts", sentence=sentence, clause=clause),
        ]
    )


def _of_condition(texts: Sentences) -> tuple[pl.Expr, pl.Expr]:
    """The text of each row's condition, in English and in Chinese."""
    english, chinese = ({code: text[language] for code, text in texts.items()} for language in ("en", "zh"))
    code = pl.col("condition")
    return code.replace_strict(english, return_dtype=pl.String), code.replace_strict(chinese, return_dtype=pl.String)


def unknown_kinds(holdings: Holdings, realisation: DataFrame[ProjectRealisation]) -> DataFrame[FlagFacts]:
    """A promise without a kind has nothing to be expected by."""
    promised = holdings.projects.filter(
        pl.col("reported_annual_reduction_tco2").is_not_null()
        & (pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String) != "none")
    ).select("project_id", stated="realisation_type")
    unknown = promised.join(
        realisation.filter(pl.col("realisation_type_used").is_null()),
        on="project_id",
        how="semi",
        maintain_order="left",
    )
    return flags(unknown, "realisation_type_unknown", "project_id", "stated")


def implausible_figures(verdicts: DataFrame[Plausibility]) -> DataFrame[FlagFacts]:
    """Return the verdicts of mart.plausibility that question a figure, with their evidence."""
    about = pl.concat_str(
        pl.coalesce("period", pl.format("{} .. {}", "period_from_date", "period_to_date"), pl.lit(""))
    )
    outside = verdicts.filter(pl.col("verdict") == "flagged").with_columns(about=about)
    return flags(
        outside,
        "implausible_figure",
        "project_id",
        "about",
        dated=("period_from_date", "period_to_date"),
        evidence=("evidence", "evidence_zh"),
    )


def claimed_twice(
    holdings: Holdings, issued: DataFrame[IssuedCredit], names: Mapping[str, str]
) -> DataFrame[FlagFacts]:
    """One tonne, or one MWh, may be claimed once: by the holder of the credit, or by the project's lenders.

    names: what each reading is called in Chinese.
    """
    claims = double_claims(holdings, issued).rename({"first_month": "first", "last_month": "last"})
    what = ("issued", pl.col("issued").str.replace_many({name: names[name] for name in KINDS}))
    of_credits, of_certificates = (claims.filter(credit_type=name) for name in ("credit", "certificate"))
    return stacked(
        [
            flags(of_credits, "credits_claimed", "project_id", "first", "last", what=what),
            flags(of_certificates, "certificates_claimed", "project_id", "first", "last", what=what),
        ]
    )
