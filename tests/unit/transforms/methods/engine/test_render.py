"""A formula is printed from the tree that runs; SQL and Python from the same tree give what polars gives."""

import contextlib
import math
import random
from collections.abc import Iterator
from typing import Final

import duckdb
import polars as pl
import pytest
import typst
from polars import coalesce, col, lit, when

from tests.makers import reference
from transforms.methods.catalog import EDITIONS, METHODS
from transforms.methods.engine.limits import at_most, not_below_zero
from transforms.methods.engine.lines import Line, lines_of
from transforms.methods.engine.method import Method
from transforms.methods.engine.render import (
    Figures,
    Mathematics,
    Text,
    figure,
    in_lines,
    in_mathematics,
    in_one_line,
    python,
    sql,
)
from transforms.methods.engine.signs import named, symbol
from transforms.methods.engine.tree import Node, Symbol, read_back, symbols_of

a, b, c = (symbol(f"{name}_ratio", name) for name in "abc")
WORDS: Final = reference().sentences
ALL: Final = pytest.mark.parametrize("method", EDITIONS.values(), ids=map(" ".join, EDITIONS))
ROWS: Final = 40
RATIOS: Final = {f"{name}_ratio": pl.Float64 for name in "abc"}


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        (a * (b + c), "a × (b + c)"),
        (a - (b - c), "a − (b − c)"),
        (a - b - c, "a − b − c"),
        (a / (b * c), "a / (b × c)"),
        (a / b * c, "a / b × c"),
        (a * (b * c), "a × b × c"),
        (lit(0.0) - a * b, "−a × b"),
        (lit(0.0) - (a + b), "−(a + b)"),
        (lit(1.0) - a, "1 − a"),
        (not_below_zero(a - b), "max(a − b, 0)"),
        (at_most(a, b + c), "min(a, b + c)"),
        (coalesce(a, b * c), "a, else b × c"),
        (when((a == 0) & b.is_not_null()).then(lit(0.0)).otherwise(b * c), "0 if a = 0, else b × c"),
        (named("Q", a + b) * c, "Q × c"),
    ],
)
def test_a_tree_is_printed_with_the_brackets_that_it_needs_and_no_others(expression: pl.Expr, printed: str) -> None:
    assert Text("en", WORDS).of(read_back(expression)).text == printed


def test_the_words_of_a_formula_are_the_readers() -> None:
    assert Text("zh", WORDS).of(read_back(coalesce(a, b))).text == "a，无则取 b"
    assert Text("zh", WORDS).line(Line("C", read_back(a * b), "fuel")) == "C = Σ a × b（各燃料）"


def worked_out(expression: pl.Expr, result: float, **values: float | None) -> str:
    """`x = figures = result`, of the columns a_ratio, b_ratio, c_ratio."""
    row = pl.DataFrame({f"{name}_ratio": value for name, value in values.items()}, schema_overrides=RATIOS)
    figures = Figures("en", lambda node: row.select(pl.sql_expr(sql(node))).item())
    return figures.worked(Line("x", read_back(expression)), [], result, "t")


