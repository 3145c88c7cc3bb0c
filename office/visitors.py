"""Where a request comes from, and until when its logins are refused there."""

from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest
from django.utils.timezone import localtime

ONE_MINUTE = timedelta(minutes=1)


def address_of(request: HttpRequest) -> str | None:
    """The IP address of who asks; behind a proxy that tells it, the one that the proxy saw."""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2] if settings.FORWARDED else ""
    for address in (told.strip(), request.META.get("REMOTE_ADDR", "")):
        with suppress(ValueError):
            return str(ip_address(address))
    return None


def is_locked_out(request: HttpRequest) -> bool:
    """Whether django-axes refused the login that was just tried, or refuses the next one."""
    return bool(getattr(request, "axes_locked_out", False))


def was_counted(request: HttpRequest) -> bool:
    """Whether the login that just failed counts: one that was refused without a look at the password doesn't."""
    return getattr(request, "axes_failures_since_start", None) is not None


def try_again_at(request: HttpRequest, username: str) -> datetime:
    """The first whole minute from which a name that failed too often at an address is heard again."""
    attempts = AccessAttempt.objects.filter(username=username, ip_address=address_of(request))
    last: datetime = attempts.aggregate(last=Max("attempt_time"))["last"]
    return localtime(last + settings.AXES_COOLOFF_TIME + ONE_MINUTE).replace(second=0, microsecond=0)


def forget_failures(now: datetime) -> None:
    """Delete the failed logins that count no more."""
    AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME).delete()
