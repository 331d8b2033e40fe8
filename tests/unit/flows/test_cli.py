"""The command line refuses what is not a moment before anything is read."""

import pytest

from flows.cli import main


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01", "0001-01-01T00:00:00+14:00"])
def test_a_moment_outside_the_calendar_is_wrong_usage(moment: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nightly", "--known-at", moment])
    assert ended.value.code == 2
    assert "calendar" in capsys.readouterr().err
