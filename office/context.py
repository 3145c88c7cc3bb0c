"""What every template knows."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from office.windows import FRAME


def layout(request: HttpRequest) -> dict[str, str]:
    """What a page stands in: the shell, unless it is fetched into the window of another page."""
    return {"layout": "windowed.html"} if HtmxDetails(request).target == FRAME else {}
