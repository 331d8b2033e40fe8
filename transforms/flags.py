"""What a reader must know before using a figure: one sentence a fact, by code and subject."""

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from schemas.runs import Flag
from transforms.attribution import Holdings, overdrawn_loans
from transforms.calendar import Period
from transforms.claims import who_is_over
from transforms.credits import double_claims
from transforms.method import Method
from transforms.positions import fen
from transforms.product_catalogue import products_not_in_catalogue
from transforms.standing_volume import strata_in_unknown_units

COLUMNS: Final = ["code", "subject", "message", "message_zh"]


def book_flags(  # noqa: PLR0913 - each argument is a table that some flag is about
    book: Holdings, *, readings: pl.DataFrame, parameters: pl.DataFrame, scopes: pl.DataFrame,
    gaps: pl.DataFrame, conditions: pl.DataFrame, unspread: pl.DataFrame, realisation: pl.DataFrame,
    verdicts: pl.DataFrame, credits_issued: pl.DataFrame, methods: Mapping[str, Method], kinds: Collection[str],
    metrics: Collection[str], technologies: Collection[str], surveys: pl.DataFrame,
    containers: Mapping[str, str],
) -> pl.DataFrame:  # fmt: skip
    """Return every standing flag of the book (schemas.runs.Flag), in order of code and subject."""
    parts = [
        _project_flags(book, scopes, technologies), *_other_containers(book.projects, containers),
        _mixed_baselines(book), _loan_flags(book), _reading_flags(book, readings),
        _missing_readings(book, readings, methods), _missing_parameters(book, gaps),
        _unknown_parameters(parameters, kinds), _unknown_metrics(book, readings, metrics),
        _applicability(conditions), _unspread(unspread), _unknown_kinds(book, realisation), _implausible(verdicts),
        _double_claims(book, credits_issued), _forest_surveys(surveys),
    ]  # fmt: skip
    return pl.concat([Flag.empty_frame(), *parts]).unique().sort(COLUMNS)


