"""A made-up book of any size: `python -m tests.benchmarks.generate --scale 0.01 --out DIR`.

Scale 1 is 10,000 projects, 100,000 loans, 1.2 million ledger entries and 2.2 million readings of 36 months. A thousand
projects are made at a time, with all that belongs to them, so the time grows with the scale and the memory does not.
The same seed gives the same bytes.

DIR/csv and DIR/parquet hold the deliveries, a folder a sender; DIR/accepted the rows that count once they are read, and
DIR/refused.parquet what must be refused.
"""

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from tests.benchmarks.kinds import KINDS, Kind
from tests.benchmarks.work import FIRST_DAY, LAST_DAY

PROJECTS_OF_SCALE_1: Final = 10_000
LOANS_A_PROJECT: Final = 10
PROJECTS_AT_ONCE: Final = 1_000
ROWS_A_FILE: Final = 1_000_000
READINGS_A_PROJECT: Final = 220
BANKS: Final = tuple(f"bank_{number:02}" for number in range(1, 9))
REGISTER: Final = "register"
FORMS: Final = ("csv", "parquet")
MONTHS: Final = 36
REFUSED: Final = 0.02
MONEY: Final = pl.Decimal(38, 2)
PROVINCES: Final = ("江西", "安徽", "浙江", "湖南", "湖北", "广东", "甘肃", "河北", "四川", "辽宁")
MONTH_STARTS: Final = np.arange("2023-01", "2026-01", dtype="datetime64[M]")
MONTH_DAYS: Final = np.diff(np.arange("2023-01", "2026-02", dtype="datetime64[M]").astype("datetime64[D]")).astype(int)
FIRST: Final = np.datetime64(FIRST_DAY, "D")
DAYS: Final = (LAST_DAY - FIRST_DAY).days + 1


class Numbered:
    """Random numbers of one part of one block: another part, or one block more, moves none of them."""

    def __init__(self, seed: int, block: int) -> None:
        self._of = (seed, block)

    def of(self, part: str) -> np.random.Generator:
        """Return the numbers of the part."""
        return np.random.default_rng([*self._of, *part.encode()])


def write_book(out: Path, scale: float, seed: int = 1, forms: Sequence[str] = FORMS) -> None:
    """Write the deliveries, the rows that count and the rows that must be refused."""
    count = max(1, round(PROJECTS_OF_SCALE_1 * scale))
    files = Files(out, forms)
    files.deliver(REGISTER, "fx", exchange_rates(np.random.default_rng([seed, 0])))
    for block, start in enumerate(range(0, count, PROJECTS_AT_ONCE)):
        numbers = np.arange(start, min(count, start + PROJECTS_AT_ONCE))
        _write_block(files, numbers, Numbered(seed, block))
    files.close()


def _write_block(files: "Files", numbers: np.ndarray, random: Numbered) -> None:
    made = projects(numbers, random.of("projects"))
    described = made.drop("size", "is_quarterly")
    files.deliver(REGISTER, "projects", described, _spoiled_projects(described))
    files.deliver(REGISTER, "parameters", stated := parameters(made), _spoiled_parameters(stated))
    lent = loans(made, random.of("loans"))
    entries = ledger(lent, random.of("ledger"))
    current = current_entries(entries)
    sent = {"loans": (lent, lent, _spoiled_loans(lent)), "ledger": (entries, current, _spoiled_entries(current))}
    for table, (rows, counting, spoiled) in sent.items():
        lender = "lender" if table == "loans" else "_lender"
        for bank in BANKS:
            of_bank = pl.col(lender) == bank
            files.send(bank, table, rows.filter(of_bank).drop("_lender", strict=False))
            files.refuse(bank, table, spoiled.filter(of_bank).drop("_lender", strict=False))
        files.keep(table, counting.drop("_lender", strict=False))
    for rows in readings(made, random):
        counting = current_readings(rows)
        files.send(REGISTER, "operating", rows)
        files.refuse(REGISTER, "operating", _spoiled_readings(counting))
        files.keep("operating", counting)


