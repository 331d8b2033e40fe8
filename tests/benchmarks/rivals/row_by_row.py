"""The work row by row, the form that analysts write first: iterrows, apply, a dictionary, a loop a loan and a month.

It is linear in the projects as pandas is, so that a slice of the book says what the whole would take. `work` takes how
many of the first projects to do.
"""

import datetime as dt
import math
from collections import defaultdict
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd
import polars as pl

from tests.benchmarks.rivals.formulas import FORMULAS, REMOVALS, REPORTED, SEASONS, Formula, Places
from tests.benchmarks.work import ATTRIBUTED, LAST, LOAN_MONTHS, PERIODS, PROJECT_MONTHS, Done

END_OF_BOOK: Final = dt.date.fromisoformat(LAST)
NAMES: Final[dict[str, Any]] = {"not_below_zero": lambda value: max(value, 0.0), "at_most": min}
Dated = list[tuple[dt.date, dt.date, float]]
Span = tuple[dt.date, dt.date]
Entries = dict[str, list[tuple[dt.date, int, str]]]


class Known(NamedTuple):
    """What is on file: factors by parameter and scope, provinces by name."""

    factors: dict[tuple[str, str], Dated]
    places: dict[str, pd.Series]


def work(accepted: Path, first_projects: int | None = None) -> Done:
    """Return the three tables of this number of projects, of all where none is given."""
    projects = pd.read_parquet(accepted / "projects.parquet").head(first_projects)
    loans = pd.read_parquet(accepted / "loans.parquet")
    loans = loans[loans["project_id"].isin(projects["project_id"])]
    ledger = pd.read_parquet(accepted / "ledger.parquet")
    ledger = ledger[ledger["loan_id"].isin(loans["loan_id"])]
    readings = pd.read_parquet(accepted / "operating.parquet")
    readings = readings[readings["project_id"].isin(projects["project_id"])]
    places = {row["province_zh"]: row for _, row in pd.read_parquet(accepted / "places.parquet").iterrows()}
    known = Known(_factors(accepted, set(projects["project_id"])), places)

    entries = _entries(ledger)
    read = defaultdict(list)
    for _, row in readings.iterrows():
        read[row["project_id"]].append(row)
    lent = defaultdict(list)
    for _, row in loans.iterrows():
        lent[row["project_id"]].append(row)

    swept, months, attributed = [], [], []
    rates = _rates(accepted)
    for _, project in projects.iterrows():
        days = [row["period_start"] for row in read[project["project_id"]]]
        days += [entry[0] for loan in lent[project["project_id"]] for entry in entries[loan["loan_id"]]]
        worked_out = _project_months(project, read[project["project_id"]], min(days, default=None), known)
        months += worked_out
        own = []
        for loan in lent[project["project_id"]]:
            balances = _loan_months(entries[loan["loan_id"]])
            swept += [(loan["loan_id"], *row[:6]) for row in balances]
            own.append((loan, balances, _overdrawn(entries[loan["loan_id"]])))
        for name, first_text, last_text in PERIODS:
            first, last = dt.date.fromisoformat(first_text), dt.date.fromisoformat(last_text)
            tonnes = _tonnes(project, worked_out, first, last)
            attributed += _attribute(project, own, tonnes, rates[name], (name, first, last))
    columns = ["loan_id", "month_start_date", "opening_fen", "closing_fen", "average_balance", "disbursed_fen"]
    return {
        LOAN_MONTHS: pl.DataFrame(swept, schema=[*columns, "repaid_fen"], orient="row"),
        PROJECT_MONTHS: pl.DataFrame([row[:6] for row in months], schema=MONTH_COLUMNS, orient="row"),
        ATTRIBUTED: pl.DataFrame(attributed, schema=SHARE_COLUMNS, orient="row"),
    }


MONTH_COLUMNS: Final = {
    "project_id": pl.String,
    "month_start_date": pl.Date,
    "baseline_emissions_tco2e": pl.Float64,
    "project_emissions_tco2e": pl.Float64,
    "leakage_tco2e": pl.Float64,
    "emission_reductions_tco2e": pl.Float64,
}
SHARE_COLUMNS: Final = {
    "period": pl.String, "loan_id": pl.String, "emission_reductions_tco2e": pl.Float64,
    "attribution_factor_raw_ratio": pl.Float64, "attribution_factor_ratio": pl.Float64,
    "attributed_reductions_tco2e": pl.Float64,
}  # fmt: skip


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _last_day(day: dt.date) -> dt.date:
    return _next_month(day) - dt.timedelta(days=1)