def window_flags(rows: pl.DataFrame, months: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return the flags of attributed rows over a period: shares above 1, negative reductions, spread readings."""
    over = [pl.col("together").round(6), pl.col("lenders")]
    negative = rows.filter(pl.col("emission_reductions_tco2e") < 0).group_by("project_id").agg(
        pl.col("emission_reductions_tco2e").first().round(2), pl.col("attributed_reductions_tco2e").sum().round(2)
    )  # fmt: skip
    below = [pl.col("emission_reductions_tco2e"), pl.col("attributed_reductions_tco2e")]
    inside = (pl.col("month_start_date") <= period.last) & (pl.col("operating_to_date") >= period.first)
    spread = months.filter(pl.col("is_spread") & inside).join(rows, on="project_id", how="semi")
    return pl.concat([
        _flag(who_is_over(rows), "share_above_1", "project_id",
              pl.format("the lenders' shares sum to {}; they were scaled to 1 (raw factors are kept): {}", *over),
              pl.format("各机构份额合计 {}，已按比例缩至 1（保留原始系数）：{}", *over)),
        _flag(negative, "negative_reduction", "project_id",
              pl.format("the project emitted more than its baseline; the negative figure stands and is in the totals: "
                        "{} t, of which {} t are attributed", *below),
              pl.format("项目排放高于基准，负值如实列示并计入合计：{} 吨，其中分摊 {} 吨", *below)),
        _flag(spread, "spread_reading", "project_id",
              "a reading that crosses months was spread over them: by days, or for space heating by heat or degree "
              "days (mart.completeness says which)",
              "跨月读数已分摊至各月：按日；供暖按供热量或采暖度日（见 mart.completeness）"),
    ]).unique().sort(COLUMNS)  # fmt: skip


def register_flags(
    tables: Mapping[str, pl.DataFrame], marts: Mapping[str, pl.DataFrame], units: pl.DataFrame
) -> pl.DataFrame:
    """Return the flags of registers and counties (schemas.runs.Flag): sheets that do not add up, unknown products.

    `units` is transforms.deliveries.units.unit_table.
    """
    sheets = marts["mart.natural_resources"].with_columns(
        subject=pl.format("{} {} {}", "county_code", "calendar_year", "resource_class")
    )
    uncatalogued = products_not_in_catalogue(tables["products"], tables["loans"])
    strata = strata_in_unknown_units(tables["forest_strata"], units)
    closing = [pl.col(name) for name in ("closing", "computed_closing", "closing_difference", "unit")]
    opening = [pl.col(name) for name in ("opening", "previous_closing", "opening_difference", "unit")]
    return pl.concat([
        _flag(sheets.filter(balance_status="differs"), "resource_balance_differs", "subject",
              pl.format("closing {} is not opening + additions - losses, {} (difference {} {}); it stands", *closing),
              pl.format("期末 {} 不等于期初加增加减减少 {}，相差 {} {}；按报送数保留", *closing)),
        _flag(sheets.filter(continuity_status="differs"), "resource_opening_differs", "subject",
              pl.format("opening {} is not last year's closing {} (difference {} {}); it stands", *opening),
              pl.format("期初 {} 不等于上年期末 {}，相差 {} {}；按报送数保留", *opening)),
        _flag(uncatalogued, "product_not_in_catalogue", "loan_id",
              pl.format("product {} is not in the catalogue of {}", "product_code", "lender"),
              pl.format("产品 {} 不在{}的产品目录中", "product_code", "lender")),
        _flag(strata, "stratum_unit_not_known", "project_id",
              pl.format("stratum {}: the unit '{}' is no volume or '{}' no area; no figure", "stratum",
                        pl.col("volume_unit").fill_null(""), pl.col("area_unit").fill_null("")),
              pl.format("小班 {} 的蓄积单位“{}”或面积单位“{}”无法换算，不出具数字", "stratum",
                        pl.col("volume_unit").fill_null(""), pl.col("area_unit").fill_null(""))),
    ]).unique().sort(COLUMNS)  # fmt: skip


def exchange_flags(rows: pl.DataFrame, book: Holdings) -> pl.DataFrame:
    """Return, for each foreign currency in attributed rows, the trading days of the rates that converted it."""
    dated = rows.filter(pl.col("exchange_rate_date").is_not_null()).join(
        book.loans.select("loan_id", "currency"), on="loan_id"
    ).join(book.projects.select("project_id", "investment_currency"), on="project_id")  # fmt: skip
    foreign = pl.when(pl.col("currency") != "CNY").then("currency").otherwise("investment_currency")
    days = dated.group_by(currency=foreign).agg(days=pl.col("exchange_rate_date").unique().sort().cast(pl.String))
    told = days.with_columns(pl.col("days").list.join(", "))
    return _flag(told, "exchange_rate_used", "currency",
                 pl.format("converted at the rate of {}", "days"), pl.format("按 {} 的汇率折算", "days"))  # fmt: skip


def _flag(
    rows: pl.DataFrame, code: str, subject: str, message: pl.Expr | str, message_zh: pl.Expr | str
) -> pl.DataFrame:
    words = [pl.lit(text) if isinstance(text, str) else text for text in (message, message_zh)]
    return rows.select(code=pl.lit(code), subject=pl.col(subject), message=words[0], message_zh=words[1])


def _other_containers(projects: pl.DataFrame, containers: Mapping[str, str]) -> list[pl.DataFrame]:
    """Say where the tonnes are of a project that has none among the avoided emissions."""
    of = pl.col("method").replace_strict(containers, return_dtype=pl.String)
    return [
        _flag(projects.filter(of == "removals"), "counted_as_removals", "project_id",
              "its tonnes are removals: they stand in mart.removal_months and mart.attributed_removals, never in "
              "totals of avoided emissions",
              "其吨数为清除量（碳汇），见 mart.removal_months 与 mart.attributed_removals，不计入避免排放合计"),
        _flag(projects.filter(of == "own_base_year"), "counted_against_own_base_year", "project_id",
              "its tonnes are a reduction against its own base year (transition): they stand in "
              "mart.own_base_year_months and mart.attributed_own_base_year_reductions",
              "其吨数为相对自身基准年的减排（转型），见 mart.own_base_year_months，不计入避免排放合计"),
    ]  # fmt: skip


def _project_flags(book: Holdings, scopes: pl.DataFrame, technologies: Collection[str]) -> pl.DataFrame:
    projects = book.projects.join(scopes.select("project_id", "province_code", "technology"), on="project_id")
    kind = pl.col("method").replace_strict(book.kinds, return_dtype=pl.String)
    is_facility = pl.col("project_id").is_in(
        book.loans.filter(pl.col("crf_field").is_not_null())["project_id"].implode()
    )
    needs_promise = is_facility | (kind == "reported")
    no_tech = (pl.col("method") == "grid_renewable") & ~pl.col("technology").is_in(list(technologies))
    return pl.concat([
        _flag(projects.filter(pl.col("total_investment").is_null() | (pl.col("total_investment") == 0)),
              "no_denominator", "project_id",
              "total investment is missing or 0: no share can be worked out; deliver it",
              "缺少项目总投资或为 0，无法计算份额；请报送"),
        _flag(projects.filter(pl.col("commissioning_date").is_null()), "under_construction", "project_id",
              "no commissioning date: nothing is counted as realised", "无投产日期，不计任何已实现减排"),
        _flag(projects.filter(pl.col("project_id").str.starts_with("示例")), "example_row", "project_id",
              "this is the example row of the delivery template: delete it and deliver the sheet again",
              "这是模板的示例行，请删除后重新报送"),
        _flag(projects.filter(pl.col("is_mandated_baseline")), "mandated_baseline", "project_id",
              "a rule already orders the baseline to end: under PCAF the reduction would be zero or shortened",
              "基准设施已被要求淘汰；按 PCAF 口径减排量为零或应缩短期限"),
        _flag(projects.filter((pl.col("method") == "straw_utilization")
                              & ~pl.col("is_mandated_baseline").fill_null(False)), "mandate_not_stated", "project_id",
              "burning straw in the open is banned, so the baseline is one that a rule orders to end: deliver "
              "is_mandated_baseline as true",
              "秸秆露天焚烧已被禁止，基准属强制淘汰；请将“强制淘汰基准”报送为是"),
        _flag(projects.filter(pl.col("investment_basis") == "illustrative"), "illustrative_investment", "project_id",
              "the total investment is illustrative, not published: no figure built on it is evidence",
              "总投资为示例数据，并非公布数；据此得出的数字不构成证据"),
        _flag(projects.filter((kind == "formula") & pl.col("province_code").is_null()),
              "unknown_province", "project_id",
              pl.format("province '{}' is unknown: grid factors must be the project's own", "province_or_country"),
              pl.format("无法识别省份“{}”，电网因子须由项目自行提供", "province_or_country")),
        _flag(projects.filter(needs_promise & pl.col("reported_annual_reduction_tco2").is_null()),
              "missing_annual_reduction", "project_id",
              "reported_annual_reduction_tco2 is empty: nothing is promised that a loan could bring about; deliver it",
              "缺少项目年减排量（评估数），无法计算贷款带动的年度减排量；请报送"),
        _flag(projects.filter(no_tech), "technology_not_stated", "project_id",
              "realisation_type names no technology of data/reference/technologies.toml (Wind, Solar, Hydro ...): "
              "taken as without a reservoir", "未注明发电技术（风电、光伏、水电等），按无水库处理"),
    ])  # fmt: skip


def _mixed_baselines(book: Holdings) -> pl.DataFrame:
    """The regulator's coal rate beside a combined margin: tonnes that cannot stand in one report."""
    by_margin = book.projects["method"].is_in(["grid_renewable", "rooftop_pv"]).any()
    mixed = book.projects.filter(pl.col("method") == "grid_renewable_coal_rate", pl.lit(by_margin))
    return _flag(mixed, "mixed_grid_baselines", "project_id",
                 "counted by the coal rate of thermal power, other projects by the combined margin of a grid: the two "
                 "are incompatible; choose one method for all",
                 "本项目按火电供电煤耗计算，其他项目按组合边际因子计算；两种口径不可混用，请统一")  # fmt: skip


def _loan_flags(book: Holdings) -> pl.DataFrame:
    lent = book.changes.group_by("loan_id").agg(
        balance_fen=fen("balance_change_amount").sum(), lent=pl.col("disbursed_amount").sum()
    )
    loans = book.loans.join(lent, on="loan_id", how="left", maintain_order="left")
    is_refinanced_crf = (pl.col("loan_type") == "refinance") & pl.col("crf_field").is_not_null()
    return pl.concat([
        _flag(loans.filter(pl.col("loan_type") == "working_capital"), "working_capital_excluded", "loan_id",
              "a working-capital loan is no project finance: nothing is attributed to it",
              "流动资金贷款不属于项目融资，不分摊减排量"),
        _flag(loans.filter(pl.col("lent") > pl.col("contract_amount")), "disbursed_above_contract", "loan_id",
              pl.format("{} disbursed against a contract of {}", "lent", "contract_amount"),
              pl.format("累计发放 {}，超过合同金额 {}", "lent", "contract_amount")),
        _flag(overdrawn_loans(book.changes), "negative_balance", "loan_id",
              "more was repaid than lent on some day: an entry is missing or wrong; the loan has no figure",
              "某日还款超过放款，台账缺失或有误；该贷款不出具数字"),
        _flag(loans.filter(pl.col("lent").is_null()), "no_entries", "loan_id",
              "the ledger has no entry of this loan", "台账中没有该贷款的记录"),
        _flag(loans.filter(is_refinanced_crf), "refinance_not_new_lending", "loan_id",
              "a refinancing under the facility is not new lending and is left out of its disclosure",
              "工具项下的再融资不属于新发放，不计入披露"),
    ])  # fmt: skip


def _reading_flags(book: Holdings, readings: pl.DataFrame) -> pl.DataFrame:
    begun = book.projects.select("project_id", "commissioning_date")
    early = readings.join(begun, on="project_id").filter(pl.col("period_start") < pl.col("commissioning_date"))
    return _flag(early.group_by("project_id").len(), "reading_before_commissioning", "project_id",
                 pl.format("{} readings begin before the commissioning day; output before it does not count", "len"),
                 pl.format("{} 条读数早于投产日，投产前产量不计", "len"))  # fmt: skip


def _missing_readings(book: Holdings, readings: pl.DataFrame, methods: Mapping[str, Method]) -> pl.DataFrame:
    blocked = book.months.filter(pl.col("status") == "blocked_missing_reading")
    spans = blocked.group_by("project_id", "method").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"), months=pl.len(),
    )  # fmt: skip
    sent = readings.group_by("project_id").agg(sent=pl.col("metric").unique().sort().str.join(", "))
    wanted = {
        name: " and ".join(" or ".join(group) for group in method.metric_groups) for name, method in methods.items()
    }
    told = spans.join(sent, on="project_id", how="left").with_columns(
        wanted=pl.col("method").replace_strict(wanted, default="reported_annual_reduction_tco2", return_dtype=pl.String)
    )
    said = ["months", "first", "last", "wanted"]
    return _flag(told, "missing_reading", "project_id",
                 pl.format("{} months between {} and {} have no complete reading (needed: {}; delivered so far: {})",
                           *said, pl.col("sent").fill_null("nothing")),
                 pl.format("{} 个月（{} 至 {}）缺少完整读数（需要：{}；已报送：{}）",
                           *said, pl.col("sent").fill_null("无")))  # fmt: skip


