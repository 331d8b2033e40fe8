"""Every text of the repository that is printed or shown, by where it is: what a formula by hand could hide in."""

import ast
import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from flows.pages.method_pages import BLOCK, OF_NO_METHOD
from flows.running.run import STAGES
from tests.rules.methods.by_hand.formula_scan import BASES, QUANTITIES, SIGNS, in_signs
from tests.rules.methods.by_hand.quantity_scan import in_words

ROOT: Final = Path(__file__).resolve().parents[4]
SHOWN: Final = (
    "transforms/methods/**/*.toml", "transforms/methods/**/*.md", "data/**/*.toml", "data/reference/*.csv",
    "data/**/*.md", "docs/**/*.md", "*.md", "flows/**/*.toml", "reports/**/*.toml", "reports/**/*.typ",
    "reports/**/*.py", "schemas/**/*.py", "flows/**/*.py", "transforms/**/*.py",
    "NOTICE", "prefect.yaml", "pyproject.toml",
)  # fmt: skip
NOT_SHOWN: Final = {
    "CHANGELOG.md": "what was true once",
    "docs/data_dictionary.md": "written from schemas/, which is scanned (test_dictionary.py)",
    "data/reference/units.toml": "definitions that pint runs",
    "transforms/methods/engine/render.py": "the renderer",
}
RUN: Final = {"data/reference/outputs.toml": ".methods."}
"""Texts that are expressions and run, by the key under which they are."""

FENCED: Final = re.compile(r"^```sql\n.*?^```$", re.DOTALL | re.MULTILINE)
QUERIES: Final = ("README.md", "docs/analysts.md")
"""Pages whose SQL tests run."""

PATH: Final = re.compile(r"[\w.<>*{}~-]*(?:/[\w.<>*{}-]+)+/?")
LINK: Final = re.compile(r"\]\([^)\s]*\)")
QUOTIENT: Final = re.compile(r"(?<==)(\s*\w+_\w+)/(\w+_\w+)\b(?!\.\w|/)")
"""`a_b = c_d/e_f`."""

STATED: Final = re.compile(r"`[a-z][\w.]* = [\w.\"]+`")
"""A value that somebody states, as code."""

EMPHASIS: Final = re.compile(r"(?<![\w*])\*{1,2}(?=\S)([^*\n]+?)(?<=\S)\*{1,2}(?![\w*])")
SIGN_ALONE: Final = re.compile(r"(?<!\w)([`'\"“])[^\w\s`'\"”]{1,3}([`'\"”])(?!\w)")
LANGUAGE: Final = re.compile(
    r"\\(?:[sdwbSDWB](?![a-z]{2})|[pxuN]\{|[.()*+?|\[\]{}/^$-])|\(\?|\[\^|\[[^\]]+\][*+?]"
    r"|\bSELECT\b|\b(?:FROM|BY) [a-z{]\w*|CAST\(|(?i:coalesce|abs|sum)\(.* (?:IS|AS|AND) |%[HMSdmY]"
)
"""What a string of code is in that nobody reads: a pattern, SQL, a form of dates."""

OF_LANGUAGES: Final = re.compile(r"[*+/=^|-]|\b(?:sum|min|max)\b|\\x(?=\{)")
"""Signs that such a language has itself; the others are those of formulas there too."""

TASKS: Final = {stage.__name__ for stage in STAGES.values()}
PUT_IN: Final = re.compile(r"%(?:\(\w+\))?(?:\.\d)?[sdfgr](?![\w%])")
"""`%s`, `%.2f`."""

CALL: Final = re.compile(
    r"#(?:(?:if|else|for|let|set|show|import)\b[^\[\]\n]*|[\w-]*(?:\.[\w-]+|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)"
)
MATHEMATICS: Final = re.compile(
    r"\bsym\.(?:div|times|dot|plus|minus|ast|slash|sum|prod|convolve)\b|\bmath\.(?:frac|sqrt|root|binom|equation)\b"
    r"|\$[^$\"]*?[/*+×÷^][^$\"]*?\$"
)
"""What typst makes a formula of."""

ESCAPED: Final = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
BETWEEN_VALUES: Final = frozenset({" / ", " - ", " – ", "-", "−", " − ", "*"})
STRING: Final = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
COMMENT: Final = re.compile(r"(?m)(?<![:/])//.*$")


ITEM: Final = re.compile(r"^\s*(?:[-*+] |\d+\. |\||#+ |```)")
"""The beginning of an item, a row or a heading."""


