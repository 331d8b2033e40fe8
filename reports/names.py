"""What codes are called where people read them, in both languages (names.toml); without a name it is the code."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

NAMES: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = tomllib.loads(
    (Path(__file__).parent / "house" / "names.toml").read_text("utf-8")
)
PLACES: Final = {"zh": 0, "en": 1}
PARTS: Final = re.compile(r"[/@]")
"""What parts a scope: Central/solar, lignite@ndrc_guide."""

BRACKETED: Final = re.compile(r"\[([\w@/.-]+)\]", re.ASCII)
CODE: Final = re.compile(r"\w+(?:[_-]\w+)+", re.ASCII)
"""A word that only a code can be: it has a part behind _ or -."""


@dataclass(frozen=True)
class Names:
    """The names in a language; projects: those of the projects by id, as scopes and subjects are projects, too."""

    lang: str
    projects: Mapping[str, str] = field(default_factory=dict)

    def flag(self, code: str) -> str:
        """Return what a flag is about."""
        return self._of("flags", code)

    def parameter(self, parameter_id: str) -> str:
        """Return the name of a factor or parameter."""
        return self._of("parameters", parameter_id)

    def reading(self, metric: str) -> str:
        """Return the name of what is read."""
        return self._of("readings", metric)

    def scope(self, scope: str) -> str:
        """Return what a factor holds for: a region, a technology, a fuel, a project."""
        if scope in self.projects:
            return self.projects[scope]
        return self._of("signs", "between_parts").join(self._of("scopes", part) for part in PARTS.split(scope))

    def realisation(self, code: str) -> str:
        """Return the kind of registered projects, or the part of the registers, that an expectation rests on."""
        return self._of("realisations", code)

    def subject(self, subject: str) -> str:
        """Return whom a flag is about: a project by its name, all others as they are."""
        return self.projects.get(subject, subject)

    def listed(self, names: Sequence[str]) -> str:
        """Return names as one list."""
        return self._of("signs", "between_items").join(names)

    def worded(self, text: str) -> str:
        """Return a text with the codes of parameters, readings and projects in it by their names, [scopes] too."""
        scoped = BRACKETED.sub(lambda scope: f"[{self.scope(scope[1])}]", text)
        return CODE.sub(lambda code: self._anything(code[0]), scoped)

    def _anything(self, code: str) -> str:
        if code in self.projects:
            return self.projects[code]
        return self.reading(code) if code in NAMES["readings"] else self.parameter(code)

    def _of(self, kind: str, code: str) -> str:
        return NAMES[kind][code][PLACES[self.lang]] if code in NAMES[kind] else code