def _missing_parameters(book: Holdings, gaps: pl.DataFrame) -> pl.DataFrame:
    if gaps.is_empty():
        return Flag.empty_frame()
    blocked = book.months.filter(pl.col("status") == "blocked_missing_parameter")
    spans = gaps.join(blocked, on=["project_id", "month_start_date"], how="semi").group_by(
        "project_id", "symbol", "parameter_id", "scope", "on_file"
    ).agg(first=pl.col("month_start_date").min(), last=pl.col("month_start_date").dt.month_end().max())  # fmt: skip
    said = [pl.col("parameter_id"), pl.col("scope").fill_null("unknown"), pl.col("first"), pl.col("last")]
    return _flag(spans, "missing_parameter", "project_id",
                 pl.format("not exactly one {} for '{}' covers {} to {} (on file: {}); add or correct a row of "
                           "parameters with that scope and validity", *said, pl.col("on_file").fill_null("none")),
                 pl.format("参数 {}（适用范围“{}”）在 {} 至 {} 没有唯一有效的值（现有：{}）；请补充或更正", *said,
                           pl.col("on_file").fill_null("无")))  # fmt: skip


def _unknown_parameters(parameters: pl.DataFrame, kinds: Collection[str]) -> pl.DataFrame:
    unknown = parameters.filter(~pl.col("parameter_id").is_in(list(kinds)))
    return _flag(unknown, "unknown_parameter", "parameter_id",
                 "no formula asks for this parameter: it is kept and not used",
                 "没有公式使用该参数，仅保存")  # fmt: skip