class Shown(NamedTuple):
    """A text and its place: a line or a key."""

    place: str
    text: str


def shown_files() -> list[Path]:
    found = {path for pattern in SHOWN for path in ROOT.glob(pattern)}
    pages = {path for path in found if path.parent == ROOT / "docs" / "methods" and _is_generated(path)}
    return sorted(path for path in found - pages if str(path.relative_to(ROOT)) not in NOT_SHOWN)


def _is_generated(path: Path) -> bool:
    """Pages of methods are written from page.md, which is scanned (test_method_pages.py)."""
    return any(ROOT.glob(f"transforms/methods/*/{path.stem}/page.md"))


def texts_of(path: str, content: str) -> list[Shown]:
    """Return the texts of a file: path from the root, content as it is or as somebody changed it."""
    kind = next(read for pattern, read in READERS if fnmatch(path, pattern))
    content = _without(content, [*([FENCED] if path in QUERIES else []), *([BLOCK] if path in WRITTEN else [])])
    skipped = RUN.get(path)
    return [Shown(one.place, plain(one.text)) for one in kind(content) if not (skipped and skipped in one.place)]


@cache
def plain(text: str) -> str:
    """Return the text without what marks it up, and with each path as one place."""
    text = STATED.sub("◦", QUOTIENT.sub(r"\1 ÷ \2", text))
    text = EMPHASIS.sub(r"\1", LINK.sub("]", text.replace("\n", " ")))
    text = SIGN_ALONE.sub(r"\1\2", text)
    return PATH.sub(lambda found: "◦" if _is_path(found[0]) else found[0], text)


def _is_path(text: str) -> bool:
    is_of_signs = any(part in SIGNS or part.partition("_")[0] in BASES for part in text.split("/"))
    looks_so = bool(re.search(r"[a-z]", text) and re.search(r"\.[a-z]|_|/.*/|/$|^[./~]", text))
    return text.isascii() and looks_so and not is_of_signs


def _without(content: str, patterns: Sequence[re.Pattern[str]]) -> str:
    for pattern in patterns:
        content = pattern.sub(lambda found: "\n" * found[0].count("\n"), content)
    return content


def _of_package(content: str) -> Iterator[Shown]:
    yield Shown(".project.description", tomllib.loads(content)["project"]["description"])


def _of_lines(content: str) -> Iterator[Shown]:
    yield from (Shown(f":{number}", line) for number, line in enumerate(content.splitlines(), start=1))


def _of_toml(content: str) -> Iterator[Shown]:
    yield from _of_value("", tomllib.loads(content))


def _of_value(key: str, value: Any) -> Iterator[Shown]:
    match value:
        case str():
            yield Shown(key, _between(value))
        case dict():
            for name, inner in value.items():
                yield Shown(key, name)
                yield from _of_value(f"{key}.{name}", inner)
        case list():
            for number, inner in enumerate(value):
                yield from _of_value(f"{key}[{number}]", inner)


def _of_csv(content: str) -> Iterator[Shown]:
    for number, row in enumerate(csv.reader(io.StringIO(content)), start=1):
        yield from (Shown(f":{number}", cell) for cell in row)


def _of_page(content: str) -> Iterator[Shown]:
    """Paragraphs: lines that belong together are one text, for a sentence goes on over them."""
    first, paragraph, is_fenced = 1, "", False
    for number, line in enumerate([*content.splitlines(), ""], start=1):
        is_fenced ^= line.startswith("```")
        if is_fenced or not line.strip() or ITEM.match(line):
            yield Shown(f":{first}", paragraph)
            first, paragraph = number, ""
        paragraph = f"{paragraph} {ITEM.sub('', line)}".strip() if paragraph else ITEM.sub("", line)


