"""Passwords, keys and connection strings of settings and environment reach no log, record, error, table or document."""

from collections.abc import Callable
from typing import Final

import pypdfium2
import pytest

from tests.integration.hostile.test_kill import FACILITY_LOAN, FACILITY_MONEY
from tests.integration.program import H07, Home

SECRETS: Final = {
    "BANK_PASSWORD": "pw-MarkedZx81-source", "PREFECT_SERVER_API_AUTH_STRING": "admin:pw-MarkedZx82-server",
    "PREFECT_API_AUTH_STRING": "admin:pw-MarkedZx83-client", "PREFECT_API_KEY": "pnu_MarkedZx84",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL": "postgresql+asyncpg://u:pw-MarkedZx85-db@127.0.0.1:1/p",
    "PGPASSWORD": "pw-MarkedZx86-pg", "GREENLOAN_API_KEY": "key-MarkedZx87",
}  # fmt: skip
MARK: Final = "MarkedZx8"
"""Long enough that no compressed page has it by chance."""
SETTINGS: Final = (
    '[sources.bank]\nurl = "postgresql://reader@127.0.0.1:1/core?application_name=x"\npassword_env = "BANK_PASSWORD"\n'
    'timeout_seconds = 5\n[sources.bank.tables]\nloans = "SELECT 1"\n'
)


@pytest.fixture(scope="module")
def printed(new_home: Callable[[str], Home]) -> tuple[Home, list[str]]:
    """Everything that the program says around a dead source, a dead server and a crash, with secrets all around it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SECRETS.items():
            patch.setenv(name, value)
        patch.setenv("PREFECT_API_URL", "http://admin:pw-MarkedZx88-url@127.0.0.1:1/api")
        home = new_home("secrets")
        home.deliver_case(H07)
        home.deliver("loans_facility.csv", FACILITY_LOAN)
        home.deliver("ledger_facility.csv", FACILITY_MONEY)
        published = home.ask("nightly")
        assert published.code == 0, published.err
        (home.root / "greenloan.toml").write_text(SETTINGS, encoding="utf-8")
        dead = home.ask("nightly")
        assert dead.code == 3, dead.err
        mistaken = SETTINGS.replace("reader@", "reader:pw-MarkedZx89-settings@")
        (home.root / "greenloan.toml").write_text(mistaken, encoding="utf-8")
        refused = home.ask("nightly")
        assert refused.code == 3, refused.err
        (home.root / "greenloan.toml").write_text(
            '[sources.bank]\nurl = "x"\npassword = "pw-MarkedZx8a"\n', encoding="utf-8"
        )
        unknown = home.ask("nightly")
        assert unknown.code == 3, unknown.err
        (home.root / "greenloan.toml").write_text('[sources.bank]\npassword = "pw-MarkedZx8b', encoding="utf-8")
        broken = home.ask("nightly")
        named = SETTINGS.replace("bank", '"postgresql://u:pw-MarkedZx8c@host/db"').replace(
            "?", "?sslpassword=pw-MarkedZx8d&"
        )
        (home.root / "greenloan.toml").write_text(named, encoding="utf-8")
        misnamed = home.ask("nightly")
        assert misnamed.code == 3, misnamed.err
        status = home.ask("status", "--format", "json")
        answers = (published, dead, refused, unknown, broken, misnamed, status)
        return home, [text for answer in answers for text in (answer.out, answer.err)]


def test_no_secret_is_printed(printed: tuple[Home, list[str]]) -> None:
    assert [text for text in printed[1] if MARK in text] == []


def test_no_secret_is_written_under_the_home(printed: tuple[Home, list[str]]) -> None:
    home, _ = printed
    files = [path for path in home.root.rglob("*") if path.is_file() and path.name != "greenloan.toml"]
    assert {path.suffix for path in files} >= {".duckdb", ".json", ".jsonl"}
    assert [path for path in files if MARK.encode() in path.read_bytes()] == []


def test_no_table_holds_a_secret(printed: tuple[Home, list[str]]) -> None:
    tables = printed[0].tables()
    assert tables
    assert [name for name, rows in tables.items() if MARK in str(rows)] == []


def test_no_document_prints_a_secret(printed: tuple[Home, list[str]]) -> None:
    documents = list(printed[0].documents.rglob("*.pdf"))
    texts = [page.get_textpage().get_text_range() for path in documents for page in pypdfium2.PdfDocument(path)]
    assert any("P-PP" in text for text in texts)
    assert [text for text in texts if MARK in text] == []