def _unknown_metrics(book: Holdings, readings: pl.DataFrame, metrics: Collection[str]) -> pl.DataFrame:
    """A fuel under an unknown name would be missing from a project's emissions without a sign."""
    computed = book.projects.filter(pl.col("method").replace_strict(book.kinds, return_dtype=pl.String) == "formula")
    unknown = readings.join(computed, on="project_id", how="semi").filter(~pl.col("metric").is_in(list(metrics)))
    told = unknown.group_by("project_id").agg(pl.col("metric").unique().sort().str.join(", "))
    return _flag(told, "metric_in_no_formula", "project_id",
                 pl.format("no formula takes {}: carried as physical indicators; if one is a fuel, use its name in "
                           "data/reference/metrics.toml", "metric"),
                 pl.format("公式不使用 {}：按实物指标列示；如为燃料，请使用规定的指标名", "metric"))  # fmt: skip


def _applicability(conditions: pl.DataFrame) -> pl.DataFrame:
    """A methodology's condition that a project breaks, or of which nobody said whether it holds, or thin evidence."""
    said = [pl.col(name) for name in ("sentence", "clause", "facts")]
    said_zh = [pl.col("sentence_zh"), pl.col("clause"), pl.col("facts").str.replace_all("not stated", "未说明")]
    broken, silent, weak = (pl.col("verdict") == verdict for verdict in ("broken", "not_stated", "weak"))
    return pl.concat([
        _flag(conditions.filter(broken), "outside_conditions", "project_id",
              pl.format("refused: {} ({}); stated: {}", *said), pl.format("拒绝计算：{}（{}）；已报送：{}", *said_zh)),
        _flag(conditions.filter(silent), "condition_not_shown", "project_id",
              pl.format("not shown to hold: {} ({}); {}: deliver it as a parameter of the project", *said),
              pl.format("未证明适用条件成立：{}（{}）；{}；请以项目参数报送", *said_zh)),
        _flag(conditions.filter(weak), "weak_evidence", "project_id",
              pl.format("worked out on weak evidence, data quality 3: not so that {} ({}); stated: {}", *said),
              pl.format("依据不足（数据质量 3 级），仍予计算：不满足“{}”（{}）；已报送：{}", *said_zh)),
    ])  # fmt: skip


