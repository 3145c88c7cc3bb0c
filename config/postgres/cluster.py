"""One embedded PostgreSQL for each SOLDE_VAR, running as long as somebody uses it, and no longer.

Who uses the server holds a shared lock on `postgres.users` until its process ends, however it ends: the
kernel lets go of a killed process's lock too. The last to leave stops the server. If it can't (killed), the
watcher does: a `flock` command that waits to have that lock for itself alone, then stops the server. So
commands join a running server without stopping it, and nothing stays behind.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.postgres.server import Server, ServerError

_joined: dict[Path, "Cluster"] = {}
_lock = threading.Lock()


def join(var: Path, options: Mapping[str, str] | None = None) -> Server:
    """Start the server of `var` or join it, until this process ends.

    options: PostgreSQL's settings over ours, if it is to be started here.
    Raises ServerError when it can't be had.
    """
    try:
        with _lock:
            if var not in _joined:
                _joined[var] = Cluster(var)
            _joined[var].ensure_running(options or {})
            return _joined[var].server
    except PermissionError as error:
        raise ServerError(f"Le dossier {var} appartient à quelqu’un d’autre ({error}).") from error


def leave() -> None:
    """Give up the servers that this process joined; at its exit, this comes by itself."""
    while _joined:
        _joined.popitem()[1].leave()


class Cluster:
    """This process's use of the server of one SOLDE_VAR."""

    def __init__(self, var: Path) -> None:
        var.mkdir(parents=True, exist_ok=True)
        self.var = var
        self.server = Server(var)
        self.watcher: subprocess.Popen[bytes] | None = None
        self.users = _open(var / "postgres.users")
        fcntl.flock(self.users, fcntl.LOCK_SH)  # waits while somebody is stopping the server

    def ensure_running(self, options: Mapping[str, str]) -> None:
        """Start the server unless it runs; also after it was killed under us."""
        with self._gate():
            if self.server.runs():
                self.server.wait_until_ready()
            else:
                self.server.prepare()
                self._watch()
                self.server.start(options)

    def leave(self) -> None:
        """Give the server up, and stop it if nobody else uses it."""
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self.users, fcntl.LOCK_SH)  # if somebody is stopping it, see it stopped
            os.close(self.users)
            return
        self.server.stop()
        os.close(self.users)
        deadline = time.monotonic() + 2
        while self._is_watched() and not self.server.runs() and time.monotonic() < deadline:
            time.sleep(0.005)

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """Let one process at a time look whether the server runs, and start it."""
        gate = _open(self.var / "postgres.gate")
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
        finally:
            os.close(gate)

    def _watch(self) -> None:
        """Have the server watched before it starts.

        The watcher shows that it lives by a lock of its own, which it inherits from here.
        """
        with self._watching() as watching:
            if watching is None:
                return
            flock = shutil.which("flock")
            if flock is None:
                raise ServerError("La commande flock manque : installez le paquet util-linux.")
            self.watcher = subprocess.Popen(
                [flock, "--exclusive", self.var / "postgres.users", *self.server.stop_command()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                pass_fds=[watching],
                start_new_session=True,
                **self.server.identity(),
            )

    def _is_watched(self) -> bool:
        if self.watcher is not None:
            self.watcher.poll()  # so that it doesn't stay a zombie
        with self._watching(tries=1) as watching:
            return watching is None

    @contextmanager
    def _watching(self, tries: int = 20) -> Iterator[int | None]:
        """Take the watcher's lock, or None when a watcher has it; one may just be about to end: try again."""
        watching = _open(self.var / "postgres.watcher")
        try:
            for _ in range(tries):
                try:
                    fcntl.flock(watching, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    time.sleep(0.01)
                else:
                    yield watching
                    return
            yield None
        finally:
            os.close(watching)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)


def _forget() -> None:
    """In a forked child: let its parent's uses be its parent's; the child joins for itself when it connects."""
    global _lock  # noqa: PLW0603 (another thread of the parent may have held it)
    _lock = threading.Lock()
    while _joined:
        os.close(_joined.popitem()[1].users)


atexit.register(leave)
os.register_at_fork(after_in_child=_forget)
