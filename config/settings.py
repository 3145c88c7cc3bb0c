"""Settings of every installation: one file, the environment decides.

DATABASE_URL         any PostgreSQL from 15 on; without it, the embedded one whose data lie in SOLDE_VAR
SOLDE_VAR            folder of this installation's own files; default: var/ beside this code
SOLDE_DEBUG          1 (default: development) or 0 (production)
SOLDE_DEMO_CLIENTS   how many clients the demo's clinic has beside the examples; default: 300
SOLDE_SECRET_KEY     required in production
SOLDE_CLOSING_KEY    proves closings of tills and the event log; by default the secret key. Keep it: with another, old
                     proofs fail
SOLDE_HOSTS          host names served, separated by commas; required in production
SOLDE_ORIGINS        origins trusted beside the hosts' own, such as https://solde.example.com:8443
SOLDE_HTTPS          0 serves production in clear (a closed network); default: HTTPS only, behind a proxy
                     that ends TLS and sets X-Forwarded-Proto itself
SOLDE_FORWARDED      1: the proxy also adds the visitor's address to X-Forwarded-For, and is the only way in;
                     by default all who come through a proxy share its address
"""

import os
import tomllib
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from config.postgres.server import DATABASE, USER, socket_folder


def flag(name: str, *, default: bool) -> bool:
    """Read an on/off variable of the environment; anything but 0 or 1 is refused."""
    value = os.environ.get(name) or str(int(default))
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def items(name: str) -> list[str]:
    """Read a list separated by commas from the environment."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
SOLDE_VAR = Path(os.environ.get("SOLDE_VAR") or BASE_DIR / "var").resolve()
DEBUG = flag("SOLDE_DEBUG", default=True)
HTTPS = flag("SOLDE_HTTPS", default=not DEBUG)
FORWARDED = flag("SOLDE_FORWARDED", default=False)
DEMO_CLIENTS = int(os.environ.get("SOLDE_DEMO_CLIENTS") or 300)

# Security

SECRET_KEY = os.environ.get("SOLDE_SECRET_KEY", "")
ALLOWED_HOSTS = items("SOLDE_HOSTS")
CSRF_TRUSTED_ORIGINS = items("SOLDE_ORIGINS")
if DEBUG:
    SECRET_KEY = SECRET_KEY or "django-insecure-for-development-only"
elif not SECRET_KEY:
    raise ImproperlyConfigured("SOLDE_SECRET_KEY is required when SOLDE_DEBUG is 0.")
elif not ALLOWED_HOSTS:
    raise ImproperlyConfigured("SOLDE_HOSTS is required when SOLDE_DEBUG is 0.")
CLOSING_KEY = os.environ.get("SOLDE_CLOSING_KEY") or SECRET_KEY

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# HSTS for subdomains and for browsers' built-in lists is a promise that only the owner of the domain can make.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

AUTH_USER_MODEL = "office.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# The longest that Paramètres may leave a session unused; office.middleware.SessionsEnd ends it at what they say.
SESSION_COOKIE_AGE = 24 * 3600

# A name that fails five times at one address waits a quarter of an hour. The event log is ours, not django-axes'.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "office.views.door.locked_out"
AXES_CLIENT_IP_CALLABLE = "office.visitors.address_of"

# Application

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "djmoney",
    "lucide",
    "pgtrigger",
    "procrastinate.contrib.django",
    "axes",
    "office",
    "ledger",
    "clients",
    "invoicing",
    "credits",
    "payments",
    "statements",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "office.middleware.OwnSourcesOnly",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "office.middleware.RedirectsMoveThePage",
    "office.middleware.ViewsNameTheirRole",
    "office.middleware.SessionsEnd",
    "office.middleware.PasswordsAreChangedFirst",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# Widgets' templates stand with the others.
FORM_RENDERER = "office.widgets.QuickRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "office.context.layout",
            ],
            "builtins": ["office.templatetags.quick_urls"],
        },
    },
]

# Database

if url := os.environ.get("DATABASE_URL"):
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    connection = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }
else:
    connection = {
        "ENGINE": "config.postgres",  # starts or joins the cluster at the first connection
        "NAME": DATABASE,
        "USER": USER,
        "HOST": str(socket_folder(SOLDE_VAR)),
    }

DATABASES = {"default": {**connection, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# French, without gettext: what users read is French where it stands, and Django's own messages are translated.

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

DJANGO_TABLES2_TEMPLATE = "components/table.html"

# What a client account can be kept in: currencies with cents.

CURRENCIES = ("EUR", "CHF", "CAD", "GBP", "USD", "MAD", "DZD")

# Static files

STATIC_URL = "static/"
STATIC_ROOT = SOLDE_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# Uploads have random names, and only views serve them. E-mails go through the server named in Paramètres
# (office/mailing.py); in development they are files, and nobody gets one by mistake.

MEDIA_ROOT = SOLDE_VAR / "uploads"
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if DEBUG else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = SOLDE_VAR / "emails"
EMAIL_TIMEOUT = 10

# Logs go to the standard error, in production too: who runs the service keeps them.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "procrastinate": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