def _unspread(parts: pl.DataFrame) -> pl.DataFrame:
    """Heating is no constant load: a reading of it that crosses months is not spread by days alone."""
    spans = parts.group_by("project_id", "metric").agg(
        first=pl.col("month_start_date").min().dt.strftime("%Y-%m"),
        last=pl.col("month_start_date").max().dt.strftime("%Y-%m"),
    )
    said = ["metric", "first", "last"]
    return _flag(spans, "heating_reading_not_spread", "project_id",
                 pl.format("{} of space heating crosses the months {} to {} and is not spread by days alone; deliver "
                           "heating_degree_days by month (fuel and electricity: or heat_delivered by month), or the "
                           "reading by month", *said),
                 pl.format("供暖读数 {} 跨 {} 至 {}，不单按日分摊；请按月报送采暖度日（燃料、用电亦可按月报送供热量），"
                           "或按月报送该读数", *said))  # fmt: skip


def _unknown_kinds(book: Holdings, realisation: pl.DataFrame) -> pl.DataFrame:
    """A promise without a kind has nothing to be expected by."""
    promised = book.projects.filter(
        pl.col("reported_annual_reduction_tco2").is_not_null()
        & pl.col("method").replace_strict(book.kinds, return_dtype=pl.String).is_in(["formula", "reported"])
    ).select("project_id", stated=pl.col("realisation_type").fill_null("(none stated)"))
    unknown = promised.join(
        realisation.filter(pl.col("realisation_type_used").is_null()),
        on="project_id",
        how="semi",
        maintain_order="left",
    )
    return _flag(unknown, "realisation_type_unknown", "project_id",
                 pl.format("realisation_type '{}' is no type or subtype of data/reference/realisation.csv: what "
                           "projects of the kind delivered is not known, so nothing is expected", "stated"),
                 pl.format("项目类型“{}”不在 data/reference/realisation.csv 所列类型中：同类实现率未知，不列预期数",
                           "stated"))  # fmt: skip


