"""Reads greenloan.toml: what it does not know is refused, for a mistyped key must not pass for one that was left out.

pydantic checks each section; every mistake is named at once, with its section, what was possible and what to do.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from flows.home.secrets import concealed, looks_secret
from flows.home.settings import Lost, Sender, Settings, Source, Spark
from schemas.errors import EnvironmentFailure
from transforms.deliveries.speakers.senders import folder_key

SOURCE_NAME: Final = r"\w[\w.-]*"
SERVER: Final = r"(\[[0-9A-Fa-f:.]+\]|[^:@/?#,\[\]]*)(:\d+)?"
URL: Final = rf"postgres(ql)?://((?P<role>[^:@/?#]+)@)?{SERVER}(,{SERVER})*/[^@/?#;=&]+(\?(?P<words>[^@#]*))?"
SECRET_WORD: Final = re.compile(r"passw|pwd|secret|token|scram_\w*key", re.IGNORECASE)
"""In a url's words: sslpassword, oauth_client_secret ... A passfile or sslkey only names a file.

Nothing else that could be a password fits anywhere in a url, so that the rest may be shown."""

QUOTED: Final = re.compile(r"(['\"])((?:(?!\1).)*)\1", re.DOTALL)
"""A name in tomllib's sentences, or one of its own signs: Expected '=' after a key."""

VARIABLE: Final = "[A-Z_][A-Z0-9_]*"
DIGEST: Final = "[0-9a-f]{64}"
SPARK_HOST: Final = r"[^@/?#;,\s]+(:\d+)?"
MASTER: Final = rf"local(\[(\d+|\*)\])?|yarn|spark://{SPARK_HOST}(,{SPARK_HOST})*|k8s://(https?://)?{SPARK_HOST}/?"
REMOTE: Final = rf"local(\[(\d+|\*)\])?|sc://{SPARK_HOST}(/(;use_ssl=(true|false))?)?"
STORE: Final = r"/[^@?#]*|[a-z][a-z0-9+]*://[^@?#:]+"
"""Nothing that could be a password fits into an address of Spark or of its store."""

LONGEST_TIMEOUT_SECONDS: Final = 86_400


def _mistake(what: str, available: str, remedy: str = "correct it or remove it") -> PydanticCustomError:
    return PydanticCustomError("mistake", "a mistake", {"what": what, "available": available, "remedy": remedy})


def _url(url: str) -> str:
    form = re.fullmatch(URL, url)
    if not form or _holds_secret(parse_qsl(form["words"] or "", keep_blank_values=True), unquote(form["role"] or "")):
        raise _mistake(
            "the url is not of the form postgresql://role@host:port/database, or carries a password (not shown here)",
            "password_env, PGPASSFILE",
            "write the url without a password and name the variable that holds it",
        )
    return url


def _holds_secret(words: list[tuple[str, str]], role: str) -> bool:
    """A colon in a role comes of a password behind it."""
    roles = [role, *(value for word, value in words if word == "user")]
    return any(":" in one for one in roles) or any(SECRET_WORD.search(word) for word, _ in words)


def _variable(name: str) -> str:
    """A text that cannot be a name may be the password itself, and is not shown."""
    if not re.fullmatch(VARIABLE, name):
        raise _mistake(
            "password_env is not the name of a variable (not shown here)",
            "capitals, digits and _, as BANK_PASSWORD",
            "write the variable's name, and set the variable to the password for the nightly run",
        )
    return name


def _table(name: str, info: ValidationInfo) -> str:
    known: Collection[str] = (info.context or {})["tables"]
    if name not in known:
        raise _mistake(f"unknown table {concealed(name)}", "known tables: " + ", ".join(known))
    return name


def _source_name(name: str) -> str:
    if looks_secret(name) or not re.fullmatch(SOURCE_NAME, name):
        raise _mistake(f"'{concealed(name)}' cannot name a folder", "letters, digits, _ - .", "rename the source")
    return name


def _sender_name(name: str) -> str:
    if looks_secret(name):
        raise _mistake("a sender's name looks like a secret (not shown here)", "the name of its folder in the inbox")
    return name


