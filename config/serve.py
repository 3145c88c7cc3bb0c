"""What script/server runs: the web server and a job worker, on an up-to-date database, until told to stop.

Whatever ends it, nothing of it stays behind: its two children are stopped on a signal and when one of them
ends, the kernel ends them if it is killed itself, and the embedded PostgreSQL stops with its last user.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config.postgres.cluster import leave
from config.postgres.server import ServerError
from demo.logins import DEMO_LOGINS

HOST = "127.0.0.1"
GRACE = 20  # seconds to end what is being done, before it is cut off


class CannotServe(Exception):
    """Why there is no server, for the operator."""


def chosen_port() -> int:
    """The port of $PORT, or 8000; free when we looked."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotServe(f"PORT doit être un numéro de port, pas « {text} ».")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CannotServe(f"Le port {port} est réservé à root. Un autre : PORT=8001 script/server") from None
        except OSError:
            raise CannotServe(f"Le port {port} est déjà pris. Un autre : PORT={port + 1} script/server") from None
    return port


def prepare() -> None:
    """Bring the database up to date; load the demo data once, and in development only: their logins are public."""
    call_command("migrate", verbosity=0)
    if settings.DEBUG:
        call_command("demo", if_empty=True)
    else:
        call_command("collectstatic", interactive=False, verbosity=0)
    call_command("log_start")
    connections.close_all()


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """Start a Python program that can't outlive us, out of reach of the terminal's Ctrl-C: we stop it ourselves."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise CannotServe("La commande setpriv manque : installez le paquet util-linux.")
    command = [setpriv, "--pdeathsig=TERM", sys.executable, *arguments]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def web(port: int) -> subprocess.Popen[bytes]:
    options = ["--interface=wsgi", f"--host={HOST}", f"--port={port}", "--no-ws", "--log-level=warning"]
    workers = [
        "--workers=2",
        "--blocking-threads=1",
        "--respawn-failed-workers",
        f"--workers-kill-timeout={GRACE // 4}",
    ]
    return start("-m", "granian", *options, *workers, "config.wsgi:application")


def worker() -> subprocess.Popen[bytes]:
    return start("manage.py", "procrastinate", "worker", f"--shutdown-graceful-timeout={GRACE - 5}")


def answers(port: int) -> bool:
    """Whether the site answers, whatever it says; before that, the web server's port may be open already."""
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def welcome(port: int) -> str:
    lines = ["", f"Solde est prêt : http://{HOST}:{port}"]
    if settings.DEBUG:
        lines += ["Identifiants de démonstration (nom, mot de passe, rôle) :"]
        lines += [f"  {name:<12}{password:<14}{role}" for name, password, role in DEMO_LOGINS]
    return "\n".join([*lines, "Ctrl-C arrête tout.", ""])


def supervise(port: int, stop: threading.Event) -> None:
    """Run both children until `stop` is set; if one of them ends before, that is an error."""
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        children["Le serveur web"] = web(port)
        children["L’exécutant des tâches"] = worker()
        told = False
        while not stop.wait(0.1):
            for name, child in children.items():
                if child.poll() is not None:
                    raise CannotServe(f"{name} s’est arrêté (code {child.returncode}) : tout est arrêté.")
            if not told and answers(port):
                told = True
                print(welcome(port))
        print("\nArrêt…")
    finally:
        end(list(children.values()))


def end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask the children to end, wait for what they are doing, then end by force whatever is left of them."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)  # its own children too, if it left any
        child.wait()


def on_signals(handler: signal.Handlers | Callable[[int, FrameType | None], Any]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def main() -> int:
    stop = threading.Event()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    on_signals(signal.default_int_handler)
    try:
        port = chosen_port()
        django.setup()
        prepare()
        on_signals(lambda _number, _frame: stop.set())
        supervise(port, stop)
    except KeyboardInterrupt:
        pass
    except (CannotServe, ServerError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        on_signals(signal.SIG_IGN)
        leave()
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
