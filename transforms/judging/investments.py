"""A project's investment beside the money lent and beside what was built: a slip of unit moves every share."""

from typing import Final

import polars as pl

from schemas.between.judging import CheckedFigure
from schemas.between.projects import BuiltCapacity
from schemas.contract import DataFrame, stacked
from schemas.deliveries import Loan, Project
from schemas.marts import BalanceChange, ProjectMonth
from schemas.words.statuses import OF_READ_MONTHS
from transforms.judging.findings import checked

OF_POWER: Final = "electric"


def invested_money() -> pl.Expr:
    """Return the total investment, else equity and debt: what a share is worked out by."""
    total = pl.col("total_investment").cast(pl.Float64)
    sheet = pl.col("total_equity").cast(pl.Float64) + pl.col("total_debt").cast(pl.Float64)
    return pl.coalesce(pl.when(total > 0).then(total), sheet)


def lent_over_invested(
    months: DataFrame[ProjectMonth],
    projects: DataFrame[Project],
    loans: DataFrame[Loan],
    changes: DataFrame[BalanceChange],
) -> DataFrame[CheckedFigure]:
    """Return the check lent_over_invested of the months with a figure: all that was lent new, over the investment.

    loans: the accepted rows; changes: schemas.marts.BalanceChange. A share a little above one is scaled to one; one of
    a thousand wholes is a unit (万元 under 元), and the figure would be shared out whole. Looked at in one currency.
    """
    lent = (
        loans.filter(pl.col("loan_type") == "new")
        .join(changes, on="loan_id")
        .group_by("project_id", investment_currency="currency")
        .agg(lent=pl.col("disbursed_amount").cast(pl.Float64).sum())
    )
    beside = projects.join(lent, on=["project_id", "investment_currency"])
    beside = beside.with_columns(invested=invested_money()).filter(pl.col("invested") > 0)
    return checked(
        _judged(months).join(beside, on="project_id"),
        "lent_over_invested",
        figure=pl.lit("lent"),
        kind=pl.lit("*"),
        value=pl.col("lent") / pl.col("invested"),
        numbers=pl.format("{} / {}", pl.col("lent").round(2), pl.col("invested").round(2)),
    )


def _judged(months: DataFrame[ProjectMonth]) -> pl.DataFrame:
    """The months with a figure."""
    return months.filter(pl.col("status").is_in(OF_READ_MONTHS)).select("project_id", "month_start_date")


def investment_per_capacity(
    months: DataFrame[ProjectMonth], projects: DataFrame[Project], capacities: DataFrame[BuiltCapacity]
) -> DataFrame[CheckedFigure]:
    """Return the check investment_per_capacity of the months with a figure: total investment over what was built.

    The kind is the bound, of power with its technology (electric/solar),
    else with its method (flow/wastewater_treatment) and then the bound alone. Looked at in yuan.
    """
    total = pl.col("total_investment").cast(pl.Float64)
    in_yuan = projects.filter((total > 0) & (pl.col("investment_currency") == "CNY"))
    stated = in_yuan.select("project_id", "method", "total_investment").join(capacities, on="project_id")
    return checked(
        _judged(months).join(stated, on="project_id"),
        "investment_per_capacity",
        figure=pl.lit("investment"),
        kind=pl.when(pl.col("bound") == OF_POWER)
        .then(pl.format("{}/{}", "bound", "technology"))
        .when(pl.col("bound") == "flow")
        .then(pl.format("{}/{}", "bound", "method"))
        .otherwise("bound"),
        value=total / pl.col("bound_size"),
        numbers=pl.format("{} CNY / {}", total.round(2), "capacity_text"),
    )


def investment_of_project(months: DataFrame[ProjectMonth], projects: DataFrame[Project]) -> DataFrame[CheckedFigure]:
    """Return the check investment_of_project of the months with a figure: the total investment itself, in yuan.

    The only check of a project that states neither capacity nor a whole year: no plant costs more than the largest dam.
    """
    total = pl.col("total_investment").cast(pl.Float64)
    stated = projects.filter((total > 0) & (pl.col("investment_currency") == "CNY"))
    return checked(
        _judged(months).join(stated.select("project_id", "total_investment"), on="project_id"),
        "investment_of_project",
        figure=pl.lit("investment"),
        kind=pl.lit("*"),
        value=total,
        numbers=pl.format("{} CNY", total.round(2)),
    )


def sheet_of_project(
    months: DataFrame[ProjectMonth],
    projects: DataFrame[Project],
    loans: DataFrame[Loan],
    changes: DataFrame[BalanceChange],
) -> DataFrame[CheckedFigure]:
    """Return the checks sheet_over_investment and balance_over_debt of the months with a figure.

    changes: schemas.marts.BalanceChange. Equity and debt beside the total investment, and the balance of our loans on
    the balance sheet's day beside the debt, in one currency: a sheet in 万元 under yuan gives a loan the whole project.
    """
    money = {name: pl.col(name).cast(pl.Float64) for name in ("total_investment", "total_equity", "total_debt")}
    sheets = projects.with_columns(**money).filter(pl.col("total_equity").is_not_null() & (pl.col("total_debt") >= 0))
    sheet = pl.col("total_equity") + pl.col("total_debt")
    judged = _judged(months)
    whole = checked(
        judged.join(sheets.filter((pl.col("total_investment") > 0) & (sheet > 0)), on="project_id"),
        "sheet_over_investment",
        figure=pl.lit("equity_and_debt"),
        kind=pl.lit("*"),
        value=sheet / pl.col("total_investment"),
        numbers=pl.format("{} / {}", sheet.round(2), pl.col("total_investment").round(2)),
    )
    dated = sheets.select("project_id", "total_debt", "balance_sheet_date", currency="investment_currency").join(
        loans.select("loan_id", "project_id", "currency"), on=["project_id", "currency"]
    )
    until_then = dated.join(changes, on="loan_id").filter(pl.col("value_date") <= pl.col("balance_sheet_date"))
    owed = until_then.group_by("project_id", "total_debt").agg(
        owed=pl.col("balance_change_amount").cast(pl.Float64).sum()
    )
    debt = checked(
        judged.join(owed.filter(pl.col("owed") > 0), on="project_id"),
        "balance_over_debt",
        figure=pl.lit("balance"),
        kind=pl.lit("*"),
        value=pl.col("owed") / pl.col("total_debt"),
        numbers=pl.format("{} / {}", pl.col("owed").round(2), pl.col("total_debt").round(2)),
    )
    return stacked([whole, debt])