def _entries(ledger: pd.DataFrame) -> Entries:
    """Each loan's entries by day: the day, the fen with their sign, and the event."""
    events = dict(zip(ledger["entry_id"], ledger["event"], strict=True))
    entries = defaultdict(list)
    for _, row in ledger.sort_values("value_date").iterrows():
        event, sign = row["event"], 1
        if event == "REVERSAL":
            event, sign = events[row["reverses_entry_id"]], -1
        entries[row["loan_id"]].append((row["value_date"], sign * round(row["amount"] * 100), event))
    return entries


def _loan_months(entries: list[tuple[dt.date, int, str]]) -> list[tuple[Any, ...]]:
    rows, balance, month = [], 0, entries[0][0].replace(day=1)
    while month <= END_OF_BOOK:
        last = _last_day(month)
        opening, weighted, paid, repaid, count = balance, 0, 0, 0, 0
        for day, fen, event in entries:
            if month <= day <= last:
                change = fen if event in {"DISBURSEMENT", "TRANSFER_IN"} else -fen
                balance += change
                weighted += change * ((last - day).days + 1)
                paid += fen if event == "DISBURSEMENT" else 0
                repaid += fen if event in {"REPAYMENT", "PREPAYMENT"} else 0
                count += 1
        balance_days = opening * last.day + weighted
        rows.append((month, opening, balance, balance_days / last.day / 100, paid, repaid, balance_days, count))
        month = _next_month(month)
    return rows


def _factors(accepted: Path, projects: set[str]) -> dict[tuple[str, str], Dated]:
    known: dict[tuple[str, str], Dated] = defaultdict(list)
    for table in ("factors", "parameters"):
        rows = pd.read_parquet(accepted / f"{table}.parquet")
        if table == "parameters":
            rows = rows[rows["scope"].str.split("/").str[0].isin(projects)]
        for _, row in rows.iterrows():
            known[row["parameter_id"], row["scope"]].append((row["valid_from"], row["valid_to"], row["value"]))
    upper = known["hydro_power_density_upper", "hydro"][0][2]
    reservoir = known["hydro_reservoir_ef", "hydro"][0][2]
    for (parameter, scope), rows in list(known.items()):
        if parameter == "power_density":
            known["reservoir_ef", scope] = [(a, b, 0.0 if value > upper else reservoir) for a, b, value in rows]
    return known


def _project_months(
    project: pd.Series,
    readings: list[pd.Series],
    first_day: dt.date | None,
    known: Known,
) -> list[tuple[Any, ...]]:
    commissioned = project["commissioning_date"]
    if commissioned is None:
        return []
    begun = commissioned if project["method"] in REPORTED or first_day is None else max(commissioned, first_day)
    rows, month = [], begun.replace(day=1)
    while month <= END_OF_BOOK:
        day_from, day_to = max(month, commissioned), _last_day(month)
        days = (day_to - day_from).days + 1
        terms = _terms(project, readings, (day_from, day_to), known)
        if terms is not None:
            rows.append((project["project_id"], month, *terms, days))
        month = _next_month(month)
    return rows


def _terms(
    project: pd.Series,
    readings: list[pd.Series],
    span: Span,
    known: Known,
) -> tuple[Any, ...] | None:
    if project["method"] in REPORTED:
        figure = project["reported_annual_reduction_tco2"]
        days = (span[1] - span[0]).days + 1
        is_leap = span[0].year % 4 == 0
        return None if math.isnan(figure) else (None, None, None, figure * (days / (366 if is_leap else 365)))
    formula = FORMULAS.get(project["method"])
    symbols = None if formula is None else _symbols(formula, project, readings, span, known)
    if formula is None or symbols is None:
        return None
    terms = [
        eval(text, {"__builtins__": {}}, symbols)  # noqa: S307 - our own formulas
        for text in (formula.baseline, formula.project, formula.leakage)
    ]
    left = terms[0] - terms[1] - terms[2]
    return (*terms, left) if math.isfinite(left) else None


def _symbols(
    formula: Formula,
    project: pd.Series,
    readings: list[pd.Series],
    span: Span,
    known: Known,
) -> dict[str, Any] | None:
    symbols: dict[str, Any] = dict(NAMES)
    some = False
    for symbol, metric in {**formula.readings, **formula.optional}.items():
        own = [row for row in readings if row["metric"] == metric]
        some |= bool(own) and symbol in formula.optional
        if (symbol in formula.optional and not own) or (metric in SEASONS and span[0].month not in SEASONS[metric]):
            symbols[symbol] = 0.0
        else:
            symbols[symbol] = _reading(own, span)
        if symbols[symbol] is None:
            return None
    if formula.one_of and not some:
        return None
    for symbol, where in formula.factors.items():
        symbols[symbol] = _factor(where, project, span, known)
    return symbols


