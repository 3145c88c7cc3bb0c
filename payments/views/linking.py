"""Relier un client: what a bank transaction is the money of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from office.access import role
from office.models import Role
from payments.queries.banking import transactions


@role(Role.ACCOUNTANT)
def bank_line(request: HttpRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(transactions(), pk=pk)
    return render(request, "payments/bank_line.html", {"line": line})
