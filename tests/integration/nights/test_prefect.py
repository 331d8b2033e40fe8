"""Under a real Prefect server on this machine: the schedule is kept, makes runs, and a scheduled run does its work."""

import contextlib
import datetime as dt
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from tests.integration.hostile.test_secrets import MARK, SECRETS, SETTINGS
from tests.integration.program import CHECKOUT, H07, PATIENCE, Home, clean_environment, connections, end_group, watched

pytestmark = pytest.mark.xdist_group("prefect")

PREFECT: Final = [sys.executable, "-m", "prefect"]
STAGES: Final = {"land", "build", "judge", "publish", "report"}
SOON: Final = 300
"""Seconds within which the server must answer, and a scheduled run must end."""


@dataclass(frozen=True)
class Server:
    """A Prefect server on loopback, with the deployments of prefect.yaml."""

    url: str
    root: Path
    settings: dict[str, str]

    def ask(self, path: str, body: object = None, method: str = "") -> Any:
        """Return what the API answers; asked again, as Prefect's own client does, while its SQLite is busy (503)."""
        for pause in (1, 2, 4, 8, 16):
            try:
                return self._ask_once(path, body, method)
            except urllib.error.HTTPError as refusal:
                if refusal.code != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise
                refusal.close()
                time.sleep(pause)
        return self._ask_once(path, body, method)

    def _ask_once(self, path: str, body: object, method: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.url}{path}",
            data=data,
            headers={"Content-Type": "application/json"},
            method=method or ("GET" if body is None else "POST"),
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None

    def prefect(self, *arguments: str) -> str:
        """Run a prefect command in the checkout and return what it printed."""
        ended = subprocess.run(
            [*PREFECT, *arguments],
            env=clean_environment(**self.settings),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, f"{' '.join(arguments)}\n{ended.stdout}\n{ended.stderr}\n{self.log('server')}"
        return ended.stdout

    def log(self, name: str) -> str:
        """Return the last lines of a process's log."""
        path = self.root / f"{name}.log"
        return "\n".join(path.read_text(encoding="utf-8").splitlines()[-60:]) if path.exists() else f"no {name}.log"

    def deployment(self, name: str) -> dict[str, Any]:
        """Return a deployment by `flow/deployment`."""
        return dict(self.ask(f"/deployments/name/{name}"))

    def runs(self, **narrowed: object) -> list[dict[str, Any]]:
        """Return flow runs, narrowed as the API's filters say."""
        return list(self.ask("/flow_runs/filter", {"limit": 200, **narrowed}))

    def tasks(self, run: dict[str, Any]) -> dict[str, str]:
        """Return the state of each task of a run."""
        found = self.ask("/task_runs/filter", {"task_runs": {"flow_run_id": {"any_": [run["id"]]}}})
        return {task["name"].rsplit("-", 1)[0]: task["state_type"] for task in found}


@contextlib.contextmanager
def _running(name: str, root: Path, settings: dict[str, str], *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    with (root / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [*PREFECT, *arguments],
            env=clean_environment(**settings),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            end_group(process)


def _free_port() -> int:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return int(plug.getsockname()[1])


def _wait_for(what: str, look: Callable[[], Any], describe: Callable[[], str]) -> Any:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(1)
    return pytest.fail(f"{what}: not within {SOON} s\n{describe()}")


def _is_healthy(server: Server, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, f"the server has ended\n{server.log('server')}"
    with contextlib.suppress(OSError):
        return bool(server.ask("/health"))
    return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root, port = tmp_path_factory.mktemp("prefect"), _free_port()
    url = f"http://127.0.0.1:{port}/api"
    settings = {
        "PREFECT_HOME": str(root / "home"),
        "PREFECT_API_URL": url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "3",
        "GREENLOAN_HOME": str(CHECKOUT),
        "NO_COLOR": "1",
        **watched(root / "connections"),
    }
    server = Server(url, root, settings)
    with _running("server", root, settings, "server", "start", "--host", "127.0.0.1", "--port", str(port)) as process:
        _wait_for("the server answers", lambda: _is_healthy(server, process), lambda: server.log("server"))
        # `work-pool create` would have the server ask GitHub for a list of worker types; the worker fills in the rest
        server.ask("/work_pools/", {"name": "greenloan", "type": "process"})
        server.prefect("--no-prompt", "deploy", "--all")
        yield server


def test_the_night_is_scheduled_at_two_in_beijing_one_at_a_time(server: Server) -> None:
    nightly = server.deployment("nightly/nightly")
    (schedule,) = nightly["schedules"]
    assert schedule["active"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0 2 * * *", "Asia/Shanghai")
    assert nightly["global_concurrency_limit"]["limit"] == 1
    assert nightly["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert nightly["work_pool_name"] == "greenloan"


def test_the_quarterly_disclosure_is_scheduled_on_the_sixteenth_after_the_quarter(server: Server) -> None:
    (schedule,) = server.deployment("quarterly-disclosure/quarterly-disclosure")["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0 5 16 1,4,7,10 *", "Asia/Shanghai")


def test_the_scheduler_really_makes_runs_at_eighteen_utc(server: Server) -> None:
    """A version clash of the scheduler's libraries makes none, without a word."""
    nightly = server.deployment("nightly/nightly")
    which = {
        "deployments": {"id": {"any_": [nightly["id"]]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
    }
    runs = _wait_for("scheduled runs appear", lambda: server.runs(**which), lambda: server.log("server"))
    assert {run["auto_scheduled"] for run in runs} == {True}
    starts = sorted(dt.datetime.fromisoformat(run["expected_start_time"]).astimezone(dt.UTC) for run in runs)
    assert {(start.hour, start.minute, start.second) for start in starts} == {(18, 0, 0)}
    assert {later - earlier for earlier, later in pairwise(starts)} <= {dt.timedelta(days=1)}


@pytest.fixture(scope="module")
def scheduled_run(server: Server, new_home: Callable[[str], Home]) -> tuple[dict[str, Any], Home]:
    """A run that the scheduler made and a worker did, in a home of its own: a second schedule says which."""
    home, nightly = new_home("scheduled"), server.deployment("nightly/nightly")
    home.deliver_case(H07)
    path = f"/deployments/{nightly['id']}/schedules"
    for schedule in nightly["schedules"]:  # the night of the checkout itself must not begin while we look
        server.ask(f"{path}/{schedule['id']}", {"active": False}, "PATCH")
    begin = dt.datetime.now(dt.UTC).isoformat()
    every = {"interval": 25, "anchor_date": begin, "timezone": "Asia/Shanghai"}
    (mine,) = server.ask(
        path,
        [
            {
                "schedule": every,
                "active": True,
                "slug": "every-25-seconds",
                "parameters": {"home": str(home.root), "inbox": str(home.inbox)},
            }
        ],
    )

    def ended(*states: str) -> list[dict[str, Any]]:
        return server.runs(
            deployments={"id": {"any_": [nightly["id"]]}},
            flow_runs={"state": {"type": {"any_": list(states)}}},
        )

    def events() -> str:
        return f"{ended('FAILED', 'CRASHED', 'RUNNING')}\n{server.log('worker')}\n{server.log('server')}"

    own = server.root / "own"  # the worker's home: its settings list the one that the schedule names
    own.mkdir()
    (own / "greenloan.toml").write_text(f'[server]\nhomes = ["{home.root}"]\n', encoding="utf-8")
    worker = ["worker", "start", "--pool", "greenloan", "--name", "tests"]
    with _running("worker", server.root, {**server.settings, "GREENLOAN_HOME": str(own)}, *worker):
        _wait_for("a scheduled run begins", lambda: ended("RUNNING", "COMPLETED"), events)
        server.ask(f"{path}/{mine['id']}", {"active": False}, "PATCH")
        completed = _wait_for("a scheduled run is completed", lambda: ended("COMPLETED"), events)
    return completed[0], home


def test_a_scheduled_run_is_done_by_a_worker(scheduled_run: tuple[dict[str, Any], Home]) -> None:
    run, home = scheduled_run
    assert run["auto_scheduled"]
    assert run["state_type"] == "COMPLETED"
    assert run["parameters"]["home"] == str(home.root)


def test_a_scheduled_run_records_its_five_stages_as_tasks(
    server: Server, scheduled_run: tuple[dict[str, Any], Home]
) -> None:
    assert server.tasks(scheduled_run[0]) == dict.fromkeys(STAGES, "COMPLETED")


def test_a_scheduled_run_publishes_in_the_home_it_was_given(scheduled_run: tuple[dict[str, Any], Home]) -> None:
    home = scheduled_run[1]
    (row,) = home.figures("2023-01-01", "2023-12-31", "daily_average")["rows"]
    assert row["attributed_reductions_tco2e"] == pytest.approx(6684.60274, abs=0.01)
    assert home.last_record()["outcome"] == "published"


def test_a_night_is_recorded_on_the_server_that_the_environment_names(server: Server, home: Home) -> None:
    home.deliver_case(H07)
    night = home.nightly(**server.settings)
    assert f"running as a flow recorded at {server.url}" in night.err
    assert night.out.split()[:2] == ["warehouse", str(home.warehouse)]
    mine = [run for run in server.runs() if run["parameters"].get("home") == str(home.root)]
    assert [run["state_type"] for run in mine] == ["COMPLETED"]
    assert not mine[0]["auto_scheduled"]
    assert server.tasks(mine[0]) == dict.fromkeys(STAGES, "COMPLETED")


def test_a_refused_night_is_a_failed_flow_run_and_still_exits_1(server: Server, home: Home) -> None:
    home.inbox.mkdir(parents=True)
    night = home.run("nightly", **server.settings)
    assert night.code == 1, night.err
    assert night.out == ""
    mine = [run for run in server.runs() if run["parameters"].get("home") == str(home.root)]
    assert [run["state_type"] for run in mine] == ["FAILED"]
    assert "book_is_not_empty" in mine[0]["state"]["message"]


def test_no_secret_of_a_failed_night_reaches_the_server(server: Server, home: Home) -> None:
    home.inbox.mkdir(parents=True)
    (home.root / "greenloan.toml").write_text(SETTINGS, encoding="utf-8")
    night = home.run("nightly", **{**server.settings, **SECRETS, "PREFECT_SERVER_DATABASE_CONNECTION_URL": ""})
    assert night.code == 3, night.err
    assert "the source cannot be reached" in night.err
    (mine,) = (run for run in server.runs() if run["parameters"].get("home") == str(home.root))
    assert "the source cannot be reached" in mine["state"]["message"]
    which = {"logs": {"flow_run_id": {"any_": [mine["id"]]}}}
    logs = _wait_for("the run's log arrives", lambda: server.ask("/logs/filter", which), lambda: server.log("server"))
    kept = [path for path in server.root.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in kept)
    assert [path for path in kept if MARK.encode() in path.read_bytes()] == []
    assert MARK not in f"{night.err}{night.out}{logs}{mine}"


def test_a_server_that_does_not_answer_is_named_and_the_night_runs_directly(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.deliver_case(H07)
    dead = f"http://127.0.0.1:{_free_port()}/api"
    monkeypatch.setenv("PREFECT_API_URL", dead)
    night = home.nightly()
    assert f"the Prefect server at {dead} does not answer: running directly" in night.err
    assert home.last_record()["outcome"] == "published"


def test_neither_server_nor_worker_nor_flow_has_called_anywhere(
    server: Server, scheduled_run: tuple[dict[str, Any], Home]
) -> None:
    for name in ("server", "worker"):
        assert "telemetry" not in (server.root / f"{name}.log").read_text(encoding="utf-8").lower()
    own = {os.uname().nodename, socket.getfqdn()}
    noted = connections(server.root / "connections")
    beyond = [line for line in noted if not any(f"'{name}'" in line for name in own)]
    assert beyond == []