def _reading(own: list[pd.Series], span: Span) -> float | None:
    total, covered = 0.0, 0
    for row in own:
        begin, end = max(row["period_start"], span[0]), min(row["period_end"], span[1])
        met = (end - begin).days + 1
        if met > 0:
            total += row["value"] * met / ((row["period_end"] - row["period_start"]).days + 1)
            covered += met
    return total if covered == (span[1] - span[0]).days + 1 else None


def _factor(
    where: Places,
    project: pd.Series,
    span: Span,
    known: Known,
) -> float:
    place = known.places[project["province_or_country"]]
    technology = project["realisation_type"]
    if pd.isna(technology):
        technology = "solar" if project["method"] == "rooftop_pv" else "unstated"
    named = {
        "own": project["project_id"],
        "province": place["province_code"],
        "technology": technology,
        "region_technology": f"{place['grid_region']}/{technology}",
    }
    for parameter, scope in where:
        name = f"{project['project_id']}{scope[3:]}" if scope.startswith("own") else named.get(scope, scope)
        rows = known.factors.get((parameter, name))
        if rows:
            return next((value for first, last, value in rows if first <= span[0] and last >= span[1]), math.nan)
    return math.nan


def _rates(accepted: Path) -> dict[str, dict[str, float]]:
    fx = pd.read_parquet(accepted / "fx.parquet").sort_values("date")
    rates = {}
    for name, _, last in PERIODS:
        until = fx[fx["date"] <= dt.date.fromisoformat(last)]
        rates[name] = {"CNY": 1.0}
        for _, row in until.tail(30).iterrows():
            rates[name][row["base"]] = row["rate"]
        for base in fx["base"].unique():
            rates[name][base] = until[until["base"] == base]["rate"].iloc[-1]
    return rates


def _attribute(
    project: pd.Series,
    own: list[tuple[pd.Series, list[tuple[Any, ...]], dt.date | None]],
    tonnes: float | None,
    rates: dict[str, float],
    period: tuple[str, dt.date, dt.date],
) -> list[tuple[Any, ...]]:
    name, first, last = period
    shares: dict[str, tuple[float | None, bool, bool]] = {}
    for loan, balances, overdrawn in own:
        inside = [row for row in balances if first <= row[0] <= last]
        if not inside:
            continue
        money = sum(row[6] for row in inside) / ((last - first).days + 1)
        is_capital = loan["loan_type"] == "working_capital"
        raw = None
        if project["total_investment"] is not None and not is_capital:
            rate = rates[project["investment_currency"]] / rates[loan["currency"]]
            same = loan["currency"] == project["investment_currency"]
            invested = float(project["total_investment"]) * 100
            if overdrawn is None or overdrawn > last:
                raw = money / (invested if same else invested * rate)
        is_active = any(row[7] for row in inside) or inside[0][1] != 0
        shares[loan["loan_id"]] = (raw, is_capital, is_active)
    together = sum(raw for raw, _, _ in shares.values() if raw is not None)
    unknown = any(raw is None and not is_capital for raw, is_capital, _ in shares.values())
    rows = []
    for loan_id, (raw, _, is_active) in shares.items():
        if not is_active:
            continue
        share = raw / together if raw is not None and together > 1 + 1e-12 else raw
        if share is None or tonnes is None or (unknown and raw != 0):
            rows.append((name, loan_id, tonnes, None, None, None))
        else:
            rows.append((name, loan_id, tonnes, raw, share, tonnes * share))
    return rows


def _overdrawn(entries: list[tuple[dt.date, int, str]]) -> dt.date | None:
    """The first day whose closing balance is below zero."""
    closing: dict[dt.date, int] = {}
    balance = 0
    for day, fen, event in entries:
        balance += fen if event in {"DISBURSEMENT", "TRANSFER_IN"} else -fen
        closing[day] = balance
    return next((day for day, balance in closing.items() if balance < 0), None)


def _tonnes(project: pd.Series, months: list[tuple[Any, ...]], first: dt.date, last: dt.date) -> float | None:
    commissioned = project["commissioning_date"]
    if project["method"] in {*REMOVALS, "none"} or commissioned is None:
        return None
    needed = (last - max(commissioned, first)).days + 1
    inside = [row for row in months if first <= row[1] <= last]
    covered = sum(row[6] for row in inside)
    return sum(row[5] for row in inside) if needed > 0 and covered == needed else None
