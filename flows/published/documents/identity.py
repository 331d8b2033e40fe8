"""What a document is, whenever it is printed: the digest of its data, words, layout and fonts (ADR 38)."""

import hashlib
import json
import re
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from reports import documents
from reports.documents import Document

OF_PRINTING: Final = (".py", ".typ", ".toml", ".mplstyle")
"""How files end that decide how something is printed: templates, words, code, style."""

SHARED: Final = ("house", "charts")
"""The folders of reports/ that all kinds share: layout and style, charts."""

OF_THE_STATE: Final = frozenset({"provenance", "edition", "is_waiting"})
"""Parts of a document that its state and the editions before it decide, and not what it is."""

LIBRARIES: Final = ("typst", "matplotlib", "numpy", "manimgx-fonts-cjk", "pylopdf-fonts-zh-cn")
"""Packages that decide it: those that print and draw, and the fonts."""


FEN_DECIMALS: Final = 2
DECIMALS: Final = 8
"""What narrows a range is a difference of two roots, of which few digits are left: below these it is noise."""

UNROUNDED: Final = re.compile(r"-?\d+\.(\d+)(?:[eE][+-]?\d+)?")


def identity_of(kind: str, document: Document) -> str:
    """Return the digest of all that decides how a kind's document looks, but for the state that it was printed from.

    Charts and attached rows hold unrounded figures, whose last digits move from night to night: ten digits count, as a
    figure is restated from the tenth on. Money, with two decimals, counts to the fen.
    """
    data = {name: value for name, value in asdict(document).items() if name not in OF_THE_STATE}
    text = UNROUNDED.sub(_that_count, json.dumps(data, ensure_ascii=False))
    return hashlib.sha256((_program(kind) + text).encode()).hexdigest()


def _that_count(number: re.Match[str]) -> str:
    value = float(number[0])
    return format(value, ".15g") if len(number[1]) <= FEN_DECIMALS else format(round(value, DECIMALS) + 0.0, ".10g")


@cache
def _program(kind: str) -> str:
    """The digest of what prints a kind: the shared files of reports/, its own folder, versions of libraries and fonts.

    A home has a folder `reports`, too: started there, Python takes it for the package; a module knows its own place.
    """
    top = Path(documents.__file__).parent
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    own = (top.glob("*"), *(top.glob(f"{folder}/**/*") for folder in (*SHARED, kind)))
    for path in sorted(path for paths in own for path in paths if path.suffix in OF_PRINTING):
        digest.update(f"\n{path.relative_to(top).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()
