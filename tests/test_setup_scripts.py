"""script/lib: what the scripts install, when, and what they say where they may not.

The system's own tools are played by small programs that come first in PATH and note how they were called.
"""

import os
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

LIB = settings.BASE_DIR / "script" / "lib"


class System:
    """A folder of a project, on a system some of whose programs are played."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.played = folder / "played"
        self.calls = folder / "calls"
        self.played.mkdir()
        self.calls.touch()
        (folder / "script").mkdir()
        (folder / "script" / "lib").write_text(LIB.read_text())

    def plays(self, name: str, script: str) -> None:
        program = self.played / name
        program.write_text(f'#!/bin/bash\necho "{name} $*" >> {self.calls}\n{script}\n')
        program.chmod(0o755)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f". script/lib; {command}"],
            cwd=self.folder,
            env=os.environ | {"PATH": f"{self.played}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def called(self, name: str) -> list[str]:
        return [call for call in self.calls.read_text().splitlines() if call.startswith(f"{name} ")]


@pytest.fixture
def system(tmp_path: Path) -> System:
    """A Debian with all packages but fonts-inter and chromium, and no way to become root."""
    system = System(tmp_path)
    system.plays("dpkg-query", 'case "${!#}" in fonts-inter|chromium) exit 1;; *) printf installed;; esac')
    system.plays("id", "echo 1000")
    system.plays("sudo", "exit 1")
    system.plays("apt-get", "")
    return system


def test_an_ordinary_user_is_told_the_exact_command(system):
    told = system.run("need_packages libpango-1.0-0 fonts-inter chromium")

    assert told.returncode == 1
    assert (
        "  sudo apt-get update && sudo apt-get install --no-install-recommends fonts-inter chromium\n"
        in told.stderr.splitlines(keepends=True)
    )
    assert system.called("apt-get") == []


def test_root_gets_what_is_missing_and_nothing_else(system):
    system.plays("id", "echo 0")

    told = system.run("need_packages libpango-1.0-0 fonts-inter")

    assert told.returncode == 0, told.stderr
    assert [call.split()[-1] for call in system.called("apt-get")] == ["-qq", "fonts-inter"]
    assert system.called("sudo") == []


def test_sudo_without_a_password_is_used(system):
    system.plays("sudo", 'shift; "$@"')

    told = system.run("need_packages fonts-inter")

    assert told.returncode == 0, told.stderr
    assert [call.split()[-1] for call in system.called("apt-get")] == ["-qq", "fonts-inter"]


def test_nothing_is_asked_for_when_nothing_is_missing(system):
    told = system.run("need_packages libpango-1.0-0")

    assert told.returncode == 0
    assert system.called("apt-get") == system.called("sudo") == []


def test_an_installation_that_fails_is_told(system):
    system.plays("id", "echo 0")
    system.plays("apt-get", 'if [[ "$*" == *install* ]]; then exit 100; fi')

    told = system.run("need_packages fonts-inter")

    assert told.returncode == 1
    assert "apt-get install --no-install-recommends fonts-inter" in told.stderr


@pytest.mark.parametrize("good", ["python3", "python3.13", "python3.12", "python3.11"])
def test_the_first_python_that_serves_is_chosen(system, good):
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        system.plays(name, f"exit {int(name != good)}")

    assert system.run("find_python").stdout == f"{good}\n"


def test_without_such_a_python_it_says_which(system):
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        system.plays(name, "exit 1")

    told = system.run('python=$(find_python); echo "never $python"')

    assert told.returncode == 1
    assert told.stdout == ""
    assert "Python 3.11, 3.12 ou 3.13" in told.stderr


@pytest.fixture
def project(system: System) -> System:
    """A project with two locks; its Python makes an environment whose pip fails while the file `offline` is there."""
    (system.folder / "requirements.txt").write_text("one\n")
    (system.folder / "requirements-test.txt").write_text("one\ntwo\n")
    system.plays("pip", "test ! -e offline")
    system.plays(
        "python3",
        """
        [[ $1 == - ]] && exit
        [[ "$*" == "-m venv --clear .venv" ]] || exit 1
        rm -rf .venv/*
        mkdir -p .venv/bin
        cat > .venv/bin/python <<'END'
#!/bin/bash
case $1 in
    -c) echo "$PWD/.venv" ;;
    -m) shift; exec "$@" ;;
esac
END
        chmod +x .venv/bin/python
        """,
    )
    return system


def made(project: System) -> int:
    return len([call for call in project.called("python3") if "venv" in call])


def test_an_environment_is_made_once_with_its_lock_and_hashes(project):
    for _ in range(2):
        assert project.run("need_venv requirements.txt").returncode == 0

    assert made(project) == 1
    assert len(project.called("pip")) == 1
    assert project.called("pip")[0].endswith("--require-hashes --no-deps -r requirements.txt")


def test_the_lock_for_tests_goes_on_top_of_that_for_running(project):
    for lock in ("requirements.txt", "requirements-test.txt", "requirements.txt"):
        assert project.run(f"need_venv {lock}").returncode == 0

    assert made(project) == 1
    assert [call.split()[-1] for call in project.called("pip")] == ["requirements.txt", "requirements-test.txt"]


def test_the_lock_for_tests_holds_that_for_running(project):
    for lock in ("requirements-test.txt", "requirements.txt"):
        assert project.run(f"need_venv {lock}").returncode == 0

    assert [call.split()[-1] for call in project.called("pip")] == ["requirements-test.txt"]


def test_an_environment_is_made_again_when_its_lock_has_changed(project):
    project.run("need_venv requirements.txt")
    (project.folder / "requirements.txt").write_text("one, newer\n")

    assert project.run("need_venv requirements.txt").returncode == 0

    assert made(project) == 2


def test_an_installation_that_failed_is_made_again(project):
    (project.folder / "offline").touch()
    failed = project.run("need_venv requirements.txt")
    (project.folder / "offline").unlink()

    again = project.run("need_venv requirements.txt")

    assert failed.returncode == 1
    assert "L’installation des dépendances a échoué." in failed.stderr
    assert again.returncode == 0
    assert made(project) == 2


def test_an_environment_of_another_folder_is_made_again(project):
    project.run("need_venv requirements.txt")
    python = project.folder / ".venv" / "bin" / "python"
    python.write_text(python.read_text().replace("$PWD", "/elsewhere"))

    assert project.run("need_venv requirements.txt").returncode == 0

    assert made(project) == 2


def test_an_environment_that_is_lent_from_elsewhere_is_left_alone(project, tmp_path_factory):
    lent = tmp_path_factory.mktemp("lent")
    (lent / "kept").touch()
    (project.folder / ".venv").symlink_to(lent)

    assert project.run("need_venv requirements.txt").returncode == 0

    assert (lent / "kept").exists()
    assert made(project) == 1


def test_the_locks_pin_the_same_versions():
    def pins(name: str) -> set[str]:
        return {line for line in (settings.BASE_DIR / name).read_text().splitlines() if "==" in line}

    assert pins("requirements.txt") < pins("requirements-test.txt")


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-test.txt"])
def test_a_lock_names_no_index_and_hashes_everything(lock):
    entries = (settings.BASE_DIR / lock).read_text().replace("\\\n", "").splitlines()

    assert not [entry for entry in entries if "://" in entry or "index" in entry or "find-links" in entry]
    assert not [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
