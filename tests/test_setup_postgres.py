"""The embedded PostgreSQL: started or joined, stopped by its last user, and never in anybody's way.

Each test has a SOLDE_VAR and durable cluster of its own, and uses it from other processes, as commands do.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config.postgres.server import Server, ServerError, data_folder, socket_folder

JOIN = """
import sys
from pathlib import Path
from config.postgres.cluster import join
server = join(Path(sys.argv[1]))
"""
ASK = f"""{JOIN}
with server.connect("solde", "solde") as connection:
    cursor = connection.execute(sys.argv[2])
    while cursor.nextset():
        pass
    print(cursor.fetchone()[0])
"""
STAY = f"""{JOIN}
print("joined", flush=True)
sys.stdin.read()
"""
FORK = f"""{JOIN}
import os
if not os.fork():
    sys.exit()
os.wait()
with server.connect("solde", "solde") as connection:
    print(connection.execute("SELECT 'still there'").fetchone()[0])
"""


@pytest.fixture
def var(open_path: Path) -> Iterator[Path]:
    """A SOLDE_VAR; whatever a test left running there is ended."""
    var = open_path / "var"
    yield var
    for pid in processes(var):
        os.kill(pid, signal.SIGKILL)


def processes(var: Path) -> list[int]:
    """The processes that run in `var` or name it, but for this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if str(var).encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def command(program: str, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", program, *map(str, arguments)]


def ask(var: Path, query: str = "SELECT pg_postmaster_start_time()::text") -> str:
    asked = subprocess.run(
        command(ASK, var, query), cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    return asked.stdout.strip()


def stay(var: Path) -> subprocess.Popen:
    process = subprocess.Popen(
        command(STAY, var), cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "joined\n"
    return process


def leave(process: subprocess.Popen) -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0


def wait_for(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_one_command_starts_the_server_and_leaves_nothing_running(var):
    version = ask(var, "SELECT current_setting('server_version_num')")

    assert 180000 <= int(version) < 190000
    assert processes(var) == []


def test_the_data_outlive_the_server(var):
    ask(var, "CREATE TABLE kept AS SELECT 42 AS answer; SELECT answer FROM kept")

    assert ask(var, "SELECT answer FROM kept") == "42"


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes"])
def test_what_is_committed_is_on_the_disk(var, name):
    assert ask(var, f"SHOW {name}") == "on"


def test_solde_is_no_superuser(var):
    assert ask(var, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "False"


def test_a_command_beside_another_joins_its_server_and_does_not_stop_it(var):
    first = stay(var)
    started = ask(var)

    assert ask(var) == started
    leave(first)
    assert processes(var) == []


def test_the_one_who_started_the_server_does_not_stop_it_under_another(var):
    first = stay(var)
    second = stay(var)
    started = ask(var)

    leave(first)

    assert ask(var) == started
    leave(second)
    assert processes(var) == []


def test_a_forked_child_that_ends_stops_nothing(var):
    forked = subprocess.run(
        command(FORK, var), cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60
    )

    assert forked.stdout == "still there\n"
    assert processes(var) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_user_leaves_no_server_behind(var, how):
    first = stay(var)

    first.send_signal(how)
    first.communicate()

    wait_for(lambda: processes(var) == [])
    assert ask(var, "SELECT 1") == "1"


def test_a_killed_user_takes_no_server_from_another(var):
    first = stay(var)
    second = stay(var)
    started = ask(var)

    first.kill()
    first.communicate()
    time.sleep(0.5)

    assert ask(var) == started
    leave(second)
    assert processes(var) == []


def test_a_killed_server_comes_back_with_what_was_committed(var):
    first = stay(var)
    ask(var, "CREATE TABLE kept AS SELECT 42 AS answer; SELECT answer FROM kept")
    postmaster = int((data_folder(var) / "postmaster.pid").read_text().splitlines()[0])

    os.kill(postmaster, signal.SIGKILL)
    wait_for(lambda: not Server(var).runs())

    assert ask(var, "SELECT answer FROM kept") == "42"
    leave(first)
    assert processes(var) == []


def test_a_killed_watcher_is_replaced(var):
    first = stay(var)
    (watcher,) = [pid for pid in processes(var) if b"flock" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(watcher, signal.SIGKILL)
    leave(first)

    second = stay(var)
    second.kill()
    second.communicate()

    wait_for(lambda: processes(var) == [])


def test_a_process_number_borne_by_another_since_a_crash_is_no_server(var):
    first = stay(var)
    pid_file = data_folder(var) / "postmaster.pid"
    left = pid_file.read_text()
    leave(first)
    bystander = subprocess.Popen(["sleep", "60"], **Server(var).identity())
    pid_file.write_text(left.replace(left.splitlines()[0], str(bystander.pid), 1))

    try:
        assert ask(var, "SELECT 1") == "1"
    finally:
        bystander.kill()
        bystander.wait()


def test_data_half_made_are_made_again(var):
    draft = data_folder(var).with_name("postgres.new")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")

    assert ask(var, "SELECT 1") == "1"


def test_two_folders_are_two_installations(var):
    other = var / "other"
    ask(var, "CREATE TABLE kept AS SELECT 42 AS answer; SELECT answer FROM kept")

    assert ask(other, "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'") == "0"


def test_a_folder_too_deep_for_a_socket_serves(var):
    deep = var / ("d" * 60) / ("e" * 60)

    assert ask(deep, "SELECT 1") == "1"
    assert socket_folder(deep).parent == Path("/tmp")
    assert not socket_folder(deep).exists()


def test_a_socket_folder_of_somebody_else_is_refused(var):
    deep = var / ("f" * 60) / ("g" * 60)
    socket_folder(deep).mkdir(mode=0o777)
    socket_folder(deep).chmod(0o777)

    try:
        server = Server(deep)
        deep.mkdir(parents=True)
        with pytest.raises(ServerError, match="n’est pas à nous"):
            server.prepare()
    finally:
        socket_folder(deep).rmdir()


def test_a_start_that_fails_tells_what_the_log_says(var):
    ask(var)
    (data_folder(var) / "postgresql.conf").write_text("max_connections = many\n")

    failed = subprocess.run(
        command(ASK, var, "SELECT 1"), cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=60
    )

    assert failed.returncode == 1
    assert 'invalid value for parameter "max_connections": "many"' in failed.stderr
    assert processes(var) == []


def test_nobody_but_its_owner_enters_the_data_and_the_socket(var):
    ask(var)

    assert data_folder(var).stat().st_mode & 0o077 == 0
    assert socket_folder(var) == data_folder(var)
