"""The work by hand in NumPy: codes instead of names, dense months, one sweep over the ledger. Polars only reads.

A dated factor is looked up on its (project, month) grid of the method, money is counted in integer fen, and a period's
average balance is a sum over the months of its balance-days. Nothing is expanded to days.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from tests.benchmarks.rivals.formulas import FORMULAS, REMOVALS, REPORTED, SEASONS, Formula, Places
from tests.benchmarks.work import ATTRIBUTED, LAST, LOAN_MONTHS, PERIODS, PROJECT_MONTHS, Done

Array = np.ndarray
FIRST_MONTH: Final = np.datetime64("2022-01", "M")
STARTS: Final = np.arange(FIRST_MONTH, np.datetime64(LAST, "M") + 2).astype("datetime64[D]").astype(np.int64)
BEGIN, END = STARTS[:-1], STARTS[1:] - 1
MONTHS: Final = BEGIN.size
LEDGER_FROM: Final = 12
"""The book's first month among the months."""
EFFECTS: Final = {"DISBURSEMENT": 1, "TRANSFER_IN": 1, "REVERSAL": 0}
NEVER: Final = 10**7


class Projects(NamedTuple):
    ids: Array
    frame: pl.DataFrame
    commissioned: Array
    operating_from: Array
    operating_days: Array


def work(accepted: Path) -> Done:
    """Return the three tables."""
    projects = pl.read_parquet(accepted / "projects.parquet").sort("project_id")
    loans = pl.read_parquet(accepted / "loans.parquet").sort("loan_id")
    loans = loans.with_columns(pl.col("loan_id").cast(pl.Enum(loans["loan_id"])))
    entries = _entries(accepted, loans)
    readings = _readings(accepted, projects)
    known = _projects(projects, _first_days(projects, loans, entries, readings))
    amounts = _months_of_readings(readings, known)
    months, reductions = _project_months(known, amounts, _factors(accepted))
    swept, balance_days, counts, before = _sweep(entries, loans)
    attributed = _attribute(known, loans, reductions, _rates(accepted), (balance_days, counts, before, entries))
    return {LOAN_MONTHS: swept, PROJECT_MONTHS: months, ATTRIBUTED: attributed}


class Entries(NamedTuple):
    loan: Array
    day: Array
    change: Array
    disbursed: Array
    repaid: Array


def _codes(names: pl.Series, values: pl.Series) -> Array:
    return values.cast(pl.Enum(names.cast(pl.String))).to_physical().to_numpy().astype(np.int64)


def _entries(accepted: Path, loans: pl.DataFrame) -> Entries:
    names = ["entry_id", "loan_id", "value_date", "event", "amount", "reverses_entry_id"]
    ledger = pl.read_parquet(accepted / "ledger.parquet", columns=names)
    fen = (ledger["amount"] * 100).cast(pl.Int64).to_numpy()
    events = sorted(ledger["event"].unique())
    event = _codes(pl.Series(events), ledger["event"])
    sign = np.ones(fen.size, np.int64)
    if "REVERSAL" in events:
        undoing = np.flatnonzero(event == events.index("REVERSAL"))
        undone = ledger["reverses_entry_id"].gather(undoing)
        originals = np.flatnonzero(ledger["entry_id"].is_in(undone.implode()).to_numpy())
        at = dict(zip(ledger["entry_id"].gather(originals).to_list(), originals.tolist(), strict=True))
        event[undoing] = event[[at[name] for name in undone.to_list()]]
        sign[undoing] = -1
    signed = fen * sign
    effect = np.array([EFFECTS.get(name, -1) for name in events])
    is_repayment = np.array([name in {"REPAYMENT", "PREPAYMENT"} for name in events])
    is_payout = np.array([name == "DISBURSEMENT" for name in events])
    return Entries(
        ledger["loan_id"].cast(loans["loan_id"].dtype).to_physical().to_numpy().astype(np.int64),
        ledger["value_date"].cast(pl.Int32).to_numpy().astype(np.int64),
        signed * effect[event],
        np.where(is_payout[event], signed, 0),
        np.where(is_repayment[event], signed, 0),
    )


