"""How a run speaks: of the server that records it, and line by line."""

import io
import sys

import pytest

from flows.running.run import named
from flows.running.run_record import say


@pytest.mark.parametrize(
    ("server", "shown"),
    [
        ("http://127.0.0.1:4200/api", "http://127.0.0.1:4200/api"),
        ("https://user:secret@prefect.bank.example/api", "https://prefect.bank.example/api"),
        ("https://prefect.bank.example/api?token=secret", "https://prefect.bank.example/api"),
        ("https://prefect.bank.example/api#secret", "https://prefect.bank.example/api"),
        ("https://user:sec@ret@prefect.bank.example/api", "https://prefect.bank.example/api"),
        ("http://[secret/api", "PREFECT_API_URL"),
    ],
)
def test_the_address_of_a_server_is_named_without_what_may_be_secret(server: str, shown: str) -> None:
    assert named(server) == shown


def test_a_line_of_progress_is_written_at_once_so_that_no_interruption_continues_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces: list[str] = []

    class Written(io.StringIO):
        def write(self, text: str) -> int:
            pieces.append(text)
            return super().write(text)

    monkeypatch.setattr(sys, "stderr", Written())
    say("built the candidate")
    (line,) = filter(None, pieces)
    assert line.endswith("  built the candidate\n")