@pytest.mark.parametrize(
    ("expression", "values", "result", "printed"),
    [
        (a / b * c, {"a": 86002.8, "b": 0.65, "c": 0.089}, 11775.768, "x = 86,002.8 / 0.65 × 0.089 = 11,775.77 t"),
        (a - b - c, {"a": -20.0, "b": -220.0, "c": 20.0}, 180.0, "x = (−20) − (−220) − 20 = 180 t"),
        (a * b, {"a": 2.0, "b": -3.0}, -6.0, "x = 2 × (−3) = −6 t"),
        (a * 1, {"a": 0.00007}, 0.00007, "x = 0.00007 × 1 = 0.00007 t"),
        (a + lit(0.0), {"a": 1234567.0}, 1234567.0, "x = 1,234,567 + 0 = 1,234,567 t"),
        (a, {"a": 780.0}, 780.0, "x = 780 t"),
        (lit(0.0) - a, {"a": 0.0}, 0.0, "x = 0 t"),
        (lit(0.0) - a, {"a": 5.0}, -5.0, "x = −5 t"),
        (coalesce(a, b * c), {"a": None, "b": 2.0, "c": 3.0}, 6.0, "x = 2 × 3 = 6 t"),
        (coalesce(a, b * c), {"a": 5.0, "b": 2.0, "c": 3.0}, 5.0, "x = 5 t"),
        (when(a == 0).then(lit(0.0)).otherwise(b * c), {"a": 1.0, "b": 2.0, "c": 3.0}, 6.0, "x = 2 × 3 = 6 t"),
        (when(a == 0).then(lit(0.0)).otherwise(b * c), {"a": 0.0, "b": 2.0, "c": 3.0}, 0.0, "x = 0 t"),
        (at_most(a, b), {"a": 7.0, "b": 6.0}, 6.0, "x = min(7, 6) = 6 t"),
        (at_most(a, b), {"a": 7.0, "b": math.inf}, 7.0, "x = 7 t"),
        (named("Q", a + b) * c, {"a": 1.0, "b": 2.0, "c": 3.0}, 9.0, "x = 3 × 3 = 9 t"),
    ],
)
def test_a_formula_is_worked_out_with_its_figures_put_in(
    expression: pl.Expr, values: dict[str, float | None], result: float, printed: str
) -> None:
    assert worked_out(expression, result, **values) == printed


def test_a_sum_is_worked_out_item_by_item() -> None:
    rows = [pl.DataFrame({"a_ratio": [2.0], "b_ratio": [each]}) for each in (10.0, -1.0)]
    items = [Figures("en", lambda node, row=row: row.select(pl.sql_expr(sql(node))).item()) for row in rows]
    line = Line("C", read_back(a * b), "fuel")
    assert items[0].worked(line, items, 18.0) == "C = 2 × 10 + 2 × (−1) = 18"


def test_a_figure_has_seven_digits_at_most() -> None:
    assert [figure(value) for value in (1 / 3, 63831.5712, -0.0, math.inf)] == ["0.3333333", "63,831.57", "0", "∞"]


def test_what_is_not_part_of_a_formula_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="not made of"):
        read_back(a.rolling_mean(3))


NEGATED: Final = [~(a > 1.0) & b.is_null(), (a > 1.0) | ~b.is_not_null()]


@pytest.mark.parametrize("condition", NEGATED)
def test_a_condition_that_does_not_hold_is_run_by_sql_as_by_polars(condition: pl.Expr) -> None:
    values = {"a_ratio": [0.5, 2.0, None] * 2, "b_ratio": [None] * 3 + [1.0] * 3}
    rows = pl.DataFrame(values, schema=dict.fromkeys(values, pl.Float64))
    (printed,) = duckdb.sql(f"SELECT {sql(read_back(condition))} AS held FROM rows").pl()
    assert printed.to_list() == rows.select(condition).to_series().to_list()
    assert rows.height == len(printed)


@pytest.mark.parametrize("condition", NEGATED)
def test_no_formula_is_printed_with_a_condition_that_does_not_hold(condition: pl.Expr) -> None:
    with pytest.raises(ValueError, match="no formula is printed"):
        Text("en", WORDS).of(read_back(condition))


def test_mathematics_sets_an_index_below_and_a_quotient_as_a_fraction() -> None:
    assert Mathematics().of(read_back(a / b)).text == "(a)/(b)"
    assert Mathematics().sign("EF_grid") == '"EF"_"grid"'
    assert Mathematics().sign("η_BL") == 'η_"BL"'


def test_steam_heating_reads_as_its_methodology_writes_it() -> None:
    assert in_lines(METHODS["steam_heating"], WORDS) == [
        "ER = BE − PE − LE",
        "BE = Q / η_BL × EF_BL",
        "PE = PE_fuel + E × EF_grid",
        "LE = 0",
        "Q = Q_metered, else D × (h − h_ref)",
        "PE_fuel = Σ F × NCV × EF_fuel, every fuel",
    ]
    assert in_one_line(METHODS["rooftop_pv"], WORDS) == "ER = EG_self × EF_self + EG_export × EF_export"