def _implausible(verdicts: pl.DataFrame) -> pl.DataFrame:
    told = pl.concat_str(pl.coalesce("period", pl.format("{} .. {}", "period_from_date", "period_to_date"), pl.lit("")))
    outside = verdicts.filter(pl.col("verdict") == "flagged").with_columns(told=told)
    return _flag(outside, "implausible_figure", "project_id",
                 pl.format("{} {}", "told", "evidence"), pl.format("{} {}", "told", "evidence_zh"))  # fmt: skip


def _double_claims(book: Holdings, issued: pl.DataFrame) -> pl.DataFrame:
    """One tonne, or one MWh, may be claimed once: by the holder of the credit, or by the project's lenders."""
    told = double_claims(book, issued)
    said = [pl.col("first"), pl.col("last"), pl.col("what")]
    return pl.concat([
        _flag(told.filter(pl.col("kind") == "credit"), "credits_claimed", "project_id",
              pl.format("reductions of {} to {} are also issued as credits ({}): say who claims them; the two are "
                        "never added or netted", *said),
              pl.format("{} 至 {} 的减排量同时签发为减排信用（{}）：须说明归属，二者不得相加或抵扣", *said)),
        _flag(told.filter(pl.col("kind") == "certificate"), "certificates_claimed", "project_id",
              pl.format("electricity of {} to {}, whose reduction is counted here, also has green certificates ({}): "
                        "say who claims it", *said),
              pl.format("{} 至 {} 的电量已核发绿证（{}），其减排量又在此计入：须说明归属", *said)),
    ])  # fmt: skip


def _forest_surveys(surveys: pl.DataFrame) -> pl.DataFrame:
    """What of a forest's surveys could not be compared; surveys: transforms.forest_surveys.FINDING."""
    which = [pl.col("strata"), pl.col("earlier_date"), pl.col("later_date")]

    def found(code: str) -> pl.DataFrame:
        return surveys.filter(pl.col("finding") == code)

    return pl.concat([
        _flag(found("single_survey"), "single_survey", "project_id",
              pl.format("only the survey of {} is on file: a stock is never tonnes; deliver a second one",
                        "later_date"),
              pl.format("仅有 {} 一次调查：蓄积是存量，不能作为吨数；请报送第二次调查", "later_date")),
        _flag(found("stratum_not_in_both_surveys"), "stratum_not_in_both_surveys", "project_id",
              pl.format("no figure: stratum {} is in one of the surveys of {} and {} only; a stratum that was lost is "
                        "delivered with volume 0, one that was planted with volume 0 before", *which),
              pl.format("不出具数字：小班 {} 仅见于 {} 与 {} 两次调查之一；灭失的小班请报送蓄积 0", *which)),
        _flag(found("unknown_species"), "unknown_species", "project_id",
              pl.format("no figure: the species of stratum {} is not known or has no stem volume (surveys of {} and "
                        "{}); use a species of data/reference/metrics.toml, bamboo goes by method bamboo", *which),
              pl.format("不出具数字：小班 {} 的树种无法识别或无立木蓄积（{} 与 {} 两次调查）；竹林用竹林方法",
                        *which)),
        _flag(found("stratum_incomplete"), "stratum_incomplete", "project_id",
              pl.format("no figure: area or volume of stratum {} is missing or its unit is not known (surveys of {} "
                        "and {})", *which),
              pl.format("不出具数字：小班 {} 缺少面积或蓄积，或单位无法换算（{} 与 {} 两次调查）", *which)),
        _flag(found("stratum_area_changed"), "stratum_area_changed", "project_id",
              pl.format("no figure: the area of stratum {} is not the same in the surveys of {} and {}; keep the "
                        "boundary and deliver what was lost or planted as strata of their own in both", *which),
              pl.format("不出具数字：小班 {} 的面积在 {} 与 {} 两次调查中不一致；请保持边界不变", *which)),
    ])  # fmt: skip