class Readings(NamedTuple):
    project: Array
    metric: Array
    metrics: list[str]
    start: Array
    end: Array
    value: Array


def _readings(accepted: Path, projects: pl.DataFrame) -> Readings:
    names = ["project_id", "metric", "period_start", "period_end", "value"]
    rows = pl.read_parquet(accepted / "operating.parquet", columns=names)
    metrics = sorted(rows["metric"].unique())
    return Readings(
        _codes(projects["project_id"], rows["project_id"]),
        _codes(pl.Series(metrics), rows["metric"]),
        metrics,
        rows["period_start"].cast(pl.Int32).to_numpy().astype(np.int64),
        rows["period_end"].cast(pl.Int32).to_numpy().astype(np.int64),
        rows["value"].to_numpy(),
    )


def _first_days(projects: pl.DataFrame, loans: pl.DataFrame, entries: Entries, readings: Readings) -> Array:
    """The first day of each project's readings or entries."""
    first = np.full(projects.height, NEVER)
    np.minimum.at(first, readings.project, readings.start)
    of_loan = _codes(projects["project_id"], loans["project_id"])
    np.minimum.at(first, of_loan[entries.loan], entries.day)
    return first


def _projects(frame: pl.DataFrame, first: Array) -> Projects:
    commissioned = frame["commissioning_date"].cast(pl.Int32).fill_null(NEVER).to_numpy().astype(np.int64)
    is_reported = frame["method"].is_in(REPORTED).to_numpy()
    begun = np.where(is_reported | (first == NEVER), commissioned, np.maximum(commissioned, first))
    month = np.clip(np.searchsorted(BEGIN, begun, side="right") - 1, 0, None)
    operating_from = np.maximum(BEGIN[None, :], commissioned[:, None])
    runs = (np.arange(MONTHS)[None, :] >= month[:, None]) & (commissioned[:, None] <= END[None, :])
    days = np.where(runs, END[None, :] - operating_from + 1, 0)
    return Projects(frame["project_id"].to_numpy(), frame, commissioned, operating_from, days)


class Amounts(NamedTuple):
    """value and days by (pair, month); pair: place of project and metric, -1 where it was never read."""

    value: Array
    days: Array
    pair: Array
    metrics: list[str]


def _months_of_readings(readings: Readings, projects: Projects) -> Amounts:
    width = len(readings.metrics)
    code = readings.project * width + readings.metric
    is_read = np.zeros(projects.ids.size * width, bool)
    is_read[code] = True
    pair = np.where(is_read, np.cumsum(is_read) - 1, -1)
    size = int(is_read.sum()) * MONTHS
    value, days = np.zeros(size), np.zeros(size)
    first, last = (np.searchsorted(BEGIN, day, side="right") - 1 for day in (readings.start, readings.end))
    length = readings.end - readings.start + 1
    place, begun = pair[code] * MONTHS, projects.commissioned[readings.project]
    for step in range(int((last - first).max()) + 1):
        rows = np.flatnonzero(first + step <= last)
        month = first[rows] + step
        begin = np.maximum(np.maximum(readings.start[rows], BEGIN[month]), begun[rows])
        met = np.minimum(readings.end[rows], END[month]) - begin + 1
        met = np.maximum(met, 0)
        value += np.bincount(place[rows] + month, readings.value[rows] * (met / length[rows]), size)
        days += np.bincount(place[rows] + month, met, size)
    return Amounts(value.reshape(-1, MONTHS), days.reshape(-1, MONTHS), pair.reshape(-1, width), readings.metrics)


Factors = dict[str, dict[str, list[tuple[int, int, float]]]]


class Lookup(NamedTuple):
    """shared: rows on file by parameter and scope; own: parameter to (project, item, from, to, value) of projects."""

    shared: Factors
    own: dict[str, pl.DataFrame]
    places: dict[str, tuple[str, str]]


