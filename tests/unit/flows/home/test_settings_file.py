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


SECRET_KEYS: Final = {
    "a source's name": SOURCE.replace("bank", '"postgresql://u:pw-Zx81@host/db"'),
    "a source's name that is a word of libpq": SOURCE.replace("bank", '"password=pw-Zx81"'),
    "a source's name that is a token": SOURCE.replace("bank", "ghp_pwZx81AbCdEfGhIjKlMnOpQrStUvWxYz01"),
    "a sender's name": '[senders."u:pw-Zx81@host"]\nend_marker = ".ok"',
    "a sender's name over a mistake": '[senders."password: pw-Zx81"]\nmark = ".ok"',
    "two spellings of one": '[senders."u:pw-Zx81@H"]\nend_marker = ".ok"\n[senders."u:pw-Zx81@h"]\nend_marker = ".ok"',
    "a digest": '[lost."postgresql://u:pw-Zx81@host/db"]\nfile = "a"\nreason = "b"',
    "a section": '["postgresql://u:pw-Zx81@host/db"]\nurl = 1',
    "a key": '[files]\n"postgresql://u:pw-Zx81@host/db" = 1',
    "a table": SOURCE.format("B").replace("loans", '"postgresql://u:pw-Zx81@host/db"'),
    "an authority": '[senders.a]\nauthority = ["postgresql://u:pw-Zx81@host/db"]',
    "a home": '[server]\nhomes = ["postgresql://u:pw-Zx81@host/db"]',
    "a section that is there twice": '[a."u:pw-Zx81@h"]\n[a."u:pw-Zx81@h"]',
    "a section with a quote that is there twice": '[a."u:\'pw-Zx81@h"]\n[a."u:\'pw-Zx81@h"]',
    "a key that is there twice": 'a = {"u:pw-Zx81@h" = 1, "u:pw-Zx81@h" = 2}',
}


@pytest.mark.parametrize("text", SECRET_KEYS.values(), ids=SECRET_KEYS)
def test_a_password_that_was_written_as_a_name_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "greenloan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EnvironmentFailure) as refused:
        read_settings(path, ["loans"])
    assert "Zx81" not in str(refused.value)
    assert "greenloan.toml" in str(refused.value)


SECRET_WORDS: Final = [
    "sslpassword=Zx81",
    "sslmode=require&SSLPASSWORD=Zx81",
    "pass%77ord=Zx81",
    "oauth_client_secret=Zx81",
    "scram_client_key=Zx81",
    "token=Zx81",
    "sslpassword=",
    "user=reader:Zx81",
]


@pytest.mark.parametrize("words", SECRET_WORDS)
def test_a_word_of_a_url_that_carries_a_secret_is_refused_as_a_password_is(tmp_path: Path, words: str) -> None:
    path = tmp_path / "greenloan.toml"
    path.write_text(SOURCE.format("BANK").replace("/core", f"/core?{words}"), encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match="carries a password") as refused:
        read_settings(path, ["loans"])
    assert "Zx81" not in str(refused.value)


@pytest.mark.parametrize("name", ["u%3AZx81@127.0.0.1/core", "u@127.0.0.1/core;password=Zx81"])
def test_a_password_behind_a_role_or_a_database_is_refused_and_not_shown(tmp_path: Path, name: str) -> None:
    path = tmp_path / "greenloan.toml"
    path.write_text(SOURCE.format("BANK").replace("reader@127.0.0.1/core", name), encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match="carries a password") as refused:
        read_settings(path, ["loans"])
    assert "Zx81" not in str(refused.value)


def test_words_that_name_files_and_forms_are_taken_and_so_are_plain_names(tmp_path: Path) -> None:
    path = tmp_path / "greenloan.toml"
    words = "passfile=/run/pgpass&sslmode=verify-full&sslkey=/run/key.pem&application_name=greenloan"
    names = ['"中国银行（上饶分行） 2025"', "ICBC_Beijing-Branch_2025"]
    senders = "".join(f'[senders.{name}]\nend_marker = ".ok"\n' for name in names)
    path.write_text(SOURCE.format("BANK").replace("/core", f"/core?{words}") + senders, encoding="utf-8")
    settings = read_settings(path, ["loans"])
    assert (list(settings.sources), len(settings.senders)) == (["bank"], 2)


SPARK: Final = 'engine = "spark"\n[spark]\n{}\n'
MASTER, STORE = 'master = "spark://10.0.0.7:7077"', 'store = "/srv/store"'
CLUSTERS: Final = [
    (MASTER, STORE),
    ('master = "local[2]"', STORE),
    ('master = "yarn"', 'store = "s3://bank-greenloan/nights"'),
    ('master = "k8s://https://10.0.0.7:6443"', STORE),
    ('remote = "sc://10.0.0.7:15002"', STORE),
    ('remote = "sc://spark.bank.cn:443/;use_ssl=true"', STORE),
]


@pytest.mark.parametrize("lines", CLUSTERS)
def test_a_cluster_and_its_store_are_taken(tmp_path: Path, lines: tuple[str, str]) -> None:
    path = tmp_path / "greenloan.toml"
    path.write_text(SPARK.format("\n".join(lines)), encoding="utf-8")
    settings = read_settings(path, [])
    assert settings.engine == "spark"
    assert settings.spark is not None
    assert {f'master = "{settings.spark.master}"', f'remote = "{settings.spark.remote}"'} >= {lines[0]}
    assert f'store = "{settings.spark.store}"' == lines[1]


NO_CLUSTERS: Final = {
    "no section": ('engine = "spark"', "without a section [spark]"),
    "another engine": ('engine = "sparc"', "engine: Input should be 'local' or 'spark'"),
    "no store": (SPARK.format(MASTER), "store is missing"),
    "neither": (SPARK.format(STORE), "neither or both of master and remote"),
    "both": (SPARK.format(f'{MASTER}\n{STORE}\nremote = "sc://h:1"'), "neither or both of master and remote"),
    "a key that is not known": (SPARK.format(f"{MASTER}\n{STORE}\ncores = 8"), "unknown key cores"),
    "a folder that is not whole": (SPARK.format(f'{MASTER}\nstore = "store"'), "store is not an address"),
    "another master": (SPARK.format(f'master = "mesos://h:1"\n{STORE}'), "master is not an address"),
    "a token": (SPARK.format(f'remote = "sc://h:1/;token=Zx81"\n{STORE}'), "remote is not an address"),
    "a user": (SPARK.format(f'remote = "sc://u:Zx81@h:1"\n{STORE}'), "remote is not an address"),
    "a key of a store": (SPARK.format(f'{MASTER}\nstore = "s3://k:Zx81@b/f"'), "store is not an address"),
}


@pytest.mark.parametrize(("text", "mistake"), NO_CLUSTERS.values(), ids=NO_CLUSTERS)
def test_a_mistake_about_the_cluster_is_named_and_no_secret_shown(tmp_path: Path, text: str, mistake: str) -> None:
    path = tmp_path / "greenloan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EnvironmentFailure) as refused:
        read_settings(path, [])
    assert mistake in str(refused.value)
    assert "Zx81" not in str(refused.value)


def test_without_settings_a_night_is_worked_out_on_this_machine(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "greenloan.toml", []).engine == "local"
