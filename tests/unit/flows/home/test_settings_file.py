"""What is written into the settings by mistake is named by its key, and a password never by its value."""

from pathlib import Path
from typing import Final

import pytest

from flows.home.settings_file import read_settings
from schemas.errors import EnvironmentFailure

SOURCE: Final = (
    '[sources.bank]\nurl = "postgresql://reader@127.0.0.1/core"\npassword_env = "{}"\n'
    '[sources.bank.tables]\nloans = "SELECT 1"\n'
)


@pytest.mark.parametrize("pasted", ["pw-Zx81", "Zx81secret", "Zx81 ", "8ZX1", "ZX81!"])
def test_a_password_in_the_place_of_its_variables_name_is_refused_and_not_shown(tmp_path: Path, pasted: str) -> None:
    path = tmp_path / "greenloan.toml"
    path.write_text(SOURCE.format(pasted), encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match="password_env is not the name of a variable") as refused:
        read_settings(path, ["loans"])
    assert pasted.strip() not in str(refused.value)


def test_a_name_in_capitals_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "greenloan.toml"
    name = "BANK_PASSWORD_2"
    path.write_text(SOURCE.format(name), encoding="utf-8")
    assert read_settings(path, ["loans"]).sources["bank"].password_env == name