def _factors(accepted: Path) -> Lookup:
    days = [pl.col("valid_from").cast(pl.Int32), pl.col("valid_to").cast(pl.Int32)]
    shared: Factors = {}
    for parameter, scope, first, last, value in (
        pl.read_parquet(accepted / "factors.parquet").select("parameter_id", "scope", *days, "value").iter_rows()
    ):
        shared.setdefault(parameter, {}).setdefault(scope, []).append((first, last, value))
    stated = pl.read_parquet(accepted / "parameters.parquet").select("parameter_id", "scope", *days, "value")
    stated = pl.concat([stated, _reservoirs(stated, shared)])
    split = stated.with_columns(
        project_id=pl.col("scope").str.split("/").list.first(),
        item=pl.col("scope").str.split("/").list.get(1, null_on_oob=True),
    )
    own = {str(key[0]): part for key, part in split.partition_by("parameter_id", as_dict=True).items()}
    places = {row[0]: (row[1], row[2]) for row in pl.read_parquet(accepted / "places.parquet").iter_rows()}
    return Lookup(shared, own, places)


def _reservoirs(stated: pl.DataFrame, shared: Factors) -> pl.DataFrame:
    """What a reservoir emits for a MWh follows from its power density: nothing above the upper bound."""
    ((_, _, upper),) = shared["hydro_power_density_upper"]["hydro"]
    ((_, _, factor),) = shared["hydro_reservoir_ef"]["hydro"]
    dense = stated.filter(pl.col("parameter_id") == "power_density")
    value = pl.when(pl.col("value") > upper).then(0.0).otherwise(factor)
    return dense.with_columns(value=value, parameter_id=pl.lit("reservoir_ef"))


class Grid(NamedTuple):
    """The projects of one method: their numbers, scopes and months."""

    numbers: Array
    frame: pl.DataFrame
    operating_from: Array
    lookup: Lookup


def _value(grid: Grid, places: Places) -> Array:
    """The value in force in each month, NaN where none is; the first place that has any row decides."""
    found = np.full((grid.numbers.size, MONTHS), np.nan)
    is_open = np.ones(grid.numbers.size, bool)
    for parameter, scope in places:
        if not is_open.any():
            break
        if scope.startswith("own"):
            is_open &= ~_fill_own(found, is_open, grid, parameter, scope[4:] or None)
        else:
            is_open &= ~_fill_shared(found, is_open, grid, parameter, scope)
    return found


def _fill_own(found: Array, is_open: Array, grid: Grid, parameter: str, item: str | None) -> Array:
    has = np.zeros(grid.numbers.size, bool)
    rows = grid.lookup.own.get(parameter)
    if rows is None:
        return has
    rows = rows.filter(pl.col("item").eq_missing(pl.lit(item, pl.String)))
    at = pl.Series(grid.frame["project_id"])
    rows = rows.filter(pl.col("project_id").is_in(at.implode()))
    row = _codes(at, rows["project_id"])
    has[row] = True
    first, last, value = (rows[name].to_numpy() for name in ("valid_from", "valid_to", "value"))
    hit, month = np.nonzero(
        (first[:, None] <= grid.operating_from[row]) & (last[:, None] >= END[None, :]) & is_open[row][:, None]
    )
    found[row[hit], month] = value[hit]
    return has


def _fill_shared(found: Array, is_open: Array, grid: Grid, parameter: str, scope: str) -> Array:
    has = np.zeros(grid.numbers.size, bool)
    on_file = grid.lookup.shared.get(parameter, {})
    columns = {"province", "region_technology", "technology"}
    scopes = grid.frame[scope].to_numpy() if scope in columns else np.full(grid.numbers.size, scope)
    for name in {str(one) for one in set(scopes.tolist())} & set(on_file):
        mine = (scopes == name) & is_open
        has |= scopes == name
        for first, last, value in on_file[name]:
            mask = mine[:, None] & (first <= grid.operating_from) & (last >= END[None, :])
            found[mask] = value
    return has


def _coalesce(first: Array, second: Array) -> Array:
    return np.where(np.isnan(first), second, first)


NAMES: Final[dict[str, Callable[..., Any]]] = {
    "not_below_zero": lambda value: np.maximum(value, 0.0),
    "at_most": np.minimum,
    "coalesce": _coalesce,
}