@dataclass
class Files:
    """The files of a book while it is written, a new one wherever one has become long."""

    out: Path
    forms: Sequence[str]
    _rows: dict[str, int] = field(default_factory=dict)
    _open: dict[Path, pq.ParquetWriter] = field(default_factory=dict)

    def deliver(self, sender: str, table: str, rows: pl.DataFrame, spoiled: pl.DataFrame | None = None) -> None:
        """Send rows that all count, and then some that must be refused."""
        self.send(sender, table, rows)
        self.keep(table, rows)
        if spoiled is not None:
            self.refuse(sender, table, spoiled)

    def send(self, sender: str, table: str, rows: pl.DataFrame) -> None:
        """Add rows to the sender's newest file of the table, in each form."""
        if rows.is_empty():
            return
        done = self._rows.get(f"{sender}/{table}", 0)
        self._rows[f"{sender}/{table}"] = done + rows.height
        name = f"{sender}/{table}_{done // ROWS_A_FILE + 1:03}"
        if "csv" in self.forms:
            self._to_csv(self.out / "csv" / f"{name}.csv", rows)
        if "parquet" in self.forms:
            self._to_parquet(self.out / "parquet" / f"{name}.parquet", rows)

    def keep(self, table: str, rows: pl.DataFrame) -> None:
        """Note rows that count once everything has been read."""
        self._to_parquet(self.out / "accepted" / f"{table}.parquet", rows.drop("message", strict=False))

    def refuse(self, sender: str, table: str, rows: pl.DataFrame) -> None:
        """Send rows that must be refused, and note them."""
        self.send(sender, table, rows)
        noted = rows.select(table=pl.lit(table), sender=pl.lit(sender), key=pl.concat_str(rows.columns[0]))
        self._to_parquet(self.out / "refused.parquet", noted)

    def close(self) -> None:
        """End every file."""
        for writer in self._open.values():
            writer.close()

    def _to_csv(self, path: Path, rows: pl.DataFrame) -> None:
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            rows.write_csv(file, include_header=is_new, datetime_format="%Y-%m-%dT%H:%M:%S+00:00")

    def _to_parquet(self, path: Path, rows: pl.DataFrame) -> None:
        table = rows.to_arrow()
        if path not in self._open:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[path] = pq.ParquetWriter(path, table.schema)
        self._open[path].write_table(table)


def exchange_rates(random: np.random.Generator) -> pl.DataFrame:
    """Every working day of the book, and a week before it."""
    days = np.arange(FIRST - 7, FIRST + DAYS)
    working = days[np.is_busday(days)]
    parts = [
        pl.DataFrame(
            {
                "date": working,
                "base": base,
                "quote": "CNY",
                "rate": np.round(level * np.exp(np.cumsum(random.normal(0, 0.002, working.size))), 4),
                "source": "SAFE",
            }
        )
        for base, level in (("USD", 7.05), ("EUR", 7.7))
    ]
    return pl.concat(parts)


def projects(numbers: np.ndarray, random: np.random.Generator) -> pl.DataFrame:
    """A row a project; one in a hundred states no investment, some are not running yet."""
    count = numbers.size
    kinds = [KINDS[number % len(KINDS)] for number in numbers]
    size = np.exp(random.normal(0, 0.6, count))
    ages = random.random(count)
    ages[numbers < len(KINDS)] *= 0.85  # the first of each kind runs, so that the smallest book has figures of all
    begun = np.where(
        ages < 0.85,
        FIRST - random.integers(1, 366, count),
        np.where(ages < 0.97, FIRST + random.integers(0, 700, count), FIRST + DAYS + random.integers(40, 400, count)),
    )
    invested = np.round(np.exp(random.normal(19.6, 0.6, count)), 2)
    abroad = random.random(count) < 0.05
    is_reported = np.array([kind.method.startswith("reported") for kind in kinds])
    figure = np.where(is_reported & (random.random(count) < 0.97), np.round(20_000 * size), np.nan)
    places = random.choice(PROVINCES, count)
    rows = pl.DataFrame(
        {
            "project_id": [f"P{number:08}" for number in numbers],
            "project_name": [f"项目{number}" for number in numbers],
            "method": [kind.method for kind in kinds],
            "province_or_country": [kind.province or str(place) for kind, place in zip(kinds, places, strict=True)],
            "commissioning_date": begun,
            "total_investment": np.where(abroad, np.round(invested / 7), invested),
            "investment_currency": np.where(abroad, "USD", "CNY"),
            "capacity": pl.Series([None] * count, dtype=pl.Float64),
            "capacity_unit": pl.Series([None] * count, dtype=pl.String),
            "design_annual_value": pl.Series([None] * count, dtype=pl.Float64),
            "design_unit": pl.Series([None] * count, dtype=pl.String),
            "reported_annual_reduction_tco2": figure,
            "realisation_type": [kind.technology or None for kind in kinds],
            "size": size,
            "states_investment": random.random(count) >= 0.01,
            "is_quarterly": random.random(count) < 0.1,
        }
    )
    stated = pl.when("states_investment")
    return rows.with_columns(
        pl.col("reported_annual_reduction_tco2").fill_nan(None),
        total_investment=stated.then(pl.col("total_investment").cast(MONEY)),
        investment_currency=stated.then("investment_currency"),
    ).drop("states_investment")


