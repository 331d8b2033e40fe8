"""The base of every table contract: column types, the closed list of unit suffixes, and the type of a table.

The one place that imports pandera; every other takes it from here.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Literal, Self, TypeVar, cast, overload

import polars as pl

from schemas.columns import DESCRIPTIONS


class Absent:
    """Finds no library of these names, as if they were not installed; one that is imported already stays so."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(self, name: str, *_: object) -> None:
        """Raise ModuleNotFoundError for these libraries, and leave every other to the other finders."""
        if name.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)


@contextmanager
def _without(*names: str) -> Iterator[None]:
    absent = Absent(frozenset(names))
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


with _without("pandas", "hypothesis"):  # which it would import where they are there: half of a short command
    import pandera.backends.polars.builtin_checks  # noqa: F401 - what its checks do of a polars frame
    import pandera.polars as pa
    from pandera.api.polars.types import PolarsData
    from pandera.backends.register_checks import register_default_check_backends
    from pandera.errors import SchemaError, SchemaErrors

    register_default_check_backends(pl.LazyFrame)  # looks for pandas once, and never again

__all__ = [
    "CURRENCY",
    "INSTANT_DTYPE",
    "MONEY_DTYPE",
    "UNIT_SUFFIXES",
    "C",
    "Contract",
    "DataFrame",
    "Delivered",
    "Instant",
    "Money",
    "SchemaError",
    "SchemaErrors",
    "conform",
    "like",
    "pa",
    "stacked",
    "unchecked",
    "validated",
]

Money = Annotated[pl.Decimal, 38, 2]
"""Exact money in the row's currency; never a float."""

Instant = Annotated[pl.Datetime, "us", "UTC"]
"""A moment in UTC."""

CURRENCY: Final = r"^[A-Z]{3}$"
"""ISO 4217 as every delivered currency is written."""

MONEY_DTYPE: Final = pl.Decimal(38, 2)
INSTANT_DTYPE: Final = pl.Datetime("us", "UTC")

UNIT_SUFFIXES: Final = {
    "_tco2e_per_year": "tonnes of CO2 equivalent in a full year; never added across years",
    "_tco2_per_mwh": "tonnes of CO2 per megawatt hour",
    "_tco2_per_gj": "tonnes of CO2 per gigajoule of fuel (net calorific value)",
    "_tc_per_gj": "tonnes of carbon per gigajoule of fuel (net calorific value)",
    "_gj_per_t": "gigajoules per tonne",
    "_gj_per_fuel_unit": "gigajoules (net) per fuel unit",
    "_fuel_unit": "tonnes for solid and liquid fuels, 10^4 Nm3 for gaseous ones",
    "_t_per_gj": "tonnes of a gas per gigajoule of fuel (net calorific value)",
    "_gj_per_mwh": "gigajoules per megawatt hour",
    "_mwh_per_t": "megawatt hours per tonne",
    "_tce_per_gj": "tonnes of coal equivalent per gigajoule",
    "_tco2_per_tce": "tonnes of CO2 per tonne of coal equivalent",
    "_tco2e_per_million_cny": "tonnes of CO2 equivalent per million Chinese yuan",
    "_tco2e_per_t": "tonnes of CO2 equivalent per tonne",
    "_tce_per_mwh": "tonnes of coal equivalent per megawatt hour",
    "_tco2e_per_mwh": "tonnes of CO2 equivalent per megawatt hour",
    "_mwh_per_m3": "megawatt hours per cubic metre",
    "_t_per_m3": "tonnes per cubic metre",
    "_m3_per_ha": "cubic metres per hectare",
    "_t_per_t": "tonnes per tonne",
    "_hours": "hours",
    "_mw": "megawatts",
    "_ha": "hectares",
    "_tco2e_per_tn2o": "tonnes of CO2 equivalent per tonne of nitrous oxide",
    "_tn2o_per_tn": "tonnes of nitrous oxide per tonne of its nitrogen",
    "_tn_per_ha": "tonnes of nitrogen per hectare",
    "_tn": "tonnes of nitrogen",
    "_tco2_per_tc": "tonnes of CO2 per tonne of its carbon",
    "_tc_per_t": "tonnes of carbon per tonne of dry matter",
    "_tco2_per_ha_year": "tonnes of CO2 per hectare and year",
    "_ha_year": "hectare-years",
    "_m3_per_t": "cubic metres per tonne",
    "_t_per_ha": "tonnes per hectare",
    "_t_per_head_day": "tonnes per animal and day",
    "_head_day": "animal-days",
    "_tco2e": "tonnes of CO2 equivalent",
    "_tco2": "tonnes of CO2 only",
    "_tce": "tonnes of coal equivalent",
    "_gj": "gigajoules",
    "_mwh": "megawatt hours",
    "_t": "tonnes",
    "_mu": "mu; 15 mu are a hectare",
    "_m3": "cubic metres",
    "_cny": "Chinese yuan",
    "_ratio": "a fraction; 1 is the whole",
    "_pct": "per cent, as delivered or as the regulator's form prints it",
    "_days": "calendar days",
    "_years": "years",
    "_bytes": "bytes",
    "_seconds": "seconds",
    "_count": "a number of things",
    "_score": "points of a quality scale; 1 is best",
    "_balance": "money in the row's currency, on a day or averaged over days",
    "_amount": "money in the row's currency",
    "_investment": "money in the project's investment currency",
    "_equity": "money in the project's investment currency",
    "_debt": "money in the project's investment currency",
}
"""The last syllables of a measured column are its unit; the longest suffix wins."""


