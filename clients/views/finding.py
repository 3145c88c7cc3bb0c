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


@role(Role.FRONT_DESK)
def client_search(request: HttpRequest) -> HttpResponse:
    """Answer the options for a search box; without htmx, lead to the list of what is found."""
    text = request.GET.get("q", "").replace("\0", "")[:LONGEST].strip()
    if not HtmxDetails(request):
        return redirect(reverse("client_list", query={"q": text} if text else None))
    return render(request, "clients/_found.html", {"found": find(text, today=today()), "text": text})
