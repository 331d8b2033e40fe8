"""The command line refuses what is not a moment before anything is read."""

import datetime as dt
import tomllib

import pytest

from flows.cli import _moment, main
from flows.home.settings import CHECKOUT


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01", "0001-01-01T00:00:00+14:00"])
def test_a_moment_outside_the_calendar_is_wrong_usage(moment: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nightly", "--known-at", moment])
    assert ended.value.code == 2
    assert "calendar" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "text", "moment"), [
    ("nightly", "2025-06-30T18:00:00", "2025-06-30T10:00:00+00:00"),
    ("nightly", "2025-06-30", "2025-06-30T15:59:59+00:00"),
    ("figures", "2025-06-30T18:00:00-01:00", "2025-06-30T19:00:00+00:00"),
])  # fmt: skip
def test_the_help_says_in_which_zone_a_moment_is_meant(
    command: str, text: str, moment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert "without an offset Beijing time (+08:00), and a day alone is its end there" in printed
    assert _moment(text) == dt.datetime.fromisoformat(moment)


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    package = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"greenloan {package['version']}\n")
