"""What holds for every answer, whatever the view."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from office.access import is_marked

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
