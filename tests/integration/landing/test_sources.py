"""Straight from core banking: a real PostgreSQL server, read in one snapshot, landed and computed like files."""

import asyncio
import csv
import datetime as dt
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from flows.home.settings import Sender
from flows.home.settings import home as place_of
from flows.home.settings_file import read_settings
from flows.landing.files import landed_path
from flows.landing.receptions import Reception
from flows.landing.record import receptions
from flows.reference.tables import read_reference
from flows.running.pipeline import land_deliveries, read_book
from schemas.deliveries import DELIVERIES
from schemas.errors import EnvironmentFailure
from tests.integration.program import DATA, H07, PATIENCE, Home

pytestmark = pytest.mark.xdist_group("postgres")

VARIABLE: Final = "GREENLOAN_CORE_BANKING_PASSWORD"
PASSWORD: Final = "show-n0body-7f3a"  # noqa: S105 - of a server that lives for one session
WRONG: Final = "a-wrong-one-91bc"
OWNER: Final = "owner"
NIGHT: Final = dt.datetime(2025, 1, 2, 2, tzinfo=dt.UTC)
TYPES: Final = {
    "value_date": "date", "booked_at": "timestamptz", "reported_at": "timestamptz", "amount": "numeric(20,2)",
    "contract_amount": "numeric(20,2)", "total_investment": "numeric(20,2)", "commissioning_date": "date",
    "sign_date": "date", "period_start": "date", "period_end": "date", "is_mandated_baseline": "boolean",
}  # fmt: skip
HOSTILE: Final = [
    '"quoted", with a comma', "two\nlines", "two\r\nlines of Windows", "=cmd()|' /C calc'!A0",
    "'; DROP TABLE loans; --",
    "\\.", "\\N", "; , \t | '", '""', "上饶县农村商业银行·𠮷野「绿」", "e\u0301 and é",
]  # fmt: skip


def _programs() -> Path | None:
    """Return the folder with initdb and postgres, which Debian keeps off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def _do_without(reason: str) -> None:
    """Skip where a person tries things out; fail where the main branch is guarded."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Bank:
    """A bank's database on the test's own server."""

    port: int
    database: str = "postgres"

    def url(self, role: str = "reader") -> str:
        """Where the source lies; never with a password."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{self.database}"

    async def owner(self) -> asyncpg.Connection:
        """Return a connection of the bank's own software, which may write."""
        zone = {"TimeZone": "Asia/Shanghai"}
        return await asyncpg.connect(self.url(OWNER), password=PASSWORD, server_settings=zone)

    def ask(self, *statements: str) -> list[Any]:
        """Run statements as the bank's own software; return the rows of the last one."""

        async def asked() -> list[Any]:
            connection = await self.owner()
            try:
                return [await connection.fetch(statement) for statement in statements][-1]
            finally:
                await connection.close()

        return asyncio.run(asked())

    def new(self, database: str, more: str = "") -> "Bank":
        """Create another database on the server."""
        self.ask(f"CREATE DATABASE {database} {more}")
        return Bank(self.port, database)

    def load_case(self, case: str) -> list[str]:
        """Fill the tables of a worked case, typed as a bank types them; return their names."""
        for path in sorted((DATA / case).glob("*.csv")):
            self._load(path)
        return [path.stem for path in sorted((DATA / case).glob("*.csv"))]

    def _load(self, path: Path) -> None:
        header, *rows = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        columns = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in header)
        values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
        self.ask(
            f"CREATE TABLE {path.stem} ({columns})",
            f"INSERT INTO {path.stem} VALUES {values}",
            f"GRANT SELECT ON {path.stem} TO reader",
        )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if text else "NULL"