C = TypeVar("C", bound="Contract")
C_co = TypeVar("C_co", bound="Contract", covariant=True)
D = TypeVar("D", bound="Delivered")


class DataFrame(pl.DataFrame, Generic[C_co]):
    """A table that follows a contract, for signatures: DataFrame[LedgerEntry]. At run time it is a polars frame.

    It has the columns of the contract, and on its way maybe others. What picks or orders rows keeps the contract; what
    changes columns gives a frame that follows none.
    """

    if TYPE_CHECKING:

        def filter(self, *predicates: Any, **constraints: Any) -> Self: ...
        def sort(self, by: Any, *more_by: Any, **how: Any) -> Self: ...
        def head(self, n: int = ...) -> Self: ...
        def clear(self, n: int = ...) -> Self: ...
        def slice(self, offset: int, length: int | None = ...) -> Self: ...
        def rechunk(self) -> Self: ...
        def drop_nulls(self, subset: Any = ...) -> Self: ...
        def unique(self, subset: Any = ..., **how: Any) -> Self: ...
        @overload
        def join(self, other: pl.DataFrame, on: Any = ..., *, how: Literal["semi", "anti"], **by: Any) -> Self: ...
        @overload
        def join(self, other: pl.DataFrame, on: Any = ..., how: Any = ..., **by: Any) -> pl.DataFrame: ...
        def join(self, *args: Any, **named: Any) -> pl.DataFrame: ...


class Contract(pa.DataFrameModel):
    """A table contract: exact columns, exact types, every column described in `schemas.columns`.

    `validated` refuses what does not follow it; `conform` makes a computed frame follow it, without its rules.
    """

    class Config:
        """An unexpected column is an error, and validating casts nothing."""

        strict = True
        coerce = False

    @classmethod
    def columns(cls) -> list[str]:
        """Column names in the order of the contract."""
        return list(_dtypes(cls))

    @classmethod
    def describe(cls) -> dict[str, str]:
        """Return each column's one definition; raise KeyError for a column without one."""
        return {name: DESCRIPTIONS[name] for name in cls.columns()}

    @classmethod
    def sentence(cls) -> str:
        """Return the table's own description: the first paragraph of the class docstring."""
        return " ".join((cls.__doc__ or "").split("\n\n")[0].split())

    @classmethod
    def polars_schema(cls) -> dict[str, pl.DataType]:
        """Column name to polars type, for building frames of this contract."""
        return dict(_dtypes(cls))

    @classmethod
    def empty_frame(cls) -> DataFrame[Self]:
        """A table of this contract without rows."""
        return unchecked(_empty(cls), cls)


class Delivered(Contract):
    """A delivered row: what was sent, and where it was."""

    delivery_id: str
    source_file: str
    source_row: int


def validated(frame: pl.DataFrame, contract: type[C], *, lazy: bool = False) -> DataFrame[C]:
    """Return the frame, which follows its contract; if it does not, pandera raises (lazy: with all that breaks it)."""
    return unchecked(frame if _is_kept(frame, contract) else contract.validate(frame, lazy=lazy), contract)


def _is_kept(frame: pl.DataFrame, contract: type[Contract]) -> bool:
    """Return whether the frame has the contract's types, no empty cell where none may be, and passes every check.

    The checks are pandera's own, asked all at once: one by one they take longer than the rest of a small night.
    """
    schema = contract.to_schema()
    required = [name for name, column in schema.columns.items() if not column.nullable]
    is_keyed = any(column.unique for column in schema.columns.values())
    if is_keyed or frame.schema != _dtypes(contract) or any(frame.select(required).null_count().row(0)):
        return False
    rows = frame.lazy()
    pairs = [(check, name) for name, column in schema.columns.items() for check in column.checks]
    verdicts = [
        check._check_fn(PolarsData(rows, name), **check._check_kwargs).select(pl.all().all())
        for check, name in [*pairs, *((check, "*") for check in schema.checks)]
    ]
    return all(all(answer.row(0)) for answer in pl.collect_all(verdicts))


def conform(frame: pl.DataFrame, contract: type[C]) -> DataFrame[C]:
    """Select, order and cast a computed frame to its contract; a missing column raises, rules are not checked."""
    follows = list(frame.schema.items()) == list(_dtypes(contract).items())
    return unchecked(frame if follows else frame.select(_casts(contract)), contract)


def unchecked(frame: pl.DataFrame, contract: type[C]) -> DataFrame[C]:  # noqa: ARG001 - for the type checker alone
    """Return the frame as a table of the contract; that it follows it is the caller's word, and a test's."""
    return cast("DataFrame[C]", frame)


def like(frame: pl.DataFrame, table: DataFrame[C]) -> DataFrame[C]:  # noqa: ARG001 - for the type checker alone
    """Return the frame as a table of the contract that another has, whose rows it holds; the caller's word."""
    return cast("DataFrame[C]", frame)


def stacked(tables: Iterable[DataFrame[C]]) -> DataFrame[C]:
    """Return tables of one contract one below the other."""
    return cast("DataFrame[C]", pl.concat(tables))


@cache
def _empty(contract: type[Contract]) -> pl.DataFrame:
    return pl.DataFrame(schema=_dtypes(contract))


@cache
def _dtypes(contract: type[Contract]) -> dict[str, pl.DataType]:
    return {name: column.dtype.type for name, column in contract.to_schema().columns.items()}


@cache
def _casts(contract: type[Contract]) -> tuple[pl.Expr, ...]:
    return tuple(pl.col(name).cast(dtype) for name, dtype in _dtypes(contract).items())
