"""The work in pandas, as an analyst writes it who knows to stay out of loops: merges, groups, pivots and columns."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import polars as pl

from tests.benchmarks.rivals.formulas import FORMULAS, REMOVALS, REPORTED, SEASONS, Formula
from tests.benchmarks.work import ATTRIBUTED, LAST, LOAN_MONTHS, PERIODS, PROJECT_MONTHS, Done

END_OF_BOOK: Final = pd.Timestamp(LAST)
KEY: Final = ["project_id", "month"]
TERMS: Final = ["baseline_emissions_tco2e", "project_emissions_tco2e", "leakage_tco2e", "emission_reductions_tco2e"]
NAMES: Final[dict[str, Any]] = {"not_below_zero": lambda value: value.clip(lower=0), "at_most": np.minimum}


def work(accepted: Path) -> Done:
    """Return the three tables."""
    changes = _changes(_read(accepted, "ledger"))
    projects, loans, readings = (_read(accepted, table) for table in ("projects", "loans", "operating"))
    swept = _loan_months(changes)
    scoped = _scoped(projects, _read(accepted, "places"), _first_days(readings, changes, loans))
    grid = _grid(scoped)
    found = _factors(scoped, grid, _read(accepted, "factors"), _read(accepted, "parameters"))
    months = _project_months(grid, _amounts(readings, scoped, grid), readings, found)
    attributed = _attribute(scoped, loans, swept, months, changes, _read(accepted, "fx"))
    return {
        LOAN_MONTHS: pl.from_pandas(_shown(swept)),
        PROJECT_MONTHS: pl.from_pandas(months[[*KEY, *TERMS]].rename(columns={"month": "month_start_date"})),
        ATTRIBUTED: pl.from_pandas(attributed),
    }


def _read(accepted: Path, table: str) -> pd.DataFrame:
    frame = pd.read_parquet(accepted / f"{table}.parquet")
    for column in frame.columns:
        if column.endswith(("date", "_start", "_end")) or column in {"valid_from", "valid_to"}:
            frame[column] = pd.to_datetime(frame[column])
    return frame


def _month(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.to_timestamp()


def _month_end(months: pd.Series) -> pd.Series:
    return months + pd.offsets.MonthEnd(0)


def _days(last: pd.Series, first: pd.Series) -> pd.Series:
    return (last - first).dt.days + 1


def _changes(ledger: pd.DataFrame) -> pd.DataFrame:
    fen = (ledger["amount"].astype("float64") * 100).round().astype("int64")
    originals = ledger.loc[ledger["entry_id"].isin(ledger["reverses_entry_id"].dropna()), ["entry_id", "event"]]
    undone = ledger["reverses_entry_id"].map(originals.set_index("entry_id")["event"])
    event = undone.fillna(ledger["event"])
    signed = fen.where(ledger["event"] != "REVERSAL", -fen)
    return pd.DataFrame(
        {
            "loan_id": ledger["loan_id"],
            "value_date": ledger["value_date"],
            "change": signed.where(event.isin(["DISBURSEMENT", "TRANSFER_IN"]), -signed),
            "paid": signed.where(event == "DISBURSEMENT", 0),
            "repaid": signed.where(event.isin(["REPAYMENT", "PREPAYMENT"]), 0),
        }
    )


def _loan_months(changes: pd.DataFrame) -> pd.DataFrame:
    """Each loan's months from its first entry on."""
    dated = changes.assign(month=_month(changes["value_date"]), entries=1)
    dated["weighted"] = dated["change"] * _days(_month_end(dated["month"]), dated["value_date"])
    moved = dated.groupby(["loan_id", "month"])[["change", "weighted", "paid", "repaid", "entries"]].sum()
    months = pd.date_range(dated["month"].min(), END_OF_BOOK, freq="MS", name="month")
    every = moved.index.get_level_values("loan_id").unique()
    full = moved.reindex(pd.MultiIndex.from_product([every, months]), fill_value=0)
    begun = full.groupby("loan_id")["entries"].cumsum() > 0
    full = full[begun].reset_index()
    full["closing"] = full.groupby("loan_id")["change"].cumsum()
    full["opening"] = full["closing"] - full["change"]
    full["days"] = full["month"].dt.days_in_month
    full["balance_days"] = full["opening"] * full["days"] + full["weighted"]
    return full


