"""What the lines of an editor come to, while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from invoicing.forms import LineSet
from office.access import role
from office.clock import today
from office.models import Role


@role(Role.FRONT_DESK)
@require_POST
def line_totals(request: HttpRequest) -> HttpResponse:
    """Answer the totals, by the server's own rules, and beside them the amount of each line."""
    lines = LineSet(request.POST, on=today())
    totals = lines.amounts(prices_include_vat=request.POST.get("ttc") != "0")
    context = {"lines": lines, "totals": totals, "currency": request.POST.get("currency", "EUR")[:3], "fetched": True}
    return render(request, "invoicing/_line_totals.html", context)
