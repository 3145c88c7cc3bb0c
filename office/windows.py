"""Windows: one fragment, alone for htmx, inside a page for a browser without script or a link opened apart."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

FRAME = "window"  # the dialog that windows are fetched into


def window(
    request: HttpRequest, fragment: str, context: Mapping[str, Any] | None = None, *, title: str, status: int = 200
) -> HttpResponse:
    """Answer a window: the template `fragment`, whose root is `{% window %}`.

    title: heading of the page it stands on when it isn't fetched into one.
    """
    template = fragment if HtmxDetails(request) else "office/window.html"
    response = render(request, template, {**(context or {}), "fragment": fragment, "page_title": title}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
