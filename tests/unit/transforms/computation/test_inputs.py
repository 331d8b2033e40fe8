"""A project's digest is of all that its figures rest on: where it is the same, so is every row of every mart.

A night takes the rows of such projects over from the file before: what the digest left out would be published stale.
"""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Final, NamedTuple, cast

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schemas.catalog import frames_of
from schemas.deliveries import Accepted
from tests.makers import make_book, make_entry, make_loan, make_parameter, make_project, make_reading, reference, typed
from tests.properties.seeded_faults import KNOWN, sample_book
from transforms.computation.compute import compute_bucket
from transforms.computation.dealing import only
from transforms.computation.facts import Facts, facts_of
from transforms.computation.inputs import dated_ahead, narrowed, project_inputs
from transforms.deliveries.book.book import Book
from transforms.ground.calendar import beijing_date, last_of_month
from transforms.uncertainty.monte_carlo import monte_carlo_checks

DAY: Final = beijing_date(KNOWN)
CONFIRMED: Final = "is_confirmed_to_period_end"
"""The one column that is worked out anew for rows that are taken over."""
SALT: Final = 1

Tables = Mapping[str, pl.DataFrame]


class Night(NamedTuple):
    """What a night knows of the projects: a digest of each, and every row of theirs."""

    digests: dict[str, str]
    tables: Tables


def night(book: Book, day: dt.date = DAY) -> Night:
    """The rows as they are worked out from what is narrowed, projects with a day ahead from the day itself."""
    facts = facts_of(book, reference(), day)
    given, dated = narrowed(book, facts, last_of_month(day)), dated_ahead(book, day)
    inputs = project_inputs(given, reference(), SALT).filter(~pl.col("project_id").is_in(dated.implode()))
    undated = book.tables["projects"]["project_id"].filter(
        ~book.tables["projects"]["project_id"].is_in(dated.implode())
    )
    ahead = rows_of(only(given.book, dated), replace(given.facts, until=day)) if dated.len() else {}
    rows = rows_of(only(given.book, undated), given.facts)
    both = {name: pl.concat([rows[name], ahead[name]]) if name in ahead else rows[name] for name in rows}
    return Night(dict(inputs.rows()), both)


def rows_of(book: Book, facts: Facts) -> Tables:
    """Every row that a bucket gives, each with its project as `of`."""
    worked_out = compute_bucket(book, reference(), facts)
    loans = book.tables["loans"].select("project_id", subject="loan_id")
    owners = pl.concat([book.tables["projects"].select("project_id", subject="project_id"), loans])
    addends = worked_out.addends
    others = {
        "flags": worked_out.flags,
        "figures": addends.figures,
        "lent": addends.lent,
        "years": addends.years,
        "contributed": addends.contributed.rows.join(addends.contributed.names.drop("origin"), on="input_number").drop(
            "input_number"
        ),
        "drawn": monte_carlo_checks(worked_out.sums.drawable),
    }
    return {name: _owned(rows, owners) for name, rows in {**frames_of(worked_out.marts), **others}.items()}


