"""What a reader must know of a project: what it did not state, which mart has its tonnes, what else claims them."""

from collections.abc import Mapping

import polars as pl

from transforms.attribution.holdings import Holdings
from transforms.ground.flag_rows import flags
from transforms.outcomes.credits import double_claims


def container_flags(projects: pl.DataFrame, containers: Mapping[str, str]) -> list[pl.DataFrame]:
    """Return in which mart the tonnes are of a project that has none among the avoided emissions."""
    of = pl.col("method").replace_strict(containers, return_dtype=pl.String)
    return [
        flags(projects.filter(of == "removals"), "counted_as_removals", "project_id",
              "its tonnes are removals: they stand in mart.removal_months and mart.attributed_removals, never in "
              "totals of avoided emissions",
              "其吨数为清除量（碳汇），见 mart.removal_months 与 mart.attributed_removals，不计入避免排放合计"),
        flags(projects.filter(of == "own_base_year"), "counted_against_own_base_year", "project_id",
              "its tonnes are a reduction against its own base year (transition): they stand in "
              "mart.own_base_year_months and mart.attributed_own_base_year_reductions",
              "其吨数为相对自身基准年的减排（转型），见 mart.own_base_year_months，不计入避免排放合计"),
    ]  # fmt: skip


def project_flags(holdings: Holdings, scopes: pl.DataFrame) -> pl.DataFrame:
    """Return what a project did not state, or stated so that a reader must know it."""
    projects = holdings.projects.join(scopes.select("project_id", "province_code"), on="project_id")
    kind = pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String)
    is_facility = pl.col("project_id").is_in(
        holdings.loans.filter(pl.col("crf_field").is_not_null())["project_id"].implode()
    )
    needs_promise = is_facility | (kind == "reported")
    return pl.concat([
        _denominators(projects, holdings.balance_sheets),
        flags(projects.filter(pl.col("commissioning_date").is_null()), "under_construction", "project_id",
              "no commissioning date: nothing is counted as realised", "无投产日期，不计任何已实现减排"),
        flags(projects.filter(pl.col("project_id").str.starts_with("示例")), "example_row", "project_id",
              "this is the example row of the delivery template: delete it and deliver the sheet again",
              "这是模板的示例行，请删除后重新报送"),
        flags(projects.filter(pl.col("is_mandated_baseline")), "mandated_baseline", "project_id",
              "a rule already orders the baseline to end: under PCAF the reduction would be zero or shortened",
              "基准设施已被要求淘汰；按 PCAF 口径减排量为零或应缩短期限"),
        flags(projects.filter((pl.col("method") == "straw_utilization")
                              & ~pl.col("is_mandated_baseline").fill_null(False)), "mandate_not_stated", "project_id",
              "burning straw in the open is banned, so the baseline is one that a rule orders to end: deliver "
              "is_mandated_baseline as true",
              "秸秆露天焚烧已被禁止，基准属强制淘汰；请将“强制淘汰基准”报送为是"),
        flags(projects.filter(pl.col("investment_basis") == "illustrative"), "illustrative_investment", "project_id",
              "the total investment is illustrative, not published: no figure built on it is evidence",
              "总投资为示例数据，并非公布数；据此得出的数字不构成证据"),
        flags(projects.filter((kind == "formula") & pl.col("province_code").is_null()),
              "unknown_province", "project_id",
              pl.format("province '{}' is unknown: grid factors must be the project's own", "province_or_country"),
              pl.format("无法识别省份“{}”，电网因子须由项目自行提供", "province_or_country")),
        flags(projects.filter(needs_promise & pl.col("reported_annual_reduction_tco2").is_null()),
              "missing_annual_reduction", "project_id",
              "reported_annual_reduction_tco2 is empty: nothing is promised that a loan could bring about; deliver it",
              "缺少项目年减排量（评估数），无法计算贷款带动的年度减排量；请报送"),
    ])  # fmt: skip


def same_names(projects: pl.DataFrame) -> pl.DataFrame:
    """A project without a number of its own beside another of its name: its tonnes may be shared out twice."""
    derived = projects.filter(pl.col("project_id").str.ends_with(pl.format(":{}", "project_name")))
    others = projects.select("project_name", other="project_id").join(derived, on="project_name").filter(
        pl.col("other") != pl.col("project_id")
    )  # fmt: skip
    namesakes = others.group_by("project_id", "project_name").agg(pl.col("other").sort().str.join(", "))
    return flags(namesakes, "same_project_name", "project_id",
                 pl.format("'{}' is also the name of {}: where they are one project its tonnes are shared out twice; "
                           "deliver it under one project_id", "project_name", "other"),
                 pl.format("“{}”也是 {} 的名称：如为同一项目，减排量将被重复分摊；请统一项目编号",
                           "project_name", "other"))  # fmt: skip


def _denominators(projects: pl.DataFrame, sheets: pl.DataFrame) -> pl.DataFrame:
    """What a share is worked out by, where it is missing or half there."""
    lacking = projects.filter(pl.col("total_investment").is_null() | (pl.col("total_investment") == 0))
    has_sheet = pl.col("project_id").is_in(sheets["project_id"].implode())
    return pl.concat([
        flags(lacking.filter(~has_sheet), "no_denominator", "project_id",
              "total investment is missing or 0: no share can be worked out; deliver it",
              "缺少项目总投资或为 0，无法计算份额；请报送"),
        flags(lacking.filter(has_sheet), "no_denominator", "project_id",
              "total investment is missing or 0: only equity and debt (PCAF) give a share; deliver it",
              "缺少项目总投资或为 0，仅按资本金与债务（PCAF 口径）可计算份额；请报送"),
        flags(projects.filter(pl.col("total_equity").is_null() != pl.col("total_debt").is_null()),
              "half_balance_sheet", "project_id",
              "of equity and debt one is missing: the sum is not known, so neither is used; deliver both, or none",
              "资本金与债务仅报送其一，合计未知，均不采用；请一并报送或均不报送"),
    ])  # fmt: skip


