"""The folder of each method beside its formula: texts (about.toml), worked cases (cases.toml), prose (page.md)."""

import tomllib
from pathlib import Path
from typing import Any, Final

from transforms import methods

FOLDERS: Final = {path.parent.name: path.parent for path in sorted(Path(methods.__path__[0]).glob("*/*/formula.py"))}
"""Method id to its folder."""


def with_texts(entries: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the entries of data/reference/methods.toml, each formula's with its title and boundary (zh, en)."""
    return {name: entry | (_texts(FOLDERS[name]) if name in FOLDERS else {}) for name, entry in entries.items()}


def _texts(folder: Path) -> dict[str, str]:
    return tomllib.loads((folder / "about.toml").read_text(encoding="utf-8"))
