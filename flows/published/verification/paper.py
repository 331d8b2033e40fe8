"""`greenloan verify`: the working paper, whose misstatements are formulas over what a verifier fills in."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from flows.home.settings import Home
from flows.home.writing import write_anew
from flows.published.answers.states import period_of
from flows.published.live.grid import Book, Cell, Formula, Given, Sheet, call, text
from flows.published.live.places import printed, worked
from flows.published.verification.items import ENTRIES, POPULATIONS, READINGS, items_of, read_verified
from flows.published.verification.items import Book as Verified
from flows.published.verification.sample import Drawn, Item, Level, Stratum, strata_of
from schemas.disclosures import WHOLE_BOOK
from schemas.errors import UsageError
from transforms.ground.calendar import beijing_date

WORDS: Final[Mapping[str, Any]] = tomllib.loads(resources.files(__package__).joinpath("sheets.toml").read_text("utf-8"))
LEVELS: Final[Mapping[str, Any]] = tomllib.loads(
    resources.files(__package__).joinpath("levels.toml").read_text("utf-8")
)
DRAWN_FROM: Final = (READINGS, ENTRIES)
"""The populations of which a part is looked at; of the others all."""

VALUE: Final = 2
"""The column of what is stated above a table, behind its name in both languages."""

FIRST_LINE, LINES = 4, 9
MISSTATEMENT: Final = (pl.col("found") - pl.col("value")) / pl.col("value") * pl.col("tonnes")
PROJECTED: Final = pl.col("misstatement") / pl.col("size") * pl.col("interval")
OFF: Final = pl.col("projected") + pl.col("allowance")


class Sampled(NamedTuple):
    """What is verified, on which level, and the sample of each population."""

    book: Verified
    level_name: str
    level: Level
    seed: str
    strata: Mapping[str, Sequence[Stratum]]

    @property
    def materiality(self) -> float:
        """From which tonnes on a misstatement matters."""
        return self.level.materiality * abs(self.book.figure)


def write_paper(home: Home, level: str, period: str, scope: str | None, out: Path) -> dict[str, Any]:
    """Write the working paper of the period's figure of a lender, a county or the book (None); return what is drawn.

    Raises UsageError where nothing has tonnes there.
    """
    asked = period_of(period)
    book = read_verified(home.warehouse, asked, None if scope == WHOLE_BOOK else scope)
    known_to = beijing_date(book.run["known_at"])
    if not book.attributed or asked.last > known_to:
        raise UsageError(
            f"no loan has tonnes of {period}{f' for {scope}' if scope else ''}",
            where="--period, --lender and --county",
            available=f"lenders: {', '.join(book.lenders)}; days up to {known_to}",
            remedy="name a period that is over, and a lender or county with loans in it",
        )
    seed = f"{book.run['snapshot_id']} {level} {period} {scope or WHOLE_BOOK}"
    sampled = _sampled(book, level, seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_anew(out, working_paper(sampled, scope or WHOLE_BOOK))
    drawn = {name: sum(len(one.drawn) for one in strata) for name, strata in sampled.strata.items()}
    return {"out": str(out), "figure": book.figure, "materiality": sampled.materiality, "drawn": drawn}


def _sampled(book: Verified, name: str, seed: str) -> Sampled:
    level, items = Level.of(LEVELS[name]), items_of(book)
    drawn = {one: strata_of(items[one], level, book.figure, seed) for one in DRAWN_FROM}
    whole = {one: _whole(items[one]) for one in POPULATIONS if one not in DRAWN_FROM}
    return Sampled(book, name, level, seed, {one: {**drawn, **whole}[one] for one in POPULATIONS})


def _whole(items: Sequence[Item]) -> list[Stratum]:
    """All items, each for certain."""
    kinds = sorted({item.stratum for item in items})
    by_kind = {kind: [item for item in items if item.stratum == kind] for kind in kinds}
    return [
        Stratum(
            kind,
            len(own),
            sum(abs(item.effect) for item in own),
            1.0,
            0.0,
            [Drawn(item, is_certain=True) for item in sorted(own, key=lambda one: (one.name, one.about))],
        )
        for kind, own in by_kind.items()
    ]


def working_paper(sampled: Sampled, scope: str) -> bytes:
    """Return the XLSX: always the same bytes of the same sample."""
    sheets = {**WORDS, **{name: {**WORDS["items"], **WORDS[name]} for name in POPULATIONS}}
    with Book(sheets) as book:
        _write_start(book)
        assessment = book.sheet("assessment", lines=LINES)
        terms = _write_terms(assessment, sampled)
        papers = {name: book.sheet(name) for name in POPULATIONS}
        projected = _write_assessment(assessment, papers, sampled, terms["materiality"])
        for sheet in papers.values():
            sheet.filtered()
        _write_statement(book, sampled, scope, {**terms, "misstatement": projected})
    return book.content


def _write_start(book: Book) -> None:
    sheet = book.sheet("start")
    for at, texts in enumerate([*WORDS["start"]["guide"], WORDS["statement"]["texts"]["standards"]], start=sheet.next):
        sheet.prose(at, *texts)


def _write_terms(sheet: Sheet, sampled: Sampled) -> dict[str, str]:
    """Write the figure and how the sample is laid out; return where the figure and materiality in tonnes are."""
    level = sampled.level
    terms: dict[str, tuple[Cell, str]] = {
        "figure": (sampled.book.figure, "tonnes"),
        "level": (" ".join(LEVELS[sampled.level_name]["name"]), "text"),
        "confidence": (level.confidence, "value"),
        "reliability": (level.reliability, "value"),
        "materiality": (Given(level.materiality), "value"),
        "performance": (level.performance, "value"),
        "seed": (sampled.seed, "text"),
    }
    places = {name: _write_term(sheet, at, name, *term) for at, (name, term) in enumerate(terms.items(), FIRST_LINE)}
    size = call("ABS", places["figure"])
    tonnes = printed(pl.col("materiality") * pl.col("size"), {**places, "size": size})
    materiality = _write_term(sheet, FIRST_LINE + len(terms), "tonnes", tonnes, "tonnes")
    return {"figure": places["figure"], "materiality": materiality}


def _write_term(sheet: Sheet, row: int, name: str, cell: Cell, holds: str) -> str:
    for column, words in enumerate(WORDS["assessment"][name]):
        sheet.note(row, column, words)
    return sheet.put(row, VALUE, cell, holds)


def _write_assessment(sheet: Sheet, papers: Mapping[str, Sheet], sampled: Sampled, materiality: str) -> str:
    """Write each population's layers and what they come to, and all of them; return where all projected tonnes are."""
    totals = []
    for name, strata in sampled.strata.items():
        first = sheet.next
        for stratum in strata:
            _write_stratum(sheet, name, stratum, _write_items(papers[name], stratum))
        if strata:
            totals.append(_write_total(sheet, name, (first, sheet.last), sampled, materiality))
    cells: dict[str, Cell] = {
        column: Formula(call("SUM", *(sheet.at(column, at) for at in totals)))
        for column in ("items", "drawn", "tested", "misstatement", "projected")
    }
    here = {column: sheet.here(column) for column in sheet.holds}
    upper = Formula(call("ABS", here["projected"]))
    conclusion = _conclusion(here, materiality)
    at = sheet.write(population=" ".join(WORDS["assessment"]["all"]), **cells, upper=upper, conclusion=conclusion)
    return sheet.at("projected", at)