def _of_template(content: str) -> Iterator[Shown]:
    """Typst: strings, what is between square brackets, and lines that are in no brackets at all."""
    content = ESCAPED.sub(lambda found: chr(int(found[1], 16)), COMMENT.sub("", content))
    for found in MATHEMATICS.finditer(content):
        yield Shown(f":{_line(content, found.start())}", "◦ ÷ ◦")
    for found in STRING.finditer(content):
        yield Shown(f":{_line(content, found.start())}", _joined(found[1]))
    bare = STRING.sub(lambda found: "◦" + " " * (len(found[0]) - 1), content)
    depth, others, start = 0, 0, 0
    for at, letter in enumerate(bare):
        if letter == "[":
            depth, start = depth + 1, at if depth == 0 else start
        elif letter == "]":
            depth -= 1
            if depth == 0:
                yield Shown(f":{_line(content, start)}", CALL.sub("◦", bare[start + 1 : at]))
        elif depth == 0:
            others += (letter in "({") - (letter in ")}")
            is_line = others == 0 and (at == 0 or bare[at - 1] == "\n")
            if is_line and not letter.isspace() and letter not in "#)}]":
                yield Shown(f":{_line(content, at)}", CALL.sub("◦", bare[at:].partition("\n")[0]).lstrip("= "))


def _of_code(content: str) -> Iterator[Shown]:
    """Every string that is read; docstrings of schemas are those of contracts, which the dictionary prints."""
    tree = ast.parse(content)
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr():
                text = _filled(node.values)
            case ast.BinOp(op=ast.Add()) if any(_is_text(part) for part in _terms(node)):
                text = _filled(_terms(node))
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=str(glue)), attr="join"),
                args=[ast.List() | ast.Tuple() as of],
            ):
                text = glue.join(_filled([part]) for part in of.elts)
            case ast.Constant(value=str(text)) if id(node) not in inner | documented:
                pass
            case ast.FunctionDef() if _is_run_by_prefect(node):
                text = ast.get_docstring(node) or ""
            case _:
                continue
        text = PUT_IN.sub("{}", text)
        yield Shown(f":{node.lineno}", _joined(OF_LANGUAGES.sub(" ", text) if LANGUAGE.search(text) else text))


def _is_run_by_prefect(node: ast.FunctionDef) -> bool:
    """Prefect shows the docstrings of flows and tasks; the stages of a night are made tasks by their names."""
    return node.name in TASKS or any(ast.unparse(one).startswith(("flow", "task")) for one in node.decorator_list)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _terms(node: ast.expr) -> list[ast.expr]:
    """What is added up, from left to right."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_terms(left), *_terms(right)]
        case _:
            return [node]


def _filled(parts: Sequence[ast.expr]) -> str:
    """The text that code puts together, a place for each value; a sign between two quantities is arithmetic."""
    texts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts]
    for at in range(1, len(parts) - 1):
        sides = [ast.unparse(parts[at - 1]), ast.unparse(parts[at + 1])]
        if texts[at] in BETWEEN_VALUES and all(_is_quantity(side) for side in sides):
            texts[at] = " ÷ "
    return "".join(texts)


def _is_quantity(code: str) -> bool:
    name = code.strip("{}")
    return bool(QUANTITIES.search(name)) or in_words(name) in SIGNS or name == "project"


def _of_contracts(content: str) -> Iterator[Shown]:
    yield from _of_code(content)
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.ClassDef):
            yield Shown(f":{node.lineno}", ast.get_docstring(node) or "")


def _joined(text: str) -> str:
    """A string of code that begins or ends with a blank, or is a sign alone, is put between others."""
    is_sign = _is_alone(text)
    before = "◦" if text[:1] == " " or is_sign else ""
    behind = "◦" if text[-1:] == " " or is_sign else ""
    return f"{before}{text}{behind}"


def _is_alone(text: str) -> bool:
    """A sign alone, or a word for one."""
    alone = text.strip()
    return alone in {"×", "÷"} or (alone.isalpha() and in_signs(alone).strip() in {"×", "÷", "−", "⨉", "∑", "∏"})


def _between(text: str) -> str:
    """A value that is a sign alone, as it is put between others."""
    return f"◦{text}◦" if _is_alone(text) else text


def _line(content: str, at: int) -> int:
    return content.count("\n", 0, at) + 1


WRITTEN: Final = {
    *(str(path.relative_to(ROOT)) for path in OF_NO_METHOD),
    *(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/methods/*.md")),
}
"""Pages whose blocks make docs writes anew (test_method_pages.py)."""

READERS: Final[tuple[tuple[str, Callable[[str], Iterator[Shown]]], ...]] = (
    ("pyproject.toml", _of_package),
    ("*.toml", _of_toml),
    ("prefect.yaml", _of_lines),
    ("NOTICE", _of_page),
    ("*.csv", _of_csv),
    ("*.md", _of_page),
    ("*.typ", _of_template),
    ("schemas/*.py", _of_contracts),
    ("*.py", _of_code),
)
