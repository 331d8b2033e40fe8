"""Where things lie, and what an installation has agreed with its databases and senders (greenloan.toml).

The checkout holds the reference tables; the home holds inbox, landing, warehouse and, where there is one,
greenloan.toml, which flows.home.settings_file reads.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from schemas.errors import EnvironmentFailure
from transforms.deliveries.speakers.senders import sender_of

CHECKOUT: Final = Path(__file__).resolve().parents[2]
REFERENCE: Final = CHECKOUT / "data" / "reference"


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
class Lost:
    """Landed files of one digest that a person has declared lost for good: their names, and why they never come."""

    file: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Spark:
    """A cluster that works the buckets of a night out: its master, or the address of Spark Connect.

    store: the folder, or the address that fsspec reaches, which this machine and the executors share.
    """

    store: str
    master: str | None = None
    remote: str | None = None

    @property
    def where(self) -> str:
        """The cluster as errors name it."""
        return self.remote or self.master or ""

    @property
    def is_here(self) -> bool:
        """True where the executors run on this machine, in the driver's own process."""
        return self.where.startswith("local")

    @property
    def is_served(self) -> bool:
        """True where Spark Connect serves: this machine then needs no Java."""
        return self.where.startswith("sc://")


@dataclass(frozen=True)
class Settings:
    """What greenloan.toml states: databases by name, senders by folder.

    group: whom the files under home belong to; refusals: where lists of refused rows go, `outbox` or `beside` the
    delivery; homes: what a Prefect flow's parameters may name; lost: landed files by digest; engine: who works the
    buckets of a night out; restatement_threshold_ratio: from what change on a signed figure needs a person's word.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    senders: dict[str, Sender] = field(default_factory=dict)
    group: str | None = None
    refusals: Literal["outbox", "beside"] = "outbox"
    homes: tuple[Path, ...] = ()
    lost: dict[str, Lost] = field(default_factory=dict)
    engine: Literal["local", "spark"] = "local"
    spark: Spark | None = None
    restatement_threshold_ratio: float = 0.05

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
    def parsed(self) -> Path:
        """What parsers answered about landed files; it may be deleted at any time."""
        return self.root / "data" / "cache" / "parsed"

    @property
    def worked_out(self) -> Path:
        """What the night before worked out, beside what it published; it may be deleted at any time."""
        return self.root / "data" / "cache" / "worked_out"

    @property
    def disclosures(self) -> Path:
        """Every edition of every document that was published; nothing in it is ever written again."""
        return self.root / "disclosures"

    @property
    def reports(self) -> Path:
        """Published documents."""
        return self.root / "reports" / "published"

    @property
    def waiting(self) -> Path:
        """Documents that are issued on a person's word only."""
        return self.root / "reports" / "waiting"


MISREAD: Final = {
    "?": "a question mark, which DuckDB takes for the end of a file's name",
    "\\": "a backslash, which DuckDB takes for a slash",
}
"""Signs of a path by which DuckDB would open another file."""


def home(root: str | Path | None = None, inbox: str | Path | None = None) -> Home:
    """Return the home: the argument, else GREENLOAN_HOME, else the checkout."""
    base = Path(root or os.environ.get("GREENLOAN_HOME") or CHECKOUT).resolve()
    for sign, reading in MISREAD.items():
        if sign in str(base):
            raise _unfit(f"the home's path holds {reading}", base, "any other character")
    place = Home(base, Path(inbox).resolve() if inbox else base / "data" / "inbox")
    for name, folder in (("home", place.root), ("inbox", place.inbox)):
        if not _is_text(str(folder)):
            raise _unfit(f"the {name}'s path holds a byte that UTF-8 does not know", folder, "any path in UTF-8")
    return place


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unfit(what: str, folder: Path, available: str) -> EnvironmentFailure:
    remedy = "move the folder, or rename it"
    return EnvironmentFailure(what, where=ascii(str(folder))[1:-1], available=available, remedy=remedy)
