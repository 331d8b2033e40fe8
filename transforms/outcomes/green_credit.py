"""The regulator's green-credit table: seven indicators by year, lender and project; blank where there is no basis.

    attributed = value of the project x the lender's balance at the year's end / total investment

CO2 equivalent comes from the project's reduction. Standard coal comes from readings, else from net supplied
electricity x the supply coal rate where one is on file (activity/indicators.py). The others come from readings
alone: no sourced factor turns tonnes of CO2 into SO2, NOx, COD, ammonia nitrogen or water.
Nothing is ever filled in as zero.
Source   绿色信贷统计表 and its guidance on measuring savings (2013)
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from schemas.between.activity import YearlyReading
from schemas.contract import DataFrame, conform
from schemas.marts import INDICATORS, GreenCreditIndicator
from schemas.words.statuses import (
    LACKS_DENOMINATOR,
    LACKS_PARAMETER,
    LACKS_READING,
    NOT_ESTIMATED,
    OF_AN_INDICATOR,
    UNDER_CONSTRUCTION,
)
from transforms.activity.yearly import operating_days_of_year
from transforms.attribution.holdings import Holdings
from transforms.attribution.project_reductions import period_reductions
from transforms.attribution.shares import loan_shares
from transforms.ground.calendar import year
from transforms.ground.cases import first_word
from transforms.ground.sentences import Sentences, in_both

KEY: Final = ["project_id", "calendar_year", "indicator"]
COMPUTED: Final = "saved_standard_coal"
"""The metric under which mart.physical_indicators carries the coal that was worked out."""
OF_SHARES: Final = {
    NOT_ESTIMATED: "indicator_not_shared",
    LACKS_DENOMINATOR: "indicator_without_investment",
    LACKS_PARAMETER: "indicator_of_unknown_parts",
}
"""Status of a value without a share, in their order, and the sentence that says why."""


def green_credit_indicators(
    holdings: Holdings,
    years: list[int],
    yearly: DataFrame[YearlyReading],
    sentences: Sentences,
    names: Mapping[str, str],
) -> DataFrame[GreenCreditIndicator]:
    """Return schemas.marts.GreenCreditIndicator: every indicator of every project that a lender has money in.

    yearly: of the readings and of the computed standard coal (metric saved_standard_coal);
    sentences: Reference.sentences; names: what each reading is called in Chinese.
    """
    if not years:
        return GreenCreditIndicator.empty_frame()
    of_readings = _readings(holdings, years, yearly, sentences, names)
    values = pl.concat([_carbon(holdings, years, sentences), of_readings], how="diagonal")
    shares = pl.concat([_shares(holdings, number) for number in years])
    rows = shares.join(values, on=["project_id", "calendar_year"])
    attributed = rows.with_columns(attributed_value=pl.col("value") * pl.col("attribution_factor_ratio"))
    order = pl.DataFrame({"indicator": list(INDICATORS), "unit": list(INDICATORS.values())}).with_row_index("number")
    numbered = _with_share_status(attributed, sentences).join(order, on="indicator")
    return conform(numbered.sort("calendar_year", "lender", "project_id", "number"), GreenCreditIndicator)


def _shares(holdings: Holdings, number: int) -> pl.DataFrame:
    """Return a row a lender and project with the sum of its loans' shares at the year's end."""
    loans = loan_shares(holdings, year(number), "period_end")
    counted = pl.col("share_ratio").filter("is_counted")
    known = pl.col("is_counted").any() & (counted.null_count() == 0)
    return (
        loans.sort("loan_id")
        .group_by("lender", "project_id", maintain_order=True)
        .agg(
            pl.col("has_investment").all(),
            has_project_loan=pl.col("is_counted").any(),
            attribution_factor_ratio=pl.when(known).then(counted.sum()),
        )
        .with_columns(calendar_year=pl.lit(number, pl.Int64))
    )


def _carbon(holdings: Holdings, years: list[int], sentences: Sentences) -> pl.DataFrame:
    parts = [
        period_reductions(holdings, year(number)).select(
            "project_id",
            calendar_year=pl.lit(number, pl.Int64),
            indicator=pl.lit("emission_reductions"),
            value="emission_reductions_tco2e",
            status="er_status",
        )
        for number in years
    ]
    origins = {"measured": "computed", "reported": "delivered"}
    reason, reason_zh = in_both(sentences["indicator_without_figure"], status="status")
    has_figure = pl.col("value").is_not_null()
    return pl.concat(parts).with_columns(
        origin=pl.col("status").replace_strict(origins, default=None, return_dtype=pl.String),
        reason=pl.when(~has_figure).then(reason),
        reason_zh=pl.when(~has_figure).then(reason_zh),
    )


def _readings(
    holdings: Holdings,
    years: list[int],
    yearly: DataFrame[YearlyReading],
    sentences: Sentences,
    reading_names: Mapping[str, str],
) -> pl.DataFrame:
    """Return the six indicators that come from readings, for every project and year."""
    names = pl.DataFrame({"indicator": [name for name in INDICATORS if name != "emission_reductions"]})
    grid = (
        holdings.projects.select("project_id", "commissioning_date")
        .join(names, how="cross")
        .join(pl.DataFrame({"calendar_year": years}, schema={"calendar_year": pl.Int64}), how="cross")
        .with_columns(running_days=operating_days_of_year())
    )
    rows = grid.join(_basis(yearly), on=KEY, how="left", maintain_order="left")
    is_running, is_read = pl.col("running_days") > 0, pl.col("read_value").is_not_null()
    complete = pl.col("is_complete").fill_null(False) & is_running
    status = first_word(
        OF_AN_INDICATOR, {UNDER_CONSTRUCTION: ~is_running, "measured": complete, LACKS_READING: is_read}
    )
    basis = in_both(
        sentences["indicator_without_basis"], indicator=("indicator", pl.col("indicator").replace(reading_names))
    )
    reason, reason_zh = _reasons(complete, is_running, is_read, sentences, basis)
    return rows.select(
        *KEY,
        value=pl.when(complete).then("read_value"),
        origin=pl.when(complete).then("origin"),
        status=status,
        reason=reason,
        reason_zh=reason_zh,
    )


def _reasons(
    complete: pl.Expr, is_running: pl.Expr, is_read: pl.Expr, sentences: Sentences, nothing: tuple[pl.Expr, pl.Expr]
) -> list[pl.Expr]:
    """Why a reading gives no value, in both languages; nothing: that none was delivered."""
    idle = in_both(sentences["indicator_before_operation"])
    gap = in_both(sentences["indicator_with_gap"], covered="covered_days", running="running_days")
    return [
        pl.when(~is_running)
        .then(idle[lang])
        .when(~complete & is_read)
        .then(gap[lang])
        .when(~complete)
        .then(nothing[lang])
        for lang in (0, 1)
    ]


def _basis(yearly: DataFrame[YearlyReading]) -> pl.DataFrame:
    """Return the reading of each indicator; a delivered one is preferred to a computed one."""
    named = yearly.with_columns(
        indicator=pl.col("metric").replace({COMPUTED: "standard_coal_saved"}),
        origin=pl.when(pl.col("metric") == COMPUTED).then(pl.lit("computed")).otherwise(pl.lit("delivered")),
    ).filter(pl.col("indicator").is_in(list(INDICATORS)))
    first = named.sort("origin", descending=True).unique(KEY, keep="first", maintain_order=True)
    return first.select(*KEY, "origin", "covered_days", "is_complete", read_value="value")


def _with_share_status(rows: pl.DataFrame, sentences: Sentences) -> pl.DataFrame:
    """A value without a share has no attributed value; status and reason are filled."""
    lacks = pl.col("value").is_not_null() & pl.col("attribution_factor_ratio").is_null()
    holds = {NOT_ESTIMATED: ~pl.col("has_project_loan"), LACKS_DENOMINATOR: ~pl.col("has_investment")}
    status = first_word([*OF_SHARES], holds)
    words = {status: sentences[name] for status, name in OF_SHARES.items()}
    reasons = [status.replace_strict({name: text[lang] for name, text in words.items()}) for lang in ("en", "zh")]
    return rows.with_columns(
        status=pl.when(lacks).then(status).otherwise("status"),
        reason=pl.when(lacks).then(reasons[0]).otherwise("reason"),
        reason_zh=pl.when(lacks).then(reasons[1]).otherwise("reason_zh"),
    )
