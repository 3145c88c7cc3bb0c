"""Les encours clients: by status, who owes most, and their evolution."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from office.access import role, user_of
from office.clock import today
from office.models import Role
from office.queries import company
from statements.paper import evolution_chart, outstanding_report
from statements.queries import month_ends, outstanding_by_status, who_owe_most
from statements.reports import ASKED_FOR, PDF, answer
from statements.services import log_print

EXPORTED = 1000


@role(Role.ACCOUNTANT)
def outstanding(request: HttpRequest) -> HttpResponse:
    day = today()
    months = [
        {
            "currency": currency,
            "ends": list(reversed(ends)),
            "chart": mark_safe(evolution_chart(ends, currency)),  # noqa: S308 - made of our own words and figures
        }
        for currency, ends in month_ends(today=day).items()
    ]
    context = {
        "day": day,
        "totals": outstanding_by_status(today=day),
        "debtors": who_owe_most(today=day),
        "months": months,
        **{name: reverse("outstanding_export", args=[name]) for name in ASKED_FOR},
    }
    return render(request, "statements/outstanding.html", context)


@role(Role.ACCOUNTANT)
def outstanding_export(request: HttpRequest, form: str) -> HttpResponseBase:
    if form not in ASKED_FOR:
        raise Http404
    day = today()
    debtors = who_owe_most(today=day, first=EXPORTED)
    report = outstanding_report(debtors, outstanding_by_status(today=day), month_ends(today=day), day=day)
    if form == PDF:
        log_print(report, by=user_of(request))
    return answer(report, form, company(), on=day)