def _project_months(projects: Projects, amounts: Amounts, lookup: Lookup) -> tuple[pl.DataFrame, Array]:
    """The months with a figure, and every month's reduction (NaN where there is none)."""
    reductions = np.full((projects.ids.size, MONTHS), np.nan)
    parts = []
    places = pl.DataFrame(
        [(name, *place) for name, place in lookup.places.items()],
        schema=["province_or_country", "province", "region"],
        orient="row",
    )
    technology = pl.col("realisation_type").fill_null(
        pl.when(pl.col("method") == "rooftop_pv").then(pl.lit("solar")).otherwise(pl.lit("unstated"))
    )
    scoped = projects.frame.join(places, on="province_or_country", how="left", maintain_order="left").with_columns(
        technology=technology, region_technology=pl.format("{}/{}", "region", technology)
    )
    methods = scoped["method"].to_numpy()
    for method, formula in FORMULAS.items():
        numbers = np.flatnonzero(methods == method)
        if not numbers.size:
            continue
        grid = Grid(numbers, scoped[numbers], projects.operating_from[numbers], lookup)
        terms = _terms(formula, grid, amounts, projects.operating_days[numbers])
        reductions[numbers] = terms[0] - terms[1] - terms[2]
        parts.append(_rows(projects, numbers, *terms, reductions[numbers]))
    numbers = np.flatnonzero(np.isin(methods, REPORTED))
    annual = scoped["reported_annual_reduction_tco2"].to_numpy()[numbers]
    days = projects.operating_days[numbers]
    year_days = np.array([366 if month % 48 in range(24, 36) else 365 for month in range(MONTHS)])
    reductions[numbers] = np.where(days > 0, annual[:, None] * (days / year_days), np.nan)
    nothing = np.full((numbers.size, MONTHS), np.nan)
    parts.append(_rows(projects, numbers, nothing, nothing, nothing, reductions[numbers]))
    return pl.concat(parts), reductions


def _terms(formula: Formula, grid: Grid, amounts: Amounts, operating_days: Array) -> tuple[Array, Array, Array]:
    symbols: dict[str, Any] = dict(NAMES)
    for symbol, metric in formula.readings.items():
        symbols[symbol] = _reading(metric, grid.numbers, amounts, operating_days)[0]
    any_read = np.zeros(grid.numbers.size, bool)
    for symbol, metric in formula.optional.items():
        value, was_read = _reading(metric, grid.numbers, amounts, operating_days)
        symbols[symbol] = np.where(was_read[:, None], value, 0.0)
        any_read |= was_read
    for symbol, places in formula.factors.items():
        if _is_used(symbol, formula, symbols):
            symbols[symbol] = _value(grid, places)
        else:
            symbols[symbol] = 0.0
    lacking = (operating_days == 0) | (formula.one_of & ~any_read[:, None])
    texts = (formula.baseline, formula.project, formula.leakage)
    with np.errstate(invalid="ignore", divide="ignore"):  # a plant that is idle
        terms = [np.where(lacking, np.nan, eval(text, {"__builtins__": {}}, symbols)) for text in texts]  # noqa: S307
    return terms[0], terms[1], terms[2]


def _is_used(symbol: str, formula: Formula, symbols: dict[str, Any]) -> bool:
    """A factor of an item that no project of the method has ever read is not looked up."""
    item = next((one for one in formula.optional if symbol.startswith(f"{one}_")), None)
    return item is None or bool(np.any(symbols[item]))


def _reading(metric: str, numbers: Array, amounts: Amounts, operating_days: Array) -> tuple[Array, Array]:
    """The metric by project and month, NaN where a day is missing, and which projects ever read it."""
    if metric not in amounts.metrics:
        return np.full(operating_days.shape, np.nan), np.zeros(numbers.size, bool)
    pair = amounts.pair[numbers, amounts.metrics.index(metric)]
    is_complete = amounts.days[pair] == operating_days
    value = np.where(is_complete & (pair >= 0)[:, None], amounts.value[pair], np.nan)
    if metric in SEASONS:
        idle = np.array([month % 12 + 1 not in SEASONS[metric] for month in range(MONTHS)])
        value = np.where(idle[None, :] & (pair >= 0)[:, None], 0.0, value)
    return value, pair >= 0


