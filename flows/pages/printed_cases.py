"""A worked case as its method's page prints it: what went in, and each line of the formula with its figures put in."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import polars as pl

from flows.pages.cases import PROJECT, Case, work_out
from transforms.activity.project_months import TERMS, Evaluated
from transforms.ground.reference import Reference
from transforms.methods.engine.lines import lines_of
from transforms.methods.engine.render import Figures, figure, sql
from transforms.methods.engine.tree import Node, Symbol, symbols_of

HEAD: Final = ("sign", "what", "value", "unit", "from")


class Worked(NamedTuple):
    """A line of a formula with its figures, and what they come to."""

    sign: str
    text: str
    result: float


class Sheet:
    """One row of figures: what each node comes to on it, and which columns were asked for."""

    def __init__(self, row: pl.DataFrame) -> None:
        self.row, self.used = row, dict[str, float]()

    def worth(self, node: Node) -> float | bool | None:
        """Return what the node comes to, by the SQL of its own tree."""
        value: float | bool | None = self.row.select(pl.sql_expr(sql(node))).item()
        if isinstance(node, Symbol) and value is not None:
            self.used[node.column] = value
        return value


class WorkedCase:
    """What the program makes of a case, with all that a page prints of it."""

    def __init__(self, case: Case, reference: Reference) -> None:
        self.case, self.reference = case, reference
        months = work_out(case, reference)
        self.month: dict[str, Any] = months.months.to_dicts()[0]
        self.evaluated: Evaluated = months.evaluated[0]
        if self.month["status"] != "measured":
            gaps = [f"{gap['parameter_id']} of {gap['scope']}" for gap in months.gaps.to_dicts()]
            raise ValueError(
                f"cases.toml of {case.method}, {case.title_en!r}: the month is {self.month['status']}; "
                f"not on file: {', '.join(gaps) or 'none'}; state what the formula lacks as a reading or parameter"
            )
        terms = months.months.select(TERMS)
        self.sheet = Sheet(pl.concat([self.evaluated.frame.drop(TERMS, strict=False), terms], how="horizontal"))
        self.items = {
            name: [Sheet(rows) for rows in part.iter_slices(1)] for name, part in self.evaluated.parts.items()
        }
        self.lines = tuple(self._lines())

    def _lines(self) -> Iterator[Worked]:
        """Each line that comes to something; a sum over items of which there are none does not."""
        lines = lines_of(self.evaluated.method)
        columns = {one.sign: one.column for line in lines for one in symbols_of(line.body)}
        for line in lines:
            items = self.items.get(columns[line.sign], []) if line.over else []
            result = self.sheet.worth(Symbol(columns[line.sign], line.sign) if line.over else line.body)
            if result is None or result == float("inf"):
                continue
            printers = [Figures("en", sheet.worth) for sheet in items]
            unit = "t" if line in lines[: len(TERMS)] else ""
            text = Figures("en", self.sheet.worth).worked(line, printers, float(result), unit)
            yield Worked(line.sign, text, float(result))

    def printed(self) -> str:
        """Return the case as its page prints it."""
        title = f"**{self.case.title_en}** {self._where()}".strip()
        return "\n".join([title, "", *self._inputs(), "", "```", *(line.text for line in self.lines), "```", ""])

    def _where(self) -> str:
        place = f"{self.case.month_start_date:%B %Y}, {self.case.province_code}"
        edition = f"edition {self.case.edition}" if self.case.edition else ""
        return f"({'; '.join(part for part in (place, edition, self.case.source) if part)})"

    def _inputs(self) -> Iterator[str]:
        """A table of the readings and parameters that came into the figures."""
        rows = dict.fromkeys([*self._readings(), *self._parameters()])
        yield from ("| " + " | ".join(cells) + " |" for cells in (HEAD, ["---"] * len(HEAD), *rows))

    def _readings(self) -> Iterator[tuple[str, ...]]:
        method, signs = self.evaluated.method, self._signs()
        metrics = [(symbol, method.readings[symbol]) for symbol in method.readings if symbol in self.sheet.used]
        for part in method.parts:
            sheets = self.items[part.symbol]
            metrics += [(part.reading, sheet.row["metric"].item()) for sheet in sheets if part.reading in sheet.used]
        for symbol, metric in metrics:
            value, unit = self.case.readings[metric], self.reference.metrics[metric]["unit"]
            yield signs[symbol], f"`{metric}`", figure(value), unit, "reading"

    def _parameters(self) -> Iterator[tuple[str, ...]]:
        used, signs = set(self.sheet.used), self._signs()
        used = used.union(*(sheet.used for sheets in self.items.values() for sheet in sheets))
        order = list(signs)
        for row in sorted(self.evaluated.uses.to_dicts(), key=lambda use: order.index(use["symbol"])):
            if row["symbol"] in used:
                place = "the project" if row["scope"].partition("/")[0] == PROJECT else f"on file, `{row['scope']}`"
                if row["parameter_status"] == "delivered" and not place.startswith("the"):
                    place = f"stated, `{row['scope']}`"
                yield signs[row["symbol"]], f"`{row['parameter_id']}`", figure(row["value"]), row["unit"], place

    def _signs(self) -> dict[str, str]:
        lines = lines_of(self.evaluated.method)
        return {one.column: one.sign for line in lines for one in symbols_of(line.body)}