def _write_stratum(sheet: Sheet, name: str, stratum: Stratum, rows: Mapping[str, str]) -> None:
    sheet.write(
        population=WORDS[name]["title"][0] + " " + WORDS[name]["title"][1],
        stratum=_layer(stratum.name),
        items=stratum.size,
        tonnes=stratum.tonnes,
        weight=stratum.weight,
        interval=stratum.interval,
        certain=sum(one.is_certain for one in stratum.drawn),
        drawn=len(stratum.drawn),
        **{column: Formula(call("SUM", span) if span else "0") for column, span in rows.items()},
    )


def _layer(code: str) -> str:
    """A layer in both languages, of a code without words the code."""
    return " ".join(WORDS["layers"].get(code, [code]))


def _write_items(sheet: Sheet, stratum: Stratum) -> dict[str, str]:
    """Write a layer's items; return where what a verifier finds of them is, empty of none."""
    first = sheet.next
    for one in stratum.drawn:
        _write_item(sheet, one, stratum.interval)
    summed = {"tested": "is_tested", "misstatement": "misstatement", "projected": "projected"}
    if not stratum.drawn:
        return dict.fromkeys(summed, "")
    return {name: sheet.span(column, (first, sheet.last)) for name, column in summed.items()}


def _write_item(sheet: Sheet, one: Drawn, interval: float) -> None:
    here = {column: sheet.here(column) for column in sheet.holds}
    item, is_found = one.item, call("ISNUMBER", here["found"])
    misstatement = call("IF", is_found, worked(MISSTATEMENT, here), 0)
    projected = worked(PROJECTED, {**here, "size": call("ABS", here["tonnes"])})
    uncertainty = {} if item.uncertainty is None else {"uncertainty": item.uncertainty}
    sheet.write(
        stratum=_layer(item.stratum),
        name=item.name,
        about=item.about,
        value=item.value,
        unit=item.unit,
        tonnes=item.effect,
        **uncertainty,
        interval=interval,
        is_certain=one.is_certain,
        source=item.source,
        **dict.fromkeys(("found", "tick", "remark"), Given(None)),
        is_tested=Formula(call("IF", call("OR", is_found, call("ISTEXT", here["tick"])), 1, 0)),
        misstatement=Formula(misstatement),
        projected=Formula(here["misstatement"] if one.is_certain else projected),
    )


