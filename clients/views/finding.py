"""What the search finds while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from clients.queries import find
from office.access import role
from office.clock import today
from office.models import Role

LONGEST = 120
# Pages of the apps above that a client is chosen for: `client` in their address names it.
LEADS_TO = frozenset({"payment_create"})


@role(Role.FRONT_DESK)
def client_search(request: HttpRequest) -> HttpResponse:
    """Answer the options for a search box; without htmx, lead to the list of what is found.

    go: the page that a client chosen leads to, one of LEADS_TO; by default the sheet.
    """
    text = request.GET.get("q", "").replace("\0", "")[:LONGEST].strip()
    if not HtmxDetails(request):
        return redirect(reverse("client_list", query={"q": text} if text else None))
    go = request.GET.get("go", "")
    context = {"found": find(text, today=today()), "text": text, "go": go if go in LEADS_TO else ""}
    return render(request, "clients/_found.html", context)
