"""The program that reads what an XLSX says beside its cells' values: number formats, errors, bare formulas, margins.

calamine gives values alone: 0.035 for a cell that shows 3.50%, nothing for #DIV/0! or a formula without a result, and
nothing of a page header, a comment, a text box, the message of an input check or the document's title. It imports
nothing that is slow to load, so that it starts at once (flows.forms.apart).
"""

import io
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Callable, Collection
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from flows.forms.workbooks.cells import BUILT_IN, LONGEST_FORMAT, column_number, matters

STRIKE: Final = re.compile(rb"<(?:\w+:)?strike\b")

UNUSUAL: Final = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt\s*=\s*[\"']e[\"']")
"""A formula or an error somewhere in a sheet."""

REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")

Mark = tuple[int, int, str, str]
"""Row and column, counted from 0, what is so of the cell, and how it is written."""


MARGIN: Final = re.compile(rb"<(?:\w+:)?(?:headerFooter|dataValidation)\b")
HEADERS: Final = {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}
NAMELESS: Final = "#?"
"""An error cell without the name of its error. The program for XLS writes the same."""

COMMENTS: Final = frozenset({"comment", "threadedComment"})
REASONS: Final = ("拒收原因", "refused_because")
"""What our own comments on a checked workbook begin with: like the columns of reasons they state nothing."""
PRINT_CODE: Final = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[A-Z&])')
"""What in a page header is not text: left, middle, right, a font, the page's number."""

LONGEST: Final = 500
"""Characters of a text in the margins that are kept."""

PlacedText = tuple[str, str]
"""A text's place beside the cells, and the text."""


class Looks(NamedTuple):
    """How cells look: the format of each style where it matters, styles struck through, texts with a stroke in them."""

    formats: list[str]
    struck: frozenset[int] = frozenset()
    texts: frozenset[str] = frozenset()


class Book(NamedTuple):
    """Each sheet's marks by its name, whether the workbook counts its days from 1904, and the texts beside the cells.

    margins: by sheet what is stated of all of it, remarks: of single cells; under "" of the whole workbook.
    """

    sheets: dict[str, list[Mark]]
    is_1904: bool
    margins: dict[str, list[PlacedText]]
    remarks: dict[str, list[PlacedText]]


def read_marks(content: bytes) -> Book:
    """Return the marks of cells; raise ValueError where the parts of the workbook are not where they should be."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _book(archive)
    except (KeyError, IndexError, expat.ExpatError, zipfile.BadZipFile) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _book(archive: zipfile.ZipFile) -> Book:
    targets: dict[str, str] = {}
    named: list[tuple[str, str]] = []
    days = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            named.append((attributes["name"], next(v for k, v in attributes.items() if k == "id" or k.endswith(" id"))))
        if tag == "workbookPr":
            days.append(attributes.get("date1904", "0"))

    _each(archive.read("xl/_rels/workbook.xml.rels"), relation)
    _each(archive.read("xl/workbook.xml"), sheet)
    styles = next((path for path in targets.values() if path.endswith("/styles.xml")), None)
    strings = next((path for path in targets.values() if path.endswith("/sharedStrings.xml")), None)
    looks = _looks(archive.read(styles)) if styles else Looks([])
    if strings in archive.namelist():
        looks = looks._replace(texts=_struck_texts(archive.read(strings)))
    parts = {name: targets[key] for name, key in named if key in targets}
    sheets = {name: _marks(archive.read(part), looks) for name, part in parts.items()}
    beside = {name: _beside(archive, part) for name, part in parts.items()}
    margins = {"": _of_the_document(archive), **{name: texts for name, (texts, _) in beside.items()}}
    remarks = {name: texts for name, (_, texts) in beside.items()}
    return Book(sheets, any(day in {"1", "true", "on"} for day in days), margins, remarks)


def _beside(archive: zipfile.ZipFile, part: str) -> tuple[list[PlacedText], list[PlacedText]]:
    """Return what a sheet's page headers and text boxes say, and its comments and the messages of its input checks."""
    xml = archive.read(part)
    margins, remarks = _of_the_sheet(xml) if MARGIN.search(xml) else ([], [])
    folder, file = posixpath.split(part)
    try:
        relations = archive.read(f"{folder}/_rels/{file}.rels")
    except KeyError:
        return margins, remarks
    linked: list[str] = []
    _each(relations, lambda tag, attributes: linked.append(attributes["Target"]) if tag == "Relationship" else None)
    for target in linked:
        path = posixpath.normpath(posixpath.join(f"/{folder}", target)).lstrip("/")
        if "omments" in target and path in archive.namelist():
            remarks += _comments(archive.read(path))
        elif "drawings/drawing" in target and path in archive.namelist():
            margins += [("a text box", text) for text in _texts(archive.read(path), {"txBody"})]
    return margins, remarks


