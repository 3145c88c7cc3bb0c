"""The tests' own PostgreSQL: a temporary cluster, a migrated template, and a clone of it for whoever needs one.

Ordinary tests (`db`, or the mark `django_db`) share their worker's clone and are rolled back. A test that
commits asks for `own_database`; a browser's for `site`. Nothing is ever flushed: our triggers refuse TRUNCATE.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from uuid import uuid4

import django
import hypothesis
import pytest
from coverage import Coverage
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connections
from django.test.testcases import LiveServerThread
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

import ledger
from config.postgres.cluster import join, leave
from config.postgres.server import USER
from office.loading import load_site

IN_WORKER = "PYTEST_XDIST_WORKER" in os.environ
if not IN_WORKER:  # whatever installation the environment names is none of the tests' business
    for name in [name for name in os.environ if name.startswith("SOLDE_") or name == "DATABASE_URL"]:
        del os.environ[name]
    os.environ["SOLDE_VAR"] = tempfile.mkdtemp(prefix="solde-tests-")
    os.environ["SOLDE_DEMO_CLIENTS"] = "0"
    Path(os.environ["SOLDE_VAR"]).chmod(0o711)  # PostgreSQL's account passes through when we are root
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, and it guards nothing here

pytest_plugins = ["tests.soundness"]  # it needs Django set up

TEMPLATE = "template_solde"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # it would come at random, and into the template
}
REAL_DATA = settings.BASE_DIR.parent / "shared" / "data"
# How fast an example is drawn depends on what else the machine does.
hypothesis.settings.register_profile("solde", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("solde")

# What is to run every branch of ledger/. Tracing costs half as much again as the code it follows, whose ever it is.
TRACED = tuple(
    f"{Path(__file__).parent}/{name}"
    for name in (
        "ledger/",
        "invariants/",
        "trials/",
        "payments/",
        "test_examples.py",
        "clients/test_list.py",
        "invoicing/test_importing.py",
    )
)

COMMITS = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    leave()
    if not IN_WORKER:
        shutil.rmtree(settings.SOLDE_VAR)


def pytest_collection_finish() -> None:
    """Load the whole site, while all is traced."""
    for module in walk_packages(ledger.__path__, "ledger."):  # commands too, which no address leads to
        import_module(module.name)
    load_site()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start what takes longest first, so that no core is left to wait for it."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure coverage only where it is asked for."""
    with nullcontext() if item.path.as_posix().startswith(TRACED) else _untraced():
        return (yield)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("real_data") and not REAL_DATA.is_dir():
        pytest.skip("the data of ../shared/data are not beside this checkout")
    fixtures = set(getattr(item, "fixturenames", ()))
    mark = item.get_closest_marker("django_db")
    if fixtures & COMMITS or (mark and (mark.args or mark.kwargs)):
        pytest.fail("The triggers refuse the flush after a committing test: use own_database, or site.", pytrace=False)
    if "own_database" in fixtures and (mark or "db" in fixtures):
        pytest.fail("own_database commits, django_db rolls back: ask for one of them.", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let no test on real data skip where they are."""
    report = yield
    if report.skipped and item.get_closest_marker("real_data") and REAL_DATA.is_dir():
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped although {REAL_DATA} exists: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, worker_id: str) -> Iterator[None]:
    """A clone of the template for the ordinary tests of this worker; replaces pytest-django's fixture."""
    database = ExitStack()
    with django_db_blocker.unblock():
        with _one_worker_at_a_time():
            join(settings.SOLDE_VAR, FAST)
            if not _administer("SELECT 1 FROM pg_database WHERE datname = %s", TEMPLATE):
                _migrate_template()
        database.enter_context(_connected_to(database.enter_context(_clone(f"solde_{worker_id}"))))
    yield  # blocked again: a test that asks for no database can't leave anything behind in it
    with django_db_blocker.unblock():
        database.close()


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A database for this test alone, which may commit: every connection of the process is to it. Gives its name."""
    with django_db_blocker.unblock(), _clone(f"solde_{uuid4().hex}") as name, _connected_to(name):
        yield name


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A temporary folder for a cluster: unlike tmp_path, PostgreSQL's account may pass through when we are root."""
    with tempfile.TemporaryDirectory(prefix="solde-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.fixture
def site(own_database: str, settings) -> Iterator[str]:
    """The whole site on a database of its own, for a browser. Gives its address."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    thread = LiveServerThread("127.0.0.1", static_handler=StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()


@contextmanager
def _untraced() -> Iterator[None]:
    coverage = Coverage.current()
    if coverage:
        coverage.stop()
    try:
        yield
    finally:
        if coverage:
            coverage.start()


@contextmanager
def _one_worker_at_a_time() -> Iterator[None]:
    with (Path(settings.SOLDE_VAR) / "tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _administer(statement: str, *parameters: str, **names: str) -> list[tuple]:
    query = sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items()})
    with join(settings.SOLDE_VAR).connect("postgres", USER) as connection:
        cursor = connection.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def _migrate_template() -> None:
    draft = f"{TEMPLATE}_draft"
    _administer("DROP DATABASE IF EXISTS {draft}", draft=draft)
    _administer("CREATE DATABASE {draft}", draft=draft)
    with _connected_to(draft), _untraced():
        call_command("migrate", verbosity=0)
    _administer("ALTER DATABASE {draft} RENAME TO {template}", draft=draft, template=TEMPLATE)


@contextmanager
def _clone(name: str) -> Iterator[str]:
    """Make a database as the migrations leave it, and drop it afterwards, whoever is still connected."""
    _administer("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY", name=name, template=TEMPLATE)
    try:
        yield name
    finally:
        _drop(name)


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """Point Django's connection at another database, in this thread and in all threads to come."""
    database = connections.settings["default"]
    before = database["NAME"]
    connections.close_all()
    database["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        database["NAME"] = before


def _drop(name: str) -> None:
    try:
        _administer("DROP DATABASE {name} WITH (FORCE)", name=name)
    except InsufficientPrivilege:  # an autovacuum worker is in it, which only a drop without force may end
        _administer("DROP DATABASE {name}", name=name)
