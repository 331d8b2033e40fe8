"""A moment is read alike wherever a person writes one: on the command line and as a flow's parameter."""

import datetime as dt

import pytest

from flows import nightly
from flows.cli import _moment
from flows.running.moments import in_utc
from schemas.errors import UsageError

SAME = "2025-07-20T10:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-20T18:00:00+08:00", SAME),
        ("2025-07-20T18:00:00", SAME),
        ("20250720T100000Z", SAME),
        ("2025-07-20", "2025-07-20T15:59:59+00:00"),
        ("20250720", "2025-07-20T15:59:59+00:00"),
        ("2025-W29-7", "2025-07-20T15:59:59+00:00"),
    ],
)
def test_a_moment_is_one_instant_however_it_is_written(text: str, moment: str) -> None:
    assert _moment(text).isoformat() == nightly._moment(text).isoformat() == moment


def test_an_instant_of_another_zone_has_one_spelling() -> None:
    here = dt.datetime(2025, 7, 20, 18, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    assert in_utc(here).isoformat() == in_utc(here.replace(tzinfo=None)).isoformat() == SAME


@pytest.mark.parametrize("text", ["yesterday", "2999-01-01", "0001-01-01"])
def test_a_text_that_names_a_moment_to_come_or_none_is_refused_by_the_flow_too(text: str) -> None:
    with pytest.raises(UsageError, match=text):
        nightly._moment(text)
