"""The folder of each method beside its formula: texts (about.toml), worked cases (cases.toml), prose (page.md)."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any, Final

from schemas.errors import ContradictoryReference
from transforms import methods

TOP: Final = Path(str(methods.__file__)).parent
FOLDERS: Final = {path.parent.name: path.parent for path in sorted(TOP.glob("*/*/formula.py"))}
"""Method id to its folder."""
SHARED: Final = TOP / "shared" / "conditions.toml"
ABOUT: Final = "about.toml"
CONDITIONS: Final = "conditions"
OF_EDITIONS: Final = {
    "valid_from": (dt.date, "a day", "2027-01-01"),
    "title_zh": (str, "a text", '"..."'),
    "title_en": (str, "a text", '"..."'),
}
"""What about.toml says of an edition: its type, what that is called, and how it is written."""


def with_texts(entries: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the entries of data/reference/methods.toml, each formula's with its title and boundary (zh, en)."""
    return {name: entry | (_texts(FOLDERS[name]) if name in FOLDERS else {}) for name, entry in entries.items()}


def condition_sentences() -> dict[str, dict[str, str]]:
    """Return the sentence of each condition by its code, in English and Chinese: the shared ones and each method's."""
    own = (_read(folder / ABOUT).get(CONDITIONS, {}) for folder in FOLDERS.values())
    return {code: texts for some in (_read(SHARED), *own) for code, texts in some.items()}


def _texts(folder: Path) -> dict[str, Any]:
    texts = {name: text for name, text in _read(folder / ABOUT).items() if name != CONDITIONS}
    for edition, entry in texts.get("editions", {}).items():
        for key, (kind, is_what, example) in OF_EDITIONS.items():
            if key in entry and type(entry[key]) is not kind:
                raise ContradictoryReference(
                    f"'{entry[key]}' is not {is_what}",
                    where=f"{folder / ABOUT}, [editions.{edition}], {key}",
                    available=f"{key} as {is_what} of TOML",
                    remedy=f"write it as {key} = {example}; nothing was computed",
                )
    return texts


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
