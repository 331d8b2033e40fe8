"""Whatever a function takes or gives as a table of a contract follows it: its columns, types, gaps and checks.

The sample book and a sender full of mistakes are read and computed while every function of the program is watched.
"""

import dataclasses
import datetime as dt
import functools
import importlib
import inspect
import pkgutil
import shutil
import typing
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

import pandera.errors
import polars as pl
import pytest

from flows.landing import files as landing
from flows.landing import reading
from flows.landing.inbox import look
from schemas import between
from schemas.contract import Contract, DataFrame, validated
from tests.integration.program import SAMPLE_BOOK
from tests.makers import reference
from transforms.computation import compute as computing
from transforms.deliveries.book import book as books

KNOWN: Final = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
LOOKED_AT: Final = 1
"""Tables of a place that are looked at: a night has thousands of small ones."""

ON_THEIR_WAY: Final = {
    ("transforms.uncertainty.ranges", "FigureUncertainty"): "the container is left to the caller, who knows it",
    ("transforms.uncertainty.ranges", "UncertaintyInput"): "the container is left to the caller, who knows it",
    ("transforms.deliveries", "OperatingRecord"): "rows are held to the contract when they are accepted",
    ("transforms.ground.units", "OperatingRecord"): "rows are held to the contract when they are accepted",
}
"""Rooms in which a table of a contract may still break it, and why."""

MISTAKES: Final = {
    "operating.csv": "project_id,period_start,period_end,metric,value,unit\n"
    "P-NO-SUCH,2025-01-01,2025-01-31,electricity_supplied,1,MWh\n"
    "P-SR-WIND,2025-01-01,2025-01-31,electricity_supplied,many,MWh\n"
    "P-SR-WIND,2025-02-01,2025-02-28,electricity_supplied,1,furlong\n"
    "P-SR-WIND,2025-03-01,2025-03-31,electricity_supplied,1,MWh,too,long\n",
    "parameters.csv": "parameter_id,scope,value,unit,valid_from,valid_to,source,locator\n"
    "coal_ncv,P-SR-WIND,-5,GJ/t,2025-01-01,2025-12-31,lab,page 1\n",
    "ledger.csv": "entry_id,loan_id,value_date,booked_at,event,amount,currency\n"
    "E1,L-NO-SUCH,2025-01-01,2025-01-02T09:00:00+08:00,DISBURSEMENT,1.00,CNY\n",
}

ASSEMBLED: Final = "kept within an assembly, no function's own"
TAKEN_OVER: Final = "of nights that take rows over; tests/unit/flows/running/test_earlier.py has them"
NO_SUCH: Final = "the book has none; tests/unit/schemas/between/test_between.py looks at an empty one"
OF_FORMS: Final = "of workbooks and lists alone; tests/unit/flows/forms reads them"
NOT_IN_THE_BOOK: Final = {
    "CellMark": OF_FORMS,
    "ComputedReading": "asked for together with delivered readings",
    "HeldMonth": NO_SUCH,
    "KeptProject": TAKEN_OVER,
    "LineOfText": "of texts that are too large for cells",
    "LoanRegistration": ASSEMBLED,
    "MovedFigure": "of two nights; tests/unit/flows/running/test_computing.py has them",
    "DisclosedProject": "the same",
    "LoanSums": "what two contracts of sums have in common",
    "OutdatedRelease": NO_SUCH,
    "ProjectFlag": TAKEN_OVER,
    "ProjectInput": TAKEN_OVER,
    "RefusedFactor": NO_SUCH,
    "RefusedFactorMonth": NO_SUCH,
    "RefusedValue": NO_SUCH,
    "ReleasedMonth": NO_SUCH,
    "RowFate": ASSEMBLED,
    "SentReading": ASSEMBLED,
    "StatedBalance": OF_FORMS,
    "TouchedQuarter": "of two nights; tests/integration/nights/test_bridge.py has them",
    "UncataloguedLoan": NO_SUCH,
}
"""Contracts of which the book has no row, and where such rows are."""

Watched = Callable[..., Any]


