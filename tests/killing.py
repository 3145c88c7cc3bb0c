"""Desks at work while the web server, then PostgreSQL, are killed under them: what was acknowledged is there once.

    .venv/bin/python -m tests.killing [--web 100] [--postgres 20]

runs for some minutes on an installation of its own, with durable settings, in a temporary folder; it answers with
exit status 1 and says what is wrong. A form whose answer never came is sent again, with its key, until it is answered.
"""

import argparse
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, build_opener

from tests.test_setup_server import free_port

DESKS = 4
PASSWORD = "cheval-agrafe-7"
PATIENCE = 120  # seconds that a desk tries before it gives up
FALLEN = (URLError, OSError, http.client.HTTPException, TimeoutError)

PREPARE = f"""
from clients.services import Details, open_client
from office.models import User
for number in range({DESKS}):
    User.objects.create_user(f"desk{{number}}", password="{PASSWORD}", role="front_desk")
    open_client(Details(f"Client {{number}}", code=f"C-{{number}}"))
"""
COUNT = """
from collections import Counter
from payments.models import Payment
for amount, number in Counter(Payment.objects.values_list("amount", flat=True)).items():
    print("PAID", amount, number)
"""


class KeepRedirects(HTTPRedirectHandler):
    """A redirect is an answer: it says that a form was taken."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Desk:
    """One who takes payments all the time, each of an amount of its own. taken: the amounts that were acknowledged."""

    number: int
    base: str
    stop: threading.Event
    taken: list[str] = field(default_factory=list)
    fault: str = ""

    def work(self) -> None:
        try:
            browser = self._browser()
            turn = 0
            while not self.stop.is_set():
                turn += 1
                amount = f"{self.number + 1}{turn:04d}.{turn % 100:02d}"
                self._pay(browser, amount)
                self.taken.append(amount)
        except Exception as error:  # noqa: BLE001 - told by who started it
            self.fault = f"desk {self.number}: {error!r}"

    def _browser(self) -> OpenerDirector:
        browser = build_opener(HTTPCookieProcessor(CookieJar()), KeepRedirects())
        page = self._asked(browser, "/connexion/")
        said = {"username": f"desk{self.number}", "password": PASSWORD, "csrfmiddlewaretoken": _hidden(page, "csrf")}
        self._asked(browser, "/connexion/", said)
        return browser

    def _pay(self, browser: OpenerDirector, amount: str) -> None:
        address = f"/reglements/nouveau/?client=C-{self.number}"
        page = self._asked(browser, address)
        said = {
            "csrfmiddlewaretoken": _hidden(page, "csrf"),
            "key": _hidden(page, "key"),
            "on": time.strftime("%Y-%m-%d"),
            "m-TOTAL_FORMS": "4",
            "m-INITIAL_FORMS": "0",
            "m-0-type": "card",
            "m-0-amount": amount,
            "action": "save",
        }
        if self._asked(browser, address, said) is not None:
            raise AssertionError(f"{amount} was refused")

    def _asked(self, browser: OpenerDirector, path: str, data: dict[str, str] | None = None) -> str | None:
        """What a page answers, asked again as long as nothing answers; None for a redirect."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with browser.open(self.base + path, urlencode(data).encode() if data else None, timeout=15) as answer:
                    return str(answer.read().decode())
            except HTTPError as error:
                with error:
                    if error.code in (301, 302, 303):
                        return None
                    if error.code < 500:
                        return error.read().decode()
            except FALLEN:
                pass
            time.sleep(0.05)
        raise TimeoutError(path)


def _hidden(page: str | None, name: str) -> str:
    wanted = "csrfmiddlewaretoken" if name == "csrf" else name
    found = re.search(rf'name="{wanted}" value="([^"]+)"', page or "")
    if not found:
        raise AssertionError(f"no {wanted} in the page")
    return found[1]