def _shown(swept: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "loan_id": swept["loan_id"],
            "month_start_date": swept["month"],
            "opening_fen": swept["opening"],
            "closing_fen": swept["closing"],
            "average_balance": swept["balance_days"] / swept["days"] / 100,
            "disbursed_fen": swept["paid"],
            "repaid_fen": swept["repaid"],
        }
    )


def _first_days(readings: pd.DataFrame, changes: pd.DataFrame, loans: pd.DataFrame) -> pd.Series:
    begun = changes.groupby("loan_id")["value_date"].min()
    entered = loans.assign(first=loans["loan_id"].map(begun)).groupby("project_id")["first"].min()
    read = readings.groupby("project_id")["period_start"].min()
    return pd.concat([entered, read]).groupby(level=0).min()


def _scoped(projects: pd.DataFrame, places: pd.DataFrame, first: pd.Series) -> pd.DataFrame:
    scoped = projects.merge(places, left_on="province_or_country", right_on="province_zh", how="left")
    own_kind = pd.Series(np.where(scoped["method"] == "rooftop_pv", "solar", "unstated"), index=scoped.index)
    scoped["technology"] = scoped["realisation_type"].fillna(own_kind)
    scoped["region_technology"] = scoped["grid_region"] + "/" + scoped["technology"]
    delivered = scoped["project_id"].map(first).fillna(scoped["commissioning_date"])
    later = scoped["commissioning_date"].where(scoped["commissioning_date"] > delivered, delivered)
    scoped["begun"] = later.where(~scoped["method"].isin(REPORTED), scoped["commissioning_date"])
    scoped["invested"] = scoped["total_investment"].astype("float64") * 100
    return scoped


def _grid(scoped: pd.DataFrame) -> pd.DataFrame:
    """The operating months of each project."""
    running = scoped[scoped["begun"] <= END_OF_BOOK]
    months = pd.DataFrame({"month": pd.date_range(running["begun"].min().replace(day=1), END_OF_BOOK, freq="MS")})
    columns = ["project_id", "method", "commissioning_date", "begun", "reported_annual_reduction_tco2"]
    grid = running[columns].merge(months, how="cross")
    grid = grid[_month_end(grid["month"]) >= grid["begun"]].copy()
    grid["day_from"] = grid[["month", "commissioning_date"]].max(axis=1)
    grid["day_to"] = _month_end(grid["month"])
    grid["days"] = _days(grid["day_to"], grid["day_from"])
    return grid


def _amounts(readings: pd.DataFrame, scoped: pd.DataFrame, grid: pd.DataFrame) -> pd.DataFrame:
    """What each metric came to in the months whose every day was read."""
    rows = readings[["project_id", "metric", "period_start", "period_end", "value"]].copy()
    first, last = rows["period_start"].dt.to_period("M"), rows["period_end"].dt.to_period("M")
    rows["month"] = first.dt.to_timestamp()
    months = (last.dt.year - first.dt.year) * 12 + last.dt.month - first.dt.month + 1
    rows["length"] = _days(rows["period_end"], rows["period_start"])
    rows = rows.loc[rows.index.repeat(months)]
    step = rows.groupby(level=0).cumcount()
    rows["month"] = (rows["month"].dt.to_period("M") + step.to_numpy()).dt.to_timestamp()
    rows["begun"] = rows["project_id"].map(scoped.set_index("project_id")["commissioning_date"])
    begin = rows[["period_start", "month", "begun"]].max(axis=1)
    end = pd.DataFrame({"read": rows["period_end"], "month": _month_end(rows["month"])}).min(axis=1)
    rows["met"] = _days(end, begin).clip(lower=0)
    rows["amount"] = rows["value"] * rows["met"] / rows["length"]
    summed = rows.groupby([*KEY, "metric"], as_index=False)[["amount", "met"]].sum()
    complete = summed.merge(grid[[*KEY, "days"]], on=KEY)
    return complete[complete["met"] == complete["days"]]


def _needs() -> pd.DataFrame:
    rows = [
        (method, symbol, rank, parameter, place)
        for method, formula in FORMULAS.items()
        for symbol, places in formula.factors.items()
        for rank, (parameter, place) in enumerate(places)
    ]
    return pd.DataFrame(rows, columns=["method", "symbol", "rank", "parameter_id", "place"])


