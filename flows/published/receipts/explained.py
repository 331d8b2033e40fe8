"""`greenloan explain`: a printed number down to its leaves, worked out anew, and whether it is equal."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from flows.published.kinds.kinds import Lang
from flows.published.receipts.numbers import Asked, asked_for
from flows.published.receipts.table import MADE_OF, WORDS
from flows.published.receipts.unfolded import Unfolding, plain, shown
from reports.codes import Column
from transforms.ground.sentences import SIGNS, put_in
from transforms.receipts.rows import Rows
from transforms.receipts.steps import Value

CLOSE: Final = 1e-9
CLOSE_RANGES: Final = 1e-7
"""How near two results are, of themselves, that are the same: sums in another order, and slopes by differences."""

INDENT: Final = "  "


def is_equal(asked: Asked) -> bool:
    """Return whether the leaves give what is stored, and that what was printed."""
    figure = asked.figure
    tolerance = tolerance_of(asked)
    found = [part.value for part in figure.parts]
    printed = None if asked.receipt is None else asked.receipt["printed_text"]
    near = all(_near(one, other, tolerance, asked.column) for one, other in zip(found, figure.stored, strict=True))
    return near and printed in {None, asked.column.written(figure.stored), asked.column.written(found)}


def tolerance_of(asked: Asked) -> float:
    """Return how near two results are, of themselves, that are the same."""
    return CLOSE_RANGES if asked.kind in {"range", "input"} else CLOSE


def _near(one: Value, other: Value, tolerance: float, column: Column) -> bool:
    if one is None or other is None:
        return one is other
    left, right = float(one), float(other)
    if not column.has_sign:
        left, right = abs(left), abs(right)
    return abs(left - right) <= tolerance * max(1.0, abs(right))


def answer_explain(warehouse: Path, code: str, lang: Lang) -> dict[str, Any]:
    """Return the number, what is printed and stored of it, what its leaves give, whether these are equal, and the tree.

    Raises UsageError for a code that the file does not know.
    """
    asked = asked_for(warehouse, code)
    rows = asked.numbers.rows
    figure, unfolding = asked.figure, Unfolding(rows, lang)
    found = [part.value for part in figure.parts]
    (run,) = rows.tables["ops.runs"]
    label = None if asked.receipt is None else asked.receipt["figure_label_zh" if lang == "zh" else "figure_label"]
    return {
        "code": asked.code,
        "label": label or SIGNS[lang].cells.join([*asked.names, asked.column_name]),
        **asked.document._asdict(),
        "made_of": WORDS[f"{MADE_OF}{asked.kind}_{asked.column_name}"][lang],
        "printed": None if asked.receipt is None else asked.receipt["printed_text"],
        "unit": figure.parts[0].unit if asked.receipt is None else asked.receipt["unit"],
        "stored": [plain(value) for value in figure.stored],
        "from_leaves": [plain(value) for value in found],
        "from_leaves_as_printed": asked.column.written(found),
        "is_equal": is_equal(asked),
        "profile": _profile(rows, asked.of_kind.profile, lang),
        "rules": _rules(rows, asked, lang),
        "run": {name: plain(run[name]) for name in ("snapshot_id", "known_at", "greenloan_version")},
        "tree": [unfolding.node(part) for part in figure.parts],
    }


def _profile(rows: Rows, profile: str, lang: Lang) -> dict[str, Any]:
    row = rows.one("core.profiles", profile=profile) or {}
    return {"profile": profile, "title": row.get(f"title_{lang}"), "version": row.get("profile_version")}


def _rules(rows: Rows, asked: Asked, lang: Lang) -> list[dict[str, str]]:
    """What the rules found of the project whose number it is."""
    project = asked.of_kind.project_of(asked.names)
    if project is None:
        return []
    message = "message_zh" if lang == "zh" else "message"
    return [{"rule": row["code"], "message": row[message]} for row in rows.of("ops.flags", subject=project)]


def explain_text(answer: Mapping[str, Any], lang: Lang) -> str:
    """Return the answer for the eye."""
    return "\n".join(_lines(answer, Sayings(lang)))


class Sayings:
    """The lines of the answer in one language."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def __call__(self, line: str, **facts: object) -> str:
        """Return the line with its places filled; what is not there is empty."""
        texts = {name: "" if fact is None else str(fact) for name, fact in facts.items()}
        return put_in(WORDS[f"line_{line}"][self._lang], texts)


def _lines(answer: Mapping[str, Any], say: Sayings) -> Iterator[str]:
    unit = "" if (answer["printed"] or "").endswith(answer["unit"]) else answer["unit"]
    yield say("number", **{name: answer[name] for name in ("code", "label", "printed")}, unit=unit)
    yield say("document", **{name: answer[name] for name in ("report", "period", "lender")})
    yield say("made_of", text=answer["made_of"])
    stored, found = (_both(answer[name]) for name in ("stored", "from_leaves"))
    verdict = {"printed": answer["printed"], "again": answer["from_leaves_as_printed"]}
    yield say("equal" if answer["is_equal"] else "not_equal", stored=stored, found=found, **verdict)
    yield say("profile", **answer["profile"])
    for rule in answer["rules"]:
        yield say("rule", **rule)
    yield say("run", **answer["run"])
    for node in answer["tree"]:
        yield ""
        yield from _tree(node, say, 0)


def _both(values: Sequence[Any]) -> str:
    return " – ".join("—" if value is None else str(value) for value in values)


def _tree(node: Mapping[str, Any], say: Sayings, depth: int) -> Iterator[str]:
    pad = INDENT * depth
    about = f" [{' '.join(node['about'])}]" if node["about"] else ""
    value = f"{shown(node['value'])} {node['unit']}".strip()
    yield f"{pad}{node['name']}{about} = {node.get('why', value)}{_source(node, say)}"
    if node.get("is_shown_above"):
        yield f"{pad}{INDENT}{say('above')}"
    for name in ("formula", "worked", "way"):
        if node.get(name):
            yield f"{pad}{INDENT}{say(name, text=node[name])}"
    for part in node.get("parts", ()):
        yield from _tree(part, say, depth + 1)


def _source(node: Mapping[str, Any], say: Sayings) -> str:
    source = node.get("source")
    if source is None:
        return ""
    kind = next((name for name in ("file", "source") if name in source), "table")
    return say(kind, **source)