def undated_balance_sheets(holdings: Holdings) -> pl.DataFrame:
    """Equity and debt stated without a date: used, but the reader must know."""
    undated = holdings.balance_sheets.filter(pl.col("balance_sheet_date").is_null())
    return flags(undated, "balance_sheet_not_dated", "project_id",
                 "equity and debt were stated without balance_sheet_date: taken for every period up to the first "
                 "statement that has a date; deliver the date",
                 "资本金与债务未注明资产负债表日：在首期注明日期的报表之前各期间均采用该数；请补报日期")  # fmt: skip


def mixed_baselines(holdings: Holdings) -> pl.DataFrame:
    """The regulator's coal rate beside a combined margin: tonnes that one report cannot have both."""
    by_margin = holdings.projects["method"].is_in(["grid_renewable", "rooftop_pv"]).any()
    mixed = holdings.projects.filter(pl.col("method") == "grid_renewable_coal_rate", pl.lit(by_margin))
    return flags(mixed, "mixed_grid_baselines", "project_id",
                 "counted by the coal rate of thermal power, other projects by the combined margin of a grid: the two "
                 "are incompatible; choose one method for all",
                 "本项目按火电供电煤耗计算，其他项目按组合边际因子计算；两种口径不可混用，请统一")  # fmt: skip


def applicability_flags(conditions: pl.DataFrame) -> pl.DataFrame:
    """A methodology's condition that a project breaks, or that nobody has stated, or that rests on weak evidence."""
    facts = [pl.col(name) for name in ("sentence", "clause", "facts")]
    facts_zh = [pl.col("sentence_zh"), pl.col("clause"), pl.col("facts").str.replace_all("not stated", "未说明")]
    broken, silent, weak = (pl.col("verdict") == verdict for verdict in ("broken", "not_stated", "weak"))
    return pl.concat([
        flags(conditions.filter(broken), "outside_conditions", "project_id",
              pl.format("refused: {} ({}); stated: {}", *facts),
              pl.format("拒绝计算：{}（{}）；已报送：{}", *facts_zh)),
        flags(conditions.filter(silent), "condition_not_shown", "project_id",
              pl.format("not shown to hold: {} ({}); {}: deliver it as a parameter of the project", *facts),
              pl.format("未证明适用条件成立：{}（{}）；{}；请以项目参数报送", *facts_zh)),
        flags(conditions.filter(weak), "weak_evidence", "project_id",
              pl.format("worked out on weak evidence, data quality 3: not so that {} ({}); stated: {}", *facts),
              pl.format("依据不足（数据质量 3 级），仍予计算：不满足“{}”（{}）；已报送：{}", *facts_zh)),
    ])  # fmt: skip


def unknown_kinds(holdings: Holdings, realisation: pl.DataFrame) -> pl.DataFrame:
    """A promise without a kind has nothing to be expected by."""
    promised = holdings.projects.filter(
        pl.col("reported_annual_reduction_tco2").is_not_null()
        & pl.col("method").replace_strict(holdings.kinds, return_dtype=pl.String).is_in(["formula", "reported"])
    ).select("project_id", stated="realisation_type")
    unknown = promised.join(
        realisation.filter(pl.col("realisation_type_used").is_null()),
        on="project_id",
        how="semi",
        maintain_order="left",
    )
    return flags(unknown, "realisation_type_unknown", "project_id",
                 pl.format("realisation_type '{}' is no type or subtype of data/reference/realisation.csv: what "
                           "projects of the kind delivered is not known, so nothing is expected",
                           pl.col("stated").fill_null("(none stated)")),
                 pl.format("项目类型“{}”不在 data/reference/realisation.csv 所列类型中：同类实现率未知，不列预期数",
                           pl.col("stated").fill_null("未注明")))  # fmt: skip


def implausible_figures(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the verdicts of mart.plausibility that question a figure, with their evidence."""
    about = pl.concat_str(
        pl.coalesce("period", pl.format("{} .. {}", "period_from_date", "period_to_date"), pl.lit(""))
    )
    outside = verdicts.filter(pl.col("verdict") == "flagged").with_columns(about=about)
    return flags(outside, "implausible_figure", "project_id",
                 pl.format("{} {}", "about", "evidence"), pl.format("{} {}", "about", "evidence_zh"),
                 ("period_from_date", "period_to_date"))  # fmt: skip


def claimed_twice(holdings: Holdings, issued: pl.DataFrame) -> pl.DataFrame:
    """One tonne, or one MWh, may be claimed once: by the holder of the credit, or by the project's lenders."""
    claims = double_claims(holdings, issued)
    facts = [pl.col("first"), pl.col("last"), pl.col("what")]
    return pl.concat([
        flags(claims.filter(pl.col("kind") == "credit"), "credits_claimed", "project_id",
              pl.format("reductions of {} to {} are also issued as credits ({}): say who claims them; the two are "
                        "never added or netted", *facts),
              pl.format("{} 至 {} 的减排量同时签发为减排信用（{}）：须说明归属，二者不得相加或抵扣", *facts)),
        flags(claims.filter(pl.col("kind") == "certificate"), "certificates_claimed", "project_id",
              pl.format("electricity of {} to {}, whose reduction is counted here, also has green certificates ({}): "
                        "say who claims it", *facts),
              pl.format("{} 至 {} 的电量已核发绿证（{}），其减排量又在此计入：须说明归属", *facts)),
    ])  # fmt: skip