def _of_the_sheet(xml: bytes) -> tuple[list[PlacedText], list[PlacedText]]:
    prompts: list[str] = []

    def started(tag: str, attributes: dict[str, str]) -> None:
        if tag == "dataValidation":
            prompts.extend(
                attributes[name] for name in ("promptTitle", "prompt", "errorTitle", "error") if attributes.get(name)
            )

    _each(xml, started)
    headers = [PRINT_CODE.sub(" ", text).strip() for text in _texts(xml, HEADERS)]
    return [("the page header", text[:LONGEST]) for text in headers if text], [
        ("the message of an input check", text[:LONGEST]) for text in prompts
    ]


def _of_the_document(archive: zipfile.ZipFile) -> list[PlacedText]:
    if "docProps/core.xml" not in archive.namelist():
        return []
    texts = _texts(archive.read("docProps/core.xml"), {"title", "subject", "description", "keywords"})
    return [("the document's properties", text) for text in texts]


def _comments(xml: bytes) -> list[PlacedText]:
    """Return what hangs on cells, each with the cell on which it hangs."""
    places: list[str] = []

    def started(tag: str, attributes: dict[str, str]) -> None:
        if tag in COMMENTS:
            places.append(attributes.get("ref", ""))

    _each(xml, started)
    texts = _texts(xml, COMMENTS, keep_empty=True)
    placed = zip(places, texts, strict=True)
    return [(f"the comment on {place}", text) for place, text in placed if text and not text.startswith(REASONS)]


def _texts(xml: bytes, wanted: Collection[str], *, keep_empty: bool = False) -> list[str]:
    """Return the text inside each of the wanted elements."""
    found: list[str] = []
    inside: list[str] = []

    def started(name: str, attributes: dict[str, str]) -> None:  # noqa: ARG001
        tag = name.rpartition(" ")[2]
        if inside or tag in wanted:
            inside.append(tag)
            found.extend([""] * (len(inside) == 1))

    def ended(name: str) -> None:  # noqa: ARG001
        if inside:
            inside.pop()

    def added(text: str) -> None:
        if inside:
            found[-1] += text

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = started, ended, added
    parser.Parse(xml, True)
    return [text.strip()[:LONGEST] for text in found if text.strip() or keep_empty]


