"""One error for each fault: what only follows from another fault is not listed.

All who cite a name that a table lacks show one fault; an entry whose own name is at fault is the one that they miss.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Final, NamedTuple, TypeAlias

SHOWN: Final = 5
UNKNOWN_KEY: Final = "this key is not known"
"""What the fault of a key says that may be another one misspelt."""
MISSING: Final = ": missing"
"""What follows the place of a key that is not there."""

FILE: Final = re.compile(r"\w+\.(?:csv|toml)")

PLACE: Final = re.compile(r"[^:\[]*(\[[^\]]*\])?[^:]*")
"""Where a fault is: what is written before its first colon, names of sections aside."""

NAMING: Final[Mapping[str, Sequence[str]]] = {
    "parameters.csv": ("parameter_id", "scope"), "regions.csv": ("province_code",),
    "bounds.csv": ("check_id", "method_or_scope", "condition"),
    "realisation.csv": ("realisation_type", "realisation_subtype"), "metrics.toml": ("kind", "item"),
    "outputs.toml": ("check_id", "condition"),
}  # fmt: skip
"""The columns and keys by which other tables find an entry."""


class Misnamed(NamedTuple):
    """The fault of a name by which an entry is looked for; '' may be any."""

    table: str
    entry: str
    text: str


class Absent(NamedTuple):
    """A name that its tables lack, the place that cites it, and the fault where no other place does.

    entry: the name by which others look for the citing entry, None where they find it all the same.
    """

    name: str
    tables: str
    place: str
    text: str
    entry: str | None = None

    @property
    def table(self) -> str:
        """The file that cites the name."""
        return self.place.partition(",")[0]

    @property
    def files(self) -> frozenset[str]:
        """The files that could list the name; none where the program knows every such name."""
        return frozenset(FILE.findall(self.tables))


class Gone(NamedTuple):
    """A section that is asked for and not there, or there under another name and read by it.

    names: by which others look for it or for what it holds; before: the section whose keys its own would be taken for
    where its header line alone is gone.
    """

    file: str
    section: str
    text: str
    names: tuple[str, ...]
    before: str = ""
    is_there: bool = False

    def explains(self, fault: "Fault") -> bool:
        """True if the fault follows from this one."""
        if fault is self or self.is_there:
            return False
        if isinstance(fault, Absent) and fault.name in self.names and self.file in fault.files:
            return True
        above, _, key = self.section.rpartition(".")
        place = place_of(fault)
        if place == (f"{self.file}, [{above}] {key}" if above else f"{self.file} {key}"):
            return True
        sections = [f"{self.file}, [{name}" for name in (self.section, self.before) if name]
        return any(place.startswith((f"{one}]", f"{one}.")) for one in sections)


Fault: TypeAlias = str | Misnamed | Absent | Gone
Group: TypeAlias = list[Absent]
"""All that cite one name."""


def row_name(parameter: str, scope: str) -> str:
    """Return the name by which a row of parameters.csv is looked for, of whichever published set it is."""
    return f"{parameter} for {scope.partition('@')[0]}"


def bound_name(check: str, scope: str) -> str:
    """Return the name by which a row of bounds.csv is looked for: what it limits, of what."""
    return f"{check} for {scope}"


def limited(bound: Mapping[str, str]) -> str:
    """Return what a row of bounds.csv holds for, with its condition."""
    return ", ".join(part for part in (bound["method_or_scope"], bound["condition"]) if part)


def entry_name(table: str, key: str, entry: Mapping[str, object]) -> str | None:
    """Return the name by which others look for an entry, where the column or key is a part of it."""
    if key not in NAMING.get(table, ()):
        return None
    cells = {name: held if isinstance(held, str) else "" for name, held in entry.items()}
    if table == "parameters.csv":
        return row_name(*(cells.get(part, "") for part in NAMING[table]))
    if table == "bounds.csv" and key != "check_id":
        return bound_name(cells["check_id"], limited(cells))
    return cells.get(key, "")


def at_entry(table: str, key: str, entry: Mapping[str, object], text: str) -> Fault:
    """Return the fault of a cell or value, with the name that it spoils."""
    name = entry_name(table, key, entry)
    return text if name is None else Misnamed(table, name, text)


def independent(written: Iterable[Fault], found: Iterable[Fault]) -> list[str]:
    """Return the text of every fault that does not follow from another, in the order in which they were found.

    written: what is wrong with cells and values by themselves; nothing else is at fault at their places, nor what their
    section as a whole is found to lack, nor a key that is missing beside one that is not known.
    """
    written, found = list(written), list(found)
    gone = [fault for fault in (*written, *found) if isinstance(fault, Gone)]
    needed = {id(one): _with_need(one, (*written, *found)) for one in gone}
    faults, found = (
        [fault for fault in some if not any(one.explains(fault) for one in gone)] for some in (written, found)
    )
    misspelt = {_section(place_of(fault)) for fault in faults if UNKNOWN_KEY in _written(fault)}
    places = {place_of(fault) for fault in faults}
    spoilt = places | {_section(place) for place in places if "] " in place}
    follows = [fault for fault in found if _section(place_of(fault)) in misspelt and _is_of_a_missing_key(fault)]
    faults += [fault for fault in found if fault not in follows and not {place_of(fault), _citing(fault)} & spoilt]
    groups = _by_name(fault for fault in faults if isinstance(fault, Absent))
    for fault in sorted(
        faults, key=partial(_cited, groups)
    ):  # one who cites a wrong name, before all who need the right
        if isinstance(fault, Misnamed) or any(fault in group for group in groups):
            groups = _unexplained(groups, fault)
    texts = {id(group[0]): _text(group) for group in groups}
    listed = (
        texts.get(id(fault)) if isinstance(fault, Absent) else _written(needed.get(id(fault), fault))
        for fault in faults
    )
    return list(dict.fromkeys(text for text in listed if text))


def place_of(fault: Fault) -> str:
    """Return where a fault is: file, row or section, column or key."""
    place = PLACE.match(_written(fault))
    return place[0] if place else ""


def _section(place: str) -> str:
    return f"{place.partition('] ')[0]}]"


def _is_of_a_missing_key(fault: Fault) -> bool:
    return _written(fault)[len(place_of(fault)) :].startswith(MISSING)


def _written(fault: Fault) -> str:
    return fault if isinstance(fault, str) else fault.text


def _citing(fault: Fault) -> str:
    return fault.place if isinstance(fault, Absent) else place_of(fault)


def _cited(groups: Sequence[Group], fault: Fault) -> int:
    return next((len(group) for group in groups if fault in group), 0)


def _by_name(absent: Iterable[Absent]) -> list[Group]:
    """A name that one of several tables could list is the same as in the list of one of them."""
    groups: list[Group] = []
    for one in sorted(absent, key=lambda one: len(one.files)):
        same = next((group for group in groups if group[0].name == one.name and group[0].files & one.files), None)
        if same is None:
            groups.append([one])
        else:
            same.append(one)
    return groups


def _unexplained(groups: list[Group], fault: Fault) -> list[Group]:
    """Return the groups but the one that looks for the entry of this wrong name."""
    if isinstance(fault, (str, Gone)) or fault.entry is None:
        return groups
    looked_for = {group[0].name: group for group in groups if fault.table in group[0].files and fault not in group}
    near = get_close_matches(fault.entry, looked_for, 1) or [name for name in looked_for if fault.entry in name]
    near = near or (list(looked_for) if len(looked_for) == 1 else [])
    return [group for group in groups if group is not looked_for[near[0]]] if near else groups


def _text(group: Group) -> str:
    places = list(dict.fromkeys(one.place for one in group))
    if len(places) == 1:
        return group[0].text
    missing = f"{group[0].tables}: '{group[0].name}' is missing"
    return f"{missing}, and {_need(places)}; restore it there, or correct these places"


def _need(places: Sequence[str]) -> str:
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return f"{len(places)} places need it: {'; '.join(places[:SHOWN])}{more}"


def _with_need(gone: Gone, faults: Iterable[Fault]) -> Gone:
    """Return the section that is gone with the places that need it."""
    need = [one.place for one in faults if isinstance(one, Absent) and gone.explains(one) and one.name == gone.names[0]]
    places = list(dict.fromkeys(need))
    return gone._replace(text=f"{gone.text}; {_need(places)}") if len(places) > 1 else gone