MONTH_DATES: Final = BEGIN.astype("datetime64[D]")


def _rows(projects: Projects, numbers: Array, *terms: Array) -> pl.DataFrame:
    project, month = np.nonzero(~np.isnan(terms[-1]))
    names = ("baseline_emissions_tco2e", "project_emissions_tco2e", "leakage_tco2e", "emission_reductions_tco2e")
    return pl.DataFrame(
        {
            "project_id": projects.frame["project_id"].gather(numbers[project]),
            "month_start_date": MONTH_DATES[month],
            **{name: term[project, month] for name, term in zip(names, terms, strict=True)},
        }
    )


def _sweep(entries: Entries, loans: pl.DataFrame) -> tuple[pl.DataFrame, Array, Array, Array]:
    """The loan months; and by month and loan the balance-days, the entries and the opening balance."""
    month = np.searchsorted(BEGIN, entries.day, side="right") - 1 - LEDGER_FROM
    order = np.argsort(month, kind="stable")
    bounds = np.searchsorted(month[order], np.arange(MONTHS - LEDGER_FROM + 1))
    count, closing = loans.height, np.zeros(loans.height, np.int64)
    begun, parts = np.zeros(count, bool), []
    shape = (MONTHS - LEDGER_FROM, count)
    balance_days, counts, before = np.zeros(shape), np.zeros(shape, np.int32), np.zeros(shape, np.int64)
    for at in range(shape[0]):
        rows = order[bounds[at] : bounds[at + 1]]
        loan, change = entries.loan[rows], entries.change[rows]
        end, days = END[at + LEDGER_FROM], END[at + LEDGER_FROM] - BEGIN[at + LEDGER_FROM] + 1
        moved = np.bincount(loan, change, count).astype(np.int64)
        weighted = np.bincount(loan, change * (end - entries.day[rows] + 1), count)
        before[at], counts[at] = closing, np.bincount(loan, minlength=count)
        balance_days[at] = closing * days + weighted
        begun[loan] = True
        rows_out = np.flatnonzero(begun)
        opening, closing = closing, closing + moved
        paid, repaid = (np.bincount(loan, amounts[rows], count) for amounts in (entries.disbursed, entries.repaid))
        parts.append(
            (
                rows_out,
                np.full(rows_out.size, at),
                opening[rows_out],
                closing[rows_out],
                balance_days[at][rows_out] / days / 100,
                paid[rows_out],
                repaid[rows_out],
            )
        )
    loan, at, opening, closed, average, paid, repaid = (np.concatenate(part) for part in zip(*parts, strict=True))
    swept = pl.DataFrame(
        {
            "loan": loan.astype(np.int32),
            "month": at.astype(np.int16),
            "opening_fen": opening,
            "closing_fen": closed,
            "average_balance": average,
            "disbursed_fen": paid.astype(np.int64),
            "repaid_fen": repaid.astype(np.int64),
        }
    )
    dates = pl.Series("month_start_date", MONTH_DATES[LEDGER_FROM:])
    named = swept.select(
        loan_id=loans["loan_id"].gather(swept["loan"]),
        month_start_date=dates.gather(swept["month"]),
    )
    return pl.concat([named, swept.drop("loan", "month")], how="horizontal"), balance_days, counts, before


def _rates(accepted: Path) -> dict[tuple[str, int], float]:
    """The rate of each currency on each period's last day: that of the last working day up to it."""
    fx = pl.read_parquet(accepted / "fx.parquet").sort("date")
    rates = {("CNY", last): 1.0 for _, _, last in _spans()}
    for (currency,), rows in fx.partition_by("base", as_dict=True).items():
        days, rate = rows["date"].cast(pl.Int32).to_numpy(), rows["rate"].to_numpy()
        rates |= {
            (currency, last): float(rate[np.searchsorted(days, last, side="right") - 1]) for _, _, last in _spans()
        }
    return rates


