"""The sheets of what formulas take: factors, readings, and what terms add up over several items."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from flows.published.live.contents import Contents, Use
from flows.published.live.grid import Book, Cell, Formula, Given, Sheet, call
from reports.names import Names
from transforms.methods.engine.method import Method
from transforms.methods.engine.method import Part as ItemSum
from transforms.methods.engine.spreadsheet import constant, spreadsheet
from transforms.methods.engine.tree import read_back
from transforms.receipts.factors import factor
from transforms.receipts.steps import Leaf, Part, Row, Step

MOST_RECORDS: Final = 12
"""Records that a row names; how many there are is behind them."""

ZH, EN = Names("zh"), Names("en")


class Inputs(NamedTuple):
    """The sheets that formulas of months take their values of."""

    factors: "Factors"
    readings: "Readings"
    items: Sheet


class Factors:
    """Writes each factor once; one that is derived is a formula over those that it is derived from."""

    def __init__(self, book: Book, contents: Contents) -> None:
        self.sheet, self._contents = book.sheet("factors"), contents
        self._places: dict[object, str] = {}

    def place(self, use: Use) -> str | None:
        """Return where the factor's value is; None where the formula has none."""
        row = self._contents.factors.get(use)
        return None if row is None else self._place(factor(self._contents.rows, row), row)

    def _place(self, part: Part, use: Row) -> str:
        """Parents first, for a row is written whole."""
        key = part.key if isinstance(part, Leaf) else (part.name, *part.about, use["valid_from"])
        if key not in self._places:
            self._places[key] = self._written(part, use)
        return self._places[key]

    def _written(self, part: Part, use: Row) -> str:
        if isinstance(part, Leaf):
            return self._row(part.row, Given(part.row["value"]))
        if part.node is None:
            return self._row(use, Given(use["value"]))
        cells = {sign: self._place(each, _row_of(each)) for sign, each in part.named.items()}
        return self._row(use, Formula(spreadsheet(part.node, cells)))

    def _row(self, row: Row, value: Cell) -> str:
        at = self.sheet.write(
            parameter=row["parameter_id"],
            chinese_name=ZH.parameter(row["parameter_id"]),
            name=EN.parameter(row["parameter_id"]),
            scope=row["scope"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            value=value,
            unit=row["unit"],
            published=row["value"],
            source=row["source"],
            locator=row["locator"] or "",
            status=row["parameter_status"],
        )
        return self.sheet.at("value", at)


class Readings:
    """Writes each reading that a formula takes."""

    def __init__(self, book: Book, contents: Contents) -> None:
        self.sheet, self._contents = book.sheet("readings"), contents

    def place(self, use: Use) -> str | None:
        """Return where the value is; None where the month has none."""
        records = self._contents.readings.get(use)
        if not records:
            return None
        project, month, symbol, _, item = use
        metric = records[0]["metric"]
        at = self.sheet.write(
            project=project,
            month=month,
            symbol=symbol,
            item=item or "",
            chinese_name=ZH.reading(metric),
            name=EN.reading(metric),
            value=Given(records[0]["value"]),
            unit=records[0]["unit"],
            records=_named(records),
            spread_by=", ".join(sorted({one["spread_by"] for one in records if one["spread_by"]})),
        )
        return self.sheet.at("value", at)

    def items(self, use: Use) -> Sequence[str]:
        """Return the items of that reading's kind which the month has."""
        project, month, symbol, kind, _ = use
        return self._contents.items.get((project, month, symbol, kind), [])


def cells_of(method: Method, month: Row, inputs: Inputs) -> dict[str, str]:
    """Write what the method's formula takes in the month; return where each symbol's value is."""
    places = {symbol: inputs.readings.place(_use(month, symbol)) for symbol in method.readings}
    places |= {symbol: inputs.factors.place(_use(month, symbol)) for symbol in method.parameters}
    places |= {part.symbol: _summed(part, month, inputs) for part in method.parts}
    return {symbol: place for symbol, place in places.items() if place is not None}


def _summed(part: ItemSum, month: Row, inputs: Inputs) -> str:
    """Write the items of a sum; return the sum, of no item what the method says that it is then."""
    amount, written = read_back(part.amount), list[int]()
    for item in inputs.readings.items(_use(month, part.reading, part.kind)):
        places = {part.reading: inputs.readings.place(_use(month, part.reading, part.kind, item))}
        places |= {symbol: inputs.factors.place(_use(month, symbol, part.kind, item)) for symbol in part.parameters}
        known = {symbol: place for symbol, place in places.items() if place is not None}
        about = {"project": month["project_id"], "month": month["month_start_date"], "symbol": part.symbol}
        written.append(inputs.items.write(**about, item=item, amount=Formula(spreadsheet(amount, known))))
    if not written:
        return constant(part.absent)
    return call("SUM", inputs.items.span("amount", (written[0], written[-1])))


def _use(month: Row, symbol: str, kind: str | None = None, item: str | None = None) -> Use:
    return (month["project_id"], month["month_start_date"], symbol, kind, item)


def _named(records: Sequence[Mapping[str, object]]) -> str:
    named = [f"{one['record_id']} ({one['source_file']}, {one['source_row']})" for one in records if one["record_id"]]
    more = [f"… {len(named)}"] if len(named) > MOST_RECORDS else []
    return "; ".join([*named[:MOST_RECORDS], *more])


def _row_of(part: Part) -> Row:
    if isinstance(part, Step):
        raise TypeError(f"a factor is derived from {part.name}, which is derived itself")
    return part.row