@ALL
def test_every_column_of_a_formula_has_one_sign_and_every_sign_one_meaning(method: Method) -> None:
    meanings: dict[str, set[str]] = {}
    for line in lines_of(method):
        for one in symbols_of(line.body):
            meanings.setdefault(one.sign, set()).add(one.column)
            assert one.sign != one.column, f"{one.column} has no printed sign"
    assert {sign: columns for sign, columns in meanings.items() if len(columns) > 1} == {}


def test_typst_sets_every_formula() -> None:
    equations = "\n".join(f"$ {line} $\n" for method in EDITIONS.values() for line in in_mathematics(method))
    assert typst.compile(equations.encode(), format="pdf").startswith(b"%PDF")


def columns_of(method: Method) -> list[str]:
    return sorted({one.column for line in lines_of(method)[1:] for one in symbols_of(line.body)})


def bodies(method: Method) -> Iterator[tuple[pl.Expr, Node]]:
    for expression in (method.baseline, method.project, method.leakage, *(part.amount for part in method.parts)):
        yield expression, read_back(expression)


def values(columns: list[str], *, with_gaps: bool) -> pl.DataFrame:
    """Readings and factors of forty months: one in five is 0, and one in ten unknown."""
    drawn = random.Random("formula")  # noqa: S311
    choices = [*(0.0,) * 2, *((None,) if with_gaps else ()), *(drawn.uniform(0.01, 50.0) for _ in range(8))]
    rows = {name: drawn.choices(choices, k=ROWS) for name in columns}
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Float64))


def assert_alike(there: float | None, here: float | None) -> None:
    """Nothing divided by nothing has no value, however a language says so."""
    if here is None or not math.isfinite(here):
        assert there is None or not math.isfinite(there)
    else:
        assert there == pytest.approx(here, rel=1e-12, abs=1e-12)


@ALL
def test_the_sql_of_a_formula_gives_what_polars_gives_where_something_is_unknown_too(method: Method) -> None:
    frame = values(columns_of(method), with_gaps=True).with_row_index("row")
    connection = duckdb.connect()
    connection.register("frame", frame.to_arrow())
    for expression, node in bodies(method):
        here = frame.with_columns(x=expression.cast(pl.Float64))["x"].to_list()
        there = connection.sql(f"SELECT CAST({sql(node)} AS DOUBLE) FROM frame ORDER BY row").fetchall()
        for left, right in zip(there, here, strict=True):
            assert_alike(left[0], right)


@ALL
def test_the_python_of_a_formula_gives_what_polars_gives(method: Method) -> None:
    frame = values(columns_of(method), with_gaps=False)
    for expression, node in bodies(method):
        program, compared = compile(python(node), method.name, "eval"), 0
        for row in frame.with_columns(x=expression.cast(pl.Float64)).iter_rows(named=True):
            with contextlib.suppress(ZeroDivisionError):  # 1/0 is not a number in Python, and infinite in polars
                assert_alike(eval(program, {}, row), row["x"])  # noqa: S307 - our own formula
                compared += 1
        assert compared > ROWS / 4


def test_an_unknown_reading_takes_the_other_way_in_python_too() -> None:
    assert eval(python(read_back(coalesce(a, b * c))), {}, {"a_ratio": None, "b_ratio": 2.0, "c_ratio": 3.0}) == 6.0  # noqa: S307


def test_a_sign_moves_no_value() -> None:
    frame = pl.DataFrame({"a_ratio": [2.0], "b_ratio": [3.0], "c_ratio": [4.0]})
    plain = frame.select(x=(col("a_ratio") + col("b_ratio")) * col("c_ratio")).item()
    assert frame.select(x=named("Q", a + b) * c).item() == plain == 20.0
    assert list(symbols_of(read_back(a))) == [Symbol("a_ratio", "a")]
