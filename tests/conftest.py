"""Homes for tests of the whole program; a home that several tests only read is made once for all workers."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # two workers share two cores; read when polars is first imported

from flows.running import run
from tests.integration.kept_judge import KeptJudge
from tests.integration.program import H07, SAMPLE_BOOK, Home, made_once

pytest_plugins = ["tests.integration.certificate"]

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is slow, not wrong
hypothesis.settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What is imported by now stays: no collection of garbage has to go through it again."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """At the end all is let go of: a library counts what is left."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def one_judge() -> Iterator[None]:
    """Nights in the tests' own process share one import of Great Expectations; those in processes have their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "Judge", KeptJudge)
        yield
    KeptJudge.end()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A new home without deliveries."""
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Home]:
    """Makes homes that a module's tests share."""
    return lambda name: Home(tmp_path_factory.mktemp(name))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of this session."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def sample_home(shared_folder: Path) -> Home:
    """The sample book, published by one nightly run; what that run printed is in nightly.out and nightly.err."""

    def make(home: Home) -> None:
        answer = home.run("nightly", "--inbox", str(SAMPLE_BOOK))
        assert answer.code == 0, answer.err
        (home.root / "nightly.out").write_text(answer.out, encoding="utf-8")
        (home.root / "nightly.err").write_text(answer.err, encoding="utf-8")

    return made_once(shared_folder / "sample", make)


@pytest.fixture(scope="session")
def worked_home(shared_folder: Path) -> Home:
    """The prepaid loan of a worked case, published by one night; whoever changes something takes a copy."""

    def make(home: Home) -> None:
        home.deliver_case(H07)
        home.nightly()

    return made_once(shared_folder / "worked", make)
