"""config.serve: it serves until told to stop, and nothing that it started stays behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings

from config.postgres.server import USER, socket_folder
from demo.logins import DEMO_LOGINS


class Served:
    """A running config.serve, in an environment that the test gives."""

    def __init__(self, **environment: str) -> None:
        self.port = environment.setdefault("PORT", free_port())
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "SOLDE_DEMO_CLIENTS") if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.serve"],
            cwd=settings.BASE_DIR,
            env=kept | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.told = ""

    def wait_until_ready(self) -> None:
        while "Ctrl-C" not in self.told:
            line = self.process.stdout.readline()
            assert line, self.told
            self.told += line

    def end(self) -> int:
        """Wait for it to end; answer its exit code."""
        self.told += self.process.communicate(timeout=60)[0]
        return self.process.returncode

    def get(self, path: str = "/") -> tuple[int, str]:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def child(self, what: str) -> int:
        """The process that runs `what` and that it started itself."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        (found,) = [pid for pid in children if what in Path(f"/proc/{pid}/cmdline").read_text()]
        return int(found)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def processes(mark: str) -> list[str]:
    """The processes whose command or environment holds `mark`, or that work in such a folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            text = command + (folder / "environ").read_bytes() + os.fsencode((folder / "cwd").readlink())
        except OSError:
            continue
        if mark.encode() in text and int(folder.name) != os.getpid():
            found.append(command.decode())
    return found


@pytest.fixture
def external(own_database: str, tmp_path: Path) -> dict[str, str]:
    """An environment of production on a database that is there; SOLDE_VAR also marks whatever runs in it."""
    host = str(socket_folder(settings.SOLDE_VAR)).replace("/", "%2F")
    return {
        "DATABASE_URL": f"postgresql://{USER}@{host}/{own_database}",
        "SOLDE_VAR": str(tmp_path),
        "SOLDE_DEBUG": "0",
        "SOLDE_SECRET_KEY": "x" * 50,
        "SOLDE_HOSTS": "127.0.0.1",
        "SOLDE_HTTPS": "0",
    }


@pytest.fixture
def served(external: dict[str, str]) -> Iterator[Served]:
    served = Served(**external)
    try:
        served.wait_until_ready()
        yield served
    finally:
        served.process.kill()
        served.process.wait()
        served.process.stdout.close()


@pytest.mark.long
def test_a_new_installation_starts_then_starts_again_on_its_data(open_path):
    for _ in range(2):
        served = Served(SOLDE_VAR=str(open_path / "var"))
        served.wait_until_ready()

        assert f"http://127.0.0.1:{served.port}" in served.told
        for name, password, role in DEMO_LOGINS:
            assert re.search(rf"{name} +{password} +{role}", served.told)
        assert served.get()[0] == 200

        served.process.send_signal(signal.SIGINT)
        assert served.end() == 0
        assert processes(str(open_path)) == []


def test_a_service_manager_stops_everything(served, external):
    served.process.send_signal(signal.SIGTERM)

    assert served.end() == 0
    assert processes(external["SOLDE_VAR"]) == []


@pytest.mark.parametrize(
    ("what", "told"), [("granian", "Le serveur web s’est arrêté"), ("procrastinate", "L’exécutant des tâches s’est")]
)
def test_when_a_child_ends_all_ends_with_an_error(served, external, what, told):
    os.kill(served.child(what), signal.SIGKILL)

    assert served.end() == 1
    assert told in served.told
    assert processes(external["SOLDE_VAR"]) == []


def test_killed_it_leaves_nothing_behind(served, external):
    served.process.kill()
    served.end()

    deadline = time.monotonic() + 20
    while processes(external["SOLDE_VAR"]):
        assert time.monotonic() < deadline, processes(external["SOLDE_VAR"])
        time.sleep(0.1)


def test_a_port_that_is_taken_is_told(external):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        served = Served(PORT=str(port), **external)

        assert served.end() == 1
        assert served.told == f"Le port {port} est déjà pris. Un autre : PORT={port + 1} script/server\n"


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_told(external, port):
    served = Served(PORT=port, **external)

    assert served.end() == 1
    assert served.told == f"PORT doit être un numéro de port, pas « {port} ».\n"


def test_production_serves_its_static_files_and_no_demo(served):
    status, page = served.get("/connexion/")
    style = re.search(r'href="(/static/[^"]*\.[0-9a-f]{12}\.css)"', page)
    style_status, _css = served.get(style[1])
    missing_status, missing = served.get("/nulle-part/")

    assert DEMO_LOGINS[0][1] not in served.told
    assert (status, style_status) == (200, 200)
    assert missing_status == 404
    assert "Traceback" not in missing
