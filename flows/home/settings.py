"""Where things lie, and what greenloan.toml states.

The checkout holds the reference tables; the home holds inbox, landing, warehouse and, where there is one,
greenloan.toml: the databases to read from, and what is agreed with the senders of files.
"""

import os
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from schemas.errors import EnvironmentFailure
from transforms.deliveries.speakers.senders import folder_key, sender_of

CHECKOUT: Final = Path(__file__).resolve().parents[2]
REFERENCE: Final = CHECKOUT / "data" / "reference"

SECTIONS: Final = ("sources", "senders", "files", "server")
SOURCE_KEYS: Final = ("url", "password_env", "timeout_seconds", "tables")
SENDER_KEYS: Final = ("end_marker", "authority")
FILES_KEYS: Final = ("group", "refusals")
SERVER_KEYS: Final = ("homes",)
REFUSAL_PLACES: Final = ("outbox", "beside")
SOURCE_NAME: Final = r"\w[\w.-]*"
SERVER: Final = r"(\[[0-9A-Fa-f:.]+\]|[^:@/?#,\[\]]*)(:\d+)?"
URL: Final = rf"postgres(ql)?://([^:@/?#]+@)?{SERVER}(,{SERVER})*/[^@/?#]+(\?(?!(.*&)?password=)[^@#]*)?"
"""Nothing that could be a password fits anywhere in it, so that the rest may be shown."""

LONGEST_TIMEOUT_SECONDS: Final = 86_400


@dataclass(frozen=True)
class Source:
    """A core-banking database: the table that each query gives, and how to get in."""

    name: str
    url: str
    tables: dict[str, str]
    password_env: str | None = None
    timeout_seconds: float = 600

    @property
    def where(self) -> str:
        """The source as errors name it: its server and database, without the role."""
        return f"source {self.name} at " + self.url.partition("://")[2].rpartition("@")[2].partition("?")[0]


@dataclass(frozen=True)
class Sender:
    """A sender of files or a source: the ending of the empty file that marks a delivery as complete,

    and the tables in which it may state what others share and replace others' rows.
    """

    folder: str
    end_marker: str | None = None
    authority: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What greenloan.toml states: databases by name, senders by folder.

    group: whom the files under home belong to; refusals: where lists of refused rows go, `outbox` or `beside` the
    delivery; homes: what a Prefect flow's parameters may name.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    senders: dict[str, Sender] = field(default_factory=dict)
    group: str | None = None
    refusals: str = "outbox"
    homes: tuple[Path, ...] = ()

    @property
    def authorities(self) -> dict[str, list[str]]:
        """The authorities of each table that has any, by the names of deliveries.speakers.senders."""
        pairs = [(table, sender_of(name)) for name, sender in self.senders.items() for table in sender.authority]
        named = sorted(set(pairs))
        return {table: [sender for other, sender in named if other == table] for table, _ in named}


@dataclass(frozen=True)
class Home:
    """The folders of one installation; none of them is committed."""

    root: Path
    inbox: Path

    @property
    def settings(self) -> Path:
        """What this installation has agreed with its sources and senders; there need not be one."""
        return self.root / "greenloan.toml"

    @property
    def landing(self) -> Path:
        """Delivered files as they came, never changed."""
        return self.root / "data" / "landing"

    @property
    def runs(self) -> Path:
        """One record a run, failed ones included."""
        return self.root / "data" / "runs"

    @property
    def warehouse(self) -> Path:
        """The published DuckDB file."""
        return self.root / "data" / "warehouse.duckdb"

    @property
    def outbox(self) -> Path:
        """What goes back to each sender, a folder each: the lists of refused rows."""
        return self.root / "data" / "outbox"

    @property
    def candidate(self) -> Path:
        """The file being built; nobody reads it."""
        return self.root / "data" / "warehouse.next.duckdb"

    @property
    def lock(self) -> Path:
        """Held by the one run under way."""
        return self.root / "data" / "nightly.lock"

    @property
    def reports(self) -> Path:
        """Published documents."""
        return self.root / "reports" / "published"


def home(root: str | Path | None = None, inbox: str | Path | None = None) -> Home:
    """Return the home: the argument, else GREENLOAN_HOME, else the checkout."""
    base = Path(root or os.environ.get("GREENLOAN_HOME") or CHECKOUT).resolve()
    if "?" in str(base):
        raise EnvironmentFailure(
            "the home's path holds a question mark, which DuckDB takes for the end of a file's name", where=str(base),
            available="any other character", remedy="move the home, or rename the folder",
        )  # fmt: skip
    return Home(base, Path(inbox).resolve() if inbox else base / "data" / "inbox")