def _spans() -> list[tuple[str, int, int]]:
    epoch = np.datetime64("1970-01-01")
    return [(name, *(int((np.datetime64(day) - epoch).astype(int)) for day in days)) for name, *days in PERIODS]


def _overdrawn(entries: Entries, count: int) -> Array:
    """The first day on which each loan's closing balance is below zero."""
    key = entries.loan * 100_000 + entries.day
    order = np.argsort(key, kind="stable")
    key, change = key[order], entries.change[order]
    total = np.cumsum(change)
    loan = key // 100_000
    starts = np.flatnonzero(np.r_[True, loan[1:] != loan[:-1]])
    offset = np.repeat(np.r_[0, total[starts[1:] - 1]], np.diff(np.r_[starts, loan.size]))
    closes = np.r_[key[1:] != key[:-1], True]
    below = np.flatnonzero(closes & (total - offset < 0))
    first = np.full(count, NEVER)
    np.minimum.at(first, loan[below], key[below] % 100_000)
    return first


def _attribute(
    projects: Projects,
    loans: pl.DataFrame,
    reductions: Array,
    rates: dict[tuple[str, int], float],
    swept: tuple[Array, Array, Array, Entries],
) -> pl.DataFrame:
    balance_days, counts, before, entries = swept
    of = _codes(projects.frame["project_id"], loans["project_id"])
    invested = (projects.frame["total_investment"].cast(pl.Float64) * 100).to_numpy()[of]
    currency = loans["currency"].to_numpy()
    invested_in = projects.frame["investment_currency"].fill_null("CNY").to_numpy()[of]
    names = sorted({*currency.tolist(), *invested_in.tolist()})
    own, other = (_codes(pl.Series(names), pl.Series(one)) for one in (currency, invested_in))
    is_capital = (loans["loan_type"] == "working_capital").to_numpy()
    overdrawn, first_entry = _overdrawn(entries, loans.height), np.full(loans.height, NEVER)
    np.minimum.at(first_entry, entries.loan, entries.day)
    covered = np.where(np.isnan(reductions), 0, projects.operating_days)
    without = projects.frame["method"].is_in([*REMOVALS, "none"]).to_numpy()
    parts = []
    for name, first, last in _spans():
        months = np.flatnonzero((first <= BEGIN) & (last >= END))
        needed = np.maximum(0, last - np.maximum(projects.commissioned, first) + 1)
        is_whole = (covered[:, months].sum(axis=1) == needed) & (needed > 0) & ~without
        tonnes = np.where(is_whole, np.nansum(reductions[:, months], axis=1), np.nan)[of]
        at = months - LEDGER_FROM
        rows = np.flatnonzero(first_entry <= last)
        money = balance_days[at].sum(axis=0)[rows] / (last - first + 1)
        rate = np.array([rates[one, last] for one in names])
        ratio = np.where(own == other, 1.0, rate[other] / rate[own])[rows]
        counted = ~is_capital[rows] & (overdrawn[rows] > last)
        raw = np.where(counted, money / (invested[rows] * ratio), np.nan)
        project, size = of[rows], projects.ids.size
        together = np.bincount(project, np.nan_to_num(raw), size)[project]
        unknown = np.bincount(project, np.isnan(raw) & ~is_capital[rows], size)[project] > 0
        share = np.where(together > 1 + 1e-12, raw / together, raw)
        share = np.where(unknown & (raw != 0), np.nan, share)
        has_figure = ~np.isnan(share) & ~np.isnan(tonnes[rows])
        active = (counts[at].sum(axis=0)[rows] > 0) | (before[at[0]][rows] != 0)
        blank = [np.where(has_figure, column, np.nan)[active] for column in (raw, share, tonnes[rows] * share)]
        parts.append(
            pl.DataFrame(
                {
                    "period": pl.repeat(name, int(active.sum()), dtype=pl.String, eager=True),
                    "loan_id": loans["loan_id"].gather(rows[active]),
                    "emission_reductions_tco2e": tonnes[rows][active],
                    "attribution_factor_raw_ratio": blank[0],
                    "attribution_factor_ratio": blank[1],
                    "attributed_reductions_tco2e": blank[2],
                }
            )
        )
    return pl.concat(parts)
