"""A client's payments."""

from django.http import HttpRequest, HttpResponse

from clients.sheet import sheet
from clients.tabs import tab
from office.access import role
from office.models import Role
from office.tables import paged
from payments.queries import movements
from payments.tables import MovementTable


@role(Role.FRONT_DESK)
def client_payments(request: HttpRequest, code: str) -> HttpResponse:
    page = sheet(request, code)
    account = page.client.account
    table = paged(MovementTable(movements(account, page.on), account=account), request)
    return tab(request, page, "payments/_client_payments.html", {"table": table}, part="client_payments")
