"""The folder of each method beside its formula: texts (about.toml), worked cases (cases.toml), prose (page.md)."""

import tomllib
from pathlib import Path
from typing import Any, Final

from transforms import methods

FOLDERS: Final = {path.parent.name: path.parent for path in sorted(Path(methods.__path__[0]).glob("*/*/formula.py"))}
"""Method id to its folder."""
SHARED: Final = Path(methods.__path__[0]) / "shared" / "conditions.toml"
ABOUT: Final = "about.toml"
CONDITIONS: Final = "conditions"


def with_texts(entries: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the entries of data/reference/methods.toml, each formula's with its title and boundary (zh, en)."""
    return {name: entry | (_texts(FOLDERS[name]) if name in FOLDERS else {}) for name, entry in entries.items()}


def condition_sentences() -> dict[str, dict[str, str]]:
    """Return the sentence of each condition by its code, in English and Chinese: the shared ones and each method's."""
    own = (_read(folder / ABOUT).get(CONDITIONS, {}) for folder in FOLDERS.values())
    return {code: texts for some in (_read(SHARED), *own) for code, texts in some.items()}


def _texts(folder: Path) -> dict[str, Any]:
    return {name: text for name, text in _read(folder / ABOUT).items() if name != CONDITIONS}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
