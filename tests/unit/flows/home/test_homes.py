"""A flow's parameters name no folder of the machine but the homes that the settings list."""

import subprocess
from pathlib import Path

import pytest

from flows.home.homes import INBOX_VARIABLE, listed_home
from flows.home.settings import home
from schemas.errors import EnvironmentFailure, UsageError
from tests.integration.program import CHECKOUT, clean_environment


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "own"
    root.mkdir()
    monkeypatch.setenv("GREENLOAN_HOME", str(root))
    monkeypatch.delenv(INBOX_VARIABLE, raising=False)
    return root


def test_its_own_home_needs_no_list(own: Path) -> None:
    assert listed_home().root == own
    assert listed_home(str(own), str(own / "data" / "inbox")).root == own


@pytest.mark.parametrize("named", ["/etc", "../other", "/"])
def test_a_home_that_is_not_listed_is_refused(own: Path, named: str) -> None:
    with pytest.raises(UsageError, match="is not listed"):
        listed_home(named)


def test_an_inbox_outside_the_listed_homes_is_refused(own: Path) -> None:
    with pytest.raises(UsageError, match="inbox"):
        listed_home(None, "/root")


@pytest.mark.parametrize(("name", "why"), [("bank?", "question mark"), ("x\\b", "backslash"), ("\udcff", "UTF-8")])
def test_a_home_of_which_duckdb_would_open_another_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, why: str
) -> None:
    """DuckDB reads what follows a question mark as options, x\\b as x/b; a name beyond UTF-8 goes into no record."""
    with pytest.raises(EnvironmentFailure, match=why) as refused:
        home(tmp_path / name)
    assert str(refused.value).isascii()
    assert list(tmp_path.iterdir()) == []


def test_an_inbox_whose_path_cannot_be_written_as_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="inbox's path"):
        home(tmp_path, tmp_path / "\udcff")


def test_a_listed_home_and_its_inbox_may_be_named(own: Path, tmp_path: Path) -> None:
    other = tmp_path / "bank_b"
    (own / "greenloan.toml").write_text(f'[server]\nhomes = ["{other}"]\n', encoding="utf-8")
    assert listed_home(str(other)).inbox == other / "data" / "inbox"


def test_the_command_line_that_runs_the_flow_itself_may_name_an_inbox(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(INBOX_VARIABLE, "/somewhere")
    assert listed_home(None, "/somewhere").inbox == Path("/somewhere")


@pytest.mark.parametrize("homes", ['"/srv"', "[1]", '["relative"]'])
def test_a_list_of_homes_is_a_list_of_whole_paths(own: Path, homes: str) -> None:
    (own / "greenloan.toml").write_text(f"[server]\nhomes = {homes}\n", encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match=r"homes|whole path"):
        listed_home()


def test_a_server_beyond_loopback_does_not_start_without_authentication() -> None:
    ended = subprocess.run(
        ["make", "--silent", "server", "HOST=0.0.0.0", "BIN=/nonexistent", "-o", ".venv/installed"],
        cwd=CHECKOUT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode
    assert "PREFECT_SERVER_API_AUTH_STRING" in ended.stdout