@pytest.fixture(scope="session")
def server() -> Iterator[Bank]:
    """A server on a free loopback port, with passwords, run by a user without rights, gone with the session."""
    programs = _programs()
    if programs is None:
        _do_without("PostgreSQL is not installed (apt-get install postgresql), so no source can be read")
    folder = Path(tempfile.mkdtemp(prefix="greenloan-postgres-"))
    process = _start(Path(str(programs)), folder, port := _free_port())
    try:
        bank = Bank(port)
        _wait_for(bank, process, folder)
        bank.ask(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
        yield bank
    finally:
        process.send_signal(signal.SIGINT)  # a fast shutdown, in PostgreSQL's words
        process.wait(timeout=PATIENCE)
        shutil.rmtree(folder)


def _start(programs: Path, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    who: dict[str, Any] = {"cwd": folder}
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    if os.geteuid() == 0:  # refused by the server
        nobody = pwd.getpwnam("nobody")
        who |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for path in (folder, folder / "password"):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    subprocess.run(
        [
            programs / "initdb",
            "-D",
            "data",
            "-U",
            OWNER,
            "--pwfile=password",
            "--auth=scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        **who,
    )
    options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off"]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", "data", *(part for option in options for part in ("-c", option))],
            stdout=log,
            stderr=log,
            **who,
        )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait_for(bank: Bank, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    for _ in range(10 * PATIENCE):
        try:
            bank.ask("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            assert process.poll() is None, (folder / "log").read_text(encoding="utf-8")
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server does not answer: " + (folder / "log").read_text(encoding="utf-8"))


NUMBERS = itertools.count(1)


@pytest.fixture
def bank(server: Bank, monkeypatch: pytest.MonkeyPatch) -> Bank:
    """A new database; the password of its reader is in the environment."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    return server.new(f"bank_{next(NUMBERS)}")


@pytest.fixture
def book(bank: Bank) -> Bank:
    """A bank with one loan of the worked case."""
    bank.load_case(H07)
    return bank


def _settings(home: Home, *sections: str) -> None:
    (home.root / "greenloan.toml").write_text("\n".join(sections), encoding="utf-8")


def _source(url: str, name: str = "core_banking", more: str = "", **queries: str) -> str:
    lines = "\n".join(f"{table} = '''{query}'''" for table, query in queries.items())
    return f'[sources.{name}]\nurl = "{url}"\npassword_env = "{VARIABLE}"\n{more}\n[sources.{name}.tables]\n{lines}'


def _whole(*tables: str) -> dict[str, str]:
    return {table: f"SELECT * FROM {table} ORDER BY 1" for table in tables}


def _land(home: Home, now: dt.datetime = NIGHT) -> list[Reception]:
    """Land one night; return all receptions of the home, the newest last."""
    place = place_of(home.root)
    land_deliveries(place, now)
    return receptions(place.landing)


def _refused(home: Home) -> EnvironmentFailure:
    with pytest.raises(EnvironmentFailure) as caught:
        _land(home)
    assert list(home.root.rglob("*.partial")) == []
    return caught.value


def _text(home: Home, name: str) -> str:
    """Return the bytes last landed under the name, as text."""
    landing = place_of(home.root).landing
    newest = [r for r in receptions(landing) if r.name == name][-1]
    return landed_path(newest, landing).read_bytes().decode("utf-8")


def _cells(home: Home, name: str) -> list[list[str]]:
    return list(csv.reader(_text(home, name).splitlines(keepends=True)))


def _landed(home: Home) -> list[str]:
    return [reception.source_file for reception in receptions(place_of(home.root).landing)]


# --- a night from the database ---


@pytest.fixture(scope="module")
def night(server: Bank, new_home: Callable[[str], Home]) -> Home:
    """A night whose every table came from the database."""
    bank, home = server.new("night"), new_home("night")
    _settings(home, _source(bank.url(), **_whole(*bank.load_case(H07))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, PASSWORD)
        answer = home.nightly()
    (home.root / "nightly.err").write_text(answer.err, encoding="utf-8")
    return home


def test_the_same_rows_give_the_same_figures_from_the_database_as_from_files(night: Home, worked_home: Home) -> None:
    files = worked_home
    for basis in ("period_end", "daily_average", "monthly_matched", "disbursed"):
        asked = ("2023-01-01", "2023-12-31", basis)
        assert night.figures(*asked) == files.figures(*asked)
    assert night.rows("FROM ops.rejected_rows") == files.rows("FROM ops.rejected_rows") == []
    assert night.rows("FROM mart.loan_months") == files.rows("FROM mart.loan_months") != []


def test_each_query_prints_its_rows_and_seconds_and_no_password(night: Home) -> None:
    printed = (night.root / "nightly.err").read_text(encoding="utf-8")
    assert "core_banking: ledger.csv has 2 row(s), read in " in printed
    assert PASSWORD not in printed


@pytest.mark.parametrize("trouble", ["wrong_password", "dead_port"])
def test_a_source_that_cannot_be_read_ends_the_night_with_3_and_never_shows_a_password(
    night: Home, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    published, settings = night.warehouse.read_bytes(), (night.root / "greenloan.toml").read_text(encoding="utf-8")
    dead = f"127.0.0.1:{_free_port()}/"
    address = settings.partition("127.0.0.1:")[2].partition("/")[0]
    _settings(night, settings if trouble == "wrong_password" else settings.replace(f"127.0.0.1:{address}/", dead))
    monkeypatch.setenv(VARIABLE, WRONG if trouble == "wrong_password" else PASSWORD)
    answer = night.ask("nightly")
    _settings(night, settings)
    records = "".join(path.read_text(encoding="utf-8") for path in (night.root / "data" / "runs").glob("*.json"))
    assert answer.code == 3
    assert "the source cannot be reached" in answer.err
    assert "to do:" in answer.err
    assert "Traceback" not in answer.err
    assert "built" not in answer.err
    assert night.warehouse.read_bytes() == published
    assert night.last_record()["outcome"] == "failed"
    assert [secret for secret in (PASSWORD, WRONG) if secret in answer.out + answer.err + records] == []


# --- versions ---


def test_a_second_night_lands_nothing_new_when_nothing_has_changed(book: Bank, home: Home) -> None:
    _settings(home, _source(book.url(), **_whole("loans", "ledger")))
    first = _land(home)
    assert [r.source_file for r in first] == ["core_banking/loans.csv", "core_banking/ledger.csv"]
    assert _land(home, NIGHT + dt.timedelta(days=1)) == first


def test_a_changed_row_is_a_new_version_of_its_table_and_the_old_one_stays(book: Bank, home: Home) -> None:
    _settings(home, _source(book.url(), **_whole("loans", "ledger")))
    first = _land(home)
    book.ask("UPDATE ledger SET amount = amount + 0.01 WHERE entry_id = 'E2'")
    second = _land(home, NIGHT + dt.timedelta(days=1))
    assert [r.source_file for r in second[len(first) :]] == ["core_banking/ledger.csv"]
    assert "120000000.01" in _text(home, "ledger.csv")
    assert "120000000.01" not in landed_path(first[1], place_of(home.root).landing).read_text(encoding="utf-8")


def test_the_newest_version_of_a_row_counts_in_the_book(book: Bank, home: Home) -> None:
    _settings(home, _source(book.url(), **_whole("projects", "loans", "ledger")))
    _land(home)
    book.ask("UPDATE loans SET lender = '乙银行'")
    _land(home, NIGHT + dt.timedelta(days=1))
    tables = read_book(place_of(home.root), read_reference(), NIGHT + dt.timedelta(days=2)).tables
    assert tables["loans"]["lender"].to_list() == ["乙银行"]


# --- read only, one moment ---


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO loans (loan_id) VALUES ('X') RETURNING loan_id",
        "WITH gone AS (DELETE FROM loans RETURNING loan_id) SELECT * FROM gone",
        "DELETE FROM loans",
        "SELECT forget() AS loan_id",
        "SELECT nextval('entry_number')::text AS loan_id",
        "SELECT set_config('transaction_read_only', 'off', true) AS loan_id, forget()",
        "SELECT 1 AS loan_id; DELETE FROM loans",
        "SELECT 1) TO STDOUT; COMMIT; BEGIN READ WRITE; DELETE FROM loans; COMMIT; COPY (SELECT 1",
    ],
)
def test_a_query_that_writes_is_refused_and_changes_nothing(book: Bank, home: Home, query: str) -> None:
    book.ask(
        "CREATE FUNCTION forget() RETURNS text LANGUAGE sql AS 'DELETE FROM loans RETURNING loan_id'",
        "CREATE SEQUENCE entry_number",
    )
    state = "SELECT (SELECT count(*) FROM loans) AS loans, (SELECT is_called FROM entry_number) AS called"
    before = book.ask(state)
    _settings(home, _source(book.url(OWNER), ledger="SELECT * FROM ledger", loans=query))
    failure = _refused(home)
    assert "the query for loans.csv failed" in failure.what
    assert "only reads" in failure.remedy
    assert (book.ask(state), _landed(home)) == (before, [])


def test_all_queries_see_one_moment_while_the_bank_goes_on_booking(book: Bank, home: Home) -> None:
    """The first query waits for a lock until another session has committed a loan and its entry."""
    waits = "SELECT loans.* FROM loans CROSS JOIN pg_advisory_xact_lock_shared(7) ORDER BY 1"
    _settings(home, _source(book.url(), loans=waits, ledger="SELECT * FROM ledger"))

    async def book_in_between() -> None:
        teller = await book.owner()
        await teller.execute("SELECT pg_advisory_lock(7)")
        night = asyncio.create_task(asyncio.to_thread(_land, home))
        while not await teller.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            assert not night.done(), await night
            await asyncio.sleep(0.02)
        await teller.execute("INSERT INTO loans SELECT * FROM loans; INSERT INTO ledger SELECT * FROM ledger")
        await teller.execute("SELECT pg_advisory_unlock(7)")
        await night
        await teller.close()

    asyncio.run(book_in_between())
    assert [len(_cells(home, name)) - 1 for name in ("loans.csv", "ledger.csv")] == [1, 2]
    _land(home)
    assert [len(_cells(home, name)) - 1 for name in ("loans.csv", "ledger.csv")] == [2, 4]


def test_the_session_itself_is_set_to_read_only(book: Bank, home: Home) -> None:
    shown = (
        "SELECT current_setting('default_transaction_read_only') AS loan_id, current_setting('transaction_isolation')"
    )
    _settings(home, _source(book.url(), loans=shown))
    _land(home)
    assert _cells(home, "loans.csv")[1] == ["on", "repeatable read"]


# --- exactness ---


def test_text_numbers_days_moments_and_nothing_come_through_exactly(bank: Bank, home: Home) -> None:
    query = """SELECT '上饶·𠮷'::text AS loan_id, NULL::text AS lender, NULL::date AS sign_date,
        123456789012345678.90::numeric(20,2) AS contract_amount, 0.1::float8 + 0.2 AS annual_rate_pct,
        date '2024-02-29' AS maturity_date, timestamptz '2024-12-31 23:59:59.123456+08' AS booked_at,
        timestamptz 'infinity' AS never, timestamp '2024-02-29 01:02:03' AS local, true AS yes,
        NULL::boolean AS unknown, NULL::timestamptz AS not_yet; """
    _settings(home, _source(bank.url(), loans=query))
    _land(home)
    header, row = _cells(home, "loans.csv")
    assert dict(zip(header, row, strict=True)) == {
        "loan_id": "上饶·𠮷",
        "lender": "",
        "sign_date": "",
        "contract_amount": "123456789012345678.90",
        "annual_rate_pct": "0.30000000000000004",
        "maturity_date": "2024-02-29",
        "booked_at": "2024-12-31T23:59:59.123456+08:00",
        "never": "infinity",
        "local": "2024-02-29 01:02:03",
        "yes": "true",
        "unknown": "",
        "not_yet": "",
    }


def test_moments_amounts_and_truths_are_read_back_as_the_bank_holds_them(book: Bank, home: Home) -> None:
    book.ask(
        "ALTER TABLE projects ADD is_mandated_baseline boolean DEFAULT false",
        "UPDATE ledger SET booked_at = '2023-07-01 00:30:00.000001+08', amount = 0.07 WHERE entry_id = 'E2'",
    )
    _settings(home, _source(book.url(), **_whole("projects", "loans", "ledger")))
    _land(home)
    tables = read_book(place_of(home.root), read_reference(), NIGHT).tables
    entry = tables["ledger"].row(1, named=True)
    assert entry["booked_at"] == dt.datetime(2023, 6, 30, 16, 30, 0, 1, tzinfo=dt.UTC)
    assert (entry["amount"], entry["value_date"]) == (Decimal("0.07"), dt.date(2023, 7, 1))
    assert tables["projects"]["is_mandated_baseline"].to_list() == [False]


def test_hostile_text_comes_through_whole(book: Bank, home: Home) -> None:
    values = ", ".join(f"('P{number}', {_literal(text)}, 'reported')" for number, text in enumerate(HOSTILE))
    book.ask("TRUNCATE projects", f"INSERT INTO projects (project_id, project_name, method) VALUES {values}")
    _settings(
        home, _source(book.url(), projects="SELECT * FROM projects ORDER BY length(project_id), project_id -- end")
    )
    _land(home)
    header, *rows = _cells(home, "projects.csv")
    assert [row[header.index("project_name")] for row in rows] == HOSTILE
    named = read_book(place_of(home.root), read_reference(), NIGHT).tables["projects"]
    assert dict(named.select("project_id", "project_name").iter_rows()) == {
        f"P{n}": text if text != "\\N" and any(sign.isalpha() for sign in text) else None
        for n, text in enumerate(HOSTILE)  # a dump's word for nothing, and signs alone, name nothing
        if not text.startswith("=")  # a formula is not a name, and refused
    }


def test_a_database_in_a_chinese_encoding_is_landed_as_utf_8(server: Bank, home: Home, bank: Bank) -> None:
    old = server.new(f"euc_{bank.database}", "ENCODING 'EUC_CN' TEMPLATE template0")
    old.ask(
        "CREATE TABLE loans (loan_id text, lender text)",
        "INSERT INTO loans VALUES ('L1', '上饶银行')",
        "GRANT SELECT ON loans TO reader",
    )
    _settings(home, _source(old.url(), **_whole("loans")))
    _land(home)
    assert _text(home, "loans.csv") == "loan_id,lender\nL1,上饶银行\n"


# --- what is refused ---


def test_the_inbox_and_the_other_sources_land_although_one_source_cannot_be_read(book: Bank, home: Home) -> None:
    home.deliver("files/fx.csv", "date,base,quote,rate,source\n2024-12-31,USD,CNY,7.0,SAFE\n")
    broken = [
        _source(f"postgresql://reader@127.0.0.1:{_free_port()}/bank", name, loans="SELECT 1") for name in ("a", "c")
    ]
    _settings(home, broken[0], _source(book.url(), "b", **_whole("ledger")), broken[1])
    failure = _refused(home)
    assert _landed(home) == ["files/fx.csv", "b/ledger.csv"]
    assert "source a" in failure.where
    assert "source c" in failure.where


@pytest.mark.parametrize(
    ("query", "what", "remedy"),
    [
        ("SELECT nothing FROM loans", 'column "nothing" does not exist', "correct the query"),
        ("SELECT 1 / (loan_id = 'X')::int AS x FROM loans", "division by zero", "correct the query"),
        ("SELECT pg_sleep(60) AS x", "statement timeout", "raise timeout_seconds"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "terminating connection", "server is up"),
        ("SELECT * FROM secrets", "permission denied", "docs/sources.md"),
        ("SELECT loan_id, loan_id FROM loans", "ambiguous", "correct the query"),
    ],
)
def test_a_query_that_fails_lands_nothing_of_its_source_and_says_what_to_do(
    book: Bank, home: Home, query: str, what: str, remedy: str
) -> None:
    book.ask("CREATE TABLE secrets (loan_id text)")
    _settings(home, _source(book.url(), more="timeout_seconds = 0.5", ledger="SELECT * FROM ledger", loans=query))
    failure = _refused(home)
    assert what in failure.what
    assert remedy in failure.remedy
    assert failure.where.endswith(f"127.0.0.1:{book.port}/{book.database}")
    assert _landed(home) == []


def test_a_result_too_large_to_be_read_is_refused_rather_than_left_out(
    book: Bank, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.landing.sources.LARGEST_FILE_BYTES", 100)
    _settings(home, _source(book.url(), **_whole("ledger")))
    assert "too much" in _refused(home).what
    assert _landed(home) == []


def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql://reader@127.0.0.1:{mute.getsockname()[1]}/bank"
        _settings(home, _source(url, more="timeout_seconds = 0.5", loans="SELECT 1"))
        assert "the source cannot be reached: TimeoutError" in _refused(home).what


def test_a_variable_without_a_password_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    _settings(home, _source("postgresql://reader@127.0.0.1/bank", loans="SELECT 1"))
    assert VARIABLE in _refused(home).available


def test_the_password_may_lie_in_a_password_file(book: Bank, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = home.root / "pgpass"
    passwords.write_text(f"127.0.0.1:{book.port}:*:reader:{PASSWORD}\n", encoding="utf-8")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    _settings(home, _source(book.url(), **_whole("loans")).replace(f'password_env = "{VARIABLE}"', ""))
    assert len(_land(home)) == 1


def test_a_source_and_a_folder_of_the_inbox_cannot_have_one_name(book: Bank, home: Home) -> None:
    home.deliver("Core_Banking/loans.csv", "loan_id\n")
    _settings(home, _source(book.url(), **_whole("loans")))
    assert "the same name" in _refused(home).what


# --- greenloan.toml ---

URL = "postgresql://reader@127.0.0.1:5432/bank"
MISTAKES = {
    "an unknown section": ("[databases]", "known keys: engine, spark, sources, senders"),
    "an unknown key": (_source(URL, more="tiemout_seconds = 1", loans="SELECT 1"), "known keys: url, password_env"),
    "an unknown table": (_source(URL, lones="SELECT 1"), "known tables: projects, loans, ledger"),
    "no table": (_source(URL), "tables: Dictionary should have at least 1 item"),
    "an empty query": (_source(URL, loans=" "), "tables.loans: String should have at least 1 character"),
    "no url": ("[sources.bank.tables]\nloans = 'SELECT 1'", "url is missing"),
    "a timeout of nothing": (
        _source(URL, more="timeout_seconds = 0", loans="SELECT 1"),
        "timeout_seconds: Input should be greater than 0",
    ),
    "a timeout that is a truth": (
        _source(URL, more="timeout_seconds = true", loans="SELECT 1"),
        "timeout_seconds: Input should be a valid number",
    ),
    "a name that is a path": (_source(URL, '"../bank"', loans="SELECT 1"), "cannot name a folder"),
    "another kind of database": (_source("mysql://reader@127.0.0.1/bank", loans="SELECT 1"), "not of the form"),
    "no TOML": ("[sources", "invalid TOML"),
    "a sender of whom nothing is stated": ('[senders."a"]', "neither end_marker nor authority"),
    "an authority over no table": ('[senders."a"]\nauthority = ["rates"]', "unknown table rates"),
    "an authority that is a word": ('[senders."a"]\nauthority = "fx"', "authority: Input should be a valid tuple"),
    "one sender in two spellings": (
        '[senders."ICBC"]\nend_marker = ".ok"\n[senders."ｉｃｂｃ"]\nend_marker = ".ok"',
        "two spellings of one name",
    ),
    "a source that is a word": ("[sources]\nbank = 'x'", "the section: Input should be a valid dictionary"),
    "sources that are a number": ("sources = 3", "should be a valid dictionary"),
    "a folder that is a list": ("[files]\ngroup = ['a']", "group: Input should be a valid string"),
    "another place for lists": ("[files]\nrefusals = 'attic'", "'outbox' or 'beside'"),
    "homes that are a word": ("[server]\nhomes = '/srv'", "homes: Input should be a valid tuple"),
    "a home that is not a whole path": ("[server]\nhomes = ['bank']", "bank is not a whole path"),
}


@pytest.mark.parametrize(("text", "words"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_the_settings_is_named_before_anything_lands(home: Home, text: str, words: str) -> None:
    home.deliver("fx.csv", "date,base,quote,rate,source\n")
    _settings(home, text)
    assert words in str(_refused(home))
    assert _landed(home) == []


def test_a_folder_in_the_place_of_the_settings_is_named(home: Home) -> None:
    (home.root / "greenloan.toml").mkdir()
    assert "it is not a file" in str(_refused(home))


def test_all_mistakes_in_the_settings_are_named_at_once(home: Home) -> None:
    _settings(home, _source("mysql://x", more="tiemout_seconds = 1", loans=" ") + "\n[files]\nrefusals = 'attic'")
    failure = str(_refused(home))
    named = ("4 mistakes", "not of the form", "unknown key tiemout_seconds", "tables.loans", "'outbox' or 'beside'")
    for one in named:
        assert one in failure
    assert "greenloan.toml [files]" in failure


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://reader:{PASSWORD}@127.0.0.1:5432/bank",
        f"postgresql://reader:{PASSWORD}/bank",
        f"postgresql://reader:{PASSWORD}/x@127.0.0.1/bank",
        f"postgresql://reader@127.0.0.1/bank?password={PASSWORD}",
        f"postgresql://reader@127.0.0.1/bank?sslmode=require&password={PASSWORD}",
        f"postgresql://reader@127.0.0.1/bank?x={PASSWORD}@y",
        f"postgresql//reader:{PASSWORD}@127.0.0.1/bank",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_shown(home: Home, url: str) -> None:
    _settings(home, _source(url, loans="SELECT 1"))
    failure = _refused(home)
    assert "password" in failure.what
    assert PASSWORD not in str(failure)


def test_without_a_settings_file_there_are_no_sources_and_no_senders(home: Home) -> None:
    settings = read_settings(home.root / "greenloan.toml", DELIVERIES)
    assert (settings.sources, settings.senders) == ({}, {})


def test_settings_saved_with_a_mark_of_utf_8_are_read(home: Home) -> None:
    """As the editor of Windows saves them."""
    (home.root / "greenloan.toml").write_text('[files]\nrefusals = "beside"\n', encoding="utf-8-sig")
    assert read_settings(home.root / "greenloan.toml", DELIVERIES).refusals == "beside"


def test_senders_and_their_end_markers_are_read(home: Home) -> None:
    _settings(home, '[senders."建设银行/2024"]\nend_marker = ".ok"')
    settings = read_settings(home.root / "greenloan.toml", DELIVERIES)
    assert settings.senders == {"建设银行/2024": Sender("建设银行/2024", ".ok")}
    assert settings.authorities == {}


def test_the_authorities_of_a_table_are_read(home: Home) -> None:
    _settings(home, '[senders.register_2025]\nauthority = ["fx", "parameters"]\n[senders.bank]\nauthority = ["fx"]')
    settings = read_settings(home.root / "greenloan.toml", DELIVERIES)
    assert settings.authorities == {"fx": ["bank", "register"], "parameters": ["register"]}


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_where_the_main_branch_is_guarded_a_missing_server_fails_the_tests(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome):
        _do_without("no server")