def read_settings(path: Path, tables: Collection[str]) -> Settings:
    """Return what the file states, where queries may give the tables named; nothing where there is no file.

    Refuses what it does not know: a mistyped key must not pass for one that was left out.
    """
    if not path.exists():
        return Settings()
    stated = _section(_parsed(path), path.name, SECTIONS)
    sources = _section(stated.get("sources", {}), f"{path.name} [sources]")
    senders = _section(stated.get("senders", {}), f"{path.name} [senders]")
    _refuse_doubled(sources, f"{path.name} [sources]")
    _refuse_doubled(senders, f"{path.name} [senders]")
    files = _section(stated.get("files", {}), f"{path.name} [files]", FILES_KEYS)
    server = _section(stated.get("server", {}), f"{path.name} [server]", SERVER_KEYS)
    return Settings(
        {name: _source(name, section, f"{path.name} [sources.{name}]", tables) for name, section in sources.items()},
        {name: _sender(name, section, f'{path.name} [senders."{name}"]', tables) for name, section in senders.items()},
        group=_text(files, "group", f"{path.name} [files]") if "group" in files else None,
        refusals=_refusals(files, f"{path.name} [files]"), homes=_homes(server, f"{path.name} [server]"),
    )  # fmt: skip


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        raise _mistake(f"it is no TOML: {error}", str(path), "nothing of it could be read") from error


def _source(name: str, section: object, where: str, tables: Collection[str]) -> Source:
    stated = _section(section, where, SOURCE_KEYS, needed=("url", "tables"))
    if not re.fullmatch(SOURCE_NAME, name):
        raise _mistake(f"'{name}' cannot name a folder", where, "letters, digits, _ - .", "rename the source")
    if not isinstance(stated["url"], str) or not re.fullmatch(URL, stated["url"]):
        raise _mistake(
            "the url is not of the form postgresql://role@host:port/database, or carries a password (not shown here)",
            where, "password_env, PGPASSFILE", "write the url without a password and name the variable that holds it",
        )  # fmt: skip
    queries = _section(stated["tables"], where.replace("]", ".tables]"), tables)
    if not queries:
        raise _mistake("there is no query", where, "tables: " + ", ".join(tables), "add one, or remove the source")
    return Source(
        name, stated["url"], {table: _text(queries, table, where) for table in queries},
        _text(stated, "password_env", where) if "password_env" in stated else None, _seconds(stated, where),
    )  # fmt: skip


def _sender(folder: str, section: object, where: str, tables: Collection[str]) -> Sender:
    stated = _section(section, where, SENDER_KEYS)
    if not stated:
        raise _mistake("neither end_marker nor authority is there", where, "nothing", "add one, or remove the sender")
    marker = _text(stated, "end_marker", where) if "end_marker" in stated else None
    return Sender(folder, marker, _tables(stated.get("authority", []), where, tables))


def _tables(value: object, where: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the tables that a list names."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _mistake("authority is no list of tables", where, ", ".join(known), 'write it as ["fx", "parameters"]')
    unknown = [name for name in value if name not in known]
    if unknown:
        raise _mistake(f"unknown table {', '.join(unknown)} in authority", where, "known tables: " + ", ".join(known))
    return tuple(value)


def _refusals(files: dict[str, Any], where: str) -> str:
    place = files.get("refusals", Settings.refusals)
    if place not in REFUSAL_PLACES:
        raise _mistake(f"refusals is '{place}'", where, " or ".join(REFUSAL_PLACES))
    return str(place)


def _homes(server: dict[str, Any], where: str) -> tuple[Path, ...]:
    named = server.get("homes", [])
    if not isinstance(named, list) or not all(isinstance(one, str) and Path(one).is_absolute() for one in named):
        raise _mistake("homes is no list of folders", where, f"{named!r}", 'write it as homes = ["/srv/bank_a"]')
    return tuple(Path(one).resolve() for one in named)


def _section(
    value: object, where: str, known: Collection[str] | None = None, needed: Collection[str] = ()
) -> dict[str, Any]:
    """Return the section; `known` None lets every key in."""
    if not isinstance(value, dict):
        raise _mistake("this is no section", where, f"a {type(value).__name__}", "write keys and values under it")
    unknown = [] if known is None else [key for key in value if key not in known]
    if unknown:
        raise _mistake(f"unknown key {', '.join(unknown)}", where, "known keys: " + ", ".join(known or ()))
    missing = [key for key in needed if key not in value]
    if missing:
        raise _mistake(f"{', '.join(missing)} is missing", where, "keys given: " + ", ".join(value), "add it")
    return value


def _refuse_doubled(names: Collection[str], where: str) -> None:
    """Two spellings of one name are one sender."""
    first: dict[tuple[str, ...], str] = {}
    for name in names:
        before = first.setdefault(folder_key(name), name)
        if before != name:
            raise _mistake(f"'{before}' and '{name}' are two spellings of one name", where, "one section a name")


def _text(section: dict[str, Any], key: str, where: str) -> str:
    value = section[key]
    if not isinstance(value, str) or not value.strip():
        raise _mistake(f"{key} holds no text", where, f"a {type(value).__name__}", "write it between quotes")
    return value


def _seconds(section: dict[str, Any], where: str) -> float:
    value = section.get("timeout_seconds", Source.timeout_seconds)
    if type(value) not in {int, float} or not 0 < value <= LONGEST_TIMEOUT_SECONDS:
        raise _mistake("timeout_seconds is no number of seconds", where, f"above 0, up to {LONGEST_TIMEOUT_SECONDS:,}")
    return float(value)


def _mistake(what: str, where: str, available: str, remedy: str = "correct it or remove it") -> EnvironmentFailure:
    return EnvironmentFailure(what, where=where, available=available, remedy=remedy)
