"""A number unfolded: its parts down to delivered rows, each with its value, its formula and where it is from."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from flows.published.kinds.kinds import Lang
from flows.published.receipts.table import WORDS
from transforms.ground.sentences import SIGNS
from transforms.methods.engine.render import Figures, Words, figure
from transforms.methods.engine.tree import symbols_of
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Leaf, Part, Step, Value, evaluated, leaves_of

NAME: Final = "name_"
WHY: Final = "why_"


class Unfolding:
    """Unfolds numbers of one file in one language; what was unfolded before is only named."""

    def __init__(self, rows: Rows, lang: Lang) -> None:
        self.rows, self.lang = rows, lang
        self._titles = {row["source_id"]: row["title"] for row in rows.tables["core.sources"]}
        self._seen: set[int] = set()

    def node(self, part: Part, sign: str = "") -> dict[str, Any]:
        """Return the part as nested dictionaries; sign: the one by which a method's formula above calls it."""
        shown = {"name": self._name(part.name, sign), "about": list(part.about), "value": plain(part.value)}
        if isinstance(part, Leaf):
            return {**shown, "unit": part.unit, "source": self._source(part)}
        if part.parts and id(part) in self._seen:
            return {**shown, "unit": part.unit, "is_shown_above": True}
        self._seen.add(id(part))
        return {**shown, "unit": part.unit, **self._worked(part), "parts": self._parts(part)}

    def _parts(self, step: Step) -> list[dict[str, Any]]:
        """The parts; where leaves are moved, these: the figure that they move is unfolded by its own code."""
        if step.way == "moved":
            cells = {leaf.key: leaf for leaf in leaves_of(step.parts[0]) if leaf.key in step.moving}
            return [self.node(part) for part in (*step.parts[1:], *cells.values())]
        if step.way != "formula" or step.node is None:
            return [self.node(part) for part in step.parts]
        signs = {symbol.column: symbol.sign for symbol in symbols_of(step.node) if symbol.sign != symbol.column}
        return [self.node(part, signs.get(name, "")) for name, part in step.named.items()]

    def _worked(self, step: Step) -> dict[str, Any]:
        if step.way == "unknown":
            return {"why": self._why(step)}
        if step.node is None:
            return {"way": WORDS[f"way_{step.way}"][self.lang]} if len(step.parts) > 1 else {}
        printed = Figures(self.lang, lambda node: _float(evaluated(node, _values(step))))
        texts = {"worked": printed.of(step.node).text}
        formula = self._formula(step)
        return {"formula": formula, **texts} if formula else texts

    def _formula(self, step: Step) -> str:
        """The formula of a method as the file has it, of another step by its parts' names."""
        if step.name == "month" and step.facts:
            method, edition = step.facts
            row = self.rows.one("core.method_editions", method=method, method_edition=edition)
            return "" if row is None else str(row["formula_zh" if self.lang == "zh" else "formula"])
        if step.node is None or not step.parts or any(f"{NAME}{part.name}" not in WORDS for part in step.parts):
            return ""
        names = {sign: self._name(part.name) for sign, part in zip(step.signs, step.parts, strict=True)}
        signed = {symbol.sign for symbol in symbols_of(step.node)}
        if not signed <= names.keys() or len(set(names.values())) < len(names):
            return ""
        return Words(self.lang, names).of(step.node).text

    def _name(self, name: str, sign: str = "") -> str:
        """What a part is called: in words, by the sign of the formula above, or both."""
        worded = WORDS.get(f"{NAME}{name}", {}).get(self.lang, "")
        return " ".join(text for text in (sign, worded) if text) or name

    def _why(self, step: Step) -> str:
        reason, *facts = step.facts or ("unknown",)
        return SIGNS[self.lang].items.join([WORDS[f"{WHY}{reason}"][self.lang], *facts])

    def _source(self, leaf: Leaf) -> dict[str, Any]:
        """Where a cell is from: file and line, or the document and its clause."""
        row = leaf.row
        place = {"table": leaf.table, "column": leaf.column}
        if row.get("source_file"):
            return {**place, "file": row["source_file"], "row": row.get("source_row")}
        if "locator" in row:
            cited = str(row.get("source") or row.get("source_id") or "")
            titles = [self._titles.get(one, one) for one in cited.split(", ")]
            clause = {"source": "; ".join(titles), "locator": row["locator"] or ""}
            return {**place, **clause, "status": row.get("parameter_status") or ""}
        return place


def plain(value: object) -> Any:  # noqa: ANN401 - of any type that JSON has
    """Return a value as JSON has it; money stays exact as text."""
    return str(value) if isinstance(value, Decimal | date | datetime) else value


def shown(value: Any) -> str:  # noqa: ANN401
    """Return a value for the eye: money exact, all else with seven digits."""
    if value is None:
        return "?"
    if isinstance(value, str):
        return f"{Decimal(value):,f}"
    return f"{value:,}" if isinstance(value, int) else figure(value)


def _values(step: Step) -> dict[str, Value]:
    return {sign: part.value for sign, part in zip(step.signs, step.parts, strict=True)}


def _float(value: Value) -> float | None:
    return None if value is None else float(value)
