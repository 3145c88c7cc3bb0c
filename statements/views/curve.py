"""A client's balance over time, in a window of the sheet."""

from django.http import HttpRequest, HttpResponse

from clients.sheet import sheet
from office.access import role
from office.models import Role
from office.windows import window
from statements.paper import curve_chart
from statements.queries import curve


@role(Role.FRONT_DESK)
def client_curve(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    account = page.client.account
    found = curve(account, until=page.day)
    context = {"sheet": page, "curve": found, "chart": curve_chart(found, account.currency) if found.steps else ""}
    title = page.client.full_name
    return window(request, "statements/financial/_curve.html", context, title=title, status=page.status)