def _absolute(folder: str) -> str:
    if not Path(folder).is_absolute():
        raise _mistake(f"{concealed(folder)} is not a whole path", "a path from the root", 'write it as "/srv/bank_a"')
    return folder


def _one_spelling(sections: "dict[str, Section]") -> "dict[str, Section]":
    """Two spellings of one name are one sender."""
    first: dict[tuple[str, ...], str] = {}
    for name in sections:
        before = first.setdefault(folder_key(name), name)
        if before != name:
            raise _mistake(
                f"'{concealed(before)}' and '{concealed(name)}' are two spellings of one name", "one section a name"
            )
    return sections


def _digest(digest: str) -> str:
    if not re.fullmatch(DIGEST, digest):
        raise _mistake(
            f"'{concealed(digest)}' is not the digest of a landed file",
            "64 digits 0 to 9, a to f, as verify-landing lists",
        )
    return digest


def _listed(files: object) -> object:
    return (files,) if isinstance(files, str) else files


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Table = Annotated[str, AfterValidator(_table)]


class Section(BaseModel):
    """A section of the file; a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SourceSection(Section):
    """[sources.<name>]."""

    url: Annotated[str, AfterValidator(_url)]
    password_env: Annotated[str, AfterValidator(_variable)] | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=LONGEST_TIMEOUT_SECONDS)] = Source.timeout_seconds
    tables: Annotated[dict[Table, Text], Field(min_length=1)]


class SenderSection(Section):
    """[senders."<folder>"]: one of the two at least."""

    end_marker: Text | None = None
    authority: tuple[Table, ...] = Field(default=(), strict=False)


def _agreed(sender: SenderSection) -> SenderSection:
    if not sender.model_fields_set:
        raise _mistake("neither end_marker nor authority is there", "nothing", "add one, or remove the sender")
    return sender


class LostSection(Section):
    """[lost.<digest>]: both, so that a digest that was copied wrongly is seen; file may be a list of names."""

    file: Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(min_length=1, strict=False)]
    reason: Text


class FilesSection(Section):
    """[files]."""

    group: Text | None = None
    refusals: Literal["outbox", "beside"] = Settings.refusals


class DisclosureSection(Section):
    """[disclosure]."""

    restatement_threshold_ratio: Annotated[float, Field(ge=0, le=1)] = Settings.restatement_threshold_ratio


class ServerSection(Section):
    """[server]."""

    homes: tuple[Annotated[str, AfterValidator(_absolute)], ...] = Field(default=(), strict=False)


def _master(address: str) -> str:
    return _address(address, MASTER, "local[2], spark://host:7077, yarn, k8s://host:port", "master")


def _remote(address: str) -> str:
    return _address(address, REMOTE, "sc://host:15002, sc://host:443/;use_ssl=true", "remote")


def _store(address: str) -> str:
    return _address(address, STORE, "a path from the root, or an address as s3://name/folder", "store")


def _address(address: str, form: str, available: str, key: str) -> str:
    if not re.fullmatch(form, address):
        raise _mistake(
            f"{key} is not an address of the known forms, or carries a secret (not shown here)",
            available,
            "correct it; a token belongs into SPARK_CONNECT_AUTHENTICATE_TOKEN, a store's keys into its own variables",
        )
    return address


class SparkSection(Section):
    """[spark]: a master or the address of Spark Connect, and the store that executors share with this machine."""

    master: Annotated[str, AfterValidator(_master)] | None = None
    remote: Annotated[str, AfterValidator(_remote)] | None = None
    store: Annotated[str, AfterValidator(_store)]


def _one_cluster(spark: SparkSection | None, info: ValidationInfo) -> SparkSection | None:
    if spark is None and info.data.get("engine") == "spark":
        raise _mistake(
            'engine = "spark" without a section [spark]', 'engine = "local"', "add master or remote, and store"
        )
    if spark and (spark.master is None) is (spark.remote is None):
        raise _mistake("neither or both of master and remote are there", "master, remote", "keep one of them")
    return spark


class File(Section):
    """The whole file."""

    engine: Literal["local", "spark"] = Settings.engine
    spark: Annotated[SparkSection | None, AfterValidator(_one_cluster), Field(validate_default=True)] = None
    sources: Annotated[
        dict[Annotated[str, AfterValidator(_source_name)], SourceSection], AfterValidator(_one_spelling)
    ] = {}
    senders: Annotated[
        dict[Annotated[str, AfterValidator(_sender_name)], Annotated[SenderSection, AfterValidator(_agreed)]],
        AfterValidator(_one_spelling),
    ] = {}
    lost: dict[Annotated[str, AfterValidator(_digest)], LostSection] = {}
    files: FilesSection = FilesSection()
    server: ServerSection = ServerSection()
    disclosure: DisclosureSection = DisclosureSection()


SECTIONS: Final[Mapping[str, tuple[type[Section], int]]] = {
    "sources": (SourceSection, 2),
    "senders": (SenderSection, 2),
    "lost": (LostSection, 2),
    "files": (FilesSection, 1),
    "server": (ServerSection, 1),
    "disclosure": (DisclosureSection, 1),
    "spark": (SparkSection, 1),
}
"""Of each first part of a name: what is written under it, and how many parts name a section."""


def read_settings(path: Path, tables: Collection[str]) -> Settings:
    """Return what the file says, where queries may give the tables named; nothing where there is no file."""
    if not path.exists():
        return Settings()
    if not path.is_file():
        raise _refusal([Mistake("it is not a file", str(path), "a text of settings", "remove what lies there")])
    try:
        file = File.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")), context={"tables": tables})
    except ValidationError as error:
        raise _refusal([*_mistakes(error, path.name)]) from None  # pydantic would show values, a password among them
    except ValueError as error:  # invalid TOML, or no UTF-8
        reason = QUOTED.sub(lambda name: name[0] if name[2] == "=" else f"'{concealed(name[2])}'", str(error))
        raise _refusal([Mistake(f"invalid TOML: {reason}", str(path), "nothing of it could be read")]) from error
    return Settings(
        {name: Source(name, **section.model_dump()) for name, section in file.sources.items()},
        {name: Sender(name, **section.model_dump()) for name, section in file.senders.items()},
        file.files.group,
        file.files.refusals,
        tuple(Path(one).resolve() for one in file.server.homes),
        {digest: Lost(**section.model_dump()) for digest, section in file.lost.items()},
        file.engine,
        Spark(**file.spark.model_dump()) if file.spark else None,
        file.disclosure.restatement_threshold_ratio,
    )


class Mistake(NamedTuple):
    """One mistake, as its reader needs it."""

    what: str
    where: str
    available: str
    remedy: str = "correct it or remove it"


def _mistakes(error: ValidationError, name: str) -> Iterator[Mistake]:
    for one in error.errors(include_input=False, include_url=False):
        path = [concealed(str(part)) for part in one["loc"] if part != "[key]"]
        model, parts = SECTIONS.get(path[0], (File, 0))
        where, known = _where(name, path[:parts]), "known keys: " + ", ".join(model.model_fields)
        match one["type"]:
            case "mistake":
                yield Mistake(where=where, **one["ctx"])
            case "extra_forbidden":
                yield Mistake(f"unknown key {path[-1]}", where, known)
            case "missing":
                yield Mistake(f"{path[-1]} is missing", where, known, "add it")
            case _:  # pydantic's own sentence: Input should be 'outbox' or 'beside'
                yield Mistake(f"{'.'.join(path[parts:]) or 'the section'}: {one['msg']}", where, known)


def _where(name: str, section: list[str]) -> str:
    quoted = [part if re.fullmatch(r"[\w-]+", part, re.ASCII) else f'"{part}"' for part in section]
    return f"{name} [{'.'.join(quoted)}]" if section else name


def _refusal(mistakes: list[Mistake]) -> EnvironmentFailure:
    if len(mistakes) == 1:
        what, where, available, remedy = mistakes[0]
        return EnvironmentFailure(what, where=where, available=available, remedy=remedy)
    listed = "\n             ".join(f"{one.where}: {one.what} ({one.available}): {one.remedy}" for one in mistakes)
    return EnvironmentFailure(
        f"{len(mistakes)} mistakes in the settings",
        where=mistakes[0].where.partition(" [")[0],
        available=listed,
        remedy="correct them all; nothing was landed",
    )
