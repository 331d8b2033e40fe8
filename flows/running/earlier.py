"""What the night before worked out, kept beside what it published: what has not changed is taken over (ADR 46).

A cache of the program's own: it may be deleted at any time. `kept.json` says which published file it belongs to, by its
digest, and names every other file by the digest of its bytes. A night writes new files and, once it has published,
another kept.json: a night that ends in between leaves what was there, and the next one works everything out.
"""

import hashlib
import io
import json
import os
import platform
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from flows.home.private import is_private
from flows.home.settings import CHECKOUT, Home
from flows.home.writing import write_anew
from flows.running.engines.parts import addends_of, tables_of_addends
from flows.running.run_record import say
from flows.warehouse.reading import UNREADABLE, read_tables
from schemas.between.sums import KeptProject, ProjectFlag, ProjectInput
from schemas.contract import DataFrame, stacked, unchecked
from schemas.errors import EnvironmentFailure
from transforms.computation.dealing import ROWS_AT_ONCE
from transforms.computation.whole import Addends
from transforms.uncertainty.ranges import Contributions, contributions_together

RECORD: Final = "kept.json"
NEXT: Final = "next.json"
FLAGS: Final = "flags"
SALT_BITS: Final = 62
LIBRARIES: Final = ("polars", "numpy", "duckdb")
"""Packages whose versions decide a row, whatever requirements.lock says."""

OWN_PROGRAM: Final = (
    "flows/running/**/*.py",
    "flows/warehouse/*.py",
    "flows/gates/predecessor.py",
    "transforms/**/*.toml",
)
"""What decides the rows that are kept and taken over, beside what decides a figure (run_record.DECIDING): the modules

that do it, and the sentences of methods.
"""

Files = dict[str, str]
"""Tables by name: the digests of their files."""


@dataclass(frozen=True)
class Kept:
    """What a night kept. marts: the tables with rows of single projects; parts: what projects add, some at a time."""

    edition: str
    salt: int
    published: str = ""
    run_id: str = ""
    marts: tuple[str, ...] = ()
    projects: str = ""
    parts: dict[int, Files] = field(default_factory=dict)

    @property
    def files(self) -> set[str]:
        """The names of its files."""
        return {self.projects, *(digest for part in self.parts.values() for digest in part.values())}


class Part(NamedTuple):
    """What some projects add to the night's tables beside their rows of marts."""

    flags: DataFrame[ProjectFlag]
    addends: Addends

    def of(self, projects: pl.Series) -> "Part":
        """Return what these of the projects add."""
        is_theirs = pl.col("project_id").is_in(projects.implode())
        of_all, rows = self.addends, self.addends.contributed.rows.filter(is_theirs)
        names = of_all.contributed.names.join(rows.select("input_number").unique(), on="input_number", how="semi")
        addends = Addends(
            of_all.figures.filter(is_theirs),
            Contributions(rows, names),
            of_all.lent.filter(is_theirs),
            of_all.years.filter(is_theirs),
        )
        return Part(self.flags.filter(is_theirs), addends)


class Group(NamedTuple):
    """Projects that are taken over together, and the numbers of the parts that they are in.

    is_whole: one part, of which enough is left to leave it as it is.
    """

    projects: DataFrame[KeptProject]
    numbers: tuple[int, ...]
    is_whole: bool


