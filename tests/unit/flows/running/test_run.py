"""How a run speaks of the server that records it."""

import pytest

from flows.running.run import named


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