def _factors(scoped: pd.DataFrame, grid: pd.DataFrame, factors: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """The value of each symbol in force all month: project_id, month, symbol, value."""
    names = ["parameter_id", "scope", "value", "valid_from", "valid_to"]
    upper = factors.loc[factors["parameter_id"] == "hydro_power_density_upper", "value"].iloc[0]
    reservoir = factors.loc[factors["parameter_id"] == "hydro_reservoir_ef", "value"].iloc[0]
    dense = own[own["parameter_id"] == "power_density"].copy()
    dense["value"] = np.where(dense["value"] > upper, 0.0, reservoir)
    dense["parameter_id"] = "reservoir_ef"
    known = pd.concat([factors[names], own[names], dense[names]])
    places = scoped.merge(_needs(), on="method")
    place = places["place"]
    scope = place.copy()
    is_own = place.str.startswith("own")
    scope[is_own] = places.loc[is_own, "project_id"] + place[is_own].str[3:]
    for name, column in (
        ("province", "province_code"),
        ("technology", "technology"),
        ("region_technology", "region_technology"),
    ):
        scope[place == name] = places.loc[place == name, column]
    places = places.assign(scope=scope)[["project_id", "symbol", "rank", "parameter_id", "scope"]]
    on_file = places.merge(known[["parameter_id", "scope"]].drop_duplicates(), on=["parameter_id", "scope"])
    deciding = on_file.sort_values("rank").drop_duplicates(["project_id", "symbol"])
    valued = deciding.merge(known, on=["parameter_id", "scope"])
    monthly = grid[[*KEY, "day_from", "day_to"]].merge(valued, on="project_id")
    in_force = (monthly["valid_from"] <= monthly["day_from"]) & (monthly["valid_to"] >= monthly["day_to"])
    return monthly.loc[in_force, [*KEY, "symbol", "value"]]


def _project_months(
    grid: pd.DataFrame, amounts: pd.DataFrame, readings: pd.DataFrame, found: pd.DataFrame
) -> pd.DataFrame:
    ever = readings[["project_id", "metric"]].drop_duplicates()
    parts = [_reported(grid)]
    for method, formula in FORMULAS.items():
        own = grid[grid["method"] == method]
        if len(own):
            parts.append(_months_of(formula, own, amounts, ever, found))
    return pd.concat(parts, ignore_index=True)


def _months_of(
    formula: Formula, own: pd.DataFrame, amounts: pd.DataFrame, ever: pd.DataFrame, found: pd.DataFrame
) -> pd.DataFrame:
    index = pd.MultiIndex.from_frame(own[KEY])
    of_method = own["project_id"].unique()
    read = amounts[amounts["project_id"].isin(of_method)].pivot(index=KEY, columns="metric", values="amount")
    factor = found[found["project_id"].isin(of_method)].pivot(index=KEY, columns="symbol", values="value")
    read, factor = read.reindex(index), factor.reindex(index)
    metered = set(map(tuple, ever[ever["project_id"].isin(of_method)].to_numpy()))
    month = index.get_level_values("month").month
    symbols: dict[str, Any] = dict(NAMES)
    some = pd.Series(False, index=index)
    for symbol, metric in {**formula.readings, **formula.optional}.items():
        value = read[metric] if metric in read else pd.Series(np.nan, index=index)
        if metric in SEASONS:
            value = value.where(month.isin(SEASONS[metric]), 0.0)
        if symbol in formula.optional:
            has = pd.Series(index.get_level_values("project_id"), index=index).map(
                {project: (project, metric) in metered for project in of_method}
            )
            value, some = value.where(has, 0.0), some | has
        symbols[symbol] = value
    for symbol in formula.factors:
        symbols[symbol] = factor.get(symbol, np.nan)
    texts = (formula.baseline, formula.project, formula.leakage)
    terms = [eval(text, {"__builtins__": {}}, symbols) for text in texts]  # noqa: S307 - our own formulas
    rows = own[[*KEY, "method", "days"]].copy()
    for name, term in zip(TERMS, [*terms, terms[0] - terms[1] - terms[2]], strict=True):
        rows[name] = np.asarray(term)
    is_known = np.isfinite(rows[TERMS[-1]]) & (some.to_numpy() | (not formula.one_of))
    return rows[is_known]


def _reported(grid: pd.DataFrame) -> pd.DataFrame:
    rows = grid[grid["method"].isin(REPORTED) & grid["reported_annual_reduction_tco2"].notna()].copy()
    rows[TERMS[:3]] = np.nan
    year_days = np.where(rows["month"].dt.is_leap_year, 366, 365)
    rows[TERMS[3]] = rows["reported_annual_reduction_tco2"] * (rows["days"] / year_days)
    return rows[[*KEY, "method", "days", *TERMS]]


def _overdrawn(changes: pd.DataFrame) -> pd.Series:
    daily = changes.groupby(["loan_id", "value_date"])["change"].sum()
    closing = daily.groupby(level="loan_id").cumsum()
    below = closing[closing < 0].reset_index()
    return below.groupby("loan_id")["value_date"].min()


def _rates(fx: pd.DataFrame, last: pd.Timestamp) -> dict[str, float]:
    until = fx[fx["date"] <= last].sort_values("date")
    return {"CNY": 1.0, **until.groupby("base")["rate"].last().to_dict()}


def _attribute(  # noqa: PLR0917 - each argument is a table
    scoped: pd.DataFrame,
    loans: pd.DataFrame,
    swept: pd.DataFrame,
    months: pd.DataFrame,
    changes: pd.DataFrame,
    fx: pd.DataFrame,
) -> pd.DataFrame:
    fx = fx.assign(date=pd.to_datetime(fx["date"]))
    parties = loans[["loan_id", "project_id", "currency", "loan_type"]].merge(
        scoped[["project_id", "investment_currency", "invested"]], on="project_id"
    )
    parties["overdrawn"] = _overdrawn(changes).reindex(parties["loan_id"]).to_numpy()
    parts = []
    for name, first_text, last_text in PERIODS:
        first, last = pd.Timestamp(first_text), pd.Timestamp(last_text)
        inside = swept[swept["month"].between(first, last)]
        summed = inside.groupby("loan_id", as_index=False).agg(
            balance_days=("balance_days", "sum"), entries=("entries", "sum"), before=("opening", "first")
        )
        rows = summed.merge(parties, on="loan_id").merge(
            _tonnes(scoped, months, first, last), on="project_id", how="left"
        )
        parts.append(_shared(rows, (last - first).days + 1, _rates(fx, last), last).assign(period=name))
    columns = [
        "period",
        "loan_id",
        "emission_reductions_tco2e",
        "attribution_factor_raw_ratio",
        "attribution_factor_ratio",
        "attributed_reductions_tco2e",
    ]
    return pd.concat(parts, ignore_index=True)[columns]


def _tonnes(scoped: pd.DataFrame, months: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    inside = months[months["month"].between(first, last)]
    summed = inside.groupby("project_id").agg(tonnes=(TERMS[-1], "sum"), covered=("days", "sum"))
    rows = scoped[["project_id", "method", "commissioning_date"]].join(summed, on="project_id")
    begun = rows["commissioning_date"].clip(lower=first)
    needed = (last - begun).dt.days + 1
    is_whole = (needed > 0) & (rows["covered"] == needed) & ~rows["method"].isin([*REMOVALS, "none"])
    return rows.assign(emission_reductions_tco2e=rows["tonnes"].where(is_whole))[
        ["project_id", "emission_reductions_tco2e"]
    ]


def _shared(rows: pd.DataFrame, days: int, rates: dict[str, float], last: pd.Timestamp) -> pd.DataFrame:
    money = rows["balance_days"] / days
    same = rows["currency"] == rows["investment_currency"]
    ratio = (rows["investment_currency"].map(rates) / rows["currency"].map(rates)).where(~same, 1.0)
    is_capital = rows["loan_type"] == "working_capital"
    counts = ~is_capital & ~(rows["overdrawn"] <= last)
    raw = (money / (rows["invested"] * ratio)).where(counts)
    by_project = rows["project_id"]
    together = raw.groupby(by_project).transform("sum")
    unknown = (raw.isna() & ~is_capital).groupby(by_project).transform("any")
    share = (raw / together).where(together > 1 + 1e-12, raw).where(~unknown | (raw == 0))
    tonnes = rows["emission_reductions_tco2e"]
    has = share.notna() & tonnes.notna()
    made = rows.assign(
        attribution_factor_raw_ratio=raw.where(has),
        attribution_factor_ratio=share.where(has),
        attributed_reductions_tco2e=(tonnes * share).where(has),
    )
    return made[(made["entries"] > 0) | (made["before"] != 0)]