class Keeping:
    """What the night before kept, and what this one keeps for the next; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, kept: Kept, projects: DataFrame[KeptProject]) -> None:
        self._folder, self._kept, self._before = folder, kept, projects
        self._parts = dict[int, Files]()
        self._projects = [KeptProject.empty_frame()]
        self._marts = set(kept.marts)

    @property
    def salt(self) -> int:
        """What the digests of rows begin with."""
        return self._kept.salt

    @property
    def is_empty(self) -> bool:
        """True where nothing can be taken over."""
        return self._before.is_empty()

    @property
    def marts(self) -> tuple[str, ...]:
        """The tables with rows of single projects that the night before published."""
        return self._kept.marts

    def unchanged(self, inputs: DataFrame[ProjectInput]) -> DataFrame[KeptProject]:
        """Return the projects that the night before worked out from the same."""
        return self._before.join(inputs, on=["project_id", "input_digest"], how="semi")

    def groups(self, projects: DataFrame[KeptProject]) -> Iterator[Group]:
        """Yield the projects some at a time: parts of which little is left are put together."""
        gathered, numbers = list[DataFrame[KeptProject]](), list[int]()
        for (number,), own in projects.partition_by("part_number", maintain_order=True, as_dict=True).items():
            rows, of_part = own["row_count"].sum(), self._before.filter(part_number=number)["row_count"].sum()
            if 2 * rows >= max(of_part, ROWS_AT_ONCE):
                yield Group(unchecked(own, KeptProject), (number,), is_whole=True)
                continue
            gathered.append(unchecked(own, KeptProject))
            numbers.append(number)
            if sum(part["row_count"].sum() for part in gathered) >= ROWS_AT_ONCE:
                yield Group(stacked(gathered), tuple(numbers), is_whole=False)
                gathered, numbers = [], []
        if gathered:
            yield Group(stacked(gathered), tuple(numbers), is_whole=False)

    def part(self, group: Group) -> Part:
        """Return what the projects of a group add."""
        parts = [self._part(number, group.projects["project_id"]) for number in group.numbers]
        return parts[0] if len(parts) == 1 else _together(parts)

    def keep(self, projects: DataFrame[KeptProject], part: Part, marts: Iterable[str] = ()) -> None:
        """Keep what the projects add, as a part of their own; marts: the tables with rows of theirs."""
        self._marts.update(marts)
        if self._folder is None:
            return
        number = max([*self._kept.parts, *self._parts], default=0) + 1
        tables = {FLAGS: part.flags, **tables_of_addends(part.addends)}
        with suppress(OSError):  # a full disk costs the next night its time, not this one its end
            self._parts[number] = {name: self._write(rows) for name, rows in tables.items()}
            self._projects.append(unchecked(projects.with_columns(part_number=pl.lit(number, pl.Int64)), KeptProject))

    def leave(self, group: Group) -> None:
        """Keep a group's part as it is."""
        (number,) = group.numbers
        self._parts[number] = self._kept.parts[number]
        self._projects.append(group.projects)

    def end(self, run_id: str) -> None:
        """Write what is kept of this night down; `settle` puts it in force once the night has published."""
        if self._folder is None:
            return
        with suppress(OSError):
            projects = self._write(stacked(self._projects))
            kept = replace(
                self._kept, run_id=run_id, marts=tuple(sorted(self._marts)), projects=projects, parts=self._parts
            )
            write_anew(self._folder / NEXT, json.dumps(asdict(kept)).encode())

    def _part(self, number: int, projects: pl.Series) -> Part:
        tables = {name: self._read(digest) for name, digest in self._kept.parts[number].items()}
        return Part(unchecked(tables.pop(FLAGS), ProjectFlag), addends_of(tables)).of(projects)

    def _read(self, digest: str) -> pl.DataFrame:
        content = (self._folder / digest).read_bytes() if self._folder else b""
        if hashlib.sha256(content).hexdigest() != digest:
            raise EnvironmentFailure(
                "a file of the cache was changed during the night",
                where=f"{self._folder}/{digest}",
                available="what was published before is unchanged",
                remedy="find out who writes there, and run again",
            )
        return pl.read_parquet(content)

    def _write(self, rows: pl.DataFrame) -> str:
        written = io.BytesIO()
        rows.write_parquet(written, compression="lz4")
        content = written.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        if self._folder:
            write_anew(self._folder / digest, content)
        return digest


def _together(parts: Sequence[Part]) -> Part:
    addends = [part.addends for part in parts]
    return Part(
        stacked(part.flags for part in parts),
        Addends(
            stacked(one.figures for one in addends),
            contributions_together([one.contributed for one in addends]),
            stacked(one.lent for one in addends),
            stacked(one.years for one in addends),
        ),
    )


