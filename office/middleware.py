"""What holds for every answer, whatever the view."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import auth, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django_htmx.middleware import HtmxDetails

from office.access import is_marked
from office.amounts import NO_BREAK
from office.events import record
from office.models import IDLE_MINUTES, Event
from office.queries import company

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


class ViewsNameTheirRole:
    """Refuses a view without `@role` or `@public`: forgetting the mark closes a page, never opens it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, _: HttpRequest, view: Callable[..., HttpResponseBase], *_arguments: Any) -> None:
        if not is_marked(view):
            logger.error("%s has neither @role nor @public", getattr(view, "__qualname__", view))
            raise PermissionDenied


class RedirectsMoveThePage:
    """Turns a redirect answered to htmx into one of the whole page.

    htmx would follow it unseen and put a page into a fragment's place; so views redirect as if
    there were no script.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if HtmxDetails(request) and response.status_code in (301, 302, 303, 307, 308):
            response.headers["HX-Redirect"] = response.headers["Location"]
            del response.headers["Location"]
            response.status_code = 200
        return response


class OwnSourcesOnly:
    """Forbids the browser whatever isn't Solde's own file: no inline script or style, nothing from elsewhere."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Django's own error pages, in DEBUG only, have styles and scripts inline.
        if not (settings.DEBUG and response.status_code in (404, 500)):
            response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class SessionsEnd:
    """Ends a session that was left unused for as long as Paramètres say; each use begins the time anew.

    While it is used within the shortest time that can be set, the setting isn't looked up.
    """

    SEEN = "seen"
    KEPT_EXACT = 60  # seconds within which a use isn't written down again

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if auth.SESSION_KEY in request.session:
            self._look_at(request, int(time.time()))
        return self.get_response(request)

    def _look_at(self, request: HttpRequest, now: int) -> None:
        unused = now - request.session.get(self.SEEN, now - self.KEPT_EXACT)
        if unused >= IDLE_MINUTES[0] * 60 and unused >= (minutes := company().idle_minutes) * 60:
            if request.user.is_authenticated:
                record(Event.Kind.LOGOUT, {"cause": "sans activité"}, user=request.user)
            auth.logout(request)
            messages.info(request, f"Votre session s’est terminée après {duration(minutes)} sans activité.")
        elif unused >= self.KEPT_EXACT:
            request.session[self.SEEN] = now


class PasswordsAreChangedFirst:
    """Leads a user whose password was given by an administrator to the page that changes it, from any other."""

    OPEN = {"password_change", "login", "logout"}

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_arguments: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if match and match.url_name not in self.OPEN and request.user.is_authenticated:
            return redirect("password_change") if request.user.must_change_password else None
        return None


def duration(minutes: int) -> str:
    """Minutes as one says them: 45 min, 8 h, 1 h 30."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NO_BREAK}min"
    return f"{hours}{NO_BREAK}h{NO_BREAK}{rest:02}" if rest else f"{hours}{NO_BREAK}h"