def _owned(rows: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    key = next(name for name in ("project_id", "loan_id", "subject") if name in rows.columns)
    named = owners.filter(pl.col("project_id") == pl.col("subject")) if key == "project_id" else owners
    return rows.join(named.select(of="project_id", **{key: "subject"}), on=key, how="left", maintain_order="left")


def assert_same_where_the_digest_is(before: Night, after: Night) -> set[str]:
    """Fail where a project of the same digest has another row; return the projects of another digest."""
    same = [name for name, digest in after.digests.items() if before.digests.get(name) == digest]
    drawn_by_both = before.tables["drawn"].select("project_id", "calendar_year", "draws_count")
    for name, rows in after.tables.items():
        one, other = (table.filter(pl.col("of").is_in(same)) for table in (before.tables[name], rows))
        if name == "drawn":  # which projects are drawn is a matter of the whole book
            other = other.join(drawn_by_both, on=drawn_by_both.columns, how="semi")
            one = one.join(other, on=drawn_by_both.columns, how="semi")
        one, other = (table.drop(CONFIRMED, strict=False) for table in (one, other))
        assert_frame_equal(one, other, check_row_order=False, check_exact=True)
    return set(after.digests) - set(same)


@cache
def before() -> Night:
    return night(sample_book())


def with_table(book: Book, name: str, rows: pl.DataFrame) -> Book:
    return replace(book, tables=cast("Accepted", {**book.tables, name: rows}))


def edited(book: Book, table: str, change: pl.Expr, where: pl.Expr) -> Book:
    """The book, one table of which is changed in the first row that meets the condition."""
    rows = frames_of(book.tables)[table].with_row_index("at")
    (at,) = rows.filter(where).head(1)["at"]
    column = change.meta.output_name()
    return with_table(
        book, table, rows.with_columns(pl.when(pl.col("at") == at).then(change).otherwise(column)).drop("at")
    )


def project(name: str) -> pl.Expr:
    return pl.col("project_id") == name


MORE: Final = pl.col("value") * 1.01
A_CENT_MORE: Final = (pl.col("amount") + pl.lit("0.01").cast(pl.Decimal(38, 2))).alias("amount")
OF_A_BOILER: Final = pl.col("scope") == "P-GX-BOILER"
EVERYBODY: Final = "everybody"
SOLAR_PLANT: Final = "P-GF-PV"


def owner(loan: str) -> str:
    name: str = sample_book().tables["loans"].filter(loan_id=loan)["project_id"].item()
    return name


def in_dollars() -> str:
    name: str = sample_book().tables["loans"].filter(currency="USD")["project_id"].item()
    return name


SINGLE: Final[Mapping[str, tuple[str, pl.Expr, pl.Expr, Callable[[], str]]]] = {
    "a reading": ("operating", MORE, project("P-PY-FERT"), lambda: "P-PY-FERT"),
    "an entry": ("ledger", A_CENT_MORE, pl.col("loan_id") == "L-BOC-01", lambda: owner("L-BOC-01")),
    "a loan": ("loans", pl.lit("x").alias("pledge_type"), project("P-YG-PV"), lambda: "P-YG-PV"),
    "a project": ("projects", pl.lit(123).alias("lifetime_years"), project("P-XZ-LED"), lambda: "P-XZ-LED"),
    "a survey": ("forest_strata", pl.col("area") * 1.01, project("P-DX-FOREST"), lambda: "P-DX-FOREST"),
    "a project's own factor": ("parameters", MORE, pl.col("scope") == "P-WN-STEAM", lambda: "P-WN-STEAM"),
    "the density of a reservoir": ("parameters", MORE, pl.col("scope") == "P-YS-HYDRO", lambda: "P-YS-HYDRO"),
    "an exchange rate": ("fx", pl.col("rate") * 1.01, pl.col("base") == "USD", in_dollars),
    "a factor of everybody": (
        "parameters",
        pl.lit("all").alias("scope"),
        pl.col("scope").str.starts_with("P-GX-BOILER"),
        lambda: EVERYBODY,
    ),
}


@pytest.mark.parametrize("case", SINGLE)
def test_what_changes_is_in_the_digest_of_whom_it_is_about_and_of_nobody_else(case: str) -> None:
    table, change, where, whom = SINGLE[case]
    moved = assert_same_where_the_digest_is(before(), night(edited(sample_book(), table, change, where)))
    assert moved == (set(before().digests) if whom() == EVERYBODY else {whom()})


def test_a_plant_that_reads_otherwise_moves_what_its_peers_are_judged_beside() -> None:
    book = edited(sample_book(), "operating", pl.col("value") * 1.8, project(SOLAR_PLANT))
    moved = assert_same_where_the_digest_is(before(), night(book))
    plants = {name for name in sample_book().tables["projects"]["project_id"] if name.endswith("PV")}
    assert {SOLAR_PLANT} < moved <= plants


@pytest.mark.parametrize(("day", "is_the_same"), [("2026-07-02", True), ("2026-07-31", True), ("2026-08-01", False)])
def test_the_days_of_a_month_are_one_day_to_a_project_without_a_day_ahead(day: str, *, is_the_same: bool) -> None:
    moved = assert_same_where_the_digest_is(before(), night(sample_book(), dt.date.fromisoformat(day)))
    assert moved == (set() if is_the_same else set(before().digests))


def test_what_is_narrowed_away_is_read_by_no_project() -> None:
    book, facts = sample_book(), facts_of(sample_book(), reference(), DAY)
    rows = rows_of(book, facts)
    for name, own in before().tables.items():
        assert_frame_equal(own, rows[name], check_row_order=False, check_exact=True)


DATED: Final = ("2025-03-09", "2025-03-10", "2025-03-11", "2025-03-31", "2025-04-01")


@pytest.mark.parametrize("known", DATED[1:-1])
@pytest.mark.parametrize("dated", DATED)
def test_what_is_dated_ahead_counts_from_its_day_on(known: str, dated: str) -> None:
    """P1 is lent to on the day, P2 begins to run on it; nothing else is lent or read."""
    book = make_book(
        [make_project(), make_project(project_id="P2", commissioning_date=dated)],
        [make_loan(), make_loan(loan_id="L2", project_id="P2")],
        [make_entry(value_date=dated), make_entry(loan_id="L2", value_date="2025-01-10")],
        readings=[make_reading(project_id="P2", period_start="2025-02-01", period_end="2025-02-28")],
    )
    day = dt.date.fromisoformat(known)
    facts = facts_of(book, reference(), day)
    assert set(dated_ahead(book, day)) == ({"P1", "P2"} if known < dated <= "2025-03-31" else set())
    asked, rows = night(book, day).tables, rows_of(book, facts)
    for name, own in asked.items():
        assert_frame_equal(own, rows[name], check_row_order=False, check_exact=True)


def test_a_factor_of_a_scope_that_is_also_a_projects_name_is_everybodys() -> None:
    """A project may be called as a kind of plant is: the kind's factor holds for others too."""
    names = ("solar", "P2")
    solar = {"method": "grid_renewable", "realisation_type": "Solar", "reported_annual_reduction_tco2": None}
    plants = [make_project(project_id=name, **solar) for name in names]

    def book(value: str) -> Book:
        factors = typed("parameters", [make_parameter(scope="solar", parameter_id="om_weight", value=value)])
        return with_table(make_book(plants, [make_loan(project_id="P2")]), "parameters", factors)

    one, other = night(book("0.75")), night(book("0.7"))
    assert assert_same_where_the_digest_is(one, other) == set(names)


NUMBERS: Final = {
    "projects": ("total_investment", "capacity", "reported_annual_reduction_tco2", "total_equity"),
    "loans": ("contract_amount", "annual_rate_pct"),
    "ledger": ("amount", "value_date", "booked_at"),
    "operating": ("value", "reported_at"),
    "forest_strata": ("area", "volume", "survey_date"),
    "parameters": ("value", "relative_uncertainty_pct"),
    "fx": ("rate",),
}


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(4, 60))])
def test_whatever_cell_changes_a_project_of_the_same_digest_has_the_same_rows(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret
    table = draw.choice(list(NUMBERS))
    column = draw.choice(NUMBERS[table])
    rows = frames_of(sample_book().tables)[table]
    known = [at for at, value in enumerate(rows[column]) if value is not None]
    at = draw.choice(known)
    value, dtype = pl.col(column), rows.schema[column]
    change = value.dt.offset_by("-1d") if dtype.is_temporal() else (value * pl.lit(0.9)).cast(dtype)
    changed = rows.with_row_index("at").with_columns(pl.when(pl.col("at") == at).then(change).otherwise(value))
    assert assert_same_where_the_digest_is(before(), night(with_table(sample_book(), table, changed.drop("at"))))