def nothing_kept(folder: Path | None = None, edition: str = "") -> Keeping:
    """Return what a night begins with that takes nothing over; without a folder it keeps nothing either."""
    return Keeping(folder, Kept(edition, secrets.randbits(SALT_BITS)), KeptProject.empty_frame())


def keeping(home: Home, decided_by: str, *, anew: bool) -> Keeping:
    """Return what the night before kept, where the published file is the one that it left; anew: nothing of it.

    decided_by: the digest of what decides a figure (run_record.deciding_files).
    """
    folder, edition = home.worked_out, edition_of(decided_by)
    if not is_private(folder, home.root / "data"):
        return nothing_kept()
    kept = _recorded(folder / RECORD)
    _sweep(folder, kept)
    if anew or kept is None or kept.edition != edition:
        return nothing_kept(folder, edition)
    if problem := _problem(folder, kept, home.warehouse):
        say(f"every project is worked out anew: {problem}")
        return nothing_kept(folder, edition)
    projects = pl.read_parquet((folder / kept.projects).read_bytes())
    return Keeping(folder, kept, unchecked(projects, KeptProject))


def settle(home: Home) -> None:
    """Put in force what the night kept that published what is published now, and forget what was kept before."""
    folder, run_id = home.worked_out, _published_by(home.warehouse)
    known = (_recorded(folder / name) for name in (NEXT, RECORD))
    kept = next((one for one in known if one and one.run_id == run_id), None)
    if kept is None:
        return
    with suppress(OSError):
        published = replace(kept, published=_digest(home.warehouse))
        write_anew(folder / RECORD, json.dumps(asdict(published)).encode())
        _sweep(folder, published)


@contextmanager
def kept_in_force(home: Home) -> Iterator[None]:
    """Within, the file is published anew with the same rows of projects: what was kept belongs to the new one, too.

    Not where the file was another before, as after somebody wrote into it.
    """
    kept = _recorded(home.worked_out / RECORD)
    is_ours = kept is not None and not _problem(home.worked_out, kept, home.warehouse)
    yield
    if kept and is_ours:
        with suppress(OSError):
            again = replace(kept, published=_digest(home.warehouse))
            write_anew(home.worked_out / RECORD, json.dumps(asdict(again)).encode())


def _published_by(warehouse: Path) -> str | None:
    try:
        run_id: str = read_tables(warehouse, "ops.runs")["ops.runs"]["run_id"].item()
    except UNREADABLE:
        return None
    return run_id


def edition_of(decided_by: str, checkout: Path = CHECKOUT) -> str:
    """Return the digest of all that works rows out of deliveries: where it is another, nothing is taken over."""
    digest = hashlib.sha256(decided_by.encode())
    for path in sorted({path for pattern in OWN_PROGRAM for path in checkout.glob(pattern)}):
        digest.update(path.relative_to(checkout).as_posix().encode() + b"\n" + path.read_bytes())
    versions = [*map(version, LIBRARIES), platform.python_version(), platform.machine()]
    digest.update(" ".join(versions).encode())
    return digest.hexdigest()


def _recorded(path: Path) -> Kept | None:
    try:
        read = json.loads(path.read_bytes())
        parts = {int(number): dict(files) for number, files in read.pop("parts").items()}
        return Kept(**{**read, "marts": tuple(read["marts"])}, parts=parts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _problem(folder: Path, kept: Kept, warehouse: Path) -> str:
    """Why what was kept cannot be used; empty where it can."""
    log = warehouse.with_name(f"{warehouse.name}.wal")  # rows that another program wrote, which a reader would see
    if not warehouse.is_file() or os.path.lexists(log) or _digest(warehouse) != kept.published:
        return f"{warehouse.name} is not what the last night left there"
    damaged = [name for name in sorted(kept.files) if not (folder / name).is_file() or _digest(folder / name) != name]
    return f"{len(damaged)} file(s) of {folder} are not what was written there" if damaged else ""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sweep(folder: Path, kept: Kept | None) -> None:
    """Remove the files that nothing in force names, as those of a night that did not publish."""
    named = {RECORD, *(kept.files if kept else ())}
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name not in named:
                path.unlink()