def parameters(made: pl.DataFrame) -> pl.DataFrame:
    """What each project states of itself: facts and efficiencies once, some factors anew each year."""
    parts = []
    numbers = made["project_id"].str.slice(1).cast(pl.Int64).to_numpy()
    for at, kind in enumerate(KINDS):
        own = made.filter(pl.Series(numbers % len(KINDS) == at))["project_id"]
        for parameter_id, scope, value, unit, first, last in _stated(kind):
            parts.append(
                pl.DataFrame({"scope": own}).select(
                    parameter_id=pl.lit(parameter_id),
                    scope=pl.col("scope") + scope,
                    value=pl.lit(value),
                    unit=pl.lit(unit),
                    valid_from=pl.lit(first),
                    valid_to=pl.lit(last),
                    source=pl.lit("made up"),
                )
            )
    return pl.concat(parts).filter(pl.col("scope") != "").sort("scope", "parameter_id", "valid_from")


def _stated(kind: Kind) -> Iterator[tuple[str, str, float, str, dt.date, dt.date]]:
    ever = (dt.date(2020, 1, 1), dt.date(2030, 12, 31))
    for parameter_id, value, unit in kind.parameters:
        yield parameter_id, "", value, unit, *ever
    for parameter_id, item, value, unit in kind.item_parameters:
        yield parameter_id, f"/{item}", value, unit, *ever
    if kind.yearly:
        parameter_id, unit, values = kind.yearly
        for year, value in zip((2023, 2024, 2025), values, strict=True):
            first = ever[0] if year == 2023 else dt.date(year, 1, 1)
            yield parameter_id, "", value, unit, first, ever[1] if year == 2025 else dt.date(year, 12, 31)