def _write_total(sheet: Sheet, name: str, rows: tuple[int, int], sampled: Sampled, materiality: str) -> int:
    """What a population comes to; an allowance is for items that were not drawn."""
    columns = ("items", "tonnes", "certain", "drawn", "tested", "misstatement", "projected")
    cells: dict[str, Cell] = {column: Formula(call("SUM", sheet.span(column, rows))) for column in columns}
    allowance = worked(pl.col("tonnes") * sampled.level.performance, {"tonnes": materiality})
    here = {column: sheet.here(column) for column in sheet.holds}
    size = call("ABS", here["projected"])
    return sheet.write(
        population=" ".join(WORDS[name]["title"]),
        stratum=" ".join(WORDS["assessment"]["all"]),
        **cells,
        allowance=Formula(allowance if name in DRAWN_FROM else "0"),
        upper=printed(OFF, {**here, "projected": size}),
        conclusion=_conclusion(here, materiality),
    )


def _conclusion(here: Mapping[str, str], materiality: str) -> Formula:
    words = {name: text(" ".join(WORDS["assessment"][name])) for name in ("open", "within", "above")}
    is_open = worked(pl.col("tested") < pl.col("drawn"), here)
    is_within = worked(pl.col("upper") < pl.col("materiality"), {**here, "materiality": materiality})
    return Formula(call("IF", is_open, words["open"], call("IF", is_within, words["within"], words["above"])))


def _write_statement(book: Book, sampled: Sampled, scope: str, places: Mapping[str, str]) -> None:
    """Write the form: what the paper knows is filled in, all else is the verifier's."""
    sheet, texts = book.sheet("statement"), WORDS["statement"]["texts"]
    known: dict[str, Cell] = {
        "subject": f"{sampled.book.period.name} {scope}",
        "criteria": Given(" ".join(texts["criteria"])),
        "nature": " ".join(texts["nature"]),
        "level": " ".join(LEVELS[sampled.level_name]["name"]),
        "conclusion": Given(" ".join(texts[sampled.level_name])),
        **{name: Formula(call("ROUND", place, 2)) for name, place in places.items()},
    }
    for name, (chinese, english) in WORDS["statement"]["rows"].items():
        sheet.write(label_chinese=chinese, label=english, content=known.get(name, Given(None)))