@dataclasses.dataclass
class Seen:
    """What was looked at: rows by contract, what broke one, and how often a place was."""

    rows: dict[str, int] = dataclasses.field(default_factory=dict)
    broken: dict[tuple[str, str, str], str] = dataclasses.field(default_factory=dict)
    times: dict[tuple[str, str, str], int] = dataclasses.field(default_factory=dict)

    def look(self, value: object, type_: object, place: str) -> None:
        """Look at a table, or at the tables in a list, mapping or record."""
        contract = contract_of(type_)
        if contract is not None and isinstance(value, pl.DataFrame):
            self._table(value, contract, place)
        elif dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
            for name, hint in hints_of(type(value)).items():
                self.look(getattr(value, name, None), hint, f"{type(value).__name__}.{name}")
        elif isinstance(value, list | tuple):
            for one, hint in zip(value, typing.get_args(type_) * len(value), strict=False):
                self.look(one, hint, place)
        elif value is not None and typing.get_args(type_):  # a table or none
            for hint in typing.get_args(type_):
                if contract_of(hint):
                    self.look(value, hint, place)

    def _table(self, table: pl.DataFrame, contract: type[Contract], place: str) -> None:
        name = contract.__name__
        at = (place, name, "empty" if table.is_empty() else "rows")
        if self.times.get(at, 0) >= LOOKED_AT:
            return
        self.times[at] = self.times.get(at, 0) + 1
        self.rows[name] = max(self.rows.get(name, 0), table.height)
        try:
            validated(table.select(contract.columns()) if contract.to_schema().strict else table, contract, lazy=True)
        except pl.exceptions.ColumnNotFoundError as error:
            self.broken[place, name, ""] = str(error).splitlines()[0]
        except pandera.errors.SchemaErrors as error:
            cases = error.failure_cases.select("column", "check").unique().rows()
            self.broken |= {(place, name, str(column)): str(check) for column, check in cases}


@functools.cache
def hints_of(what: object) -> Mapping[str, object]:
    """The types of a function or class, none where they are for the type checker alone."""
    try:
        return typing.get_type_hints(what)
    except (NameError, TypeError):
        return {}


def contract_of(type_: object) -> type[Contract] | None:
    """The contract of DataFrame[Contract]; of a table of either, or of any contract, none."""
    named = typing.get_args(type_)[:1] if typing.get_origin(type_) is DataFrame else ()
    return next((one for one in named if isinstance(one, type) and issubclass(one, Contract)), None)


def modules(*rooms: str) -> list[ModuleType]:
    """Every module of the rooms."""
    found = [importlib.import_module(room) for room in rooms]
    return found + [
        importlib.import_module(one.name)
        for room in found
        for one in pkgutil.walk_packages(getattr(room, "__path__", ()), f"{room.__name__}.")
    ]


def watch(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    """Put a watcher around every function of the computation, under each name that a module has for it."""
    watchers: dict[FunctionType, Watched] = {}
    for module in modules("transforms", "flows.forms", "flows.landing.reading"):
        for name, function in list(vars(module).items()):
            if is_watched(function):
                watchers.setdefault(function, watched(function, seen))
                monkeypatch.setattr(module, name, watchers[function])


def is_watched(one: object) -> bool:
    """Functions of the program, those that remember their answers too."""
    is_function = inspect.isfunction(one) or hasattr(one, "cache_info")
    return is_function and str(getattr(one, "__module__", "")).startswith(("transforms", "flows"))


def watched(function: FunctionType, seen: Seen) -> Watched:
    hints, place = hints_of(function), f"{function.__module__}.{function.__name__}"
    taken = inspect.signature(function)
    concerned = {name: hint for name, hint in hints.items() if name != "return" and "DataFrame" in str(hint)}

    @functools.wraps(function)
    def around(*given: Any, **named: Any) -> Any:
        arguments = taken.bind(*given, **named).arguments if concerned else {}
        for name, hint in concerned.items():
            seen.look(arguments.get(name), hint, f"{place}({name})")
        result = function(*given, **named)
        seen.look(result, hints.get("return"), place)
        return result

    return around


def inbox_of(folder: Path) -> Path:
    """The sample book, and a sender of mistakes."""
    shutil.copytree(SAMPLE_BOOK, folder)
    (folder / "mistakes").mkdir()
    for name, text in MISTAKES.items():
        (folder / "mistakes" / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Seen]:
    found, place = Seen(), tmp_path_factory.mktemp("contracts")
    inbox = inbox_of(place / "inbox")
    with pytest.MonkeyPatch.context() as patched:
        watch(patched, found)
        received, _ = landing.land(look(inbox).files, inbox, place / "landing", KNOWN)
        landed = reading.read_landed(received, place / "landing", reference().aliases)
        computing.compute(books.assemble(landed, reference(), KNOWN), reference(), KNOWN)
    return found


def is_on_its_way(place: str, name: str) -> bool:
    return any(place.startswith(room) and name == contract for room, contract in ON_THEIR_WAY)


def test_every_table_of_a_contract_follows_it_wherever_it_is_taken_or_given(seen: Seen) -> None:
    assert {at: why for at, why in seen.broken.items() if not is_on_its_way(*at[:2])} == {}


def test_every_contract_between_the_stages_was_looked_at(seen: Seen) -> None:
    stages = [importlib.import_module(f"schemas.between.{one.name}") for one in pkgutil.iter_modules(between.__path__)]
    names = {
        name
        for stage in stages
        for name, one in vars(stage).items()
        if getattr(one, "__module__", "") == stage.__name__
    }
    assert {name for name in names if not seen.rows.get(name)} == set(NOT_IN_THE_BOOK)