class Installation:
    """A web server as in production, and a worker that keeps PostgreSQL up, on data of their own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**os.environ, **environment}
        self.port = environment["PORT"]
        self.started: list[subprocess.Popen[bytes]] = []
        self.start()

    def start(self) -> None:
        self.worker = self._run("manage.py", "procrastinate", "worker")
        self.start_web()

    def start_web(self) -> None:
        options = ["--interface=wsgi", "--host=127.0.0.1", f"--port={self.port}", "--no-ws", "--log-level=critical"]
        self.web = self._run(
            "-m", "granian", *options, "--workers=2", "--blocking-threads=1", "config.wsgi:application"
        )

    def kill_web(self) -> None:
        """SIGKILL to all of the web server at once, and another in its place."""
        self._kill(self.web)
        self.start_web()

    def kill_postgres(self) -> None:
        """SIGKILL to PostgreSQL; what used it is started again."""
        first = (Path(self.environment["SOLDE_VAR"]) / "postgres" / "postmaster.pid").read_text().splitlines()[0]
        os.kill(int(first), signal.SIGKILL)
        self.stop()
        self.start()

    def stop(self) -> None:
        for process in (self.web, self.worker):
            self._kill(process)

    def _run(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _kill(self, process: "subprocess.Popen[bytes]") -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def manage(environment: dict[str, str], *arguments: str) -> str:
    """What a command of the installation prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout


def trial(*, web: int, postgres: int, var: str, seed: int = 0) -> list[str]:
    """Run it; what is wrong, in a sentence each."""
    chance = random.Random(seed)
    environment = {
        "SOLDE_VAR": var,
        "SOLDE_DEBUG": "0",
        "SOLDE_SECRET_KEY": "x" * 50,
        "SOLDE_HOSTS": "127.0.0.1",
        "SOLDE_HTTPS": "0",
        "PORT": free_port(),
    }
    manage(environment, "migrate")
    manage(environment, "collectstatic", "--noinput")
    manage(environment, "shell", "-c", PREPARE)
    installation, stop = Installation(environment), threading.Event()
    desks = [Desk(number, f"http://127.0.0.1:{environment['PORT']}", stop) for number in range(DESKS)]
    threads = [threading.Thread(target=desk.work) for desk in desks]
    try:
        for thread in threads:
            thread.start()
        for kill, rounds in ((installation.kill_web, web), (installation.kill_postgres, postgres)):
            for _ in range(rounds):
                before = sum(len(desk.taken) for desk in desks)
                until = time.monotonic() + PATIENCE
                while sum(len(desk.taken) for desk in desks) <= before and time.monotonic() < until:
                    time.sleep(0.05)  # somebody has just been served
                time.sleep(chance.uniform(0, 0.5))
                kill()
        time.sleep(2)
        stop.set()
        for thread in threads:
            thread.join(PATIENCE + 30)
    finally:
        stop.set()
        installation.stop()
    faults = [desk.fault for desk in desks if desk.fault]
    rows = re.findall(r"PAID ([\d.]+) (\d+)", manage(environment, "shell", "-c", COUNT))
    there = {amount: int(number) for amount, number in rows}
    taken = [f"{float(amount):.2f}" for desk in desks for amount in desk.taken]
    faults += [f"{amount} was acknowledged and isn't there" for amount in taken if amount not in there]
    faults += [f"{amount} is there {number} times" for amount, number in there.items() if number > 1]
    manage(environment, "verify_ledger")
    tell(f"{len(taken)} payments acknowledged, {len(there)} kept, {web} web servers and {postgres} databases killed")
    return faults


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--web", type=int, default=100)
    parser.add_argument("--postgres", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="solde-killing.") as folder:
        Path(folder).chmod(0o711)
        faults = trial(web=asked.web, postgres=asked.postgres, var=f"{folder}/var")
    for line in faults or ["nothing lost, nothing twice, the ledger verified"]:
        tell(line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
