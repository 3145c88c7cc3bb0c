"""The tests' databases do what the other tests count on."""

import re
import subprocess
import sys
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection

from office.models import Site
from tests.conftest import REAL_DATA
from tests.helpers import run_together


@pytest.mark.django_db
@pytest.mark.parametrize("_round", [1, 2])
def test_an_ordinary_test_is_rolled_back(_round):
    Site.objects.create(code="A", name="A")

    assert Site.objects.count() == 1


@pytest.mark.parametrize("_round", [1, 2])
def test_a_committing_test_has_a_database_of_its_own(own_database, _round):
    Site.objects.create(code="A", name="A")

    assert run_together(Site.objects.count, Site.objects.count) == [1, 1]


GUARDED = """
import pytest


def test_flush(transactional_db):
    pass


@pytest.mark.django_db(transaction=True)
def test_flush_by_mark():
    pass


def test_live_server(live_server):
    pass


def test_both(own_database, db):
    pass


@pytest.mark.real_data
def test_real_data():
    pytest.skip("not today")
"""


def test_what_would_flush_or_skip_is_refused(tmp_path):
    (tmp_path / "test_guarded.py").write_text(GUARDED)

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-q", "-rA", tmp_path],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert "The triggers refuse the flush after a committing test: use own_database" in run.stdout
    assert "own_database commits, django_db rolls back: ask for one of them." in run.stdout
    refused = re.findall(r"^(?:ERROR|FAILED) .*::(test_\w+)", run.stdout, re.MULTILINE)
    if REAL_DATA.is_dir():
        assert f"was skipped although {REAL_DATA} exists" in run.stdout
        assert set(refused) == {"test_flush", "test_flush_by_mark", "test_live_server", "test_both", "test_real_data"}
    else:
        assert "the data of ../shared/data are not beside this checkout" in run.stdout
        assert set(refused) == {"test_flush", "test_flush_by_mark", "test_live_server", "test_both"}


def test_the_site_of_a_browser_serves_pages_and_static_files_on_the_tests_own_database(site, own_database):
    with urlopen(f"{site}/connexion/", timeout=20) as page:
        style = re.search(r'href="(/static/[^"]+\.css)"', page.read().decode())
    with urlopen(site + style[1], timeout=20) as answer:
        assert answer.headers["Content-Type"].startswith("text/css")

    assert connection.settings_dict["NAME"] == own_database


def test_who_asks_for_no_database_reaches_none():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Site.objects.exists()