def _each(xml: bytes, started: Callable[[str, dict[str, str]], None]) -> None:
    """Hand every element over by its local name; the prefix of an attribute precedes a blank."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, attributes: started(tag.rpartition(" ")[2], attributes)
    parser.Parse(xml, True)


def _looks(xml: bytes) -> Looks:
    """Return the format of each style of a cell, where it matters, else nothing; and which styles strike through."""
    codes, inside, styles, strokes = {str(number): code for number, code in BUILT_IN.items()}, [""], [], []

    def started(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            codes[attributes["numFmtId"]] = attributes["formatCode"][:LONGEST_FORMAT]
        if tag in {"fonts", "fills", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            inside[0] = tag
        if tag == "font" and inside[0] == "fonts":
            strokes.append(False)
        if tag == "strike" and inside[0] == "fonts":
            strokes[-1] = _is_on(attributes)
        if tag == "xf" and inside[0] == "cellXfs":
            styles.append((attributes.get("numFmtId", "0"), int(attributes.get("fontId", "0"))))

    _each(xml, started)
    used = [codes.get(number, "") for number, _ in styles]
    struck = frozenset(at for at, (_, font) in enumerate(styles) if font < len(strokes) and strokes[font])
    return Looks([code if matters(code) else "" for code in used], struck)


def _is_on(attributes: dict[str, str]) -> bool:
    return attributes.get("val", "1") not in {"0", "false", "off"}


def _struck_texts(xml: bytes) -> frozenset[str]:
    """Return the numbers of the shared texts of which a part is struck through."""
    if not STRIKE.search(xml):
        return frozenset()
    texts: list[bool] = []

    def started(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            texts.append(False)
        if tag == "strike" and texts:
            texts[-1] = texts[-1] or _is_on(attributes)

    _each(xml, started)
    return frozenset(str(at) for at, is_struck in enumerate(texts) if is_struck)


def _marks(xml: bytes, looks: Looks) -> list[Mark]:
    """Most sheets have neither a formula nor an error nor such a format, and their cells need no look."""
    styles = {0, *map(int, re.findall(rb"\bs\s*=\s*[\"'](\d+)[\"']", xml))}
    is_plain = not looks.texts and not styles & looks.struck and not STRIKE.search(xml)
    if is_plain and not any(_format(style, looks.formats) for style in styles) and not UNUSUAL.search(xml):
        return []
    reader = _Cells(looks)
    reader.read(xml)
    return reader.marks


def _format(style: int, formats: list[str]) -> str:
    return formats[style] if style < len(formats) else ""


class _Cells:
    """Walks over a sheet's cells and notes what is so of them."""

    def __init__(self, looks: Looks) -> None:
        self.marks: list[Mark] = []
        self._looks, self._row, self._column = looks, -1, -1
        self._is_struck = False
        self._cell: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._part = ""

    def read(self, xml: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._started, self._ended
        parser.CharacterDataHandler = self._added
        parser.Parse(xml, True)

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1
        elif tag == "c":
            self._column += 1
            if place := REFERENCE.fullmatch(attributes.get("r", "")):
                self._row, self._column = int(place[2]) - 1, column_number(place[1])
            self._cell, self._parts, self._is_struck = attributes, {}, False
        elif tag == "strike":
            self._is_struck = self._is_struck or _is_on(attributes)
        elif tag in {"f", "v"}:
            self._part = tag
            self._parts[tag] = ""

    def _added(self, text: str) -> None:
        if self._part:
            self._parts[self._part] += text

    def _ended(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in {"f", "v"}:
            self._part = ""
        if tag == "c" and (mark := self._mark()):
            self.marks.append((self._row, self._column, *mark))

    def _mark(self) -> tuple[str, str] | None:
        kind, value = self._cell.get("t", "n"), self._parts.get("v", "").strip()
        if kind == "e":
            return "error", value or NAMELESS
        if "f" in self._parts and not value and kind != "str":
            return "formula", f"={self._parts['f']}"
        style = int(self._cell.get("s", "0"))
        is_struck = style in self._looks.struck or (kind == "s" and value in self._looks.texts) or self._is_struck
        if is_struck and (value or kind == "inlineStr"):
            return "struck", "struck through"
        code = _format(style, self._looks.formats)
        return ("format", code) if code and kind == "n" and value else None


def main() -> None:
    """Read an XLSX from standard input; write its marks to standard output as JSON, or raise ValueError."""
    marks: Any = read_marks(sys.stdin.buffer.read())
    json.dump(marks, sys.stdout)


if __name__ == "__main__":
    main()