def loans(made: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Ten loans a project on average, of eight banks and three currencies."""
    count = made.height * LOANS_A_PROJECT
    of = np.sort(random.integers(0, made.height, count))
    first = int(made["project_id"][0][1:]) * LOANS_A_PROJECT
    currency = random.choice(["CNY", "USD", "EUR"], count, p=[0.9, 0.07, 0.03])
    amount = np.round(np.exp(random.normal(16.4, 0.8, count)), -3)
    amount = np.where(currency == "CNY", amount, np.maximum(1000.0, np.round(amount / 7, -3)))
    signed = FIRST + random.integers(0, 620, count)
    return pl.DataFrame(
        {
            "loan_id": [f"L{number:09}" for number in range(first, first + count)],
            "project_id": made["project_id"].to_numpy()[of],
            "lender": random.choice(BANKS, count),
            "currency": currency,
            "contract_amount": pl.Series(amount).cast(MONEY),
            "sign_date": signed,
            "maturity_date": signed + random.integers(1200, 5000, count),
            "annual_rate_pct": np.round(random.uniform(2.5, 4.5, count), 2),
            "loan_type": np.where(random.random(count) < 0.05, "working_capital", "new"),
            "refinances_loan_id": pl.Series([None] * count, dtype=pl.String),
        }
    )


def ledger(lent: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Payouts, then repayments, some on one day; prepayments, write-offs, reversals, corrections and deletions.

    One loan in 200 repays more than it got: that is a mistake which the program must find.
    """
    entries_of = random.integers(6, 18, lent.height)
    loan = np.repeat(np.arange(lent.height), entries_of)
    first_of = np.concatenate([[0], np.cumsum(entries_of)[:-1]])
    order = np.arange(loan.size) - first_of[loan]
    payouts = random.integers(1, 4, lent.height)
    is_payout = order < payouts[loan]
    contract = np.rint(lent["contract_amount"].cast(pl.Float64).to_numpy() * 100).astype(np.int64)
    share = np.where(is_payout, 1 / payouts[loan], random.uniform(0.2, 0.9, loan.size) / entries_of[loan])
    fen = np.maximum(100, np.rint(contract[loan] * share)).astype(np.int64)
    date = _dates(lent["sign_date"].to_numpy(), loan, order, is_payout, random)
    chance = random.random(loan.size)
    event = np.where(chance < 0.9, "REPAYMENT", np.where(chance < 0.98, "PREPAYMENT", "WRITE_OFF"))
    event = np.where(is_payout, np.where((chance < 0.02) & (order == 0), "TRANSFER_IN", "DISBURSEMENT"), event)
    is_last = order == entries_of[loan] - 1
    fen = np.where(is_last & (random.random(lent.height) < 0.005)[loan], contract[loan] * 3, fen)
    of_loan = lent.select("loan_id", "currency", _lender="lender")[loan]
    rows = of_loan.with_columns(
        order=pl.Series(order), value_date=pl.Series(date), event=pl.Series(event), fen=pl.Series(fen)
    )
    entry_id = pl.format("E{}-{}", pl.col("loan_id").str.slice(1), "order")
    plain = rows.with_columns(
        entry_id=entry_id,
        booked_at=_at(pl.col("value_date"), 1),
        reverses_entry_id=pl.lit(None, pl.String),
        message=pl.lit("new"),
    )
    return _with_messages(plain, is_payout, random)


def _dates(
    signed: np.ndarray, loan: np.ndarray, order: np.ndarray, is_payout: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Payouts within a month of signing, repayments any time later; one in ten on the day of the one before it."""
    left = (FIRST + DAYS - 45 - signed[loan]).astype(int)
    offset = np.where(is_payout, order * 12, 40 + np.rint(random.random(loan.size) * (left - 40)).astype(int))
    offset = offset[np.lexsort((offset, loan))]
    tied = (random.random(loan.size) < 0.1) & (order > 0)
    return signed[loan] + np.where(tied, np.roll(offset, 1), offset)


def _at(day: pl.Expr, days_later: int) -> pl.Expr:
    """Nine in the morning in Beijing, this number of days later."""
    return (day.cast(pl.Datetime("us")) + pl.duration(days=days_later, hours=1)).dt.replace_time_zone("UTC")


def _with_messages(plain: pl.DataFrame, is_payout: np.ndarray, random: np.random.Generator) -> pl.DataFrame:
    """Add reversals of one repayment in a hundred, corrections of two entries, deletions of one."""
    chance = random.random(plain.height)
    repaid = plain.filter(pl.Series((chance < 0.01) & ~is_payout))
    reversed_ = repaid.with_columns(
        entry_id=pl.col("entry_id") + "-R",
        reverses_entry_id="entry_id",
        event=pl.lit("REVERSAL"),
        value_date=pl.col("value_date").dt.offset_by("3d"),
        booked_at=_at(pl.col("value_date"), 4),
    )
    corrected = plain.filter(pl.Series((chance > 0.01) & (chance < 0.03) & ~is_payout)).with_columns(
        fen=pl.max_horizontal(pl.lit(1), (pl.col("fen") * 9) // 10),
        booked_at=_at(pl.col("value_date"), 9),
        message=pl.lit("correct"),
    )
    deleted = plain.filter(pl.Series((chance > 0.03) & (chance < 0.04) & ~is_payout)).with_columns(
        booked_at=_at(pl.col("value_date"), 9), message=pl.lit("delete")
    )
    rows = pl.concat([plain, reversed_, corrected, deleted]).sort("loan_id", "booked_at", "order", maintain_order=True)
    return rows.select(
        "entry_id",
        "loan_id",
        "value_date",
        "booked_at",
        "event",
        amount=(pl.col("fen").cast(pl.Decimal(38, 0)) * pl.lit("0.01").cast(MONEY)).cast(MONEY),
        currency="currency",
        reverses_entry_id="reverses_entry_id",
        message="message",
        _lender="_lender",
    )


def current_entries(entries: pl.DataFrame) -> pl.DataFrame:
    """The version of each entry that was booked last, unless that deletes it."""
    newest = entries.unique("entry_id", keep="last", maintain_order=True)
    return newest.filter(pl.col("message") != "delete")


def readings(made: pl.DataFrame, random: Numbered) -> Iterator[pl.DataFrame]:
    """The readings of each kind of project, so often within a month that every project has about as many."""
    numbers = made["project_id"].str.slice(1).cast(pl.Int64).to_numpy()
    for at, kind in enumerate(KINDS):
        if not kind.metrics:
            continue
        own = made.filter(pl.Series(numbers % len(KINDS) == at))
        is_seasonal = any(len(metric.months) < 12 for metric in kind.metrics)
        groups = (
            [(own, False)]
            if is_seasonal
            else [(own.filter(~pl.col("is_quarterly")), False), (own.filter("is_quarterly"), True)]
        )
        for group, is_quarterly in groups:
            if group.height:
                yield _readings_of(kind, group, is_quarterly, random.of(f"{at}/{is_quarterly}"))


def _readings_of(kind: Kind, own: pl.DataFrame, is_quarterly: bool, random: np.random.Generator) -> pl.DataFrame:
    spans = _spans(kind, is_quarterly)
    project = np.repeat(np.arange(own.height), spans.height)
    rows = spans[np.tile(np.arange(spans.height), own.height)]
    amount = rows["amount"].to_numpy() * own["size"].to_numpy()[project]
    weather = np.exp(random.normal(0, 0.06, (own.height, MONTHS)))[project, rows["month"].to_numpy()]
    value = np.round(amount * weather * np.exp(random.normal(0, 0.01, project.size)), 3)
    read = rows.select(
        record_id=pl.format("{}-{}-{}", pl.Series(own["project_id"].to_numpy()[project]), "metric_number", "span"),
        project_id=pl.Series(own["project_id"].to_numpy()[project]),
        period_start="period_start",
        period_end="period_end",
        metric="metric",
        value=pl.Series(value),
        unit="unit",
        reported_at=_at(pl.col("period_end"), 5),
        version=pl.lit(1),
        source=pl.lit("meter"),
        message=pl.lit("new"),
    )
    begun = pl.Series(own["commissioning_date"].dt.month_start().to_numpy()[project])
    sent = read.filter((read["period_end"] >= begun) & pl.Series(random.random(read.height) >= 0.0002))
    return _with_versions(sent, random)


def _spans(kind: Kind, is_quarterly: bool) -> pl.DataFrame:
    """Which stretches of days a project of the kind reads, metric by metric, with what a plant of size 1 reads."""
    pieces = 1 if is_quarterly else max(1, round(READINGS_A_PROJECT / MONTHS * 1.24 / len(kind.metrics)))
    step = 3 if is_quarterly else 1
    rows = []
    for number, metric in enumerate(kind.metrics):
        for month in range(0, MONTHS, step):
            if month % 12 + 1 not in metric.months:
                continue
            first, days = MONTH_STARTS[month].astype("datetime64[D]"), int(MONTH_DAYS[month : month + step].sum())
            edges = np.linspace(0, days, pieces + 1).astype(int)
            season = 1 + 0.08 * np.cos(2 * np.pi * (month % 12) / 12)
            for begin, end in pairwise(edges):
                amount = metric.amount * season * step * (end - begin) / days
                days_of = ((first + begin).item(), (first + end - 1).item())
                rows.append((metric.name, metric.unit, number, len(rows), month, amount, *days_of))
    names = ["metric", "unit", "metric_number", "span", "month", "amount", "period_start", "period_end"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _with_versions(sent: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Add corrections of two readings in a hundred, and one in 500 that is withdrawn and sent anew under a new id."""
    chance = random.random(sent.height)
    corrected = sent.filter(pl.Series(chance < 0.02)).with_columns(
        value=(pl.col("value") * 0.97).round(3),
        version=pl.lit(2),
        reported_at=_at(pl.col("period_end"), 20),
        message=pl.lit("correct"),
    )
    withdrawn = sent.filter(pl.Series((chance > 0.02) & (chance < 0.022)))
    deleted = withdrawn.with_columns(
        version=pl.lit(2), reported_at=_at(pl.col("period_end"), 15), message=pl.lit("delete")
    )
    anew = withdrawn.with_columns(record_id=pl.col("record_id") + "-N", reported_at=_at(pl.col("period_end"), 16))
    return pl.concat([sent, corrected, deleted, anew]).sort("record_id", "version", maintain_order=True)


def current_readings(sent: pl.DataFrame) -> pl.DataFrame:
    """The highest version of each record, unless that deletes it."""
    newest = sent.unique("record_id", keep="last", maintain_order=True)
    return newest.filter(pl.col("message") != "delete")


def _spoiled(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """This part of the rows, under ids of their own, with `fault` counting 0, 1, 2, 0 ..."""
    taken = rows.gather_every(round(1 / REFUSED), offset=_offset(rows))
    numbered = taken.with_columns(fault=pl.int_range(pl.len()) % 3)
    return numbered.with_columns(pl.format("X{}", pl.col(key)).alias(key))


def _offset(rows: pl.DataFrame) -> int:
    """Small tables have a row to spoil too."""
    return max(0, min(7, rows.height - 1))


def _where(fault: int, column: str, otherwise: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("fault") == fault).then(otherwise).otherwise(column).alias(column)


def _spoiled_projects(made: pl.DataFrame) -> pl.DataFrame:
    rows = _spoiled(made, "project_id").with_columns(
        _where(0, "method", pl.lit("perpetual_motion")),
        _where(1, "total_investment", pl.lit("-5.00").cast(MONEY)),
        _where(2, "commissioning_date", pl.lit(dt.date(1066, 10, 14))),
    )
    return rows.drop("fault")


def _spoiled_parameters(stated: pl.DataFrame) -> pl.DataFrame:
    rows = stated.gather_every(round(1 / REFUSED), offset=_offset(stated))
    return rows.with_columns(parameter_id=pl.format("x_{}", pl.col("parameter_id")), scope=pl.col("scope") + "X")


def _spoiled_loans(lent: pl.DataFrame) -> pl.DataFrame:
    rows = _spoiled(lent, "loan_id").with_columns(
        _where(0, "project_id", pl.col("project_id") + "X"),
        _where(1, "maturity_date", pl.col("sign_date").dt.offset_by("-10d")),
        _where(2, "loan_type", pl.lit("gift")),
    )
    return rows.drop("fault")


def _spoiled_entries(entries: pl.DataFrame) -> pl.DataFrame:
    rows = _spoiled(entries.filter(pl.col("event") != "REVERSAL"), "entry_id").with_columns(
        _where(0, "loan_id", pl.col("loan_id") + "X"),
        _where(1, "amount", -pl.col("amount")),
        _where(2, "event", pl.lit("FEE")),
    )
    return rows.drop("fault")


def _spoiled_readings(sent: pl.DataFrame) -> pl.DataFrame:
    rows = _spoiled(sent, "record_id").with_columns(
        _where(0, "project_id", pl.col("project_id") + "X"),
        _where(1, "unit", pl.lit("furlong")),
        _where(2, "period_end", pl.col("period_start").dt.offset_by("-1d")),
    )
    return rows.drop("fault")


def main() -> None:
    """Write a book."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, required=True, help="1 is 100,000 loans")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=FORMS, action="append", help="both unless given")
    given = parser.parse_args()
    write_book(given.out, given.scale, given.seed, given.form or FORMS)


if __name__ == "__main__":
    main()
