"""One settings file, which the environment decides; each test reads it in a process of its own."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "SOLDE_DEBUG": "0",
    "SOLDE_SECRET_KEY": "long-enough-and-as-random-as-a-test-needs-it-to-be-0123456789",
    "SOLDE_HOSTS": "solde.example.com",
    "DATABASE_URL": "postgresql:///solde",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SOLDE_VAR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def setting(expression: str, **environment: str):
    program = f"import json; from django.conf import settings; print(json.dumps({expression}))"
    told = manage("shell", "-v0", "--no-imports", "-c", program, **environment)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_production_settings_pass_djangos_own_check():
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SOLDE_SECRET_KEY": ""}, "SOLDE_SECRET_KEY is required"),
        ({"SOLDE_HOSTS": ""}, "SOLDE_HOSTS is required"),
        ({"SOLDE_DEBUG": "false"}, "SOLDE_DEBUG must be 0 or 1, not 'false'"),
    ],
)
def test_production_without_what_it_needs_does_not_start(changed, told):
    checked = manage("check", **PRODUCTION | changed)

    assert checked.returncode != 0
    assert told in checked.stderr


def test_production_speaks_https_unless_told_otherwise():
    cookies = "[settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT]"

    assert setting(cookies, **PRODUCTION) == [True, True, True]
    assert setting(cookies, **PRODUCTION | {"SOLDE_HTTPS": "0"}) == [False, False, False]


def test_a_database_url_is_taken_apart():
    url = "postgresql://solde:s%40lde@db.example.com:5433/clinic?sslmode=verify-full"

    database = setting("settings.DATABASES['default']", **PRODUCTION | {"DATABASE_URL": url})

    assert {key: database[key] for key in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "clinic",
        "USER": "solde",
        "PASSWORD": "s@lde",
        "HOST": "db.example.com",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_without_a_database_url_the_database_is_that_of_the_folder():
    database = setting("settings.DATABASES['default']", SOLDE_VAR="/srv/solde")

    assert database["ENGINE"] == "config.postgres"
    assert database["HOST"] == "/srv/solde/postgres"
