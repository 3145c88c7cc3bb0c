"""Walk-in clients in detail, and what is expected."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from office.access import role
from office.models import Role
from statements.views.tabular import table_export, table_page


@role(Role.ACCOUNTANT)
def walk_ins(request: HttpRequest) -> HttpResponse:
    return table_page(request, "walk_ins")


@role(Role.ACCOUNTANT)
def walk_ins_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, "walk_ins", form)


@role(Role.ACCOUNTANT)
def expected_page(request: HttpRequest) -> HttpResponse:
    return table_page(request, "expected")


@role(Role.ACCOUNTANT)
def expected_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return table_export(request, "expected", form)
